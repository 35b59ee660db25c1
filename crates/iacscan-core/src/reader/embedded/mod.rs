//! JSON and YAML inside strings: policies in heredocs, in `Fn::Sub`, in escaped strings.
//!
//! The string may have parts that are not known. It is read with a placeholder in their place, and
//! the strings of the result are split into segments again, their literals mapped through the
//! escapes of the embedded language and those of the surrounding one to the bytes of the file.

use std::ops::Range;

use super::value::{Lift, Typing, convert};
use super::{Documents, Limits, Problem, json, yaml};
use crate::{
    Literal, Located, OffsetMap, OffsetMapBuilder, Origin, ResourceAttribute, Segment, Span, Text,
    Unknown, Value, placeholder,
};

/// What a string holds.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// The value. Unknown where the string is not known outside of the embedded strings: as a
    /// value, that value alone; among the items of a list, the list has a gap; anywhere else, all
    /// of it.
    pub value: Located<Value>,
    /// What is wrong with it, in the places of the source.
    pub problems: Vec<Problem>,
}

/// Reads a string as JSON. `at` is where the string is written, for what has no place of its own.
#[must_use]
pub fn parse_json(text: &Text, at: Span) -> Embedded {
    let flat = Flat::new(text, at, Language::Json);
    let documents = json::read(at.source, &flat.text, &Limits::default());
    flat.finish(documents)
}

/// What keeps a value that is to be JSON in a string from being it, whatever the parts of it are that
/// are not known.
#[must_use]
pub fn no_json(value: &Located<Value>) -> Option<Problem> {
    let Value::Text(text) = &value.value else { return None };
    // What is put in there may be any text.
    let is_open = |segment: &Segment| match segment {
        Segment::Literal(literal) => is_filled_in_later(&literal.text),
        Segment::Reference { attribute, .. } => matches!(attribute, ResourceAttribute::Other(_)),
        Segment::Pseudo(_) => false,
        Segment::Import(_) | Segment::Input(_) | Segment::Unknown(_) => true,
    };
    // What an input has by default may be another where it counts.
    let is_given = |label: &str| label.starts_with("var.") || label.starts_with("parameter ");
    let is_given = value.passages().any(|passage| is_given(&passage.label));
    if text.is_empty() || is_given || text.segments().iter().any(is_open) {
        return None;
    }
    let problems = parse_json(text, value.span).problems;
    problems.into_iter().find(|problem| problem.kind.is_of_syntax())
}

/// Whether another tool puts something in before anybody reads a text as JSON.
fn is_filled_in_later(text: &str) -> bool {
    text.contains("${") || placeholder(text, 0).is_some()
}

/// Reads a string as YAML, of which the first document counts.
#[must_use]
pub fn parse_yaml(text: &Text, at: Span) -> Embedded {
    let flat = Flat::new(text, at, Language::Yaml);
    let documents = yaml::read(at.source, &flat.text, &Limits::default());
    flat.finish(documents)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Json,
    Yaml,
}

/// A text with placeholders for what is not known.
struct Flat<'t> {
    text: String,
    /// The segments in order, without gaps.
    pieces: Vec<Piece<'t>>,
    at: Span,
    /// The first segment outside of the embedded strings.
    bare: Option<Unknown>,
}

struct Piece<'t> {
    range: Range<usize>,
    segment: &'t Segment,
}

impl<'t> Flat<'t> {
    fn new(text: &'t Text, at: Span, language: Language) -> Self {
        let mut flat = Self { text: String::new(), pieces: Vec::new(), at, bare: None };
        let mut quotes = Quotes::default();
        for segment in text.segments() {
            let start = flat.text.len();
            match segment {
                Segment::Literal(literal) => {
                    flat.text.push_str(&literal.text);
                    quotes.pass(&literal.text);
                }
                // A letter inside of strings; a value where a value may stand.
                _ if language == Language::Yaml || quotes.inside => flat.text.push('x'),
                segment => {
                    flat.text.push_str("null");
                    flat.bare = flat.bare.or(Some(unknown(segment)));
                }
            }
            flat.pieces.push(Piece { range: start..flat.text.len(), segment });
        }
        flat
    }

