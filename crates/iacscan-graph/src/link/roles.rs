//! From the text of a role to the role.

use iacscan_core::{
    Address, Attribute, Gap, Located, ResourceAttribute, Segment, Str, Text, Unknown,
};
use iacscan_iam::{ArnPart, ArnParts, Resolve};

use super::index::{ByName, Index, comparable, symbolic};
use crate::Resolver;
use crate::graph::RoleId;
use crate::nodes::ResourceKind;

/// What stands where a role should.
#[derive(Clone, Debug, PartialEq)]
pub enum RoleLink {
    /// A role in the scanned source.
    Role(RoleId),
    /// The ARN of a role that is not in the scanned source.
    External(Located<Text>),
    /// Something that is certainly not what the field takes.
    Wrong(WrongKind, Option<Address>),
    /// Nothing.
    Missing,
    /// What is not known.
    Unknown(Gap),
}

/// What stands where a role's ARN (or name) should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongKind {
    /// The role's name where its ARN belongs.
    Name,
    /// The role's ARN where its name belongs.
    Arn,
    /// The role's generated id.
    UniqueId,
    /// An instance profile.
    InstanceProfile,
    /// A managed policy.
    Policy,
    /// A user.
    User,
}

/// Links a field that takes a role's ARN.
pub(super) fn link_role(
    attribute: &Attribute<Text>,
    unit: usize,
    resolver: &Resolver,
    index: &Index,
) -> RoleLink {
    let located = match attribute {
        Attribute::Absent => return RoleLink::Missing,
        Attribute::Unknown(span, unknown) => {
            return RoleLink::Unknown(Gap { span: *span, unknown: *unknown });
        }
        Attribute::Known(located) => located,
    };
    let unknown = |unknown| RoleLink::Unknown(Gap { span: located.span, unknown });
    if let Some((target, attribute)) = located.value.as_reference() {
        return by_reference(target, attribute, index, resolver, located);
    }
    let text = resolver.resolve(&located.value);
    let Some(arn) = ArnParts::split(&text) else {
        if let Some((target, attribute)) = text.as_reference() {
            return by_reference(target, attribute, index, resolver, located);
        }
        // What no scanned template exports is anything.
        if text.segments().iter().any(|segment| matches!(segment, Segment::Import(_))) {
            return unknown(Unknown::External);
        }
        return match symbolic(&text).map(|name| index.role_named(unit, &name)) {
            Some(ByName::One(role)) => {
                RoleLink::Wrong(WrongKind::Name, address_of(resolver, index, role))
            }
            // What came through something may be given as another there.
            Some(_) if located.via.is_none() && is_name(&text) => {
                RoleLink::Wrong(WrongKind::Name, None)
            }
            Some(_) => unknown(text.first_unknown().unwrap_or(Unknown::Invalid)),
            None => unknown(text.first_unknown().unwrap_or(Unknown::Computed)),
        };
    };
    if let Some(role) = named_by_reference(&located.value, index) {
        return RoleLink::Role(role);
    }
    let resource = kind_and_name(arn.part(ArnPart::Resource));
    let resource = resource.as_ref().map(|(kind, name)| (kind.as_str(), name));
    match (arn.service(), resource) {
        (Some("iam"), Some(("role", name))) => match by_name(name, unit, index) {
            ByName::One(role) => RoleLink::Role(role),
            ByName::Several => unknown(Unknown::Several),
            ByName::None if comparable(name).is_some() => RoleLink::External(located.clone()),
            ByName::None => unknown(name.first_unknown().unwrap_or(Unknown::Computed)),
        },
        (Some("iam"), Some(("instance-profile", _))) => {
            RoleLink::Wrong(WrongKind::InstanceProfile, None)
        }
        (Some("iam"), Some(("policy", _))) => RoleLink::Wrong(WrongKind::Policy, None),
        (Some("iam"), Some(("user", _))) => RoleLink::Wrong(WrongKind::User, None),
        (Some("iam") | None, None) if text.as_known().is_none() => {
            unknown(text.first_unknown().unwrap_or(Unknown::Computed))
        }
        _ => unknown(Unknown::Invalid),
    }
}

/// Whether a text can be nothing but a name. One without small letters may be there to be replaced
/// before the deployment, as one in signs is.
fn is_name(text: &Text) -> bool {
    text.as_known().is_some_and(|text| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        text.chars().all(is_part)
            && text.contains(|c: char| c.is_ascii_lowercase())
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.ends_with(|c: char| c.is_ascii_alphanumeric())
    })
}

/// The role of the scanned source whose name ends an ARN as a reference. The name itself may be
/// known in parts only.
fn named_by_reference(text: &Text, index: &Index) -> Option<RoleId> {
    let arn = ArnParts::split(text)?;
    let (kind, name) = kind_and_name(arn.part(ArnPart::Resource))?;
    match name.segments().last() {
        Some(Segment::Reference { target, attribute: ResourceAttribute::Name })
            if kind == "role" =>
        {
            index.roles.get(target).copied()
        }
        _ => None,
    }
}

