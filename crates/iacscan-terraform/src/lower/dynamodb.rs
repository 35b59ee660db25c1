//! DynamoDB: tables and their policies.

use iacscan_graph::nodes::ResourceKind;

use super::{Lowering, values};

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_dynamodb_table" | "aws_dynamodb_global_table" => |context, declaration| {
            let key = ["server_side_encryption", "kms_key_arn"];
            context.add_named(declaration, ResourceKind::Table, &["name"], &key);
        },
        "awscc_dynamodb_table" | "awscc_dynamodb_global_table" => |context, declaration| {
            let key = ["sse_specification", "kms_master_key_id"];
            context.add_named(declaration, ResourceKind::Table, &["table_name"], &key);
        },
        "aws_dynamodb_resource_policy" => |context, declaration| {
            let header = context.other(declaration);
            let target = values::known(declaration.text("resource_arn"));
            context.resource_policy(&header, target, declaration.policy("policy"));
        },
        _ => return None,
    };
    Some(lowering)
}
