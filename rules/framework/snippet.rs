//! The code of what findings propose.

use iacscan_core::{Address, Remedy, Snippet, Step};
use iacscan_graph::Code;
use iacscan_graph::instances::block;
use iacscan_graph::nodes::Mechanism;

use crate::Context;

/// The policy of the first way to mend a finding, where that is a statement for a role of the
/// user's own; `every` where it is for each instance of the role's block.
pub(super) fn of_remedies(
    context: &Context<'_>,
    remedies: &[Remedy],
    every: bool,
    roles: &[Address],
) -> Option<Snippet> {
    let (first, rest) = roles.split_first()?;
    if rest.iter().any(|other| other != first && (!every || !is_same_block(first, other))) {
        return None;
    }
    let mut statements = Vec::new();
    let mut called = None;
    for step in remedies.first()? {
        match step {
            Step::Allow { actions, resources, into: None, .. } => {
                statements.push(Code::allowing(actions, resources));
                called = called.or_else(|| actions.first());
            }
            // A line says it.
            Step::Allow { .. }
            | Step::Attach { .. }
            | Step::Loosen { .. }
            | Step::Trust { .. }
            | Step::Replace { .. } => {}
            // The module's own input makes the policy.
            Step::Set { .. } => return None,
        }
    }
    let (_, action) = called?.split_once(':')?;
    let role = context.graph.role(context.graph.role_id(first)?)?;
    let unit = context.graph.resolver().unit_of(first)?;
    let header = &role.header;
    let is_users = !header.is_by_tool() && !header.calls.contains(&header.span);
    let has_inputs = unit.role_inputs.iter().any(|input| input.role == *first);
    let is_exclusive =
        unit.attachments.iter().any(|it| it.mechanism == Mechanism::ExclusiveInlineSet);
    let takes_more = is_users && !has_inputs && !is_exclusive;
    takes_more.then(|| unit.language.policy(role, every, action, statements))?
}

fn is_same_block(one: &Address, other: &Address) -> bool {
    one.unit() == other.unit() && block(one.name()) == block(other.name())
}
