//! A statement names an action that does not exist.

mod operations;
mod services;
mod trust;

use iacscan_core::{Gap, Located, RuleGroup, RuleMeta, Severity, Step, Str, Text, Unknown};
use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::Statement;
use iacscan_iam::aws::{action_by_other_mark, nearest_action, nearest_pattern, service};

use crate::framework::misplaced::covers;
use crate::framework::s3::{Level, level_of_action, only_level};
use crate::framework::statements::{
    Item, about, covered, is_every_action, is_made_by_tool, is_pattern, items, known, together,
};
use crate::{Context, Draft, Report, Rule};
use operations::Checked;

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
                    check_statement(context, role, &reached, report);
                }
            }
            trust::check(context, role, report);
        }
    }
}

fn check_statement(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    report: &mut Report<'_>,
) {
    let Some(actions) = &reached.statement.actions else { return };
    let is_alone = actions.items.all().count() == 1 && actions.items.gaps.is_empty();
    for item in &actions.items.items {
        if let Some(name) = known(role, &item.item)
            && let Some(condition) = together(role, reached, [&item.condition])
        {
            if is_of_other_service(&name) {
                doubt(context, role, item, &name, report);
            } else if let Some(problem) = Problem::of(&name) {
                let meant = problem.meant().map(|action| Meant::of(role, reached, item, action));
                let statement = reached.statement;
                let draft = draft(&item.item, &name, &problem, meant.as_ref(), statement, is_alone);
                report.when(&condition, about(role, reached, &condition, draft));
            }
        }
    }
}

/// Whether the service of an action may be newer than the data.
fn is_of_other_service(name: &str) -> bool {
    name.split_once(':').is_some_and(|(prefix, _)| {
        service(prefix).is_none() && services::prefix_of(prefix).is_none() && is_prefix(prefix)
    })
}

/// Whether actions of a service may begin so.
fn is_prefix(prefix: &str) -> bool {
    !prefix.is_empty() && prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn doubt(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    item: &Item,
    name: &str,
    report: &mut Report<'_>,
) {
    let gap = Gap { span: item.item.span, unknown: Unknown::External };
    for chain in role.functions.iter().flat_map(|user| context.chains_of(user.item)) {
        let what = format!("whether there is an action `{name}`");
        report.perhaps(
            chain,
            "a service that the data of this version does not have",
            "the service of an action",
            gap,
            &what,
        );
    }
}

/// The action that was meant, beside what else the statement says.
struct Meant {
    action: &'static str,
    /// Another item of the statement allows it.
    is_there: bool,
    /// What the S3 resources of the statement name, where the action is done to something else.
    besides: Option<Level>,
}

impl Meant {
    fn of(
        role: &ExecutionRole<'_>,
        reached: &Reached<'_>,
        own: &Item,
        action: &'static str,
    ) -> Self {
        let others = items(reached.statement.actions.as_ref()).iter().filter(|item| {
            item.item.span != own.item.span
                && (item.condition.is_always() || item.condition == own.condition)
        });
        let is_there = others
            .filter_map(|item| known(role, &item.item))
            .any(|pattern| covers(&pattern, action));
        let wanted = level_of_action(action);
        let named = only_level(role, reached.statement).map(|resources| resources.level);
        let besides = named.filter(|named| wanted.is_some_and(|wanted| wanted != *named));
        Self { action, is_there, besides }
    }

    /// Which resource it wants besides those of the statement.
    const fn wants(&self) -> &'static str {
        match self.besides {
            Some(Level::Object) => " It is done to the bucket: add its ARN, without `/*`.",
            Some(Level::Bucket) => " It is done to objects: add the bucket's ARN with `/*` behind.",
            None => "",
        }
    }
}

