//! A durable function cannot write its checkpoints.

use iacscan_core::{ResourceAttribute, RuleGroup, RuleMeta, Severity, Span, Text};
use iacscan_graph::{Chain, LinkedRole};

use crate::framework::spell::{exactly, noted};
use crate::framework::words::code_list;
use crate::framework::{allowed_elsewhere, unmet};
use crate::needs::{DURABLE, Demand, can_be_given, durable_execution, durable_versions};
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
    let lacking =
        (Demand::new(&DURABLE, execution.clone()).named(durable_versions(chain)), missing.to_vec());
    // A function's unqualified ARN covers no execution.
    let elsewhere: Vec<Span> =
        allowed_elsewhere(chain, role, missing, execution).map(|(_, it)| it.span).collect();
    let versions = versions(chain, role, missing, execution);
    let why = if elsewhere.is_empty() { "" } else { " on versions of the function" };
    let draft = Draft::new(&META, META.severity, durable, format!("needs {actions}{why}")).message(
        format!(
            "{{functions}} cannot write checkpoints: role {{role}} does not allow {actions}{why}"
        ),
    );
    let draft = match versions.filter(|_| can_be_given(chain, role, &lacking)) {
        Some(versions) => draft.help(format!(
            "Write `{versions}` as the resource of the statement that names the function: \
             checkpoints belong to its versions."
        )),
        None => draft.meet(chain, role, &[lacking]),
    };
    let actions = format!("{actions}{why}");
    let draft = unmet(draft, chain, role, &chain.function.header, &actions);
    elsewhere
        .into_iter()
        .fold(draft, |draft, span| draft.label(span, "means no version of the function"))
}

/// All versions of the function, where a statement with all that is missing names the function alone:
/// what to write there instead.
fn versions(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    missing: &[&'static str],
    execution: &Text,
) -> Option<String> {
    let own = &chain.function.header.address;
    let elsewhere = allowed_elsewhere(chain, role, missing, execution);
    let mut unqualified = elsewhere.filter(|(_, text)| {
        matches!(text.value.as_reference(), Some((it, ResourceAttribute::Arn)) if it == own)
    });
    let (statement, text) = unqualified.next()?;
    let names_all = missing.iter().all(|action| {
        let mut same = allowed_elsewhere(chain, role, std::slice::from_ref(action), execution);
        same.any(|(other, _)| std::ptr::eq(other, statement))
    });
    let mut new = text.value.clone();
    new.extend(&Text::from(":*"));
    let from = &role.role.header.address;
    let language = chain.graph.resolver().unit_of(from)?.language;
    let written = exactly(chain.graph, from, text, &new).filter(|_| names_all)?;
    Some(noted(language, statement, written))
}
