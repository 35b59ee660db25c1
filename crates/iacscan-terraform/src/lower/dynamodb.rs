//! DynamoDB: tables and their policies.

use iacscan_core::Truth;
use iacscan_graph::nodes::ResourceKind;

use super::declaration::Declaration;
use super::{Lowering, values};

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_dynamodb_table" => |context, declaration| {
            context.add(declaration, ResourceKind::Table, |resource| {
                resource.name = declaration.name_of(&["name"]);
                resource.kms_key = declaration.text_at("server_side_encryption", &["kms_key_arn"]);
                let kinds = ["global_secondary_index", "local_secondary_index"];
                resource.indexes = indexes(declaration, kinds);
            });
        },
        "aws_dynamodb_global_table" => |context, declaration| {
            context.add_named(declaration, ResourceKind::Table, &["name"], &[]);
        },
        "awscc_dynamodb_table" | "awscc_dynamodb_global_table" => |context, declaration| {
            context.add(declaration, ResourceKind::Table, |resource| {
                resource.name = declaration.name_of(&["table_name"]);
                resource.kms_key = declaration.text_at("sse_specification", &["kms_master_key_id"]);
                let kinds = ["global_secondary_indexes", "local_secondary_indexes"];
                resource.indexes = indexes(declaration, kinds);
            });
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

/// Whether a table has indexes of these kinds, as far as one without any is known.
fn indexes(declaration: &Declaration, kinds: [&str; 2]) -> Truth {
    let is_none =
        kinds.iter().all(|kind| declaration.get(kind).is_none() && !declaration.is_dynamic(kind));
    if is_none && declaration.gap().is_none() { Truth::False } else { Truth::Unknown }
}
