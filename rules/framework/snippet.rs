//! The code of what findings propose.

use std::collections::{BTreeMap, BTreeSet};

use iacscan_core::{Address, Finding, Naming, Remedy, Snippet, Step};
use iacscan_graph::instances::{block, split};
use iacscan_graph::nodes::Mechanism;
use iacscan_graph::{Code, Graph, free_name};

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

/// What the resource that an expression names is called there, or what its ARN ends in.
fn name_of(expression: &str) -> Option<&str> {
    let of_template = ["!GetAtt ", "!Ref "].into_iter().find_map(|it| expression.strip_prefix(it));
    let name = match of_template {
        Some(reference) => reference.split('.').next()?,
        None if expression.starts_with("arn:") => {
            expression.trim_end_matches([':', '/', '*']).rsplit([':', '/']).next()?
        }
        None => expression.strip_prefix("aws_")?.split('.').nth(1)?,
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (!name.is_empty() && name.chars().all(is_plain)).then_some(name)
}

/// Gives what the findings of a scan propose names of their own, so that all of it can be pasted:
/// of what would have one name, the first keeps it. What is written alike is pasted once.
pub fn tell_apart<'f>(graph: &Graph, findings: impl IntoIterator<Item = &'f mut Finding>) {
    let mut proposed: BTreeMap<String, Snippet> = BTreeMap::new();
    let mut written = None;
    for finding in findings {
        let Some(snippet) = &finding.snippet else { continue };
        let Some(Naming { among, name, longer, between }) = &snippet.named else { continue };
        let unit = finding.unit.clone();
        let key = |name: &str| format!("{unit} {among} {name}");
        let is_another = |name: &str| proposed.get(&key(name)).is_some_and(|it| it != snippet);
        let mut own = name.clone();
        if is_another(name) {
            let written = written.get_or_insert_with(|| names(graph));
            let resource = |name: &str| match among.as_str() {
                "" => name.to_owned(),
                kind => format!("{kind}.{name}"),
            };
            let is_taken = |name: &str| is_another(name) || written.contains(&resource(name));
            let longer = longer.as_deref().filter(|longer| !is_taken(longer));
            own = longer.map_or_else(|| free_name(name, between, &is_taken), str::to_owned);
        }
        let key = key(&own);
        proposed.entry(key).or_insert_with(|| snippet.clone());
        if own != *name {
            finding.snippet = finding.snippet.take().map(|snippet| snippet.renamed(&own));
        }
    }
}

/// What every resource is called in its module or template.
fn names(graph: &Graph) -> BTreeSet<String> {
    let resources = graph.units().iter().flat_map(|unit| &unit.resources);
    resources.map(|it| block(split(it.header.address.name()).1).to_owned()).collect()
}

fn is_same_block(one: &Address, other: &Address) -> bool {
    one.unit() == other.unit() && block(one.name()) == block(other.name())
}
