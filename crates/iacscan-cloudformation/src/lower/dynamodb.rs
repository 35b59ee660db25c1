//! DynamoDB: tables.

use iacscan_core::Truth;
use iacscan_graph::nodes::ResourceKind;

use super::{Context, values};
use crate::declaration::Declaration;

/// Whether a table has indexes, as far as one without any is known.
fn indexes(declaration: &Declaration<'_, '_>) -> Truth {
    let kinds = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
    let is_none = kinds.iter().all(|kind| declaration.get(kind).is_none());
    if is_none { Truth::False } else { Truth::Unknown }
}

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::DynamoDB::Table" => {
            let header = context.add(declaration, ResourceKind::Table, |resource| {
                resource.name = declaration.name("TableName");
                resource.kms_key = declaration.text_at("SSESpecification", &["KMSMasterKeyId"]);
                resource.indexes = indexes(declaration);
            });
            if let Some(value) = declaration.get("ResourcePolicy") {
                let document = values::at_path(Some(&value), &["PolicyDocument"], &values::policy);
                context.own_resource_policy(&header, document);
            }
        }
        "AWS::DynamoDB::GlobalTable" => {
            context.add(declaration, ResourceKind::Table, |resource| {
                resource.name = declaration.name("TableName");
                resource.indexes = indexes(declaration);
            });
        }
        _ => return false,
    }
    true
}
