//! Where scalars in block collections end.

use std::ops::Range;

use super::Usual;
use crate::Literal;
use crate::reader::yaml::block::Block;
use crate::reader::yaml::events::MERGE;
use crate::reader::yaml::flow::Notation;
use crate::reader::{ScalarStyle, Tag};

/// A key with its colon.
pub(super) struct Key {
    literal: Literal,
    style: ScalarStyle,
    /// As it is written, with its quotes.
    pub(super) range: Range<usize>,
    pub(super) colon: usize,
}

/// A plain scalar as far as it goes on its line.
pub(super) struct PlainLine {
    range: Range<usize>,
    pub(super) stop: Stop,
}

/// What a plain scalar ends at on its line.
#[derive(Clone, Copy)]
pub(super) enum Stop {
    Colon(usize),
    Comment,
    Line(usize),
}

/// Keys beyond this length are a matter of the parser's limits.
const LONG_KEY: usize = 500;

impl Usual<'_, '_> {
    pub(super) fn key(&self, at: usize) -> Option<Key> {
        if self.is_quote(at) { self.quoted_key(at) } else { self.plain_key(&self.plain_line(at)?) }
    }

    pub(super) fn put_key(&mut self, key: Key) -> Option<()> {
        let merge = key.style == ScalarStyle::Plain && key.literal.text == MERGE;
        if merge || key.range.len() > LONG_KEY {
            return None;
        }
        self.put(key.literal, key.style, key.range, None);
        Some(())
    }

    /// The key of a line that goes on with a colon.
    pub(super) fn plain_key(&self, line: &PlainLine) -> Option<Key> {
        let Stop::Colon(colon) = line.stop else { return None };
        Some(self.plain(line.range.clone(), colon))
    }

    pub(super) fn plain(&self, range: Range<usize>, colon: usize) -> Key {
        let literal = self.reader.flow(range.clone(), Notation::Plain);
        Key { literal, style: ScalarStyle::Plain, range, colon }
    }

    pub(super) fn put_plain(&mut self, range: Range<usize>, tag: Option<Tag>) {
        let literal = self.reader.flow(range.clone(), Notation::Plain);
        self.put(literal, ScalarStyle::Plain, range, tag);
    }

    pub(super) fn is_quote(&self, at: usize) -> bool {
        matches!(self.byte(at), Some(b'"' | b'\''))
    }

    /// The quoted scalar at `at` where a colon follows it.
    pub(super) fn quoted_key(&self, at: usize) -> Option<Key> {
        let (end, lines) = self.quoted_end(at)?;
        let colon = self.spaces(end);
        let is_key = !lines && self.byte(colon) == Some(b':') && self.is_blank(colon + 1);
        is_key.then(|| self.quoted(at..end, colon))
    }

    pub(super) fn quoted(&self, range: Range<usize>, colon: usize) -> Key {
        let literal = self.quoted_literal(&range);
        Key { literal, style: ScalarStyle::Quoted, range, colon }
    }

    fn quoted_literal(&self, range: &Range<usize>) -> Literal {
        let notation = match self.byte(range.start) {
            Some(b'"') => Notation::Double,
            _ => Notation::Single,
        };
        self.reader.flow(range.start + 1..range.end - 1, notation)
    }

    /// Reads the quoted scalar at `at`; the offset behind it.
    pub(super) fn quoted_scalar(
        &mut self,
        at: usize,
        least: usize,
        tag: Option<Tag>,
    ) -> Option<usize> {
        let (end, lines) = self.quoted_end(at)?;
        if lines && !self.lines_are_indented(at..end, least) {
            return None;
        }
        let literal = self.quoted_literal(&(at..end));
        self.put(literal, ScalarStyle::Quoted, at..end, tag);
        Some(end)
    }

    /// The offset behind the quoted scalar that begins at `at`, and whether it has several lines.
    pub(super) fn quoted_end(&self, at: usize) -> Option<(usize, bool)> {
        let quote = self.byte(at)?;
        let mut end = at + 1;
        loop {
            end += memchr::memchr2(quote, b'\\', self.rest(end))?;
            let next = self.byte(end + 1);
            let escape = next.is_some_and(|next| b"\\\"/ntr0abvfe\n ".contains(&next));
            match (self.byte(end)?, quote) {
                (b'\\', b'\'') => end += 1,
                (b'\\', _) if escape => end += 2,
                (b'\\', _) => return None,
                (b'\'', _) if next == Some(b'\'') => end += 2,
                _ => break,
            }
        }
        let inside = self.bytes.get(at..end)?;
        Some((end + 1, memchr::memchr(b'\n', inside).is_some()))
    }

