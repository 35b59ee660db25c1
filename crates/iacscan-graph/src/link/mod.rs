//! Turns references into edges. This is the only place that does.

mod functions;
mod index;
mod perhaps;
mod policies;
mod roles;
mod several;

use std::sync::OnceLock;

use iacscan_core::{Address, Attribute, Branches, Guarded, Property, Text};

pub use functions::FunctionLink;
pub use roles::{RoleLink, WrongKind};
pub(crate) use several::for_several;

use crate::execution_role::RoleAttachments;
use crate::graph::{FunctionId, Graph, InvokeConfigId, MappingId, NodeId, RoleId, Unlinked};
use crate::linked_role::role_conditions;
use crate::nodes::Role;
use crate::{Resolver, Unit};
use index::Index;

/// Links the units of a scan into one graph. Units are joined where the text proves it: an export
/// and its import, a literal role ARN and the only role of that name.
#[must_use]
pub fn link(mut units: Vec<Unit>) -> Graph {
    units.sort_by(|a, b| a.path.cmp(&b.path));
    let resolver = Resolver::new(units);
    let index = Index::new(&resolver);

    let functions = ids(&resolver, |unit| unit.functions.len());
    let roles = ids(&resolver, |unit| unit.roles.len());
    let mappings = ids(&resolver, |unit| unit.mappings.len());

    let role_links: Vec<Branches<RoleLink>> = functions
        .iter()
        .filter_map(|id| resolver.units().get(id.unit)?.functions.get(id.index).map(|f| (id, f)))
        .map(|(id, function)| {
            each_branch(&function.role, |attribute| {
                roles::link_role(attribute, id.unit, &resolver, &index)
            })
        })
        .collect();

    let mut users: Vec<Vec<Guarded<FunctionId>>> = vec![Vec::new(); roles.len()];
    for (f, links) in role_links.iter().enumerate() {
        for branch in links.iter() {
            if let RoleLink::Role(role) = branch.item
                && let Some(users) = users.get_mut(role.0)
            {
                users.push(Guarded::new(branch.condition.clone(), FunctionId(f)));
            }
        }
    }

    let attachments = policies::attach(&resolver, &index, &roles);
    let mapping_links = link_functions(&resolver, &index, &mappings, |unit, at| {
        unit.mappings.get(at).map(|mapping| &mapping.function)
    });
    let mappings_of = by_function(&mapping_links, functions.len(), MappingId);
    let invoke_configs = ids(&resolver, |unit| unit.invoke_configs.len());
    let config_links = link_functions(&resolver, &index, &invoke_configs, |unit, at| {
        unit.invoke_configs.get(at).map(|config| &config.function)
    });
    let invoke_configs_of = by_function(&config_links, functions.len(), InvokeConfigId);

    let mut graph = Graph {
        resolver,
        functions,
        roles,
        mappings,
        role_links,
        users,
        attachments,
        role_conditions: Vec::new(),
        mapping_links,
        mappings_of,
        unlinked: Vec::new(),
        invoke_configs,
        invoke_configs_of,
        index,
        shared: OnceLock::new(),
    };
    let roles = 0..graph.roles.len();
    graph.role_conditions = roles.map(|role| role_conditions(&graph, RoleId(role))).collect();
    graph.unlinked = unlinked(&graph);
    graph
}

/// The function that each of some nodes names.
fn link_functions(
    resolver: &Resolver,
    index: &Index,
    nodes: &[NodeId],
    named: impl Fn(&Unit, usize) -> Option<&Property<Text>>,
) -> Vec<Branches<FunctionLink>> {
    nodes
        .iter()
        .filter_map(|id| Some((id, named(resolver.units().get(id.unit)?, id.index)?)))
        .map(|(id, function)| {
            each_branch(function, |attribute| {
                functions::link_function(attribute, id.unit, resolver, index)
            })
        })
        .collect()
}

