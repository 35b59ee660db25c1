//! What resource-based policies in the scanned source grant to a role.
//!
//! In one account a queue's, key's or secret's own policy that names the role grants as much as a
//! policy of the role does. Questions here are asked after the role itself said no, so that they
//! look at the resource policies of the function's unit one by one.

use iacscan_core::{Attribute, Gap, Located, ResourceAttribute, Segment, Text, Truth, Unknown};
use iacscan_iam::{
    ArnPart, ArnParts, Case, Principal, PrincipalKind, Resolve, Statement, matches_pattern,
};

use crate::nodes::ResourcePolicy;
use crate::{Chain, LinkedRole};

impl Chain<'_> {
    /// Whether the role allows an action on a resource, or a resource-based policy of the
    /// function's unit lets the role. The policy of a key that names the account's root counts: it
    /// hands the decision to the account.
    #[must_use]
    pub fn allows_or_is_let(&self, action: &str, resource: &Text) -> Truth {
        let allowed = self.allows(action, resource);
        if allowed.is_false() { self.is_let(action, resource) } else { allowed }
    }

    /// Whether a resource-based policy of the function's unit lets the role do this.
    #[must_use]
    pub fn is_let(&self, action: &str, resource: &Text) -> Truth {
        let (Some(role), Some(unit)) = (self.linked(), self.graph.unit_of(self.id)) else {
            return Truth::Unknown;
        };
        let resource = self.graph.resolver().resolve(resource);
        Truth::any(unit.resource_policies.iter().map(|policy| {
            let exists = policy.header.condition.holds(&self.world);
            if exists.is_false() {
                return Truth::False;
            }
            let about = self.is_about(policy, &resource);
            if about.is_false() {
                return Truth::False;
            }
            exists.and(about).and(self.document_lets(role, policy, action, &resource))
        }))
    }

    /// Where and why it is not known whether a policy of the resource's own lets the role do this, if
    /// that is not known.
    #[must_use]
    pub fn let_gap(&self, action: &str, resource: &Text) -> Option<Gap> {
        let (role, unit) = (self.linked()?, self.graph.unit_of(self.id)?);
        let resolver = self.graph.resolver();
        let resource = resolver.resolve(resource);
        unit.resource_policies.iter().find_map(|policy| {
            let exists = policy.header.condition.holds(&self.world);
            let is_own = exists.and(self.is_about(policy, &resource)).is_true();
            if !is_own || !self.document_lets(role, policy, action, &resource).is_unknown() {
                return None;
            }
            let document = policy.document.in_world(&self.world);
            let statements = document.and_then(Attribute::known).into_iter();
            let mut principals = statements
                .flat_map(|document| document.value.statements.in_world(&self.world))
                .filter_map(|statement| statement.principals.as_ref());
            let named = principals.find_map(|principals| {
                let mut items = principals.items.in_world(&self.world);
                let open = items.find_map(|principal| {
                    let text = resolver.resolve(&principal.value.value);
                    Some(Gap { span: principal.value.span, unknown: text.first_unknown()? })
                });
                open.or_else(|| principals.items.gaps_in(&self.world, principals.key).next())
            });
            let whole = || {
                let span = document.and_then(Attribute::span).unwrap_or(policy.header.span);
                Gap { span, unknown: Unknown::Computed }
            };
            let gap = named.or_else(|| document?.gap()).unwrap_or_else(whole);
            // What a transform or AWS wrote stands nowhere.
            let is_somewhere = gap.span.is_somewhere();
            Some(if is_somewhere { gap } else { Gap { span: policy.header.span, ..gap } })
        })
    }

    /// Whether a resource-based policy belongs to this resource.
    #[must_use]
    pub fn is_about(&self, policy: &ResourcePolicy, resource: &Text) -> Truth {
        let resolver = self.graph.resolver();
        let resource = resolver.resolve(resource);
        let open = policy.targets.is_open_in(&self.world);
        Truth::any(
            policy
                .targets
                .in_world(&self.world)
                .map(|target| names(&resolver.resolve(&whole(target)), &resource)),
        )
        .or(open)
    }

    fn document_lets(
        &self,
        role: &LinkedRole<'_>,
        policy: &ResourcePolicy,
        action: &str,
        resource: &Text,
    ) -> Truth {
        let document = match policy.document.in_world(&self.world) {
            Some(Attribute::Known(document)) => &document.value,
            Some(Attribute::Absent) => return Truth::False,
            Some(Attribute::Unknown(..)) | None => return Truth::Unknown,
        };
        let open = document.statements.is_open_in(&self.world);
        let statements = || document.statements.in_world(&self.world);
        let is_about =
            |statement: &Statement| self.statement_is_about(role, statement, action, resource);
        let allowed = Truth::any(statements().filter(|it| !it.is_deny()).map(|statement| {
            let effect = if statement.is_allow() { Truth::True } else { Truth::Unknown };
            effect.and(is_about(statement))
        }));
        // With a condition it denies in some circumstances alone.
        let denied = Truth::any(statements().filter(|it| it.is_deny()).map(|statement| {
            let always = if statement.conditions.is_none() {
                Truth::True
            } else if statement.conditions.entries.is_empty() {
                Truth::Unknown
            } else {
                Truth::False
            };
            always.and(is_about(statement))
        }));
        allowed.or(open).and(!denied)
    }

    /// Whether a statement is about the role's doing this, whatever its effect and conditions.
    fn statement_is_about(
        &self,
        role: &LinkedRole<'_>,
        statement: &Statement,
        action: &str,
        resource: &Text,
    ) -> Truth {
        let resolver = self.graph.resolver();
        let (Some(actions), Some(principals)) = (&statement.actions, &statement.principals) else {
            return Truth::False;
        };
        let action = Text::literal(action);
        let covers = actions.matches(&action, Case::Insensitive, &self.world, resolver);
        // A policy of a file system or a key may leave the resource out: it means its own.
        let on = statement.resources.as_ref().map_or(Truth::True, |resources| {
            resources.matches(resource, Case::Sensitive, &self.world, resolver)
        });
        let arn = Text::reference(role.role.header.address.clone(), ResourceAttribute::Arn);
        let arn = resolver.resolve(&arn);
        // A policy that denies the account denies all of its roles.
        let account = if statement.is_deny() { Truth::True } else { account_lets(resource) };
        let open = principals.items.is_open_in(&self.world);
        let named = Truth::any(
            principals
                .items
                .in_world(&self.world)
                .map(|principal| self.means(principal, role, &arn, account)),
        )
        .or(open);
        let named = if principals.negated { !named } else { named };
        covers.and(on).and(named)
    }

    /// Whether a principal is the role, which has this ARN, everyone, or the account where that is
    /// enough.
    fn means(
        &self,
        principal: &Principal,
        role: &LinkedRole<'_>,
        arn: &Text,
        account: Truth,
    ) -> Truth {
        if !matches!(principal.kind, PrincipalKind::Any | PrincipalKind::Aws) {
            return Truth::False;
        }
        let text = self.graph.resolver().resolve(&principal.value.value);
        if is_account(&text) {
            return account;
        }
        if text.as_str() == Some("*") {
            return Truth::True;
        }
        let matches = matches_pattern(&text, arn, Case::Sensitive);
        let suffix = text.known_suffix();
        let name = suffix.rsplit_once('/').map(|(_, name)| name);
        let is_another = name.is_some_and(|name| {
            !name.contains(['*', '?']) && !self.graph.may_be_named(role.role, name)
        });
        if matches.is_unknown() && is_another { Truth::False } else { matches }
    }
}

