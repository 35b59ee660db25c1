//! From the bytes of a file to its text.

use std::fmt;

/// Why bytes are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotText {
    /// A byte that is not UTF-8, at this offset.
    NotUtf8(usize),
    /// A UTF-16 unit that is half a character, or half a unit, at this offset.
    NotUtf16(usize),
    /// A zero byte, as binary files have them, at this offset.
    Binary(usize),
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8(at) => write!(f, "not UTF-8 text: invalid byte at offset {at}"),
            Self::NotUtf16(at) => write!(f, "not UTF-16 text: invalid unit at offset {at}"),
            Self::Binary(at) => write!(f, "not a text file: zero byte at offset {at}"),
        }
    }
}

impl std::error::Error for NotText {}

/// The text of a file: UTF-8 as it is, its byte order mark included so that spans count the
/// file's own bytes, or UTF-16 with a byte order mark, decoded without it.
///
/// # Errors
///
/// When the bytes are neither.
pub fn decode(bytes: Vec<u8>) -> Result<String, NotText> {
    match bytes.as_slice() {
        [0xff, 0xfe, units @ ..] => return utf16(units, u16::from_le_bytes),
        [0xfe, 0xff, units @ ..] => return utf16(units, u16::from_be_bytes),
        _ => {}
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| NotText::NotUtf8(error.utf8_error().valid_up_to()))?;
    match memchr::memchr(0, text.as_bytes()) {
        Some(at) => Err(NotText::Binary(at)),
        None => Ok(text),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, NotText> {
    const MARK: usize = 2;
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    let mut at = MARK;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok('\0') => return Err(NotText::Binary(at)),
            Ok(character) => {
                text.push(character);
                at += 2 * character.len_utf16();
            }
            Err(_) => return Err(NotText::NotUtf16(at)),
        }
    }
    if rest.is_empty() { Ok(text) } else { Err(NotText::NotUtf16(at)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        let utf16 = |text: &str, mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
            let units = text.encode_utf16().flat_map(bytes);
            mark.iter().copied().chain(units).collect::<Vec<u8>>()
        };
        let text = "a: é\u{1f600}\r\n";
        let cases: [(Vec<u8>, Result<&str, NotText>); 8] = [
            (text.into(), Ok(text)),
            ("\u{feff}a".into(), Ok("\u{feff}a")),
            (utf16(text, &[0xff, 0xfe], u16::to_le_bytes), Ok(text)),
            (utf16(text, &[0xfe, 0xff], u16::to_be_bytes), Ok(text)),
            (vec![b'a', 0xe9, b'b'], Err(NotText::NotUtf8(1))),
            (vec![0xff, 0xfe, b'a', 0, b'b'], Err(NotText::NotUtf16(4))),
            (vec![0xff, 0xfe, b'a', 0, 0, 0xd8], Err(NotText::NotUtf16(4))),
            (vec![b'a', 0, b'b'], Err(NotText::Binary(1))),
        ];
        for (bytes, expected) in cases {
            assert_eq!(decode(bytes.clone()).as_deref(), expected.as_ref().copied(), "{bytes:?}");
        }
    }
}
