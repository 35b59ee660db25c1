//! The located reader: YAML and JSON as one tree in which every key and value has its span.
//!
//! Nothing is interpreted: scalars keep their text and whether they were plain, tags keep their
//! name, duplicate keys are all there. What the tree means is the frontends' business.

mod tree;

pub use tree::{Entry, Node, NodeKind, Scalar, ScalarStyle, Tag};