/// Whether a policy that names the account lets its roles: the policies of keys, secrets and file
/// systems do; that of a queue or a topic leaves it to the policies of the role.
fn account_lets(resource: &Text) -> Truth {
    match ArnParts::split(resource).as_ref().and_then(ArnParts::service) {
        Some("kms" | "secretsmanager" | "elasticfilesystem") => Truth::True,
        Some(_) => Truth::False,
        None => Truth::Unknown,
    }
}

/// Whether a principal is an account: its id, or the ARN of its root. Which account a literal id
/// is cannot be told, so any counts as the role's own.
fn is_account(principal: &Text) -> bool {
    let is_id = |text: &Text| match text.segments() {
        [Segment::Pseudo(iacscan_core::Pseudo::AccountId)] => true,
        [Segment::Literal(literal)] => {
            literal.text.len() == 12 && literal.text.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    };
    is_id(principal)
        || ArnParts::split(principal).is_some_and(|arn| {
            arn.service() == Some("iam") && arn.part(ArnPart::Resource).as_str() == Some("root")
        })
}

/// A reference to any attribute of a resource, as its ARN.
fn whole(target: &Located<Text>) -> Text {
    match target.value.as_reference() {
        Some((address, _)) => Text::reference(address.clone(), ResourceAttribute::Arn),
        None => target.value.clone(),
    }
}

/// Whether an ARN, a URL or a name means the resource of this ARN.
fn names(target: &Text, resource: &Text) -> Truth {
    if ArnParts::split(target).is_some() {
        return matches_pattern(target, resource, Case::Sensitive);
    }
    let Some(name) = target.as_known() else { return Truth::Unknown };
    let name = name.rsplit('/').next().unwrap_or(&name);
    let suffix = resource.known_suffix();
    let ends = suffix.strip_suffix(name).is_some_and(|rest| rest.ends_with([':', '/']));
    let is_whole = resource.as_known().is_some() || suffix.len() > name.len();
    if ends {
        Truth::True
    } else if is_whole {
        Truth::False
    } else {
        Truth::Unknown
    }
}
