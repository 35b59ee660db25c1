//! The notation that nearly every template keeps to, read in one pass.
//!
//! Block maps and lists, plain, quoted and block scalars, flow collections, short tags, comments.
//! Whatever else YAML has (anchors, merge keys, complex keys, directives, tabs between tokens,
//! carriage returns, several documents), and whatever is wrong, is *unusual*: reading ends with
//! `None`, and the parser of all YAML reads the text from its start. So this reader knows no
//! errors. What it must never do is to read a text as something else than that parser does; the
//! tests hold the two against each other.

mod flow;
mod lines;
mod scalars;

use std::ops::Range;

use super::events::Reader;
use super::recover;
use crate::reader::{Documents, Limits, ScalarStyle, Tag};
use crate::{Literal, Located, SourceId, Str};

/// Reads a text of one document; `None` when something in it is unusual.
pub(super) fn read(source: SourceId, text: &str, limits: &Limits) -> Option<Documents> {
    if !is_usual(text) {
        return None;
    }
    let mut usual = Usual {
        reader: Reader::new(source, text, limits, &[]),
        text,
        bytes: text.as_bytes(),
        levels: Vec::new(),
        pending: None,
        // Far enough from the limit that both readers agree on what is too deep.
        depth: limits.depth / 2,
    };
    usual.document()?;
    (!usual.reader.builder.is_spent()).then(|| usual.reader.finish(None, Vec::new()))
}

/// Whether all characters are ones that need no second look wherever they stand.
fn is_usual(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Without branches, so that many bytes are looked at in one step.
    let controls = bytes.iter().fold(false, |found, byte| {
        found | ((*byte < b' ') & (*byte != b'\n') & (*byte != b'\t')) | (*byte == 127)
    });
    let special = |character: char| {
        matches!(
            character,
            '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
    };
    !controls
        && (text.is_ascii() || !text.contains(special))
        && memchr::memmem::find(bytes, recover::STATEMENT).is_none()
}

/// Reads one document.
struct Usual<'t, 'l> {
    reader: Reader<'t, 'l>,
    text: &'t str,
    bytes: &'t [u8],
    /// The block collections that are open, the innermost last.
    levels: Vec<Level>,
    /// The key or dash whose node has not come yet.
    pending: Option<Pending>,
    /// Collections inside each other.
    depth: usize,
}

/// An open block collection.
#[derive(Clone, Copy)]
struct Level {
    /// The spaces before its keys or dashes.
    indent: usize,
    list: bool,
}

/// A key or dash at the end of its line.
struct Pending {
    /// Offset behind its colon or dash, and behind its tag if it has one.
    behind: usize,
    tag: Option<Tag>,
    item: bool,
}

impl Usual<'_, '_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn rest(&self, at: usize) -> &[u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    /// Whether a token may end at this offset.
    fn is_blank(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b' ' | b'\n'))
    }

    /// The offset behind the spaces from `at` on.
    fn spaces(&self, at: usize) -> usize {
        let rest = self.rest(at);
        at + rest.iter().position(|byte| *byte != b' ').unwrap_or(rest.len())
    }

    /// The end of the line of `at`, at its break.
    fn line_break(&self, at: usize) -> usize {
        let rest = self.rest(at);
        at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
    }

    fn open(&mut self, map: bool, start: usize, tag: Option<Tag>) -> Option<()> {
        if self.reader.builder.depth() >= self.depth {
            return None;
        }
        self.reader.builder.spend(1);
        self.reader.builder.open(map, start, tag, 0);
        Some(())
    }

    fn put(&mut self, literal: Literal, style: ScalarStyle, range: Range<usize>, tag: Option<Tag>) {
        self.reader.put(literal, style, range, tag, 0);
    }

    /// The tag at `at` and the offset behind it.
    fn tag(&self, at: usize) -> Option<(Tag, usize)> {
        let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.' | b'_');
        let rest = self.rest(at + 1);
        let end = at + 1 + rest.iter().position(|byte| !name(byte))?;
        let written = self.text.get(at + 1..end)?;
        (!written.is_empty() && self.is_blank(end)).then(|| {
            let span = self.reader.builder.span(at, end);
            (Box::new(Located::new(Str::from(written), span)), end)
        })
    }
}

#[cfg(test)]
mod tests;