    fn finish(&self, documents: Documents) -> Embedded {
        let broken = documents.problems.iter().any(|problem| problem.kind.is_of_syntax());
        let Some(root) = documents.documents.first().filter(|_| !broken || self.bare.is_none())
        else {
            let problems = match self.bare {
                // What is not known may well make it right.
                Some(_) => Vec::new(),
                None => self.problems(documents.problems),
            };
            let unknown = self.bare.unwrap_or(Unknown::Invalid);
            return Embedded { value: Located::new(Value::Unknown(unknown), self.at), problems };
        };
        let value = convert(root, Typing::Json, self);
        Embedded { value, problems: self.problems(documents.problems) }
    }

    fn problems(&self, problems: Vec<Problem>) -> Vec<Problem> {
        let place = |problem: Problem| Problem {
            span: self.span(problem.span),
            related: problem.related.map(|(span, text)| (self.span(span), text)),
            ..problem
        };
        problems.into_iter().map(place).collect()
    }

    /// The pieces that a range touches.
    fn pieces(&self, range: &Range<usize>) -> impl DoubleEndedIterator<Item = &Piece<'t>> {
        let first = self.pieces.partition_point(|piece| piece.range.end <= range.start);
        let behind = self.pieces.partition_point(|piece| piece.range.start < range.end);
        self.pieces.get(first..behind.max(first)).unwrap_or_default().iter()
    }

    fn holes(&self, span: Span) -> impl Iterator<Item = &Piece<'t>> {
        let range = span.range();
        let touched: Vec<_> = self.pieces(&range).collect();
        touched.into_iter().filter(|piece| !matches!(piece.segment, Segment::Literal(_)))
    }

    /// The source of the known bytes in a range.
    fn known(&self, range: &Range<usize>) -> Option<Span> {
        let source = |piece: &Piece<'_>| {
            let Segment::Literal(literal) = piece.segment else { return None };
            let start = range.start.max(piece.range.start) - piece.range.start;
            let end = range.end.min(piece.range.end) - piece.range.start;
            literal.span(start..end)
        };
        let first = self.pieces(range).find_map(source)?;
        let last = self.pieces(range).rev().find_map(source)?;
        (first.source == last.source && first.start <= last.end)
            .then_some(Span { end: last.end, ..first })
    }

    /// The source between the known bytes around a range.
    fn between(&self, range: &Range<usize>) -> Option<Span> {
        let before = self.known(&(range.start.checked_sub(1)?..range.start))?;
        let after = self.known(&(range.end..range.end + 1))?;
        (before.source == after.source && before.end <= after.start).then_some(Span {
            start: before.end,
            end: after.start,
            ..before
        })
    }
}

impl Lift for Flat<'_> {
    fn span(&self, span: Span) -> Span {
        let range = span.range();
        if range.is_empty() {
            let before = range.start.checked_sub(1).and_then(|at| self.known(&(at..range.start)));
            return before.map_or(self.at, |before| Span { start: before.end, ..before });
        }
        let starts_known = self.pieces(&range).next().is_none_or(|piece| {
            piece.range.start < range.start || matches!(piece.segment, Segment::Literal(_))
        });
        let known = if starts_known { self.known(&range) } else { self.between(&range) };
        known.unwrap_or(self.at)
    }

    fn text(&self, literal: &Literal) -> Text {
        let mut text = Text::new();
        let Some(inside) = literal.span(0..literal.text.len()).map(Span::range) else {
            return text;
        };
        for piece in self.pieces(&inside) {
            let Segment::Literal(written) = piece.segment else {
                text.push(piece.segment.clone());
                continue;
            };
            let start = decoded_at(literal, piece.range.start.max(inside.start));
            let end = decoded_at(literal, piece.range.end.min(inside.end));
            if let Some(part) = literal.slice(start..end.max(start)) {
                let origin = compose(&part, written, piece.range.start);
                text.push(Segment::Literal(Literal { text: part.text, origin }));
            }
        }
        text
    }

    fn hole(&self, span: Span) -> Option<Unknown> {
        self.holes(span).next().map(|piece| unknown(piece.segment))
    }

    fn is_hole(&self, span: Span) -> bool {
        self.holes(span).any(|piece| piece.range == span.range())
    }
}

