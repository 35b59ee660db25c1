//! SQS: queues and their policies.

use iacscan_graph::nodes::ResourceKind;

use super::{Context, Declaration, values};

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) -> bool {
    match declaration.kind() {
        "aws_sqs_queue" => {
            let name = ["name", "name_prefix"];
            let key = ["kms_master_key_id"];
            let header = context.add_named(declaration, ResourceKind::Queue, &name, &key);
            context.own_resource_policy(&header, declaration.policy("policy"));
        }
        "awscc_sqs_queue" => {
            let key = ["kms_master_key_id"];
            context.add_named(declaration, ResourceKind::Queue, &["queue_name"], &key);
        }
        "aws_sqs_queue_policy" => {
            let header = context.other(declaration);
            let queue = values::known(declaration.text("queue_url"));
            context.resource_policy(&header, queue, declaration.policy("policy"));
        }
        "awscc_sqs_queue_policy" | "awscc_sqs_queue_inline_policy" => {
            let header = context.other(declaration);
            let mut queues = declaration.texts("queues");
            queues.items.extend(values::known(declaration.text("queue")).items);
            context.resource_policy(&header, queues, declaration.policy("policy_document"));
        }
        _ => return false,
    }
    true
}
