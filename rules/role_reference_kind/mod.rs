//! A role is named by something that is not what the field takes.

use iacscan_core::{
    Address, Attribute, Located, ResourceAttribute, RuleGroup, RuleMeta, Severity, Step, Text,
};
use iacscan_graph::nodes::Header;
use iacscan_graph::{Chain, FunctionId, Graph, RoleLink, WrongKind};

use crate::framework::spell::reference;
use crate::{Context, Draft, Report, Rule};

/// `role-reference-kind`
pub(crate) struct RoleReferenceKind;

static META: RuleMeta = RuleMeta {
    id: "role-reference-kind",
    summary: "Role given by the wrong identifier",
    group: RuleGroup::Linkage,
    severity: Severity::High,
    cwe: &[1287],
    page: include_str!("README.md"),
};

impl Rule for RoleReferenceKind {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            if let Some((written, kind, target)) = wrong_arn(chain) {
                report.in_chain(chain, where_an_arn_belongs(chain, written, kind, target));
            }
        }
        for (u, unit) in context.graph.units().iter().enumerate() {
            let attachments = unit.attachments.iter().map(|node| (&node.header, &node.roles));
            let policies = unit.policies.iter().map(|node| (&node.header, &node.roles));
            let profiles = unit.instance_profiles.iter().map(|node| (&node.header, &node.roles));
            for (header, roles) in attachments.chain(policies).chain(profiles) {
                for name in &roles.items {
                    if let Some(draft) = wrong_name(context.graph, u, header, &name.item) {
                        let condition = header.condition.clone().and(name.condition.clone());
                        report.when(&condition, draft);
                    }
                }
            }
        }
    }
}

/// What stands in the place of the role's ARN. A name that an input's default gives may be an ARN
/// where it counts.
fn wrong_arn<'c>(chain: &Chain<'c>) -> Option<(&'c Located<Text>, WrongKind, Option<&'c Address>)> {
    let links = chain.graph.role_links(chain.id);
    chain.function.role.iter().zip(links).find_map(|(written, link)| {
        let holds = link.condition.holds(&chain.world).is_true();
        match (&written.item, &link.item) {
            (Attribute::Known(written), RoleLink::Wrong(kind, target)) if holds => {
                is_certain(written).then_some((written, *kind, target.as_ref()))
            }
            _ => None,
        }
    })
}

/// A reference means what it says wherever it passed; literal text of an input may be another.
fn is_certain(written: &Located<Text>) -> bool {
    written.value.references().next().is_some() || written.via.is_none()
}

fn where_an_arn_belongs(
    chain: &Chain<'_>,
    written: &Located<Text>,
    kind: WrongKind,
    target: Option<&Address>,
) -> Draft {
    let function = chain.function;
    let what = match kind {
        WrongKind::Name => "the name of a role",
        WrongKind::Arn => "the ARN of a role",
        WrongKind::UniqueId => "the generated id of a role",
        WrongKind::InstanceProfile => "an instance profile",
        WrongKind::Policy => "a policy",
        WrongKind::User => "a user",
    };
    let role = target.and_then(|target| chain.graph.role_id(target));
    let arn = target.filter(|_| role.is_some());
    let arn = arn.and_then(|target| reference(chain.graph, target, &ResourceAttribute::Arn));
    let draft =
        Draft::at(&META, META.severity, written, format!("is {what}, where a role's ARN belongs"))
            .message(format!(
                "the execution role of {{functions}} is given as {what}, where a role's ARN belongs"
            ))
            .holder(&function.header)
            .function(function)
            .fingerprint(written.value.to_string());
    let draft = match arn {
        Some(arn) => draft.mend([vec![Step::Replace { text: arn }]]),
        None => draft.help("Reference the ARN of a role that trusts `lambda.amazonaws.com`."),
    };
    with_definition(chain.graph, target, draft)
}

/// A field that takes a role's name, given something else.
fn wrong_name(
    graph: &Graph,
    unit: usize,
    header: &Header,
    written: &Located<Text>,
) -> Option<Draft> {
    let RoleLink::Wrong(kind, target) = graph.link_role_name(unit, written) else { return None };
    let what = match kind {
        WrongKind::Arn => "an ARN",
        WrongKind::UniqueId => "a generated id",
        _ => return None,
    };
    if !is_certain(written) {
        return None;
    }
    let name =
        target.as_ref().and_then(|target| reference(graph, target, &ResourceAttribute::Name));
    let draft =
        Draft::at(&META, META.severity, written, format!("is {what}, where a role's name belongs"))
            .holder(header)
            .fingerprint(written.value.to_string());
    let draft = match name {
        Some(name) => match written.passages().next() {
            Some(passage) => draft.help(format!(
                "Let `{}` have `{name}`; what else takes `{}` may need the ARN.",
                header.address, passage.label
            )),
            None => draft.mend([vec![Step::Replace { text: name }]]),
        },
        None => draft.help("Write the role's name: what stands behind the last `/` of its ARN."),
    };
    let functions: Vec<FunctionId> = target
        .as_ref()
        .and_then(|target| graph.role_id(target))
        .map(|role| graph.users_of(role).iter().map(|user| user.item).collect())
        .unwrap_or_default();
    let without = if functions.is_empty() { "" } else { ", and {functions} gets none of it" };
    let draft = draft.message(format!(
        "`{}` names a role by {what} where its name belongs: AWS refuses it{without}",
        header.address
    ));
    let draft = match (&target, functions.is_empty()) {
        (_, false) => {
            functions.iter().filter_map(|id| graph.function(*id)).fold(draft, Draft::function)
        }
        (Some(role), true) => draft.subject(role),
        (None, true) => draft.subject(&header.address),
    };
    Some(with_definition(graph, target.as_ref(), draft))
}

fn with_definition(graph: &Graph, target: Option<&Address>, draft: Draft) -> Draft {
    let definition = target.and_then(|target| graph.resolver().resource(target));
    match definition {
        Some(resource) => draft.label(resource.header.span, "defined here"),
        None => draft,
    }
}
