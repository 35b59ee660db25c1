//! Permissions to write logs that are there, but for other log groups.

use iacscan_core::{Attribute, Condition, Text};
use iacscan_graph::{Chain, Grant, LinkedRole};
use iacscan_iam::Case;

use super::{LOGS, edge_log_stream};
use crate::Context;
use crate::framework::trust::{TrustPolicy, trusts_service};

/// Whether the function may write all logs it has: at the edge, where a distribution of the scan,
/// or of elsewhere if the role lets Lambda@Edge assume it, runs it.
pub(crate) fn may_write_at_edge(
    context: &Context<'_>,
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
) -> bool {
    (context.runs_at_edge(chain.id) || edge_may_assume(chain, role))
        && LOGS.missing(chain, &edge_log_stream(chain)).is_empty()
}

fn edge_may_assume(chain: &Chain<'_>, role: &LinkedRole<'_>) -> bool {
    match chain.get(&role.role.trust) {
        Some(Attribute::Known(document)) => {
            let policy = TrustPolicy { document: &document.value, condition: Condition::Always };
            !trusts_service(&policy, "edgelambda").is_false()
        }
        Some(Attribute::Unknown(..)) => true,
        Some(Attribute::Absent) | None => false,
    }
}

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
