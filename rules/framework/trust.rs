//! What rules ask of trust policies.

use iacscan_core::{
    Address, Condition, Pseudo, ResourceAttribute, Segment, Span, Str, Text, Truth,
};
use iacscan_graph::{Chain, ExecutionRole};
use iacscan_iam::{
    ArnPart, ArnParts, Case, ConditionEntry, Conditions, PolicyDocument, Principal, PrincipalKind,
    Resolve, Statement, matches_pattern,
};

use super::invocation::service_of;

/// A statement of a role's trust policy.
#[derive(Debug)]
pub(crate) struct Trusted<'g> {
    /// The document it stands in.
    pub(crate) document: &'g PolicyDocument,
    /// The statement.
    pub(crate) statement: &'g Statement,
    /// When it stands there; feasible.
    pub(crate) condition: Condition,
}

/// One form of a role's trust policy.
#[derive(Debug)]
pub(crate) struct TrustPolicy<'g> {
    /// The document.
    pub(crate) document: &'g PolicyDocument,
    /// When it is this one; feasible.
    pub(crate) condition: Condition,
}

/// The trust policy in each branch in which it is known.
pub(crate) fn policies<'g>(role: &ExecutionRole<'g>) -> Vec<TrustPolicy<'g>> {
    let exists = &role.role.header.condition;
    role.role
        .trust
        .iter()
        .filter_map(|branch| {
            let document = &branch.item.known()?.value;
            let condition = exists.clone().and(branch.condition.clone());
            (!condition.is_feasible().is_false()).then_some(TrustPolicy { document, condition })
        })
        .collect()
}

/// The statements of the trust policy in feasible branches.
pub(crate) fn statements<'g>(role: &ExecutionRole<'g>) -> Vec<Trusted<'g>> {
    policies(role)
        .into_iter()
        .flat_map(|policy| {
            policy.document.statements.items.iter().filter_map(move |statement| {
                let condition = policy.condition.clone().and(statement.condition.clone());
                (!condition.is_feasible().is_false()).then_some(Trusted {
                    document: policy.document,
                    statement: &statement.item,
                    condition,
                })
            })
        })
        .collect()
}

/// Whether a statement certainly allows somebody to assume the role.
pub(crate) fn allows_assuming(role: &ExecutionRole<'_>, statement: &Statement) -> bool {
    let world = iacscan_core::World::certain();
    let resolver = role.graph.resolver();
    let assumes = |action: &str| {
        statement.actions.as_ref().map_or(Truth::False, |actions| {
            actions.matches(&Text::literal(action), Case::Insensitive, &world, resolver)
        })
    };
    statement.is_allow()
        && ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"]
            .into_iter()
            .any(|action| assumes(action).is_true())
}

/// Whether a trust policy lets a service assume the role in the world of a chain: an `Allow` names
/// it, whatever its conditions. What a `Deny` keeps out is not asked here.
pub(crate) fn trusts_in(chain: &Chain<'_>, trust: &PolicyDocument, service: &str) -> Truth {
    let open = trust.statements.is_open_in(&chain.world);
    let statements = trust.statements.in_world(&chain.world).filter(|it| !it.is_deny());
    let allowed = Truth::any(statements.map(|statement| {
        let certain = if statement.is_allow() { Truth::True } else { Truth::Unknown };
        certain.and(is_about(chain, statement, |principal| may_be_service(principal, service)))
    }));
    allowed.or(open)
}

/// The services that a statement of a trust policy lets assume the role in the world of a chain,
/// where it is for services alone.
pub(crate) fn services_of_statement(chain: &Chain<'_>, trust: &PolicyDocument) -> Vec<String> {
    let of = |statement: &Statement| {
        let principals = statement.principals.as_ref().filter(|it| !it.negated)?;
        let is_open = principals.items.gaps_in(&chain.world, principals.key).next().is_some();
        let assumes = is_about(chain, statement, |_| Truth::True).is_true();
        if is_open || !assumes || !statement.is_allow() {
            return None;
        }
        let named = principals.items.in_world(&chain.world).map(|principal| {
            let is_service = principal.kind == PrincipalKind::Service;
            principal.value.value.as_known().filter(|_| is_service).map(|name| name.to_string())
        });
        named.collect::<Option<Vec<_>>>()
    };
    trust.statements.in_world(&chain.world).find_map(of).unwrap_or_default()
}

