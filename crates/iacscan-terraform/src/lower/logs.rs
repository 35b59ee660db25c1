//! CloudWatch Logs: log groups and subscriptions.

use iacscan_core::Truth;
use iacscan_graph::nodes::ResourceKind;

use super::{Context, Declaration};

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) -> bool {
    match declaration.kind() {
        "aws_cloudwatch_log_group" => {
            let name = ["name", "name_prefix"];
            context.add_named(declaration, ResourceKind::LogGroup, &name, &["kms_key_id"]);
        }
        "awscc_logs_log_group" => {
            let name = ["log_group_name"];
            context.add_named(declaration, ResourceKind::LogGroup, &name, &["kms_key_id"]);
        }
        "aws_cloudwatch_log_subscription_filter" | "awscc_logs_subscription_filter" => {
            let header = context.other(declaration);
            context.triggers(declaration, &header, "logs", &["destination_arn"], Truth::False);
            context.role_user(&header, "logs", declaration.text("role_arn"));
        }
        "aws_cloudwatch_log_destination" => {
            let header = context.other(declaration);
            context.role_user(&header, "logs", declaration.text("role_arn"));
        }
        _ => return false,
    }
    true
}
