//! What is wrong with a document, for people who never saw a parser.

use granit_parser::ErrorKind;

/// What is known of the place of an error.
pub(super) struct Place<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// The last key of the innermost open map, and where it starts.
    pub(super) key: Option<(&'t str, usize)>,
    /// Where the innermost `{` or `[` stands that is open.
    pub(super) opener: Option<usize>,
}

/// The sentence; `None` where the parser's own will do.
pub(super) fn plain(kind: &ErrorKind, place: &Place<'_>) -> Option<String> {
    Some(match kind {
        ErrorKind::MappingValueNotAllowed => place
            .to_quote()
            .or_else(|| place.complete())
            .unwrap_or_else(|| "a value ends here, and `:` cannot follow it".to_owned()),
        ErrorKind::ExpectedBlockMappingKey => place
            .complete()
            .unwrap_or_else(|| "this line is aligned with no key above it".to_owned()),
        ErrorKind::ExpectedBlockSequenceEntry => {
            "the items of the list above begin with `- `, and this line does not".to_owned()
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            "a line that is no `key: value` has to be indented below what it belongs to".to_owned()
        }
        ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => {
            "this quote is never closed".to_owned()
        }
        ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence => {
            let open = place.opener?;
            let opener = place.text.get(open..=open)?;
            let line = place.text.get(..open)?.matches('\n').count() + 1;
            let is_separator = matches!(
                kind,
                ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator
            );
            let rest = if is_separator { " before this, or a comma is missing" } else { "" };
            format!("the `{opener}` of line {line} is not closed{rest}")
        }
        _ => return None,
    })
}

impl Place<'_> {
    fn line_start(&self, at: usize) -> Option<usize> {
        Some(self.text.get(..at)?.rfind('\n').map_or(0, |end| end + 1))
    }

    /// A plain text that holds `: `, with the quotes it needs.
    fn to_quote(&self) -> Option<String> {
        let start = self.line_start(self.at)?;
        let line = self.text.get(start..)?.lines().next()?;
        let colon = line.find(": ").filter(|colon| start + colon < self.at)?;
        let value = line.get(colon + 2..)?.split(" #").next()?.trim();
        let is_plain = value.starts_with(|c: char| c.is_alphanumeric() || "./($<".contains(c));
        let quote = ['"', '\''].into_iter().find(|quote| !value.contains(*quote))?;
        (is_plain && !value.contains('\\')).then(|| {
            format!("a text with `: ` in it stands between quotes: `{quote}{value}{quote}`")
        })
    }

    /// Of a line below a key that has its value.
    fn complete(&self) -> Option<String> {
        let (key, at) = self.key?;
        let column = |at: usize| Some(at - self.line_start(at)?);
        let start = self.line_start(self.at)?;
        let indent = self.text.get(start..)?.chars().take_while(|c| *c == ' ').count();
        (start > at && indent > column(at)?)
            .then(|| format!("`{key}` has a value already, so nothing can be indented below it"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use crate::reader::Limits;
    use crate::reader::tests::source;

    #[test]
    fn errors_say_what_to_change() {
        for (text, expected) in [
            (
                "a:\n  b: see: the docs # x\n  c: d\n",
                "a text with `: ` in it stands between quotes: `\"see: the docs\"`",
            ),
            ("a:\n  b: \"see\": the docs\n", "a value ends here, and `:` cannot follow it"),
            (
                "a:\n  b: c\n    d: e\n",
                "`b` has a value already, so nothing can be indented below it",
            ),
            (
                "a:\n  b: !If [x, y, z]\n    d: e\n",
                "`b` has a value already, so nothing can be indented below it",
            ),
            (
                "a:\n  b:\n    - c\n    d: e\n",
                "the items of the list above begin with `- `, and this line does not",
            ),
            ("a: 'b\nc: d\n", "this quote is never closed"),
            (
                "a:\n  b: {c: d, e: f\n  g: h\n",
                "the `{` of line 2 is not closed before this, or a comma is missing",
            ),
            ("a:\n  b: [c, d\n", "the `[` of line 2 is not closed"),
            ("a:\n\tb: c\n", "a tab indents this line; indent by spaces"),
        ] {
            let problems = read(source(), text, &Limits::default()).problems;
            let said: Vec<&str> = problems.iter().map(|it| it.message.as_str()).collect();
            assert_eq!(said, [format!("not valid YAML: {expected}")], "{text}");
        }
    }
}
