//! A statement names an action that does not exist.

mod operations;

use iacscan_core::{Condition, Located, RuleGroup, RuleMeta, Severity, Step, Str, Text};
use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::aws::{nearest_action, service};

use crate::framework::statements::{
    about, covered, is_every_action, is_made_by_tool, is_pattern, known, together,
};
use crate::framework::{concerning, trust};
use crate::{Context, Draft, Report, Rule};

/// `unknown-iam-action`
pub(crate) struct UnknownIamAction;

static META: RuleMeta = RuleMeta {
    id: "unknown-iam-action",
    summary: "Action name does not exist",
    group: RuleGroup::Correctness,
    severity: Severity::Medium,
    cwe: &[1104],
    page: include_str!("README.md"),
};

impl Rule for UnknownIamAction {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            for reached in role.written_statements() {
                if !is_made_by_tool(role, &reached) {
                    check_statement(role, &reached, report);
                }
            }
            check_trust(role, report);
        }
    }
}

fn check_statement(role: &ExecutionRole<'_>, reached: &Reached<'_>, report: &mut Report<'_>) {
    let Some(actions) = &reached.statement.actions else { return };
    for item in &actions.items.items {
        if let Some(name) = known(role, &item.item)
            && let Some(problem) = Problem::of(&name)
            && let Some(condition) = together(role, reached, [&item.condition])
        {
            let draft = about(role, reached, &condition, draft(&item.item, &name, &problem));
            report.when(&condition, draft);
        }
    }
}

/// Actions of a trust policy are those of STS that assume a role or go with it.
fn check_trust(role: &ExecutionRole<'_>, report: &mut Report<'_>) {
    for trusted in trust::statements(role) {
        let Some(actions) = &trusted.statement.actions else { continue };
        for item in &actions.items.items {
            let Some(name) = known(role, &item.item) else { continue };
            if is_every_action(&name) || TRUST.iter().any(|pattern| overlaps(pattern, &name)) {
                continue;
            }
            let condition = trusted.condition.clone().and(item.condition.clone());
            report.when(&condition, trust_draft(role, &item.item, &name, &condition));
        }
    }
}

/// What a trust policy can allow.
const TRUST: &[&str] = &[
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
];

/// Whether an action pattern covers an action.
fn overlaps(action: &str, pattern: &str) -> bool {
    iacscan_iam::matches_pattern(
        &Text::literal(pattern),
        &Text::literal(action),
        iacscan_iam::Case::Insensitive,
    )
    .is_true()
}

/// What is wrong with the name of an action.
#[derive(Debug, PartialEq, Eq)]
enum Problem {
    /// No action has the name; the one that was meant, if it can be told.
    NoSuchAction(Option<&'static str>),
    /// An operation of the service's API has the name; the action that IAM checks for it.
    Operation(&'static str),
    /// No action of the service matches the pattern.
    MatchesNothing,
    /// There is no service in front.
    NoService,
}

impl Problem {
    /// `None` for names that exist, and for services that are not in the data.
    fn of(name: &str) -> Option<Self> {
        if is_every_action(name) {
            return None;
        }
        let Some((prefix, _)) = name.split_once(':') else {
            // IAM policy variables and wildcards over services are rare and not checked.
            return (!is_pattern(name) && !name.contains('$')).then_some(Self::NoService);
        };
        if service(prefix).is_none() || !covered(name).is_empty() {
            return None;
        }
        Some(if is_pattern(name) {
            Self::MatchesNothing
        } else {
            match operations::checked_as(name) {
                Some(action) => Self::Operation(action),
                None => Self::NoSuchAction(nearest_action(name).map(|action| action.full_name)),
            }
        })
    }
}

fn draft(item: &Located<Text>, name: &Str, problem: &Problem) -> Draft {
    let (label, message, help) = match problem {
        Problem::NoSuchAction(_) => (
            "there is no such action".to_owned(),
            format!("there is no action `{name}`: it does nothing for {{functions}} to name it"),
            "Remove it, or look its name up in the Service Authorization Reference.".to_owned(),
        ),
        Problem::Operation(action) => (
            "there is no such action".to_owned(),
            format!("there is no action `{name}`: it does nothing for {{functions}} to name it"),
            format!("Write `{action}`, which IAM checks for that operation."),
        ),
        Problem::MatchesNothing => (
            "matches no action".to_owned(),
            format!("no action matches `{name}`: it does nothing for {{functions}} to name it"),
            "Remove it, or look the names up in the Service Authorization Reference.".to_owned(),
        ),
        Problem::NoService => (
            "names no service".to_owned(),
            format!("`{name}` names no service, so that IAM refuses the policy of {{functions}}"),
            format!("Write the service in front: `SERVICE:{name}`."),
        ),
    };
    let draft =
        Draft::at(&META, META.severity, item, label).message(message).fingerprint(name.as_str());
    match problem {
        Problem::NoSuchAction(Some(nearest)) => draft
            .mend([vec![Step::Replace { text: (*nearest).to_owned() }]])
            .note("If another one is meant, look it up in the Service Authorization Reference."),
        _ => draft.help(help),
    }
}

fn trust_draft(
    role: &ExecutionRole<'_>,
    item: &Located<Text>,
    name: &Str,
    condition: &Condition,
) -> Draft {
    let draft = Draft::at(&META, META.severity, item, "is no action of a trust policy")
        .message(format!("`{name}` in the trust policy of role {{role}} lets nobody assume it"))
        .mend([vec![Step::Replace { text: "sts:AssumeRole".to_owned() }]])
        .holder(&role.role.header)
        .fingerprint(name.as_str());
    concerning(role, &role.functions_when(condition), draft)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let cases = [
            ("s3:GetObject", None),
            ("S3:getobject", None),
            ("s3:Get*", None),
            ("*", None),
            ("nosuchservice:Do", None),
            ("s3:GetObjects", Some(Problem::NoSuchAction(Some("s3:GetObject")))),
            ("dynamodb:GetItems", Some(Problem::NoSuchAction(Some("dynamodb:GetItem")))),
            ("s3:ListBuckets", Some(Problem::Operation("s3:ListAllMyBuckets"))),
            ("sqs:SendMessageBatch", Some(Problem::Operation("sqs:SendMessage"))),
            ("s3:Frobnicate*", Some(Problem::MatchesNothing)),
            ("GetObject", Some(Problem::NoService)),
        ];
        for (name, expected) in cases {
            assert_eq!(Problem::of(name), expected, "{name}");
        }
    }

    #[test]
    fn trust_actions() {
        for pattern in ["sts:AssumeRole", "sts:*", "STS:assumerole", "sts:AssumeRole*"] {
            assert!(TRUST.iter().any(|action| overlaps(action, pattern)), "{pattern}");
        }
        assert!(!TRUST.iter().any(|action| overlaps(action, "sts:AssumeRoles")));
    }
}
