//! Attachments whose role is not known: which roles of the scan it may be.

use std::sync::Arc;

use iacscan_core::{Address, Attribute, Condition, ResourceAttribute, Segment, Str, Text, Unknown};
use iacscan_iam::Resolve;
use rustc_hash::{FxHashMap, FxHashSet};

use super::index::Index;
use crate::Resolver;
use crate::execution_role::{PerhapsAttached, RoleAttachments};
use crate::graph::RoleId;
use crate::nodes::Role;

/// Attachments of one unit to roles that are not known whose policies are looked at. Every action is
/// asked of all of them, for every role.
const MOST_LOOKED_AT: usize = 32;

/// Notes on roles that there may be more attached to them.
pub(super) struct Perhaps<'g> {
    resolver: &'g Resolver,
    index: &'g Index,
    /// By unit, its roles with the names that they were given.
    roles: FxHashMap<usize, Vec<(RoleId, Vec<Ends>)>>,
    /// What was noted of a unit whose content is not known. That there may be more is said once,
    /// not for each attachment.
    noted: FxHashSet<(usize, Condition, Unknown, Ends)>,
    /// By unit, how many have policies that are looked at.
    looked_at: FxHashMap<usize, usize>,
}

impl<'g> Perhaps<'g> {
    pub(super) fn new(resolver: &'g Resolver, index: &'g Index) -> Self {
        Self {
            resolver,
            index,
            roles: FxHashMap::default(),
            noted: FxHashSet::default(),
            looked_at: FxHashMap::default(),
        }
    }

    /// An attachment to a role that could not be evaluated may be one to a role that its name is made
    /// of, else to any role of the unit. What comes from outside names none whose name is generated.
    pub(super) fn attached(
        &mut self,
        unit: usize,
        roles_from: &[Address],
        name: Option<&Text>,
        mut perhaps: PerhapsAttached,
        result: &mut [RoleAttachments],
    ) {
        if perhaps.policy.is_some() {
            let looked_at = self.looked_at.entry(unit).or_default();
            *looked_at += 1;
            perhaps.policy = perhaps.policy.filter(|_| *looked_at <= MOST_LOOKED_AT);
        }
        let (is_open, condition) = (perhaps.policy.is_none(), perhaps.condition.clone());
        let (unknown, perhaps) = (perhaps.role.unknown, Arc::new(perhaps));
        let mut note = |role: RoleId| {
            if let Some(slot) = result.get_mut(role.0) {
                slot.perhaps.push(Arc::clone(&perhaps));
            }
        };
        let named = roles_from.iter().filter_map(|role| self.index.roles.get(role).copied());
        let named: Vec<RoleId> = named.collect();
        if !named.is_empty() {
            return named.into_iter().for_each(note);
        }
        // What another stack exports was there before, under whatever name.
        let is_import = |segment: &Segment| {
            matches!(segment, Segment::Import(_) | Segment::Unknown(Unknown::Exported))
        };
        if unknown == Unknown::Exported
            || name.is_some_and(|name| name.segments().iter().any(is_import))
        {
            return;
        }
        let is_from_outside = matches!(unknown, Unknown::Input | Unknown::External | Unknown::Code);
        let name =
            name.filter(|_| is_from_outside).map(|name| Ends::of(&self.resolver.resolve(name)));
        let name = name.unwrap_or_default();
        if is_open && !self.noted.insert((unit, condition, unknown, name.clone())) {
            return;
        }
        let (resolver, index) = (self.resolver, self.index);
        let roles = self.roles.entry(unit).or_insert_with(|| roles_of(unit, resolver, index));
        let may_be = |given: &[Ends]| {
            !is_from_outside || given.iter().any(|given| given.may_be_those_of(&name))
        };
        roles.iter().filter(|(_, given)| may_be(given)).for_each(|(role, _)| note(*role));
    }
}