/// What is wrong with the name of an action.
#[derive(Debug, PartialEq, Eq)]
enum Problem {
    /// No action has the name; the one that was meant, if it can be told.
    NoSuchAction(Option<&'static str>),
    /// An operation of the service's API has the name; what IAM checks for it.
    Operation(Checked),
    /// No action of the service matches the pattern; the one that was meant, if it can be told.
    MatchesNothing(Option<String>),
    /// Services are called so, and no actions begin so: the prefix of the service that was meant,
    /// and the action with it, if there is one.
    OtherPrefix(&'static str, Option<&'static str>),
    /// There is no service in front; the action that was meant, if it can be told.
    NoService(Option<&'static str>),
}

impl Problem {
    /// The action that was meant, if it can be told.
    const fn meant(&self) -> Option<&'static str> {
        match self {
            Self::NoSuchAction(meant) | Self::NoService(meant) => *meant,
            Self::Operation(checked) => Some(checked.action),
            Self::MatchesNothing(_) | Self::OtherPrefix(..) => None,
        }
    }

    /// `None` for names that exist, and for services that are not in the data.
    fn of(name: &str) -> Option<Self> {
        if is_every_action(name) {
            return None;
        }
        let Some((prefix, action)) = name.split_once(':') else {
            // IAM policy variables and wildcards over services are rare and not checked.
            return (!is_pattern(name) && !name.contains('$')).then(|| {
                Self::NoService(action_by_other_mark(name).map(|action| action.full_name))
            });
        };
        if let Some(own) = services::prefix_of(prefix) {
            return Some(Self::OtherPrefix(own, services::with_prefix(own, action)));
        }
        if service(prefix).is_none() && !is_prefix(prefix) {
            return (!prefix.contains(['*', '?', '$', '{'])).then(|| Self::of_no_prefix(name));
        }
        if service(prefix).is_none() || !covered(name).is_empty() {
            return None;
        }
        Some(match operations::checked_as(name) {
            Some(checked) => Self::Operation(checked),
            None if is_pattern(name) => Self::MatchesNothing(nearest_pattern(name)),
            None => Self::NoSuchAction(nearest_action(name).map(|action| action.full_name)),
        })
    }

    /// What begins as no action of any service does, as with a space.
    fn of_no_prefix(name: &str) -> Self {
        let meant: String = name.split_whitespace().collect();
        let covered = covered(&meant);
        if is_pattern(name) {
            Self::MatchesNothing((!covered.is_empty()).then_some(meant))
        } else {
            Self::NoSuchAction(covered.first().map(|action| action.full_name))
        }
    }
}

/// What comes of it to name what there is not.
fn futile(statement: &Statement) -> &'static str {
    if statement.actions.as_ref().is_some_and(|actions| actions.negated) {
        "naming it leaves nothing out for {functions}"
    } else if statement.is_deny() {
        "naming it denies {functions} nothing"
    } else {
        "naming it gives {functions} nothing"
    }
}