fn by_reference(
    target: &Address,
    attribute: &ResourceAttribute,
    index: &Index,
    resolver: &Resolver,
    located: &Located<Text>,
) -> RoleLink {
    let unknown = |unknown| RoleLink::Unknown(Gap { span: located.span, unknown });
    let wrong = |kind| RoleLink::Wrong(kind, Some(target.clone()));
    if let Some(role) = index.roles.get(target) {
        return match attribute {
            ResourceAttribute::Arn => RoleLink::Role(*role),
            ResourceAttribute::Name => wrong(WrongKind::Name),
            ResourceAttribute::UniqueId => wrong(WrongKind::UniqueId),
            _ => unknown(Unknown::Unsupported),
        };
    }
    match resolver.resource(target).map(|resource| resource.kind) {
        Some(ResourceKind::InstanceProfile) => wrong(WrongKind::InstanceProfile),
        Some(ResourceKind::Policy) => wrong(WrongKind::Policy),
        Some(ResourceKind::User) => wrong(WrongKind::User),
        _ => unknown(Unknown::Computed),
    }
}

/// Links a field that takes a role's name.
pub(super) fn link_role_name(
    located: &Located<Text>,
    unit: usize,
    resolver: &Resolver,
    index: &Index,
) -> RoleLink {
    let unknown = |unknown| RoleLink::Unknown(Gap { span: located.span, unknown });
    if let Some((target, attribute)) = located.value.as_reference()
        && let Some(role) = index.roles.get(target)
    {
        return match attribute {
            ResourceAttribute::Name => RoleLink::Role(*role),
            ResourceAttribute::Arn => RoleLink::Wrong(WrongKind::Arn, Some(target.clone())),
            ResourceAttribute::UniqueId => {
                RoleLink::Wrong(WrongKind::UniqueId, Some(target.clone()))
            }
            _ => unknown(Unknown::Unsupported),
        };
    }
    let text = resolver.resolve(&located.value);
    if ArnParts::split(&text).is_some() {
        return RoleLink::Wrong(WrongKind::Arn, None);
    }
    match by_name(&text, unit, index) {
        ByName::One(role) => RoleLink::Role(role),
        ByName::Several => unknown(Unknown::Several),
        ByName::None if comparable(&text).is_some() => RoleLink::External(located.clone()),
        ByName::None => unknown(text.first_unknown().unwrap_or(Unknown::Computed)),
    }
}

/// The role that a name (a reference or literal text, maybe behind a path) means.
fn by_name(name: &Text, unit: usize, index: &Index) -> ByName<RoleId> {
    if let [before @ .., Segment::Reference { target, attribute: ResourceAttribute::Name }] =
        name.segments()
    {
        // A name that merely ends with the other is another name.
        if let Some(Segment::Literal(text)) = before.last()
            && !text.text.ends_with('/')
        {
            return ByName::None;
        }
        return index.roles.get(target).map_or(ByName::None, |role| ByName::One(*role));
    }
    let Some(name) = symbolic(name) else { return ByName::None };
    let last = name.rsplit('/').next().unwrap_or(&name);
    index.role_named(unit, last)
}

/// Splits `role/path/name` at its first slash; `None` when the kind is not known.
pub(super) fn kind_and_name(resource: &Text) -> Option<(Str, Text)> {
    let mut kind = String::new();
    let mut segments = resource.segments().iter();
    for segment in segments.by_ref() {
        let Segment::Literal(literal) = segment else { return None };
        let Some(at) = literal.text.find('/') else {
            kind.push_str(&literal.text);
            continue;
        };
        kind.push_str(literal.text.get(..at)?);
        let mut name = Text::new();
        if let Some(tail) = literal.slice(at + 1..literal.text.len()) {
            name.push(Segment::Literal(tail));
        }
        for segment in segments {
            name.push(segment.clone());
        }
        return Some((kind.into(), name));
    }
    None
}

pub(super) fn address_of(resolver: &Resolver, index: &Index, role: RoleId) -> Option<Address> {
    // The index holds every role once; a linear search is fine for the rare wrong reference.
    resolver
        .units()
        .iter()
        .flat_map(|unit| &unit.roles)
        .map(|node| &node.header.address)
        .find(|address| index.roles.get(*address) == Some(&role))
        .cloned()
}

#[cfg(test)]
mod tests {
    use iacscan_core::{Origin, SourceId};

    use super::*;

    #[test]
    fn a_kind_may_be_written_in_pieces() {
        let mut resource = Text::new();
        for piece in ["ro", "le", "/path", "/name"] {
            resource.extend(&Text::located_literal(piece, Origin::At(SourceId::NONE, 0)));
        }
        let (kind, name) = kind_and_name(&resource).unwrap();
        assert_eq!((kind.as_str(), name.as_known().as_deref()), ("role", Some("path/name")));
        assert!(kind_and_name(&Text::from("root")).is_none());
    }
}
