//! Permissions to write logs that are there, but for other log groups.

use iacscan_core::{Attribute, Condition, Segment, Text};
use iacscan_graph::{Chain, Grant, LinkedRole};
use iacscan_iam::{Case, Resolve};

use super::resources::DEFAULT_GROUPS;
use super::{LOGS, edge_log_stream, split};
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
        && missing_logs(chain, &edge_log_stream(chain)).is_empty()
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

/// What the function needs to write to this log stream of its own and certainly may not.
pub(crate) fn missing_logs(chain: &Chain<'_>, stream: &Text) -> Vec<&'static str> {
    if !has_generated_group(chain) {
        return LOGS.missing(chain, stream);
    }
    let may_reach = |grant: &Grant<'_>| {
        let Some(resources) = grant.statement.resources.as_ref().filter(|it| !it.negated) else {
            return true;
        };
        let mut own = resources.clone();
        own.items.items.retain(|item| may_be_own(chain, &item.item.value));
        let resolver = chain.graph.resolver();
        let stream = resolver.resolve(stream);
        !own.matches(&stream, Case::Sensitive, &chain.world, resolver).is_false()
    };
    chain.keeping(may_reach).map_or_else(Vec::new, |chain| LOGS.missing(&chain, stream))
}

/// Whether the name of the function's log group is generated with that of the function.
fn has_generated_group(chain: &Chain<'_>) -> bool {
    let is_absent = |property| matches!(chain.get(property), Some(Attribute::Absent) | None);
    is_absent(&chain.function.log_group) && is_absent(&chain.function.name)
}

/// Whether a pattern may be for the log group of the function, as far as the form of a generated
/// name tells.
pub(crate) fn may_be_own(chain: &Chain<'_>, pattern: &Text) -> bool {
    if !has_generated_group(chain) {
        return true;
    }
    // No name of a function has a slash or a colon, so that the mark stands once in what is matched.
    let pattern = chain.graph.resolver().resolve(pattern);
    let name = split(&pattern, DEFAULT_GROUPS).and_then(|(_, behind)| Some(split(&behind, ":")?.0));
    let (Some(name), Some(unit)) = (name, chain.graph.unit_of(chain.id)) else { return true };
    let is_wild = name.segments().iter().any(|segment| {
        matches!(segment, Segment::Literal(literal) if literal.text.contains(['*', '?', '$']))
    });
    // What is not known may go on up to the colon behind `log-stream`.
    let may_go_on = name.as_known().is_none() && name.known_suffix().ends_with("-stream");
    is_wild || may_go_on || unit.language.may_generate_function_name(&name)
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
    let grants = if refused { Vec::new() } else { chain.about(action) };
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
