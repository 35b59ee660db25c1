//! The linked graph.

use std::sync::OnceLock;

use iacscan_core::{
    Address, Attribute, Branches, Condition, Gap, Guarded, LeftOut, LeftOutKind, Located, Property,
    Span, Text, Unknown,
};
use iacscan_iam::{Case, Resolve, Statement, matches_pattern};
use rustc_hash::FxHashSet;

use crate::chain::{Chain, chains_of, conditions_of};
use crate::execution_role::ExecutionRole;
use crate::link::{self, Attachments, FunctionLink, LinkIndex, RoleLink};
use crate::linked_role::SharedRoles;
use crate::nodes::{
    Author, EventInvokeConfig, EventSourceMapping, Function, Header, KafkaCluster, Role,
};
use crate::{Resolver, Unit};

/// A function of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId(pub(crate) usize);

impl FunctionId {
    /// Its position among all functions of the graph.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0
    }
}

/// A role of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleId(pub(crate) usize);

/// An event source mapping of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MappingId(pub(crate) usize);

/// Destinations of asynchronous invocations, of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InvokeConfigId(pub(crate) usize);

/// Where a node stands: its unit and its index there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeId {
    pub(crate) unit: usize,
    pub(crate) index: usize,
}

/// The linked graph. Everything iterates in the order of unit paths, then of the source.
#[derive(Debug)]
pub struct Graph {
    pub(crate) resolver: Resolver,
    pub(crate) functions: Vec<NodeId>,
    pub(crate) roles: Vec<NodeId>,
    pub(crate) mappings: Vec<NodeId>,
    pub(crate) role_links: Vec<Branches<RoleLink>>,
    pub(crate) users: Vec<Vec<Guarded<FunctionId>>>,
    pub(crate) attachments: Attachments,
    /// The conditions that decide what reaches each role.
    pub(crate) role_conditions: Vec<Vec<Condition>>,
    pub(crate) mapping_links: Vec<Branches<FunctionLink>>,
    pub(crate) mappings_of: Vec<Vec<Guarded<MappingId>>>,
    pub(crate) unlinked: Vec<Unlinked>,
    pub(crate) invoke_configs: Vec<NodeId>,
    pub(crate) invoke_configs_of: Vec<Vec<Guarded<InvokeConfigId>>>,
    pub(crate) index: LinkIndex,
    /// The statements that reach several roles, once somebody asked.
    pub(crate) shared: OnceLock<FxHashSet<Span>>,
}

/// What of a unit could not be linked, so that it may belong to any of its nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unlinked {
    /// Some function has a role that is not known.
    pub roles: bool,
    /// Some event source mapping has a function that is not known.
    pub mappings: bool,
}

