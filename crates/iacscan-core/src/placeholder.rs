//! Names that another tool fills in before a text is what its name says.

use std::ops::Range;

/// What such tools put around the names.
const MARKS: [(&str, &str); 7] = [
    ("$$", "$$"),
    ("{{", "}}"),
    ("{%", "%}"),
    ("<%", "%>"),
    ("@@", "@@"),
    ("%%", "%%"),
    ("#{", "}#"),
];

/// The first placeholder in a line, behind an offset: `{{ name }}`, `@@NAME@@`, `@NAME@`, `<name>`.
#[must_use]
pub fn placeholder(line: &str, from: usize) -> Option<Range<usize>> {
    let line = line.get(from..)?;
    let marked = MARKS.into_iter().find_map(|(open, close)| {
        let start = line.find(open)?;
        let inside = line.get(start + open.len()..)?;
        let length = inside.find(close).filter(|length| *length > 0)?;
        Some(start..start + open.len() + length + close.len())
    });
    let found = marked
        .or_else(|| enclosed(line, '<', '>', |c| c.is_alphanumeric() || "_-. ".contains(c)))
        .or_else(|| enclosed(line, '@', '@', |c| c.is_alphanumeric() || c == '_'))?;
    Some(from + found.start..from + found.end)
}

/// A name between two characters.
fn enclosed(
    line: &str,
    open: char,
    close: char,
    names: impl Fn(char) -> bool,
) -> Option<Range<usize>> {
    let start = line.find(open)?;
    let inside = line.get(start + open.len_utf8()..)?;
    let length = inside.find(|c: char| !names(c))?;
    let is_closed = inside.get(length..).is_some_and(|rest| rest.starts_with(close));
    let is_name = is_closed && inside.starts_with(char::is_alphabetic);
    is_name.then_some(start..start + open.len_utf8() + length + close.len_utf8())
}

/// Whether a name holds a placeholder, or is one: `__NAME__`.
#[must_use]
pub fn is_placeholder(name: &str) -> bool {
    let is_dunder = name.len() > 4 && name.starts_with("__") && name.ends_with("__");
    is_dunder
        || MARKS.iter().any(|(open, _)| name.contains(open))
        || placeholder(name, 0).is_some_and(|found| found == (0..name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_known_by_what_stands_around_them() {
        for (line, expected) in [
            ("a = $$NAME$$", Some("$$NAME$$")),
            ("a = {{ name }}", Some("{{ name }}")),
            ("a = @NAME@", Some("@NAME@")),
            ("a = #{NAME}#", Some("#{NAME}#")),
            ("a = <your name>", Some("<your name>")),
            ("a = {}", None),
            ("a@b.c d@e", None),
            ("a < b > c", None),
        ] {
            let found = placeholder(line, 0).and_then(|range| line.get(range));
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn names_that_are_placeholders_are_no_names() {
        for name in
            ["__NAME__", "{{ name }}", "{{ name", "<%= x %>", "@@A@@", "@A@", "<A>", "q_$$A$$"]
        {
            assert!(is_placeholder(name), "{name}");
        }
        for name in ["Name", "_", "____", "__name", "a-b", "AWS::Region", "F.Arn", "a@b"] {
            assert!(!is_placeholder(name), "{name}");
        }
    }
}
