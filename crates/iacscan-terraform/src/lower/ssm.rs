//! Systems Manager: parameters.

use iacscan_graph::nodes::ResourceKind;

use super::Lowering;

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_ssm_parameter" | "awscc_ssm_parameter" => |context, declaration| {
            context.add_named(declaration, ResourceKind::Parameter, &["name"], &["key_id"]);
        },
        _ => return None,
    };
    Some(lowering)
}
