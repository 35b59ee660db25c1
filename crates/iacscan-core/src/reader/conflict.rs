//! Merges that are not resolved: of what stands between their markers nothing is certain.

use std::ops::Range;

use super::{Problem, ProblemKind};
use crate::{SourceId, Span};

/// What begins the lines around and between the sides of a merge.
const MARKERS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// How long each of them is.
pub const MARKER: usize = 7;

/// What is said about a merge that is not resolved.
pub const UNRESOLVED: &str = "a merge conflict is not resolved here";

/// The marker of a merge that a line begins with.
#[must_use]
pub fn marker(line: &str) -> Option<&'static str> {
    MARKERS.into_iter().find(|marker| {
        line.strip_prefix(marker).is_some_and(|rest| {
            !rest.starts_with(|next: char| next != ' ' && next != '\r' && next != '\n')
        })
    })
}

/// The unresolved merges of a text, each from its first marker to the end of the line of its last.
#[must_use]
pub fn conflicts(text: &str) -> Vec<Range<usize>> {
    let [begin, _, between, end] = MARKERS;
    if memchr::memmem::find(text.as_bytes(), begin.as_bytes()).is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    // Where one began, and whether its second side has.
    let mut open: Option<(usize, bool)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        match (marker(line), open) {
            (Some(marker), None) if marker == begin => open = Some((start, false)),
            (Some(marker), Some((start, _))) if marker == between => open = Some((start, true)),
            (Some(marker), Some((start, true))) if marker == end => {
                found.push(start..at);
                open = None;
            }
            _ => {}
        }
    }
    found
}

/// The lines of some merges that hold their markers.
#[must_use]
pub fn marker_lines(text: &str, conflicts: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for conflict in conflicts {
        let mut at = conflict.start;
        for line in text.get(conflict.clone()).unwrap_or_default().split_inclusive('\n') {
            if marker(line).is_some() {
                found.push(at..at + line.len());
            }
            at += line.len();
        }
    }
    found
}

/// The text with spaces in the place of some ranges, line by line.
#[must_use]
pub fn without(text: &str, ranges: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        let inside = text.get(range.clone()).unwrap_or_default();
        out.extend(inside.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// The one problem that all unresolved merges of a text are.
pub(super) fn problem(source: SourceId, text: &str, at: &[usize]) -> Option<Problem> {
    let span = |start: usize| {
        let line = text.get(start..).unwrap_or_default();
        let length = marker(line).map_or(0, str::len);
        Span::new(source, start, start + length)
    };
    let (first, others) = at.split_first()?;
    let mut problem = Problem::new(ProblemKind::Conflict, span(*first), UNRESOLVED);
    if let [second, rest @ ..] = others {
        let more =
            if rest.is_empty() { String::new() } else { format!(", and {} more", rest.len()) };
        problem.related = Some((span(*second), format!("nor is this one{more}")));
    }
    Some(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_has_both_sides() {
        let merge = "<<<<<<< HEAD\na\n||||||| base\nb\n=======\nc\n>>>>>>> b\n";
        for (text, expected) in [
            (format!("x\n{merge}y\n"), vec![(2, 2 + merge.len())]),
            (format!("{merge}{merge}"), vec![(0, merge.len()), (merge.len(), 2 * merge.len())]),
            (merge.replace('\n', "\r\n"), vec![(0, merge.len() + 7)]),
            ("<<<<<<< HEAD\na\n>>>>>>> b\n".to_owned(), vec![]),
            ("<<<<<<< HEAD\na\n=======\nb\n".to_owned(), vec![]),
            ("  <<<<<<< HEAD\na\n=======\nb\n>>>>>>> b\n".to_owned(), vec![]),
            ("<<<<<<<<\na\n=======\nb\n>>>>>>> b\n".to_owned(), vec![]),
        ] {
            let found = conflicts(&text).into_iter().map(|range| (range.start, range.end));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{text}");
        }
        let without = without("é\n<é\n>\n", &[3..6, 6..8]);
        assert_eq!((without.as_str(), without.len()), ("é\n   \n \n", 9));
    }
}
