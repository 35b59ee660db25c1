//! An AWS managed policy reads or writes data in every resource.

use iacscan_core::{RuleGroup, RuleMeta, Severity};
use iacscan_graph::nodes::SourceKind;
use iacscan_graph::{Attached, AwsPolicy, ExecutionRole};
use iacscan_iam::aws::{AccessLevel, Action, Tier};

use crate::framework::features::{FEATURE_POLICIES, sources_of};
use crate::framework::narrow::in_place;
use crate::framework::words::code_list;
use crate::framework::{Removed, concerning, with_depending};
use crate::{Context, Draft, Report, Rule};

/// `broad-data-managed-policy`
pub(crate) struct BroadDataManagedPolicy;

static META: RuleMeta = RuleMeta {
    id: "broad-data-managed-policy",
    summary: "Managed policy reads or writes data in every resource",
    group: RuleGroup::Excess,
    severity: Severity::Low,
    cwe: &[732],
    page: include_str!("README.md"),
};

impl Rule for BroadDataManagedPolicy {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            for attached in role.attached() {
                if let Some(policy) = attached.existing_aws()
                    && policy.breadth.tier == Some(Tier::BroadData)
                    && !serves_a_feature(role, policy)
                {
                    report.when(&attached.condition, draft(context, role, attached, policy));
                }
            }
        }
    }
}

/// Whether the policy is made for a feature, which is `unused-feature-policy` where the feature is
/// not in use, or touches nothing but the kinds of sources that are polled.
fn serves_a_feature(role: &ExecutionRole<'_>, policy: &AwsPolicy) -> bool {
    if FEATURE_POLICIES.iter().any(|feature| feature.policy == policy.record.name) {
        return true;
    }
    let Some(polled) = sources_of(role) else { return true };
    policy.breadth.data_actions.iter().all(|action| {
        let service = action.split(':').next().unwrap_or_default();
        SourceKind::of_service(service).is_some_and(|kind| polled.contains(&kind))
    })
}

fn draft(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    attached: &Attached,
    policy: &AwsPolicy,
) -> Draft {
    let name = policy.record.name;
    let actions = code_list(policy.breadth.data_actions.iter().copied());
    // It holds more than these.
    let them = if policy.breadth.data_actions.len() == 1 { "it is" } else { "they are" };
    let what =
        format!("what the code calls of `{name}`, {actions} only on the ARNs {them} called on");
    let names = &policy.breadth.data_actions;
    let services: Vec<&str> = names.iter().filter_map(|it| Some(it.split_once(':')?.0)).collect();
    let reads = names.iter().all(|name| iacscan_iam::aws::action(name).is_some_and(reads));
    let replace = in_place(role, attached, &what, &services, reads);
    let draft =
        Draft::at(&META, META.severity, attached.named(), format!("allows {actions} everywhere"))
            .message(format!(
                "`{name}` lets {{functions}} use {actions} on every resource of the account"
            ))
            .help(with_depending(&replace, context, role, Removed::Policy(attached)))
            .holder(attached.document_holder(role.graph))
            .fingerprint(name);
    concerning(role, &role.functions_when(&attached.condition), draft).through(attached)
}

fn reads(action: Action) -> bool {
    matches!(action.level, AccessLevel::Read | AccessLevel::List)
}
