//! Literal (`|`) and folded (`>`) block scalars.

use std::ops::Range;

use crate::{Literal, OffsetMapBuilder, SourceId};

/// Where a block scalar lies and how its header says to read it.
pub(super) struct Block {
    /// Offset of the `|` or `>`.
    pub(super) start: usize,
    /// Offset behind the last line that is not empty.
    pub(super) end: usize,
    lines: Vec<Line>,
    /// Empty lines behind the last other one.
    trailing: Vec<Line>,
    folded: bool,
    chomping: Chomping,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

/// One line without its indentation and its break.
struct Line {
    text: Range<usize>,
    /// The bytes of the break; none at the end of the file.
    line_break: usize,
}

impl Block {
    /// The block scalar whose indicator is at `start` and whose lines end at `end`. When all lines
    /// are blank there is no `indent`, and only the text that the parser decoded tells it.
    pub(super) fn find(
        text: &str,
        start: usize,
        end: usize,
        indent: Option<usize>,
        decoded: &str,
    ) -> Self {
        let bytes = text.as_bytes();
        let header_end = start + line_length(text, start);
        let header = text.get(start..header_end).unwrap_or_default();
        let header = header.split([' ', '\t', '#']).next().unwrap_or_default();
        let chomping = if header.contains('-') {
            Chomping::Strip
        } else if header.contains('+') {
            Chomping::Keep
        } else {
            Chomping::Clip
        };
        let mut at = header_end + break_length(text, header_end);
        let mut lines: Vec<Line> = Vec::new();
        while at < end {
            let line_end = (at + line_length(text, at)).min(end);
            let spaces = text.get(at..line_end).unwrap_or_default();
            let spaces = spaces.bytes().take_while(|byte| *byte == b' ').count();
            let text_start = at + spaces.min(indent.unwrap_or(0));
            let line_break = break_length(text, line_end).min(end - line_end);
            lines.push(Line { text: text_start..line_end, line_break });
            at = line_end + line_break;
        }
        if indent.is_none() {
            let longest = lines.iter().map(|line| line.text.len()).max().unwrap_or(0);
            let indent = longest - decoded.lines().map(str::len).max().unwrap_or(0).min(longest);
            for line in &mut lines {
                line.text.start += indent.min(line.text.len());
            }
        }
        let full = lines.iter().rposition(|line| !line.text.is_empty()).map_or(0, |last| last + 1);
        let trailing = lines.split_off(full);
        Self {
            start,
            end: lines.last().map_or(header_end, |line| line.text.end),
            lines,
            trailing,
            folded: bytes.get(start) == Some(&b'>'),
            chomping,
        }
    }

    /// The text, with the source of each of its bytes.
    pub(super) fn decode(&self, source: SourceId, text: &str) -> Literal {
        let mut decoded = String::new();
        let mut map = OffsetMapBuilder::new(source);
        let break_at = |decoded: &mut String, map: &mut OffsetMapBuilder, line: &Line| {
            decoded.push('\n');
            // A break of one byte is the newline itself.
            if line.line_break == 1 && text.as_bytes().get(line.text.end) == Some(&b'\n') {
                map.verbatim(line.text.end, 1);
            } else {
                map.escape(line.text.end, 1);
            }
        };
        let spaced =
            |line: &Line| matches!(text.as_bytes().get(line.text.start), Some(b' ' | b'\t'));
        let mut previous: Option<usize> = None;
        for (index, line) in self.lines.iter().enumerate() {
            if line.text.is_empty() {
                continue;
            }
            let between = self.lines.get(previous.unwrap_or(0)..index).unwrap_or_default();
            let folds = self.folded
                && previous
                    .and_then(|previous| self.lines.get(previous))
                    .is_some_and(|previous| !spaced(previous) && !spaced(line));
            match between {
                [only] if folds => {
                    decoded.push(' ');
                    map.escape(only.text.end, 1);
                }
                [_, more @ ..] if folds => {
                    more.iter().for_each(|line| break_at(&mut decoded, &mut map, line));
                }
                all => all.iter().for_each(|line| break_at(&mut decoded, &mut map, line)),
            }
            decoded.push_str(text.get(line.text.clone()).unwrap_or_default());
            map.verbatim(line.text.start, line.text.len());
            previous = Some(index);
        }
        let last = self.lines.last().filter(|_| self.chomping != Chomping::Strip);
        let kept = self
            .trailing
            .iter()
            .filter(|line| self.chomping == Chomping::Keep && line.line_break > 0);
        for line in last.into_iter().chain(kept) {
            break_at(&mut decoded, &mut map, line);
        }
        let first = self.lines.first().map_or(self.end, |line| line.text.start);
        let end = self.lines.last().map_or(self.end, |line| line.text.end + line.line_break);
        Literal { text: decoded.into(), origin: map.finish_origin(first, end) }
    }
}

fn line_length(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
}

fn break_length(text: &str, at: usize) -> usize {
    match text.as_bytes().get(at..).unwrap_or_default() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}
