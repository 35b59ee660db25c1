//! SQS: queues and their policies.

use iacscan_graph::nodes::ResourceKind;

use super::Context;
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::SQS::Queue" => {
            context.add_named(declaration, ResourceKind::Queue, "QueueName", &["KmsMasterKeyId"]);
        }
        "AWS::SQS::QueuePolicy" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            let queues = declaration.texts("Queues");
            context.resource_policy(&header, queues, declaration.policy("PolicyDocument"));
        }
        "AWS::SQS::QueueInlinePolicy" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            let queue = declaration.texts("Queue");
            context.resource_policy(&header, queue, declaration.policy("PolicyDocument"));
        }
        _ => return false,
    }
    true
}
