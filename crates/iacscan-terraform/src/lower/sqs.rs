//! SQS: queues and their policies.

use iacscan_graph::nodes::ResourceKind;

use super::{Lowering, values};

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_sqs_queue" => |context, declaration| {
            let name = ["name", "name_prefix"];
            let key = ["kms_master_key_id"];
            let header = context.add_named(declaration, ResourceKind::Queue, &name, &key);
            context.own_resource_policy(&header, declaration.policy("policy"));
        },
        "awscc_sqs_queue" => |context, declaration| {
            let key = ["kms_master_key_id"];
            context.add_named(declaration, ResourceKind::Queue, &["queue_name"], &key);
        },
        "aws_sqs_queue_policy" => |context, declaration| {
            let header = context.other(declaration);
            let queue = values::known(declaration.text("queue_url"));
            context.resource_policy(&header, queue, declaration.policy("policy"));
        },
        "awscc_sqs_queue_policy" | "awscc_sqs_queue_inline_policy" => |context, declaration| {
            let header = context.other(declaration);
            let mut queues = declaration.texts("queues");
            queues.items.extend(values::known(declaration.text("queue")).items);
            context.resource_policy(&header, queues, declaration.policy("policy_document"));
        },
        _ => return None,
    };
    Some(lowering)
}
