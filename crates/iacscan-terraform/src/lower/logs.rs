//! CloudWatch Logs: log groups and subscriptions.

use iacscan_graph::nodes::ResourceKind;

use super::{Lowering, values};

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_cloudwatch_log_group" => |context, declaration| {
            let name = ["name", "name_prefix"];
            context.add_named(declaration, ResourceKind::LogGroup, &name, &["kms_key_id"]);
        },
        "awscc_logs_log_group" => |context, declaration| {
            let name = ["log_group_name"];
            context.add_named(declaration, ResourceKind::LogGroup, &name, &["kms_key_id"]);
        },
        "aws_cloudwatch_log_subscription_filter" | "awscc_logs_subscription_filter" => {
            |context, declaration| {
                let header = context.other(declaration);
                let has_role = values::is_set(declaration.get("role_arn"));
                context.triggers(declaration, &header, "logs", &["destination_arn"], has_role);
                context.role_user(&header, "logs", declaration.text("role_arn"));
            }
        }
        "aws_cloudwatch_log_destination" => |context, declaration| {
            let header = context.other(declaration);
            context.role_user(&header, "logs", declaration.text("role_arn"));
        },
        _ => return None,
    };
    Some(lowering)
}
