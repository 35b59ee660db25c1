//! A role may assume itself, and does not trust itself.

use iacscan_core::{Condition, Located, RuleGroup, RuleMeta, Severity, Text, Truth, World};
use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::{Case, Principal, PrincipalKind, Resolve, Statement};

use crate::framework::statements::{Item, about, items, known, only_service, together};
use crate::framework::trust::{
    AwsPrincipal, TrustPolicy, aws_principal, is_own_arn, place, policies,
};
use crate::{Context, Draft, Report, Rule};

/// `self-assume-without-trust`
pub(crate) struct SelfAssumeWithoutTrust;

static META: RuleMeta = RuleMeta {
    id: "self-assume-without-trust",
    summary: "Role may assume itself but does not trust itself",
    group: RuleGroup::Trust,
    severity: Severity::Medium,
    cwe: &[284],
    page: include_str!("README.md"),
};

impl Rule for SelfAssumeWithoutTrust {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            for reached in role.written_statements() {
                let Some(resource) = assumes_itself(role, reached.statement) else { continue };
                for policy in policies(role) {
                    let conditions = [&resource.condition, &policy.condition];
                    if trusts_itself(role, &policy).is_false()
                        && let Some(condition) = together(role, &reached, conditions)
                    {
                        let draft = draft(role, &reached, &resource.item, &policy, &condition);
                        report.when(&condition, draft);
                    }
                }
            }
        }
    }
}

/// The role's own ARN in a statement that allows assuming it.
fn assumes_itself<'s>(role: &ExecutionRole<'_>, statement: &'s Statement) -> Option<&'s Item> {
    let assumes = statement.actions.as_ref().is_some_and(|actions| {
        let action = Text::from("sts:AssumeRole");
        let resolver = role.graph.resolver();
        actions.matches(&action, Case::Insensitive, &World::certain(), resolver).is_true()
    });
    if !statement.is_allow() || !assumes {
        return None;
    }
    items(statement.resources.as_ref()).iter().find(|item| {
        let pattern = role.graph.resolver().resolve(&item.item.value);
        let has_wildcard = known(role, &item.item)
            .map_or_else(|| pattern.to_string(), |known| known.to_string())
            .contains(['*', '?']);
        !has_wildcard && is_own_arn(role, &pattern).is_true()
    })
}

/// Whether the trust policy lets the role assume itself, by its ARN or through its account.
fn trusts_itself(role: &ExecutionRole<'_>, policy: &TrustPolicy<'_>) -> Truth {
    let statements = &policy.document.statements;
    let any = Truth::any(statements.all().map(|statement| {
        let Some(principals) = &statement.principals else { return Truth::False };
        if statement.is_deny() {
            return Truth::False;
        }
        if principals.negated || !principals.items.gaps.is_empty() {
            return Truth::Unknown;
        }
        Truth::any(principals.items.all().map(|principal| names(role, principal)))
    }));
    if statements.gaps.is_empty() { any } else { any.or(Truth::Unknown) }
}

fn names(role: &ExecutionRole<'_>, principal: &Principal) -> Truth {
    if !matches!(principal.kind, PrincipalKind::Aws | PrincipalKind::Any) {
        return Truth::False;
    }
    let text = role.graph.resolver().resolve(&principal.value.value);
    match aws_principal(&text) {
        _ if principal.is_everyone().is_true() => Truth::True,
        // Another account's root may turn out to be this one's.
        AwsPrincipal::Root(_) => Truth::True,
        AwsPrincipal::Identity(_) => is_own_arn(role, &text),
        AwsPrincipal::Unknown => Truth::Unknown,
    }
}

fn draft(
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    resource: &Located<Text>,
    policy: &TrustPolicy<'_>,
    condition: &Condition,
) -> Draft {
    let draft = Draft::at(&META, META.severity, resource, "the role itself")
        .message(
            "{functions} cannot assume role {role}: the role may assume itself, but does not \
             trust itself",
        )
        .label(place(role, policy), "does not name the role")
        .help(format!(
            "{}: the function has the role already. If the code cannot do without it, write the \
             role's ARN as text into its trust policy once the role exists: a role cannot name \
             itself when it is made.",
            removal(role, reached.statement)
        ))
        .fingerprint("sts:AssumeRole");
    about(role, reached, condition, draft)
}

/// What is taken away: nothing that lets the function assume another role, or do something else.
fn removal(role: &ExecutionRole<'_>, statement: &Statement) -> &'static str {
    let assumes_others = statement
        .resources
        .as_ref()
        .is_some_and(|it| !it.items.gaps.is_empty() || it.items.items.len() > 1);
    let is_of_sts = |item: &Item| {
        known(role, &item.item).is_some_and(|name| name.to_ascii_lowercase().starts_with("sts:"))
    };
    let has_no_other = statement.actions.as_ref().is_some_and(|actions| {
        actions.items.gaps.is_empty() && items(Some(actions)).iter().all(is_of_sts)
    });
    let is_alone = statement
        .actions
        .as_ref()
        .is_some_and(|it| it.items.gaps.is_empty() && it.items.items.len() == 1);
    let is_role = |item: &Item| {
        let pattern = role.graph.resolver().resolve(&item.item.value);
        let own = is_own_arn(role, &pattern).is_true();
        !own && only_service(&pattern).is_none_or(|service| service == "iam")
    };
    let resources = statement.resources.as_ref();
    let has_other_roles = resources.is_none_or(|it| !it.items.gaps.is_empty())
        || items(resources).iter().any(is_role);
    match (assumes_others, has_no_other) {
        (true, false) if !has_other_roles => {
            "Remove `sts:AssumeRole` from this statement, and the role from its resources"
        }
        (false, true) if is_alone => "Remove this statement",
        (false, _) => "Remove `sts:AssumeRole`",
        (true, true) => "Take the role's own ARN out of the resources",
        (true, false) => {
            "Give `sts:AssumeRole` a statement of its own with the other resources alone"
        }
    }
}
