//! Event source mappings.

use iacscan_core::{Collection, Gap, Located, Property, Text, Truth, Unknown, Value};
use iacscan_graph::lower::{flag, lists};
use iacscan_graph::nodes::{EventSourceMapping, SourceAccess, SourceKind};

use crate::lower::{Context, Declaration, values};

/// `aws_lambda_event_source_mapping`.
pub(super) fn mapping(context: &mut Context<'_, '_>, declaration: &Declaration) {
    let header = context.other(declaration);
    let is_set = |name: &str| values::is_set(declaration.get(name));
    let topics = declaration.texts("topics");
    let kind = if is_set("self_managed_event_source").is_true() {
        Some(SourceKind::SelfManagedKafka)
    } else if is_set("document_db_event_source_config").is_true() {
        Some(SourceKind::DocumentDb)
    } else if lists(&topics) && is_set("self_managed_event_source").is_false() {
        Some(SourceKind::Msk)
    } else if lists(&declaration.texts("queues")) {
        Some(SourceKind::Mq)
    } else {
        None
    };
    let span = declaration
        .get("event_source_arn")
        .map(Located::use_span)
        .or_else(|| declaration.key("self_managed_event_source"))
        .unwrap_or(header.span);
    let (schema_registry, schema_registry_access) = schema_registry(declaration);
    let access_names = ["source_access_configuration", "source_access_configurations"];
    let mut on_failure =
        declaration.text_at("destination_config", &["on_failure", "destination_arn"]);
    if declaration.kind().starts_with("awscc_") {
        on_failure = declaration.text_at("destination_config", &["on_failure", "destination"]);
    }
    context.unit.mappings.push(EventSourceMapping {
        span,
        header,
        function: declaration.text("function_name"),
        source: declaration.symbol("event_source_arn"),
        kind,
        topics,
        consumer_group: values::at_path(
            kafka_config(declaration),
            &["consumer_group_id"],
            &|value| values::text(value),
        ),
        enabled: flag(declaration.get("enabled")),
        access: access(access_names.iter().find_map(|name| declaration.get(name))),
        schema_registry,
        schema_registry_access,
        on_failure,
        on_failure_typed: Truth::False,
        secrets_key: Property::default(),
    });
}

/// Blocks of `type` and `uri`.
fn access(value: Option<&Located<Value>>) -> Collection<SourceAccess> {
    values::maps(value, |block, map| {
        let part = |key: &str| map.get(key).and_then(|part| Some(part.with(part.value.to_text()?)));
        match (part("type"), part("uri")) {
            (Some(kind), Some(uri)) => Ok(Some(SourceAccess { kind, uri })),
            _ => Err(map.open.unwrap_or(Gap { span: block.span, unknown: Unknown::Unsupported })),
        }
    })
}

/// What configures a Kafka source.
fn kafka_config(declaration: &Declaration) -> Option<&Located<Value>> {
    let names =
        ["amazon_managed_kafka_event_source_config", "self_managed_kafka_event_source_config"];
    names.iter().find_map(|name| declaration.get(name))
}

/// The schema registry of a Kafka source and the secrets it needs.
fn schema_registry(declaration: &Declaration) -> (Property<Text>, Collection<SourceAccess>) {
    let Some(config) = kafka_config(declaration) else {
        return (Property::default(), Collection::default());
    };
    let path = ["schema_registry_config", "schema_registry_uri"];
    let uri = values::at_path(Some(config), &path, &|value| values::text(value));
    let mut secrets = Collection::default();
    for name in ["access_config", "access_configs"] {
        for (condition, configs) in values::each(config, &["schema_registry_config", name]) {
            let found = access(Some(configs));
            for item in found.items {
                secrets.push_when(condition.clone().and(item.condition), item.item);
            }
            for gap in found.gaps {
                secrets.open(condition.clone().and(gap.condition), gap.item);
            }
        }
    }
    (uri, secrets)
}
