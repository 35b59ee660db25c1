//! A JSON text read as a stream, of which only the members that are asked for are kept.
//!
//! What is kept is a JSON text again, and the cuts say where something was left out, so that places
//! in it are places in the file. The nesting of what is left out costs nothing.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

use iacscan_core::{Cut, Str};

/// Bytes read at a time.
const CHUNK: usize = 64 << 10;
/// Bytes kept of one text.
const MOST_KEPT: usize = 512 << 20;

/// What stopped the reading, as the end of a sentence.
pub(super) type Stopped = String;

/// The text that was kept.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) text: String,
    pub(super) cuts: Vec<Cut>,
}

/// Where what is read goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sink {
    Kept,
    Cut,
    /// Decided once the key of the member is known.
    Pending,
}

/// Where the next byte of a collection stands that is not looked into.
#[derive(Clone, Copy)]
enum Inside {
    Collection,
    String,
    Escape,
}

/// A text being read.
pub(super) struct Stream<R> {
    input: R,
    chunk: Vec<u8>,
    /// The bytes of the chunk that are not read yet.
    ahead: Range<usize>,
    sink: Sink,
    kept: Vec<u8>,
    cuts: Vec<Cut>,
    /// From the comma before a member to its value.
    pending: Vec<u8>,
    /// The bytes of `pending` up to a comma that separates the member from none that was kept.
    separator: usize,
    /// Whether the last member was kept.
    was_kept: bool,
    /// Line breaks read so far, and characters behind the last of them.
    line: usize,
    column: usize,
}