/// Whether a principal is a service. Everybody may include services; `trust-allows-anyone` is about
/// that.
pub(crate) fn may_be_service(principal: &Principal, service: &str) -> Truth {
    if principal.is_everyone().is_false() { principal.is_service(service) } else { Truth::Unknown }
}

/// Whether a statement is about such a principal assuming the role.
pub(crate) fn is_about(
    chain: &Chain<'_>,
    statement: &Statement,
    is_it: impl Fn(&Principal) -> Truth,
) -> Truth {
    let (Some(actions), Some(principals)) = (&statement.actions, &statement.principals) else {
        return Truth::False;
    };
    let assumes = actions.matches(
        &Text::from("sts:AssumeRole"),
        Case::Insensitive,
        &chain.world,
        chain.graph.resolver(),
    );
    let open = principals.items.is_open_in(&chain.world);
    let named = Truth::any(principals.items.in_world(&chain.world).map(is_it)).or(open);
    assumes.and(if principals.negated { !named } else { named })
}

/// The statements that deny assuming the role, certainly or perhaps, to everybody, or to everybody
/// but those whom they name.
pub(crate) fn denying_everybody<'g>(
    role: &ExecutionRole<'_>,
    document: &'g PolicyDocument,
) -> impl Iterator<Item = &'g Statement> {
    denying(role, document).filter(|statement| {
        let Some(principals) = &statement.principals else { return false };
        let everyone = Truth::any(principals.items.items.iter().map(|it| {
            let is_everyone = it.item.is_everyone();
            if it.condition.is_always() { is_everyone } else { is_everyone.and(Truth::Unknown) }
        }));
        let open = if principals.items.gaps.is_empty() { Truth::False } else { Truth::Unknown };
        let everyone = everyone.or(open);
        !(if principals.negated { !everyone } else { everyone }).is_false()
    })
}

/// Whether a statement perhaps denies a principal to assume the role, whatever the circumstances.
/// Of `AWS: "*"` it is not known whether it means services.
pub(crate) fn may_be_denied(
    role: &ExecutionRole<'_>,
    document: &PolicyDocument,
    principal: &Principal,
) -> bool {
    let mut always = denying(role, document).filter(|it| it.conditions.entries.is_empty());
    always.any(|statement| {
        let Some(named) = &statement.principals else { return false };
        let is_same = |other: &Principal| {
            other.kind == principal.kind && other.value.value == principal.value.value
        };
        if named.negated {
            return !named.items.all().any(is_same);
        }
        !named.items.gaps.is_empty()
            || named.items.all().any(|it| is_same(it) || !it.is_everyone().is_false())
    })
}

/// The statements that deny assuming the role to somebody, certainly or perhaps.
fn denying<'g>(
    role: &ExecutionRole<'_>,
    document: &'g PolicyDocument,
) -> impl Iterator<Item = &'g Statement> {
    let world = iacscan_core::World::certain();
    let resolver = role.graph.resolver();
    document.statements.all().filter(move |statement| {
        let action = Text::literal("sts:AssumeRole");
        !statement.is_allow()
            && statement.actions.as_ref().is_some_and(|actions| {
                !actions.matches(&action, Case::Insensitive, &world, resolver).is_false()
            })
    })
}

