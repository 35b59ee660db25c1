//! What reading an event source needs.

use iacscan_core::{Attribute, Located, Segment, Text, Truth, Unknown};
use iacscan_graph::Chain;
use iacscan_graph::nodes::{EventSourceMapping, SourceAccess, SourceKind};
use iacscan_iam::{ArnParts, Resolve};

use super::{
    DOCUMENTDB, DYNAMODB, DYNAMODB_LIST, GLUE_REGISTRY, KAFKA_CONNECT, KAFKA_GROUP, KAFKA_TOPIC,
    KINESIS, KINESIS_CONSUMER, MQ, MSK, MSK_DESCRIBE, Need, On, SQS, arn_pattern,
};
use crate::framework::words::{code_choice, code_list};

/// A need with the resource it is about.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    /// The need.
    pub(crate) need: &'static Need,
    /// The resource.
    pub(crate) resource: Text,
    /// Whether one of the actions is enough.
    pub(crate) any: bool,
    /// Whether it works without, though AWS documents the need.
    pub(crate) documented_only: bool,
}

impl Demand {
    pub(crate) const fn new(need: &'static Need, resource: Text) -> Self {
        Self { need, resource, any: false, documented_only: false }
    }

    /// The actions that are certainly missing.
    pub(crate) fn missing(&self, chain: &Chain<'_>) -> Vec<&'static str> {
        let missing = self.need.missing(chain, &self.resource);
        if self.any && missing.len() < self.need.actions.len() { Vec::new() } else { missing }
    }

    /// The missing actions in a sentence: "`a` and `b`", "`a` or `b`".
    pub(crate) fn named(&self, missing: &[&str]) -> String {
        let missing = missing.iter().copied();
        if self.any { code_choice(missing) } else { code_list(missing) }
    }

    /// The actions to allow.
    pub(crate) fn listed(&self, missing: &[&str]) -> String {
        let enough = if self.any { 1 } else { missing.len() };
        code_list(missing.iter().copied().take(enough))
    }

    /// What to allow them on.
    pub(crate) fn on(&self) -> String {
        match self.need.on {
            On::Resource => arn_pattern(&self.resource),
            On::Everything | On::Somewhere => "*".to_owned(),
        }
    }
}

/// The ARN of a mapping's source in a world.
pub(crate) fn source_of<'m>(
    chain: &Chain<'_>,
    mapping: &'m EventSourceMapping,
) -> Option<&'m Located<Text>> {
    chain.get(&mapping.source).and_then(Attribute::known)
}

/// What a mapping polls: by its ARN, else as the frontend knows it.
pub(crate) fn kind_of(chain: &Chain<'_>, mapping: &EventSourceMapping) -> Option<SourceKind> {
    mapping.kind.or_else(|| {
        let source = source_of(chain, mapping)?;
        let text = chain.graph.resolver().resolve(&source.value);
        SourceKind::of_service(ArnParts::split(&text)?.service()?)
    })
}

/// What the role must be allowed for a mapping to read its source. Networks and credentials are
/// needs of their own.
pub(crate) fn demands(chain: &Chain<'_>, mapping: &EventSourceMapping) -> Vec<Demand> {
    let mut demands = Vec::new();
    if let (Some(kind), Some(source)) = (kind_of(chain, mapping), source_of(chain, mapping)) {
        let arn = chain.graph.resolver().resolve(&source.value).into_owned();
        of_source(kind, arn, &mut demands);
    }
    if logs_in_with_iam(chain, mapping)
        && let Some(source) = source_of(chain, mapping)
    {
        let cluster = chain.graph.resolver().resolve(&source.value).into_owned();
        let topics = mapping.topics.in_world(&chain.world).map(|topic| &topic.value);
        let open = mapping.topics.gaps_in(&chain.world).next().is_some();
        let unknown = Text::unknown(Unknown::Computed);
        let topics: Vec<&Text> = if open { vec![&unknown] } else { topics.collect() };
        for topic in topics {
            let topic = part_of(&cluster, "topic", topic);
            demands.extend(topic.map(|topic| Demand::new(&KAFKA_TOPIC, topic)));
        }
        let group = chain.get(&mapping.consumer_group).and_then(Attribute::known);
        let group = part_of(&cluster, "group", group.map_or(&unknown, |group| &group.value));
        demands.extend(group.map(|group| Demand::new(&KAFKA_GROUP, group)));
        demands.push(Demand::new(&KAFKA_CONNECT, cluster));
    }
    if let Some(Attribute::Known(registry)) = chain.get(&mapping.schema_registry) {
        let registry = chain.graph.resolver().resolve(&registry.value).into_owned();
        let is_glue = ArnParts::split(&registry).is_some_and(|arn| arn.service() == Some("glue"));
        if is_glue {
            demands.push(Demand::new(&GLUE_REGISTRY, registry));
        }
    }
    demands
}

