//! DynamoDB: tables and their policies.

use iacscan_graph::nodes::ResourceKind;

use super::{Context, Declaration, values};

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) -> bool {
    match declaration.kind() {
        "aws_dynamodb_table" | "aws_dynamodb_global_table" => {
            let key = ["server_side_encryption", "kms_key_arn"];
            context.add_named(declaration, ResourceKind::Table, &["name"], &key);
        }
        "awscc_dynamodb_table" | "awscc_dynamodb_global_table" => {
            let key = ["sse_specification", "kms_master_key_id"];
            context.add_named(declaration, ResourceKind::Table, &["table_name"], &key);
        }
        "aws_dynamodb_resource_policy" => {
            let header = context.other(declaration);
            let target = values::known(declaration.text("resource_arn"));
            context.resource_policy(&header, target, declaration.policy("policy"));
        }
        _ => return false,
    }
    true
}
