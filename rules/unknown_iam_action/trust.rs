//! Actions of a trust policy: those of STS that assume a role or go with it.

use std::collections::HashSet;

use iacscan_core::{Condition, Located, Span, Step, Str, Text};
use iacscan_graph::ExecutionRole;

use super::META;
use crate::framework::misplaced::{Misplaced, assumes, is_of_trust};
use crate::framework::statements::{by_condition, known};
use crate::framework::{concerning, trust};
use crate::trust_missing_lambda::mistaken_action;
use crate::{Context, Draft, Report};

/// Reports what the trust policy of a role names besides.
pub(super) fn check(context: &Context<'_>, role: &ExecutionRole<'_>, report: &mut Report<'_>) {
    let chains = role.functions.iter().flat_map(|user| context.chains_of(user.item));
    let chains = chains.filter(|it| it.linked().is_some_and(|linked| linked.id == role.id));
    // What keeps Lambda out is `trust-missing-lambda`.
    let mistaken: HashSet<Span> = chains.filter_map(mistaken_action).collect();
    let mut misplaced = Vec::new();
    for trusted in trust::statements(role) {
        let Some(actions) = &trusted.statement.actions else { continue };
        let is_misplaced = Misplaced::of(trusted.statement).is_some();
        for item in &actions.items.items {
            let Some(name) = known(role, &item.item) else { continue };
            if mistaken.contains(&item.item.span) || is_of_trust(&name) {
                continue;
            }
            let condition = trusted.condition.clone().and(item.condition.clone());
            if is_misplaced {
                misplaced.push((condition, (trusted.statement.span, &item.item)));
                continue;
            }
            let others = actions.items.all().filter(|other| other.span != item.item.span);
            let is_there = others.filter_map(|it| known(role, it)).any(|other| assumes(&other));
            let draft = trust_draft(role, &item.item, &name, is_there, &condition);
            report.when(&condition, draft);
        }
    }
    for (condition, items) in by_condition(misplaced) {
        if let Some(draft) = misplaced_draft(role, &items, &condition) {
            report.when(&condition, draft);
        }
    }
}

/// Statements of a permission policy that stand in the trust policy, each with its actions.
fn misplaced_draft(
    role: &ExecutionRole<'_>,
    items: &[(Span, &Located<Text>)],
    condition: &Condition,
) -> Option<Draft> {
    let mut each = items.chunk_by(|one, next| one.0 == next.0).filter_map(|of| Some(of.first()?.1));
    let first = each.next()?;
    let others: Vec<&Located<Text>> = each.collect();
    let (statements, allow) = match others.len() + 1 {
        1 => ("a statement".to_owned(), "it allows"),
        count => (format!("{count} statements"), "they allow"),
    };
    let draft = Draft::at(&META, META.severity, first, "is no action of a trust policy")
        .message(format!(
            "IAM refuses the trust policy of role {{role}}: {statements} of a permission policy \
             stand{} in it",
            if others.is_empty() { "s" } else { "" }
        ))
        .holder(&role.role.header)
        .fingerprint("misplaced");
    let draft = others.iter().fold(draft, |draft, other| draft.label(other.span, "nor is this"));
    let header = &role.role.header;
    let place = role
        .graph
        .resolver()
        .unit_of(&header.address)
        .map_or("a policy of the role", |unit| unit.language.new_policy(header));
    let draft = draft.help(format!(
        "Move what {allow} to {place}: a trust policy says only who may assume the role."
    ));
    Some(concerning(role, &role.functions_when(condition), draft))
}

fn trust_draft(
    role: &ExecutionRole<'_>,
    item: &Located<Text>,
    name: &Str,
    is_there: bool,
    condition: &Condition,
) -> Draft {
    let draft = Draft::at(&META, META.severity, item, "is no action of a trust policy")
        .message(format!(
            "IAM refuses the trust policy of role {{role}} because of `{name}`: it takes only the \
             actions of `sts` by which a role is assumed"
        ))
        .holder(&role.role.header)
        .fingerprint(name.as_str());
    let draft = if is_there {
        draft.help("Remove it: the action that lets the role be assumed stands beside it already.")
    } else {
        draft.mend([vec![Step::Replace { text: "sts:AssumeRole".to_owned() }]])
    };
    concerning(role, &role.functions_when(condition), draft)
}
