//! DynamoDB: tables.

use iacscan_graph::nodes::ResourceKind;

use super::{Context, values};
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::DynamoDB::Table" => {
            let header = context.add_named(
                declaration,
                ResourceKind::Table,
                "TableName",
                &["SSESpecification", "KMSMasterKeyId"],
            );
            if let Some(value) = declaration.get("ResourcePolicy") {
                let document = values::at_path(Some(&value), &["PolicyDocument"], &values::policy);
                context.own_resource_policy(&header, document);
            }
        }
        "AWS::DynamoDB::GlobalTable" => {
            context.add_named(declaration, ResourceKind::Table, "TableName", &[]);
        }
        _ => return false,
    }
    true
}
