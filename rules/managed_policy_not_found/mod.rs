//! An ARN names an AWS managed policy that does not exist.

use iacscan_core::{Located, RuleGroup, RuleMeta, Segment, Severity, Span, Step, Text};
use iacscan_graph::{Attached, AttachedPolicy, AwsPolicy, ExecutionRole, NameProblem};
use iacscan_iam::aws::Tier;

use crate::framework::narrow::in_place;
use crate::framework::{Removed, concerning, with_depending};
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
                if let Some(draft) = draft(context, role, attached) {
                    report.when(&attached.condition, draft);
                }
            }
        }
    }
}

/// What stands before the name of a policy.
fn path(policy: Option<&AwsPolicy>) -> String {
    match policy.map(|policy| policy.record.path.trim_start_matches('/')) {
        Some("") => "no path".to_owned(),
        Some(path) => format!("the path `{path}`"),
        None => "another path".to_owned(),
    }
}

/// What `broad-data-managed-policy` mostly says then.
const BROAD: &str = "It reads or writes data everywhere: a policy of your own with what the code \
                     calls of it, on named ARNs, is better.";

/// Whether with a policy more permissions can be gained than it gives.
fn administers(policy: &AwsPolicy) -> bool {
    matches!(policy.breadth.tier, Some(Tier::Everything | Tier::Escalation))
}

/// The part of an ARN that is written elsewhere than the rest, and what has to stand there: an item
/// of a list whose other items stand in the same place.
fn item(arn: &Located<Text>, right: &str) -> Option<(Span, String)> {
    let (last, before) = arn.value.segments().split_last()?;
    let Segment::Literal(last) = last else { return None };
    let mut beginning = String::new();
    for segment in before {
        let Segment::Literal(literal) = segment else { return None };
        beginning.push_str(&literal.text);
    }
    let span = last.span(0..last.text.len())?;
    let is_here =
        span.source == arn.span.source && arn.span.start <= span.start && span.end <= arn.span.end;
    let rest = right.strip_prefix(&beginning).filter(|_| !is_here && !beginning.is_empty())?;
    Some((span, rest.to_owned()))
}

fn draft(context: &Context<'_>, role: &ExecutionRole<'_>, attached: &Attached) -> Option<Draft> {
    let AttachedPolicy::Misnamed { written, partition, problem, meant } = &attached.policy else {
        return None;
    };
    let name = written.rsplit('/').next().unwrap_or(written);
    let (label, message) = match problem {
        NameProblem::Removed => {
            ("AWS removed this policy", format!("AWS removed the policy `{name}`"))
        }
        NameProblem::WrongPath => (
            "has another path",
            format!(
                "there is no AWS managed policy `arn:{partition}:iam::aws:policy/{written}`: \
                 `{name}` has {}",
                path(meant.as_ref())
            ),
        ),
        NameProblem::Misspelt => {
            ("no policy has this name", format!("there is no AWS managed policy `{name}`"))
        }
        NameProblem::NoArn => {
            ("is no ARN", format!("a role takes the ARNs of policies, and `{written}` is none"))
        }
        NameProblem::NotAttachable => (
            "cannot be attached to a role of yours",
            format!(
                "the AWS managed policy `{name}` cannot be attached to roles other than AWS's own"
            ),
        ),
        NameProblem::Unfilled => (
            "nothing replaces the variable",
            format!("the partition in the ARN of the AWS managed policy `{name}` is no partition"),
        ),
        NameProblem::OtherPartition => (
            "is of another partition",
            format!(
                "the ARN of the AWS managed policy `{name}` is none of partition `{partition}`"
            ),
        ),
    };
    let (right, words) = match (meant, problem) {
        (Some(policy), NameProblem::Removed) if administers(policy) => (None, None),
        (Some(policy), NameProblem::Removed) => {
            (Some(policy.record.arn(partition)), Some("AWS replaced it by this one."))
        }
        (Some(policy), NameProblem::WrongPath | NameProblem::Misspelt | NameProblem::NoArn) => {
            let is_broad = policy.breadth.tier == Some(Tier::BroadData);
            (Some(policy.record.arn(partition)), is_broad.then_some(BROAD))
        }
        (meant, NameProblem::Unfilled) => (
            Some(meant.as_ref().map_or_else(
                || format!("arn:{partition}:iam::aws:policy/{written}"),
                |policy| policy.record.arn(partition),
            )),
            Some("With `!Sub` in front of it the variable can stay."),
        ),
        (_, NameProblem::OtherPartition) => (
            Some(format!("arn:{partition}:iam::aws:policy/{written}")),
            Some(
                "The deployment can also say which partition it is: `AWS::Partition`, \
                 `data.aws_partition`.",
            ),
        ),
        (Some(_), NameProblem::NotAttachable) | (None, _) => (
            None,
            Some(
                "Remove it, and list what the function needs in a policy of your own: the actions \
                 its code calls, on the ARNs it calls them on.",
            ),
        ),
    };
    let item = right.as_deref().and_then(|right| item(&attached.arn, right));
    let (draft, right) = match item {
        Some((span, right)) => {
            let draft = Draft::new(&META, META.severity, span, label);
            (draft.label(attached.arn.span, "becomes part of the ARN here"), Some(right))
        }
        None => (Draft::at(&META, META.severity, &attached.arn, label), right),
    };
    let draft = draft
        .message(format!("{message}, so that role {{role}} cannot be deployed"))
        .mend(right.map(|text| vec![Step::Replace { text }]))
        .holder(&attached.holder)
        .fingerprint(written.as_str());
    let draft = match (words, meant) {
        (Some(words), _) => draft.help(words),
        (None, Some(policy)) if administers(policy) && *problem == NameProblem::Removed => {
            let what = "the actions that are called on the ARNs they are called on";
            let advice = in_place(role, attached, what, &[], false);
            let advice = with_depending(&advice, context, role, Removed::Policy(attached));
            draft.help(format!(
                "{advice} `{}` replaced it, but lets a function make itself an administrator.",
                policy.record.name
            ))
        }
        _ => draft,
    };
    Some(concerning(role, &role.functions_when(&attached.condition), draft).through(attached))
}
