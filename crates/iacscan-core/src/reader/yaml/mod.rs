//! Reads YAML into the located tree.
//!
//! `granit-parser` finds the structure and the spans; scalars are decoded here, from the source,
//! so that every decoded byte knows the byte that wrote it. What templates are usually made of is
//! read without it, several times as fast.

mod anchors;
mod block;
mod conflict;
mod errors;
mod events;
mod flow;
mod lost;
mod recover;
mod usual;
mod wording;

use std::borrow::Cow;

use self::events::{Again, Reader};
use super::{Documents, Limits, ProblemKind};
use crate::{SourceId, Span};

/// Reads all documents of a text. The entry that holds an error is left out: its value is unread,
/// or its map marked open. Where that does not help, the document so far is kept, its unfinished
/// collections marked open, and reading goes on at the next document.
///
/// Aliases are resolved: an aliased node is there again, with the spans of the node it repeats.
/// Merge keys (`<<`) are resolved too, keys of the map itself win.
///
/// Quoted scalars whose further lines are not indented, a dash as a plain scalar in a flow
/// collection, and a comment right behind a value are read as other YAML readers do, although
/// YAML's grammar does not have them.
#[must_use]
pub fn read(source: SourceId, text: &str, limits: &Limits) -> Documents {
    if let Some(refused) = super::too_large(source, text, limits) {
        return refused;
    }
    let documents = read_once(source, text, limits);
    if !documents.problems.iter().any(|problem| problem.kind.is_of_syntax()) {
        return documents;
    }
    conflict::read(source, text, limits).unwrap_or(documents)
}

/// Reads a text that is not too large.
fn read_once(source: SourceId, text: &str, limits: &Limits) -> Documents {
    usual::read(source, text, limits).unwrap_or_else(|| read_all(source, text, limits))
}

/// Reads a text with the parser of all YAML.
fn read_all(source: SourceId, text: &str, limits: &Limits) -> Documents {
    let mut structure = Cow::Borrowed(text);
    let mut retries = recover::Retries::new(text.len());
    let (mut lost, mut problems) = (Vec::new(), Vec::new());
    loop {
        let go_on = lost.len() < MOST_LOST;
        let mut reader = Reader::new(source, text, limits, &lost);
        match reader.read(&structure, go_on) {
            Some(Again::Accepted(accepted)) if retries.next() => {
                recover::blank(&mut structure, &accepted);
            }
            Some(Again::Without(part, problem))
                if retries.next() && lost::blank(&mut structure, part.range.clone()) =>
            {
                problems.push(problem);
                lost.push(part);
            }
            cut => {
                let documents = reader.finish(cut, problems);
                return finish(documents, source, text);
            }
        }
    }
}

/// How many parts of one text are left out before its rest is.
const MOST_LOST: usize = 20;

/// Tells template engines' sources from YAML.
fn finish(documents: Documents, source: SourceId, text: &str) -> Documents {
    let of =
        |kind: ProblemKind| documents.problems.iter().filter(move |problem| problem.kind == kind);
    if let Some(templated) = of(ProblemKind::Template).next() {
        return Documents::refused(templated.clone());
    }
    let errors: Vec<usize> =
        of(ProblemKind::Syntax).map(|problem| problem.span.start as usize).collect();
    match recover::templating(text, &errors) {
        Some(marker) => Documents::refused(super::Problem::new(
            ProblemKind::Template,
            Span::new(source, marker.start, marker.end),
            recover::TEMPLATED,
        )),
        None => documents,
    }
}

#[cfg(test)]
mod tests;
