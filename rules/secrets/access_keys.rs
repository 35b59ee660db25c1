//! The credentials of AWS itself.

use super::values::entropy;

/// Whether a text contains the id of an access key: `AKIA` or `ASIA` and 16 capitals and digits,
/// standing alone. The ids of AWS's own examples and obvious fillers are none.
pub(super) fn has_key_id(text: &str) -> bool {
    const LENGTH: usize = 20;
    let bytes = text.as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    bytes.windows(LENGTH).enumerate().any(|(at, window)| {
        let alone = |neighbour: Option<&u8>| {
            neighbour.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'/')
        };
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        (window.starts_with(b"AKIA") || window.starts_with(b"ASIA"))
            && window.iter().all(is_part)
            && alone(before)
            && alone(bytes.get(at + LENGTH))
            && str::from_utf8(window).is_ok_and(|id| !is_example(id) && entropy(id) > 2.5)
    })
}

/// Whether a text has the form of a secret access key: 40 characters of base64, neither a
/// hexadecimal digest nor a name or path.
pub(super) fn is_secret_key(text: &str) -> bool {
    let text = text.trim();
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '+' | '=');
    text.len() == 40
        && text.chars().all(is_base64)
        && text.chars().any(|c| c.is_ascii_uppercase())
        && text.chars().any(|c| c.is_ascii_lowercase())
        && text.chars().any(|c| c.is_ascii_digit() || matches!(c, '/' | '+'))
        && !is_example(text)
        && entropy(text) > 3.8
}

fn is_example(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    ["EXAMPLE", "XXXXX", "PLACEHOLDER", "YOURACCESSKEY", "CHANGEME"]
        .iter()
        .any(|mark| text.contains(mark))
}
