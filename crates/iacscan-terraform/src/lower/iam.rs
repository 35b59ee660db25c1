//! IAM: roles, policies and their attachments, instance profiles.

use iacscan_core::{Address, Collection, Gap, Located, Map, Str, Text, Unknown, Value};
use iacscan_graph::nodes::{
    CustomerPolicy, Gives, InlinePolicy, InstanceProfile, Mechanism, PolicyAttachment,
    ResourceKind, Role, RoleInput, Written,
};

use super::values::known;
use super::{Context, Declaration, Lowering, values};

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_iam_role" | "awscc_iam_role" => |context, declaration| role(context, declaration),
        "aws_iam_policy" | "awscc_iam_managed_policy" => {
            |context, declaration| customer_policy(context, declaration)
        }
        "aws_iam_role_policy" => |context, declaration| {
            let roles = roles(context, declaration, "role");
            inline_policy(context, declaration, roles);
        },
        "awscc_iam_role_policy" => |context, declaration| {
            let roles = roles(context, declaration, "role_name");
            inline_policy(context, declaration, roles);
        },
        "awscc_iam_policy" => |context, declaration| {
            let roles = roles(context, declaration, "roles");
            inline_policy(context, declaration, roles);
        },
        "aws_iam_role_policy_attachment" => |context, declaration| {
            let roles = roles(context, declaration, "role");
            let managed = known(declaration.text("policy_arn"));
            attachment(context, declaration, roles, managed, Mechanism::RoleAttachment);
        },
        "aws_iam_policy_attachment" => |context, declaration| {
            let roles = roles(context, declaration, "roles");
            let managed = known(declaration.text("policy_arn"));
            attachment(context, declaration, roles, managed, Mechanism::ExclusiveAttachment);
        },
        "aws_iam_role_policy_attachments_exclusive" => |context, declaration| {
            let roles = roles(context, declaration, "role_name");
            let managed = declaration.texts("policy_arns");
            attachment(context, declaration, roles, managed, Mechanism::ExclusiveManagedSet);
        },
        "aws_iam_role_policies_exclusive" => |context, declaration| {
            let roles = roles(context, declaration, "role_name");
            let names = declaration.texts("policy_names");
            attachment(context, declaration, roles, names, Mechanism::ExclusiveInlineSet);
        },
        "aws_iam_user" | "awscc_iam_user" => |context, declaration| {
            context.add(declaration, ResourceKind::User, |resource| {
                resource.name = declaration.name_of(&["name", "user_name"]);
                resource.path = declaration.text("path");
            });
        },
        "aws_iam_group" => |context, declaration| {
            context.add_named(declaration, ResourceKind::Other, &["name"], &[]);
        },
        "aws_iam_user_policy" | "aws_iam_group_policy" => |context, declaration| {
            context.other(declaration);
            context.unit.loose_policies.push(own_policy(declaration));
        },
        "iacscan_role_input" => |context, declaration| role_input(context, declaration),
        "aws_iam_instance_profile" | "awscc_iam_instance_profile" => |context, declaration| {
            let header = context.add(declaration, ResourceKind::InstanceProfile, |resource| {
                resource.name = declaration.name_of(&["name", "instance_profile_name"]);
                resource.path = declaration.text("path");
            });
            let mut roles = declaration.texts("roles");
            let role = known(declaration.text("role"));
            roles.items.extend(role.items);
            roles.gaps.extend(role.gaps);
            context.unit.instance_profiles.push(InstanceProfile { header, roles });
        },
        _ => return None,
    };
    Some(lowering)
}

fn role(context: &mut Context<'_, '_>, declaration: &Declaration) {
    let name = match declaration.kind() {
        "aws_iam_role" => declaration.name("name", "name_prefix"),
        _ => declaration.name_of(&["role_name"]),
    };
    let path = declaration.text("path");
    let header = context.add(declaration, ResourceKind::Role, |resource| {
        resource.name = name.clone();
        resource.path = path.clone();
    });
    let mut role = Role::new(header);
    role.name = name;
    role.path = path;
    let trust = ["assume_role_policy", "assume_role_policy_document"];
    let trust = trust.into_iter().find(|name| declaration.get(name).is_some());
    role.trust = declaration.policy(trust.unwrap_or("assume_role_policy"));
    role.trust_key = trust.and_then(|name| declaration.key(name));
    role.boundary = declaration.text("permissions_boundary");
    role.managed = declaration.texts("managed_policy_arns");
    role.managed_key = declaration.key("managed_policy_arns");
    let inline = ["inline_policy", "policies"];
    let inline = inline.into_iter().find(|name| declaration.get(name).is_some());
    let inline = inline.unwrap_or("inline_policy");
    role.inline = inline_policies(declaration, inline);
    role.inline_key = declaration.key(inline);
    if declaration.kind() == "aws_iam_role" {
        // Set at all, both own every attachment of their kind.
        let set = |name: &str| {
            let is_set = match declaration.get(name).map(|value| &value.value) {
                None | Some(Value::Null | Value::Unknown(_) | Value::OneOf(_)) => false,
                Some(Value::List(list)) => name == "managed_policy_arns" || !list.items.is_empty(),
                Some(_) => true,
            };
            is_set.then(|| declaration.key(name)).flatten()
        };
        role.exclusive_managed = set("managed_policy_arns");
        role.exclusive_inline = set("inline_policy");
    }
    context.unit.roles.push(role);
}

