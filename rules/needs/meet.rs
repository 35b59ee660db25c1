//! What to do about demands that are not met.

use iacscan_core::{Remedy, Span, Step, Text};
use iacscan_graph::instances::{block, split, without_key};
use iacscan_graph::nodes::Header;
use iacscan_graph::{Chain, Grant, LinkedRole};
use iacscan_iam::{Resolve, decide};
use indexmap::{IndexMap, IndexSet};

use super::On;
use super::demand::Lacking;
use super::own::Changes;
use crate::Draft;
use crate::framework::dependencies::Dependencies;
use crate::framework::inputs::Inputs;
use crate::framework::spell::{self, spell};
use crate::framework::words::{WAITERS, all_code};
use crate::framework::{attach, place_of_first, policy_list};

/// What meets all of the demands: AWS's policies where there are any, and the statements.
fn remedies(chain: &Chain<'_>, role: &LinkedRole<'_>, lacking: &[Lacking]) -> Vec<Remedy> {
    let roles = vec![role.role.header.address.name().to_string()];
    let inputs = Inputs::of(chain, role);
    let (mut attaching, mut allowing, mut given) = (Remedy::new(), Remedy::new(), Vec::new());
    for (demand, missing) in lacking {
        let actions = demand.enough(missing);
        // What gives the first part of a feature's needs is made for that feature.
        let managed = demand.managed;
        if managed.is_some() && given.contains(&managed) {
            continue;
        }
        let input = inputs.as_ref().and_then(|inputs| inputs.allowing(actions, &demand.resource));
        if let Some(input) = input {
            given.push(managed);
            add(&mut attaching, input.clone());
            add(&mut allowing, input);
            continue;
        }
        let statement = Step::Allow {
            roles: roles.clone(),
            actions: actions.iter().map(ToString::to_string).collect(),
            resources: vec![spell(chain, &demand.named)],
            place: match &inputs {
                Some(inputs) => inputs.place_of_statements(),
                // Beside a managed policy it is the second way.
                None if demand.managed.is_some() => None,
                None => place_of_first(chain, role),
            },
            into: None,
        };
        match demand.need.managed_arn().filter(|_| managed.is_some()) {
            Some(policy) => add(&mut attaching, attach(chain, role, &roles, policy)),
            None => add(&mut attaching, statement.clone()),
        }
        add(&mut allowing, statement);
    }
    if attaching == allowing { vec![allowing] } else { vec![attaching, allowing] }
}

/// The ways to give a role one of these actions, each with what a policy names for it.
pub(crate) fn choice_of(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    actions: &[(&str, &Text)],
) -> Vec<Remedy> {
    let place = Inputs::of(chain, role).and_then(|inputs| inputs.place_of_statements());
    let ways = actions.iter().map(|(action, named)| {
        vec![Step::Allow {
            roles: vec![role.role.header.address.name().to_string()],
            actions: vec![(*action).to_owned()],
            resources: vec![spell(chain, named)],
            place: place.clone(),
            into: None,
        }]
    });
    ways.collect()
}

/// Says of what a statement is to name that it is not always there.
fn sometimes_gone(chain: &Chain<'_>, role: &LinkedRole<'_>, lacking: &[Lacking]) -> Option<String> {
    let from = &role.role.header.address;
    let gone = lacking.iter().find_map(|(demand, _)| {
        let (named, under) = spell::sometimes_gone(chain.graph, from, &demand.named)?;
        (*named != chain.function.header.address).then_some((named, under))
    });
    gone.map(|(named, under)| {
        // The same of every instance.
        let named = block(named.name());
        format!("Where `{under}` leaves `{named}` out, the statement must not name it.")
    })
}

/// Adds a step; what is allowed on equal resources is one statement.
fn add(remedy: &mut Remedy, step: Step) {
    if let Step::Allow { actions, resources, .. } = &step {
        for earlier in remedy.iter_mut() {
            if let Step::Allow { actions: known, resources: same, .. } = earlier
                && same == resources
            {
                known.extend(
                    actions.iter().filter(|it| !known.contains(it)).cloned().collect::<Vec<_>>(),
                );
                return;
            }
        }
    }
    if !remedy.contains(&step) {
        remedy.push(step);
    }
}

