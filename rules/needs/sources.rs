//! What reading an event source needs.

use iacscan_core::{Attribute, Collection, Gap, Located, Segment, Span, Text, Truth, Unknown};
use iacscan_graph::Chain;
use iacscan_graph::nodes::{EventSourceMapping, KafkaCluster, SourceAccess, SourceKind};
use iacscan_iam::{ArnParts, Resolve};

use super::{
    DOCUMENTDB, DOCUMENTDB_PARAMETERS, DOCUMENTDB_SUBNETS, DYNAMODB, DYNAMODB_LIST, Demand,
    GLUE_REGISTRY, GLUE_SCHEMA, KAFKA_CONNECT, KAFKA_GROUP, KAFKA_TOPIC, KINESIS, KINESIS_CONSUMER,
    KINESIS_DOCUMENTED, MQ, MSK, MSK_DESCRIBE, MSK_DESCRIBE_SERVERLESS, SOURCE_NETWORK, SQS,
    everything,
};
use crate::framework::gap_in;

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

/// Where and why it is not known what a mapping polls.
pub(crate) fn source_gap(chain: &Chain<'_>, mapping: &EventSourceMapping) -> Option<Gap> {
    let source = chain.get(&mapping.source)?;
    match kind_of(chain, mapping) {
        Some(_) => source.gap(),
        None => source.gap().or_else(|| gap_in(source.known()?)),
    }
}

/// What the role must be allowed for a mapping to read its source. Networks and credentials are
/// needs of their own.
pub(crate) fn demands(chain: &Chain<'_>, mapping: &EventSourceMapping) -> Vec<Demand> {
    let mut demands = Vec::new();
    if let (Some(kind), Some(source)) = (kind_of(chain, mapping), source_of(chain, mapping)) {
        let arn = chain.graph.resolver().resolve(&source.value).into_owned();
        of_source(kind, arn, &source.value, &mut demands);
        if kind == SourceKind::Msk {
            demands.push(description(chain, source));
        }
    }
    if logs_in_with_iam(chain, mapping)
        && let Some(source) = source_of(chain, mapping)
    {
        let cluster = chain.graph.resolver().resolve(&source.value).into_owned();
        let topics = mapping.topics.in_world(&chain.world).map(|topic| &topic.value);
        let open = mapping.topics.is_open_in(&chain.world).is_unknown();
        let unknown = Text::unknown(Unknown::Computed);
        let topics: Vec<&Text> = if open { vec![&unknown] } else { topics.collect() };
        for topic in topics {
            let topic = part_of(&cluster, "topic", topic);
            demands.extend(topic.map(|topic| Demand::new(&KAFKA_TOPIC, topic)));
        }
        let group = chain.get(&mapping.consumer_group).and_then(Attribute::known);
        let group = part_of(&cluster, "group", group.map_or(&unknown, |group| &group.value));
        demands.extend(group.map(|group| Demand::new(&KAFKA_GROUP, group)));
        demands.push(Demand::new(&KAFKA_CONNECT, cluster).named(source.value.clone()));
    }
    if let Some(Attribute::Known(registry)) = chain.get(&mapping.schema_registry) {
        let arn = chain.graph.resolver().resolve(&registry.value).into_owned();
        let is_glue = ArnParts::split(&arn).is_some_and(|arn| arn.service() == Some("glue"));
        if is_glue {
            let registry = registry.value.clone();
            demands.push(Demand::new(&GLUE_REGISTRY, arn.clone()).named(registry));
            demands.push(Demand::new(&GLUE_SCHEMA, arn));
        }
    }
    demands
}

/// Whether Lambda checks a need of a mapping when it makes the mapping, and refuses it without. Of
/// the other sources AWS does not say so.
pub(crate) fn is_checked(demand: &Demand) -> bool {
    const SERVICES: [&str; 4] = ["dynamodb", "kafka", "kinesis", "sqs"];
    let service = |action: &&str| action.split(':').next().is_some_and(|it| SERVICES.contains(&it));
    !demand.documented_only && demand.need.actions.iter().all(service)
}

