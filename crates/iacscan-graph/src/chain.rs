//! One function in one feasible branch, with its role and the statements that reach it.

use std::sync::Arc;

use iacscan_core::{
    Attribute, Condition, Gap, Located, Span, Text, Truth, Unknown, World, worlds_or_usual,
};
use iacscan_iam::{Case, Decision, Resolve, decide};

use crate::Graph;
use crate::graph::{FunctionId, MappingId};
use crate::in_world::InWorld;
use crate::link::{RoleLink, WrongKind};
use crate::linked_role::{Grant, LinkedRole, SharedRoles, shared_role};
use crate::nodes::{EventInvokeConfig, EventSourceMapping, Function};
use crate::reliance::Reliance;

/// A function in one world: a choice for every undecided condition that its chain depends on.
#[derive(Clone, Debug)]
pub struct Chain<'g> {
    /// The graph.
    pub graph: &'g Graph,
    /// The function's id.
    pub id: FunctionId,
    /// The function.
    pub function: &'g Function,
    /// The choices.
    pub world: World,
    /// Its role.
    pub role: RoleState<'g>,
    /// What its answers rest on, where that is noted.
    reliance: Option<Reliance>,
}

/// The role of a function in one world.
#[derive(Clone, Debug)]
pub enum RoleState<'g> {
    /// A role in the scanned source.
    Linked(Arc<LinkedRole<'g>>),
    /// The ARN of a role that is not in the scanned source.
    External(&'g Located<Text>),
    /// Something that is certainly no role's ARN, and the role it means, if it means one.
    Wrong(WrongKind, Option<Arc<LinkedRole<'g>>>),
    /// None.
    Missing,
    /// What is not known.
    Unknown(Gap),
}

impl<'g> Chain<'g> {
    /// The role, when it is in the scanned source.
    #[must_use]
    pub fn linked(&self) -> Option<&LinkedRole<'g>> {
        match &self.role {
            RoleState::Linked(role) => Some(role),
            _ => None,
        }
    }

    /// The role, when it and everything attached to it is known.
    #[must_use]
    pub fn closed(&self) -> Option<&LinkedRole<'g>> {
        self.linked().filter(|role| role.is_closed())
    }

    /// The chain as it would be with only some of the grants of its role, where it has a linked one.
    #[must_use]
    pub fn keeping(&self, keeps: impl Fn(&Grant<'g>) -> bool) -> Option<Self> {
        Some(self.with_role(Arc::new(self.linked()?.keeping(keeps))))
    }

    /// The chain with another role, or what is left of its own.
    #[must_use]
    pub fn with_role(&self, role: Arc<LinkedRole<'g>>) -> Self {
        Self { role: RoleState::Linked(role), ..self.clone() }
    }

    /// The chain as one that notes what its answers rest on.
    #[must_use]
    pub fn noting(&self, reliance: &Reliance) -> Self {
        Self { reliance: Some(reliance.clone()), ..self.clone() }
    }

    /// Notes the grants that an answer rests on, without those that only deny.
    fn note<'r>(&self, grants: impl IntoIterator<Item = &'r Grant<'g>>)
    where
        'g: 'r,
    {
        if let Some(reliance) = &self.reliance {
            reliance.note(grants.into_iter().filter(|grant| !grant.statement.is_deny()));
        }
    }

    /// The grants of its role that may be about an action, in order; none without a linked one.
    #[must_use]
    pub fn about(&self, action: &str) -> Vec<&Grant<'g>> {
        let about = self.linked().map_or_else(Vec::new, |role| role.about(action, self));
        about.iter().for_each(|grant| self.note([*grant]));
        about
    }

    fn resolver(&self) -> InWorld<'_> {
        InWorld { resolver: self.graph.resolver(), world: &self.world }
    }

    /// Whether the role allows an action on a resource. What may be attached beyond what is known
    /// may allow it too, so only a closed role answers no for lack of a grant. A boundary whose
    /// content is not known is taken to allow.
    #[must_use]
    pub fn allows(&self, action: &str, resource: &Text) -> Truth {
        self.decide(action, resource).map_or(Truth::Unknown, |decision| decision.truth)
    }

    /// As [`Chain::allows`], with the statements that decide; `None` without a linked role.
    #[must_use]
    pub fn decide(&self, action: &str, resource: &Text) -> Option<Decision<'_, Grant<'g>>> {
        let role = self.linked()?;
        let resolver = &self.resolver();
        let resource = resolver.resolve(resource);
        let grants = role.about(action, self);
        let perhaps = role.perhaps_grants.iter();
        let all = grants.iter().copied().chain(perhaps);
        let mut decision = decide(all, action, &resource, &self.world, resolver);
        self.note(decision.allowing.iter().copied());
        decision.truth = role.either_way(
            &grants,
            |_| true,
            |grants| decide(grants, action, &resource, &self.world, resolver).truth,
        );
        if !role.is_closed() {
            // More may be granted, and more denied.
            decision.truth = match decision.truth {
                Truth::False if decision.denying.is_empty() => Truth::Unknown,
                truth => truth,
            };
        }
        if let Some(boundary) = &role.boundary {
            let inside = decide(boundary, action, &resource, &self.world, resolver).truth;
            decision.truth = decision.truth.and(inside);
        }
        Some(decision)
    }

    /// As [`Chain::allows`], by the grants that `counts` lets through. Without them the others may
    /// be all there is, so that a role with gaps answers unknown as it does there.
    #[must_use]
    pub fn allows_by(
        &self,
        action: &str,
        resource: &Text,
        counts: impl Fn(&Grant<'g>) -> bool,
    ) -> Truth {
        let Some(role) = self.linked() else { return Truth::Unknown };
        let resolver = &self.resolver();
        let resource = resolver.resolve(resource);
        let grants = role.about(action, self).into_iter().filter(|grant| counts(grant));
        let truth = role.either_way(&grants.collect::<Vec<_>>(), &counts, |grants| {
            let decision = decide(grants, action, &resource, &self.world, resolver);
            self.note(decision.allowing);
            decision.truth
        });
        if truth.is_false() && !role.is_closed() { Truth::Unknown } else { truth }
    }

    /// Whether the role allows an action on any resource at all.
    #[must_use]
    pub fn allows_somewhere(&self, action: &str) -> Truth {
        let Some(role) = self.closed() else { return Truth::Unknown };
        let resolver = self.graph.resolver();
        let grants = role.about(action, self);
        self.note(grants.iter().copied());
        let action = Text::literal(action);
        role.either_way(
            &grants,
            |_| true,
            |grants| {
                Truth::any(grants.into_iter().filter(|grant| !grant.statement.is_deny()).map(
                    |grant| {
                        grant.statement.actions.as_ref().map_or(Truth::False, |actions| {
                            actions.matches(&action, Case::Insensitive, &self.world, resolver)
                        })
                    },
                ))
            },
        )
    }

    /// The value that a per-branch attribute has in this world; absent when no branch is known to
    /// hold.
    #[must_use]
    pub fn get<'p, T>(&self, property: &'p iacscan_core::Property<T>) -> Option<&'p Attribute<T>> {
        property.in_world(&self.world)
    }

    /// The event source mappings that poll on behalf of the function in this world.
    pub fn mappings(&self) -> impl Iterator<Item = (MappingId, &'g EventSourceMapping)> + '_ {
        self.graph.mappings_of(self.id).iter().filter_map(|link| {
            let mapping = self.graph.mapping(link.item)?;
            let exists =
                link.condition.holds(&self.world).and(mapping.header.condition.holds(&self.world));
            exists.is_true().then_some((link.item, mapping))
        })
    }

    /// The destinations of the function's asynchronous invocations in this world.
    pub fn invoke_configs(&self) -> impl Iterator<Item = &'g EventInvokeConfig> + '_ {
        self.graph.invoke_configs_of(self.id).iter().filter_map(|link| {
            let config = self.graph.invoke_config(link.item)?;
            let exists =
                link.condition.holds(&self.world).and(config.header.condition.holds(&self.world));
            exists.is_true().then_some(config)
        })
    }
}

