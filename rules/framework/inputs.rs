//! What is written at the call of a module to give the role inside of it more.

use iacscan_core::{Address, Span, Step, Str, Text};
use iacscan_graph::instances::{are_beside, block, split, without_key};
use iacscan_graph::nodes::{Gives, RoleInput, Written};
use iacscan_graph::{Attached, Chain, Graph, LinkedRole};
use iacscan_iam::{Case, Resolve, matches_pattern};

use super::remedies::phrase;
use super::spell::spell;
use super::words::code_list;

/// The inputs of a role, and the call they are written at.
pub(crate) struct Inputs<'g> {
    chain: &'g Chain<'g>,
    all: Vec<&'g RoleInput>,
    /// `module.orders`
    call: String,
}

impl<'g> Inputs<'g> {
    /// `None` where the role lies in the user's own code, or in a module that has none.
    pub(crate) fn of(chain: &'g Chain<'_>, linked: &LinkedRole<'_>) -> Option<Self> {
        let role = &linked.role.header.address;
        let unit = chain.graph.resolver().unit_of(role)?;
        let is_open = |input: &&RoleInput| {
            input.role == *role && input.header.condition.holds(&chain.world).is_true()
        };
        let all: Vec<&RoleInput> = unit.role_inputs.iter().filter(is_open).collect();
        let call = call(role)?;
        (!all.is_empty()).then_some(Self { chain, all, call })
    }

    /// What allows all of the actions on a resource.
    pub(crate) fn allowing(&self, wanted: &[&str], resource: &Text) -> Option<Step> {
        let resolver = self.chain.graph.resolver();
        let resource = resolver.resolve(resource);
        let gives = |input: &&&RoleInput| {
            let Gives::Actions { actions, resources } = &input.gives else { return false };
            let is_given = |action: &&str| actions.iter().any(|given| given == *action);
            let is_named = resources.items.iter().any(|item| {
                let named = resolver.resolve(&item.item.value);
                matches_pattern(&named, &resource, Case::Sensitive).is_true()
            });
            is_named && wanted.iter().all(is_given)
        };
        let input = self.all.iter().find(gives)?;
        match &input.written {
            Written::Set(arguments) => Some(Step::Set {
                call: self.call.clone(),
                arguments: arguments.iter().map(ToString::to_string).collect(),
            }),
            Written::Add(_) => None,
        }
    }

    /// What attaches a managed policy.
    pub(crate) fn attaching(&self, roles: &[String], policy: &str) -> Option<Step> {
        let input = self.all.iter().find(|input| input.gives == Gives::Policy)?;
        match &input.written {
            Written::Set(_) => self.set(&Gives::Policy, policy),
            Written::Add(place) => Some(Step::Attach {
                roles: roles.to_vec(),
                policy: policy.to_owned(),
                list: Some(at_call(&self.call, place)),
                new: None,
            }),
        }
    }

    /// What sets a permissions boundary.
    pub(crate) fn bounding(&self, policy: &str) -> Option<Step> {
        self.set(&Gives::Boundary, policy)
    }

    /// What lets the function run at the edge, and write its logs there.
    pub(crate) fn running_at_edge(&self) -> Option<Step> {
        self.set(&Gives::Edge, "")
    }

    /// What gives the function a VPC configuration, and the role what it needs for one.
    pub(crate) fn in_vpc(&self) -> Option<Step> {
        self.set(&Gives::Network, "")
    }

    /// The arguments that give this, with the ARN of a policy.
    fn set(&self, gives: &Gives, policy: &str) -> Option<Step> {
        let input = self.all.iter().find(|input| input.gives == *gives)?;
        match &input.written {
            Written::Set(arguments) => Some(Step::Set {
                call: self.call.clone(),
                arguments: arguments
                    .iter()
                    .map(|it| it.replace(RoleInput::POLICY, policy))
                    .collect(),
            }),
            Written::Add(_) => None,
        }
    }

    /// What attaches at the call what is attached apart from it, in a sentence; a customer policy may
    /// be a reference.
    pub(crate) fn instead_of(&self, attached: &Attached) -> Option<String> {
        if attached.inline(self.chain.graph).is_some() {
            return Some(format!("write its statements in {}", self.place_of_statements()?));
        }
        let policy = spell(self.chain, &attached.arn.value);
        let step = self.attaching(&[], &policy).filter(|_| !policy.contains('*'))?;
        let is_reference = !policy.starts_with("arn:") && !policy.starts_with('"');
        let step = match step {
            Step::Set { call, arguments } if is_reference => Step::Set {
                call,
                arguments: arguments
                    .iter()
                    .map(|it| it.replace(&format!("\"{policy}\""), &policy))
                    .collect(),
            },
            step => step,
        };
        Some(phrase(&step, None))
    }

    /// Where a statement goes.
    pub(crate) fn place_of_statements(&self) -> Option<String> {
        statements_at(&self.call, self.all.iter().copied())
    }
}

/// What to remove at the call of a module so that a policy inside of it is not attached, and where
/// that is written.
pub(crate) fn removal(graph: &Graph, attached: &Attached) -> Option<(String, Span)> {
    let holder = &attached.holder.address;
    let name = block(holder.name()).rsplit('.').next()?;
    let unit = graph.resolver().unit_of(holder)?;
    let (input, at) = unit.role_inputs.iter().find_map(|input| match &input.gives {
        Gives::Removal { of, at } if of == name && are_beside(&input.role, holder) => {
            Some((input, *at))
        }
        _ => None,
    })?;
    let call = call(&input.role)?;
    let removed = match &input.written {
        Written::Set(arguments) => {
            format!("{} from `{call}`", code_list(arguments.iter().map(Str::as_str)))
        }
        Written::Add(place) => format!("it from {}", at_call(&call, place)),
    };
    Some((removed, at))
}

/// Where a statement for a role goes at the call of its module.
pub(crate) fn place_of_statements(graph: &Graph, role: &Address) -> Option<String> {
    let unit = graph.resolver().unit_of(role)?;
    let call = call(role)?;
    statements_at(&call, unit.role_inputs.iter().filter(|input| input.role == *role))
}

/// Where these inputs of a role take a statement.
fn statements_at<'i>(
    call: &str,
    inputs: impl IntoIterator<Item = &'i RoleInput>,
) -> Option<String> {
    inputs.into_iter().find_map(|input| match (&input.gives, &input.written) {
        (Gives::Statement, Written::Add(place)) => Some(at_call(call, place)),
        _ => None,
    })
}

/// `module.orders`
fn call(role: &Address) -> Option<String> {
    Some(without_key(split(role.name()).0.last()?).to_owned())
}

/// "`policies` of `module.orders`, with `attach_policies = true`"
fn at_call(call: &str, place: &str) -> String {
    let (list, with) = place.split_once(',').unwrap_or((place, ""));
    let with = if with.is_empty() { String::new() } else { format!(",{with}") };
    format!("{list} of `{call}`{with}")
}

/// Where the call stands, for what is written there.
pub(crate) fn place(chain: &Chain<'_>) -> Option<Address> {
    let linked = chain.linked()?;
    Inputs::of(chain, linked)?;
    let role = &linked.role.header.address;
    let call = split(role.name()).0.join(".");
    Some(Address::scoped(role.unit().clone(), role.scope().clone(), call))
}
