//! A role in one feasible branch, with the statements that reach it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use iacscan_core::{Condition, Gap, Str, Text, Truth, Unknown, World};
use iacscan_iam::{Case, Statement};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Chain;
use crate::execution_role::{Attached, PerhapsAttached, document_conditions};
use crate::graph::{Graph, RoleId};
use crate::nodes::Role;

/// A role with the statements that reach it in one world.
#[derive(Debug)]
pub struct LinkedRole<'g> {
    /// The role's id.
    pub id: RoleId,
    /// The role.
    pub role: &'g Role,
    /// What is attached to it.
    pub attached: Vec<&'g Attached>,
    /// The only thing that is attached to it in any world, where that is there in this one.
    pub only: Option<&'g Attached>,
    /// The statements, in the order of the attachments.
    pub grants: Vec<Grant<'g>>,
    /// Why there may be more.
    pub gaps: Vec<Gap>,
    /// What is attached to a role that is not known, which may be this one.
    pub perhaps: Vec<&'g PerhapsAttached>,
    /// The statements of these, where all of them are known.
    pub(crate) perhaps_grants: Vec<Grant<'g>>,
    /// The statements of the permissions boundary, when there is one whose content is known.
    pub boundary: Option<Vec<Grant<'g>>>,
    /// Which grants may be about an action, by the action: looked for once, however many functions
    /// share the role.
    about: Mutex<FxHashMap<Str, Arc<[usize]>>>,
}

/// A statement that reaches a role, and through what.
#[derive(Clone, Copy, Debug)]
pub struct Grant<'g> {
    /// The statement.
    pub statement: &'g Statement,
    /// The attachment.
    pub attached: &'g Attached,
}

impl AsRef<Statement> for Grant<'_> {
    fn as_ref(&self) -> &Statement {
        self.statement
    }
}

impl<'g> LinkedRole<'g> {
    /// Whether everything attached to the role is known, and what else may be attached: what that
    /// grants is asked for with every action.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.gaps.is_empty()
    }

    /// Adds what may be attached. Where its content is not known either, there may be anything.
    fn perhaps(&mut self, graph: &'g Graph, world: &World, perhaps: &'g PerhapsAttached) {
        if perhaps.condition.holds(world).is_false() {
            return;
        }
        self.perhaps.push(perhaps);
        let (mut grants, mut complete) = (Vec::new(), false);
        if let Some(attached) = &perhaps.policy {
            complete = true;
            attached.statements_in(
                graph,
                world,
                &mut |statement| grants.push(Grant { statement, attached }),
                &mut |_| complete = false,
            );
        }
        if complete {
            self.perhaps_grants.append(&mut grants);
        } else {
            self.gaps.push(perhaps.role);
        }
    }

    /// The role as it would be with only some of its grants.
    #[must_use]
    pub fn keeping(&self, keeps: impl Fn(&Grant<'g>) -> bool) -> Self {
        Self {
            id: self.id,
            role: self.role,
            attached: self.attached.clone(),
            only: self.only,
            grants: self.grants.iter().filter(|grant| keeps(grant)).copied().collect(),
            gaps: self.gaps.clone(),
            perhaps: self.perhaps.clone(),
            perhaps_grants: self.perhaps_grants.clone(),
            boundary: self.boundary.clone(),
            about: Mutex::default(),
        }
    }

    /// Whether it allows something, by whether these of its grants do: the same with and without
    /// what may be attached, or not known.
    pub(crate) fn either_way(
        &self,
        grants: &[&Grant<'g>],
        counts: impl Fn(&Grant<'g>) -> bool,
        allows: impl Fn(Vec<&Grant<'g>>) -> Truth,
    ) -> Truth {
        let perhaps = || self.perhaps_grants.iter().filter(|grant| counts(grant));
        let all = |more: fn(&Statement) -> bool| {
            let more = perhaps().filter(|grant| more(grant.statement));
            allows(grants.iter().copied().chain(more).collect())
        };
        if perhaps().next().is_none() {
            return allows(grants.to_vec());
        }
        let (least, most) = (all(|it| !it.is_allow()), all(|it| !it.is_deny()));
        if least == most { least } else { Truth::Unknown }
    }

    /// The grants that may be about an action, in order.
    pub(crate) fn about<'r>(&'r self, action: &str, chain: &Chain<'_>) -> Vec<&'r Grant<'g>> {
        let mut known = self.about.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.entry(action.into()).or_insert_with(|| {
            let (action, resolver) = (Text::literal(action), chain.graph.resolver());
            let may_be = |grant: &Grant<'_>| {
                let actions = grant.statement.actions.as_ref();
                actions.is_some_and(|actions| {
                    let case = Case::Insensitive;
                    !actions.matches(&action, case, &chain.world, resolver).is_false()
                })
            };
            let all = self.grants.iter().enumerate();
            all.filter(|(_, grant)| may_be(grant)).map(|(index, _)| index).collect()
        });
        let found = Arc::clone(found);
        drop(known);
        found.iter().filter_map(|index| self.grants.get(*index)).collect()
    }
}

/// Roles with the statements that reach them, for the chains of all functions that share them:
/// those that no condition changes are the same in every world.
#[derive(Debug)]
pub struct SharedRoles<'g>(Vec<OnceLock<Option<Arc<LinkedRole<'g>>>>>);

