//! Where findings about what a role lacks point at.

use iacscan_core::Span;
use iacscan_graph::nodes::Header;
use iacscan_graph::{AttachedPolicy, Chain, LinkedRole};

use crate::Draft;

/// The text to change to give a role more: the key that lists its policies, the only attachment
/// when there is exactly one in all worlds, so that what lacks in several is one finding, else the
/// role's header; with the header of the resource that holds it.
pub(crate) fn lacking<'g>(role: &LinkedRole<'g>) -> (Span, &'g Header) {
    let header = &role.role.header;
    if let Some(span) = role.role.lacking {
        return (span, header);
    }
    match role.only {
        Some(only) if only.holder.address != header.address => {
            let is_inline = matches!(only.policy, AttachedPolicy::Inline(_));
            (if is_inline { only.holder.span } else { only.arn.span }, &only.holder)
        }
        _ => (header.span, header),
    }
}

/// Completes a finding at what needs a permission (a source, a target, a layer): the resource that
/// holds it, the function, the role, and what the role does not allow.
pub(crate) fn unmet(
    draft: Draft,
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    header: &Header,
    actions: &str,
) -> Draft {
    let (span, holder) = lacking(role);
    let of_policies = draft.of_policies.clone();
    draft
        .holder(header)
        .scope(holder)
        .function(chain.function)
        .label(span, of_policies.unwrap_or_else(|| format!("does not allow {actions}")))
        .path_to_role(chain)
        .fingerprint(header.address.name().as_str())
}
