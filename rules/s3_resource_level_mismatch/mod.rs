//! Actions on objects are allowed on a bucket, or actions on a bucket on its objects.

use std::collections::BTreeMap;

use iacscan_core::{
    Condition, Remedy, RuleGroup, RuleMeta, Severity, Span, Step, Str, Text, World,
};
use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::{Case, Statement};
use indexmap::IndexSet;

use crate::framework::s3::{Level, Resources, level_of_action, only_level};
use crate::framework::spell::{exactly, noted};
use crate::framework::statements::{about, by_condition, items, known, together};
use crate::framework::words::code_list;
use crate::{Context, Draft, Report, Rule};

/// `s3-resource-level-mismatch`
pub(crate) struct S3ResourceLevelMismatch;

static META: RuleMeta = RuleMeta {
    id: "s3-resource-level-mismatch",
    summary: "Object action on a bucket's ARN, or the reverse",
    group: RuleGroup::Correctness,
    severity: Severity::Medium,
    cwe: &[863],
    page: include_str!("README.md"),
};

/// More ARNs than that are better told than written.
const MOST_WRITTEN: usize = 3;

impl Rule for S3ResourceLevelMismatch {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            let written = role.written_statements();
            let mut allowing = Allowing { role, written: &written, by_action: BTreeMap::new() };
            for reached in &written {
                if reached.statement.is_allow()
                    && let Some(resources) = only_level(role, reached.statement)
                {
                    check_statement(&mut allowing, reached, &resources, report);
                }
            }
        }
    }
}

fn check_statement(
    allowing: &mut Allowing<'_, '_>,
    reached: &Reached<'_>,
    resources: &Resources<'_>,
    report: &mut Report<'_>,
) {
    let role = allowing.role;
    let idle: Vec<(Condition, (Span, Str))> = items(reached.statement.actions.as_ref())
        .iter()
        .filter_map(|item| {
            let name = known(role, &item.item)?;
            let level = level_of_action(&name)?;
            let is_idle = level != resources.level && !allowing.elsewhere(&name, reached.statement);
            is_idle.then_some(())?;
            Some((together(role, reached, [&item.condition])?, (item.item.span, name)))
        })
        .collect();
    for (condition, idle) in by_condition(idle) {
        let remedy = remedy(role, reached, resources, idle.len());
        let missing = others(role, reached, resources);
        let draft = draft(resources, &idle, remedy, &missing);
        report.when(&condition, about(role, reached, &condition, draft));
    }
}

/// The statements of a role that may allow an action, looked for once for each action.
struct Allowing<'r, 'g> {
    role: &'r ExecutionRole<'g>,
    written: &'r [Reached<'g>],
    /// Two that differ tell whether there is one besides any statement; what is attached twice is
    /// one.
    by_action: BTreeMap<Str, Vec<&'g Statement>>,
}

impl Allowing<'_, '_> {
    /// Whether another statement of the role allows the action on anything.
    fn elsewhere(&mut self, action: &Str, own: &Statement) -> bool {
        let (role, written) = (self.role, self.written);
        let found = self.by_action.entry(action.clone()).or_insert_with(|| {
            let world = World::certain();
            let level = level_of_action(action);
            let action = Text::literal(action.clone());
            let resolver = role.graph.resolver();
            let allows = |statement: &&Statement| {
                let named = statement.actions.as_ref();
                let named =
                    named.map(|it| it.matches(&action, Case::Insensitive, &world, resolver));
                // Another that is on the wrong level allows nothing either.
                let is_idle = only_level(role, statement).is_some_and(|it| Some(it.level) != level);
                !statement.is_deny() && !is_idle && named.is_some_and(|named| !named.is_false())
            };
            let by_aws = role
                .attached()
                .filter_map(iacscan_graph::Attached::aws)
                .flat_map(|policy| policy.document.statements.all());
            let mut all = written.iter().map(|it| it.statement).chain(by_aws).filter(allows);
            let first = all.next();
            let second = all.find(|it| first.is_some_and(|first| !std::ptr::eq(first, *it)));
            first.into_iter().chain(second).collect()
        });
        found.iter().any(|statement| !std::ptr::eq(*statement, own))
    }
}

/// The ARN of the other level in place of the only one, where nothing else in the statement is
/// done to that.
fn remedy(
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    resources: &Resources<'_>,
    idle: usize,
) -> Option<Remedy> {
    let statement = reached.statement;
    let is_all = statement.actions.as_ref().is_some_and(|it| it.items.gaps.is_empty())
        && items(statement.actions.as_ref()).len() == idle
        && items(statement.resources.as_ref()).len() == 1;
    let (true, [_]) = (is_all, resources.items.as_slice()) else { return None };
    let text = others(role, reached, resources).pop()?;
    Some(vec![Step::Replace { text }])
}

/// The ARNs of the other level, each once: none unless each can be written, whatever the branch.
fn others(
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    resources: &Resources<'_>,
) -> Vec<String> {
    let holder = &reached.attached.document_holder(role.graph).address;
    if !items(reached.statement.resources.as_ref()).iter().all(|it| it.condition.is_always()) {
        return Vec::new();
    }
    let written = resources.items.iter().map(|item| {
        let other = resources.level.other(&item.value)?;
        let text = exactly(role.graph, holder, item, &other)?;
        let language = role.graph.resolver().unit_of(holder)?.language;
        Some(noted(language, reached.statement, text))
    });
    let written: Option<IndexSet<String>> = written.collect();
    written.map_or_else(Vec::new, |written| written.into_iter().collect())
}

fn draft(
    resources: &Resources<'_>,
    idle: &[(Span, Str)],
    remedy: Option<Remedy>,
    missing: &[String],
) -> Draft {
    let actions = code_list(idle.iter().map(|(_, name)| name.as_str()));
    let (is, wants, help) = match resources.level {
        Level::Bucket => (
            "names the bucket, not the objects in it",
            "objects",
            "Add the same ARN with `/*` behind it.",
        ),
        Level::Object => (
            "names objects, not the bucket",
            "the bucket",
            "Add the ARN of the bucket, without `/*`.",
        ),
    };
    let mut items = resources.items.iter();
    let draft = items.next().map(|item| Draft::at(&META, META.severity, item, is));
    let draft = draft.unwrap_or_else(|| Draft::new(&META, META.severity, Span::NONE, is));
    let draft = items.fold(draft, |draft, item| draft.label(item.span, is));
    let draft = idle
        .iter()
        .fold(draft, |draft, (span, _)| draft.label(*span, format!("is an action on {wants}")));
    let verb = if idle.len() == 1 { "has" } else { "have" };
    let draft = draft
        .message(format!("{actions} {verb} no effect for {{functions}}: the resource {is}"))
        .fingerprint(actions);
    match remedy {
        Some(remedy) => draft.mend([remedy]),
        None if missing.is_empty() || missing.len() > MOST_WRITTEN => draft.help(help),
        None => {
            let missing = code_list(missing.iter().map(String::as_str));
            draft.help(format!("Add {missing} to the resources."))
        }
    }
}
