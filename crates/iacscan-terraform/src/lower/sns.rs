//! SNS: topics, subscriptions and policies.

use iacscan_core::{Condition, Located, Truth, Value};
use iacscan_graph::lower;
use iacscan_graph::nodes::{Header, ResourceKind};

use super::{Context, Lowering, values};

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_sns_topic" => |context, declaration| {
            let name = ["name", "name_prefix"];
            let key = ["kms_master_key_id"];
            let header = context.add_named(declaration, ResourceKind::Topic, &name, &key);
            context.own_resource_policy(&header, declaration.policy("policy"));
        },
        "awscc_sns_topic" => |context, declaration| {
            let key = ["kms_master_key_id"];
            let header = context.add_named(declaration, ResourceKind::Topic, &["topic_name"], &key);
            let Some(value) = declaration.get("subscription") else { return };
            for item in lower::items(Some(value)).items {
                let Some(map) = item.item.value.as_map() else { continue };
                let (endpoint, protocol) = (map.get("endpoint"), map.get("protocol"));
                subscription(context, &header, &item.condition, endpoint, protocol);
            }
        },
        "aws_sns_topic_subscription" | "awscc_sns_subscription" => |context, declaration| {
            let header = context.other(declaration);
            let (endpoint, protocol) = (declaration.get("endpoint"), declaration.get("protocol"));
            subscription(context, &header, &Condition::Always, endpoint, protocol);
        },
        "aws_sns_topic_policy" => |context, declaration| {
            let header = context.other(declaration);
            let topic = values::known(declaration.text("arn"));
            context.resource_policy(&header, topic, declaration.policy("policy"));
        },
        "awscc_sns_topic_policy" | "awscc_sns_topic_inline_policy" => |context, declaration| {
            let header = context.other(declaration);
            let mut topics = declaration.texts("topics");
            topics.items.extend(values::known(declaration.text("topic_arn")).items);
            context.resource_policy(&header, topics, declaration.policy("policy_document"));
        },
        _ => return None,
    };
    Some(lowering)
}

fn subscription(
    context: &mut Context<'_, '_>,
    header: &Header,
    condition: &Condition,
    endpoint: Option<&Located<Value>>,
    protocol: Option<&Located<Value>>,
) {
    let (Some(endpoint), Some(protocol)) = (endpoint, protocol) else { return };
    if lower::is_text(&values::text(Some(protocol)), "lambda").is_true() {
        context.trigger(header, "sns", condition, endpoint, Truth::False);
    }
}
