//! What an expression or a template node evaluates to.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::{Address, Condition, Gap, Located, Span, Str, Text, Unknown};

/// What an expression or a template node evaluates to. Unknown parts stay local: a list with one
/// unknown item is a list, a text with one unknown part is a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Absent: Terraform's `null`, CloudFormation's `AWS::NoValue`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, with the characters that wrote it.
    Number(Number),
    /// A string.
    Text(Text),
    /// A list (Terraform's tuples and sets too).
    List(List),
    /// A map (Terraform's objects too).
    Map(Map),
    /// A string that is the JSON of a value (`jsonencode(...)`, a rendered policy document), kept as
    /// the value so that its parts keep their spans.
    Json(Box<Located<Value>>),
    /// A whole resource, as Terraform expressions can pass it around.
    Resource(Address),
    /// Alternatives under conditions that exclude each other and of which one holds.
    OneOf(Vec<Branch>),
    /// Not known at all.
    Unknown(Unknown),
}

/// One alternative of a [`Value::OneOf`].
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// When it holds.
    pub condition: Condition,
    /// What the value then is.
    pub value: Located<Value>,
}

/// The items of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List {
    /// The known items, in order.
    pub items: Vec<Located<Value>>,
    /// Set when there may be items that are not known.
    pub open: Option<Gap>,
}

/// The entries of a map, in the order they were written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// The known entries.
    pub entries: IndexMap<Str, MapEntry, FxBuildHasher>,
    /// Set when there may be entries that are not known.
    pub open: Option<Gap>,
    /// Entries that are there under keys which are not known; such a map is open.
    pub unnamed: Unnamed,
    /// How it is written.
    pub notation: Notation,
}

/// The entries of a map of which the keys are not known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unnamed {
    /// Each key, of which a part may be known, with its value. No two keys are the same.
    pub entries: Vec<(Located<Value>, Located<Value>)>,
    /// Set when there may be still others.
    pub others: Option<Gap>,
    /// Whether one of the others is there for certain.
    pub has_another: bool,
}

/// How a map that is read as a statement of a policy is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Notation {
    /// In the language of the file.
    #[default]
    Own,
    /// As JSON in a text.
    Text,
    /// As a `statement` block of Terraform's `aws_iam_policy_document`.
    Block,
}

/// One entry of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapEntry {
    /// Where the key was written.
    pub key: Span,
    /// The value.
    pub value: Located<Value>,
}

impl Map {
    /// The value under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Located<Value>> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// The entry under a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&MapEntry> {
        self.entries.get(key)
    }

    /// Adds an entry, replacing an earlier one of the same key.
    pub fn insert(&mut self, key: impl Into<Str>, key_span: Span, value: Located<Value>) {
        self.entries.insert(key.into(), MapEntry { key: key_span, value });
    }

    /// Set when there may be entries besides those that are known and those without a known key.
    #[must_use]
    pub fn others(&self) -> Option<Gap> {
        if self.unnamed.entries.is_empty() { self.open } else { self.unnamed.others }
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Str, &MapEntry)> {
        self.entries.iter()
    }
}

/// A number as written. Account ids with leading zeros keep them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number(Str);

impl Number {
    /// A number with the characters that wrote it.
    pub fn new(text: impl Into<Str>) -> Self {
        Self(text.into())
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The numeric value; `None` when the characters are no number.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok()
    }
}

impl From<f64> for Number {
    /// Whole numbers print without a fraction.
    fn from(value: f64) -> Self {
        if value.fract() == 0.0 && value.abs() < 1e15 {
            Self(smol_str::format_smolstr!("{value:.0}"))
        } else {
            Self(smol_str::format_smolstr!("{value}"))
        }
    }
}

impl Value {
    /// A known string of no particular place.
    pub fn string(text: impl Into<Str>) -> Self {
        Self::Text(Text::literal(text))
    }

    /// The map, when it is one.
    #[must_use]
    pub const fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, when it is one.
    #[must_use]
    pub const fn as_list(&self) -> Option<&List> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// The scalar as text: strings, numbers and booleans, as both languages convert them.
    #[must_use]
    pub fn to_text(&self) -> Option<Text> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(Text::literal(number.as_str())),
            Self::Bool(value) => Some(Text::literal(if *value { "true" } else { "false" })),
            Self::Unknown(unknown) => Some(Text::unknown(*unknown)),
            Self::Null
            | Self::List(_)
            | Self::Map(_)
            | Self::Json(_)
            | Self::Resource(_)
            | Self::OneOf(_) => None,
        }
    }

    /// Why nothing of the value is known, if so.
    #[must_use]
    pub fn as_unknown(&self) -> Option<Unknown> {
        match self {
            Self::Unknown(unknown) => Some(*unknown),
            Self::Text(text) => text.as_unknown(),
            _ => None,
        }
    }

    /// Whether the value is absent.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl Located<Value> {
    /// The alternatives of the value under the conditions they hold, nested ones flattened; a
    /// value without alternatives is its only one.
    #[must_use]
    pub fn branches(&self) -> Vec<(Condition, &Self)> {
        fn collect<'v>(
            value: &'v Located<Value>,
            condition: &Condition,
            out: &mut Vec<(Condition, &'v Located<Value>)>,
        ) {
            match &value.value {
                Value::OneOf(branches) => {
                    for branch in branches {
                        collect(
                            &branch.value,
                            &condition.clone().and(branch.condition.clone()),
                            out,
                        );
                    }
                }
                _ if condition.is_never() => {}
                _ => out.push((condition.clone(), value)),
            }
        }
        let mut out = Vec::new();
        collect(self, &Condition::Always, &mut out);
        out
    }
}
