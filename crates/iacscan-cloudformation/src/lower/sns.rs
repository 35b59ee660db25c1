//! SNS: topics, subscriptions, policies.

use iacscan_core::{Condition, Located, Truth, Value};
use iacscan_graph::lower;
use iacscan_graph::nodes::{Header, ResourceKind};

use super::{Context, values};
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::SNS::Topic" => {
            let header = context.add_named(
                declaration,
                ResourceKind::Topic,
                "TopicName",
                &["KmsMasterKeyId"],
            );
            if let Some(value) = declaration.get("Subscription") {
                for (condition, item) in values::each(&value, &["[]"]) {
                    subscription(context, &header, &condition, item);
                }
            }
        }
        "AWS::SNS::Subscription" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            if let (Some(endpoint), Some(protocol)) =
                (declaration.get("Endpoint"), declaration.get("Protocol"))
            {
                endpoint_of(context, &header, &Condition::Always, &endpoint, &protocol);
            }
        }
        "AWS::SNS::TopicPolicy" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            let topics = declaration.texts("Topics");
            context.resource_policy(&header, topics, declaration.policy("PolicyDocument"));
        }
        "AWS::SNS::TopicInlinePolicy" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            let topic = declaration.texts("TopicArn");
            context.resource_policy(&header, topic, declaration.policy("PolicyDocument"));
        }
        _ => return false,
    }
    true
}

/// One entry of a topic's `Subscription`.
fn subscription(
    context: &mut Context<'_, '_>,
    header: &Header,
    condition: &Condition,
    item: &Located<Value>,
) {
    if let Some(map) = item.value.as_map()
        && let (Some(endpoint), Some(protocol)) = (map.get("Endpoint"), map.get("Protocol"))
    {
        endpoint_of(context, header, condition, endpoint, protocol);
    }
}

fn endpoint_of(
    context: &mut Context<'_, '_>,
    header: &Header,
    condition: &Condition,
    endpoint: &Located<Value>,
    protocol: &Located<Value>,
) {
    let protocol = lower::text(Some(protocol));
    if lower::is_text(&protocol, "lambda").is_true() {
        context.trigger(header, "sns", condition, endpoint, Truth::False);
    }
}