impl Draft {
    /// Adds to a finding about what a role lacks how to give it that. What something denies, or the
    /// permissions boundary leaves out, cannot be given: then that is what to change.
    pub(crate) fn meet(
        self,
        chain: &Chain<'_>,
        role: &LinkedRole<'_>,
        lacking: &[Lacking],
    ) -> Self {
        let hindrances = hindrances(chain, role, lacking);
        if hindrances.is_empty() {
            let mut remedies = remedies(chain, role, lacking);
            let mut draft = self;
            if let Some(mut changes) = Changes::of(chain, role, lacking) {
                // What changes what is there takes the place of a statement of all that is needed.
                remedies.pop();
                if !changes.left.is_empty() {
                    let rest = self::remedies(chain, role, &changes.left).pop();
                    changes.remedy.extend(rest.unwrap_or_default());
                }
                remedies.insert(0, changes.remedy);
                draft = changes.labels.into_iter().fold(draft, |draft, it| draft.label(it.0, it.1));
            }
            let attaches =
                remedies.iter().flatten().any(|step| matches!(step, Step::Attach { .. }));
            let list = policy_list(chain, role).filter(|list| attaches && list.is_exclusive);
            let draft = draft.mend(remedies);
            let draft = match sometimes_gone(chain, role, lacking) {
                Some(note) => draft.note(note),
                None => draft,
            };
            let to_pass = lacking.iter().find_map(|(it, _)| spell::to_pass(chain, &it.named));
            let draft = match to_pass {
                Some(note) => draft.note(note),
                None => draft,
            };
            return match list {
                Some(list) => draft.label(list.span, "removes what is attached beside it"),
                None => draft,
            };
        }
        let denied: IndexSet<&str> =
            hindrances.iter().filter(|it| it.denies).map(|it| it.action).collect();
        let left_out: IndexSet<&str> =
            hindrances.iter().filter(|it| !it.denies).map(|it| it.action).collect();
        let in_neither: IndexSet<&str> = hindrances
            .iter()
            .filter(|it| it.in_neither && !denied.contains(it.action))
            .map(|it| it.action)
            .collect();
        let mut help = Vec::new();
        if !denied.is_empty() {
            help.push(format!(
                "Remove the statement that denies {}: nothing that is attached can allow it again.",
                all_code(denied.iter().copied())
            ));
            let not_allowed: IndexSet<&str> = hindrances
                .iter()
                .filter(|it| it.denies && it.in_neither)
                .map(|it| it.action)
                .collect();
            if !not_allowed.is_empty() {
                help.push(format!(
                    "Then allow {} in a policy of the role: none does.",
                    all_code(not_allowed)
                ));
            }
        }
        if !left_out.is_empty() {
            // Nobody but AWS changes what its policies allow.
            let is_by_aws = role.boundary.iter().flatten().all(|it| it.attached.aws().is_some());
            let change = if is_by_aws {
                "Replace the permissions boundary by one that allows"
            } else {
                "Let the permissions boundary allow"
            };
            help.push(format!(
                "{change} {} too: nothing that is attached to the role goes beyond it.",
                all_code(left_out.iter().copied())
            ));
        }
        let is_everything = denied.is_empty() && in_neither == left_out;
        let draft = if is_everything {
            self.message_more("; neither the role's policies nor its permissions boundary allow it")
        } else {
            self
        };
        if !in_neither.is_empty() {
            help.push(format!(
                "Allow {} in a policy of the role as well: a boundary gives nothing.",
                all_code(in_neither)
            ));
        }
        let draft = match refusal(chain, &hindrances, lacking) {
            Some(refusal) => {
                draft.message_more(&format!("; {}", refusal.by)).refused(refusal.label())
            }
            None => draft,
        };
        let labels = labels(&hindrances);
        let draft = labels.into_iter().fold(draft, |draft, it| draft.label(it.0, it.1));
        draft.help(help.join(" "))
    }
}

impl Draft {
    /// Adds that what Lambda checks a permission for when it makes it is to wait for what gives it.
    pub(crate) fn waits_for_grant(
        self,
        chain: &Chain<'_>,
        role: &LinkedRole<'_>,
        checked: &Header,
    ) -> Self {
        let is_alone = !checked.may_depend_on_more
            && !checked.is_shown_at_call()
            && policy_list(chain, role).is_none()
            // The module itself makes its function wait for what its call gives.
            && Inputs::of(chain, role).is_none()
            && !waits_for_module(chain, checked, &role.role.header);
        let unit = chain.graph.resolver().unit_of(&checked.address).filter(|_| is_alone);
        let advice = unit.and_then(|unit| {
            unit.language.wait_for_grant(checked.address.name(), &role.role.header)
        });
        match advice {
            Some((waiter, argument)) => self.waiter(waiter).note(format!(
                "Let {WAITERS} wait for it with `{argument}`: Lambda checks the permission on creation."
            )),
            None => self,
        }
    }
}

/// Whether something in the module of a role that is called beside a resource waits for that, which
/// cannot wait for the module then.
fn waits_for_module(chain: &Chain<'_>, resource: &Header, role: &Header) -> bool {
    let (around, _) = split(resource.address.name());
    let (modules, _) = split(role.address.name());
    let Some(module) = modules.get(around.len()).map(|module| without_key(module)) else {
        return false;
    };
    let Some(unit) = chain.graph.resolver().unit_of(&role.address) else { return false };
    let is_in_module = |header: &Header| {
        let (modules, _) = split(header.address.name());
        modules.starts_with(&around)
            && modules.get(around.len()).is_some_and(|it| without_key(it) == module)
    };
    let mut inside = unit.resources.iter().map(|it| &it.header).filter(|it| is_in_module(it));
    inside.any(|it| Dependencies::of(chain.graph, it).contain(&resource.address))
}

