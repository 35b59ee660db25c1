//! What is done about text that the parser refuses.

use std::borrow::Cow;
use std::ops::Range;

use crate::placeholder;

/// How often one text may be parsed again.
pub(super) struct Retries {
    left: usize,
}

impl Retries {
    /// Few enough that a large text with many such scalars stays cheap.
    pub(super) fn new(length: usize) -> Self {
        const BYTES: usize = 256 << 20;
        Self { left: (BYTES / length.max(1)).clamp(2, 500) }
    }

    /// Whether there is one more.
    pub(super) const fn next(&mut self) -> bool {
        let some = self.left > 0;
        self.left = self.left.saturating_sub(1);
        some
    }
}

/// A part that the parser refuses and other readers accept.
pub(super) enum ReadOver {
    /// (Part of) a scalar.
    Text(Range<usize>),
    /// A comment.
    Comment(Range<usize>),
}

/// Overwrites a part, byte for byte, so that the spans of everything stay what they are: a scalar by
/// letters, of which the parser sees one line and whose text is decoded from the source, a comment
/// by spaces.
pub(super) fn blank(structure: &mut Cow<'_, str>, part: &ReadOver) {
    let (range, filler) = match part {
        ReadOver::Text(range) => (range, "x"),
        ReadOver::Comment(range) => (range, " "),
    };
    let text = structure.to_mut();
    if text.is_char_boundary(range.start) && text.is_char_boundary(range.end) {
        text.replace_range(range.clone(), &filler.repeat(range.len()));
    }
}

/// The comment that starts at `at`, up to the end of its line.
pub(super) fn comment(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text.as_bytes().get(at..).filter(|rest| rest.starts_with(b"#"))?;
    Some(at..at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()))
}

/// The inside of the quoted scalar that starts behind `from`, with nothing but the punctuation of
/// a value before it, when it reaches beyond `beyond`.
pub(super) fn quoted_inside(text: &str, from: usize, beyond: usize) -> Option<Range<usize>> {
    let start = value_start(text, from);
    let bytes = text.as_bytes();
    let quote = *bytes.get(start).filter(|byte| matches!(byte, b'"' | b'\''))?;
    let mut at = start + 1;
    let end = loop {
        let found = at + memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        let next = bytes.get(found + 1).copied();
        match bytes.get(found) {
            Some(b'\\') if quote == b'"' => at = found + 2,
            Some(b'\\') => at = found + 1,
            _ if quote == b'\'' && next == Some(b'\'') => at = found + 2,
            _ => break found,
        }
    };
    (end >= beyond).then_some(start + 1..end)
}

/// The offset of the first byte of a scalar behind `from`.
pub(super) fn value_start(text: &str, from: usize) -> usize {
    skip(text, from, b":-?,")
}

/// The offset of the first byte behind `from` that is no white space, comment, tag or anchor and
/// none of these indicators.
pub(super) fn skip(text: &str, from: usize, indicators: &[u8]) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        at += match byte {
            b' ' | b'\t' | b'\r' | b'\n' => 1,
            b'#' => memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()),
            b'!' | b'&' => rest.iter().position(blank).unwrap_or(rest.len()),
            indicator if indicators.contains(indicator) => 1,
            _ => break,
        };
    }
    at
}

/// What opens a statement of a template engine.
pub(super) const STATEMENT: &[u8] = b"{%";

/// What is said about a template engine's source.
pub(super) const TEMPLATED: &str = "this is the source of a template engine, not YAML yet";

/// Whether a plain scalar has swallowed a statement of a template engine.
pub(super) fn is_statement(text: &str, range: &Range<usize>) -> bool {
    let written = text.as_bytes().get(range.clone()).unwrap_or_default();
    memchr::memmem::find(written, STATEMENT).is_some()
}

/// The mark of a template engine that explains an error at one of these offsets: a statement
/// (`{% if %}`, `<% if %>`) on a line of its own, a placeholder where the error is, or an expression (`{{ name }}`) on the line of the error or
/// the one before. CloudFormation's own `{{resolve:...}}` is none.
pub(super) fn templating(text: &str, errors: &[usize]) -> Option<Range<usize>> {
    if errors.is_empty() {
        return None;
    }
    let begins_line = |at: &usize| {
        let line = text.get(..*at).and_then(|before| before.rsplit('\n').next());
        line.is_some_and(|before| {
            before.trim_start_matches(['\u{feff}', ' ', '\t', '-']).is_empty()
        })
    };
    let statement = [STATEMENT, b"<%"]
        .into_iter()
        .find_map(|mark| memchr::memmem::find_iter(text.as_bytes(), mark).find(begins_line));
    let here = || errors.iter().find_map(|error| filled_in(text, *error));
    statement.map(|at| at..at + 2).or_else(here).or_else(|| {
        errors.iter().find_map(|error| {
            let lines = around(text, *error);
            let inside = text.get(lines.clone())?;
            let found = inside.match_indices("{{").map(|(at, _)| at).find(|at| {
                let name = inside.get(at + 2..).unwrap_or_default().trim_start();
                !name.starts_with("resolve:")
                    && name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '-'))
            })?;
            Some(lines.start + found..lines.start + found + 2)
        })
    })
}

/// The placeholder at an error, whose mark begins no value of YAML: `@@NAME@@`, `%%NAME%%`.
fn filled_in(text: &str, error: usize) -> Option<Range<usize>> {
    let line = text.get(error..)?.lines().next()?;
    let found = placeholder(line, 0).filter(|found| found.start == 0)?;
    line.starts_with(['@', '%']).then_some(error..error + found.end)
}

/// The line of an offset and the line before.
fn around(text: &str, at: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let at = at.min(bytes.len());
    let before = bytes.get(..at).unwrap_or_default();
    let mut breaks = memchr::memrchr_iter(b'\n', before);
    let start = breaks.nth(1).map_or(0, |found| found + 1);
    let rest = bytes.get(at..).unwrap_or_default();
    start..at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}
