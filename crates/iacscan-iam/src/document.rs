//! Policy documents as they are written.

use iacscan_core::{Attribute, Collection, Located, Notation, Origin, Segment, Span, Text};

use crate::aws::ManagedPolicy;

/// An identity-based, resource-based or trust policy.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyDocument {
    /// The whole document.
    pub span: Span,
    /// `Version`.
    pub version: Attribute<Text>,
    /// `Statement`, one or many.
    pub statements: Collection<Statement>,
    /// The AWS managed policy whose text it is, taken from AWS and not written by anybody else.
    pub copy_of: Option<ManagedPolicy>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The whole statement.
    pub span: Span,
    /// `Sid`.
    pub sid: Option<Located<Text>>,
    /// `Effect`; absent is invalid in JSON and means `Allow` nowhere.
    pub effect: Attribute<Effect>,
    /// `Action` or `NotAction`.
    pub actions: Option<Elements>,
    /// `Resource` or `NotResource`; trust policies have none.
    pub resources: Option<Elements>,
    /// `Principal` or `NotPrincipal`; identity-based policies have none.
    pub principals: Option<Principals>,
    /// `Condition`.
    pub conditions: Conditions,
    /// How it is written.
    pub notation: Notation,
}

impl Statement {
    /// The AWS managed policy whose document has the statement's actions and resources, where AWS
    /// wrote them all.
    #[must_use]
    pub fn written_by_aws(&self) -> Option<&'static str> {
        let of = |elements: &Elements| {
            let mut names = elements.items.all().map(|item| match item.value.segments() {
                [Segment::Literal(literal)] => match literal.origin {
                    Origin::InManagedPolicy(name) => Some(name),
                    _ => None,
                },
                _ => None,
            });
            let first = names.next()??;
            let is_whole = elements.items.gaps.is_empty();
            (is_whole && names.all(|name| name == Some(first))).then_some(first)
        };
        let actions = of(self.actions.as_ref()?)?;
        (of(self.resources.as_ref()?)? == actions).then_some(actions)
    }
}

/// What a matching statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Grants.
    Allow,
    /// Refuses, whatever other statements grant.
    Deny,
}

/// The values of `Action`, `NotAction`, `Resource` or `NotResource`.
#[derive(Clone, Debug, PartialEq)]
pub struct Elements {
    /// The key.
    pub key: Span,
    /// Whether the key is the `Not` form, which matches everything else.
    pub negated: bool,
    /// The patterns.
    pub items: Collection<Located<Text>>,
}

/// The values of `Principal` or `NotPrincipal`.
#[derive(Clone, Debug, PartialEq)]
pub struct Principals {
    /// The key.
    pub key: Span,
    /// Whether the key is `NotPrincipal`.
    pub negated: bool,
    /// The principals.
    pub items: Collection<Principal>,
}

/// One principal.
#[derive(Clone, Debug, PartialEq)]
pub struct Principal {
    /// Its kind, the key it stands under.
    pub kind: PrincipalKind,
    /// Where that is written.
    pub key: Span,
    /// The service, ARN, account id or `*`.
    pub value: Located<Text>,
}

/// The kinds of principals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// `"Principal": "*"`.
    Any,
    /// `AWS`: accounts, roles, users, or `*`.
    Aws,
    /// `Service`.
    Service,
    /// `Federated`.
    Federated,
    /// `CanonicalUser`, or a kind that does not exist.
    Other,
}

/// The `Condition` block.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Conditions {
    /// The key, when there is one.
    pub key: Option<Span>,
    /// Each operator with each of its keys.
    pub entries: Collection<ConditionEntry>,
}

/// One comparison of a `Condition` block.
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionEntry {
    /// The operator, as `StringEquals`.
    pub operator: Located<Text>,
    /// The condition key, as `aws:SourceArn`.
    pub key: Located<Text>,
    /// What it is compared with.
    pub values: Collection<Located<Text>>,
}

impl ConditionEntry {
    /// Whether the condition key is this one; keys compare without case.
    #[must_use]
    pub fn is_key(&self, name: &str) -> bool {
        self.key.value.as_str().is_some_and(|key| key.eq_ignore_ascii_case(name))
    }
}

impl Conditions {
    /// Whether there is certainly no condition.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.entries.is_empty() && self.entries.gaps.is_empty()
    }

    /// Whether some comparison uses this condition key.
    #[must_use]
    pub fn uses_key(&self, name: &str) -> bool {
        self.entries.all().any(|entry| entry.is_key(name))
    }
}

impl PolicyDocument {
    /// How its statements are written; `Own` where there is none.
    #[must_use]
    pub fn notation(&self) -> Notation {
        self.statements.all().next().map(|statement| statement.notation).unwrap_or_default()
    }

    /// Says that it was read from JSON in a text.
    pub fn read_from_text(&mut self) {
        for statement in &mut self.statements.items {
            statement.item.notation = Notation::Text;
        }
    }
}

impl Statement {
    /// Whether the statement certainly allows.
    #[must_use]
    pub fn is_allow(&self) -> bool {
        matches!(&self.effect, Attribute::Known(effect) if effect.value == Effect::Allow)
    }

    /// Whether the statement certainly denies.
    #[must_use]
    pub fn is_deny(&self) -> bool {
        matches!(&self.effect, Attribute::Known(effect) if effect.value == Effect::Deny)
    }
}
