//! Failed events have a dead letter queue that the role cannot write to.

use iacscan_core::{RuleGroup, RuleMeta, Severity};

use crate::framework::{gap_in, unmet};
use crate::needs::{Target, actions_of, deliveries, deliveries_to_any, lacking};
use crate::{Context, Draft, Report, Rule};

/// `missing-dead-letter-permission`
pub(crate) struct MissingDeadLetterPermission;

static META: RuleMeta = RuleMeta {
    id: "missing-dead-letter-permission",
    summary: "Dead letter queue is not writable",
    group: RuleGroup::Baseline,
    severity: Severity::High,
    cwe: &[755],
    page: include_str!("README.md"),
};

/// What is in doubt.
const FEATURE: &str = "its dead letter queue";

impl Rule for MissingDeadLetterPermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let Some(target) = chain.get(&chain.function.dead_letter) else { continue };
            let demands = target.known().map_or_else(Vec::new, |it| deliveries(chain, it));
            if demands.is_empty() {
                let gap = target.gap().or_else(|| gap_in(target.known()?));
                if let Some(gap) = gap {
                    report.perhaps_used(
                        chain,
                        FEATURE,
                        gap,
                        &deliveries_to_any(Target::DeadLetter),
                    );
                }
            }
            let (Some(target), Some(role)) = (target.known(), chain.closed()) else { continue };
            let lacking = lacking(chain, demands.iter().cloned());
            let Some(actions) = actions_of(&lacking) else {
                report.perhaps_allowed(chain, FEATURE, target.span, &demands);
                continue;
            };
            let label = format!("role {{role}} does not allow {actions} on it");
            let draft = Draft::at(&META, META.severity, target, label)
                .message(format!(
                    "{{functions}} cannot be created or updated with its dead letter queue: role \
                     {{role}} does not allow {actions} on it"
                ))
                .meet(chain, role, &lacking)
                .waits_for_grant(chain, role, &chain.function.header);
            report.in_chain(chain, unmet(draft, chain, role, &chain.function.header, &actions));
        }
    }
}
