//! Going on behind a syntax error: the entry that holds it is left out and the rest is read.

use std::borrow::Cow;
use std::ops::Range;

use super::recover;
use crate::Span;

/// A part of the text that is left out.
#[derive(Clone, Debug)]
pub(super) struct Lost {
    pub(super) range: Range<usize>,
    /// Where the map starts that may have had more entries; `None` when what is left out is but the
    /// value of a key that stays.
    pub(super) map: Option<usize>,
}

/// A block map that is open where an error is.
pub(super) struct OpenMap {
    pub(super) start: usize,
    /// Its last key.
    pub(super) key: Span,
}

/// What to leave out because of an error at `at`: the value of the innermost key that holds it, or
/// the lines of an entry without a key. `maps` are the open ones, the innermost last; in a flow
/// collection the error is that of the whole, wherever it was noticed.
pub(super) fn around(text: &str, at: usize, maps: &[OpenMap], in_flow: bool) -> Option<Lost> {
    maps.iter().rev().find_map(|map| {
        let key = map.key.range();
        let column = key.start - line_start(text, key.start);
        let colon = recover::skip(text, key.end, b"");
        let value = colon + usize::from(text.as_bytes().get(colon) == Some(&b':'));
        let mut behind = next_line(text, value, column);
        // The end of a flow collection may stand below its key.
        while in_flow && closes(text, behind) {
            behind = next_line(text, behind, column);
        }
        if in_flow || behind > at {
            return Some(Lost { range: value..behind, map: None });
        }
        let line = line_start(text, at);
        (indentation(text, line)? >= column)
            .then(|| Lost { range: line..next_line(text, at, column), map: Some(map.start) })
    })
}

/// Overwrites what is left out by spaces. False when there was nothing left to overwrite.
pub(super) fn blank(structure: &mut Cow<'_, str>, range: Range<usize>) -> bool {
    let Some(written) = structure.get(range.clone()) else { return false };
    if written.trim().is_empty() {
        return false;
    }
    let byte = |byte| if byte == b'\n' { '\n' } else { ' ' };
    let spaces: String = written.bytes().map(byte).collect();
    structure.to_mut().replace_range(range, &spaces);
    true
}

fn line_start(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    memchr::memrchr(b'\n', before).map_or(0, |found| found + 1)
}

/// The start of the first line behind that of `at` whose indentation is at most `column`.
fn next_line(text: &str, at: usize, column: usize) -> usize {
    let mut at = at;
    while let Some(found) = memchr::memchr(b'\n', text.as_bytes().get(at..).unwrap_or_default()) {
        at += found + 1;
        if indentation(text, at).is_some_and(|indentation| indentation <= column) {
            return at;
        }
    }
    text.len()
}

/// Whether the line at `start` closes flow collections.
fn closes(text: &str, start: usize) -> bool {
    text.get(start..)
        .is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with([']', '}']))
}

/// The tab that indents the line of an offset, or the first one behind that does.
pub(super) fn tab(text: &str, at: usize) -> usize {
    let mut start = line_start(text, at);
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line.get(..blank).and_then(|blank| blank.find('\t')) {
            return start + tab;
        }
        start += line.len();
    }
    at
}

/// How many columns a tab is taken for, which is none at all: whoever writes one means a line inside
/// of what stands before.
const TAB: usize = 8;

/// The indentation of the line that starts at `start`; `None` for empty lines and comments.
fn indentation(text: &str, start: usize) -> Option<usize> {
    let rest = text.as_bytes().get(start..)?;
    let length = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t'))?;
    match rest.get(length) {
        None | Some(b'\n' | b'\r' | b'#') => None,
        Some(_) => {
            let blank = rest.get(..length)?.iter();
            Some(blank.map(|byte| if *byte == b'\t' { TAB } else { 1 }).sum())
        }
    }
}