fn of_source(kind: SourceKind, arn: Text, demands: &mut Vec<Demand>) {
    match kind {
        SourceKind::Sqs => demands.push(Demand::new(&SQS, arn)),
        SourceKind::Kinesis => {
            let stream = stream_of(&arn);
            if let Some(stream) = stream {
                demands.push(Demand::new(&KINESIS, stream));
                demands.push(Demand::new(&KINESIS_CONSUMER, arn));
            } else {
                demands.push(Demand::new(&KINESIS, arn));
            }
        }
        SourceKind::DynamoDb => {
            demands.push(Demand::new(&DYNAMODB, arn.clone()));
            demands.push(Demand { documented_only: true, ..Demand::new(&DYNAMODB_LIST, arn) });
        }
        SourceKind::Msk => {
            demands.push(Demand::new(&MSK, arn.clone()));
            demands.push(Demand { any: true, ..Demand::new(&MSK_DESCRIBE, arn) });
        }
        SourceKind::Mq => demands.push(Demand::new(&MQ, arn)),
        SourceKind::DocumentDb => demands.push(Demand::new(&DOCUMENTDB, arn)),
        SourceKind::SelfManagedKafka => {}
    }
}

/// Whether Lambda certainly logs in to the mapping's MSK cluster as the role: the cluster is in scope
/// and lets clients log in with IAM, and the mapping names no other credentials.
fn logs_in_with_iam(chain: &Chain<'_>, mapping: &EventSourceMapping) -> bool {
    let cluster = source_of(chain, mapping)
        .and_then(|source| source.value.as_reference())
        .and_then(|(target, _)| chain.graph.kafka_cluster(target));
    let Some(Attribute::Known(iam)) = cluster.and_then(|cluster| chain.get(&cluster.iam)) else {
        return false;
    };
    let other =
        |access: &SourceAccess| access.kind.value.as_str() != Some("SERVER_ROOT_CA_CERTIFICATE");
    iam.value
        && mapping.access.gaps_in(&chain.world).next().is_none()
        && !mapping.access.in_world(&chain.world).any(other)
}

/// The ARN of a topic or group in the cluster of an ARN.
fn part_of(cluster: &Text, kind: &str, name: &Text) -> Option<Text> {
    const CLUSTER: &str = ":cluster/";
    let mut part = Text::new();
    let mut found = false;
    for segment in cluster.segments() {
        match segment {
            Segment::Literal(literal) if !found && literal.text.contains(CLUSTER) => {
                found = true;
                let text = literal.text.replacen(CLUSTER, &format!(":{kind}/"), 1);
                part.extend(&Text::literal(text));
            }
            other => part.push(other.clone()),
        }
    }
    part.extend(&Text::from("/"));
    part.extend(name);
    found.then_some(part)
}

/// The stream's ARN in the ARN of one of its consumers.
fn stream_of(consumer: &Text) -> Option<Text> {
    let mut stream = Text::new();
    for segment in consumer.segments() {
        if let Segment::Literal(literal) = segment
            && let Some(at) = literal.text.find("/consumer/")
        {
            stream.push(Segment::Literal(literal.slice(0..at)?));
            return Some(stream);
        }
        stream.push(segment.clone());
    }
    None
}

/// Whether a mapping polls, so that what it lacks matters now.
pub(crate) fn is_enabled(chain: &Chain<'_>, mapping: &EventSourceMapping) -> Truth {
    match chain.get(&mapping.enabled) {
        Some(Attribute::Known(enabled)) => enabled.value.into(),
        Some(Attribute::Absent) => Truth::True,
        Some(Attribute::Unknown(..)) | None => Truth::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_belong_to_a_cluster() {
        let cluster = "arn:aws:kafka:eu-west-1:123456789012:cluster/events/abc-1";
        let topic = "arn:aws:kafka:eu-west-1:123456789012:topic/events/abc-1/orders";
        let found = part_of(&Text::from(cluster), "topic", &Text::from("orders"));
        assert_eq!(found, Some(Text::from(topic)));
        assert_eq!(part_of(&Text::from(topic), "topic", &Text::from("orders")), None);
    }

    #[test]
    fn a_consumer_belongs_to_a_stream() {
        let consumer =
            "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks/consumer/app:1700000000";
        let stream = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks";
        assert_eq!(stream_of(&Text::from(consumer)), Some(Text::from(stream)));
        assert_eq!(stream_of(&Text::from(stream)), None);
    }
}