/// Whether the policy lets a service assume the role.
pub(crate) fn trusts_service(policy: &TrustPolicy<'_>, service: &str) -> Truth {
    let statements = &policy.document.statements;
    let known = Truth::any(statements.all().map(|statement| {
        let Some(principals) = &statement.principals else { return Truth::False };
        if statement.is_deny() {
            return Truth::False;
        }
        if principals.negated || !statement.is_allow() {
            return Truth::Unknown;
        }
        let any = Truth::any(principals.items.items.iter().map(|principal| {
            let named = principal.item.is_service(service).or(principal.item.is_everyone());
            if principal.condition.is_always() { named } else { named.and(Truth::Unknown) }
        }));
        if principals.items.gaps.is_empty() { any } else { any.or(Truth::Unknown) }
    }));
    if statements.gaps.is_empty() { known } else { known.or(Truth::Unknown) }
}

/// When the policy certainly lets a service assume the role.
pub(crate) fn trusts_service_when(policy: &TrustPolicy<'_>, service: &str) -> Condition {
    let mut when = Condition::Never;
    for statement in policy.document.statements.items.iter().filter(|it| it.item.is_allow()) {
        for principal in principals(&statement.item) {
            if principal.item.is_service(service).or(principal.item.is_everyone()).is_true() {
                when = when.or(statement.condition.clone().and(principal.condition.clone()));
            }
        }
    }
    when
}

/// The keys of conditions that say who may assume a role, of those comparisons that count; `None`
/// when they are not known.
pub(crate) fn limiting_keys(
    conditions: &Conditions,
    counts: impl Fn(&ConditionEntry) -> bool,
) -> Option<Vec<String>> {
    if !conditions.entries.gaps.is_empty() {
        return None;
    }
    let mut keys = Vec::new();
    for entry in conditions.entries.all() {
        let key = entry.key.value.as_known()?.to_string();
        if !says_how(&key) && counts(entry) {
            keys.push(key);
        }
    }
    Some(keys)
}

/// Whether a condition key does not say who may assume a role, but how.
pub(crate) fn says_how(key: &str) -> bool {
    HOW.iter().any(|how| key.eq_ignore_ascii_case(how))
}

const HOW: &[&str] = &[
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:MultiFactorAuthPresent",
    "aws:RequestedRegion",
    "aws:SecureTransport",
    "aws:UserAgent",
    "sts:RoleSessionName",
];

/// Where findings about a whole trust policy point at: its key, else the document.
pub(crate) fn place(role: &ExecutionRole<'_>, policy: &TrustPolicy<'_>) -> Span {
    role.role
        .trust_key
        .or(Some(policy.document.span).filter(|span| span.is_somewhere()))
        .unwrap_or(role.role.header.span)
}

/// Whether a pattern certainly matches the ARN of the role itself, or certainly does not.
pub(crate) fn is_own_arn(role: &ExecutionRole<'_>, pattern: &Text) -> Truth {
    is_of_own(role, pattern, &role.role.header.address)
}

/// Whether a pattern matches the ARN of a resource in the account of the role, which may be known.
pub(crate) fn is_of_own(role: &ExecutionRole<'_>, pattern: &Text, address: &Address) -> Truth {
    let arn = Text::reference(address.clone(), ResourceAttribute::Arn);
    let arn = role.graph.resolver().resolve(&arn);
    match matches_pattern(pattern, &arn, Case::Sensitive) {
        Truth::Unknown => own_account(role).map_or(Truth::Unknown, |account| {
            matches_pattern(pattern, &in_account(&arn, &account), Case::Sensitive)
        }),
        decided => decided,
    }
}

/// Whether an ARN may be that of the role itself; the ARN must be resolved.
pub(crate) fn may_be_own(role: &ExecutionRole<'_>, arn: &Text) -> bool {
    if is_own_arn(role, arn).is_false() {
        return false;
    }
    let suffix = arn.known_suffix();
    let Some((_, candidate)) = suffix.rsplit_once('/') else { return true };
    role.graph.may_be_named(role.role, candidate)
}

