//! A role is named by something that is not what the field takes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use iacscan_core::{
    Address, Attribute, Located, ResourceAttribute, RuleGroup, RuleMeta, Severity, Span, Step, Text,
};
use iacscan_graph::instances::without_keys;
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
        let wrong: Vec<_> =
            context.chains().filter_map(|chain| Some((chain, wrong_arn(chain)?))).collect();
        let all = wrong.iter().map(|(_, it)| it);
        let arns = references(context.graph, all, &ResourceAttribute::Arn);
        for (chain, it) in &wrong {
            let arn = arns.get(&it.written.span).cloned().flatten();
            report.in_chain(chain, where_an_arn_belongs(chain, it, arn));
        }
        for (u, unit) in context.graph.units().iter().enumerate() {
            let attachments = unit.attachments.iter().map(|node| (&node.header, &node.roles));
            let policies = unit.policies.iter().map(|node| (&node.header, &node.roles));
            let profiles = unit.instance_profiles.iter().map(|node| (&node.header, &node.roles));
            let mut wrong = Vec::new();
            for (header, roles) in attachments.chain(policies).chain(profiles) {
                for name in &roles.items {
                    let condition = header.condition.clone().and(name.condition.clone());
                    let it = wrong_name(context.graph, u, header, &name.item);
                    wrong.extend(it.map(|it| (condition, it)));
                }
            }
            let all = wrong.iter().map(|(_, it)| it);
            let names = references(context.graph, all, &ResourceAttribute::Name);
            for (condition, it) in &wrong {
                let name = names.get(&it.written.span).cloned().flatten();
                report.when(condition, where_a_name_belongs(context.graph, it, name));
            }
        }
    }
}

/// What stands where something else belongs.
struct Wrong<'g> {
    /// The resource that has it.
    header: &'g Header,
    written: &'g Located<Text>,
    kind: WrongKind,
    /// What it means.
    target: Option<Cow<'g, Address>>,
}

impl Wrong<'_> {
    /// The role that is meant: that of an instance profile for the profile.
    fn role<'w>(&'w self, graph: &'w Graph) -> Option<&'w Address> {
        let target = self.target.as_deref()?;
        if self.kind != WrongKind::InstanceProfile {
            return Some(target);
        }
        let unit = graph.resolver().unit_of(target)?;
        let index = graph.units().iter().position(|it| std::ptr::eq(it, unit))?;
        let profile = unit.instance_profiles.iter().find(|it| it.header.address == *target)?;
        match (profile.roles.items.as_slice(), profile.roles.gaps.as_slice()) {
            ([only], []) => match graph.link_role_name(index, &only.item) {
                RoleLink::Role(role) => Some(&graph.role(role)?.header.address),
                // Which is another mistake.
                RoleLink::Wrong(WrongKind::Arn | WrongKind::UniqueId, Some(role)) => {
                    Some(&graph.role(graph.role_id(&role)?)?.header.address)
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// What to write in the place of each text, which may mean another role in each instance of the
/// resource that has it.
fn references<'w>(
    graph: &'w Graph,
    all: impl Iterator<Item = &'w Wrong<'w>>,
    attribute: &ResourceAttribute,
) -> BTreeMap<Span, Option<String>> {
    let mut pairs: BTreeMap<Span, Vec<(&Address, &Address)>> = BTreeMap::new();
    for it in all {
        let of_text = pairs.entry(it.written.span).or_default();
        of_text.extend(it.role(graph).map(|role| (&it.header.address, role)));
    }
    pairs.into_iter().map(|(span, pairs)| (span, reference(graph, &pairs, attribute))).collect()
}

/// What stands in the place of the role's ARN. A name that an input's default gives may be an ARN
/// where it counts.
fn wrong_arn<'c>(chain: &Chain<'c>) -> Option<Wrong<'c>> {
    let header = &chain.function.header;
    let links = chain.graph.role_links(chain.id);
    chain.function.role.iter().zip(links).find_map(|(written, link)| {
        let holds = link.condition.holds(&chain.world).is_true();
        match (&written.item, &link.item) {
            (Attribute::Known(written), RoleLink::Wrong(kind, target)) if holds => {
                let target = target.as_ref().map(Cow::Borrowed);
                is_certain(written).then_some(Wrong { header, written, kind: *kind, target })
            }
            _ => None,
        }
    })
}

/// A reference means what it says wherever it passed; literal text of an input may be another.
fn is_certain(written: &Located<Text>) -> bool {
    written.value.references().next().is_some() || written.via.is_none()
}

fn where_an_arn_belongs(chain: &Chain<'_>, wrong: &Wrong<'_>, arn: Option<String>) -> Draft {
    let function = chain.function;
    let Wrong { written, kind, target, .. } = wrong;
    let role = wrong.role(chain.graph).and_then(|role| chain.graph.role_id(role));
    let what = match kind {
        WrongKind::Name => "the name of a role",
        WrongKind::Arn => "the ARN of a role",
        WrongKind::UniqueId => "the generated id of a role",
        WrongKind::InstanceProfile => "an instance profile",
        WrongKind::Policy => "a policy",
        WrongKind::User => "a user",
    };
    let arn = role.and(arn);
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
    with_definition(chain.graph, target.as_deref(), draft)
}

/// A field that takes a role's name, given something else.
fn wrong_name<'g>(
    graph: &Graph,
    unit: usize,
    header: &'g Header,
    written: &'g Located<Text>,
) -> Option<Wrong<'g>> {
    let RoleLink::Wrong(kind, target) = graph.link_role_name(unit, written) else { return None };
    let is_other = matches!(kind, WrongKind::Arn | WrongKind::UniqueId);
    (is_other && is_certain(written)).then_some(Wrong {
        header,
        written,
        kind,
        target: target.map(Cow::Owned),
    })
}

fn where_a_name_belongs(graph: &Graph, wrong: &Wrong<'_>, name: Option<String>) -> Draft {
    let Wrong { header, written, kind, target } = wrong;
    let what = if *kind == WrongKind::Arn { "an ARN" } else { "a generated id" };
    let draft =
        Draft::at(&META, META.severity, written, format!("is {what}, where a role's name belongs"))
            .holder(header)
            .fingerprint(written.value.to_string());
    let draft = match name {
        Some(name) => match written.passages().next() {
            Some(passage) => draft.help(format!(
                "Let `{}` have `{name}`; what else takes `{}` may need the ARN.",
                without_keys(header.address.name()),
                passage.label
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
    let mut profiles = graph.units().iter().flat_map(|unit| &unit.instance_profiles);
    let is_profile = profiles.any(|profile| profile.header.address == header.address);
    let without = if functions.is_empty() || is_profile {
        ""
    } else {
        ", and nothing of it reaches {functions}"
    };
    let draft = draft.message(format!(
        "`{}` names a role by {what} where its name belongs: AWS refuses it{without}",
        without_keys(header.address.name())
    ));
    let draft = match (target, functions.is_empty()) {
        (_, false) => {
            functions.iter().filter_map(|id| graph.function(*id)).fold(draft, Draft::function)
        }
        (Some(role), true) => draft.subject(role),
        (None, true) => draft.subject(&header.address),
    };
    with_definition(graph, target.as_deref(), draft)
}

fn with_definition(graph: &Graph, target: Option<&Address>, draft: Draft) -> Draft {
    let definition = target.and_then(|target| graph.resolver().resource(target));
    match definition {
        Some(resource) => draft.label(resource.header.span, "defined here"),
        None => draft,
    }
}
