//! The tree that the YAML and JSON readers produce.

use crate::{Literal, Located, Span, Str, Unknown};

/// A node with its span. Scalars: the text with its quotes; block scalars: from the indicator (`|`,
/// `>`) to the end of the content. Lists and maps: from the first to the last character.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where it was written, without its tag and anchor.
    pub span: Span,
    /// The tag written before it (`!Sub`), without the `!`.
    pub tag: Option<Tag>,
    /// Set on lists and maps of which more was written than could be read.
    pub open: Option<Unknown>,
}

/// A tag with its place, the `!` included.
pub type Tag = Box<Located<Str>>;

/// The kinds of nodes.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// A string, number, boolean or null, uninterpreted.
    Scalar(Scalar),
    /// Items in order.
    List(Vec<Node>),
    /// Entries in order, duplicate keys included; merge keys (`<<`) are resolved.
    Map(Vec<Entry>),
    /// Something that could not be read, which is a problem of its own.
    Unread(Unknown),
}

/// One entry of a map.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Located<Str>,
    /// The value.
    pub value: Node,
}

/// A scalar: its decoded text with the bytes that wrote it, and how it was written.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// The text, escapes resolved and lines folded.
    pub literal: Literal,
    /// How it was written.
    pub style: ScalarStyle,
}

/// How a scalar was written. Only plain ones can mean a number, a boolean or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes in YAML; a number, `true`, `false` or `null` in JSON.
    Plain,
    /// In quotes.
    Quoted,
    /// A literal (`|`) or folded (`>`) block.
    Block,
}

impl Node {
    /// A node without a tag.
    #[must_use]
    pub const fn new(kind: NodeKind, span: Span) -> Self {
        Self { kind, span, tag: None, open: None }
    }

    /// A place whose content could not be read.
    #[must_use]
    pub const fn unread(unknown: Unknown, span: Span) -> Self {
        Self::new(NodeKind::Unread(unknown), span)
    }

    /// The scalar.
    #[must_use]
    pub const fn as_scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            NodeKind::Scalar(scalar) => Some(scalar),
            NodeKind::List(_) | NodeKind::Map(_) | NodeKind::Unread(_) => None,
        }
    }

    /// The text of a scalar.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.as_scalar().map(|scalar| scalar.literal.text.as_str())
    }

    /// The entries of a map.
    #[must_use]
    pub fn as_map(&self) -> Option<&[Entry]> {
        match &self.kind {
            NodeKind::Map(entries) => Some(entries),
            NodeKind::Scalar(_) | NodeKind::List(_) | NodeKind::Unread(_) => None,
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.kind {
            NodeKind::List(items) => Some(items),
            NodeKind::Scalar(_) | NodeKind::Map(_) | NodeKind::Unread(_) => None,
        }
    }

    /// The value under a key of a map; the last one of duplicates.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry under a key of a map; the last one of duplicates.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_map()?.iter().rev().find(|entry| entry.key.value == key)
    }
}
