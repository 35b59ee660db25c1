//! SES: identities.

use iacscan_graph::nodes::ResourceKind;

use super::Context;
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    let is_identity = declaration.kind == "AWS::SES::EmailIdentity";
    if is_identity {
        context.add_named(declaration, ResourceKind::EmailIdentity, "EmailIdentity", &[]);
    }
    is_identity
}
