//! IoT: rules, authorizers and provisioning templates that invoke functions.

use iacscan_core::Truth;
use iacscan_graph::nodes::ResourceKind;

use super::{Context, values};
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    let (property, paths): (&str, &[&[&str]]) = match declaration.kind {
        "AWS::IoT::Authorizer" => ("AuthorizerFunctionArn", &[&[]]),
        "AWS::IoT::ProvisioningTemplate" => ("PreProvisioningHook", &[&["TargetArn"]]),
        "AWS::IoT::TopicRule" => (
            "TopicRulePayload",
            &[
                &["Actions", "[]", "Lambda", "FunctionArn"],
                &["ErrorAction", "Lambda", "FunctionArn"],
            ],
        ),
        _ => return false,
    };
    let header = context.add(declaration, ResourceKind::Other, |_| {});
    let Some(value) = declaration.get(property) else { return true };
    for path in paths {
        for (condition, function) in values::each(&value, path) {
            context.trigger(&header, "iot", &condition, function, Truth::False);
        }
    }
    true
}
