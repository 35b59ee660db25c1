//! Permissions to write logs that are there, but for other log groups.

use iacscan_core::Text;
use iacscan_graph::{Chain, Grant, LinkedRole};
use iacscan_iam::Case;

/// The grants by which the role may do this with logs, but not with this log stream. Grants of
/// AWS's policies and grants for Lambda Insights are about other log groups by intent.
pub(crate) fn granted_elsewhere<'r, 'g>(
    chain: &'r Chain<'g>,
    role: &'r LinkedRole<'g>,
    action: &'static str,
    stream: &Text,
) -> impl Iterator<Item = &'r Grant<'g>> {
    let refused = role.boundary.is_some()
        || chain.decide(action, stream).is_some_and(|decision| !decision.denying.is_empty());
    let resolver = chain.graph.resolver();
    let grants = if refused { Vec::new() } else { role.about(action, chain) };
    grants.into_iter().filter(move |grant| {
        let statement = grant.statement;
        let (Some(actions), Some(resources)) = (&statement.actions, &statement.resources) else {
            return false;
        };
        let action = Text::from(action);
        statement.is_allow()
            && grant.attached.aws().is_none()
            && actions.matches(&action, Case::Insensitive, &chain.world, resolver).is_true()
            && resources
                .patterns(&chain.world)
                .any(|pattern| !pattern.value.to_string().contains("lambda-insights"))
    })
}
