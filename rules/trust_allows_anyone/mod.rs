//! A trust policy lets anybody assume the role.

use iacscan_core::{RuleGroup, RuleMeta, Severity, Span};
use iacscan_graph::ExecutionRole;
use iacscan_iam::{ConditionEntry, Conditions, PolicyDocument, Statement};

use crate::framework::concerning;
use crate::framework::trust::{
    Trusted, allows_assuming, denying_everybody, limiting_keys, principals, statements,
};
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
                let Some(denied) = Denied::of(role, trusted.document) else { continue };
                if let Some(key) = negated(trusted.statement) {
                    report.when(&trusted.condition, not_principal(role, &trusted, key));
                }
                for principal in principals(trusted.statement) {
                    let condition = trusted.condition.clone().and(principal.condition.clone());
                    if principal.item.is_everyone().is_true() && !condition.is_never() {
                        let value = &principal.item.value;
                        let own = Limit::of(&trusted.statement.conditions);
                        let Some(limit) = own.map(|limit| limit.or(&denied)) else { continue };
                        let draft = Draft::at(&META, limit.severity(), value, "anybody");
                        report.when(&condition, anyone(role, &trusted, &limit, draft));
                    }
                }
            }
        }
    }
}

/// The key of `NotPrincipal`.
fn negated(statement: &Statement) -> Option<Span> {
    statement.principals.as_ref().filter(|principals| principals.negated).map(|it| it.key)
}

/// Whom a policy denies to everybody but some, by these condition keys.
struct Denied {
    keys: Vec<String>,
    /// The first such condition.
    key: Option<Span>,
}

impl Denied {
    /// `None` where everybody may be denied, or who is is not known.
    fn of(role: &ExecutionRole<'_>, document: &PolicyDocument) -> Option<Self> {
        let mut denied = Self { keys: Vec::new(), key: None };
        for statement in denying_everybody(role, document) {
            if statement.conditions.entries.is_empty() {
                return None;
            }
            let keys = limiting_keys(&statement.conditions, excepts)?;
            if !keys.is_empty() {
                denied.key = denied.key.or(statement.conditions.key);
            }
            denied.keys.extend(keys);
        }
        Some(denied)
    }
}

/// Whether a condition of a `Deny` leaves out of it those that it names alone.
fn excepts(entry: &ConditionEntry) -> bool {
    entry.operator.value.as_known().is_none_or(|operator| {
        let operator = operator.to_ascii_lowercase();
        operator.contains("not") || operator == "null"
    })
}

/// How far conditions limit who it is.
enum Limit {
    None,
    /// By these condition keys, which stand at a place.
    By(Vec<String>, Option<Span>),
}

impl Limit {
    /// `None` when the conditions are not known.
    fn of(conditions: &Conditions) -> Option<Self> {
        let keys = limiting_keys(conditions, limits)?;
        Some(if keys.is_empty() { Self::None } else { Self::By(keys, conditions.key) })
    }

    /// Those of a `Deny` limit too.
    fn or(self, denied: &Denied) -> Self {
        match self {
            Self::None if !denied.keys.is_empty() => Self::By(denied.keys.clone(), denied.key),
            other => other,
        }
    }

    const fn severity(&self) -> Severity {
        match self {
            Self::None => META.severity,
            Self::By(..) => Severity::Low,
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
    let takes_all = |value: &str| match operator {
        "stringlike" | "arnlike" | "arnequals" => {
            !value.is_empty() && value.bytes().all(|byte| byte == b'*')
        }
        "ipaddress" => matches!(value, "0.0.0.0/0" | "::/0"),
        _ => false,
    };
    !entry.values.all().any(|value| value.value.as_known().is_some_and(|known| takes_all(&known)))
}

/// Condition keys that every request has.
const ALWAYS_THERE: &[&str] =
    &["aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalType", "aws:userid"];

fn anyone(role: &ExecutionRole<'_>, trusted: &Trusted<'_>, limit: &Limit, draft: Draft) -> Draft {
    let draft = match limit {
        Limit::None => draft.message(
            "anybody with an AWS account may assume role {role} and act with the permissions of \
             {functions}",
        ),
        Limit::By(keys, key) => {
            let keys = code_list(keys.iter().map(String::as_str));
            let draft = draft.message(format!(
                "nothing but the condition on {keys} keeps anybody from assuming role {{role}}"
            ));
            match key {
                Some(key) => draft.label(*key, "this alone limits who it is"),
                None => draft,
            }
        }
    };
    finish(role, trusted, draft.fingerprint("*"))
}

fn not_principal(role: &ExecutionRole<'_>, trusted: &Trusted<'_>, key: Span) -> Draft {
    let draft = Draft::new(&META, META.severity, key, "everybody but those listed")
        .message("`NotPrincipal` lets everybody but those listed assume role {role}")
        .fingerprint("NotPrincipal");
    finish(role, trusted, draft)
}

fn finish(role: &ExecutionRole<'_>, trusted: &Trusted<'_>, draft: Draft) -> Draft {
    let draft = draft.holder(&role.role.header);
    let draft = match role.graph.resolver().unit_of(&role.role.header.address) {
        Some(unit) => draft.help(format!(
            "Name who assumes the role: {}.",
            unit.language.principal(&["lambda.amazonaws.com"])
        )),
        None => draft.help("Name who assumes the role, such as `lambda.amazonaws.com`."),
    };
    concerning(role, &role.functions_when(&trusted.condition), draft)
}
