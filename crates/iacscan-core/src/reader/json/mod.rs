//! Reads JSON into the located tree.
//!
//! An own reader rather than a crate's: it keeps the tree before an error and goes on behind
//! harmless ones, maps escapes byte for byte, and skips what is nested too deeply.

mod string;

use std::ops::Range;

use super::build::{Builder, Built, Placed};
use super::{Documents, Limits, Node, NodeKind, ProblemKind, Scalar, ScalarStyle, conflict};
use crate::{Literal, Located, Origin, SourceId, Str, Unknown};

/// Reads one JSON value. Comments, trailing commas and missing commas are problems that do not
/// stop it; at any other error the tree so far is kept, its unfinished collections marked.
#[must_use]
pub fn read(source: SourceId, text: &str, limits: &Limits) -> Documents {
    let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    read_from(source, text, at, limits)
}

/// Reads the JSON value at a range of a text, with its places in the text.
#[must_use]
pub fn read_part(source: SourceId, text: &str, range: Range<usize>, limits: &Limits) -> Documents {
    read_from(source, text.get(..range.end).unwrap_or_default(), range.start, limits)
}

fn read_from(source: SourceId, text: &str, at: usize, limits: &Limits) -> Documents {
    if let Some(refused) = super::too_large(source, text.get(at..).unwrap_or_default(), limits) {
        return refused;
    }
    let mut reader =
        Reader { source, text, at, builder: Builder::new(source, limits), comments: Vec::new() };
    let root = match reader.value_tree() {
        Ok(root) => root,
        Err(Stop(unknown)) => reader.builder.abandon(reader.at, unknown),
    };
    Documents::new(root.into_iter().collect(), reader.builder.problems, reader.comments)
}

struct Reader<'t, 'l> {
    source: SourceId,
    text: &'t str,
    at: usize,
    builder: Builder<'l>,
    comments: Vec<crate::Span>,
}

/// Nothing more can be read, for this reason.
struct Stop(Unknown);

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// The first item or key of a collection, or its end.
    FirstOrEnd,
    CommaOrEnd,
}

