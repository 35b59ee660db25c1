//! An ARN names an AWS managed policy that does not exist.

use iacscan_core::{RuleGroup, RuleMeta, Severity};
use iacscan_graph::{Attached, AttachedPolicy, AwsPolicy, ExecutionRole, NameProblem};

use crate::framework::concerning;
use crate::{Context, Draft, Report, Rule};

/// `managed-policy-not-found`
pub(crate) struct ManagedPolicyNotFound;

static META: RuleMeta = RuleMeta {
    id: "managed-policy-not-found",
    summary: "AWS managed policy ARN cannot exist",
    group: RuleGroup::Correctness,
    severity: Severity::High,
    cwe: &[1104],
    page: include_str!("README.md"),
};

impl Rule for ManagedPolicyNotFound {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            for attached in role.attached().chain(role.boundaries()) {
                if let AttachedPolicy::Misnamed { written, problem, meant } = &attached.policy {
                    let draft = draft(role, attached, written, *problem, meant.as_ref());
                    report.when(&attached.condition, draft);
                }
            }
        }
    }
}

fn draft(
    role: &ExecutionRole<'_>,
    attached: &Attached,
    written: &str,
    problem: NameProblem,
    meant: Option<&AwsPolicy>,
) -> Draft {
    let name = written.rsplit('/').next().unwrap_or(written);
    let (label, message) = match problem {
        NameProblem::Removed => {
            ("AWS removed this policy", format!("AWS removed the policy `{name}`"))
        }
        NameProblem::WrongPath => (
            "has another path",
            format!("there is no AWS managed policy `{written}`: `{name}` has another path"),
        ),
        NameProblem::Misspelt => {
            ("no policy has this name", format!("there is no AWS managed policy `{name}`"))
        }
        NameProblem::NotAttachable => (
            "cannot be attached to a role of yours",
            format!(
                "the AWS managed policy `{name}` cannot be attached to roles other than AWS's own"
            ),
        ),
    };
    let help = match (meant, problem) {
        (Some(policy), NameProblem::Removed) => {
            format!("AWS replaced it by `{}`.", policy.record.arn("aws"))
        }
        (Some(policy), NameProblem::WrongPath | NameProblem::Misspelt) => {
            format!("Write `{}`.", policy.record.arn("aws"))
        }
        (Some(_), NameProblem::NotAttachable) | (None, _) => {
            "Attach a policy that lists what the function needs.".to_owned()
        }
    };
    let draft = Draft::at(&META, META.severity, &attached.arn, label)
        .message(format!("{message}, so that role {{role}} cannot be deployed"))
        .help(help)
        .holder(&attached.holder)
        .fingerprint(written);
    concerning(role, &role.functions_when(&attached.condition), draft).through(attached)
}
