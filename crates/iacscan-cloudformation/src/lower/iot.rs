//! IoT: rules that invoke functions.

use iacscan_core::Truth;
use iacscan_graph::nodes::ResourceKind;

use super::{Context, values};
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::IoT::TopicRule" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            let Some(value) = declaration.get("TopicRulePayload") else { return true };
            let paths: [&[&str]; 2] = [
                &["Actions", "[]", "Lambda", "FunctionArn"],
                &["ErrorAction", "Lambda", "FunctionArn"],
            ];
            for path in paths {
                for (condition, function) in values::each(&value, path) {
                    context.trigger(&header, "iot", &condition, function, Truth::False);
                }
            }
        }
        _ => return false,
    }
    true
}