impl Reader<'_, '_> {
    fn value_tree(&mut self) -> Result<Option<Node>, Stop> {
        let mut expect = Expect::Value;
        loop {
            self.blanks()?;
            let Some(byte) = self.peek() else {
                return self.end_of_text();
            };
            if expect == Expect::CommaOrEnd {
                match byte {
                    b',' => {
                        let comma = self.at;
                        self.at += 1;
                        self.blanks()?;
                        if matches!(self.peek(), Some(b'}' | b']')) {
                            self.syntax(comma, comma + 1, "a comma behind the last item");
                        } else {
                            expect = Expect::Value;
                        }
                        continue;
                    }
                    b'}' | b']' => {}
                    _ => {
                        self.syntax(self.at, self.at, "a comma is missing before this");
                        expect = Expect::Value;
                    }
                }
            }
            let placed = match byte {
                b'}' | b']' => self.close(byte, expect)?,
                _ if self.builder.awaits_key() => {
                    self.key(byte)?;
                    expect = Expect::Value;
                    continue;
                }
                b'{' | b'[' if self.builder.fits(1) && self.builder.spend(1) => {
                    self.builder.open(byte == b'{', self.at, None, 0);
                    self.at += 1;
                    expect = Expect::FirstOrEnd;
                    continue;
                }
                _ => {
                    let node = match byte {
                        b'{' | b'[' => self.too_deep()?,
                        b'"' => self.string()?,
                        _ => self.word()?,
                    };
                    if !self.builder.spend(1) {
                        return Err(self.too_many());
                    }
                    self.builder.place(Built::leaf(node))
                }
            };
            if let Placed::Root(root) = placed {
                self.blanks()?;
                if self.at < self.text.len() {
                    let at = self.at;
                    self.syntax(
                        at,
                        self.text.len().min(at + 1),
                        "text behind the end of the JSON value",
                    );
                }
                return Ok(Some(root));
            }
            expect = Expect::CommaOrEnd;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn syntax(&mut self, start: usize, end: usize, message: impl Into<String>) {
        if self.is_conflict(start) {
            // Nothing is read behind the first.
            if !self.builder.problems.iter().any(|it| it.kind == ProblemKind::Conflict) {
                let problem = conflict::problem(self.source, self.text, &[start]);
                problem.into_iter().for_each(|problem| self.builder.problem(problem));
            }
            return;
        }
        let span = self.builder.span(start, end);
        self.builder.report(ProblemKind::Syntax, span, message);
    }

    /// Whether the marker of a merge stands here.
    fn is_conflict(&self, at: usize) -> bool {
        let (before, rest) = self.text.split_at_checked(at).unwrap_or_default();
        (before.is_empty() || before.ends_with('\n')) && conflict::marker(rest).is_some()
    }

    /// Reports an error that nothing can be read behind.
    fn stop(&mut self, start: usize, end: usize, message: impl Into<String>) -> Stop {
        self.syntax(start, end, message);
        Stop(Unknown::Unread)
    }

    fn too_many(&mut self) -> Stop {
        let span = self.builder.span(self.at, self.at);
        self.builder.report(ProblemKind::Limit, span, "the file has more nodes than are read");
        Stop(Unknown::Limit)
    }

    fn end_of_text(&mut self) -> Result<Option<Node>, Stop> {
        if self.builder.depth() == 0 {
            self.syntax(self.at, self.at, "a JSON value is missing");
            return Ok(None);
        }
        let open = self.builder.innermost(|_| true).unwrap_or_default();
        let opener = self.text.get(open..=open).unwrap_or_default();
        let line = self.text.get(..open).unwrap_or_default().matches('\n').count() + 1;
        let message = format!("the file ends before the `{opener}` of line {line} is closed");
        Err(self.stop(self.at, self.at, message))
    }

    /// Skips white space, and comments with a problem each.
    fn blanks(&mut self) -> Result<(), Stop> {
        loop {
            let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
            self.at += self.rest().iter().take_while(blank).count();
            let rest = self.rest();
            let length = if rest.starts_with(b"//") {
                memchr::memchr(b'\n', rest).unwrap_or(rest.len())
            } else if rest.starts_with(b"/*") {
                let Some(end) = memchr::memmem::find(rest, b"*/") else {
                    return Err(self.stop(self.at, self.at + 2, "a comment without end"));
                };
                end + 2
            } else {
                return Ok(());
            };
            let end = self.at + length;
            self.comments.push(self.builder.span(self.at, end));
            self.syntax(self.at, end, "JSON has no comments");
            self.at = end;
        }
    }

    fn key(&mut self, byte: u8) -> Result<(), Stop> {
        if byte != b'"' {
            let end = self.character_end();
            return Err(self.stop(self.at, end, "a key in double quotes is missing here"));
        }
        let start = self.at;
        let literal = self.quoted()?;
        let span = self.builder.span(start, self.at);
        self.blanks()?;
        if self.peek() != Some(b':') {
            let end = self.character_end();
            return Err(self.stop(self.at, end, "a `:` is missing behind the key"));
        }
        self.at += 1;
        self.builder.key(Located::new(literal.text, span));
        Ok(())
    }

    fn close(&mut self, byte: u8, expect: Expect) -> Result<Placed, Stop> {
        let fits = match byte {
            b'}' => self.builder.in_map(),
            _ => self.builder.in_list(),
        };
        if !fits || expect == Expect::Value {
            let message = match expect {
                Expect::Value => "a value is missing here",
                _ => "this bracket closes nothing",
            };
            return Err(self.stop(self.at, self.at + 1, message));
        }
        self.at += 1;
        let Some((built, _)) = self.builder.close(self.at) else {
            return Err(Stop(Unknown::Unread));
        };
        Ok(self.builder.place(built))
    }

    /// Skips a list or map that is nested too deeply.
    fn too_deep(&mut self) -> Result<Node, Stop> {
        let start = self.at;
        if self.builder.fits(1) {
            return Err(self.too_many());
        }
        let span = self.builder.span(start, start + 1);
        self.builder.report(ProblemKind::Limit, span, "nested more deeply than is read");
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.at = string::end(self.text, self.at).unwrap_or(self.text.len());
                    continue;
                }
                b'{' | b'[' => open += 1,
                b'}' | b']' => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Ok(Node::unread(Unknown::Limit, self.builder.span(start, self.at)));
            }
        }
        Err(Stop(Unknown::Limit))
    }

    fn string(&mut self) -> Result<Node, Stop> {
        let start = self.at;
        let literal = self.quoted()?;
        let span = self.builder.span(start, self.at);
        let scalar = Scalar { literal, style: ScalarStyle::Quoted };
        Ok(Node::new(NodeKind::Scalar(scalar), span))
    }

    /// A string, from one quote behind the other.
    fn quoted(&mut self) -> Result<Literal, Stop> {
        let start = self.at;
        let Some(end) = string::end(self.text, start) else {
            let stop = self.stop(start, start + 1, "a string without end");
            self.at = self.text.len();
            return Err(stop);
        };
        self.at = end;
        let (literal, faults) = string::decode(self.source, self.text, start + 1, end - 1);
        for (range, message) in faults {
            self.syntax(range.start, range.end, message);
        }
        Ok(literal)
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Result<Node, Stop> {
        let start = self.at;
        let ends = |byte: &u8| {
            matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' | b'"' | b'/')
                || matches!(byte, b'{' | b'}' | b'[' | b']')
        };
        let length = self.rest().iter().position(ends).unwrap_or(self.rest().len());
        let end = (start + length).max(self.character_end());
        let word = self.text.get(start..end).unwrap_or_default();
        let literal = matches!(word, "true" | "false" | "null");
        if !literal && !is_number(word) {
            if word.bytes().next().is_some_and(|byte| byte == b'-' || byte.is_ascii_digit()) {
                self.syntax(start, end, "not a number as JSON writes them");
            } else {
                return Err(self.stop(start, end, "not a JSON value"));
            }
        }
        self.at = end;
        let origin = Origin::At(self.source, u32::try_from(start).unwrap_or(u32::MAX));
        let literal = Literal { text: Str::from(word), origin };
        let scalar = Scalar { literal, style: ScalarStyle::Plain };
        Ok(Node::new(NodeKind::Scalar(scalar), self.builder.span(start, end)))
    }

    /// The offset behind the character here.
    fn character_end(&self) -> usize {
        let character = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        self.at + character.map_or(0, char::len_utf8)
    }
}

/// Whether JSON's grammar has this number.
pub(super) fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let word = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) =
        word.split_once(['e', 'E']).map_or((word, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) =
        mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent
            .is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests;
