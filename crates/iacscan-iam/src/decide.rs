//! Does this set of statements allow this action on this resource?

use std::borrow::Cow;

use iacscan_core::{Attribute, Located, Text, Truth, World};

use crate::arn::completed;
use crate::{Case, Effect, Elements, Statement, matches_pattern};

/// Replaces references in a text by what is known of the resources they mean, so that two
/// spellings of one ARN compare equal. The graph implements it.
pub trait Resolve {
    /// The text with its references resolved; unchanged texts are borrowed.
    fn resolve<'t>(&self, text: &'t Text) -> Cow<'t, Text>;
}

/// Resolves nothing: a reference equals itself alone.
#[derive(Clone, Copy, Debug)]
pub struct SymbolicOnly;

impl Resolve for SymbolicOnly {
    fn resolve<'t>(&self, text: &'t Text) -> Cow<'t, Text> {
        Cow::Borrowed(text)
    }
}

/// The answer of [`decide`].
#[derive(Clone, Debug)]
pub struct Decision<'s, S> {
    /// Whether the action is allowed.
    pub truth: Truth,
    /// The statements that allow it, certainly or perhaps.
    pub allowing: Vec<&'s S>,
    /// The unconditional statements that deny it, certainly or perhaps.
    pub denying: Vec<&'s S>,
}

impl Elements {
    /// Whether a pattern of the set matches, in a world. `action` compares without case.
    #[must_use]
    pub fn matches(
        &self,
        subject: &Text,
        case: Case,
        world: &World,
        resolve: &dyn Resolve,
    ) -> Truth {
        let items = self.items.items.iter().map(|item| {
            let holds = item.condition.holds(world);
            if holds.is_false() {
                return Truth::False;
            }
            let pattern = resolve.resolve(&item.item.value);
            let pattern = match case {
                Case::Sensitive => completed(&pattern),
                Case::Insensitive => Cow::Borrowed(pattern.as_ref()),
            };
            holds.and(matches_pattern(&pattern, subject, case))
        });
        // What is under a condition can still be told not to match.
        let gaps = self.items.gaps.iter().map(|gap| gap.condition.holds(world).and(Truth::Unknown));
        let any = Truth::any(items.chain(gaps));
        if self.negated { !any } else { any }
    }

    /// The patterns that exist in a world.
    pub fn patterns<'e>(&'e self, world: &'e World) -> impl Iterator<Item = &'e Located<Text>> {
        self.items.in_world(world)
    }
}

impl Statement {
    /// Whether the statement is about this action on this resource, whatever its effect and
    /// conditions. The resource must be resolved already.
    #[must_use]
    pub fn covers(
        &self,
        action: &str,
        resource: &Text,
        world: &World,
        resolve: &dyn Resolve,
    ) -> Truth {
        let Some(actions) = &self.actions else { return Truth::False };
        let action = actions.matches(&Text::literal(action), Case::Insensitive, world, resolve);
        if action.is_false() {
            return Truth::False;
        }
        // A statement without a resource element is valid in trust policies alone.
        let Some(resources) = &self.resources else { return Truth::False };
        action.and(resources.matches(resource, Case::Sensitive, world, resolve))
    }
}

/// Whether the statements allow an action on a resource, in a world.
///
/// As the baseline rules need it: an `Allow` counts whatever its conditions; a `Deny` counts
/// without conditions only. A statement whose effect is not known may do either. `S` is whatever
/// carries the statement.
pub fn decide<'s, S: AsRef<Statement>>(
    statements: impl IntoIterator<Item = &'s S>,
    action: &str,
    resource: &Text,
    world: &World,
    resolve: &dyn Resolve,
) -> Decision<'s, S> {
    let (mut allowed, mut denied) = (Truth::False, Truth::False);
    let (mut allowing, mut denying) = (Vec::new(), Vec::new());
    for carrier in statements {
        let statement = carrier.as_ref();
        let covers = statement.covers(action, resource, world, resolve);
        if covers.is_false() {
            continue;
        }
        match &statement.effect {
            Attribute::Known(effect) if effect.value == Effect::Allow => {
                allowed = allowed.or(covers);
                allowing.push(carrier);
            }
            Attribute::Known(_) => {
                if statement.conditions.is_none() {
                    denied = denied.or(covers);
                    denying.push(carrier);
                } else if statement.conditions.entries.is_empty() {
                    // There may or may not be a condition.
                    denied = denied.or(Truth::Unknown);
                    denying.push(carrier);
                }
            }
            Attribute::Unknown(..) => {
                allowed = allowed.or(Truth::Unknown);
                denied = denied.or(Truth::Unknown);
                allowing.push(carrier);
            }
            Attribute::Absent => {}
        }
    }
    Decision { truth: allowed.and(!denied), allowing, denying }
}

impl AsRef<Self> for Statement {
    fn as_ref(&self) -> &Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy_from_json;

    fn allows(json: &str, action: &str, resource: &str) -> Truth {
        let document = policy_from_json(json).unwrap();
        let world = World::certain();
        let statements: Vec<&Statement> = document.statements.in_world(&world).collect();
        decide(statements, action, &Text::from(resource), &world, &SymbolicOnly).truth
    }

    #[test]
    fn the_spellings_of_a_grant() {
        let queue = "arn:aws:sqs:eu-west-1:123456789012:q";
        let cases = [
            (r#"{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}"#, true),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":["SQS:sendmessage"],"Resource":["*"]}]}"#,
                true,
            ),
            (r#"{"Statement":{"Effect":"Allow","Action":"sqs:Get*","Resource":"*"}}"#, false),
            (r#"{"Statement":{"Effect":"Allow","NotAction":"sns:*","Resource":"*"}}"#, true),
            (r#"{"Statement":{"Effect":"Allow","NotAction":"sqs:Send*","Resource":"*"}}"#, false),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"*","NotResource":"arn:aws:sqs:*"}}"#,
                false,
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:*:q"}}"#,
                true,
            ),
            (r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs"}}"#, true),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:eu-west-1:123456789012"}}"#,
                true,
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:us-east-1"}}"#,
                false,
            ),
            (r#"{"Statement":{"Effect":"Allow","Action":"*"}}"#, false),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
                {"Effect":"Deny","Action":"sqs:*","Resource":"*"}]}"#,
                false,
            ),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
                {"Effect":"Deny","Action":"sqs:*","Resource":"*",
                 "Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#,
                true,
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*",
                "Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}}}"#,
                true,
            ),
            (r#"{"Statement":[]}"#, false),
        ];
        for (json, expected) in cases {
            assert_eq!(allows(json, "sqs:SendMessage", queue), Truth::from(expected), "{json}");
        }
    }
}
