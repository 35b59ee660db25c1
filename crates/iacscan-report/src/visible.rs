//! Scanned text made harmless: what would steer a terminal or reorder a line becomes visible.

use std::borrow::Cow;

/// The character that shows a hostile one; `None` for characters that are safe to print.
///
/// Hostile are control characters (the C1 range holds one-byte forms of escape sequences),
/// characters that reorder or hide text, and all that end a line.
pub(crate) fn replacement(c: char) -> Option<char> {
    match c {
        // The pictures of the control characters are in their order.
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)),
        '\x7f' => Some('\u{2421}'),
        '\u{80}'..='\u{9f}' => Some(char::REPLACEMENT_CHARACTER),
        _ if is_invisible(c) => Some(char::REPLACEMENT_CHARACTER),
        _ => None,
    }
}

/// Whether a character changes how its neighbours are shown without being seen itself.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}'                      // soft hyphen
        | '\u{61c}'                   // Arabic letter mark
        | '\u{180e}'                  // Mongolian vowel separator
        | '\u{200b}'..='\u{200f}'     // zero width, directional marks
        | '\u{2028}'..='\u{202e}'     // separators of lines and paragraphs, embeddings, overrides
        | '\u{2060}'..='\u{206f}'     // word joiner, isolates, deprecated format characters
        | '\u{feff}'                  // byte order mark
        | '\u{fff9}'..='\u{fffb}'     // interlinear annotation
        | '\u{e0000}'..='\u{e007f}'   // tags
    )
}

/// One line of text, everything hostile in it made visible, line breaks included.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| replacement(c).is_some()) {
        Cow::Owned(text.chars().map(|c| replacement(c).unwrap_or(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Several lines of text, everything hostile but the line breaks made visible.
pub(crate) fn lines(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Whether a character shows a hostile one.
pub(crate) fn is_replacement(c: char) -> bool {
    matches!(c, '\u{2400}'..='\u{2421}' | char::REPLACEMENT_CHARACTER)
}

/// Whether a string that is otherwise escaped must not hold the character as it is.
pub(crate) fn is_hostile(c: char) -> bool {
    replacement(c).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        let cases = [
            ("plain \u{fc}\u{df} \u{1f680}", "plain \u{fc}\u{df} \u{1f680}"),
            ("\x1b[31mred\x07", "\u{241b}[31mred\u{2407}"),
            ("\u{9b}31m", "\u{fffd}31m"),
            ("a\r\nb\tc", "a\u{240d}\u{240a}b\u{2409}c"),
            ("\u{202e}gnp.exe\u{2066}", "\u{fffd}gnp.exe\u{fffd}"),
            ("a\u{2028}b\u{7f}", "a\u{fffd}b\u{2421}"),
        ];
        for (text, expected) in cases {
            assert_eq!(line(text), expected);
            assert_eq!(line(text).chars().count(), text.chars().count());
        }
        assert_eq!(lines("a\x1b\nb"), "a\u{241b}\nb");
    }

    #[test]
    fn every_control_character_is_replaced() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            assert!(!c.is_control() || replacement(c).is_some(), "{c:?}");
            assert!(replacement(c).is_none_or(is_replacement), "{c:?}");
            assert!(!is_replacement(c) || replacement(c).is_none(), "{c:?}");
        }
    }
}
