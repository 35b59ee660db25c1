//! Which list a managed policy is added to, where a role's are listed.

use iacscan_core::{Span, Step};
use iacscan_graph::nodes::{Mechanism, Role};
use iacscan_graph::{Attached, Chain, Graph, LinkedRole, RoleLink};

use super::inputs::{Inputs, removal};
use super::words::argument;

/// A list that holds managed policies of a role.
pub(crate) struct PolicyList {
    /// In a sentence: "`managed_policy_arns`", "`policy_arns` of `aws_….x`".
    pub(crate) name: String,
    /// Its place.
    pub(crate) span: Span,
    /// Whether it removes what is attached beside it.
    pub(crate) is_exclusive: bool,
}

/// The list that a managed policy is added to; `None` where it is attached by itself.
pub(crate) fn policy_list(chain: &Chain<'_>, linked: &LinkedRole<'_>) -> Option<PolicyList> {
    own_list(linked).or_else(|| set_of(chain, linked))
}

/// What attaches a managed policy to a role.
pub(crate) fn attach(
    chain: &Chain<'_>,
    linked: &LinkedRole<'_>,
    roles: &[String],
    policy: String,
) -> Step {
    let inputs = Inputs::of(chain, linked);
    let input = inputs.as_ref().and_then(|inputs| inputs.attaching(roles, &policy));
    input.unwrap_or_else(|| {
        let list = policy_list(chain, linked).map(|list| list.name);
        let header = &linked.role.header;
        if let Some(list) = list.as_ref().filter(|_| is_listed_at_times(chain, linked, &policy)) {
            let new =
                format!("take `{policy}` in {list} out of the condition that it stands under");
            return Step::Attach { roles: roles.to_vec(), policy, list: None, new: Some(new) };
        }
        let language = chain.graph.resolver().unit_of(&header.address).map(|unit| unit.language);
        // What a module of others holds is not the user's to add to.
        let is_own = list.is_none() && !header.is_shown_at_call();
        let new = language.filter(|_| is_own).and_then(|it| it.attaching(&policy, header));
        Step::Attach { roles: roles.to_vec(), policy, list, new }
    })
}

/// Where a statement for a role goes that has no policy of the user's own, in a sentence.
pub(crate) fn place_of_first(chain: &Chain<'_>, linked: &LinkedRole<'_>) -> Option<String> {
    let header = &linked.role.header;
    if let Some(place) = exclusive_place(chain.graph, linked.role) {
        return Some(place);
    }
    let language = chain.graph.resolver().unit_of(&header.address)?.language;
    let has_own = linked.attached.iter().any(|attached| attached.aws().is_none());
    (!has_own && !header.is_shown_at_call()).then(|| language.new_policy(header).to_owned())
}

/// Where a further statement for a role goes where something removes every inline policy but those
/// that it lists, in a sentence.
pub(crate) fn exclusive_place(graph: &Graph, role: &Role) -> Option<String> {
    if role.exclusive_inline.is_some() {
        return Some("a further `inline_policy` of the role".to_owned());
    }
    let id = graph.role_id(&role.header.address)?;
    let mut sets = graph.units().iter().enumerate().flat_map(|(index, unit)| {
        let sets = unit.attachments.iter();
        sets.filter(|set| set.mechanism == Mechanism::ExclusiveInlineSet).filter(move |set| {
            set.roles.items.iter().any(|name| {
                matches!(graph.link_role_name(index, &name.item), RoleLink::Role(it) if it == id)
            })
        })
    });
    let set = beside(sets.next()?.header.address.name());
    Some(format!(
        "an `aws_iam_role_policy` of the role with a `name` that `policy_names` of `{set}` lists"
    ))
}

/// What to remove to detach a policy: the argument at the call of a module that attaches it, or a
/// resource that attaches nothing else as a whole.
pub(crate) fn removed(graph: &Graph, attached: &Attached) -> String {
    if let Some((removed, _)) = removal(graph, attached) {
        return removed;
    }
    let name = attached.holder.address.name();
    let is_alone = attached.mechanism == Some(Mechanism::RoleAttachment)
        && attached.arn.passages().next().is_none()
        && !name.ends_with(']');
    if is_alone { format!("`{name}`") } else { "it".to_owned() }
}

/// The list in the role's own resource.
fn own_list(linked: &LinkedRole<'_>) -> Option<PolicyList> {
    let role = linked.role;
    let is_template = role.header.resource_type.contains("::");
    let span = if role.implicit {
        // What SAM makes of a function without the key has no place of its own.
        role.lacking.filter(|span| *span != role.header.span)?
    } else {
        role.managed_key?
    };
    let is_exclusive = role.exclusive_managed.is_some();
    if !(is_exclusive || is_template || role.managed.all().next().is_some()) {
        return None;
    }
    let name = if role.implicit {
        "Policies".to_owned()
    } else {
        argument(&role.header, "ManagedPolicyArns")
    };
    Some(PolicyList { name: format!("`{name}`"), span, is_exclusive })
}

/// Whether the list in the role's own resource holds a policy in other worlds than this.
fn is_listed_at_times(chain: &Chain<'_>, linked: &LinkedRole<'_>, policy: &str) -> bool {
    let Some((_, path)) = policy.split_once(":policy/") else { return false };
    let end = format!(":policy/{path}");
    linked.role.managed.items.iter().any(|item| {
        item.condition.holds(&chain.world).is_false()
            && item.item.value.known_suffix().ends_with(&end)
    })
}

/// The resource that lists all managed policies of the role.
fn set_of(chain: &Chain<'_>, linked: &LinkedRole<'_>) -> Option<PolicyList> {
    let graph = chain.graph;
    graph.units().iter().enumerate().find_map(|(index, unit)| {
        let sets = unit.attachments.iter().filter(|set| {
            set.mechanism == Mechanism::ExclusiveManagedSet
                && set.header.condition.holds(&chain.world).is_true()
        });
        let set = sets.into_iter().find(|set| {
            set.roles.in_world(&chain.world).any(|name| {
                matches!(graph.link_role_name(index, name), RoleLink::Role(id) if id == linked.id)
            })
        })?;
        let argument = argument(&set.header, "PolicyArns");
        Some(PolicyList {
            name: format!("`{argument}` of `{}`", beside(set.header.address.name())),
            span: set.list.unwrap_or(set.header.span),
            is_exclusive: true,
        })
    })
}

/// An address without the modules around it, which differ between the instances of a module.
fn beside(address: &str) -> &str {
    iacscan_graph::instances::split(address).1
}
