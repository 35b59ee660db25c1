//! A durable function cannot write its checkpoints.

use iacscan_core::{RuleGroup, RuleMeta, Severity, Span, Text, Truth};
use iacscan_graph::{Chain, LinkedRole};
use iacscan_iam::Case;

use crate::framework::unmet;
use crate::framework::words::code_list;
use crate::needs::{DURABLE, Demand, durable_execution, durable_versions};
use crate::{Context, Draft, Report, Rule};

/// `missing-durable-permission`
pub(crate) struct MissingDurablePermission;

static META: RuleMeta = RuleMeta {
    id: "missing-durable-permission",
    summary: "Durable function cannot checkpoint",
    group: RuleGroup::Baseline,
    severity: Severity::High,
    cwe: &[],
    page: include_str!("README.md"),
};

impl Rule for MissingDurablePermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let Some(durable) = chain.get(&chain.function.durable) else { continue };
            let execution = durable_execution(chain);
            let demand = Demand::new(&DURABLE, execution.clone());
            if let Some(gap) = durable.gap() {
                report.perhaps_used(
                    chain,
                    "its durable configuration",
                    gap,
                    std::slice::from_ref(&demand),
                );
            }
            let Some(durable) = durable.known().filter(|durable| durable.value) else { continue };
            let Some(role) = chain.closed() else { continue };
            let missing = DURABLE.missing(chain, &execution);
            if !missing.is_empty() {
                report.in_chain(chain, draft(chain, role, durable.span, &missing, &execution));
            } else {
                report.perhaps_allowed(chain, "its checkpoints", durable.span, &[demand]);
            }
        }
    }
}

fn draft(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    durable: Span,
    missing: &[&'static str],
    execution: &Text,
) -> Draft {
    let actions = code_list(missing.iter().copied());
    let demand = Demand::new(&DURABLE, execution.clone()).named(durable_versions(chain));
    let elsewhere: Vec<Span> = granted_elsewhere(chain, role, missing).collect();
    let why = if elsewhere.is_empty() { "" } else { " on versions of the function" };
    let draft = Draft::new(&META, META.severity, durable, format!("needs {actions}{why}"))
        .message(format!(
            "{{functions}} cannot write checkpoints: role {{role}} does not allow {actions}{why}"
        ))
        .meet(chain, role, &[(demand, missing.to_vec())]);
    let actions = format!("{actions}{why}");
    let draft = unmet(draft, chain, role, &chain.function.header, &actions);
    elsewhere
        .into_iter()
        .fold(draft, |draft, span| draft.label(span, "means no version of the function"))
}

/// The resources on which the role allows it: a function's unqualified ARN covers no execution.
fn granted_elsewhere<'c>(
    chain: &'c Chain<'_>,
    role: &'c LinkedRole<'_>,
    missing: &'c [&'static str],
) -> impl Iterator<Item = Span> + 'c {
    let resolver = chain.graph.resolver();
    role.grants.iter().map(|grant| grant.statement).filter_map(move |statement| {
        let (actions, resources) = (statement.actions.as_ref()?, statement.resources.as_ref()?);
        let allows = Truth::any(missing.iter().map(|action| {
            actions.matches(&Text::from(*action), Case::Insensitive, &chain.world, resolver)
        }));
        let first = resources.patterns(&chain.world).next()?;
        (statement.is_allow() && allows.is_true()).then_some(first.span)
    })
}
