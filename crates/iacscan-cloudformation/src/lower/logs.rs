//! CloudWatch Logs: groups and subscription filters.

use iacscan_core::Condition;
use iacscan_graph::nodes::ResourceKind;

use super::{Context, values};
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::Logs::LogGroup" => {
            context.add_named(declaration, ResourceKind::LogGroup, "LogGroupName", &["KmsKeyId"]);
        }
        "AWS::Logs::SubscriptionFilter" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            if let Some(target) = declaration.get("DestinationArn") {
                let always = Condition::Always;
                let has_role = values::is_set(declaration.get("RoleArn").as_ref());
                context.trigger(&header, "logs", &always, &target, has_role);
            }
            context.role_user(&header, "logs", declaration.text("RoleArn"));
        }
        "AWS::Logs::Destination" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            context.role_user(&header, "logs", declaration.text("RoleArn"));
        }
        _ => return false,
    }
    true
}
