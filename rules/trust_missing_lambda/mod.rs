//! A function's role does not let Lambda assume it.

use iacscan_core::{Attribute, Located, RuleGroup, RuleMeta, Severity, Span, Step, Text, Truth};
use iacscan_graph::nodes::Header;
use iacscan_graph::{Chain, LinkedRole};
use iacscan_iam::{Elements, PolicyDocument, Principal, PrincipalKind, Statement};

use crate::framework::misplaced::{Misplaced, names_others};
use crate::framework::trust::{is_about, may_be_service, services_of_statement, trusts_in};
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
            } else if let Some((statement, why)) = refused(chain, &trust.value) {
                report.in_chain(chain, refused_draft(chain, role, statement, why));
            }
        }
    }
}

/// A statement for which IAM refuses the trust policy, and nobody assumes the role. What is no action
/// of a trust policy is `unknown-iam-action`.
fn refused<'d>(
    chain: &'d Chain<'_>,
    trust: &'d PolicyDocument,
) -> Option<(&'d Statement, Misplaced)> {
    let misplaced = || {
        let statements = trust.statements.in_world(&chain.world);
        statements.filter_map(|statement| Some((statement, Misplaced::of(statement)?)))
    };
    let is_reported = misplaced().any(|(it, _)| names_others(chain.graph, it));
    misplaced().next().filter(|_| !is_reported)
}

fn refused_draft(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    statement: &Statement,
    why: Misplaced,
) -> Draft {
    let header = &role.role.header;
    let (span, label, help) = match why {
        Misplaced::WithResource(key) => (
            key,
            "has no place in a trust policy",
            "Remove it: a trust policy is about the role it belongs to.".to_owned(),
        ),
        Misplaced::WithoutPrincipal => {
            let unit = chain.graph.resolver().unit_of(&header.address);
            let place = unit.map_or("a policy of the role", |it| it.language.new_policy(header));
            (
                statement.span,
                "does not say who",
                format!(
                    "If the role is to assume others, move what the statement allows to {place}; \
                     else name who may assume the role as its `Principal`."
                ),
            )
        }
    };
    Draft::new(&META, META.severity, span, label)
        .message("IAM refuses the trust policy of {roles}, with which {functions} should run")
        .holder(header)
        .function(chain.function)
        .label(chain.function.header.span, "should run with this role")
        .path_to_role(chain)
        .fingerprint(header.address.name().as_str())
        .help(help)
}

