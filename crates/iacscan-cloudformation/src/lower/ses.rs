//! SES: identities, and rules that invoke functions.

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
        "AWS::SES::EmailIdentity" => {
            context.add_named(declaration, ResourceKind::EmailIdentity, "EmailIdentity", &[]);
        }
        "AWS::SES::ReceiptRule" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            let Some(value) = declaration.get("Rule") else { return true };
            let path = ["Actions", "[]", "LambdaAction", "FunctionArn"];
            for (condition, function) in values::each(&value, &path) {
                context.trigger(&header, "ses", &condition, function, Truth::False);
            }
        }
        _ => return false,
    }
    true
}