/// What to say at the policies of a role of what it lacks: `what`, unless something refuses what they
/// allow.
pub(crate) fn said_of_policies(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    lacking: &[Lacking],
    what: String,
) -> String {
    let refusal = refusal(chain, &hindrances(chain, role, lacking), lacking);
    refusal.map_or(what, |refusal| refusal.label())
}

/// What refuses a role what its policies allow.
struct Refusal {
    actions: IndexSet<&'static str>,
    /// In a sentence: "a statement denies it".
    by: String,
}

impl Refusal {
    /// What to say at the policies.
    fn label(&self) -> String {
        format!("allows {}, but {}", all_code(self.actions.iter().copied()), self.by)
    }
}

/// `None` where nothing refuses it, or the policies do not allow all that is lacking.
fn refusal(chain: &Chain<'_>, hindrances: &[Hindrance], lacking: &[Lacking]) -> Option<Refusal> {
    let is_refused = |action: &&str| {
        let mut of_action = hindrances.iter().filter(|it| it.action == *action).peekable();
        of_action.peek().is_some() && of_action.all(|it| !it.in_neither)
    };
    let is_whole = lacking.iter().all(|(demand, missing)| {
        let allowed = |action: &&str| demand.need.allowed(chain, action, &demand.resource);
        let mut lacks = demand.enough(missing).iter().filter(|it| allowed(it).is_false());
        lacks.all(is_refused)
    });
    if hindrances.is_empty() || !is_whole {
        return None;
    }
    let actions: IndexSet<&str> = hindrances.iter().map(|it| it.action).collect();
    let them = if actions.len() == 1 { "it" } else { "them" };
    let by = match (hindrances.iter().any(|it| it.denies), hindrances.iter().all(|it| it.denies)) {
        (_, true) => format!("a statement denies {them}"),
        (false, _) => format!("the role's permissions boundary leaves {them} out"),
        _ => format!("a statement and the role's permissions boundary refuse {them}"),
    };
    Some(Refusal { actions, by })
}

/// What to say at the statements and the boundary.
fn labels(hindrances: &[Hindrance]) -> Vec<(Span, String)> {
    let mut found: IndexMap<(Span, bool), IndexSet<&str>> = IndexMap::new();
    for it in hindrances {
        found.entry((it.span, it.denies)).or_default().insert(it.action);
    }
    let label = |((span, denies), actions): ((Span, bool), IndexSet<&str>)| {
        let verb = if denies { "denies" } else { "as permissions boundary does not allow" };
        (span, format!("{verb} {}", all_code(actions)))
    };
    found.into_iter().map(label).collect()
}

/// What keeps a role from an action whatever else it is given.
struct Hindrance {
    action: &'static str,
    span: Span,
    /// A statement denies it; else the boundary leaves it out.
    denies: bool,
    /// No policy allows it either.
    in_neither: bool,
}

/// Whether what is attached to the role can give it this.
pub(crate) fn can_be_given(chain: &Chain<'_>, role: &LinkedRole<'_>, lacking: &Lacking) -> bool {
    hindrances(chain, role, std::slice::from_ref(lacking)).is_empty()
}

fn hindrances(chain: &Chain<'_>, role: &LinkedRole<'_>, lacking: &[Lacking]) -> Vec<Hindrance> {
    let mut found = Vec::new();
    let allowing = role.grants.iter().filter(|grant| grant.statement.is_allow());
    let allowing: Vec<Grant<'_>> = allowing.copied().collect();
    for (demand, missing) in lacking {
        if matches!(demand.need.on, On::Somewhere | On::Any(..)) {
            continue;
        }
        let resource = chain.graph.resolver().resolve(&demand.resource);
        for action in demand.enough(missing) {
            let decide = |grants| {
                decide::<Grant<'_>>(grants, action, &resource, &chain.world, chain.graph.resolver())
            };
            let denying = decide(&role.grants).denying.into_iter().filter(|grant| {
                let resolver = chain.graph.resolver();
                grant.statement.covers(action, &resource, &chain.world, resolver).is_true()
            });
            for denying in denying {
                let in_neither = decide(&allowing).truth.is_false();
                let own = denying.statement.span;
                // What AWS wrote stands nowhere.
                let span = if own.is_somewhere() { own } else { denying.attached.arn.span };
                found.push(Hindrance { action, span, denies: true, in_neither });
            }
            let Some(boundary) = &role.boundary else { continue };
            if decide(boundary).truth.is_false()
                && let Some(first) = boundary.first()
            {
                let span = first.attached.arn.span;
                let in_neither = decide(&allowing).truth.is_false();
                found.push(Hindrance { action, span, denies: false, in_neither });
            }
        }
    }
    found
}
