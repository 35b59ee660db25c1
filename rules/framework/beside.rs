//! Which resources a policy may refer to.

use std::collections::HashSet;

use iacscan_core::{Address, ResourceAttribute};
use iacscan_graph::nodes::{Author, Header, Resource};
use iacscan_graph::{ExecutionRole, Unit};

use super::dependencies::Dependencies;
use super::spell::passed;
use iacscan_graph::instances::are_beside;

/// What stands beside the resource that holds a policy of a role.
pub(crate) struct Beside<'h, 'g> {
    pub(crate) role: &'h ExecutionRole<'g>,
    /// The resource that holds the policy.
    pub(crate) holder: &'h Header,
    pub(crate) unit: &'g Unit,
    /// What itself sends events to a function, for which it waits.
    triggers: HashSet<&'g Address>,
}

impl<'h, 'g> Beside<'h, 'g> {
    pub(crate) fn of(role: &'h ExecutionRole<'g>, holder: &'h Header) -> Option<Self> {
        let unit = role.graph.resolver().unit_of(holder.holder())?;
        let triggers = unit.triggers.iter().map(|trigger| &trigger.header.address).collect();
        Some(Self { role, holder, unit, triggers })
    }

    /// Whether a statement may refer to a resource: it is there whenever the statement is, in the
    /// same module or template or passed to it, and does not wait for it.
    pub(crate) fn can_name(&self, resource: &Resource) -> bool {
        let (header, holder) = (&resource.header, self.holder);
        let (address, from) = (&header.address, holder.holder());
        let is_there = header.condition.is_always() || header.condition == holder.condition;
        let runs_with_it = self.role.functions.iter().any(|user| {
            let function = self.role.graph.function(user.item);
            function.is_some_and(|function| function.header.address == *address)
        });
        let is_passed =
            || passed(self.role.graph, from, address, &ResourceAttribute::Arn).is_some();
        (are_beside(address, from) || is_passed())
            && is_there
            && header.author == Author::User
            && !runs_with_it
            && !self.triggers.contains(address)
            && !self.waits(address)
            && *address != self.role.role.header.address
    }

    /// Whether a resource is the statement's, or waits for it.
    pub(crate) fn waits(&self, address: &Address) -> bool {
        let is_holder = |it: &Address| *it == self.holder.address || it == self.holder.holder();
        let graph = self.role.graph;
        let resource = graph.resolver().resource(address);
        let awaited = resource.map(|it| Dependencies::of(graph, &it.header));
        is_holder(address)
            || awaited.is_some_and(|all| {
                all.contain(&self.holder.address) || all.contain(self.holder.holder())
            })
    }

    /// Whether a resource waits for a function that runs with the role: a policy that refers to it
    /// is one that the function can no longer wait for.
    pub(crate) fn waits_for_function(&self, address: &Address) -> bool {
        let graph = self.role.graph;
        let Some(resource) = graph.resolver().resource(address) else { return false };
        let awaited = Dependencies::of(graph, &resource.header);
        let mut functions = self.role.functions.iter().filter_map(|user| graph.function(user.item));
        functions.any(|function| awaited.contain(&function.header.address))
    }
}