impl<R: Read> Stream<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            chunk: vec![0; CHUNK],
            ahead: 0..0,
            sink: Sink::Kept,
            kept: Vec::new(),
            cuts: Vec::new(),
            pending: Vec::new(),
            separator: 0,
            was_kept: false,
            line: 0,
            column: 0,
        }
    }

    /// What was kept, once nothing but blanks is left.
    pub(super) fn finish(mut self) -> Result<Kept, Stopped> {
        if self.next_token()?.is_some() {
            return Err(self.stopped("there is text behind its end"));
        }
        self.kept.shrink_to_fit();
        let text =
            String::from_utf8(self.kept).map_err(|_| "it is not text in UTF-8".to_owned())?;
        Ok(Kept { text, cuts: self.cuts })
    }

    /// Reads an object, or nothing where a `null` stands: `member` is told each key and must read
    /// its value.
    pub(super) fn object(
        &mut self,
        member: &mut dyn FnMut(&mut Self, &str) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        self.settle(true);
        match self.next_token()? {
            Some(b'{') => self.advance(1)?,
            _ => return self.null("an object"),
        }
        let mut kept_any = false;
        let mut first = true;
        loop {
            self.sink = Sink::Pending;
            match self.next_token()? {
                Some(b'}') => break,
                Some(b',') if !first => {
                    self.advance(1)?;
                    self.separator = if kept_any { 0 } else { self.pending.len() };
                    self.next_token()?;
                }
                Some(b'"') if first => {}
                _ => return Err(self.unexpected()),
            }
            let key = self.string()?;
            if self.next_token()? != Some(b':') {
                return Err(self.unexpected());
            }
            self.advance(1)?;
            self.next_token()?;
            member(self, &key)?;
            kept_any |= self.was_kept;
            first = false;
        }
        self.close()
    }

    /// Reads a list, or nothing where a `null` stands: `item` must read each item, all are kept.
    pub(super) fn list(
        &mut self,
        item: &mut dyn FnMut(&mut Self) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        self.settle(true);
        match self.next_token()? {
            Some(b'[') => self.advance(1)?,
            _ => return self.null("a list"),
        }
        let mut first = true;
        loop {
            match self.next_token()? {
                Some(b']') => break,
                Some(b',') if !first => {
                    self.advance(1)?;
                    self.next_token()?;
                }
                Some(_) if first => {}
                _ => return Err(self.unexpected()),
            }
            item(self)?;
            first = false;
        }
        self.close()
    }

    /// Leaves a value out, with its key.
    pub(super) fn skip(&mut self) -> Result<(), Stopped> {
        self.settle(false);
        self.value()?;
        self.sink = Sink::Kept;
        Ok(())
    }

    /// Keeps a value as it is and says where.
    pub(super) fn keep(&mut self) -> Result<Range<usize>, Stopped> {
        self.settle(true);
        self.next_token()?;
        let start = self.kept.len();
        self.value()?;
        Ok(start..self.kept.len())
    }

    /// Keeps a string and says what it is and where; of another value nothing is said.
    pub(super) fn text(&mut self) -> Result<(Str, Range<usize>), Stopped> {
        let range = self.keep()?;
        let raw = self.kept.get(range.clone()).unwrap_or_default();
        let text: Cow<'_, str> = serde_json::from_slice(raw).unwrap_or_default();
        Ok((text.into(), range))
    }

    /// Decides about the key that was read: whether its member is kept.
    fn settle(&mut self, keep: bool) {
        let pending = std::mem::take(&mut self.pending);
        let (separator, rest) = pending.split_at(self.separator.min(pending.len()));
        if keep {
            self.cut(separator);
            self.kept.extend_from_slice(rest);
        } else {
            self.cut(&pending);
        }
        self.sink = if keep { Sink::Kept } else { Sink::Cut };
        self.was_kept = keep;
        self.separator = 0;
        self.pending = pending;
        self.pending.clear();
    }

    /// Closes a collection that is kept.
    fn close(&mut self) -> Result<(), Stopped> {
        // What stands between the last member and the bracket.
        self.settle(true);
        self.advance(1)
    }

    fn null(&mut self, expected: &str) -> Result<(), Stopped> {
        let range = self.keep()?;
        match self.kept.get(range) {
            Some(b"null") => Ok(()),
            _ => Err(self.stopped(&format!("{expected} is missing there"))),
        }
    }

    /// Reads one value of any kind.
    fn value(&mut self) -> Result<(), Stopped> {
        match self.next_token()? {
            Some(b'"') => self.quoted(),
            Some(b'{' | b'[') => self.nested(),
            Some(b'}' | b']' | b',' | b':') | None => Err(self.unexpected()),
            Some(_) => loop {
                let rest = self.rest();
                let ends = |byte: &u8| {
                    matches!(byte, b',' | b'}' | b']' | b':' | b' ' | b'\n' | b'\r' | b'\t')
                };
                let length = rest.iter().position(ends).unwrap_or(rest.len());
                let is_end = length < rest.len();
                self.advance(length)?;
                if is_end || !self.fill()? {
                    return Ok(());
                }
            },
        }
    }

    /// Reads a collection without looking at what is in it, a chunk at a time: most of a plan is
    /// left out.
    fn nested(&mut self) -> Result<(), Stopped> {
        let mut open = 0_usize;
        let mut inside = Inside::Collection;
        loop {
            let mut length = 0;
            while let Some((byte, behind)) = self.rest().get(length..).and_then(<[u8]>::split_first)
            {
                length += 1;
                inside = match (inside, byte) {
                    (Inside::Escape, _) | (Inside::Collection, b'"') => Inside::String,
                    (Inside::String, b'\\') => Inside::Escape,
                    (Inside::Collection, b'{' | b'[') => {
                        open += 1;
                        Inside::Collection
                    }
                    (Inside::Collection, b'}' | b']') => {
                        open -= 1;
                        if open == 0 {
                            return self.advance(length);
                        }
                        Inside::Collection
                    }
                    (Inside::String, b'"') | (Inside::Collection, _) => Inside::Collection,
                    (Inside::String, _) => {
                        let plain = memchr::memchr2(b'"', b'\\', behind);
                        length += plain.unwrap_or(behind.len());
                        Inside::String
                    }
                };
            }
            self.advance(length)?;
            if !self.fill()? {
                return Err(self.unexpected());
            }
        }
    }

    /// Reads a string.
    fn quoted(&mut self) -> Result<(), Stopped> {
        self.advance(1)?;
        loop {
            if !self.fill()? {
                return Err(self.unexpected());
            }
            let rest = self.rest();
            let Some(at) = memchr::memchr2(b'"', b'\\', rest) else {
                self.advance(rest.len())?;
                continue;
            };
            let ends = rest.get(at) == Some(&b'"');
            self.advance(at + 1)?;
            if ends {
                return Ok(());
            }
            // The escaped byte is never the quote that ends the string.
            if !self.fill()? {
                return Err(self.unexpected());
            }
            self.advance(1)?;
        }
    }

    /// Reads a key, which is pending.
    fn string(&mut self) -> Result<String, Stopped> {
        let start = self.pending.len();
        if self.peek() != Some(b'"') {
            return Err(self.unexpected());
        }
        self.quoted()?;
        let raw = self.pending.get(start..).unwrap_or_default();
        serde_json::from_slice(raw).map_err(|_| self.stopped("a key is no string there"))
    }

    /// The first byte behind blanks.
    fn next_token(&mut self) -> Result<Option<u8>, Stopped> {
        loop {
            let rest = self.rest();
            let blank = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
            let length = rest.iter().take_while(blank).count();
            let found = rest.get(length).copied();
            self.advance(length)?;
            if found.is_some() {
                return Ok(found);
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    fn rest(&self) -> &[u8] {
        self.chunk.get(self.ahead.clone()).unwrap_or_default()
    }

    /// Reads on when nothing is ahead; whether something is.
    fn fill(&mut self) -> Result<bool, Stopped> {
        if self.ahead.is_empty() {
            let count = loop {
                match self.input.read(&mut self.chunk) {
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(format!("it cannot be read: {error}")),
                    Ok(count) => break count,
                }
            };
            self.ahead = 0..count;
        }
        Ok(!self.ahead.is_empty())
    }

    /// Goes on behind bytes that are ahead.
    fn advance(&mut self, count: usize) -> Result<(), Stopped> {
        let start = self.ahead.start;
        let passed = self.chunk.get(start..start + count).unwrap_or_default();
        let measured = measure(passed);
        match self.sink {
            Sink::Kept => self.kept.extend_from_slice(passed),
            Sink::Pending => self.pending.extend_from_slice(passed),
            Sink::Cut => add(&mut self.cuts, self.kept.len(), measured),
        }
        let (lines, characters) = measured;
        self.line += lines;
        self.column = if lines == 0 { self.column + characters } else { characters };
        self.ahead.start += count;
        if self.kept.len() > MOST_KEPT {
            return Err(format!("more than {MOST_KEPT} bytes of it would have to be kept"));
        }
        Ok(())
    }

    fn cut(&mut self, bytes: &[u8]) {
        add(&mut self.cuts, self.kept.len(), measure(bytes));
    }

    fn unexpected(&self) -> Stopped {
        let what = if self.peek().is_none() { "it ends too early" } else { "it is no valid JSON" };
        self.stopped(what)
    }

    fn stopped(&self, what: &str) -> Stopped {
        format!("{what}, at line {} column {}", self.line + 1, self.column + 1)
    }
}

/// Adds line breaks, and the characters behind the last of them, to what is left out behind `at`
/// bytes of what is kept.
fn add(cuts: &mut Vec<Cut>, at: usize, (lines, characters): (usize, usize)) {
    if lines == 0 && characters == 0 {
        return;
    }
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    match cuts.last_mut() {
        Some(cut) if cut.at == offset(at) => {
            let before = if lines == 0 { cut.characters } else { 0 };
            cut.characters = before.saturating_add(offset(characters));
            cut.lines = cut.lines.saturating_add(offset(lines));
        }
        _ => {
            cuts.push(Cut { at: offset(at), lines: offset(lines), characters: offset(characters) });
        }
    }
}

/// The line breaks in a piece of a text, and the characters that start behind the last of them.
fn measure(bytes: &[u8]) -> (usize, usize) {
    let last = memchr::memrchr(b'\n', bytes);
    let lines = last.map_or(0, |last| {
        1 + memchr::memchr_iter(b'\n', bytes.get(..last).unwrap_or_default()).count()
    });
    let tail = bytes.get(last.map_or(0, |last| last + 1)..).unwrap_or_default();
    (lines, tail.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps the members `keep` and `list` of every object.
    fn read(text: &str) -> Result<Kept, Stopped> {
        fn member(stream: &mut Stream<&[u8]>, key: &str) -> Result<(), Stopped> {
            match key {
                "in" => stream.object(&mut member),
                "list" => stream.list(&mut |stream| stream.object(&mut member)),
                "keep" => stream.keep().map(drop),
                _ => stream.skip(),
            }
        }
        let mut stream = Stream::new(text.as_bytes());
        stream.object(&mut member)?;
        stream.finish()
    }

    #[test]
    fn what_is_kept_is_json_again() {
        for (text, kept) in [
            (r#"{"keep": "a\"}", "x": [{"y": "]"}], "keep": 2}"#, r#"{"keep": "a\"}", "keep": 2}"#),
            (r#"{"x": 1 , "keep":true}"#, r#"{ "keep":true}"#),
            (r#"{"x": 1, "y": {}}"#, "{}"),
            (r#"{"x": 1, "in": {"y": 2, "keep": 3, "z": 4}, "u": 5}"#, r#"{ "in": { "keep": 3}}"#),
            (
                r#"{"list": [{"keep": 1, "x": 1}, {"x": 2}, {}], "in": null}"#,
                r#"{"list": [{"keep": 1}, {}, {}], "in": null}"#,
            ),
            ("{\n \"x\": 1,\n \"keep\": 2\n}\n", "{\n \"keep\": 2\n}\n"),
        ] {
            assert_eq!(read(text).unwrap().text, kept, "{text}");
        }
    }

    #[test]
    fn places_in_what_is_kept_are_places_in_the_file() {
        let text = "{\"x\": \"ü\", \"keep\": [1],\n \"y\": {\n\"a\": 1},   \"keep\": 2, \"z\": 1}";
        let kept = read(text).unwrap();
        let part = iacscan_core::LineIndex::with_cuts(&kept.text, &kept.cuts);
        let whole = iacscan_core::LineIndex::new(text);
        for value in ["[1]", "2"] {
            let offset = |text: &str| u32::try_from(text.find(value).unwrap()).unwrap();
            let place = part.line_column(&kept.text, offset(&kept.text));
            assert_eq!(place, whole.line_column(text, offset(text)), "{value}");
        }
    }

    #[test]
    fn an_error_has_a_place() {
        for (text, error) in [
            ("{\"keep\": [1,\n", "it ends too early, at line 2 column 1"),
            ("{\"x\": \"ab", "it ends too early, at line 1 column 10"),
            ("[1]", "an object is missing there, at line 1 column 4"),
            ("{\"in\": \"x\"}", "an object is missing there, at line 1 column 11"),
            ("{\"x\" 1}", "it is no valid JSON, at line 1 column 6"),
            ("{} {}", "there is text behind its end, at line 1 column 4"),
            ("{\"x\": 1,}", "it is no valid JSON, at line 1 column 9"),
        ] {
            assert_eq!(read(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn what_is_left_out_may_end_a_chunk_anywhere() {
        let behind = r#""a\\\"]}\\", {"b": "["}]"#;
        for padding in CHUNK - behind.len() - 8..CHUNK {
            let text = format!("{{\"x\":[{}{behind}, \"keep\": 1}}", " ".repeat(padding));
            assert_eq!(read(&text).unwrap().text, "{ \"keep\": 1}", "{padding}");
        }
    }

    #[test]
    fn nesting_that_is_left_out_costs_nothing() {
        let text =
            format!("{{\"x\": {}{}, \"keep\": 1}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read(&text).unwrap().text, "{ \"keep\": 1}");
    }
}
