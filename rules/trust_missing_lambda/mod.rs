//! A function's role does not let Lambda assume it.

use iacscan_core::{Attribute, RuleGroup, RuleMeta, Severity, Span, Step, Truth};
use iacscan_graph::{Chain, LinkedRole};
use iacscan_iam::{PolicyDocument, Principal, PrincipalKind, Statement};

use crate::framework::trust::{is_about, may_be_service, trusts_in};
use crate::{Context, Draft, Report, Rule};

/// `trust-missing-lambda`
pub(crate) struct TrustMissingLambda;

static META: RuleMeta = RuleMeta {
    id: "trust-missing-lambda",
    summary: "Trust policy does not let Lambda assume the role",
    group: RuleGroup::Trust,
    severity: Severity::High,
    cwe: &[284],
    page: include_str!("README.md"),
};

impl Rule for TrustMissingLambda {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let Some(role) = chain.linked() else { continue };
            let Some(Attribute::Known(trust)) = chain.get(&role.role.trust) else { continue };
            if trusts_lambda(chain, &trust.value).is_false() {
                report.in_chain(chain, draft(chain, role, &trust.value));
            }
        }
    }
}

/// Whether Lambda may assume the role: an `Allow` names it, whatever its conditions, and no
/// unconditional `Deny` does.
fn trusts_lambda(chain: &Chain<'_>, trust: &PolicyDocument) -> Truth {
    let denied = Truth::any(denials(chain, trust).map(|statement| denies_lambda(chain, statement)));
    trusts_in(chain, trust, "lambda").and(!denied)
}

/// Whether a `Deny` keeps Lambda from assuming the role: one for everybody does.
fn denies_lambda(chain: &Chain<'_>, statement: &Statement) -> Truth {
    is_about(chain, statement, |principal| {
        if is_for_all(principal) { Truth::True } else { is_lambda(principal) }
    })
}

/// Whether it is `Principal: "*"`, which covers services too.
fn is_for_all(principal: &Principal) -> bool {
    principal.kind == PrincipalKind::Any && principal.value.value.as_str() == Some("*")
}

fn is_lambda(principal: &Principal) -> Truth {
    may_be_service(principal, "lambda")
}

/// A principal that was meant to be Lambda.
fn slip<'d>(chain: &'d Chain<'_>, trust: &'d PolicyDocument) -> Option<&'d Principal> {
    trust
        .statements
        .in_world(&chain.world)
        .filter(|statement| statement.is_allow())
        .filter_map(|statement| statement.principals.as_ref())
        .flat_map(|principals| principals.items.in_world(&chain.world))
        .find(|principal| {
            let text = principal.value.value.to_string();
            text.is_empty() || (text.starts_with("lambda") && is_lambda(principal).is_false())
        })
}

fn draft(chain: &Chain<'_>, role: &LinkedRole<'_>, trust: &PolicyDocument) -> Draft {
    let header = &role.role.header;
    let slip = slip(chain, trust);
    let (span, label): (Span, &str) = match slip {
        Some(principal) => (principal.value.span, "is not the service `lambda.amazonaws.com`"),
        None => (
            role.role.trust_key.unwrap_or(trust.span),
            "does not let `lambda.amazonaws.com` assume the role",
        ),
    };
    let draft = Draft::new(&META, META.severity, span, label)
        .message("Lambda cannot assume {roles}, with which {functions} should run")
        .holder(header)
        .function(chain.function)
        .label(chain.function.header.span, "should run with this role")
        .path_to_role(chain)
        .fingerprint(header.address.name().as_str());
    if let Some(denies) = denials(chain, trust).find(|it| denies_lambda(chain, it).is_true()) {
        let names_all = denies
            .principals
            .as_ref()
            .is_some_and(|principals| principals.items.in_world(&chain.world).any(is_for_all));
        let names_others = denies.principals.as_ref().is_some_and(|principals| principals.negated);
        let mut help = if names_others {
            "Remove the statement that denies it: AWS takes no `NotPrincipal` in the trust policy of \
             a role, and whom no statement allows may not assume it anyway."
        } else if names_all {
            "Let the statement that denies it name whom it keeps out instead of `*`, which covers \
             Lambda too: no statement that allows it overrides that one."
        } else {
            "Take `lambda.amazonaws.com` out of the statement that denies it."
        }
        .to_owned();
        if !trusts_in(chain, trust, "lambda").is_true() {
            help.push_str(&format!(
                " Then let `{LAMBDA}` assume the role by a statement of its own."
            ));
        }
        return draft.help(help).label(denies.span, "denies it");
    }
    match slip {
        Some(slip) if slip.kind == PrincipalKind::Service => {
            draft.mend([vec![Step::Replace { text: LAMBDA.to_owned() }]])
        }
        _ => {
            let roles = vec![header.address.name().to_string()];
            let services = vec![LAMBDA.to_owned()];
            draft
                .mend([vec![Step::Trust { roles, services, notation: trust.notation() }]])
                .note("Remove the other principals that do not need the role.")
        }
    }
}

/// The principal that a trust policy names for Lambda.
const LAMBDA: &str = "lambda.amazonaws.com";

/// The statements that deny something, whatever the circumstances.
fn denials<'d>(
    chain: &'d Chain<'_>,
    trust: &'d PolicyDocument,
) -> impl Iterator<Item = &'d Statement> {
    let statements = trust.statements.in_world(&chain.world);
    statements.filter(|statement| statement.is_deny() && statement.conditions.is_none())
}