/// The chains of a function: one for each world in which it exists. Where these are too many to look
/// at, those in which everything is left out that may be; none where these are too many still.
pub(crate) fn chains_of<'g>(
    graph: &'g Graph,
    id: FunctionId,
    shared: Option<&SharedRoles<'g>>,
) -> Vec<Chain<'g>> {
    let Some(function) = graph.function(id) else { return Vec::new() };
    let conditions = conditions_of(graph, id);
    let Ok(worlds) = worlds_or_usual(conditions) else { return Vec::new() };
    worlds
        .into_iter()
        .filter(|world| function.header.condition.holds(world).is_true())
        .map(|world| {
            let role = role_state(graph, id, &world, shared);
            Chain { graph, id, function, world, role, reliance: None }
        })
        .collect()
}

/// Every condition that a function's chain depends on, without the constant ones.
pub(crate) fn conditions_of(graph: &Graph, id: FunctionId) -> Vec<&Condition> {
    let mut conditions = Vec::new();
    if let Some(function) = graph.function(id) {
        collect_conditions(graph, id, function, &mut |condition| {
            if !condition.is_always() {
                conditions.push(condition);
            }
        });
    }
    conditions
}

/// Visits every condition that a function's chain depends on.
fn collect_conditions<'g>(
    graph: &'g Graph,
    id: FunctionId,
    function: &'g Function,
    visit: &mut dyn FnMut(&'g Condition),
) {
    visit(&function.header.condition);
    function.name.conditions().for_each(&mut *visit);
    function.vpc.conditions().for_each(&mut *visit);
    function.tracing.conditions().for_each(&mut *visit);
    function.layers.conditions().for_each(&mut *visit);
    function.dead_letter.conditions().for_each(&mut *visit);
    function.file_systems.conditions().for_each(&mut *visit);
    function.log_group.conditions().for_each(&mut *visit);
    function.durable.conditions().for_each(&mut *visit);
    for link in graph.mappings_of(id) {
        visit(&link.condition);
        if let Some(mapping) = graph.mapping(link.item) {
            visit(&mapping.header.condition);
            mapping.source.conditions().for_each(&mut *visit);
            let sources = mapping.source.iter().filter_map(|branch| branch.item.known());
            for (cluster, _) in sources.filter_map(|source| source.value.as_reference()) {
                if let Some(cluster) = graph.kafka_cluster(cluster) {
                    cluster.iam.conditions().for_each(&mut *visit);
                }
            }
            mapping.topics.conditions().for_each(&mut *visit);
            mapping.consumer_group.conditions().for_each(&mut *visit);
            mapping.enabled.conditions().for_each(&mut *visit);
            mapping.access.conditions().for_each(&mut *visit);
            mapping.on_failure.conditions().for_each(&mut *visit);
        }
    }
    for link in graph.invoke_configs_of(id) {
        visit(&link.condition);
        if let Some(config) = graph.invoke_config(link.item) {
            visit(&config.header.condition);
            config.on_success.conditions().for_each(&mut *visit);
            config.on_failure.conditions().for_each(&mut *visit);
        }
    }
    for link in graph.role_links(id) {
        visit(&link.condition);
        let role = match &link.item {
            RoleLink::Role(role) => Some(*role),
            RoleLink::Wrong(_, meant) => meant.as_ref().and_then(|role| graph.role_id(role)),
            RoleLink::External(_) | RoleLink::Missing | RoleLink::Unknown(_) => None,
        };
        let conditions = role.and_then(|role| graph.role_conditions.get(role.0));
        conditions.into_iter().flatten().for_each(&mut *visit);
    }
}

fn role_state<'g>(
    graph: &'g Graph,
    id: FunctionId,
    world: &World,
    shared: Option<&SharedRoles<'g>>,
) -> RoleState<'g> {
    let Some(link) = graph.role_links(id).iter().find(|link| link.condition.holds(world).is_true())
    else {
        return RoleState::Missing;
    };
    match &link.item {
        RoleLink::Role(role) => match shared_role(graph, *role, world, shared) {
            Some(linked) => RoleState::Linked(linked),
            // The reference would dangle: the branch cannot be deployed.
            None => {
                let span = graph.role(*role).map_or(Span::NONE, |role| role.header.span);
                RoleState::Unknown(Gap { span, unknown: Unknown::Invalid })
            }
        },
        RoleLink::External(arn) => RoleState::External(arn),
        RoleLink::Wrong(kind, meant) => {
            let meant = meant.as_ref().and_then(|address| graph.role_id(address));
            RoleState::Wrong(*kind, meant.and_then(|role| shared_role(graph, role, world, shared)))
        }
        RoleLink::Missing => RoleState::Missing,
        RoleLink::Unknown(gap) => RoleState::Unknown(*gap),
    }
}
