//! An event source mapping polls with a role that cannot read the source.

use iacscan_core::{Attribute, RuleGroup, RuleMeta, Severity, Span};
use iacscan_graph::nodes::EventSourceMapping;
use iacscan_graph::{Chain, LinkedRole};

use crate::framework::{allowed_elsewhere, unmet};
use crate::needs::{
    Lacking, On, actions_of, demands, is_checked, is_enabled, lacking, possible_demands, source_gap,
};
use crate::{Context, Draft, Report, Rule};

/// `missing-event-source-permission`
pub(crate) struct MissingEventSourcePermission;

static META: RuleMeta = RuleMeta {
    id: "missing-event-source-permission",
    summary: "Event source mapping cannot read",
    group: RuleGroup::Baseline,
    severity: Severity::High,
    cwe: &[284],
    page: include_str!("README.md"),
};

impl Rule for MissingEventSourcePermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let Some(role) = chain.closed() else { continue };
            for (_, mapping) in chain.mappings() {
                if let Some(gap) = source_gap(chain, mapping) {
                    report.perhaps_used(
                        chain,
                        SOURCE_FEATURE,
                        gap,
                        &possible_demands(chain, mapping),
                    );
                }
                let demands = demands(chain, mapping);
                let lacking = lacking(chain, demands.iter().cloned());
                if !lacking.is_empty() {
                    report.in_chain(chain, draft(chain, role, mapping, &lacking));
                }
                if works_without(&lacking) {
                    report.perhaps_allowed(chain, SOURCE_FEATURE, mapping.span, &demands);
                }
            }
        }
    }
}

/// What is in doubt.
const SOURCE_FEATURE: &str = "its event source";

/// Whether the source can be read all the same.
fn works_without(lacking: &[Lacking]) -> bool {
    lacking.iter().all(|(demand, _)| demand.documented_only)
}

/// A mapping that is off fails when somebody turns it on.
fn severity(chain: &Chain<'_>, mapping: &EventSourceMapping, lacking: &[Lacking]) -> Severity {
    if works_without(lacking) || !is_enabled(chain, mapping).is_true() {
        Severity::Low
    } else {
        META.severity
    }
}

fn draft(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    mapping: &EventSourceMapping,
    lacking: &[Lacking],
) -> Draft {
    let elsewhere = elsewhere(chain, role, lacking);
    let actions = actions_of(lacking).unwrap_or_default();
    let on = match (lacking, elsewhere.as_slice()) {
        ([_], [(_, what), ..]) => format!(" on {what}"),
        _ => String::new(),
    };
    let is_off = mapping
        .enabled
        .iter()
        .all(|branch| matches!(&branch.item, Attribute::Known(enabled) if !enabled.value));
    let (label, message) = if works_without(lacking) {
        (
            "needs more than role {role} allows",
            format!(
                "role {{role}} of {{functions}} does not allow {actions}, which AWS documents \
                 as needed for the event source"
            ),
        )
    } else if is_off {
        (
            "is disabled, and could not be read with role {role}",
            format!(
                "the event source of {{functions}}, which is disabled, cannot be read once it is \
                 enabled: role {{role}} does not allow {actions}{on}"
            ),
        )
    } else {
        (
            "cannot be read with role {role}",
            format!(
                "the event source of {{functions}} cannot be read: role {{role}} does not \
                 allow {actions}{on}"
            ),
        )
    };
    let draft = Draft::new(&META, severity(chain, mapping, lacking), mapping.span, label)
        .message(message)
        .meet(chain, role, lacking)
        .label(chain.function.header.span, "is invoked by this mapping");
    let draft = if lacking.iter().any(|(demand, _)| is_checked(demand)) {
        draft.waits_for_grant(chain, role, &mapping.header)
    } else {
        draft
    };
    let draft = unmet(draft, chain, role, &mapping.header, &actions);
    elsewhere
        .into_iter()
        .fold(draft, |draft, (span, what)| draft.label(span, format!("is not {what}")))
}

/// Where the role allows on something else what it lacks, and what that is not.
fn elsewhere(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    lacking: &[Lacking],
) -> Vec<(Span, &'static str)> {
    let mut found = Vec::new();
    for (demand, missing) in lacking {
        if let On::Resource(what) = demand.need.on {
            let named = allowed_elsewhere(chain, role, missing, &demand.resource);
            found.extend(
                named.map(|(_, it)| (it.span, what)).filter(|(span, _)| span.is_somewhere()),
            );
        }
    }
    found
}
