//! A wildcard grants every action of a service, or every one that begins with a verb.

mod met;

use std::collections::BTreeSet;

use iacscan_core::{Located, RuleGroup, RuleMeta, Severity, Text, Truth};
use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::Resolve;
use iacscan_iam::aws::{AccessLevel, Action};

use crate::framework::narrow::among;
use crate::framework::replacing_narrow_wildcards;
use crate::framework::statements::{
    ANALYZER, about, allows_unconditionally, by_condition, covered, is_every_action,
    is_made_by_tool, items, known, listing, together, unlimited, whole_service,
};
use crate::framework::words::code_list;
use crate::{Context, Draft, Report, Rule};

/// `wildcard-action`
pub(crate) struct WildcardAction;

static META: RuleMeta = RuleMeta {
    id: "wildcard-action",
    summary: "Service wildcard on named resources",
    group: RuleGroup::Excess,
    severity: Severity::Low,
    cwe: &[732],
    page: include_str!("README.md"),
};

impl Rule for WildcardAction {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            for reached in role.written_statements() {
                let statement = reached.statement;
                // On all resources it is `wildcard-action-on-all-resources` or
                // `wildcard-resource`.
                if allows_unconditionally(statement)
                    && !items(statement.resources.as_ref()).is_empty()
                    && unlimited(role, statement).is_none()
                    && !is_made_by_tool(role, &reached)
                {
                    check_statement(context, role, &reached, report);
                }
            }
        }
    }
}

fn check_statement(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    report: &mut Report<'_>,
) {
    let resources: Vec<Text> = items(reached.statement.resources.as_ref())
        .iter()
        .map(|item| role.graph.resolver().resolve(&item.item.value).into_owned())
        .collect();
    for wanted in [META.severity, Severity::Info] {
        let wide = items(reached.statement.actions.as_ref())
            .iter()
            .filter_map(|item| {
                let pattern = known(role, &item.item).filter(|it| !context.denies(role, it))?;
                (severity(&pattern)? == wanted).then_some(())?;
                // Nothing that it stands for is done to these resources.
                (!Allowed::of(&resources, &[&pattern]).is_nothing()).then_some(())?;
                let condition = together(role, reached, [&item.condition])?;
                Some((condition, (&item.item, pattern)))
            })
            .collect();
        for (condition, wide) in by_condition(wide) {
            let actions: Vec<(&Located<Text>, &str)> =
                wide.iter().map(|(item, pattern)| (*item, pattern.as_str())).collect();
            let wildcards: Vec<&Located<Text>> = actions.iter().map(|(item, _)| *item).collect();
            let replacing = replacing_narrow_wildcards(context, role, reached, &wildcards);
            let replace = replace(reached, &actions);
            let help = match replacing {
                Some(replacing) => replacing.behind(&replace),
                None => replace,
            };
            let draft = draft(wanted, &actions, &resources).help(help);
            report.when(&condition, about(role, reached, &condition, draft));
        }
    }
}

/// Advice to list what is called, of what the wildcards stand for.
fn replace(reached: &Reached<'_>, actions: &[(&Located<Text>, &str)]) -> String {
    let patterns: Vec<&str> = actions.iter().map(|(_, pattern)| *pattern).collect();
    format!(
        "{} the actions that are called{}. {ANALYZER}",
        listing(reached, &patterns),
        among(&patterns).unwrap_or_default()
    )
}

/// How much a pattern matters: one that covers a service, or all actions of a verb that write.
fn severity(pattern: &str) -> Option<Severity> {
    if is_every_action(pattern) {
        return Some(META.severity);
    }
    if let Some(service) = whole_service(pattern) {
        return iacscan_iam::aws::service(service).map(|_| META.severity);
    }
    let (service, name) = pattern.split_once(':')?;
    let (verb, _) = name.split_once('*')?;
    let is_one_word = verb.chars().skip(1).all(|c| c.is_ascii_lowercase());
    if !is_one_word || READS.iter().any(|read| verb.eq_ignore_ascii_case(read)) {
        return None;
    }
    let covered = covered(pattern);
    // `s3:Abort*` is a way to write the one action it covers.
    let writes = covered.len() > 1
        && covered.iter().any(|action| {
            matches!(action.level, AccessLevel::Write | AccessLevel::PermissionsManagement)
        });
    // How roles are commonly allowed to write their logs.
    let logs = service.eq_ignore_ascii_case("logs") && matches!(verb, "Create" | "Put");
    writes.then_some(if logs { Severity::Info } else { META.severity })
}

/// Verbs of actions that change nothing.
const READS: &[&str] =
    &["Describe", "Get", "Head", "List", "Query", "Read", "Scan", "Search", "View"];