/// `inline_policy` blocks, or the `policies` of awscc.
fn inline_policies(declaration: &Declaration, name: &str) -> Collection<InlinePolicy> {
    let Some(value) = declaration.get(name) else {
        let mut out = Collection::default();
        if let Some(gap) = declaration.gap() {
            out.open(iacscan_core::Condition::Always, gap);
        }
        return out;
    };
    values::maps(Some(value), |block, map| {
        let document = first(map, &["policy", "policy_document"]);
        let Some(document) = document.filter(|document| !document.value.is_null()) else {
            // An empty block removes all others.
            return map.open.map_or(Ok(None), Err);
        };
        Ok(Some(InlinePolicy {
            name: first(map, &["name", "policy_name"]).and_then(name_of),
            span: block.span,
            document: declaration.read_policy(document),
            template: None,
        }))
    })
}

fn first<'m>(map: &'m Map, names: &[&str]) -> Option<&'m Located<Value>> {
    names.iter().find_map(|name| map.get(name))
}

fn name_of(value: &Located<Value>) -> Option<Located<Text>> {
    Some(value.with(value.value.to_text()?))
}

/// What the description of a module says that a call writes to give a role more.
fn role_input(context: &mut Context<'_, '_>, declaration: &Declaration) {
    let role = known(declaration.text("role"));
    let role = role.items.iter().find_map(|role| Some(role.item.value.as_reference()?.0.clone()));
    let Some(role) = role else { return };
    let texts = |name: &str| -> Vec<Str> {
        let items = declaration.texts(name).items;
        items.iter().filter_map(|it| it.item.value.as_known()).collect()
    };
    let written = match texts("place").into_iter().next() {
        Some(place) => Written::Add(place),
        None => Written::Set(texts("set")),
    };
    let gives = match texts("gives").first().map(Str::as_str) {
        Some("policy") => Gives::Policy,
        Some("statement") => Gives::Statement,
        Some("boundary") => Gives::Boundary,
        Some("edge") => Gives::Edge,
        Some("network") => Gives::Network,
        Some("removal") => {
            let Some(of) = texts("of").into_iter().next() else { return };
            let header = declaration.header().span;
            let at = declaration.get("at").map_or(header, |at| {
                // The description's own reference stands nowhere.
                let mut passages = at.passages().map(|passage| passage.span);
                passages.find(|span| *span != header).unwrap_or(at.span)
            });
            Gives::Removal { of, at }
        }
        _ => {
            Gives::Actions { actions: texts("actions"), resources: declaration.texts("resources") }
        }
    };
    let header = declaration.header().clone();
    context.unit.role_inputs.push(RoleInput { header, role, written, gives });
}

/// The policy that a policy resource holds.
fn own_policy(declaration: &Declaration) -> InlinePolicy {
    let document = ["policy", "policy_document"];
    let document = document.into_iter().find(|name| declaration.get(name).is_some());
    let document = document.unwrap_or("policy");
    let name = declaration.get("name").or_else(|| declaration.get("policy_name"));
    InlinePolicy {
        name: name.and_then(name_of),
        span: declaration.get(document).map_or(declaration.header().span, Located::use_span),
        document: declaration.policy(document),
        template: None,
    }
}

fn customer_policy(context: &mut Context<'_, '_>, declaration: &Declaration) {
    let (name, document) = match declaration.kind() {
        "aws_iam_policy" => (declaration.name("name", "name_prefix"), "policy"),
        _ => (declaration.name_of(&["managed_policy_name"]), "policy_document"),
    };
    let path = declaration.text("path");
    let header = context.add(declaration, ResourceKind::Policy, |resource| {
        resource.name = name.clone();
        resource.path = path.clone();
    });
    context.unit.policies.push(CustomerPolicy {
        header,
        name,
        path,
        document: declaration.policy(document),
        roles: declaration.texts("roles"),
    });
}

/// Names of roles, and what they are made of.
type Roles = (Collection<Located<Text>>, Vec<Address>);

/// The roles that an argument names. What they are made of counts where a name is not known.
fn roles(context: &Context<'_, '_>, declaration: &Declaration, argument: &str) -> Roles {
    let roles = match argument {
        "roles" => declaration.texts(argument),
        _ => known(declaration.symbol(argument)),
    };
    let is_known = roles.gaps.is_empty()
        && roles.items.iter().all(|role| role.item.value.first_unknown().is_none());
    let mut from = Vec::new();
    if !is_known {
        for referred in context.eval.referred_by(&declaration.resource, argument) {
            iacscan_graph::lower::references(&referred, &mut from);
        }
    }
    (roles, from)
}

fn inline_policy(
    context: &mut Context<'_, '_>,
    declaration: &Declaration,
    (roles, roles_from): Roles,
) {
    let header = context.other(declaration);
    context.unit.attachments.push(PolicyAttachment {
        header,
        roles,
        roles_from,
        managed: Collection::default(),
        inline: Some(own_policy(declaration)),
        mechanism: Mechanism::InlinePolicy,
        list: None,
    });
}

fn attachment(
    context: &mut Context<'_, '_>,
    declaration: &Declaration,
    (roles, roles_from): Roles,
    mut managed: Collection<Located<Text>>,
    mechanism: Mechanism,
) {
    let header = context.other(declaration);
    if declaration.resource.is_any() && managed.items.is_empty() && managed.gaps.is_empty() {
        // Stands for attachments of which nothing is known.
        let gap = Gap { span: header.span, unknown: Unknown::Computed };
        managed.open(iacscan_core::Condition::Always, gap);
    }
    context.unit.attachments.push(PolicyAttachment {
        header,
        roles,
        roles_from,
        managed,
        inline: None,
        mechanism,
        list: declaration.key("policy_arns").or(declaration.key("policy_names")),
    });
}