    /// Whether all lines behind the first have so many spaces before them.
    fn lines_are_indented(&self, range: Range<usize>, least: usize) -> bool {
        let written = self.bytes.get(range.clone()).unwrap_or_default();
        memchr::memchr_iter(b'\n', written).all(|line_break| {
            let start = range.start + line_break + 1;
            let content = self.spaces(start);
            match self.byte(content) {
                Some(b'\n') => true,
                Some(b'\t') | None => false,
                Some(_) => content - start >= least,
            }
        })
    }

    /// The plain scalar that begins at `at`, up to the end of its line.
    pub(super) fn plain_line(&self, at: usize) -> Option<PlainLine> {
        if self.begins_plain(at, |next| self.is_blank(next)) { self.plain_rest(at) } else { None }
    }

    /// Whether a plain scalar may begin at `at`. Some indicators are text before what ends no token.
    pub(super) fn begins_plain(&self, at: usize, ends: impl Fn(usize) -> bool) -> bool {
        match self.byte(at) {
            Some(b'-' | b'?' | b':') => !ends(at + 1) && self.byte(at + 1) != Some(b'\t'),
            Some(byte) => !b",[]{}#&*!|>'\"%@`\t\n".contains(&byte),
            None => false,
        }
    }

    fn plain_rest(&self, at: usize) -> Option<PlainLine> {
        let mut end = at;
        let stop = loop {
            end += memchr::memchr3(b':', b'#', b'\n', self.rest(end))
                .unwrap_or_else(|| self.rest(end).len());
            let before = end.checked_sub(1).and_then(|before| self.byte(before));
            match self.byte(end) {
                None | Some(b'\n') => break Stop::Line(end),
                Some(b':') if self.is_blank(end + 1) => break Stop::Colon(end),
                Some(b':') if self.byte(end + 1) == Some(b'\t') => return None,
                Some(b'#') if before == Some(b' ') => break Stop::Comment,
                Some(b'#') if before == Some(b'\t') => return None,
                Some(_) => end += 1,
            }
        };
        let written = self.bytes.get(at..end)?;
        let length = written.iter().rposition(|byte| *byte != b' ')? + 1;
        let last = written.get(length - 1)?;
        (*last != b'\t').then_some(PlainLine { range: at..at + length, stop })
    }

    /// Reads a plain scalar that may go on in lines with at least `least` spaces before them; the
    /// offset behind it.
    pub(super) fn plain_scalar(
        &mut self,
        first: PlainLine,
        least: usize,
        tag: Option<Tag>,
    ) -> Option<usize> {
        let PlainLine { mut range, mut stop } = first;
        let end = loop {
            let line_break = match stop {
                Stop::Colon(_) => return None,
                Stop::Comment => break range.end,
                Stop::Line(end) => end,
            };
            let Some(next) = self.continued(line_break, least)? else { break line_break };
            let line = self.plain_rest(next)?;
            range.end = line.range.end;
            stop = line.stop;
        };
        self.put_plain(range, tag);
        Some(end)
    }

    /// Where the plain scalar whose line ends here goes on, if it does.
    fn continued(&self, line_break: usize, least: usize) -> Option<Option<usize>> {
        let mut start = line_break + 1;
        loop {
            let content = self.spaces(start);
            match self.byte(content) {
                Some(b'\n') => start = content + 1,
                Some(b'\t') => return None,
                None | Some(b'#') => return Some(None),
                Some(_) => return Some((content - start >= least).then_some(content)),
            }
        }
    }

    /// Reads the block scalar whose indicator is at `at`; the offset of the last break of its lines.
    pub(super) fn block_scalar(
        &mut self,
        at: usize,
        least: usize,
        tag: Option<Tag>,
    ) -> Option<usize> {
        let behind = at + 1 + usize::from(self.byte(at + 1) == Some(b'-'));
        let header = self.spaces(behind);
        if self.byte(header) != Some(b'\n') {
            return None;
        }
        let (mut indent, mut blank): (Option<usize>, usize) = (None, 0);
        let mut start = header + 1;
        while start < self.bytes.len() {
            let content = self.spaces(start);
            let spaces = content - start;
            match (self.byte(content), indent) {
                (None | Some(b'\n'), None) => blank = blank.max(spaces),
                (None | Some(b'\n'), Some(_)) => {}
                (Some(b'\t'), None) => return None,
                (Some(_), None) if spaces < least || spaces < blank => return None,
                (Some(_), None) => indent = Some(spaces),
                (Some(byte), Some(indent)) if spaces < indent => {
                    if byte == b'\t' {
                        return None;
                    }
                    break;
                }
                (Some(_), Some(_)) => {}
            }
            start = self.line_break(content) + 1;
        }
        let indent = indent?;
        let end = start.min(self.bytes.len());
        let block = Block::find(self.text, at, end, Some(indent), "");
        let literal = block.decode(self.reader.source, self.text);
        self.put(literal, ScalarStyle::Block, block.start..block.end, tag);
        let closed = self.byte(end - 1) == Some(b'\n');
        Some(end - usize::from(closed))
    }
}
