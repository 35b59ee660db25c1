//! Where findings about what a role lacks point at.

use iacscan_core::Span;
use iacscan_graph::LinkedRole;
use iacscan_graph::nodes::Header;

/// The text to change to give a role more: the key that lists its policies, the only attachment
/// when there is exactly one, else the role's header; with the header of the resource that holds
/// it.
pub(crate) fn lacking<'g>(role: &LinkedRole<'g>) -> (Span, &'g Header) {
    let header = &role.role.header;
    if let Some(span) = role.role.lacking {
        return (span, header);
    }
    match role.attached.as_slice() {
        [only] if only.holder.address != header.address => (only.arn.span, &only.holder),
        _ => (header.span, header),
    }
}