/// The action that is written where Lambda's belongs, if the rule reports that.
pub(crate) fn mistaken_action(chain: &Chain<'_>) -> Option<Span> {
    let Some(Attribute::Known(trust)) = chain.get(&chain.linked()?.role.trust) else { return None };
    let mut denials = denials(chain, &trust.value);
    match slip(chain, &trust.value)? {
        Slip::Action(action)
            if trusts_lambda(chain, &trust.value).is_false()
                && !denials.any(|it| denies_lambda(chain, it).is_true()) =>
        {
            Some(action.span)
        }
        _ => None,
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

/// What was meant to be trust in Lambda.
enum Slip<'d> {
    /// A service of another name.
    Name(&'d Principal),
    /// Lambda's name under the key of another kind, which has no other principals.
    Kind(&'d Principal),
    /// Lambda's name among others of another kind, or of none.
    Place(&'d Principal),
    /// An action that is not the one Lambda takes, in a statement for services.
    Action(&'d Located<Text>),
}

fn slip<'d>(chain: &'d Chain<'_>, trust: &'d PolicyDocument) -> Option<Slip<'d>> {
    let mut allowing =
        trust.statements.in_world(&chain.world).filter(|statement| statement.is_allow());
    allowing.find_map(|statement| slip_of(chain, statement))
}

fn slip_of<'d>(chain: &'d Chain<'_>, statement: &'d Statement) -> Option<Slip<'d>> {
    let principals = statement.principals.as_ref()?;
    let named = || principals.items.in_world(&chain.world);
    let meant = named().find(|principal| {
        let text = principal.value.value.to_string();
        let is_near = text.to_ascii_lowercase().starts_with("lambda");
        text.is_empty() || (is_near && is_lambda(principal).is_false())
    });
    if let Some(principal) = meant {
        let is_right = principal.value.value.as_known().is_some_and(|name| name == LAMBDA);
        let mut beside = named().filter(|other| other.key == principal.key);
        return Some(match principal.kind {
            PrincipalKind::Service => Slip::Name(principal),
            PrincipalKind::Aws | PrincipalKind::Federated
                if is_right && beside.all(|other| other.value.value == principal.value.value) =>
            {
                Slip::Kind(principal)
            }
            _ => Slip::Place(principal),
        });
    }
    let only = named().all(|it| it.kind == PrincipalKind::Service)
        && named().any(|it| is_lambda(it).is_true())
        && !principals.negated
        && principals.items.gaps.is_empty();
    match (statement.actions.as_ref()?, only) {
        (Elements { negated: false, items, .. }, true) if items.gaps.is_empty() => {
            let mut actions = items.in_world(&chain.world);
            actions.next().filter(|_| actions.next().is_none()).map(Slip::Action)
        }
        _ => None,
    }
}

fn draft(chain: &Chain<'_>, role: &LinkedRole<'_>, trust: &PolicyDocument) -> Draft {
    let header = &role.role.header;
    let denies = denials(chain, trust).find(|it| denies_lambda(chain, it).is_true());
    let slip = slip(chain, trust);
    let (span, label): (Span, &str) = match &slip {
        Some(Slip::Name(principal) | Slip::Place(principal)) => {
            (principal.value.span, "is not the service `lambda.amazonaws.com`")
        }
        Some(Slip::Kind(principal)) if principal.kind == PrincipalKind::Federated => {
            (principal.key, "names identity providers, and Lambda is a service")
        }
        Some(Slip::Kind(principal)) => {
            (principal.key, "names accounts, users and roles, and Lambda is a service")
        }
        Some(Slip::Action(action)) if denies.is_none() => {
            (action.span, "is not what Lambda does to have a role")
        }
        Some(Slip::Action(_)) | None => (
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
    if let Some(denies) = denies {
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
        Some(Slip::Name(_)) => draft.mend([vec![Step::Replace { text: LAMBDA.to_owned() }]]),
        Some(Slip::Kind(_)) => draft.mend([vec![Step::Replace { text: "Service".to_owned() }]]),
        Some(Slip::Action(_)) => {
            let draft = draft.mend([vec![Step::Replace { text: "sts:AssumeRole".to_owned() }]]);
            let mut statements = trust.statements.in_world(&chain.world);
            let has_resource =
                statements.any(|it| matches!(Misplaced::of(it), Some(Misplaced::WithResource(_))));
            if has_resource {
                draft.note("Remove `Resource` too: a trust policy has none.")
            } else {
                draft
            }
        }
        Some(Slip::Place(_)) => draft
            .mend([vec![trusting(header, trust, Vec::new())]])
            .note(format!("Take `{LAMBDA}` out of where it stands: it is a name of a service.")),
        None => added(chain, header, trust, draft),
    }
}

/// Lambda trusted beside those who are.
fn added(chain: &Chain<'_>, header: &Header, trust: &PolicyDocument, draft: Draft) -> Draft {
    let beside = services_of_statement(chain, trust);
    let is_edge = !beside.is_empty() && beside.iter().all(|it| it.starts_with("edgelambda."));
    let beside = if is_edge { beside } else { Vec::new() };
    let mut named = trust
        .statements
        .in_world(&chain.world)
        .filter_map(|statement| statement.principals.as_ref())
        .flat_map(|principals| principals.items.in_world(&chain.world));
    let has_others = named.any(|principal| !may_be_service(principal, "edgelambda").is_true());
    let draft = draft.mend([vec![trusting(header, trust, beside)]]);
    match (has_others, !trusts_in(chain, trust, "edgelambda").is_false()) {
        (false, _) => draft,
        (true, false) => draft.note("Remove the other principals that do not need the role."),
        (true, true) => draft.note(
            "Keep `edgelambda.amazonaws.com`, with which the function runs at the edge, and remove \
             the other principals that do not need the role.",
        ),
    }
}

fn trusting(header: &Header, trust: &PolicyDocument, beside: Vec<String>) -> Step {
    Step::Trust {
        roles: vec![header.address.name().to_string()],
        services: vec![LAMBDA.to_owned()],
        beside,
        notation: trust.notation(),
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
