//! What a statement denies cannot be allowed by another.

use iacscan_core::{Span, Text};
use iacscan_graph::{Chain, Grant};
use iacscan_iam::Resolve;

use super::words::code_list;
use crate::Draft;

/// Says of a finding about missing actions that the role denies them, when it does: allowing them
/// elsewhere would change nothing.
pub(crate) fn unless_denied(
    draft: Draft,
    chain: &Chain<'_>,
    actions: &[&str],
    resource: &Text,
) -> Draft {
    let mut statements = Vec::new();
    for action in actions {
        let denying = denying(chain, action, resource);
        if denying.is_empty() {
            return draft;
        }
        statements.extend(denying);
    }
    let actions = code_list(actions.iter().copied());
    let draft = draft.help(format!(
        "Remove the statement that denies {actions}: nothing that is attached can allow it again."
    ));
    statements.into_iter().fold(draft, |draft, span| draft.label(span, "denies it"))
}

/// The statements that certainly deny an action.
fn denying(chain: &Chain<'_>, action: &str, resource: &Text) -> Vec<Span> {
    let Some(decision) = chain.decide(action, resource) else { return Vec::new() };
    let resolver = chain.graph.resolver();
    let resource = resolver.resolve(resource);
    let covers = |grant: &&&Grant<'_>| {
        grant.statement.covers(action, &resource, &chain.world, resolver).is_true()
    };
    decision.denying.iter().filter(covers).map(|grant| grant.statement.span).collect()
}