/// What reading a source that is not known may need: one of the kind of the mapping's, or of any.
pub(crate) fn possible_demands(chain: &Chain<'_>, mapping: &EventSourceMapping) -> Vec<Demand> {
    let unknown = Text::unknown(Unknown::Computed);
    let mut demands = Vec::new();
    if let Some(kind) = kind_of(chain, mapping) {
        of_source(kind, unknown.clone(), &unknown, &mut demands);
        return demands;
    }
    let kinds = [
        SourceKind::Sqs,
        SourceKind::Kinesis,
        SourceKind::DynamoDb,
        SourceKind::Msk,
        SourceKind::Mq,
        SourceKind::DocumentDb,
    ];
    for kind in kinds {
        of_source(kind, unknown.clone(), &unknown, &mut demands);
    }
    demands.push(Demand::new(&SOURCE_NETWORK, everything("ec2")));
    demands
}

fn of_source(kind: SourceKind, arn: Text, written: &Text, demands: &mut Vec<Demand>) {
    let on = |need, arn| Demand::new(need, arn).named(written.clone());
    match kind {
        SourceKind::Sqs => demands.push(on(&SQS, arn)),
        SourceKind::Kinesis => {
            if let Some(stream) = stream_of(&arn) {
                demands.push(Demand::new(&KINESIS, stream.clone()));
                demands.push(Demand::new(&KINESIS_DOCUMENTED, stream).documented());
                demands.push(on(&KINESIS_CONSUMER, arn));
            } else {
                demands.push(on(&KINESIS, arn.clone()));
                demands.push(on(&KINESIS_DOCUMENTED, arn).documented());
            }
        }
        SourceKind::DynamoDb => {
            demands.push(on(&DYNAMODB, arn.clone()));
            demands.push(Demand::new(&DYNAMODB_LIST, arn).documented());
        }
        SourceKind::Msk => {
            demands.push(Demand::new(&MSK, arn));
        }
        SourceKind::Mq => demands.push(on(&MQ, arn)),
        SourceKind::DocumentDb => {
            demands.push(on(&DOCUMENTDB, arn.clone()));
            demands.push(Demand::new(&DOCUMENTDB_PARAMETERS, arn.clone()));
            demands.push(Demand::new(&DOCUMENTDB_SUBNETS, arn));
        }
        SourceKind::SelfManagedKafka => {}
    }
}

/// What describing an MSK cluster needs.
fn description(chain: &Chain<'_>, cluster: &Located<Text>) -> Demand {
    let arn = chain.graph.resolver().resolve(&cluster.value).into_owned();
    let demand = |need| Demand::new(need, arn).named(cluster.value.clone());
    if cluster_at(chain, cluster).is_some_and(|cluster| cluster.serverless) {
        return demand(&MSK_DESCRIBE_SERVERLESS);
    }
    demand(&MSK_DESCRIBE)
}

/// The cluster in scope that a mapping's source is.
fn cluster_at<'g>(chain: &Chain<'g>, source: &Located<Text>) -> Option<&'g KafkaCluster> {
    let (cluster, _) = source.value.as_reference()?;
    chain.graph.kafka_cluster(cluster)
}

/// Whether Lambda certainly logs in to the mapping's MSK cluster as the role: the cluster is in scope
/// and lets clients log in with IAM, and the mapping names no other credentials.
fn logs_in_with_iam(chain: &Chain<'_>, mapping: &EventSourceMapping) -> bool {
    let cluster = source_of(chain, mapping).and_then(|source| cluster_at(chain, source));
    let Some(Attribute::Known(iam)) = cluster.and_then(|cluster| chain.get(&cluster.iam)) else {
        return false;
    };
    let other =
        |access: &SourceAccess| access.kind.value.as_str() != Some("SERVER_ROOT_CA_CERTIFICATE");
    iam.value
        && mapping.access.is_open_in(&chain.world).is_false()
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

/// Where and why it is not known how a mapping reaches its source or logs in.
pub(crate) fn access_gap(
    chain: &Chain<'_>,
    access: &Collection<SourceAccess>,
    at: Span,
) -> Option<Gap> {
    let kinds = access.in_world(&chain.world).map(|access| &access.kind);
    access.gaps_in(&chain.world, at).next().or_else(|| kinds.filter_map(gap_in).next())
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
