//! The located reader: YAML and JSON as one tree in which every key and value has its span.
//!
//! Nothing is interpreted: scalars keep their text and whether they were plain, tags keep their
//! name, duplicate keys are all there. What the tree means is the frontends' business.
//!
//! Both readers are iterative, bounded by [`Limits`], and return what they got together with the
//! [`Problem`]s of the rest.

mod build;
mod comments;
pub mod conflict;
mod decode;
pub mod embedded;
pub mod json;
mod merge;
mod problem;
mod tree;
mod value;
pub mod yaml;

pub use decode::{NotText, decode};
pub use problem::{Problem, ProblemKind};
pub use tree::{Entry, Node, NodeKind, Scalar, ScalarStyle, Tag};
pub use value::{Typing, to_value};

use crate::{SourceId, Span};

/// What one read may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the text; a larger one is not read at all.
    pub bytes: usize,
    /// Collections inside each other. Trees are never deeper, so that recursion over them is safe.
    pub depth: usize,
    /// Nodes of the tree, aliases resolved.
    pub nodes: usize,
    /// Problems of each kind reported about one text.
    pub problems: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, depth: 128, nodes: 2_000_000, problems: 50 }
    }
}

/// What a text holds.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// The documents in order; a JSON text has one, an empty text none.
    pub documents: Vec<Node>,
    /// What is wrong with the text, in its order.
    pub problems: Vec<Problem>,
    /// Comments in JSON, which has none.
    json_comments: Vec<Span>,
}

impl Documents {
    fn new(documents: Vec<Node>, mut problems: Vec<Problem>, json_comments: Vec<Span>) -> Self {
        problems.sort_by_key(|problem| problem.span);
        Self { documents, problems, json_comments }
    }

    /// Nothing but a problem.
    fn refused(problem: Problem) -> Self {
        Self { problems: vec![problem], ..Self::default() }
    }
}

/// Reads a text as what it looks like: JSON when it starts with `{` or `[`, YAML otherwise.
///
/// What JSON does not have but YAML does, trailing commas and plain keys and short tags in flow
/// collections, makes such a text YAML. Comments as in JavaScript do not: YAML reads them as text.
#[must_use]
pub fn read(source: SourceId, text: &str, limits: &Limits) -> Documents {
    if !matches!(behind_comments(text.as_bytes()).first(), Some(b'{' | b'[')) {
        return yaml::read(source, text, limits);
    }
    let wrong = |problem: &Problem| problem.kind.is_of_syntax();
    let json = json::read(source, text, limits);
    if json.problems.iter().any(wrong) && json.json_comments.is_empty() {
        let yaml = yaml::read(source, text, limits);
        if !yaml.problems.iter().any(wrong) {
            return yaml;
        }
    }
    json
}

/// What follows the white space and the comments, as in JavaScript, that a text starts with.
#[must_use]
pub fn behind_comments(text: &[u8]) -> &[u8] {
    let mut rest = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    loop {
        rest = rest.trim_ascii_start();
        let end = if rest.starts_with(b"//") {
            memchr::memchr(b'\n', rest).unwrap_or(rest.len())
        } else if rest.starts_with(b"/*") {
            match memchr::memmem::find(rest, b"*/") {
                Some(at) => at + 2,
                None => return rest,
            }
        } else {
            return rest;
        };
        rest = rest.get(end..).unwrap_or_default();
    }
}

/// Refuses a text that is larger than its limit.
fn too_large(source: SourceId, text: &str, limits: &Limits) -> Option<Documents> {
    (text.len() > limits.bytes).then(|| {
        let message = format!(
            "the file has {} bytes; files over {} bytes are not read",
            text.len(),
            limits.bytes
        );
        Documents::refused(Problem::new(ProblemKind::Limit, Span::at(source, 0), message))
    })
}

#[cfg(test)]
mod tests;
