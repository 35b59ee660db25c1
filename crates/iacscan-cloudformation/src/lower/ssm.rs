//! Systems Manager: parameters.

use iacscan_graph::nodes::ResourceKind;

use super::Context;
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::SSM::Parameter" => {
            context.add_named(declaration, ResourceKind::Parameter, "Name", &[]);
        }
        _ => return false,
    }
    true
}
