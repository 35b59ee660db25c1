//! Plain and quoted scalars: folding of lines, escapes.

use std::ops::Range;

use crate::{Literal, OffsetMapBuilder, Origin, SourceId};

/// The notations whose lines fold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    Plain,
    Single,
    Double,
}

/// Decodes the scalar whose text, without quotes, is `range` of the source.
pub(super) fn decode(
    source: SourceId,
    text: &str,
    range: Range<usize>,
    notation: Notation,
) -> Literal {
    let end = range.end;
    let written = text.get(range.clone()).unwrap_or_default();
    if is_verbatim(written.as_bytes(), notation) {
        let start = u32::try_from(range.start).unwrap_or(u32::MAX);
        return Literal { text: written.into(), origin: Origin::At(source, start) };
    }
    let mut decoder = Decoder { map: OffsetMapBuilder::new(source), decoded: String::new() };
    let mut rest = written;
    while let Some(byte) = rest.bytes().next() {
        let at = end - rest.len();
        let length = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => decoder.blanks(rest, at),
            b'\'' if notation == Notation::Single => {
                decoder.verbatim("'", at);
                2
            }
            b'\\' if notation == Notation::Double => decoder.escape(rest, at),
            _ => {
                let stops = |byte: u8| match byte {
                    b' ' | b'\t' | b'\r' | b'\n' => true,
                    b'\'' => notation == Notation::Single,
                    b'\\' => notation == Notation::Double,
                    _ => false,
                };
                let length = rest.bytes().position(stops).unwrap_or(rest.len());
                decoder.verbatim(rest.get(..length).unwrap_or_default(), at);
                length
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    let origin = decoder.map.finish_origin(range.start, end);
    Literal { text: decoder.decoded.into(), origin }
}

/// Whether the text is its source byte for byte: one line, nothing escaped.
fn is_verbatim(written: &[u8], notation: Notation) -> bool {
    match notation {
        Notation::Plain => memchr::memchr2(b'\n', b'\r', written),
        Notation::Single => memchr::memchr3(b'\'', b'\n', b'\r', written),
        Notation::Double => memchr::memchr3(b'\\', b'\n', b'\r', written),
    }
    .is_none()
}

struct Decoder {
    map: OffsetMapBuilder,
    decoded: String,
}

impl Decoder {
    fn verbatim(&mut self, text: &str, at: usize) {
        self.decoded.push_str(text);
        self.map.verbatim(at, text.len());
    }

    fn replaced(&mut self, character: char, at: usize) {
        self.decoded.push(character);
        self.map.escape(at, character.len_utf8());
    }

    /// White space: as it is inside a line; one line break folds to a space, more of them to one
    /// break less.
    fn blanks(&mut self, rest: &str, at: usize) -> usize {
        let length = blank_length(rest);
        let blanks = rest.get(..length).unwrap_or_default();
        let breaks = breaks(blanks);
        match breaks.as_slice() {
            [] => self.verbatim(blanks, at),
            [only] => self.replaced(' ', at + only),
            [_, more @ ..] => self.breaks(more, at),
        }
        length
    }

    fn breaks(&mut self, breaks: &[usize], at: usize) {
        for offset in breaks {
            self.replaced('\n', at + offset);
        }
    }

    fn escape(&mut self, rest: &str, at: usize) -> usize {
        let Some(name) = rest.chars().nth(1) else {
            self.verbatim(rest, at);
            return rest.len();
        };
        if matches!(name, '\n' | '\r') {
            // The break is not there; empty lines behind it are.
            let behind = rest.get(1..).unwrap_or_default();
            let length = blank_length(behind);
            let breaks = breaks(behind.get(..length).unwrap_or_default());
            self.breaks(breaks.get(1..).unwrap_or_default(), at + 1);
            return 1 + length;
        }
        let Some((character, length)) = escaped(name, rest) else {
            let length = 1 + name.len_utf8();
            self.verbatim(rest.get(..length).unwrap_or_default(), at);
            return length;
        };
        self.replaced(character, at);
        length
    }
}

fn blank_length(text: &str) -> usize {
    text.bytes()
        .position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
        .unwrap_or(text.len())
}

/// The offsets of the line breaks; CR LF is one.
fn breaks(blanks: &str) -> Vec<usize> {
    let mut breaks = Vec::new();
    let mut after_return = false;
    for (at, byte) in blanks.bytes().enumerate() {
        if byte == b'\r' || (byte == b'\n' && !after_return) {
            breaks.push(at);
        }
        after_return = byte == b'\r';
    }
    breaks
}

/// The character of an escape and the escape's length.
fn escaped(name: char, rest: &str) -> Option<(char, usize)> {
    let character = match name {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        ' ' | '"' | '/' | '\\' => name,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return hexadecimal(rest, 2),
        'u' => return hexadecimal(rest, 4).or_else(|| surrogates(rest)),
        'U' => return hexadecimal(rest, 8),
        _ => return None,
    };
    Some((character, 1 + name.len_utf8()))
}

fn hexadecimal(rest: &str, digits: usize) -> Option<(char, usize)> {
    let number = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
    Some((char::from_u32(number)?, 2 + digits))
}

/// A surrogate pair, as JSON writes characters beyond the basic plane.
fn surrogates(rest: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = rest.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut decoded = char::decode_utf16([unit(0)?, unit(6)?]);
    let character = decoded.next()?.ok()?;
    (character.len_utf16() == 2).then_some((character, 12))
}