fn draft(severity: Severity, actions: &[(&Located<Text>, &str)], resources: &[Text]) -> Draft {
    let list = code_list(actions.iter().map(|(_, pattern)| *pattern));
    let verb = if actions.len() == 1 { "allows" } else { "allow" };
    let mut draft: Option<Draft> = None;
    for (item, pattern) in actions {
        let label = match pattern.split_once(':') {
            Some((service, "*")) => format!("every action of `{service}`"),
            Some((service, name)) => format!("every `{name}` action of `{service}`"),
            None => "every action there is".to_owned(),
        };
        draft = Some(match draft {
            None => Draft::at(&META, severity, item, label),
            Some(draft) => draft.label(item.span, label),
        });
    }
    let allowed = if actions.iter().any(|(_, pattern)| is_every_action(pattern)) {
        "every action there is".to_owned()
    } else {
        let patterns: Vec<&str> = actions.iter().map(|(_, pattern)| *pattern).collect();
        Allowed::of(resources, &patterns).words()
    };
    draft
        .unwrap_or_else(|| Draft::new(&META, severity, iacscan_core::Span::NONE, "here"))
        .message(format!("{list} {verb} {{functions}} {allowed}"))
        .fingerprint(list)
}

/// What patterns allow on the resources of a statement.
struct Allowed {
    /// Certainly so.
    actions: Vec<Action>,
    /// Whether there may be others.
    is_open: bool,
}

impl Allowed {
    fn of(resources: &[Text], patterns: &[&str]) -> Self {
        let mut allowed = Self { actions: Vec::new(), is_open: false };
        let mut seen = BTreeSet::new();
        for action in patterns.iter().flat_map(|pattern| covered(pattern)) {
            match met::meets(resources, &action) {
                Truth::True if seen.insert(action.full_name) => allowed.actions.push(action),
                Truth::Unknown => allowed.is_open = true,
                _ => {}
            }
        }
        allowed
    }

    const fn is_nothing(&self) -> bool {
        self.actions.is_empty() && !self.is_open
    }

    fn words(&self) -> String {
        let least = if self.is_open { "at least " } else { "" };
        match (self.gravest().map(|it| it.full_name), self.actions.len()) {
            (Some(only), 1) => format!("{least}`{only}`"),
            (Some(gravest), many) => {
                format!("{least}{many} actions on these resources, among them `{gravest}`")
            }
            (None, _) => "actions on these resources".to_owned(),
        }
    }

    /// The action that does most: one on permissions, or else one that deletes or writes.
    fn gravest(&self) -> Option<&Action> {
        let weight = |action: &&Action| {
            let is_of_permissions = action.level == AccessLevel::PermissionsManagement;
            let says_so = ["Permission", "Policy"].iter().any(|it| action.name().contains(it));
            let deletes = action.name().starts_with("Delete");
            let writes = action.level == AccessLevel::Write;
            let shorter = std::cmp::Reverse(action.name().len());
            (is_of_permissions, is_of_permissions && says_so, deletes && writes, writes, shorter)
        };
        self.actions.iter().rev().max_by_key(weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_patterns_allow_on_resources() {
        let (bucket, objects) = ("arn:aws:s3:::b", "arn:aws:s3:::b/*");
        let function = "arn:aws:lambda:*:1:function:app";
        for (pattern, resources, expected) in [
            ("sqs:*", vec!["arn:aws:sqs:*:*:q"], Some("sqs:AddPermission")),
            ("s3:*", vec![bucket, objects], Some("s3:PutBucketPolicy")),
            ("s3:Put*", vec![objects], Some("s3:PutObjectAcl")),
            ("lambda:*", vec![function], Some("lambda:AddPermission")),
            ("dynamodb:*Item", vec!["arn:aws:dynamodb:*:*:table/t"], Some("dynamodb:DeleteItem")),
            ("kms:*", vec!["arn:aws:dynamodb:*:*:table/t"], None),
            ("nosuchservice:*", vec![bucket], None),
        ] {
            let resources: Vec<Text> = resources.into_iter().map(Text::from).collect();
            let allowed = Allowed::of(&resources, &[pattern]);
            let found = allowed.gravest().map(|action| action.full_name);
            assert_eq!(found, expected, "{pattern}");
            assert_eq!(allowed.is_nothing(), expected.is_none(), "{pattern}");
        }
    }

    #[test]
    fn no_more_is_said_than_is_certain() {
        for (pattern, resource, expected) in [
            ("kms:*", "arn:aws:kms:*:*:alias/x", "actions on these resources"),
            ("sqs:Tag*", "arn:aws:sqs:*:*:q", "`sqs:TagQueue`"),
        ] {
            let words = Allowed::of(&[Text::from(resource)], &[pattern]).words();
            assert_eq!(words, expected, "{pattern}");
        }
    }

    #[test]
    fn patterns() {
        let low = Some(Severity::Low);
        let cases = [
            ("s3:*", low),
            ("*", low),
            ("s3:Put*", low),
            ("dynamodb:Batch*", low),
            ("dynamodb:*Item", low),
            ("logs:*", low),
            ("logs:Create*", Some(Severity::Info)),
            ("logs:Put*", Some(Severity::Info)),
            ("s3:Get*", None),
            ("dynamodb:Describe*", None),
            ("s3:PutObject*", None),
            ("s3:Abort*", None),
            ("s3:PutObject", None),
            ("nosuchservice:*", None),
            ("nosuchservice:Put*", None),
        ];
        for (pattern, expected) in cases {
            assert_eq!(severity(pattern), expected, "{pattern}");
        }
    }
}
