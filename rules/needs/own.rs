//! Statements of the user's own that nearly give a role what it lacks: what to change in them.

use std::collections::HashMap;

use iacscan_core::{Allowing, Located, Remedy, Span, Step, Text};
use iacscan_graph::{Chain, Grant, LinkedRole};
use iacscan_iam::{Resolve, is_effectively_all};

use super::demand::{Demand, Lacking};
use super::{FUNCTION_OF_CODE, LOGS, NEEDS, Need, On, VPC};
use crate::framework::spell::spell;

/// What to change in the statements of a role, and what is left to give it otherwise.
#[derive(Default)]
pub(super) struct Changes {
    /// What to change.
    pub(super) remedy: Remedy,
    /// What no statement comes near.
    pub(super) left: Vec<Lacking>,
    /// What to say at the places to change.
    pub(super) labels: Vec<(Span, &'static str)>,
}

impl Changes {
    /// `None` where no statement comes near.
    pub(super) fn of(
        chain: &Chain<'_>,
        role: &LinkedRole<'_>,
        lacking: &[Lacking],
    ) -> Option<Self> {
        // What is written once for each of several things is not one statement.
        let mut written: HashMap<Span, usize> = HashMap::new();
        for grant in &role.grants {
            *written.entry(grant.statement.span).or_default() += 1;
        }
        let is_once = |grant: &Grant<'_>| written.get(&grant.statement.span) == Some(&1);
        let own: Vec<&Grant<'_>> =
            role.grants.iter().filter(|it| is_once(it) && is_own(chain, it)).collect();
        let mut changes = Self::default();
        let mut open: Vec<Lacking> = lacking
            .iter()
            .map(|(demand, missing)| (demand.clone(), unmet(chain, demand, demand.enough(missing))))
            .filter(|(_, missing)| !missing.is_empty())
            .collect();
        let loosened = changes.loosen(chain, &own, &mut open);
        for (demand, missing) in open {
            let grant = own.iter().copied().find_map(|grant| {
                let is_whole = loosened.contains(&grant.statement.span);
                Some((grant, extends(chain, grant, &demand, is_whole)?))
            });
            match grant {
                Some((grant, near)) => changes.extend(chain, role, grant, near, &demand, &missing),
                None => changes.left.push((demand, missing)),
            }
        }
        (!changes.remedy.is_empty()).then_some(changes)
    }

