//! AWS Config: rules with code of their own, the recorder.

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
        "AWS::Config::ConfigRule" | "AWS::Config::OrganizationConfigRule" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            let Some(value) = declaration.get("Source") else { return true };
            for (condition, function) in values::each(&value, &["SourceIdentifier"]) {
                context.trigger(&header, "config", &condition, function, Truth::False);
            }
        }
        "AWS::Config::ConfigurationRecorder" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            context.role_user(&header, "config", declaration.text("RoleARN"));
        }
        _ => return false,
    }
    true
}
