//! Where the comments of an HCL text are: outside of strings and heredocs.

use std::ops::Range;

/// The comments of an HCL text, each with its markers and without the line break after it.
pub(super) fn comments(text: &str) -> Vec<Range<usize>> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, open: Vec::new() };
    let mut found = Vec::new();
    while let Some(comment) = scanner.next_comment() {
        found.push(comment);
    }
    found
}

/// What the scanner is inside of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// A quoted string.
    String,
    /// An interpolation, with the braces open in it.
    Interpolation(usize),
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    open: Vec<Open>,
}

impl Scanner<'_> {
    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Goes behind the next occurrence of `end`, or to the end of the text.
    fn skip_past(&mut self, end: &[u8]) {
        let found = memchr::memmem::find(self.rest(), end);
        self.at = found.map_or(self.bytes.len(), |offset| self.at + offset + end.len());
    }

    fn next_comment(&mut self) -> Option<Range<usize>> {
        loop {
            let start = self.at;
            let (first, second) = match self.rest() {
                [] => return None,
                [first] => (*first, 0),
                [first, second, ..] => (*first, *second),
            };
            if self.open.last() == Some(&Open::String) {
                self.in_string(first, second);
                continue;
            }
            match (first, second) {
                (b'#', _) | (b'/', b'/') => {
                    let line = memchr::memchr(b'\n', self.rest());
                    self.at = line.map_or(self.bytes.len(), |offset| start + offset);
                    return Some(start..self.at);
                }
                (b'/', b'*') => {
                    self.at += 2;
                    self.skip_past(b"*/");
                    return Some(start..self.at);
                }
                (b'<', b'<') => self.heredoc(),
                (b'"', _) => {
                    self.open.push(Open::String);
                    self.at += 1;
                }
                (b'{', _) => {
                    if let Some(Open::Interpolation(depth)) = self.open.last_mut() {
                        *depth += 1;
                    }
                    self.at += 1;
                }
                (b'}', _) => {
                    match self.open.last_mut() {
                        Some(Open::Interpolation(0)) => {
                            self.open.pop();
                        }
                        Some(Open::Interpolation(depth)) => *depth -= 1,
                        _ => {}
                    }
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
    }

    fn in_string(&mut self, first: u8, second: u8) {
        match (first, second) {
            // A string ends with its line at the latest: here somebody forgot the quote.
            (b'"' | b'\n', _) => {
                self.open.pop();
                self.at += 1;
            }
            (b'\\', _) => self.at += 2,
            (b'$' | b'%', b'{') => {
                self.open.push(Open::Interpolation(0));
                self.at += 2;
            }
            // `$${` is an escaped `${`.
            (b'$', b'$') | (b'%', b'%') if self.rest().get(2) == Some(&b'{') => self.at += 3,
            _ => self.at += 1,
        }
    }

    /// Goes behind a heredoc, or behind `<<` when it is none.
    fn heredoc(&mut self) {
        self.at += 2;
        let rest = self.rest();
        let rest = rest.strip_prefix(b"-").unwrap_or(rest);
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let marker = line.trim_ascii_end().to_owned();
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if marker.is_empty() || !marker.iter().all(is_word) {
            return;
        }
        self.skip_past(b"\n");
        while self.at < self.bytes.len() {
            let line = self.rest().split(|byte| *byte == b'\n').next().unwrap_or_default();
            let ends = line.trim_ascii() == marker;
            self.skip_past(b"\n");
            if ends {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_outside_of_strings() {
        let cases: [(&str, &[&str]); 11] = [
            (
                "a = 1 # one\n// two\n/* three\n four */ b",
                &["# one", "// two", "/* three\n four */"],
            ),
            ("a = \"# no // no /* no\" # yes", &["# yes"]),
            ("a = \"${b[\"# no\"]} # no\" # yes", &["# yes"]),
            ("a = \"${ { x = 1 } /* yes */ } # no\"", &["/* yes */"]),
            ("a = \"$${ # no\" # yes", &["# yes"]),
            ("a = \"\\\" # no\" # yes", &["# yes"]),
            ("a = <<EOT\n# no\nEOT\n# yes", &["# yes"]),
            ("a = <<-EOT\n# no\n  EOT\n# yes", &["# yes"]),
            ("a = <<EOT\n# never closed", &[]),
            ("a = \"open\n# yes", &["# yes"]),
            ("/* never closed", &["/* never closed"]),
        ];
        for (text, expected) in cases {
            let found: Vec<&str> =
                comments(text).into_iter().map(|range| text.get(range).unwrap()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn broken_text_is_scanned_to_its_end() {
        for text in ["\"\\", "<<", "<<-", "\"${", "}}}\"${}}#", "$", "/", "\"%{\"%{\"%{"] {
            let _ = comments(text);
        }
    }
}