    /// Loosens what allows the actions on some resources or under a condition only, where that has
    /// no other actions; takes from `open` what that gives.
    fn loosen(
        &mut self,
        chain: &Chain<'_>,
        own: &[&Grant<'_>],
        open: &mut Vec<Lacking>,
    ) -> Vec<Span> {
        let mut loosened = Vec::new();
        for grant in own {
            let statement = grant.statement;
            let given = |demand: &Demand, action: &str| {
                demand.need.on == On::Everything && names(chain, grant, action).is_some()
            };
            let first = open.iter().find_map(|(demand, missing)| {
                missing.iter().find(|action| given(demand, action)).map(|it| (demand.clone(), *it))
            });
            let Some((demand, action)) = first else { continue };
            let Some(at) = names(chain, grant, action) else { continue };
            let is_for_it_alone =
                actions(grant).all(|it| it.is_some_and(|it| is_of_rule(demand.need, it)));
            if !is_for_it_alone || !statement.conditions.entries.gaps.is_empty() {
                continue;
            }
            let resource = chain.graph.resolver().resolve(&demand.resource);
            let is_covered =
                statement.covers(action, &resource, &chain.world, chain.graph.resolver()).is_true();
            let resources = if is_covered { None } else { first_resource(chain, grant) };
            let conditions = statement.conditions.key.filter(|_| !is_unlimited(grant));
            if (!is_covered && resources.is_none()) || (resources.is_none() && conditions.is_none())
            {
                continue;
            }
            let statement = Allowing { span: statement.span, at, action: action.to_owned() };
            loosened.push(statement.span);
            self.labels.extend(resources.map(|span| (span, "is to be `*`")));
            self.labels.extend(conditions.map(|span| (span, "is to go")));
            self.remedy.push(Step::Loosen { statement, resources, conditions });
            for (demand, missing) in open.iter_mut() {
                missing.retain(|action| !given(demand, action));
            }
            open.retain(|(_, missing)| !missing.is_empty());
        }
        loosened
    }

    /// Adds actions to a statement.
    fn extend(
        &mut self,
        chain: &Chain<'_>,
        role: &LinkedRole<'_>,
        grant: &Grant<'_>,
        (at, action): (Span, &str),
        demand: &Demand,
        missing: &[&'static str],
    ) {
        let span = grant.statement.span;
        let missing = missing.iter().map(ToString::to_string);
        let earlier = self.remedy.iter_mut().find_map(|step| match step {
            Step::Allow { actions, into: Some(into), .. } if into.span == span => Some(actions),
            _ => None,
        });
        if let Some(actions) = earlier {
            actions.extend(missing);
            return;
        }
        self.labels.push((at, "what is missing belongs beside it"));
        self.remedy.push(Step::Allow {
            roles: vec![role.role.header.address.name().to_string()],
            actions: missing.collect(),
            resources: vec![spell(chain, &demand.named)],
            place: None,
            into: Some(Allowing { span, at, action: action.to_owned() }),
        });
    }
}

/// Lambda tries actions before it creates a function with a VPC: a grant under a condition does not
/// hold there, but for the condition that tells Lambda's calls from the code's.
pub(crate) fn is_unlimited(grant: &Grant<'_>) -> bool {
    let conditions = &grant.statement.conditions;
    conditions.entries.is_empty() || conditions.uses_key(FUNCTION_OF_CODE)
}

/// The actions that the role does not allow as the need takes them.
fn unmet(chain: &Chain<'_>, demand: &Demand, wanted: &[&'static str]) -> Vec<&'static str> {
    let lacks = |action: &&str| {
        let is_tested = demand.need.feature == VPC.feature;
        demand.need.allowed(chain, action, &demand.resource).is_false()
            || is_tested && chain.allows_by(action, &demand.resource, is_unlimited).is_false()
    };
    wanted.iter().copied().filter(lacks).collect()
}

/// Whether a grant is a statement that the user wrote for this role alone, that allows what it names
/// and nothing besides.
fn is_own(chain: &Chain<'_>, grant: &Grant<'_>) -> bool {
    let (statement, attached, graph) = (grant.statement, grant.attached, chain.graph);
    let holder = attached.document_holder(graph);
    let is_by_tool = holder.is_by_tool()
        || holder.is_shown_at_call()
        || attached.inline(graph).is_some_and(|inline| inline.template.is_some());
    let names_all = [&statement.actions, &statement.resources].into_iter().all(|elements| {
        elements.as_ref().is_some_and(|it| !it.negated && it.items.gaps.is_empty())
    });
    statement.is_allow()
        && statement.span.is_somewhere()
        && names_all
        && attached.aws().is_none()
        && statement.written_by_aws().is_none()
        && !is_by_tool
        && !graph.is_for_several(statement)
}

/// The actions of a grant, as far as each is known and written in it.
fn actions<'r>(grant: &'r Grant<'_>) -> impl Iterator<Item = Option<&'r str>> {
    let items = grant.statement.actions.iter().flat_map(|actions| actions.items.all());
    items.map(|action| action.value.as_str().filter(|_| action.passages().next().is_none()))
}

/// Where a statement names an action by its name.
fn names(chain: &Chain<'_>, grant: &Grant<'_>, action: &str) -> Option<Span> {
    let mut actions = grant.statement.actions.as_ref()?.items.in_world(&chain.world);
    let is_it = |item: &&Located<Text>| {
        item.passages().next().is_none()
            && item.value.as_str().is_some_and(|it| it.eq_ignore_ascii_case(action))
    };
    actions.find(is_it).map(|item| item.span)
}

/// The first resource of a statement, where all are written in it.
fn first_resource(chain: &Chain<'_>, grant: &Grant<'_>) -> Option<Span> {
    let resources = grant.statement.resources.as_ref()?;
    let are_here = resources.items.all().all(|item| item.passages().next().is_none());
    resources.items.in_world(&chain.world).next().filter(|_| are_here).map(|item| item.span)
}

/// Where a statement names an action of the kind that a need takes, on the resource that it takes
/// them on: what to add the others to.
fn extends<'r>(
    chain: &'r Chain<'_>,
    grant: &'r Grant<'_>,
    demand: &Demand,
    is_loosened: bool,
) -> Option<(Span, &'r str)> {
    let statement = grant.statement;
    if !is_loosened && !statement.conditions.is_none() {
        return None;
    }
    let resolver = chain.graph.resolver();
    let resource = match demand.need.on {
        On::Everything | On::Resource(_) => resolver.resolve(&demand.resource),
        On::Somewhere | On::Any(..) => resolver.resolve(&demand.named),
    };
    let mut near = statement.actions.as_ref()?.items.in_world(&chain.world).filter_map(|item| {
        let action = item.value.as_str().filter(|_| item.passages().next().is_none())?;
        let is_near = is_of_rule(demand.need, action)
            && (is_loosened
                || statement.covers(action, &resource, &chain.world, resolver).is_true());
        is_near.then_some((item.span, action))
    });
    // What allows too much already is not to allow more, but for writing logs, which AWS allows so.
    let is_wide = || {
        let mut resources = statement.resources.iter().flat_map(|it| it.items.all());
        resources.any(|it| is_effectively_all(&resolver.resolve(&it.value)).is_true())
    };
    let is_to_be_scoped = matches!(demand.need.on, On::Resource(_)) && is_wide();
    near.find(|(_, action)| !is_to_be_scoped || LOGS.actions.contains(action))
}

/// Whether an action is one that the rules of a need ask for, of the same service.
fn is_of_rule(need: &Need, action: &str) -> bool {
    let service = |action: &str| action.split(':').next().map(str::to_ascii_lowercase);
    let of_need = need.actions.first().and_then(|it| service(it));
    service(action) == of_need
        && NEEDS.iter().any(|other| {
            other.rules.iter().any(|rule| need.rules.contains(rule))
                && other.actions.iter().any(|it| it.eq_ignore_ascii_case(action))
        })
}
