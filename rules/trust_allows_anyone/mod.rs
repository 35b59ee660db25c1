//! A trust policy lets anybody assume the role.

use iacscan_core::{RuleGroup, RuleMeta, Severity, Span};
use iacscan_graph::ExecutionRole;
use iacscan_iam::{ConditionEntry, Conditions, Statement};

use comparison::Comparison;
use denied::Denied;

use crate::framework::concerning;
use crate::framework::trust::{Trusted, allows_assuming, limiting_keys, principals, statements};
use crate::framework::words::code_list;
use crate::{Context, Draft, Report, Rule};

mod comparison;
mod denied;

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
                    report.when(&trusted.condition, not_principal(role, &trusted, &denied, key));
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

/// Whether a comparison leaves anybody out but those it names, or may.
fn limits(entry: &ConditionEntry) -> bool {
    Comparison::of(entry).is_none_or(|comparison| comparison.limits())
}

fn anyone(role: &ExecutionRole<'_>, trusted: &Trusted<'_>, limit: &Limit, draft: Draft) -> Draft {
    let open = "anybody with an AWS account may assume {roles} and act with the permissions of \
                {functions}";
    finish(role, trusted, limited(draft, limit, open, "anybody").fingerprint("*"))
}

/// Says who may assume the role, or by what alone they are kept from it.
fn limited(draft: Draft, limit: &Limit, open: &str, who: &str) -> Draft {
    let Limit::By(keys, key) = limit else { return draft.message(open) };
    let keys = code_list(keys.iter().map(String::as_str));
    let draft = draft.message(format!(
        "nothing but the condition on {keys} keeps {who} from assuming {{roles}}"
    ));
    match key {
        Some(key) => draft.label(*key, "this alone limits who it is"),
        None => draft,
    }
}

fn not_principal(
    role: &ExecutionRole<'_>,
    trusted: &Trusted<'_>,
    denied: &Denied,
    key: Span,
) -> Draft {
    let limit = Limit::None.or(denied);
    let who = "everybody but those listed";
    let draft = Draft::new(&META, limit.severity(), key, who).fingerprint("NotPrincipal");
    let draft = limited(draft, &limit, &format!("`NotPrincipal` lets {who} assume {{roles}}"), who);
    finish(role, trusted, draft)
}

fn finish(role: &ExecutionRole<'_>, trusted: &Trusted<'_>, draft: Draft) -> Draft {
    let draft = draft.holder(&role.role.header);
    let unit = role.graph.resolver().unit_of(&role.role.header.address);
    let draft = match unit {
        _ if is_lambda_trusted_elsewhere(role, trusted) => draft.help(
            "Remove this statement: another one lets `lambda.amazonaws.com` assume the role. Whoever \
             else needs the role has to be named.",
        ),
        Some(unit) => draft.help(format!(
            "Name who assumes the role: {}.",
            unit.language.principal(trusted.statement.notation, &["lambda.amazonaws.com"])
        )),
        None => draft.help("Name who assumes the role, such as `lambda.amazonaws.com`."),
    };
    concerning(role, &role.functions_when(&trusted.condition), draft)
}

/// Whether another statement, which is always there, lets Lambda assume the role.
fn is_lambda_trusted_elsewhere(role: &ExecutionRole<'_>, trusted: &Trusted<'_>) -> bool {
    let statements = trusted.document.statements.items.iter();
    let mut others = statements.filter(|other| {
        other.condition.is_always()
            && !std::ptr::eq(&other.item, trusted.statement)
            && other.item.conditions.is_none()
            && allows_assuming(role, &other.item)
    });
    others.any(|other| {
        principals(&other.item).any(|principal| {
            principal.condition.is_always() && principal.item.is_service("lambda").is_true()
        })
    })
}
