//! Two resources each claim to be the only owner of a role's policies.

use std::collections::BTreeMap;

use iacscan_core::{Collection, Condition, Located, RuleGroup, RuleMeta, Severity, Span, Text};
use iacscan_graph::instances::split;
use iacscan_graph::nodes::{Header, Mechanism, PolicyAttachment};
use iacscan_graph::{Attached, ExecutionRole, RoleId, RoleLink};
use iacscan_iam::{ArnPart, ArnParts, Case, Resolve, matches_pattern};
use indexmap::IndexSet;

use crate::framework::concerning;
use crate::framework::spell::written;
use crate::framework::words::code_list;
use crate::{Context, Draft, Report, Rule};

/// `exclusive-attachment-conflict`
pub(crate) struct ExclusiveAttachmentConflict;

static META: RuleMeta = RuleMeta {
    id: "exclusive-attachment-conflict",
    summary: "Two exclusive owners of a role's policies",
    group: RuleGroup::Linkage,
    severity: Severity::Medium,
    cwe: &[362],
    page: include_str!("README.md"),
};

impl Rule for ExclusiveAttachmentConflict {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        let mut roles: BTreeMap<RoleId, &ExecutionRole<'_>> = BTreeMap::new();
        for role in context.execution_roles() {
            roles.insert(role.id, role);
            check_arguments(role, report);
        }
        for (index, unit) in context.graph.units().iter().enumerate() {
            for set in &unit.attachments {
                let exclusive = matches!(
                    set.mechanism,
                    Mechanism::ExclusiveManagedSet | Mechanism::ExclusiveInlineSet
                );
                for name in set.roles.items.iter().filter(|_| exclusive) {
                    if let RoleLink::Role(id) = context.graph.link_role_name(index, &name.item)
                        && let Some(role) = roles.get(&id)
                    {
                        check_set(role, set, &name.condition, report);
                    }
                }
            }
            check_account_wide(context, &unit.attachments, report);
            check_shared(context, index, &unit.attachments, report);
        }
    }
}

/// `inline_policy` and `managed_policy_arns` of a role remove what others attach: one cause, however
/// many there are.
fn check_arguments(role: &ExecutionRole<'_>, report: &mut Report<'_>) {
    let own = &role.role;
    let mut removed: Vec<(&str, Span, &Condition, Vec<&Attached>)> = Vec::new();
    for attached in role.attached() {
        let (argument, key) = match attached.mechanism {
            Some(Mechanism::InlinePolicy) => ("inline_policy", own.exclusive_inline),
            Some(
                Mechanism::RoleAttachment
                | Mechanism::ExclusiveAttachment
                | Mechanism::ExclusiveManagedSet,
            ) if is_absent_from(role, &own.managed, &attached.arn) => {
                ("managed_policy_arns", own.exclusive_managed)
            }
            _ => continue,
        };
        let Some(key) = key else { continue };
        let same = removed
            .iter_mut()
            .find(|(of, _, condition, _)| *of == argument && **condition == attached.condition);
        match same {
            Some((.., others)) => others.push(attached),
            None => removed.push((argument, key, &attached.condition, vec![attached])),
        }
    }
    for (argument, key, condition, attached) in removed {
        report.when(condition, removing(role, argument, key, &attached));
    }
}

/// An argument of a role removes what these attach.
fn removing(role: &ExecutionRole<'_>, argument: &str, key: Span, removed: &[&Attached]) -> Draft {
    let header = &role.role.header;
    let names: IndexSet<&str> =
        removed.iter().map(|attached| attached.holder.address.name().as_str()).collect();
    let others = code_list(names.iter().copied());
    let what = if argument == "inline_policy" { "inline policy" } else { "policy" };
    let removes = if names.len() == 1 {
        format!("removes what {others} attaches, and {others} attaches it again")
    } else {
        format!("removes what {others} attach, and they attach it again")
    };
    // The role is written so in its own module.
    let own = split(header.address.name()).1;
    let draft = Draft::new(&META, META.severity, key, format!("removes every other {what}"))
        .message(format!("`{argument}` of role `{}` {removes}", header.address))
        .help(match argument {
            "inline_policy" => format!(
                "Remove each `inline_policy`, which is deprecated, and write its `name` and \
                 `policy` in an `aws_iam_role_policy` with `role = {own}.id`."
            ),
            _ => format!(
                "Remove `managed_policy_arns`, which is deprecated, and for each ARN that it lists \
                 write an `aws_iam_role_policy_attachment` with `role = {own}.name` and the ARN as \
                 `policy_arn`."
            ),
        })
        .holder(header)
        // Whatever else it removes, it stays the same finding.
        .fingerprint(argument);
    let draft = removed.iter().fold(draft, |draft, attached| {
        draft.label(attached.arn.span, "is attached here").through(attached)
    });
    let condition = removed.first().map_or(&Condition::Always, |attached| &attached.condition);
    concerning(role, &role.functions_when(condition), draft)
}

