//! A managed policy that grants whole services is attached to an execution role.

use iacscan_core::{RuleGroup, RuleMeta, Severity};
use iacscan_graph::{Attached, AwsPolicy, ExecutionRole};
use iacscan_iam::aws::Tier;

use crate::framework::narrow::in_place;
use crate::framework::words::code_list;
use crate::framework::{Removed, concerning, with_depending};
use crate::{Context, Draft, Report, Rule};

/// `full-access-managed-policy`
pub(crate) struct FullAccessManagedPolicy;

static META: RuleMeta = RuleMeta {
    id: "full-access-managed-policy",
    summary: "Service-wide managed policy on an execution role",
    group: RuleGroup::Excess,
    severity: Severity::Medium,
    cwe: &[250],
    page: include_str!("README.md"),
};

impl Rule for FullAccessManagedPolicy {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            for attached in role.attached() {
                let Some(policy) = attached.existing_aws() else { continue };
                if let Some(severity) = severity(policy) {
                    let services: Vec<&str> = services(policy).collect();
                    let advice = in_place(role, attached, REPLACE, &services, false);
                    let help = with_depending(&advice, context, role, Removed::Policy(attached));
                    let draft = draft(role, attached, policy, severity).help(help);
                    report.when(&attached.condition, draft);
                }
            }
        }
    }
}

const REPLACE: &str = "the actions that are called on the ARNs they are called on";

/// The services that the policy allows, or nearly so.
fn services(policy: &AwsPolicy) -> impl Iterator<Item = &str> {
    let breadth = &policy.breadth;
    let nearly = breadth.nearly_full_services.iter().map(|it| it.service);
    breadth.full_services.iter().map(String::as_str).chain(nearly)
}

/// The broadest policies are `admin-policy`.
fn severity(policy: &AwsPolicy) -> Option<Severity> {
    match policy.breadth.tier? {
        Tier::ManyServices | Tier::SensitiveService => Some(META.severity),
        Tier::OtherService | Tier::NearlyFullService => Some(Severity::Low),
        Tier::Everything | Tier::Escalation | Tier::BroadData => None,
    }
}

/// What the policy grants: "every action of `s3` and `sns`", "51 of 56 `fsx` actions".
fn extent(policy: &AwsPolicy) -> String {
    let breadth = &policy.breadth;
    if let Some(service) = breadth.nearly_full_services.first()
        && breadth.full_services.is_empty()
    {
        return format!("{} of {} `{}` actions", service.granted, service.total, service.service);
    }
    let services = code_list(breadth.full_services.iter().map(String::as_str));
    // What it reads and writes besides may be the graver half.
    let is_besides = |action: &&str| {
        let service = action.split(':').next().unwrap_or_default();
        breadth.full_services.iter().all(|full| full != service)
    };
    let besides: Vec<&str> = breadth.data_actions.iter().copied().filter(is_besides).collect();
    if besides.is_empty() {
        return format!("every action of {services}");
    }
    format!("every action of {services}, and {},", code_list(besides))
}

fn draft(
    role: &ExecutionRole<'_>,
    attached: &Attached,
    policy: &AwsPolicy,
    severity: Severity,
) -> Draft {
    let (name, extent) = (policy.record.name, extent(policy));
    // The comma is the sentence's.
    let label = format!("allows {}", extent.trim_end_matches(','));
    let draft = Draft::at(&META, severity, attached.named(), label)
        .message(format!("`{name}` allows {{functions}} {extent} on every resource"))
        .holder(attached.document_holder(role.graph))
        .fingerprint(name);
    concerning(role, &role.functions_when(&attached.condition), draft).through(attached)
}
