//! A statement lets the function give itself more permissions than it has.

mod help;
mod kind;
mod reach;

use std::cell::LazyCell;

use iacscan_core::{Attribute, RuleGroup, RuleMeta, Severity, Str};
use iacscan_graph::{AttachedPolicy, ExecutionRole, Reached};
use iacscan_iam::aws::is_escalation_action;

use crate::framework::statements::{
    Item, about, administers, allows_unconditionally, by_condition, covered, is_every_action,
    items, known, reads_functions, together, unlimited, whole_service,
};
use crate::framework::words::code_list;
use crate::{Context, Draft, Report, Rule};
use help::help;
use kind::Kind;
use reach::{Reach, of_several_accounts};

/// `privilege-escalation-permission`
pub(crate) struct PrivilegeEscalationPermission;

static META: RuleMeta = RuleMeta {
    id: "privilege-escalation-permission",
    summary: "Function can change its own power",
    group: RuleGroup::Excess,
    severity: Severity::High,
    cwe: &[269, 266],
    page: include_str!("README.md"),
};

impl Rule for PrivilegeEscalationPermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        let of_several = LazyCell::new(|| of_several_accounts(context));
        let is_of_one =
            |role: &ExecutionRole<'_>| !of_several.contains(&role.graph.unit_of_role(role.id));
        for role in context.execution_roles() {
            for reached in role.written_statements() {
                let statement = reached.statement;
                if !allows_unconditionally(statement) || administers(role, statement).is_some() {
                    continue;
                }
                if let Some(resource) = unlimited(role, statement) {
                    check_statement(context, role, &reached, resource, Reach::Everything, report);
                } else {
                    for resource in items(statement.resources.as_ref()) {
                        if let Some(reach) = Reach::of(role, &resource.item, &is_of_one) {
                            check_statement(context, role, &reached, resource, reach, report);
                        }
                    }
                }
            }
        }
    }
}

fn check_statement(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    resource: &Item,
    reach: Reach,
    report: &mut Report<'_>,
) {
    let rewritable = may_have_customer_policy(role);
    let dangers = items(reached.statement.actions.as_ref())
        .iter()
        .filter_map(|item| {
            let name = known(role, &item.item).filter(|name| !context.denies(role, name))?;
            let danger = Danger::of(&name, reach, rewritable)?;
            let condition = together(role, reached, [&item.condition, &resource.condition])?;
            Some((condition, (danger.severity(), &item.item, danger)))
        })
        .collect();
    for (condition, dangers) in by_condition(dangers) {
        for severity in [Severity::High, Severity::Medium] {
            let same: Vec<_> = dangers.iter().filter(|(own, ..)| *own == severity).collect();
            let Some((_, first, danger)) = same.first() else { continue };
            let list = code_list(same.iter().map(|(.., danger)| danger.written.as_str()));
            let help = help(role, reached, reach, same.iter().map(|(.., it)| it));
            let help = match context.shared().help(reached, &resource.item) {
                Some(shared) => format!("{shared} {help}"),
                None => help,
            };
            let draft = same
                .iter()
                .skip(1)
                .fold(
                    Draft::at(&META, severity, first, danger.label(reach)),
                    |draft, (_, item, other)| draft.label(item.span, other.label(reach)),
                )
                .label(resource.item.span, reach.label())
                .message(message(&list, severity, reach, same.iter().map(|(.., danger)| danger)))
                .help(help)
                .fingerprint(list);
            report.when(&condition, about(role, reached, &condition, draft));
        }
    }
}

/// An action pattern with the actions it covers that give power.
struct Danger {
    written: Str,
    /// The one that is spoken of.
    action: &'static str,
    all: Vec<&'static str>,
    /// The role may have a customer managed policy, which another version changes.
    rewritable: bool,
}

impl Danger {
    /// Whole services on everything are `wildcard-action-on-all-resources`.
    fn of(written: &Str, reach: Reach, rewritable: bool) -> Option<Self> {
        if is_every_action(written) || whole_service(written).is_some() {
            return None;
        }
        let covered = covered(written);
        let is_danger = |name: &str| match reach {
            Reach::Everything => is_escalation_action(name) || reads_functions(name),
            Reach::Every(kind) => kind.dangers().any(|danger| danger == name),
            Reach::EveryRoleThere => Kind::Role.dangers().any(|danger| danger == name),
            // Only one's own roles can be passed or changed.
            Reach::EveryRoleElsewhere => name == "sts:AssumeRole",
            Reach::OwnRole => OWN_ROLE.contains(&name),
            Reach::OwnFunction => OWN_FUNCTION.contains(&name),
        };
        let names: Vec<&'static str> =
            covered.iter().map(|action| action.full_name).filter(|name| is_danger(name)).collect();
        let find = |is: fn(&str) -> bool| names.iter().copied().find(|name| is(name));
        let gains = |name: &&&str| is_escalation_action(name) && !serves_others(name, rewritable);
        let action = names.iter().find(gains).copied().or_else(|| find(is_escalation_action));
        let action = action.or(names.first().copied())?;
        Some(Self { written: written.clone(), action, all: names, rewritable })
    }