/// Resources that list all policies of a role remove those they do not list.
fn check_set(
    role: &ExecutionRole<'_>,
    set: &PolicyAttachment,
    condition: &Condition,
    report: &mut Report<'_>,
) {
    if !set.managed.gaps.is_empty() {
        return;
    }
    for attached in role.attached().filter(|attached| attached.holder.address != set.header.address)
    {
        let inline = attached.inline(role.graph);
        let missing = match (set.mechanism, attached.mechanism, inline) {
            (
                Mechanism::ExclusiveManagedSet,
                None | Some(Mechanism::RoleAttachment | Mechanism::ExclusiveAttachment),
                None,
            ) => is_absent_from(role, &set.managed, &attached.arn),
            (Mechanism::ExclusiveInlineSet, None | Some(Mechanism::InlinePolicy), Some(inline)) => {
                inline.name.as_ref().is_some_and(|name| is_absent_from(role, &set.managed, name))
            }
            _ => false,
        };
        if !missing {
            continue;
        }
        // Said at the role, where the set attaches what the role does not list.
        let is_said = attached.mechanism.is_none()
            && role.role.exclusive_managed.is_some()
            && set.managed.all().any(|arn| is_absent_from(role, &role.role.managed, arn));
        if is_said {
            continue;
        }
        let (owner, other) = (&role.role.header.address, &attached.holder.address);
        let what = if other == owner {
            format!("a policy that role `{owner}` itself has, and the role attaches it again")
        } else {
            format!("what `{other}` attaches to role `{owner}`, and `{other}` attaches it again")
        };
        let draft = Draft::new(
            &META,
            META.severity,
            set.list.unwrap_or(set.header.span),
            "removes what it does not list",
        )
        .message(format!("`{}` removes {what}", set.header.address))
        .label(attached.arn.span, "is attached here, and not listed there")
        .help(list_it(role, set, attached));
        let both =
            attached.condition.clone().and(condition.clone()).and(set.header.condition.clone());
        report.when(&both, finish(role, &set.header, attached, draft));
    }
}

fn list_it(role: &ExecutionRole<'_>, set: &PolicyAttachment, attached: &Attached) -> String {
    let (argument, listed) = match attached.inline(role.graph) {
        Some(inline) => ("policy_names", inline.name.as_ref()),
        None => ("policy_arns", Some(&attached.arn)),
    };
    let from = &set.header.address;
    let listed = listed.and_then(|it| {
        let written = written(role.graph, from, &it.value)?;
        Some(if it.value.as_known().is_some() { format!("\"{written}\"") } else { written })
    });
    let listed = listed.map_or_else(|| "it".to_owned(), |listed| format!("`{listed}`"));
    match attached.mechanism {
        Some(_) => {
            format!("Add {listed} to `{argument}`, or remove `{}`.", attached.holder.address.name())
        }
        None => format!("Add {listed} to `{argument}`, or remove it from the role."),
    }
}

/// Whether a list certainly lacks a text.
fn is_absent_from(
    role: &ExecutionRole<'_>,
    list: &Collection<Located<Text>>,
    text: &Located<Text>,
) -> bool {
    let resolver = role.graph.resolver();
    let wanted = resolver.resolve(&text.value);
    list.gaps.is_empty()
        && list.all().all(|item| {
            matches_pattern(&resolver.resolve(&item.value), &wanted, Case::Sensitive).is_false()
        })
}

/// What attaches a policy and takes it from everybody else, and when.
struct Owner<'g> {
    attachment: &'g PolicyAttachment,
    span: Span,
    condition: Condition,
}

/// `aws_iam_policy_attachment` takes a policy away from everybody it does not list, in the whole
/// account.
fn check_account_wide(
    context: &Context<'_>,
    attachments: &[PolicyAttachment],
    report: &mut Report<'_>,
) {
    let resolver = context.graph.resolver();
    let mut owners: BTreeMap<String, Vec<Owner<'_>>> = BTreeMap::new();
    let exclusive = attachments.iter().filter(|a| a.mechanism == Mechanism::ExclusiveAttachment);
    for attachment in exclusive {
        for arn in &attachment.managed.items {
            let text = resolver.resolve(&arn.item.value);
            if text.first_unknown().is_some() {
                continue;
            }
            let header = &attachment.header;
            let mut condition = header.condition.clone().and(arn.condition.clone());
            let of_aws = ArnParts::split(&text)
                .is_some_and(|arn| arn.part(ArnPart::Account).as_str() == Some("aws"));
            let draft = if of_aws {
                Draft::at(
                    &META,
                    META.severity,
                    &arn.item,
                    "is taken from all others in the account",
                )
                .message(format!(
                    "each apply of `{}` detaches `{}` from every user, group and role of the \
                         account that it does not list",
                    header.address,
                    text.to_string().rsplit('/').next().unwrap_or_default()
                ))
                .help(instead_of(&[attachment]))
            } else {
                let owners = owners.entry(identity(&arn.item, &text)).or_default();
                let together = owners.iter().find_map(|owner| {
                    let both = owner.condition.clone().and(condition.clone());
                    (!both.is_feasible().is_false()).then_some((owner, both))
                });
                let Some((Owner { attachment: first, span, .. }, both)) = together else {
                    owners.push(Owner { attachment, span: arn.item.span, condition });
                    continue;
                };
                condition = both;
                Draft::at(&META, META.severity, &arn.item, "is owned twice")
                    .message(format!(
                        "`{}` and `{}` each take the policy from whom the other attaches it to",
                        first.header.address, header.address
                    ))
                    .label(*span, "the other owner")
                    .help(instead_of(&[first, attachment]))
                    .scope(&first.header)
            };
            let draft = draft.holder(header).subject(&header.address).fingerprint(text.to_string());
            report.when(&condition, draft);
        }
    }
}