/// The nodes that name each function.
fn by_function<T>(
    links: &[Branches<FunctionLink>],
    functions: usize,
    id: impl Fn(usize) -> T,
) -> Vec<Vec<Guarded<T>>> {
    let mut result: Vec<Vec<Guarded<T>>> =
        std::iter::repeat_with(Vec::new).take(functions).collect();
    for (at, links) in links.iter().enumerate() {
        for branch in links.iter() {
            if let FunctionLink::Function(function) = branch.item
                && let Some(nodes) = result.get_mut(function.0)
            {
                nodes.push(Guarded::new(branch.condition.clone(), id(at)));
            }
        }
    }
    result
}

/// What of each unit could not be linked.
fn unlinked(graph: &Graph) -> Vec<Unlinked> {
    let mut result = vec![Unlinked::default(); graph.units().len()];
    for (node, links) in std::iter::zip(&graph.functions, &graph.role_links) {
        // A role whose name is not known may be the one that a literal ARN names.
        let unit = graph.units().get(node.unit);
        let unnamed = unit.is_some_and(|unit| unit.roles.iter().any(|role| !is_named(role)));
        if let Some(unit) = result.get_mut(node.unit) {
            unit.roles |= links.iter().any(|link| match link.item {
                RoleLink::Unknown(_) => true,
                RoleLink::External(_) => unnamed,
                _ => false,
            });
        }
    }
    for (node, links) in std::iter::zip(&graph.mappings, &graph.mapping_links) {
        if let Some(unit) = result.get_mut(node.unit) {
            unit.mappings |= links.iter().any(|link| matches!(link.item, FunctionLink::Unknown(_)));
        }
    }
    result
}

/// Whether the name of a role is known, or made up at its creation.
fn is_named(role: &Role) -> bool {
    role.name.iter().all(|branch| match &branch.item {
        Attribute::Absent => true,
        Attribute::Known(name) => name.value.as_known().is_some(),
        Attribute::Unknown(..) => false,
    })
}

fn ids(resolver: &Resolver, count: impl Fn(&Unit) -> usize) -> Vec<NodeId> {
    resolver
        .units()
        .iter()
        .enumerate()
        .flat_map(|(unit, node)| (0..count(node)).map(move |index| NodeId { unit, index }))
        .collect()
}

fn each_branch<T>(
    property: &Property<Text>,
    convert: impl Fn(&Attribute<Text>) -> T,
) -> Branches<T> {
    Branches(
        property
            .iter()
            .map(|branch| Guarded::new(branch.condition.clone(), convert(&branch.item)))
            .collect(),
    )
}

/// Links the function a node names, for nodes that are linked on demand.
pub(crate) fn link_function(
    graph: &Graph,
    unit: usize,
    function: &Property<Text>,
) -> Branches<FunctionLink> {
    each_branch(function, |attribute| {
        functions::link_function(attribute, unit, &graph.resolver, &graph.index)
    })
}

/// The function at an address, itself or through its alias or version.
pub(crate) fn function_at(graph: &Graph, address: &Address) -> Option<FunctionId> {
    functions::through(address, &graph.resolver, &graph.index, 4)
}

/// Links the role a node names by ARN, for nodes that are linked on demand.
pub(crate) fn link_role_arn(
    graph: &Graph,
    unit: usize,
    role: &Property<Text>,
) -> Branches<RoleLink> {
    each_branch(role, |attribute| roles::link_role(attribute, unit, &graph.resolver, &graph.index))
}

/// Links a role that a node names, for nodes that are linked on demand.
pub(crate) fn link_role_name(
    graph: &Graph,
    unit: usize,
    name: &iacscan_core::Located<Text>,
) -> RoleLink {
    roles::link_role_name(name, unit, &graph.resolver, &graph.index)
}

pub(crate) use index::Index as LinkIndex;

/// What is attached to each role, by role.
pub(crate) type Attachments = Vec<RoleAttachments>;

/// Whether a role id of this graph has the index.
pub(crate) const fn role_id(index: usize) -> RoleId {
    RoleId(index)
}