    fn severity(&self) -> Severity {
        if reads_functions(self.action) { Severity::Medium } else { META.severity }
    }

    /// Whether the function gains anything by it, without others.
    fn gains(&self) -> bool {
        let serves_others = |action| serves_others(action, self.rewritable);
        self.all.iter().any(|action| is_escalation_action(action) && !serves_others(action))
    }

    /// Whether it is for others than the function.
    fn gives(&self) -> bool {
        self.all.iter().any(|action| serves_others(action, self.rewritable))
    }

    fn label(&self, reach: Reach) -> String {
        let is_own = reach == Reach::OwnRole;
        let does = match self.action {
            "iam:PassRole" => "hands any role to a service that runs code",
            "sts:AssumeRole" => "takes any role that trusts the account",
            "lambda:UpdateFunctionCode" => "replaces the code of functions",
            "lambda:UpdateFunctionConfiguration" => "changes what functions load and run with",
            "lambda:AddPermission" => "lets others invoke functions",
            "iam:CreateAccessKey" => "makes credentials of other users",
            "iam:CreateLoginProfile" | "iam:UpdateLoginProfile" => "sets passwords of other users",
            "iam:AddUserToGroup" => "gives any user what any group is allowed",
            "iam:AttachUserPolicy" | "iam:PutUserPolicy" => "gives any user any permission",
            "iam:AttachGroupPolicy" | "iam:PutGroupPolicy" => {
                "gives the users of any group any permission"
            }
            "iam:AttachRolePolicy" | "iam:PutRolePolicy" if is_own => {
                "gives the role any permission"
            }
            "iam:AttachRolePolicy" | "iam:PutRolePolicy" => {
                "gives any role any permission, the function's own too"
            }
            "iam:DetachRolePolicy" if is_own => "takes from the role what denies it something",
            "iam:DetachRolePolicy" => "takes from any role what denies it something",
            "iam:DeleteRolePermissionsBoundary" if is_own => "frees the role from its boundary",
            "iam:DeleteRolePermissionsBoundary" => "frees any role from its boundary",
            "iam:CreatePolicyVersion" if !self.rewritable => {
                "rewrites any customer managed policy, and the role has none"
            }
            "iam:CreatePolicyVersion" => "rewrites any customer managed policy",
            "iam:SetDefaultPolicyVersion" if !self.rewritable => {
                "puts another version of any customer managed policy into force, and the role has none"
            }
            "iam:SetDefaultPolicyVersion" => {
                "puts another version of any customer managed policy into force"
            }
            "iam:CreateRole" => "makes roles for whomever it names",
            "iam:UpdateAssumeRolePolicy" => "changes who may assume a role",
            action if reads_functions(action) => {
                "reads the environment variables of every function"
            }
            _ => "changes what policies allow",
        };
        if *self.written == *self.action {
            does.to_owned()
        } else {
            format!("covers `{}`, which {does}", self.action)
        }
    }
}

/// What gives permissions to others alone: a function runs with a role, and is neither a user nor
/// in a group. It gains by them where it takes their credentials too. Of another version of a
/// policy it has something where the role has such a policy.
fn serves_others(action: &str, rewritable: bool) -> bool {
    let is_of_policies =
        matches!(action, "iam:CreatePolicyVersion" | "iam:SetDefaultPolicyVersion");
    (is_of_policies && !rewritable)
        || matches!(
            action,
            "iam:AddUserToGroup"
                | "iam:AttachGroupPolicy"
                | "iam:AttachUserPolicy"
                | "iam:CreateRole"
                | "iam:PutGroupPolicy"
                | "iam:PutUserPolicy"
                | "lambda:AddPermission"
        )
}

/// Whether a customer managed policy is attached to the role, or bounds it, as far as is known.
fn may_have_customer_policy(role: &ExecutionRole<'_>) -> bool {
    let mut boundaries = role.role.boundary.iter();
    boundaries.any(|branch| !matches!(branch.item, Attribute::Absent))
        || !role.gaps().is_empty()
        || !role.perhaps().is_empty()
        || role.attached().any(|attached| {
            matches!(attached.policy, AttachedPolicy::Customer { .. } | AttachedPolicy::Opaque)
        })
}

