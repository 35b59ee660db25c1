//! A statement allows everything but what it lists.

use iacscan_core::{RuleGroup, RuleMeta, Severity};
use iacscan_graph::{ExecutionRole, Reached};

use crate::framework::statements::{about, allows_unconditionally, unlimited};
use crate::framework::{Removed, spell, with_depending};
use crate::{Context, Draft, Report, Rule};

/// `allow-with-not-action`
pub(crate) struct AllowWithNotAction;

static META: RuleMeta = RuleMeta {
    id: "allow-with-not-action",
    summary: "Allow with NotAction or NotResource",
    group: RuleGroup::Excess,
    severity: Severity::Medium,
    cwe: &[183],
    page: include_str!("README.md"),
};

impl Rule for AllowWithNotAction {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            for reached in role.written_statements() {
                if !reached.statement.is_allow() {
                    continue;
                }
                let drafts =
                    [not_action(context, role, &reached), not_resource(context, role, &reached)];
                for draft in drafts.into_iter().flatten() {
                    let condition = &reached.condition;
                    report.when(condition, about(role, &reached, condition, draft));
                }
            }
        }
    }
}

fn not_action(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
) -> Option<Draft> {
    let statement = reached.statement;
    let actions = statement.actions.as_ref().filter(|actions| actions.negated)?;
    let everywhere = allows_unconditionally(statement) && unlimited(role, statement).is_some();
    let (severity, what) = if everywhere {
        (Severity::High, "every action on every resource except those listed")
    } else {
        (META.severity, "every action except those listed")
    };
    let (key, plain) = (spell::key(statement, "NotAction"), spell::key(statement, "Action"));
    Some(
        Draft::new(&META, severity, actions.key, format!("allows {what}"))
            .message(format!(
                "`{key}` allows {{functions}} {what}, including actions AWS adds later"
            ))
            .help(format!(
                "{} {}",
                listing(
                    context,
                    role,
                    reached,
                    &format!("the actions that are needed in `{plain}`")
                ),
                forbidding(role, reached, key, plain)
            ))
            .fingerprint("NotAction"),
    )
}

fn not_resource(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
) -> Option<Draft> {
    let statement = reached.statement;
    let resources = statement.resources.as_ref().filter(|resources| resources.negated)?;
    let what = "on every resource except those listed";
    let (key, plain) = (spell::key(statement, "NotResource"), spell::key(statement, "Resource"));
    Some(
        Draft::new(&META, META.severity, resources.key, format!("allows the actions {what}"))
            .message(format!("`{key}` allows {{functions}} its actions {what}"))
            .help(format!(
                "{} {}",
                listing(context, role, reached, &format!("the ARNs that are needed in `{plain}`")),
                forbidding(role, reached, key, plain)
            ))
            .fingerprint("NotResource"),
    )
}

/// What to list, and what has to go with it.
fn listing(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    what: &str,
) -> String {
    let removed = Removed::Statement(reached.statement);
    with_depending(&format!("List {what}."), context, role, removed)
}

/// How to forbid what is listed, if that was meant.
fn forbidding(role: &ExecutionRole<'_>, reached: &Reached<'_>, key: &str, plain: &str) -> String {
    let unit = role.graph.resolver().unit_of(&role.role.header.address);
    let deny = unit.map_or("`Deny`", |unit| unit.language.denying(reached.statement.notation));
    format!(
        "To forbid what is listed instead, write {deny}, and `{plain}` in place of `{key}`: the \
         statement then allows nothing, and a `Deny` with `{key}` forbids everything else."
    )
}
