//! Systems Manager: parameters.

use iacscan_graph::nodes::ResourceKind;

use super::{Context, Declaration};

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) -> bool {
    match declaration.kind() {
        "aws_ssm_parameter" | "awscc_ssm_parameter" => {
            context.add_named(declaration, ResourceKind::Parameter, &["name"], &["key_id"]);
        }
        _ => return false,
    }
    true
}
