//! Attributes and sets of graph nodes: absent, known, or unknown; per branch; complete or not.

use crate::{Condition, Gap, Located, Span, Truth, Unknown, World};

/// One attribute of a node.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Attribute<T> {
    /// Not set.
    #[default]
    Absent,
    /// Set to a value that is known (as far as its type says).
    Known(Located<T>),
    /// Set or not, to what is not known.
    Unknown(Span, Unknown),
}

impl<T> Attribute<T> {
    /// The value, when it is known.
    pub const fn known(&self) -> Option<&Located<T>> {
        match self {
            Self::Known(located) => Some(located),
            Self::Absent | Self::Unknown(..) => None,
        }
    }

    /// Whether the attribute is certainly set.
    pub const fn is_set(&self) -> Truth {
        match self {
            Self::Absent => Truth::False,
            Self::Known(_) => Truth::True,
            Self::Unknown(..) => Truth::Unknown,
        }
    }

    /// What is not known about it.
    pub const fn gap(&self) -> Option<Gap> {
        match self {
            Self::Unknown(span, unknown) => Some(Gap { span: *span, unknown: *unknown }),
            Self::Absent | Self::Known(_) => None,
        }
    }

    /// Where it was written, if anywhere.
    pub const fn span(&self) -> Option<Span> {
        match self {
            Self::Absent => None,
            Self::Known(located) => Some(located.span),
            Self::Unknown(span, _) => Some(*span),
        }
    }

    /// Converts the value, when there is one.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Attribute<U> {
        match self {
            Self::Absent => Attribute::Absent,
            Self::Known(located) => Attribute::Known(located.map(f)),
            Self::Unknown(span, unknown) => Attribute::Unknown(span, unknown),
        }
    }
}

/// Something that exists only under a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Guarded<T> {
    /// When it exists.
    pub condition: Condition,
    /// What exists then.
    pub item: T,
}

impl<T> Guarded<T> {
    /// Exists in every branch.
    pub const fn always(item: T) -> Self {
        Self { condition: Condition::Always, item }
    }

    /// Exists when `condition` holds.
    pub const fn new(condition: Condition, item: T) -> Self {
        Self { condition, item }
    }
}

/// The alternatives of one thing: their conditions exclude each other and one of them holds.
/// A world in which none holds (past the bound of branches) yields the default.
#[derive(Clone, Debug, PartialEq)]
pub struct Branches<T>(pub Vec<Guarded<T>>);

/// An attribute that may differ per branch.
pub type Property<T> = Branches<Attribute<T>>;

impl<T> Branches<T> {
    /// The same in every branch.
    pub fn always(item: T) -> Self {
        Self(vec![Guarded::always(item)])
    }

    /// The alternative that holds in a world; `None` when no alternative is known to.
    pub fn in_world(&self, world: &World) -> Option<&T> {
        self.0
            .iter()
            .find(|branch| branch.condition.holds(world).is_true())
            .map(|branch| &branch.item)
    }

    /// All alternatives with their conditions.
    pub fn iter(&self) -> impl Iterator<Item = &Guarded<T>> {
        self.0.iter()
    }

    /// The conditions that decide between the alternatives.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.0.iter().map(|branch| &branch.condition)
    }
}

impl<T> Default for Property<T> {
    /// Absent in every branch.
    fn default() -> Self {
        Self::always(Attribute::Absent)
    }
}

/// A set of things that may be incomplete, each thing under its condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Collection<T> {
    /// The known items, in the order they were written.
    pub items: Vec<Guarded<T>>,
    /// Why there may be more, each reason under the condition it applies.
    pub gaps: Vec<Guarded<Gap>>,
}

impl<T> Default for Collection<T> {
    /// The empty set, complete.
    fn default() -> Self {
        Self { items: Vec::new(), gaps: Vec::new() }
    }
}

impl<T> Collection<T> {
    /// The items that exist in a world.
    pub fn in_world<'c>(&'c self, world: &'c World) -> impl Iterator<Item = &'c T> {
        self.items
            .iter()
            .filter(|guarded| guarded.condition.holds(world).is_true())
            .map(|guarded| &guarded.item)
    }

    /// Unknown where the set may have more items in a world than are known, else false.
    pub fn is_open_in(&self, world: &World) -> Truth {
        self.gaps_in(world, Span::NONE).next().map_or(Truth::False, |_| Truth::Unknown)
    }

    /// Why the set, which stands at a place, may have more items in a world than are known. A world
    /// that does not decide about an item leaves it open.
    pub fn gaps_in<'c>(&'c self, world: &'c World, at: Span) -> impl Iterator<Item = Gap> + 'c {
        let undecided = Gap { span: at, unknown: Unknown::Limit };
        let gaps = self.gaps.iter().filter(|guarded| !guarded.condition.holds(world).is_false());
        gaps.map(|guarded| guarded.item).chain(
            self.items
                .iter()
                .filter(|guarded| guarded.condition.holds(world).is_unknown())
                .map(move |_| undecided),
        )
    }

    /// Adds an item that always exists.
    pub fn push(&mut self, item: T) {
        self.items.push(Guarded::always(item));
    }

    /// Adds an item that exists under a condition.
    pub fn push_when(&mut self, condition: Condition, item: T) {
        self.items.push(Guarded { condition, item });
    }

    /// Says that there may be more, and why.
    pub fn open(&mut self, condition: Condition, gap: Gap) {
        self.gaps.push(Guarded { condition, item: gap });
    }

    /// Whether nothing is known to be in it, in any branch.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// All items whatever their condition.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        self.items.iter().map(|guarded| &guarded.item)
    }

    /// The conditions that decide what exists.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.items
            .iter()
            .map(|guarded| &guarded.condition)
            .chain(self.gaps.iter().map(|guarded| &guarded.condition))
    }
}