/// Why a segment that is no literal is not known here.
const fn unknown(segment: &Segment) -> Unknown {
    match segment {
        Segment::Input(_) => Unknown::Input,
        Segment::Unknown(unknown) => *unknown,
        _ => Unknown::Unsupported,
    }
}

/// Follows the strings of a JSON text.
#[derive(Default)]
struct Quotes {
    inside: bool,
    escaped: bool,
}

impl Quotes {
    fn pass(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.inside => self.escaped = true,
                b'"' => self.inside = !self.inside,
                _ => {}
            }
        }
    }
}

/// The first decoded byte of a scalar that was written at or behind a byte of the flat text.
fn decoded_at(literal: &Literal, flat: usize) -> usize {
    match &literal.origin {
        Origin::At(_, start) => flat.saturating_sub(*start as usize).min(literal.text.len()),
        Origin::Mapped(map) => {
            let (mut low, mut high) = (0, literal.text.len());
            while low < high {
                let middle = low.midpoint(high);
                if map.to_source(middle) < flat { low = middle + 1 } else { high = middle }
            }
            low
        }
        Origin::None | Origin::ManagedPolicy(_) | Origin::InManagedPolicy(_) => 0,
    }
}

/// The origin of a part of a scalar that lies in one literal of the outer text, which starts at
/// `start` of the flat text.
fn compose(part: &Literal, written: &Literal, start: usize) -> Origin {
    if let Origin::ManagedPolicy(name) | Origin::InManagedPolicy(name) = &written.origin {
        return Origin::InManagedPolicy(name);
    }
    let inside = |flat: usize| flat.saturating_sub(start);
    let map = match &part.origin {
        Origin::None | Origin::ManagedPolicy(_) | Origin::InManagedPolicy(_) => {
            return Origin::None;
        }
        Origin::At(_, flat) => {
            let at = inside(*flat as usize);
            return written
                .slice(at..at + part.text.len())
                .map_or(Origin::None, |literal| literal.origin);
        }
        Origin::Mapped(map) => map,
    };
    let source = match &written.origin {
        Origin::None | Origin::ManagedPolicy(_) | Origin::InManagedPolicy(_) => {
            return Origin::None;
        }
        Origin::At(source, _) => *source,
        Origin::Mapped(outer) => outer.source(),
    };
    composed(map, written, OffsetMapBuilder::new(source), inside, part.text.len())
}

fn composed(
    map: &OffsetMap,
    written: &Literal,
    mut builder: OffsetMapBuilder,
    inside: impl Fn(usize) -> usize,
    length: usize,
) -> Origin {
    for run in map.runs() {
        let at = inside(run.source);
        let length = run.decoded.len();
        if run.verbatim {
            if let Some(verbatim) = written.slice(at..at + length) {
                builder.append(&verbatim.origin, length);
            }
        } else if let Some(escape) = written.span(at..at + 1) {
            builder.escape(escape.start as usize, length);
        }
    }
    let end = inside(map.span(0..length).end as usize);
    let (first, last) = (written.span(0..1), written.span(end.saturating_sub(1)..end));
    let offset = |at: u32| at as usize;
    builder.finish_origin(
        first.map_or(0, |span| offset(span.start)),
        last.map_or(0, |span| offset(span.end)),
    )
}

#[cfg(test)]
mod tests;
