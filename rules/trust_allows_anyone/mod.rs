//! A trust policy lets anybody assume the role.

use iacscan_core::{Condition, Guarded, RuleGroup, RuleMeta, Severity, Span, Text, World};
use iacscan_graph::ExecutionRole;
use iacscan_iam::{Case, ConditionEntry, Conditions, Principal, Statement};

use crate::framework::concerning;
use crate::framework::trust::{Trusted, allows_assuming, limiting_keys, principals, statements};
use crate::framework::words::code_list;
use crate::{Context, Draft, Report, Rule};

/// `trust-allows-anyone`
pub(crate) struct TrustAllowsAnyone;

static META: RuleMeta = RuleMeta {
    id: "trust-allows-anyone",
    summary: "Role that any principal may assume",
    group: RuleGroup::Trust,
    severity: Severity::High,
    cwe: &[284, 863],
    page: include_str!("README.md"),
};

impl Rule for TrustAllowsAnyone {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            for trusted in statements(role) {
                if !allows_assuming(role, trusted.statement) {
                    continue;
                }
                if let Some(key) = negated(trusted.statement) {
                    report.when(&trusted.condition, not_principal(role, &trusted, key));
                }
                for principal in principals(trusted.statement) {
                    if principal.item.is_everyone().is_true() {
                        let condition = trusted.condition.clone().and(principal.condition.clone());
                        check_everyone(role, trusted.statement, principal, &condition, report);
                    }
                }
            }
        }
    }
}

fn check_everyone(
    role: &ExecutionRole<'_>,
    statement: &Statement,
    principal: &Guarded<Principal>,
    condition: &Condition,
    report: &mut Report<'_>,
) {
    let Some(limit) = Limit::of(&statement.conditions, limits) else { return };
    let mut draft_when = |condition: Condition, limit: &Limit, conditions: &Conditions| {
        let draft = Draft::at(&META, limit.severity(), &principal.item.value, "anybody");
        let draft = anyone(role, &condition, limit, conditions, draft);
        report.when(&condition, draft);
    };
    let mut open = condition.clone();
    // A `Deny` for everybody but some limits as a condition does; one for everybody leaves nobody.
    for denying in statements(role).iter().filter(|it| may_deny_everyone(role, it.statement)) {
        let conditions = &denying.statement.conditions;
        let by_it = Limit::of(conditions, spares_others);
        if !conditions.is_none() && matches!(by_it, Some(Limit::None)) {
            continue;
        }
        open = open.and(denying.condition.clone().negate());
        if let (Limit::None, Some(by_it @ Limit::By(_))) = (&limit, by_it) {
            draft_when(condition.clone().and(denying.condition.clone()), &by_it, conditions);
        }
    }
    draft_when(open, &limit, &statement.conditions);
}

/// Whether a statement may keep everybody from assuming the role, but those its conditions spare.
fn may_deny_everyone(role: &ExecutionRole<'_>, statement: &Statement) -> bool {
    let (Some(actions), Some(principals)) = (&statement.actions, &statement.principals) else {
        return false;
    };
    let (world, resolver) = (World::certain(), role.graph.resolver());
    let assume = Text::from("sts:AssumeRole");
    !statement.is_allow()
        && !actions.matches(&assume, Case::Insensitive, &world, resolver).is_false()
        && (principals.negated
            || principals.items.all().any(|principal| !principal.is_everyone().is_false()))
}

/// The key of `NotPrincipal`.
fn negated(statement: &Statement) -> Option<Span> {
    statement.principals.as_ref().filter(|principals| principals.negated).map(|it| it.key)
}

/// How far conditions limit who it is.
enum Limit {
    None,
    /// By these condition keys.
    By(Vec<String>),
}

impl Limit {
    /// `None` when the conditions are not known.
    fn of(conditions: &Conditions, counts: fn(&ConditionEntry) -> bool) -> Option<Self> {
        let keys = limiting_keys(conditions, counts)?;
        Some(if keys.is_empty() { Self::None } else { Self::By(keys) })
    }

    const fn severity(&self) -> Severity {
        match self {
            Self::None => META.severity,
            Self::By(_) => Severity::Low,
        }
    }
}

/// Whether a comparison leaves anybody out but those it names.
fn limits(entry: &ConditionEntry) -> bool {
    let Some(operator) = entry.operator.value.as_known() else { return true };
    let operator = operator.to_ascii_lowercase();
    let (quantifier, operator) = operator.split_once(':').unwrap_or(("", &operator));
    let (operator, if_exists) = match operator.strip_suffix("ifexists") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    if operator == "null" || operator.contains("not") {
        return false;
    }
    // Who does not bring the key along passes.
    let passes_without = if_exists || quantifier == "forallvalues";
    if passes_without && !ALWAYS_THERE.iter().any(|key| entry.is_key(key)) {
        return false;
    }
    !takes_all(entry, operator)
}

/// Whether what is denied under a comparison is everybody but those it names.
fn spares_others(entry: &ConditionEntry) -> bool {
    let Some(operator) = entry.operator.value.as_known() else { return true };
    let operator = operator.to_ascii_lowercase();
    let (_, operator) = operator.split_once(':').unwrap_or(("", &operator));
    let operator = operator.strip_suffix("ifexists").unwrap_or(operator);
    operator == "bool"
        || (operator.contains("not") && !takes_all(entry, &operator.replace("not", "")))
}

/// Whether a comparison with this operator, in small letters, holds for every value.
fn takes_all(entry: &ConditionEntry, operator: &str) -> bool {
    let takes_all = |value: &str| match operator {
        "stringlike" | "arnlike" | "arnequals" => {
            !value.is_empty() && value.bytes().all(|byte| byte == b'*')
        }
        "ipaddress" => matches!(value, "0.0.0.0/0" | "::/0"),
        _ => false,
    };
    entry.values.all().any(|value| value.value.as_known().is_some_and(|known| takes_all(&known)))
}

/// Condition keys that every request has.
const ALWAYS_THERE: &[&str] =
    &["aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalType", "aws:userid"];

fn anyone(
    role: &ExecutionRole<'_>,
    condition: &Condition,
    limit: &Limit,
    conditions: &Conditions,
    draft: Draft,
) -> Draft {
    let draft = match limit {
        Limit::None => draft.message(
            "anybody with an AWS account may assume role {role} and act with the permissions of \
             {functions}",
        ),
        Limit::By(keys) => {
            let keys = code_list(keys.iter().map(String::as_str));
            let draft = draft.message(format!(
                "nothing but the condition on {keys} keeps anybody from assuming role {{role}}"
            ));
            match conditions.key {
                Some(key) => draft.label(key, "this alone limits who it is"),
                None => draft,
            }
        }
    };
    finish(role, condition, draft.fingerprint("*"))
}

fn not_principal(role: &ExecutionRole<'_>, trusted: &Trusted<'_>, key: Span) -> Draft {
    let draft = Draft::new(&META, META.severity, key, "everybody but those listed")
        .message("`NotPrincipal` lets everybody but those listed assume role {role}")
        .fingerprint("NotPrincipal");
    finish(role, &trusted.condition, draft)
}

fn finish(role: &ExecutionRole<'_>, condition: &Condition, draft: Draft) -> Draft {
    let draft = draft.holder(&role.role.header);
    let draft = match role.graph.resolver().unit_of(&role.role.header.address) {
        Some(unit) => draft.help(format!(
            "Name who assumes the role: {}.",
            unit.language.principal(&["lambda.amazonaws.com"])
        )),
        None => draft.help("Name who assumes the role, such as `lambda.amazonaws.com`."),
    };
    concerning(role, &role.functions_when(condition), draft)
}