impl<'g> SharedRoles<'g> {
    /// The roles of a graph, none of them looked at yet.
    #[must_use]
    pub fn new(graph: &'g Graph) -> Self {
        Self(graph.roles().map(|_| OnceLock::new()).collect())
    }
}

/// Every condition that decides what reaches a role, each once.
pub(crate) fn role_conditions(graph: &Graph, id: RoleId) -> Vec<Condition> {
    let (mut conditions, mut seen) = (Vec::new(), FxHashSet::default());
    let mut visit = |condition: &Condition| {
        if !condition.is_always() && seen.insert(condition.clone()) {
            conditions.push(condition.clone());
        }
    };
    if let Some(role) = graph.role(id) {
        visit(&role.header.condition);
        for branch in role.trust.iter() {
            visit(&branch.condition);
            if let Some(trust) = branch.item.known() {
                document_conditions(&trust.value, &mut visit);
            }
        }
        role.boundary.conditions().for_each(&mut visit);
    }
    if let Some(attachments) = graph.attachments.get(id.0) {
        for attached in attachments.attached.iter().chain(&attachments.boundaries) {
            attached.conditions(graph, &mut visit);
        }
        attachments.gaps.iter().for_each(|gap| visit(&gap.condition));
        attachments.perhaps.iter().for_each(|perhaps| visit(&perhaps.condition));
    }
    conditions
}

/// A role with what reaches it in a world, shared where it is the same in every world.
pub(crate) fn shared_role<'g>(
    graph: &'g Graph,
    id: RoleId,
    world: &World,
    shared: Option<&SharedRoles<'g>>,
) -> Option<Arc<LinkedRole<'g>>> {
    let read = || linked_role(graph, id, world).map(Arc::new);
    let unconditional = graph.role_conditions.get(id.0).is_some_and(Vec::is_empty);
    match shared.and_then(|shared| shared.0.get(id.0)).filter(|_| unconditional) {
        Some(slot) => slot.get_or_init(read).clone(),
        None => read(),
    }
}

/// A role with what reaches it in a world; `None` when it does not exist there.
fn linked_role<'g>(graph: &'g Graph, id: RoleId, world: &World) -> Option<LinkedRole<'g>> {
    let (role, attachments) = (graph.role(id)?, graph.attachments.get(id.0)?);
    if role.header.condition.holds(world).is_false() {
        return None;
    }
    let mut linked = LinkedRole {
        id,
        role,
        attached: Vec::new(),
        only: None,
        grants: Vec::new(),
        gaps: Vec::new(),
        perhaps: Vec::new(),
        perhaps_grants: Vec::new(),
        boundary: None,
        about: Mutex::default(),
    };
    for attached in &attachments.attached {
        match attached.condition.holds(world) {
            Truth::False => continue,
            Truth::True => {}
            Truth::Unknown => {
                let unknown = Unknown::Limit;
                linked.gaps.push(Gap { span: attached.arn.span, unknown });
                continue;
            }
        }
        linked.attached.push(attached);
        let (grants, gaps) = (&mut linked.grants, &mut linked.gaps);
        attached.statements_in(
            graph,
            world,
            &mut |statement| grants.push(Grant { statement, attached }),
            &mut |gap| gaps.push(gap),
        );
    }
    if let ([only], [_]) = (attachments.attached.as_slice(), linked.attached.as_slice()) {
        linked.only = Some(only);
    }
    let gaps = attachments.gaps.iter().filter(|gap| !gap.condition.holds(world).is_false());
    linked.gaps.extend(gaps.map(|gap| gap.item));
    for perhaps in &attachments.perhaps {
        linked.perhaps(graph, world, perhaps);
    }
    for boundary in &attachments.boundaries {
        if !boundary.condition.holds(world).is_true() {
            continue;
        }
        let (mut grants, mut complete) = (Vec::new(), true);
        boundary.statements_in(
            graph,
            world,
            &mut |statement| grants.push(Grant { statement, attached: boundary }),
            &mut |_| complete = false,
        );
        if complete {
            linked.boundary = Some(grants);
        }
    }
    Some(linked)
}
