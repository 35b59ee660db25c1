//! JSON strings and their escapes.

use std::ops::Range;

use crate::{Literal, OffsetMapBuilder, Origin, SourceId, Str};

/// The offset behind the closing quote of the string that opens at `start`.
pub(super) fn end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    loop {
        let found = at + memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        match bytes.get(found) {
            Some(b'"') => return Some(found + 1),
            // The escaped byte is never the quote that ends the string.
            _ => at = found + 2,
        }
    }
}

/// Something JSON does not allow in a string: where, and what.
pub(super) type Fault = (Range<usize>, &'static str);

/// Decodes what stands between the quotes. Wrong escapes stay as they are written.
pub(super) fn decode(
    source: SourceId,
    text: &str,
    start: usize,
    end: usize,
) -> (Literal, Vec<Fault>) {
    let raw = text.get(start..end).unwrap_or_default();
    let mut faults = Vec::new();
    for (at, byte) in raw.bytes().enumerate() {
        if byte < b' ' && faults.len() < 3 {
            faults.push((
                start + at..start + at + 1,
                "a line break, tab or other control character in a string",
            ));
        }
    }
    if memchr::memchr(b'\\', raw.as_bytes()).is_none() {
        let origin = Origin::At(source, u32::try_from(start).unwrap_or(u32::MAX));
        return (Literal { text: Str::from(raw), origin }, faults);
    }
    let mut decoded = String::with_capacity(raw.len());
    let mut map = OffsetMapBuilder::new(source);
    let mut rest = raw;
    while !rest.is_empty() {
        let at = end - rest.len();
        let plain = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
        if let Some(verbatim) = rest.get(..plain).filter(|verbatim| !verbatim.is_empty()) {
            decoded.push_str(verbatim);
            map.verbatim(at, plain);
            rest = rest.get(plain..).unwrap_or_default();
            continue;
        }
        match escape(rest) {
            Some((character, length)) => {
                decoded.push(character);
                map.escape(at, character.len_utf8());
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                let length = 1 + rest.chars().nth(1).map_or(0, char::len_utf8);
                faults.push((at..at + length, "an escape that JSON does not have"));
                decoded.push_str(rest.get(..length).unwrap_or_default());
                map.verbatim(at, length);
                rest = rest.get(length..).unwrap_or_default();
            }
        }
    }
    let origin = Origin::Mapped(map.finish(end).shared());
    (Literal { text: decoded.into(), origin }, faults)
}

/// The character that the escape at the start of `rest` stands for, and the escape's length. Half
/// of a surrogate pair stands for U+FFFD.
fn escape(rest: &str) -> Option<(char, usize)> {
    let character = match rest.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let high = unit(rest)?;
            if let Some(character) = char::from_u32(high) {
                return Some((character, 6));
            }
            let low = rest.get(6..).and_then(unit);
            let pair = low.filter(|low| high < 0xdc00 && (0xdc00..0xe000).contains(low));
            let Some(low) = pair else { return Some((char::REPLACEMENT_CHARACTER, 6)) };
            let combined = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            return Some((char::from_u32(combined)?, 12));
        }
        _ => return None,
    };
    Some((character, 2))
}

/// The UTF-16 unit of a `\uXXXX` at the start of `rest`.
fn unit(rest: &str) -> Option<u32> {
    let digits = rest.strip_prefix("\\u")?.get(..4)?;
    let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    hexadecimal.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}
