//! Flow collections: `[a, b]` and `{a: b}`.

use super::Usual;
use super::scalars::Key;
use crate::reader::Tag;

impl Usual<'_, '_> {
    /// Reads the flow collection at `at`, whose further lines have at least `least` spaces before
    /// them; the offset behind it.
    pub(super) fn flow_collection(
        &mut self,
        at: usize,
        least: usize,
        tag: Option<Tag>,
    ) -> Option<usize> {
        let map = self.byte(at) == Some(b'{');
        let closing = if map { b'}' } else { b']' };
        self.open(map, at, tag)?;
        self.reader.last_end = self.reader.last_end.max(at + 1);
        let mut at = self.flow_blanks(at + 1, least)?;
        while self.byte(at)? != closing {
            at = match self.flow_key(at)? {
                Some(key) if map => self.flow_value(key, least)?,
                Some(key) => self.flow_pair(key, least)?,
                None if map => return None,
                None => self.flow_node(at, least)?,
            };
            at = self.flow_blanks(at, least)?;
            match self.byte(at)? {
                b',' => at = self.flow_blanks(at + 1, least)?,
                byte if byte == closing => {}
                _ => return None,
            }
        }
        self.reader.close(at..at + 1);
        Some(at + 1)
    }

    /// The offset of the next token.
    fn flow_blanks(&self, at: usize, least: usize) -> Option<usize> {
        let mut content = self.spaces(at);
        let mut before = at;
        let mut first = true;
        loop {
            match self.byte(content)? {
                b'\n' => before = content + 1,
                b'#' if content > before || !first => before = self.line_break(content) + 1,
                b'#' | b'\t' => return None,
                b']' | b'}' => return Some(content),
                _ => return (first || content - before >= least).then_some(content),
            }
            first = false;
            content = self.spaces(before);
        }
    }

    /// The key at `at`, if what stands there goes on with a colon.
    fn flow_key(&self, at: usize) -> Option<Option<Key>> {
        let quoted = self.is_quote(at);
        let end = match (self.byte(at)?, quoted) {
            (b'!' | b'[' | b'{', _) => return Some(None),
            (_, true) => self.quoted_end(at)?.0,
            (_, false) => self.flow_plain_end(at)?,
        };
        let colon = self.spaces(end);
        if self.byte(colon) != Some(b':') {
            return Some(None);
        }
        // Behind quotes the colon needs no space.
        let lines = memchr::memchr(b'\n', self.bytes.get(at..end)?).is_some();
        if lines || !(quoted || self.is_blank(colon + 1)) {
            return None;
        }
        Some(Some(match quoted {
            true => self.quoted(at..end, colon),
            false => self.plain(at..end, colon),
        }))
    }

    /// Reads the value of a key in a map; the offset behind it.
    fn flow_value(&mut self, key: Key, least: usize) -> Option<usize> {
        let value = self.flow_blanks(key.colon + 1, least)?;
        self.put_key(key)?;
        self.flow_node(value, least)
    }

    /// Reads a map of one entry without braces, as an item of a list; the offset behind it.
    fn flow_pair(&mut self, key: Key, least: usize) -> Option<usize> {
        self.open(true, key.range.start, None)?;
        let end = self.flow_value(key, least)?;
        self.reader.close(0..0);
        Some(end)
    }

    /// Reads an item or value; the offset behind it.
    fn flow_node(&mut self, at: usize, least: usize) -> Option<usize> {
        let (tag, at) = match self.byte(at)? {
            b'!' => {
                let (tag, end) = self.tag(at)?;
                (Some(tag), self.flow_blanks(end, least)?)
            }
            _ => (None, at),
        };
        match self.byte(at)? {
            b'[' | b'{' => self.flow_collection(at, least, tag),
            b'"' | b'\'' => self.quoted_scalar(at, least, tag),
            _ => {
                let end = self.flow_plain_end(at)?;
                self.put_plain(at..end, tag);
                Some(end)
            }
        }
    }

    /// The end of the plain scalar at `at`, which ends with its line.
    fn flow_plain_end(&self, at: usize) -> Option<usize> {
        const ENDS: &[u8] = b",[]{}";
        let ends =
            |at: usize| self.is_blank(at) || self.byte(at).is_some_and(|byte| ENDS.contains(&byte));
        if !self.begins_plain(at, ends) {
            return None;
        }
        let mut end = at;
        loop {
            match self.byte(end)? {
                b'\n' | b',' | b'[' | b']' | b'{' | b'}' => break,
                b':' if ends(end + 1) => break,
                b'#' if self.byte(end - 1) == Some(b' ') => break,
                b'\t' => return None,
                _ => end += 1,
            }
        }
        let written = self.bytes.get(at..end)?;
        Some(at + written.iter().rposition(|byte| *byte != b' ')? + 1)
    }
}