/// `aws_iam_policy_attachment` takes a policy of the user's own from a role that another resource
/// attaches it to.
fn check_shared(
    context: &Context<'_>,
    index: usize,
    attachments: &[PolicyAttachment],
    report: &mut Report<'_>,
) {
    let of = |mechanism| {
        let those = attachments.iter().filter(move |it| it.mechanism == mechanism);
        those.filter_map(|it| Some((it, own_policy(context, it)?, roles_of(context, index, it)?)))
    };
    let owners: Vec<_> = of(Mechanism::ExclusiveAttachment).collect();
    if owners.is_empty() {
        return;
    }
    let mut attaching: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for (other, (arn, policy), roles) in of(Mechanism::RoleAttachment) {
        attaching.entry(policy).or_default().push((other, arn, roles));
    }
    for (owner, (arn, policy), keeping) in owners {
        for (other, same, roles) in attaching.get(&policy).into_iter().flatten() {
            if roles.iter().all(|role| keeping.contains(role)) {
                continue;
            }
            let (header, name) = (&owner.header, &other.header.address);
            let draft = Draft::at(&META, META.severity, arn, "is taken from all others")
                .message(format!(
                    "`{}` takes the policy from the role that `{name}` attaches it to, and `{name}` \
                     attaches it again",
                    header.address
                ))
                .label(same.span, "is attached here")
                .help(instead_of(&[owner]))
                .holder(header)
                .scope(&other.header)
                .subject(&header.address)
                .fingerprint(name.name().as_str());
            let both = header.condition.clone().and(other.header.condition.clone());
            report.when(&both, draft);
        }
    }
}

/// The policy of the user's own that a resource attaches and nothing else, with its identity.
fn own_policy<'g>(
    context: &Context<'_>,
    attachment: &'g PolicyAttachment,
) -> Option<(&'g Located<Text>, String)> {
    let [only] = attachment.managed.items.as_slice() else { return None };
    let text = context.graph.resolver().resolve(&only.item.value);
    let is_known = only.condition.is_always()
        && attachment.managed.gaps.is_empty()
        && text.first_unknown().is_none();
    let is_own = is_known && !text.to_string().contains("::aws:policy/");
    is_own.then(|| (&only.item, identity(&only.item, &text)))
}

/// The roles that a resource attaches to, where all are known.
fn roles_of(
    context: &Context<'_>,
    index: usize,
    attachment: &PolicyAttachment,
) -> Option<Vec<RoleId>> {
    let roles = attachment.roles.items.iter().map(|name| {
        match context.graph.link_role_name(index, &name.item) {
            RoleLink::Role(id) if name.condition.is_always() => Some(id),
            _ => None,
        }
    });
    attachment.roles.gaps.is_empty().then(|| roles.collect())?
}

/// What attaches to one and leaves the others alone, in place of these.
fn instead_of(attachments: &[&PolicyAttachment]) -> String {
    let is_without_roles = |it: &&PolicyAttachment| it.roles.is_empty() && it.roles.gaps.is_empty();
    let resources = if attachments.iter().all(is_without_roles) {
        "`aws_iam_user_policy_attachment` or `aws_iam_group_policy_attachment`, one for each user \
         or group"
    } else {
        "`aws_iam_role_policy_attachment`, one for each role, with `role` and the same `policy_arn`"
    };
    let names: Vec<&str> = attachments.iter().map(|it| it.header.address.name().as_str()).collect();
    let (in_place, them) =
        if names.len() == 1 { ("", "it") } else { (", in place of both", "them") };
    let names = names.join(" ");
    format!(
        "Use {resources}{in_place}. Then run `terraform state rm {names}` before the next apply: \
         destroying {them} would detach the policy from all of them.",
    )
}

/// What tells policies apart: the resource that is referred to, else the ARN. Generated policies of
/// one name are not the same.
fn identity(arn: &Located<Text>, resolved: &Text) -> String {
    match arn.value.as_reference() {
        Some((target, _)) => target.name().to_string(),
        None => resolved.to_string(),
    }
}

fn finish(role: &ExecutionRole<'_>, holder: &Header, attached: &Attached, draft: Draft) -> Draft {
    let draft = draft.holder(holder).fingerprint(attached.holder.address.name().as_str());
    concerning(role, &role.functions_when(&attached.condition), draft).through(attached)
}
