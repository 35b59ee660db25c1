//! Event source mappings.

use iacscan_core::{Collection, Gap, Located, Property, Text, Truth, Unknown, Value};
use iacscan_graph::lower::{flag, lists, text};
use iacscan_graph::nodes::{EventSourceMapping, ResourceKind, SourceAccess, SourceKind};

use crate::call::whole;
use crate::declaration::Declaration;
use crate::lower::{Context, values};

/// `AWS::Lambda::EventSourceMapping`.
pub(super) fn mapping<'e, 't>(context: &mut Context<'e, 't>, declaration: &Declaration<'e, 't>) {
    let header = context.add(declaration, ResourceKind::Other, |_| {});
    let place = ["EventSourceArn", "SelfManagedEventSource"]
        .into_iter()
        .find_map(|key| declaration.entry(key));
    let is_set = |key: &str| values::is_set(declaration.get(key).as_ref());
    let topics = declaration.texts("Topics");
    let kind = if is_set("SelfManagedEventSource").is_true() {
        Some(SourceKind::SelfManagedKafka)
    } else if is_set("DocumentDBEventSourceConfig").is_true() {
        Some(SourceKind::DocumentDb)
    } else if lists(&topics) && is_set("SelfManagedEventSource").is_false() {
        Some(SourceKind::Msk)
    } else if lists(&declaration.texts("Queues")) {
        Some(SourceKind::Mq)
    } else {
        None
    };
    let (schema_registry, schema_registry_access) = schema_registry(declaration);
    context.unit.mappings.push(EventSourceMapping {
        span: place.map_or(header.span, |entry| whole(&entry.value)),
        header,
        function: declaration.text("FunctionName"),
        source: declaration.symbol("EventSourceArn"),
        kind,
        topics,
        consumer_group: kafka_config(declaration).map_or_else(Property::default, |config| {
            values::at_path(Some(&config), &["ConsumerGroupId"], &text)
        }),
        enabled: flag(declaration.get("Enabled").as_ref()),
        access: access(declaration.get_with_inputs("SourceAccessConfigurations").as_ref()),
        schema_registry,
        schema_registry_access,
        on_failure: declaration.text_at("DestinationConfig", &["OnFailure", "Destination"]),
        on_failure_typed: Truth::False,
        secrets_key: Property::default(),
    });
}

/// `SourceAccessConfigurations`, `AccessConfigs`: pairs of `Type` and `URI`.
pub(crate) fn access(value: Option<&Located<Value>>) -> Collection<SourceAccess> {
    values::maps(value, |item, map| {
        let part = |key: &str| map.get(key).and_then(|part| Some(part.with(part.value.to_text()?)));
        match (part("Type"), part("URI")) {
            (Some(kind), Some(uri)) => Ok(SourceAccess { kind, uri }),
            _ => Err(map.open.unwrap_or(Gap { span: item.span, unknown: Unknown::Unsupported })),
        }
    })
}

/// What configures a Kafka source.
fn kafka_config(declaration: &Declaration<'_, '_>) -> Option<Located<Value>> {
    let keys = ["AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig"];
    keys.into_iter().find_map(|key| {
        declaration.entry(key)?;
        declaration.get(key)
    })
}

/// The schema registry of a Kafka source and the secrets it needs.
fn schema_registry(
    declaration: &Declaration<'_, '_>,
) -> (Property<Text>, Collection<SourceAccess>) {
    let Some(config) = kafka_config(declaration) else {
        return (Property::default(), Collection::default());
    };
    let path = ["SchemaRegistryConfig", "SchemaRegistryURI"];
    let uri = values::at_path(Some(&config), &path, &text);
    let mut secrets = Collection::default();
    for (condition, configs) in values::each(&config, &["SchemaRegistryConfig", "AccessConfigs"]) {
        let found = access(Some(configs));
        for item in found.items {
            secrets.push_when(condition.clone().and(item.condition), item.item);
        }
        for gap in found.gaps {
            secrets.open(condition.clone().and(gap.condition), gap.item);
        }
    }
    (uri, secrets)
}
