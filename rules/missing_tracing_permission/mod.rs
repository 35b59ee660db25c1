//! A function records X-Ray segments and its role cannot upload them: Lambda tests the first of the
//! two actions before it creates or updates the function.

use iacscan_core::{Attribute, RuleGroup, RuleMeta, Severity, Span, Text};
use iacscan_graph::nodes::Tracing;
use iacscan_graph::{Chain, LinkedRole};

use crate::framework::words::code_list;
use crate::needs::{Demand, TRACING, can_be_given, everything, said_of_policies};
use crate::{Context, Draft, Report, Rule};

/// `missing-tracing-permission`
pub(crate) struct MissingTracingPermission;

static META: RuleMeta = RuleMeta {
    id: "missing-tracing-permission",
    summary: "X-Ray is on and the role cannot upload",
    group: RuleGroup::Baseline,
    severity: Severity::Medium,
    cwe: &[778],
    page: include_str!("README.md"),
};

/// AWS's policy for Application Signals, which leaves the telemetry records out.
const APPLICATION_SIGNALS: &str = "CloudWatchLambdaApplicationSignalsExecutionRolePolicy";

impl Rule for MissingTracingPermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let segments = everything("xray");
            let demand = Demand::new(&TRACING, segments.clone());
            if let Some(gap) = chain.get(&chain.function.tracing).and_then(Attribute::gap) {
                report.perhaps_used(chain, "its tracing mode", gap, std::slice::from_ref(&demand));
            }
            let (Some(tracing), Some(role)) = (activation(chain), chain.closed()) else { continue };
            let missing = TRACING.missing(chain, &segments);
            if !missing.is_empty() {
                let severity = severity(role, &missing);
                report.in_chain(chain, draft(chain, role, tracing, severity, &missing, &segments));
            } else {
                report.perhaps_allowed(chain, "its traces", tracing, &[demand]);
            }
        }
    }
}

/// Where active tracing is configured.
fn activation(chain: &Chain<'_>) -> Option<Span> {
    match chain.get(&chain.function.tracing) {
        Some(Attribute::Known(mode)) if mode.value == Tracing::Active => Some(mode.span),
        _ => None,
    }
}

/// Without telemetry records traces still arrive.
fn severity(role: &LinkedRole<'_>, missing: &[&str]) -> Severity {
    let has_signals = || {
        let mut attached = role.attached.iter().filter_map(|attached| attached.aws());
        attached.any(|policy| policy.record.name == APPLICATION_SIGNALS)
    };
    match (only_telemetry(missing), has_signals()) {
        (true, true) => Severity::Info,
        (true, false) => Severity::Low,
        (false, _) => META.severity,
    }
}

fn only_telemetry(missing: &[&str]) -> bool {
    missing == ["xray:PutTelemetryRecords"]
}

fn draft(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    tracing: Span,
    severity: Severity,
    missing: &[&str],
    segments: &Text,
) -> Draft {
    let actions = code_list(missing.iter().copied());
    let demand = Demand::new(&TRACING, segments.clone());
    let address = &role.role.header.address;
    let lacking = [(demand, TRACING.actions.to_vec())];
    let is_given = |lacking| can_be_given(chain, role, lacking);
    let scoped = lacking.iter().all(is_given)
        && missing.iter().any(|action| {
            chain.allows(action, segments).is_false() && chain.allows_somewhere(action).is_true()
        });
    let (what, why) = if scoped {
        (format!("does not allow {actions} on `*`"), ", and X-Ray knows no other resource")
    } else {
        (format!("does not allow {actions}"), "")
    };
    let harm = if only_telemetry(missing) {
        "telemetry records of {functions} are lost"
    } else {
        "Lambda refuses to create or update {functions} with active tracing"
    };
    let (span, holder) = crate::framework::lacking(role);
    let label = said_of_policies(chain, role, &lacking, what.clone());
    let draft = Draft::new(&META, severity, span, label)
        .message(format!("{harm}: role {{role}} {what}{why}"))
        .meet(chain, role, &lacking);
    let draft = if only_telemetry(missing) {
        draft
    } else {
        draft.waits_for_grant(chain, role, &chain.function.header)
    };
    draft
        .holder(holder)
        .function(chain.function)
        .label(tracing, "records traces")
        .path_to_role(chain)
        .fingerprint(address.name().as_str())
}