/// The account that the role is in, where a function names the role by an ARN that says it: Lambda
/// takes no role of another account.
pub(crate) fn own_account(role: &ExecutionRole<'_>) -> Option<Str> {
    let functions = role.functions.iter().filter_map(|user| role.graph.function(user.item));
    let mut accounts = functions.flat_map(|function| function.role.iter()).filter_map(|branch| {
        let arn = ArnParts::split(&branch.item.known()?.value)?;
        arn.part(ArnPart::Account).as_known().filter(|account| is_account_id(account))
    });
    let first = accounts.next()?;
    accounts.all(|other| other == first).then_some(first)
}

/// A text with this account for the one that is deployed to.
fn in_account(text: &Text, account: &str) -> Text {
    let mut out = Text::new();
    for segment in text.segments() {
        match segment {
            Segment::Pseudo(Pseudo::AccountId) => out.extend(&Text::literal(account)),
            other => out.push(other.clone()),
        }
    }
    out
}

/// Whose account a principal is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    /// The account that the role is in.
    Own,
    /// The account of this id, as written.
    Literal(String),
    /// Which one is not known.
    Unknown,
}

/// What an `AWS` principal names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AwsPrincipal {
    /// Everybody of an account.
    Root(Account),
    /// A role or user of an account.
    Identity(Account),
    /// What is not known.
    Unknown,
}

/// Reads an `AWS` principal; its text must be resolved.
pub(crate) fn aws_principal(text: &Text) -> AwsPrincipal {
    let account = |text: &Text| match (text.as_str(), text.segments()) {
        (Some(known), _) => Account::Literal(known.to_owned()),
        (_, [Segment::Pseudo(Pseudo::AccountId)]) => Account::Own,
        _ => Account::Unknown,
    };
    let Some(arn) = ArnParts::split(text) else {
        return match account(text) {
            Account::Literal(id) if !is_account_id(&id) => AwsPrincipal::Unknown,
            Account::Unknown => AwsPrincipal::Unknown,
            account => AwsPrincipal::Root(account),
        };
    };
    let of = account(arn.part(ArnPart::Account));
    if arn.part(ArnPart::Resource).as_str() == Some("root") {
        AwsPrincipal::Root(of)
    } else {
        AwsPrincipal::Identity(of)
    }
}

/// Whether a text is an account id: 12 digits.
pub(crate) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The principals of a statement that it names, with their conditions; none of `NotPrincipal`.
pub(crate) fn principals(
    statement: &Statement,
) -> impl Iterator<Item = &iacscan_core::Guarded<Principal>> {
    let principals = statement.principals.as_ref().filter(|principals| !principals.negated);
    principals.into_iter().flat_map(|principals| &principals.items.items)
}

/// The short name of a service principal: `lambda`, `logs.eu-west-1`.
pub(crate) fn service_name(principal: &Principal) -> Option<String> {
    let is_service = principal.kind == PrincipalKind::Service;
    service_of(&principal.value.value).filter(|_| is_service)
}

#[cfg(test)]
mod tests {
    use iacscan_core::Unknown;

    use super::*;

    #[test]
    fn aws_principals() {
        let literal = || Account::Literal("123456789012".to_owned());
        let own = {
            let mut text = Text::from("arn:aws:iam::");
            text.extend(&Text::pseudo(Pseudo::AccountId));
            text.extend(&Text::from(":root"));
            text
        };
        let cases = [
            (Text::from("123456789012"), AwsPrincipal::Root(literal())),
            (Text::from("arn:aws:iam::123456789012:root"), AwsPrincipal::Root(literal())),
            (Text::from("arn:aws:iam::123456789012:role/r"), AwsPrincipal::Identity(literal())),
            (own, AwsPrincipal::Root(Account::Own)),
            (Text::pseudo(Pseudo::AccountId), AwsPrincipal::Root(Account::Own)),
            (Text::from("AIDAEXAMPLE"), AwsPrincipal::Unknown),
            (Text::unknown(Unknown::Input), AwsPrincipal::Unknown),
        ];
        for (text, expected) in cases {
            assert_eq!(aws_principal(&text), expected, "{text}");
        }
    }
}
