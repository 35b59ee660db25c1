//! A wildcard grants every action of a service, or every one that begins with a verb.

use std::collections::BTreeSet;

use iacscan_core::{Located, RuleGroup, RuleMeta, Severity, Text};
use iacscan_graph::{ExecutionRole, Reached};
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
    for wanted in [META.severity, Severity::Info] {
        let wide = items(reached.statement.actions.as_ref())
            .iter()
            .filter_map(|item| {
                let pattern = known(role, &item.item).filter(|it| !context.denies(role, it))?;
                (severity(&pattern)? == wanted).then_some(())?;
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
            let draft = draft(wanted, &actions).help(help);
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

fn draft(severity: Severity, actions: &[(&Located<Text>, &str)]) -> Draft {
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
        let all: BTreeSet<&str> =
            actions.iter().flat_map(|(_, it)| covered(it)).map(|it| it.full_name).collect();
        let gravest = actions.iter().find_map(|(_, pattern)| gravest(pattern));
        let among = gravest.map(|it| format!(", among them `{}`", it.full_name));
        format!("{} actions{}", all.len(), among.unwrap_or_default())
    };
    draft
        .unwrap_or_else(|| Draft::new(&META, severity, iacscan_core::Span::NONE, "here"))
        .message(format!("{list} {verb} {{functions}} {allowed}"))
        .fingerprint(list)
}

/// The action of a pattern that does most: one on permissions, or else one that deletes or writes.
fn gravest(pattern: &str) -> Option<Action> {
    let weight = |action: &Action| {
        let deletes = action.name().starts_with("Delete");
        let writes = action.level == AccessLevel::Write;
        (action.level == AccessLevel::PermissionsManagement, deletes && writes, writes)
    };
    covered(pattern).into_iter().rev().max_by_key(weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_of_what_a_pattern_allows() {
        for (pattern, expected) in [
            ("sqs:*", Some("sqs:AddPermission")),
            ("s3:Put*", Some("s3:PutAccessGrantsInstanceResourcePolicy")),
            ("dynamodb:*Item", Some("dynamodb:DeleteItem")),
            ("nosuchservice:*", None),
        ] {
            let found = gravest(pattern).map(|action| action.full_name);
            assert_eq!(found, expected, "{pattern}");
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
