//! What the parser's errors mean: read over, left out, or the end of the document.

use granit_parser::{ErrorKind, ScanError};

use super::events::Reader;
use super::lost::{self, Lost, OpenMap};
use super::recover::{self, ReadOver};
use super::wording::{self, Place};
use crate::reader::build::Built;
use crate::reader::{Node, Problem, ProblemKind};
use crate::{Span, Unknown};

impl Reader<'_, '_> {
    /// What to read over: the inside of a quoted scalar with lines that are not indented, a dash
    /// that is a plain scalar in a flow collection (`[-, x]`), or a comment right behind a value
    /// (`"x"# why`). Other readers accept all three.
    pub(super) fn acceptable(&self, error: &ScanError) -> Option<ReadOver> {
        let at = error.marker().byte_offset()?;
        match error.kind() {
            ErrorKind::InvalidQuotedScalarIndent => {
                recover::quoted_inside(self.text, self.last_end, at).map(ReadOver::Text)
            }
            ErrorKind::PlainScalarStartsWithDashFlowIndicator => Some(ReadOver::Text(at..at + 1)),
            ErrorKind::CommentNotSeparated => {
                recover::comment(self.text, at).map(ReadOver::Comment)
            }
            _ => None,
        }
    }

    /// What to leave out to go on behind an error.
    pub(super) fn lost(&self, error: &ScanError) -> Option<Lost> {
        let at = self.place_of(error);
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            return None;
        }
        let flow = |start: usize| matches!(self.text.as_bytes().get(start), Some(b'{' | b'['));
        let (maps, in_flow) = self.builder.open_maps(flow);
        let mut maps: Vec<OpenMap> =
            maps.into_iter().map(|(start, key)| OpenMap { start, key }).collect();
        if is_of_tab(error) {
            // Which of the inner maps its line belongs to cannot be told.
            maps.truncate(2);
        }
        // The search for a template engine's marks comes last: it reads the whole text.
        let lost = lost::around(self.text, at, &maps, in_flow);
        let lost = lost.map(|lost| match maps.last() {
            Some(map) if is_of_tab(error) => Lost { map: Some(map.start), ..lost },
            _ => lost,
        });
        lost.filter(|_| recover::templating(self.text, &[at]).is_none())
    }

    fn place_of(&self, error: &ScanError) -> usize {
        match error.kind() {
            // Where the quote opens, not where the parser gave up.
            ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => {
                recover::value_start(self.text, self.last_end)
            }
            _ => {
                let at = error.marker().byte_offset().unwrap_or(self.last_end);
                let at = at.min(self.text.len());
                Some(error)
                    .filter(|error| is_of_tab(error))
                    .map_or(at, |_| lost::tab(self.text, at))
            }
        }
    }

    /// The word at an error, or the character.
    fn word(&self, error: &ScanError) -> Span {
        let at = self.place_of(error);
        let rest = self.text.get(at..).unwrap_or_default();
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let one = rest.chars().next().map_or(0, char::len_utf8);
        let length = if word == 0 && rest.starts_with(['\n', '\r']) { 0 } else { word.max(one) };
        self.builder.span(at, at + length)
    }

    pub(super) fn syntax(&self, error: &ScanError) -> Problem {
        let message = match self.two_tags(error) {
            Some((short, value)) => format!(
                "not valid YAML: a value has one tag; write `{}: {value}` in place of `!{short} \
                 {value}`",
                match short {
                    "Ref" | "Condition" => short.to_owned(),
                    _ => format!("Fn::{short}"),
                }
            ),
            None if is_of_tab(error) => {
                "not valid YAML: a tab indents this line; indent by spaces".to_owned()
            }
            None => {
                let said = wording::plain(error.kind(), &self.known_of(error));
                format!("not valid YAML: {}", said.unwrap_or_else(|| error.info().to_owned()))
            }
        };
        Problem::new(ProblemKind::Syntax, self.word(error), message)
    }

    /// What is known of the place of an error.
    fn known_of(&self, error: &ScanError) -> Place<'_> {
        let is_flow = |start: usize| matches!(self.text.as_bytes().get(start), Some(b'{' | b'['));
        let (maps, _) = self.builder.open_maps(is_flow);
        let key = maps.last().and_then(|(_, key)| {
            let range = key.range();
            Some((self.text.get(range.clone())?, range.start))
        });
        let opener = self.builder.innermost(is_flow);
        Place { text: self.text, at: self.place_of(error), key, opener }
    }

    /// The tag in front of another one at which an error is, and what that other one begins:
    /// `GetAZs` and `!Ref X`.
    fn two_tags(&self, error: &ScanError) -> Option<(&str, &str)> {
        let at = self.place_of(error);
        let (before, second) = self.text.split_at_checked(at)?;
        let behind_mark = second.strip_prefix('!')?;
        let first = before.trim_end_matches(' ');
        let start = first.bytes().rposition(|byte| !byte.is_ascii_alphanumeric())?;
        let short = first.get(start..)?.strip_prefix('!')?;
        let is_two = first.len() < at
            && !short.is_empty()
            && behind_mark.starts_with(|c: char| c.is_ascii_alphabetic());
        let value = second.lines().next()?.split(" #").next()?.trim();
        is_two.then_some((short, value))
    }

    pub(super) fn error(&mut self, error: &ScanError) {
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            self.limit(self.word(error), "nested more deeply than is read");
            self.abandon(Unknown::Limit);
        } else {
            self.builder.problem(self.syntax(error));
            self.abandon(Unknown::Unread);
        }
    }

    /// Ends the document here.
    pub(super) fn abandon(&mut self, unknown: Unknown) {
        let unfinished = self.builder.abandon(self.last_end, unknown);
        self.documents.extend(self.root.take().or(unfinished));
    }

    /// Puts an unread node where a value is left out.
    pub(super) fn left_out(&mut self, lost: &Lost) {
        let written = self.text.get(lost.range.clone()).unwrap_or_default();
        let start = lost.range.end - written.trim_start().len();
        let end = lost.range.start + written.trim_end().len();
        let span = self.builder.span(start, end);
        self.last_end = self.last_end.max(end);
        self.place(Built::leaf(Node::unread(Unknown::Invalid, span)), 0);
    }
}

/// Whether a tab stands where spaces have to.
fn is_of_tab(error: &ScanError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInPlainScalar
    )
}