/// What changes a role's power when it is allowed on the role.
const OWN_ROLE: &[&str] = &[
    "iam:AttachRolePolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
];

/// What changes a function when it is allowed on the function.
const OWN_FUNCTION: &[&str] = &["lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"];

fn message<'d>(
    list: &str,
    severity: Severity,
    reach: Reach,
    dangers: impl Iterator<Item = &'d Danger> + Clone,
) -> String {
    let lets = if dangers.clone().count() == 1 { "lets" } else { "let" };
    let can = match (dangers.clone().any(Danger::gains), dangers.clone().any(Danger::gives)) {
        (false, true) => "give others permissions",
        (true, true) => "gain other permissions, and give them to others,",
        (_, false) => "gain other permissions",
    };
    match (severity, reach) {
        (Severity::Medium, _) => {
            let of =
                if reach == Reach::Every(Kind::FunctionOfRegion) { " of the region" } else { "" };
            format!(
                "{{functions}} can read the environment variables of every function{of} with {list}"
            )
        }
        (_, Reach::Everything) => format!("{{functions}} can {can} with {list} on every resource"),
        (_, Reach::Every(kind)) => {
            format!("{{functions}} can {can} with {list} {}", kind.on_every())
        }
        (_, Reach::EveryRoleThere | Reach::EveryRoleElsewhere) => {
            format!("{{functions}} can {can} with {list} on every role of an account")
        }
        (_, Reach::OwnRole) => {
            let mut all = dangers.flat_map(|danger| &danger.all);
            let is_trust = |action: &&&str| **action == "iam:UpdateAssumeRolePolicy";
            let trust = all.clone().any(|action| is_trust(&action));
            let change = match (trust, all.any(|action| !is_trust(&action))) {
                (true, false) => "who may assume it",
                (true, true) => "what the role allows and who may assume it",
                (false, _) => "what the role allows",
            };
            format!("{list} on the role itself {lets} {{functions}} change {change}")
        }
        (_, Reach::OwnFunction) => {
            format!("{list} on the function itself {lets} {{functions}} be replaced from inside")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dangers() {
        let all = Reach::Everything;
        let cases = [
            ("iam:PassRole", all, Some("iam:PassRole")),
            ("IAM:passrole", all, Some("iam:PassRole")),
            ("iam:Put*", all, Some("iam:PutRolePolicy")),
            ("sts:AssumeRole", all, Some("sts:AssumeRole")),
            ("lambda:Update*", all, Some("lambda:UpdateFunctionCode")),
            ("lambda:GetFunction", all, Some("lambda:GetFunction")),
            ("lambda:GetFunction", Reach::OwnFunction, None),
            ("lambda:AddPermission", Reach::OwnFunction, None),
            ("lambda:UpdateFunctionCode", Reach::OwnFunction, Some("lambda:UpdateFunctionCode")),
            ("iam:PutRolePolicy", Reach::OwnRole, Some("iam:PutRolePolicy")),
            ("iam:PassRole", Reach::OwnRole, None),
            ("iam:PassRole", Reach::Every(Kind::Role), Some("iam:PassRole")),
            ("iam:PutRolePolicy", Reach::Every(Kind::Role), Some("iam:PutRolePolicy")),
            ("iam:CreateUser", Reach::Every(Kind::Role), None),
            ("iam:CreateUser", Reach::Every(Kind::User), None),
            ("iam:Create*", Reach::Every(Kind::User), Some("iam:CreateAccessKey")),
            ("iam:PassRole", Reach::Every(Kind::User), None),
            ("iam:AddUserToGroup", Reach::Every(Kind::User), None),
            ("iam:AddUserToGroup", Reach::Every(Kind::Group), Some("iam:AddUserToGroup")),
            (
                "iam:CreatePolicyVersion",
                Reach::Every(Kind::Policy),
                Some("iam:CreatePolicyVersion"),
            ),
            ("lambda:GetFunction", Reach::Every(Kind::Function), Some("lambda:GetFunction")),
            ("sts:AssumeRole", Reach::EveryRoleThere, Some("sts:AssumeRole")),
            ("iam:PassRole", Reach::EveryRoleThere, Some("iam:PassRole")),
            ("sts:AssumeRole", Reach::EveryRoleElsewhere, Some("sts:AssumeRole")),
            ("iam:PassRole", Reach::EveryRoleElsewhere, None),
            ("iam:*", all, None),
            ("*", all, None),
            ("iam:GetRole", all, None),
        ];
        for (written, reach, expected) in cases {
            let danger = Danger::of(&written.into(), reach, true);
            assert_eq!(danger.map(|danger| danger.action), expected, "{written}");
        }
    }
}