fn roles_of(unit: usize, resolver: &Resolver, index: &Index) -> Vec<(RoleId, Vec<Ends>)> {
    let roles = resolver.units().get(unit).map_or(&[][..], |unit| &unit.roles);
    roles
        .iter()
        .filter_map(|role| {
            Some((*index.roles.get(&role.header.address)?, given_names(role, resolver)))
        })
        .collect()
}

/// The names that a role is given, which somebody outside may know.
fn given_names(role: &Role, resolver: &Resolver) -> Vec<Ends> {
    let given = |name: &Attribute<Text>| match name {
        Attribute::Absent => None,
        Attribute::Unknown(..) => Some(Ends::default()),
        Attribute::Known(name) => {
            let name = resolver.resolve(&name.value);
            let is_generated = name.segments().iter().any(is_generated);
            (!is_generated).then(|| Ends::of(&name))
        }
    };
    role.name.iter().filter_map(|branch| given(&branch.item)).collect()
}

fn is_generated(segment: &Segment) -> bool {
    match segment {
        Segment::Unknown(unknown) => *unknown == Unknown::Computed,
        // A name that was given and is not known is an attribute like any other.
        Segment::Reference { attribute: ResourceAttribute::Other(name), .. } => name != "name",
        Segment::Reference { .. } => true,
        _ => false,
    }
}

/// How a name begins and ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Ends {
    start: Str,
    end: Str,
    /// Whether both are the whole name.
    is_whole: bool,
}

impl Ends {
    /// Those of the name behind a path.
    fn of(text: &Text) -> Self {
        if let Some(name) = text.as_known() {
            let name: Str = name.rsplit('/').next().unwrap_or(&name).into();
            return Self { start: name.clone(), end: name, is_whole: true };
        }
        let (mut start, mut end) = (text.known_prefix(), text.known_suffix());
        let has_path = |segment: &Segment| match segment {
            Segment::Literal(literal) => literal.text.contains('/'),
            _ => false,
        };
        if text.segments().iter().any(has_path) {
            start = Str::default();
            end = end.rsplit('/').next().unwrap_or(&end).into();
        }
        Self { start, end, is_whole: false }
    }

    /// Whether a name of these ends may be one of the others.
    fn may_be_those_of(&self, other: &Self) -> bool {
        match (self.is_whole, other.is_whole) {
            (true, true) => self.start == other.start,
            (true, false) => other.is_around(&self.start),
            (false, true) => self.is_around(&other.start),
            (false, false) => {
                let (start, end) = (&self.start, &self.end);
                (start.starts_with(&*other.start) || other.start.starts_with(&**start))
                    && (end.ends_with(&*other.end) || other.end.ends_with(&**end))
            }
        }
    }

    fn is_around(&self, name: &str) -> bool {
        name.len() >= self.start.len() + self.end.len()
            && name.starts_with(&*self.start)
            && name.ends_with(&*self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_where_their_ends_do() {
        let unknown = |start: &str, end: &str| {
            let mut text = Text::from(start);
            text.push(Segment::Unknown(Unknown::Input));
            text.extend(&Text::from(end));
            text
        };
        for (one, other, may_be) in [
            (unknown("", ""), Text::from("worker"), true),
            (unknown("", ""), unknown("app-", ""), true),
            (unknown("", "-2"), Text::from("worker"), false),
            (unknown("", "-2"), Text::from("worker-2"), true),
            (unknown("", "-2"), unknown("app-", "-worker-2"), true),
            (unknown("app-", ""), unknown("api-", ""), false),
            (unknown("work", "ker"), Text::from("worker"), false),
            (unknown("service/", "-2"), Text::from("worker-2"), true),
            (Text::from("/service/worker"), Text::from("worker"), true),
            (Text::from("other"), Text::from("worker"), false),
        ] {
            let (one_ends, other_ends) = (Ends::of(&one), Ends::of(&other));
            assert_eq!(one_ends.may_be_those_of(&other_ends), may_be, "{one} {other}");
            assert_eq!(other_ends.may_be_those_of(&one_ends), may_be, "{other} {one}");
        }
    }
}