fn draft(
    item: &Located<Text>,
    name: &Str,
    problem: &Problem,
    meant: Option<&Meant>,
    statement: &Statement,
    is_alone: bool,
) -> Draft {
    let it = if is_alone { "the statement" } else { "it" };
    let gives = futile(statement);
    let no_such = if is_pattern(name) {
        ("matches no action", format!("no action matches `{name}`: {gives}"))
    } else {
        ("there is no such action", format!("there is no action `{name}`: {gives}"))
    };
    let (label, message, help) = match problem {
        Problem::NoSuchAction(_) => (
            no_such.0.to_owned(),
            no_such.1.clone(),
            format!("Remove {it}, or look the name up in the Service Authorization Reference."),
        ),
        Problem::Operation(Checked { action, besides }) => (
            no_such.0.to_owned(),
            no_such.1.clone(),
            format!(
                "Write `{action}`, which IAM checks for that operation{}{besides}.{}",
                if besides.is_empty() { "" } else { ", " },
                meant.map_or("", Meant::wants)
            ),
        ),
        Problem::MatchesNothing(_) => (
            no_such.0.to_owned(),
            no_such.1.clone(),
            format!("Remove {it}, or look the names up in the Service Authorization Reference."),
        ),
        Problem::OtherPrefix(own, _) => (
            "names no service".to_owned(),
            format!(
                "no action begins with `{}`: {gives}",
                name.split_once(':').map_or("", |(prefix, _)| prefix)
            ),
            format!(
                "The actions of the service begin with `{own}:`: write those that are called, which the \
                 Service Authorization Reference lists."
            ),
        ),
        Problem::NoService(_) => (
            "names no service".to_owned(),
            format!("`{name}` names no service, so that IAM refuses the policy of {{functions}}"),
            format!("Write the service in front: `SERVICE:{name}`."),
        ),
    };
    let draft =
        Draft::at(&META, META.severity, item, label).message(message).fingerprint(name.as_str());
    match (problem, meant) {
        (_, Some(Meant { action, is_there: true, .. })) => {
            let does = if statement.is_deny() { "denied" } else { "allowed" };
            draft.help(format!("Remove it: `{action}` is {does} beside it already."))
        }
        (
            Problem::NoSuchAction(Some(_)) | Problem::NoService(Some(_)),
            Some(Meant { action, besides: Some(_), .. }),
        ) => {
            let wants = meant.map_or("", Meant::wants);
            draft.help(format!("Write `{action}`.{wants}"))
        }
        (Problem::NoSuchAction(Some(nearest)), _) => draft
            .mend([vec![Step::Replace { text: (*nearest).to_owned() }]])
            .note(
                "Remove it if the code does not call that. If another one is meant, look it up in the \
                 Service Authorization Reference.",
            ),
        (Problem::NoService(Some(action)), _) => {
            draft.mend([vec![Step::Replace { text: (*action).to_owned() }]])
        }
        (Problem::OtherPrefix(_, Some(meant)), _) => {
            draft.mend([vec![Step::Replace { text: (*meant).to_owned() }]])
        }
        (Problem::MatchesNothing(Some(pattern)), _) => draft
            .mend([vec![Step::Replace { text: pattern.clone() }]])
            .note("If others are meant, look them up in the Service Authorization Reference."),
        _ => draft.help(help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let checked = |action| Checked { action, besides: "" };
        let cases = [
            ("s3:GetObject", None),
            ("S3:getobject", None),
            ("s3:Get*", None),
            ("*", None),
            ("nosuchservice:Do", None),
            ("s3:GetObjects", Some(Problem::NoSuchAction(Some("s3:GetObject")))),
            ("dynamodb:GetItems", Some(Problem::NoSuchAction(Some("dynamodb:GetItem")))),
            ("s3:ListBuckets", Some(Problem::Operation(checked("s3:ListAllMyBuckets")))),
            ("sqs:SendMessageBatch", Some(Problem::Operation(checked("sqs:SendMessage")))),
            ("s3:ListObjects*", Some(Problem::Operation(checked("s3:ListBucket")))),
            ("s3:Frobnicate*", Some(Problem::MatchesNothing(None))),
            ("sqs:Recieve*", Some(Problem::MatchesNothing(Some("sqs:Receive*".to_owned())))),
            (
                "eventbridge:PutEvents",
                Some(Problem::OtherPrefix("events", Some("events:PutEvents"))),
            ),
            (
                "lambda:ListEventSources",
                Some(Problem::Operation(checked("lambda:ListEventSourceMappings"))),
            ),
            ("sfn:*", Some(Problem::OtherPrefix("states", None))),
            ("dynamo:Frobnicate", Some(Problem::OtherPrefix("dynamodb", None))),
            ("GetObject", Some(Problem::NoService(None))),
            ("sqs.SendMessage", Some(Problem::NoService(Some("sqs:SendMessage")))),
            ("s3 :GetObject", Some(Problem::NoSuchAction(Some("s3:GetObject")))),
            (" s3:GetObject", Some(Problem::NoSuchAction(Some("s3:GetObject")))),
            ("s3 :Get*", Some(Problem::MatchesNothing(Some("s3:Get*".to_owned())))),
            ("no_service:Do", Some(Problem::NoSuchAction(None))),
            ("s*:GetObject", None),
            ("${aws:x}:GetObject", None),
        ];
        for (name, expected) in cases {
            assert_eq!(Problem::of(name), expected, "{name}");
        }
    }

    #[test]
    fn a_service_may_be_newer_than_the_data() {
        for (name, expected) in [
            ("nosuchservice:Do", true),
            ("eventbridge:PutEvents", false),
            ("s3:Frobnicate", false),
            ("s*:Get*", false),
            ("GetObject", false),
            ("s3 :GetObject", false),
            (" s3:GetObject", false),
            ("no_service:Do", false),
            ("new-service2:Do", true),
        ] {
            assert_eq!(is_of_other_service(name), expected, "{name}");
        }
    }
}
