//! The code of what findings propose.

use iacscan_core::{Address, Remedy, Snippet, Step};
use iacscan_graph::instances::{block, split};
use iacscan_graph::nodes::Mechanism;
use iacscan_graph::{Code, Graph};

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
                if !resources.iter().all(|it| is_written_beside(context.graph, first, it)) {
                    return None;
                }
                statements.push(Code::allowing(actions, resources));
                called = called.or_else(|| Some((actions.first()?, resources.first()?)));
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
    let (action, resource) = called?;
    let (_, action) = action.split_once(':')?;
    let allows = match name_of(resource) {
        Some(name) => format!("{action}-{name}"),
        None => action.to_owned(),
    };
    let role = context.graph.role(context.graph.role_id(first)?)?;
    let unit = context.graph.resolver().unit_of(first)?;
    let header = &role.header;
    let is_users = !header.is_by_tool() && !header.is_shown_at_call();
    let has_inputs = unit.role_inputs.iter().any(|input| input.role == *first);
    let is_exclusive =
        unit.attachments.iter().any(|it| it.mechanism == Mechanism::ExclusiveInlineSet);
    let takes_more = is_users && !has_inputs && !is_exclusive;
    let is_taken = taken_beside(context.graph, first);
    takes_more.then(|| unit.language.policy(role, every, &allows, statements, &is_taken))?
}

/// Whether a resource is called this in the module of another, or in its template.
pub(crate) fn taken_beside<'g>(
    graph: &'g Graph,
    address: &'g Address,
) -> impl Fn(&str) -> bool + 'g {
    let (modules, _) = split(address.name());
    move |name| {
        let name = modules.iter().copied().chain([name]).collect::<Vec<_>>().join(".");
        let is = |name: String| {
            let named = Address::scoped(address.unit().clone(), address.scope().clone(), name);
            graph.resolver().resource(&named).is_some()
        };
        is(format!("{name}[0]")) || is(name)
    }
}

/// Whether what an expression of Terraform names is declared in the module of a role.
fn is_written_beside(graph: &Graph, role: &Address, expression: &str) -> bool {
    let is_taken = taken_beside(graph, role);
    let inside = expression.split_once("${").and_then(|(_, rest)| rest.split_once('}'));
    let names: Vec<&str> = inside.map_or(expression, |(inside, _)| inside).split('.').collect();
    match names.as_slice() {
        ["module", _, _, _, ..] => false,
        [kind, name, _, ..] if kind.starts_with("aws_") && !name.contains('[') => {
            is_taken(&format!("{kind}.{name}"))
        }
        _ => true,
    }
}

/// What the resource that an expression names is called there.
fn name_of(expression: &str) -> Option<&str> {
    let of_template = ["!GetAtt ", "!Ref "].into_iter().find_map(|it| expression.strip_prefix(it));
    let name = match of_template {
        Some(reference) => reference.split('.').next()?,
        None => expression.strip_prefix("aws_")?.split('.').nth(1)?,
    };
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then_some(name)
}

fn is_same_block(one: &Address, other: &Address) -> bool {
    one.unit() == other.unit() && block(one.name()) == block(other.name())
}
