//! Failed events have a dead letter queue that the role cannot write to.

use iacscan_core::{Attribute, RuleGroup, RuleMeta, Severity};

use crate::framework::unmet;
use crate::needs::{actions_of, deliveries, lacking};
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

impl Rule for MissingDeadLetterPermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let Some(Attribute::Known(target)) = chain.get(&chain.function.dead_letter) else {
                continue;
            };
            let Some(role) = chain.closed() else { continue };
            let lacking = lacking(chain, deliveries(chain, target));
            let Some(actions) = actions_of(&lacking) else { continue };
            let label = format!("role {{role}} does not allow {actions} on it");
            let draft = Draft::at(&META, META.severity, target, label)
                .message(format!(
                    "failed events of {{functions}} are lost: role {{role}} does not allow \
                     {actions} on the dead letter queue"
                ))
                .meet(chain, role, &lacking);
            report.in_chain(chain, unmet(draft, chain, role, &chain.function.header, &actions));
        }
    }
}