impl Graph {
    /// All units, in the order of their paths.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        self.resolver.units()
    }

    /// Resolves references in texts, for comparisons.
    #[must_use]
    pub const fn resolver(&self) -> &Resolver {
        &self.resolver
    }

    /// All functions.
    pub fn functions(&self) -> impl Iterator<Item = (FunctionId, &Function)> {
        self.functions.iter().enumerate().filter_map(|(index, node)| {
            let function = self.units().get(node.unit)?.functions.get(node.index)?;
            Some((FunctionId(index), function))
        })
    }

    /// All functions but those that no deployment has.
    pub fn deployed_functions(&self) -> impl Iterator<Item = (FunctionId, &Function)> {
        self.functions().filter(|(_, function)| !function.header.is_left_out())
    }

    /// The functions and roles that no deployment has, in the order of the units.
    #[must_use]
    pub fn left_out(&self) -> Vec<LeftOut> {
        let of = |header: &Header, kind| LeftOut {
            subject: header.address.name().clone(),
            kind,
            reason: match &header.under {
                Some(condition) => format!("its condition `{condition}` is false"),
                None => "its condition is false".to_owned(),
            },
            span: header.span,
        };
        let mut all = Vec::new();
        for unit in self.units() {
            let functions = unit.functions.iter().map(|it| (&it.header, LeftOutKind::Function));
            let roles = unit.roles.iter().map(|it| (&it.header, LeftOutKind::Role));
            let nodes = functions.chain(roles);
            let nodes = nodes.filter(|(it, _)| it.is_left_out() && it.author == Author::User);
            all.extend(nodes.map(|(header, kind)| of(header, kind)));
            all.extend(unit.left_out.iter().cloned());
        }
        all
    }

    /// One function; ids come from this graph.
    #[must_use]
    pub fn function(&self, id: FunctionId) -> Option<&Function> {
        let node = self.functions.get(id.0)?;
        self.units().get(node.unit)?.functions.get(node.index)
    }

    /// The function at an address.
    #[must_use]
    pub fn function_id(&self, address: &Address) -> Option<FunctionId> {
        self.index.functions.get(address).copied()
    }

    /// The unit of a function.
    #[must_use]
    pub fn unit_of(&self, id: FunctionId) -> Option<&Unit> {
        self.units().get(self.functions.get(id.0)?.unit)
    }

    /// All roles.
    pub fn roles(&self) -> impl Iterator<Item = (RoleId, &Role)> {
        self.roles.iter().enumerate().filter_map(|(index, node)| {
            let role = self.units().get(node.unit)?.roles.get(node.index)?;
            Some((RoleId(index), role))
        })
    }

    /// One role; ids come from this graph.
    #[must_use]
    pub fn role(&self, id: RoleId) -> Option<&Role> {
        let node = self.roles.get(id.0)?;
        self.units().get(node.unit)?.roles.get(node.index)
    }

    /// The role at an address.
    #[must_use]
    pub fn role_id(&self, address: &Address) -> Option<RoleId> {
        self.index.roles.get(address).copied()
    }

    /// The index of a role's unit.
    #[must_use]
    pub fn unit_of_role(&self, id: RoleId) -> Option<usize> {
        self.roles.get(id.0).map(|node| node.unit)
    }

    /// Whether a role may have this name, which AWS or the tool generates where nothing gives one.
    #[must_use]
    pub fn may_be_named(&self, role: &Role, candidate: &str) -> bool {
        let header = &role.header;
        let generated = || {
            self.resolver().unit_of(&header.address).is_none_or(|unit| {
                let (name, kind) = (header.address.name(), &header.resource_type);
                unit.language.may_generate_role_name(name, kind, candidate)
            })
        };
        let mut names = role.name.iter().peekable();
        if names.peek().is_none() {
            return generated();
        }
        names.any(|branch| match &branch.item {
            Attribute::Absent => generated(),
            Attribute::Unknown(..) => true,
            Attribute::Known(name) => {
                let name = self.resolver().resolve(&name.value);
                !matches_pattern(&name, &Text::literal(candidate), Case::Sensitive).is_false()
            }
        })
    }

    /// What of a unit could not be linked.
    #[must_use]
    pub fn unlinked(&self, unit: usize) -> Unlinked {
        self.unlinked.get(unit).copied().unwrap_or_default()
    }

    /// One event source mapping; ids come from this graph.
    #[must_use]
    pub fn mapping(&self, id: MappingId) -> Option<&EventSourceMapping> {
        let node = self.mappings.get(id.0)?;
        self.units().get(node.unit)?.mappings.get(node.index)
    }

    /// The MSK cluster at an address.
    #[must_use]
    pub fn kafka_cluster(&self, address: &Address) -> Option<&KafkaCluster> {
        let clusters = &self.resolver.unit_of(address)?.kafka_clusters;
        clusters.iter().find(|cluster| cluster.header.address == *address)
    }

    /// The role of a function, in each branch.
    #[must_use]
    pub fn role_links(&self, function: FunctionId) -> &[Guarded<RoleLink>] {
        self.role_links.get(function.0).map_or(&[], |branches| branches.0.as_slice())
    }

    /// What makes the role of a function that is not known, in words: ``custom resource `R`
    /// (`Custom::Role`)``.
    #[must_use]
    pub fn role_maker(&self, function: &Function, gap: Gap) -> Option<String> {
        let maker = function.role_maker.as_ref().filter(|_| gap.unknown == Unknown::Computed)?;
        let (name, kind) = (maker.name(), self.resolver.type_of(maker)?);
        Some(format!("custom resource `{name}` (`{kind}`)"))
    }

    /// The functions that assume a role, each with the condition under which it does.
    #[must_use]
    pub fn users_of(&self, role: RoleId) -> &[Guarded<FunctionId>] {
        self.users.get(role.0).map_or(&[], Vec::as_slice)
    }

    /// The mappings that poll on behalf of a function.
    #[must_use]
    pub fn mappings_of(&self, function: FunctionId) -> &[Guarded<MappingId>] {
        self.mappings_of.get(function.0).map_or(&[], Vec::as_slice)
    }

    /// Destinations of asynchronous invocations; ids come from this graph.
    #[must_use]
    pub fn invoke_config(&self, id: InvokeConfigId) -> Option<&EventInvokeConfig> {
        let node = self.invoke_configs.get(id.0)?;
        self.units().get(node.unit)?.invoke_configs.get(node.index)
    }

    /// The destinations of a function's asynchronous invocations.
    #[must_use]
    pub fn invoke_configs_of(&self, function: FunctionId) -> &[Guarded<InvokeConfigId>] {
        self.invoke_configs_of.get(function.0).map_or(&[], Vec::as_slice)
    }

    /// The function that a node of a unit names (by name, ARN, alias or invocation URI).
    #[must_use]
    pub fn link_function(&self, unit: usize, function: &Property<Text>) -> Branches<FunctionLink> {
        link::link_function(self, unit, function)
    }

    /// Whether deployments elsewhere can look the function up, itself or an alias or a version.
    #[must_use]
    pub fn is_exported(&self, function: FunctionId) -> bool {
        let unit = self.unit_of(function);
        unit.is_some_and(|unit| {
            unit.exported().any(|target| link::function_at(self, target) == Some(function))
        })
    }

    /// The function at an address, itself or through its alias or version.
    #[must_use]
    pub fn function_at(&self, address: &Address) -> Option<FunctionId> {
        link::function_at(self, address)
    }

    /// The role that a node of a unit names by ARN.
    #[must_use]
    pub fn link_role(&self, unit: usize, role: &Property<Text>) -> Branches<RoleLink> {
        link::link_role_arn(self, unit, role)
    }

    /// The role that a node of a unit names by name.
    #[must_use]
    pub fn link_role_name(&self, unit: usize, name: &Located<Text>) -> RoleLink {
        link::link_role_name(self, unit, name)
    }

    /// A function in each feasible branch. Empty when there are too many branches to look at.
    #[must_use]
    pub fn chains(&self, function: FunctionId) -> Vec<Chain<'_>> {
        chains_of(self, function, None)
    }

    /// As [`Graph::chains`], with roles that chains of other functions may have looked at.
    #[must_use]
    pub fn chains_sharing<'g>(
        &'g self,
        function: FunctionId,
        roles: &SharedRoles<'g>,
    ) -> Vec<Chain<'g>> {
        chains_of(self, function, Some(roles))
    }

    /// Every undecided condition that a function's chain depends on.
    #[must_use]
    pub fn conditions_of(&self, function: FunctionId) -> Vec<&Condition> {
        conditions_of(self, function)
    }

    /// The execution roles: roles that functions assume, and roles that no function of the scan
    /// assumes but Lambda may. What no deployment has is none.
    pub fn execution_roles(&self) -> impl Iterator<Item = ExecutionRole<'_>> {
        (0..self.roles.len()).filter_map(|index| ExecutionRole::of(self, link::role_id(index)))
    }

    /// Whether a statement is written once for several roles.
    #[must_use]
    pub fn is_for_several(&self, statement: &Statement) -> bool {
        self.shared.get_or_init(|| link::for_several(self)).contains(&statement.span)
    }

    /// Where a function stands, for on-demand linking of nodes of the same unit.
    #[must_use]
    pub fn unit_index(&self, function: FunctionId) -> Option<usize> {
        self.functions.get(function.0).map(|node| node.unit)
    }
}
