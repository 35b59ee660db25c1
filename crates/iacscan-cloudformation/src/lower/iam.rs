//! IAM: roles, policies and their attachments, instance profiles.

use iacscan_core::{Collection, Gap, Located, Span, Unknown};
use iacscan_graph::lower::texts;
use iacscan_graph::nodes::{
    CustomerPolicy, InlinePolicy, InstanceProfile, Mechanism, PolicyAttachment, ResourceKind, Role,
};

use super::{Context, known, values};
use crate::declaration::Declaration;
use crate::sam::policies::MADE_FROM;
use crate::tree;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::IAM::Role" => role(context, declaration),
        "AWS::IAM::ManagedPolicy" => managed_policy(context, declaration),
        "AWS::IAM::Policy" => {
            let roles = declaration.symbols("Roles");
            inline_policy(context, declaration, roles);
        }
        "AWS::IAM::RolePolicy" => {
            let roles = known(declaration.symbol("RoleName"));
            inline_policy(context, declaration, roles);
        }
        "AWS::IAM::User" | "AWS::IAM::Group" => principal(context, declaration),
        "AWS::IAM::UserPolicy" | "AWS::IAM::GroupPolicy" => {
            context.add(declaration, ResourceKind::Other, |_| {});
            context.unit.loose_policies.push(own_policy(declaration));
        }
        "AWS::IAM::InstanceProfile" => instance_profile(context, declaration),
        _ => return false,
    }
    true
}

fn role<'e, 't>(context: &mut Context<'e, 't>, declaration: &Declaration<'e, 't>) {
    let name = declaration.name("RoleName");
    let path = declaration.text("Path");
    let header = context.add(declaration, ResourceKind::Role, |resource| {
        resource.name = name.clone();
        resource.path = path.clone();
    });
    let mut role = Role::new(header);
    role.name = name;
    role.path = path;
    role.trust = declaration.policy("AssumeRolePolicyDocument");
    role.trust_key = declaration.key("AssumeRolePolicyDocument");
    role.boundary = declaration.text("PermissionsBoundary");
    role.managed = declaration.texts("ManagedPolicyArns");
    role.managed_key = declaration.key("ManagedPolicyArns");
    role.inline = inline_policies(declaration);
    role.inline_key = declaration.key("Policies");
    role.listing =
        declaration.entry("Policies").map(|it| tree::listing(&it.value)).unwrap_or_default();
    role.lacking = role.managed_key.or(role.inline_key).or(Some(role.header.type_span));
    if declaration.entry("RoleName").is_some() {
        context.unit.handed_out.push(role.header.address.clone());
    }
    context.unit.roles.push(role);
}

/// `Policies` of a role, a user or a group.
fn inline_policies(declaration: &Declaration<'_, '_>) -> Collection<InlinePolicy> {
    values::maps(declaration.get_with_inputs("Policies").as_ref(), |value, map| {
        match map.get("PolicyDocument") {
            None => {
                let missing = Gap { span: value.span, unknown: Unknown::Invalid };
                Err(map.open.unwrap_or(missing))
            }
            document => Ok(InlinePolicy {
                name: map.get("PolicyName").and_then(|name| Some(name.with(name.value.to_text()?))),
                span: value.span,
                document: declaration.read_policy(document),
                template: map
                    .get(MADE_FROM)
                    .and_then(|template| template.value.to_text()?.as_known()),
            }),
        }
    })
}

/// The policy that a policy resource holds.
fn own_policy(declaration: &Declaration<'_, '_>) -> InlinePolicy {
    let name = declaration.get("PolicyName");
    InlinePolicy {
        name: name.and_then(|name| {
            let text = name.value.to_text()?;
            Some(name.with(text))
        }),
        span: document_span(declaration),
        document: declaration.role_policy("PolicyDocument"),
        template: None,
    }
}

fn document_span(declaration: &Declaration<'_, '_>) -> Span {
    declaration
        .entry("PolicyDocument")
        .map_or(declaration.entry.key.span, |entry| crate::call::whole(&entry.value))
}

fn managed_policy<'e, 't>(context: &mut Context<'e, 't>, declaration: &Declaration<'e, 't>) {
    let name = declaration.name("ManagedPolicyName");
    let path = declaration.text("Path");
    let header = context.add(declaration, ResourceKind::Policy, |resource| {
        resource.name = name.clone();
        resource.path = path.clone();
    });
    if declaration.entry("ManagedPolicyName").is_some() {
        context.unit.handed_out.push(header.address.clone());
    }
    context.unit.policies.push(CustomerPolicy {
        header,
        name,
        path,
        document: declaration.role_policy("PolicyDocument"),
        roles: declaration.symbols("Roles"),
    });
}

fn inline_policy<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
    roles: Collection<Located<iacscan_core::Text>>,
) {
    let header = context.add(declaration, ResourceKind::Other, |_| {});
    context.unit.attachments.push(PolicyAttachment {
        header,
        roles,
        roles_from: Vec::new(),
        managed: Collection::default(),
        inline: Some(own_policy(declaration)),
        mechanism: Mechanism::InlinePolicy,
        list: None,
    });
}

fn principal<'e, 't>(context: &mut Context<'e, 't>, declaration: &Declaration<'e, 't>) {
    let user = declaration.kind == "AWS::IAM::User";
    let (kind, name) =
        if user { (ResourceKind::User, "UserName") } else { (ResourceKind::Other, "GroupName") };
    context.add(declaration, kind, |resource| {
        resource.name = declaration.name(name);
        resource.path = declaration.text("Path");
    });
    let policies = inline_policies(declaration);
    context.unit.loose_policies.extend(policies.items.into_iter().map(|policy| policy.item));
}

fn instance_profile<'e, 't>(context: &mut Context<'e, 't>, declaration: &Declaration<'e, 't>) {
    let header = context.add(declaration, ResourceKind::InstanceProfile, |resource| {
        resource.name = declaration.name("InstanceProfileName");
        resource.path = declaration.text("Path");
    });
    let roles = texts(declaration.get("Roles").as_ref());
    context.unit.instance_profiles.push(InstanceProfile { header, roles });
}
