//! Block structure: what the indentation of a line says.

use super::scalars::{Key, Stop};
use super::{Level, Pending, Usual};
use crate::reader::Tag;

/// Where a node stands.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// First on its line, in this column.
    Line(usize),
    /// Behind a dash, in this column: the first entry of a list or map may stand here.
    Item(usize),
    /// Behind a key: no list or map can begin here.
    Value,
}

impl Usual<'_, '_> {
    /// Reads the text up to its end.
    pub(super) fn document(&mut self) -> Option<()> {
        let mut at = 0;
        let mut marked = false;
        loop {
            let content = self.spaces(at);
            at = match self.byte(content) {
                None => break,
                Some(b'\n') => content + 1,
                Some(b'#') => self.line_break(content) + 1,
                Some(b'-') if content == at && self.rest(at).starts_with(b"---") => {
                    let first = !std::mem::replace(&mut marked, true);
                    if !first || !self.is_blank(at + 3) || !self.is_empty() {
                        return None;
                    }
                    self.end_of_line(at + 3)?
                }
                Some(b'.') if content == at && self.rest(at).starts_with(b"...") => return None,
                Some(_) => {
                    let end = self.line(content, content - at)?;
                    self.end_of_line(end)?
                }
            };
        }
        while !self.levels.is_empty() {
            self.close()?;
        }
        self.reader.root.is_some().then_some(())
    }

    fn is_empty(&self) -> bool {
        self.levels.is_empty() && self.reader.root.is_none()
    }

    /// The start of the next line, with nothing but a comment before it.
    fn end_of_line(&self, at: usize) -> Option<usize> {
        let end = self.spaces(at);
        match self.byte(end) {
            None => Some(end),
            Some(b'\n') => Some(end + 1),
            Some(b'#') if end > at => Some(self.line_break(end) + 1),
            Some(_) => None,
        }
    }

    /// Reads the node that begins at `at` in this column, and what follows it on its lines.
    fn line(&mut self, at: usize, column: usize) -> Option<usize> {
        while self.levels.last().is_some_and(|level| level.indent > column) {
            self.close()?;
        }
        let Some(level) = self.levels.last().copied() else {
            let root = self.is_empty();
            return root.then(|| self.node(at, Place::Line(column), 0, None))?;
        };
        if level.indent < column {
            let pending = self.pending.take()?;
            return match (self.byte(at), pending.tag) {
                (Some(b'!'), None) => self.behind(at, pending.item, Place::Value, level.indent),
                (_, tag) => self.node(at, Place::Line(column), level.indent + 1, tag),
            };
        }
        match (level.list, self.is_dash(at)) {
            (true, true) => {
                self.absent()?;
                self.item(at, column)
            }
            // A list need not be indented more than the key it belongs to.
            (false, true) => {
                let pending = self.pending.take()?;
                self.list(at, column, pending.tag)
            }
            (true, false) => {
                self.close()?;
                let map = self.levels.last()?;
                (!map.list && map.indent == column).then(|| self.entry(at, column))?
            }
            (false, false) => {
                self.absent()?;
                self.entry(at, column)
            }
        }
    }

    fn is_dash(&self, at: usize) -> bool {
        self.byte(at) == Some(b'-') && self.is_blank(at + 1)
    }

    /// Closes the innermost block collection.
    fn close(&mut self) -> Option<()> {
        self.absent()?;
        self.levels.pop();
        self.reader.close(0..0);
        Some(())
    }

    /// Gives a key or dash that has no node the empty one.
    fn absent(&mut self) -> Option<()> {
        let Some(pending) = self.pending.take() else { return Some(()) };
        // An empty item is one of the things that are written by mistake.
        if pending.item && pending.tag.is_none() {
            return None;
        }
        self.put_plain(pending.behind..pending.behind, pending.tag);
        Some(())
    }

    fn list(&mut self, at: usize, column: usize, tag: Option<Tag>) -> Option<usize> {
        self.open(false, at, tag)?;
        self.levels.push(Level { indent: column, list: true });
        self.item(at, column)
    }

    /// Reads the item behind the dash at `at`.
    fn item(&mut self, at: usize, column: usize) -> Option<usize> {
        let content = self.spaces(at + 1);
        self.behind(at + 1, true, Place::Item(column + content - at), column)
    }

    fn map(&mut self, key: Key, column: usize, tag: Option<Tag>) -> Option<usize> {
        self.open(true, key.range.start, tag)?;
        self.levels.push(Level { indent: column, list: false });
        self.value(key, column)
    }

    fn entry(&mut self, at: usize, column: usize) -> Option<usize> {
        let key = self.key(at)?;
        self.value(key, column)
    }

    /// Puts a key into the innermost map and reads its value.
    fn value(&mut self, key: Key, column: usize) -> Option<usize> {
        let behind = key.colon + 1;
        self.put_key(key)?;
        self.behind(behind, false, Place::Value, column)
    }

    /// Reads the node behind a dash or colon, or leaves it to the next lines.
    fn behind(&mut self, at: usize, item: bool, place: Place, indent: usize) -> Option<usize> {
        let content = self.spaces(at);
        let (tag, end) = match self.byte(content) {
            None | Some(b'\n' | b'#') => (None, at),
            Some(b'!') => {
                let (tag, end) = self.tag(content)?;
                (Some(tag), end)
            }
            Some(_) => return self.node(content, place, indent + 1, None),
        };
        let content = self.spaces(end);
        if matches!(self.byte(content), None | Some(b'\n' | b'#')) {
            self.pending = Some(Pending { behind: end, tag, item });
            return Some(end);
        }
        // The tag of a key would stand where that of its map does.
        self.node(content, Place::Value, indent + 1, tag)
    }

    /// Reads a node whose further lines have at least `least` spaces before them.
    fn node(&mut self, at: usize, place: Place, least: usize, tag: Option<Tag>) -> Option<usize> {
        let column = match place {
            Place::Line(column) | Place::Item(column) => Some(column),
            Place::Value => None,
        };
        let root = least == 0;
        match self.byte(at)? {
            b'|' | b'>' if !root => self.block_scalar(at, least, tag),
            b'[' | b'{' if !root => self.flow_collection(at, least, tag),
            b'-' if self.is_dash(at) => self.list(at, column?, tag),
            b'"' | b'\'' => match self.quoted_key(at) {
                Some(key) => self.map(key, column?, tag),
                None if root => None,
                None => self.quoted_scalar(at, least, tag),
            },
            _ => {
                let line = self.plain_line(at)?;
                match line.stop {
                    Stop::Colon(_) => self.map(self.plain_key(&line)?, column?, tag),
                    _ if root => None,
                    _ => self.plain_scalar(line, least, tag),
                }
            }
        }
    }
}
