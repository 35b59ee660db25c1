//! What is wrong with a text that cannot be parsed, for people who never saw a parser.

use std::ops::Range;

use iacscan_core::placeholder;
use iacscan_core::reader::conflict;

use super::ProblemKind;
use super::scan::scan;

/// A problem of a text, and the bytes that show it.
pub(super) type Explained = (ProblemKind, Range<usize>, String);

/// Explains what the parser says about the place `at`. Comments of the text are blanked.
pub(super) fn explain(text: &str, at: usize, message: &str) -> Explained {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let line = text.get(start..).unwrap_or_default();
    let line = line.split_once('\n').map_or(line, |(line, _)| line);
    let here = |range: Range<usize>| start + range.start..start + range.end;
    if let Some(marker) = conflict::marker(line) {
        let message = conflict::UNRESOLVED.to_owned();
        return (ProblemKind::Conflict, here(0..marker.len()), message);
    }
    let outside = without_strings(line);
    // One inside of a string is text, unless the parser stops in it.
    let stop = at - start;
    let inside = std::iter::successors(placeholder(line, 0), |last| placeholder(line, last.end))
        .find(|range| (range.start..=range.end).contains(&stop));
    if let Some(range) = placeholder(&outside, 0).or(inside) {
        let message = filled_in(line.get(range.clone()).unwrap_or_default());
        return (ProblemKind::Placeholder, here(range), message);
    }
    if let Some(inside) = text.get(at..).and_then(|rest| rest.strip_prefix("%{"))
        && line.trim_start().starts_with("%{")
        && let Some(length) = inside.find('}')
    {
        let range = at..at + length + 3;
        let message = filled_in(text.get(range.clone()).unwrap_or_default());
        return (ProblemKind::Placeholder, range, message);
    }
    if let Some(range) = of_a_shell(text, at).or_else(|| {
        let command = outside.find("$(")?;
        Some(start + command..start + line.trim_end().len())
    }) {
        let message = filled_in(text.get(range.clone()).unwrap_or_default());
        return (ProblemKind::Placeholder, range, message);
    }
    if message.contains("at most") {
        return (ProblemKind::Limit, word(text, at), message.to_owned());
    }
    let syntax =
        |range: Range<usize>, message: &str| (ProblemKind::Syntax, range, message.to_owned());
    if let Some(quote) = line.rfind('"').filter(|_| quotes(line) % 2 == 1) {
        return syntax(here(quote..quote + 1), "this line holds a string without its closing `\"`");
    }
    if let Some(quote) = outside.find(['\'', '“', '”', '‘', '’']) {
        let message = "strings stand between straight double quotes: `\"...\"`";
        return syntax(word(text, start + quote), message);
    }
    if let Some(range) = outside.find('$').and_then(|at| variable(&outside, at)) {
        let message = filled_in(line.get(range.clone()).unwrap_or_default());
        return (ProblemKind::Placeholder, here(range), message);
    }
    // Inside of one, which a heredoc is too, the parser stops behind it.
    if let Some(range) = of_words(&outside) {
        let written = line.get(range.clone()).unwrap_or_default();
        let message = format!("`{written}` is no expression: write the value in its place");
        return syntax(here(range), &message);
    }
    if let Some(marker) = outside.find("${").filter(|marker| start + marker >= at) {
        return syntax(here(marker..marker + 2), "`${...}` works inside of strings alone");
    }
    let name = outside.trim_start().trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    if name.len() < outside.trim_start().len() && name.trim_start().starts_with(':') {
        let colon = line.len() - name.trim_start().len();
        return syntax(here(colon..colon + 1), "an argument is set by `=`, not `:`");
    }
    if text.get(at..).is_none_or(|rest| rest.trim().is_empty())
        && let Some(open) = scan(text).open.last().copied()
    {
        let opener = text.get(open..=open).unwrap_or_default();
        return syntax(open..open + 1, &format!("this `{opener}` is never closed"));
    }
    if let Some(name) = map_as_block(text, at) {
        let written = text.get(name.clone()).unwrap_or_default();
        return syntax(name, &format!("a map is set by `=`: write `{written} = {{`"));
    }
    syntax(word(text, at), &plain(message))
}

/// The name in front of the brace around a place where a key between quotes stands as if it were in
/// an object.
fn map_as_block(text: &str, at: usize) -> Option<Range<usize>> {
    let (before, rest) = text.split_at_checked(at)?;
    let (_, behind) = rest.strip_prefix('"')?.split_once('"')?;
    if !behind.trim_start().starts_with(['=', ':']) {
        return None;
    }
    let open = scan(before).open.last().copied()?;
    let line = before.get(..open)?.trim_end();
    let start = line.rfind('\n').map_or(0, |end| end + 1);
    let name = line.get(start..)?.trim_start();
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (is_name && text.get(open..=open) == Some("{")).then(|| line.len() - name.len()..line.len())
}

/// Explains what the parser says about a template, whose text is in no language that is known here.
pub(super) fn explain_template(text: &str, at: usize, message: &str) -> (Range<usize>, String) {
    (word(text, at), format!("the template is not valid: {}", plain(message)))
}

/// What the parser waited for.
fn plain(message: &str) -> String {
    let expected = match message.split_once(';').map_or(message, |(what, _)| what) {
        "invalid expression" => "a value is expected here",
        "invalid block body" | "invalid structure" => {
            "an argument (`name = value`) or a block (`name { ... }`) is expected here"
        }
        "invalid object item" | "invalid object value assignment" => {
            "an entry (`key = value`) or the closing `}` is expected here"
        }
        "invalid binary operation" => "a value is expected behind the operator",
        "invalid traversal operator" => "a name is expected behind the dot",
        "invalid escape sequence" => {
            "a backslash of a string is written `\\\\`; this is no escape sequence"
        }
        _ => match message.rsplit_once("expected ") {
            Some((before, what)) if !before.ends_with("un") => {
                return format!("{what} is expected here");
            }
            _ => "this is not expected here",
        },
    };
    expected.to_owned()
}

fn filled_in(name: &str) -> String {
    format!("`{name}` is no Terraform: something else has to fill it in first")
}

/// The variable of a shell at an offset, `$NAME` or `${NAME}`: no reference of Terraform is one name
/// alone.
fn variable(line: &str, at: usize) -> Option<Range<usize>> {
    let behind = line.get(at..)?.strip_prefix('$')?;
    let (name, brackets) = match behind.strip_prefix('{') {
        Some(inside) => (inside.split_once('}')?.0, 2),
        None => {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            (behind.split(|c| !is_name(c)).next()?, 0)
        }
    };
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some(at..at + 1 + name.len() + brackets)
}

/// A placeholder of several words, `${The bucket of the logs}`: no expression is words alone.
fn of_words(line: &str) -> Option<Range<usize>> {
    let start = line.find("${")?;
    let (inside, _) = line.get(start + 2..)?.split_once('}')?;
    let is_word = |word: &str| word.chars().all(|c| c.is_alphanumeric() || "_-'".contains(c));
    let mut words = inside.split_whitespace();
    let are_words = words.clone().count() > 1
        && words.clone().all(is_word)
        && words.any(|word| word.starts_with(char::is_alphabetic));
    are_words.then_some(start..start + inside.len() + 3)
}

/// A reference that a shell is to leave alone, where the parser stops at it: `\${local.name}`.
fn of_a_shell(text: &str, at: usize) -> Option<Range<usize>> {
    let (before, behind) = text.split_at_checked(at)?;
    let (inside, _) = behind.strip_prefix('{')?.split_once('}')?;
    let is_one = before.ends_with("\\$") && !inside.contains('\n');
    is_one.then_some(at - 2..at + inside.len() + 2)
}

/// The word at an offset.
pub(super) fn word(text: &str, at: usize) -> Range<usize> {
    let rest = text.get(at..).unwrap_or_default();
    let name = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let length = if name > 0 { name } else { rest.chars().next().map_or(0, char::len_utf8) };
    at..at + length
}

/// A line with its strings blanked.
fn without_strings(line: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        let is_quote = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        if inside || is_quote {
            out.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            out.push(c);
        }
        inside ^= is_quote;
    }
    out
}

/// How many quotes a line has that are not escaped.
fn quotes(line: &str) -> usize {
    let mut escaped = false;
    line.chars()
        .filter(|c| {
            let is_quote = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            is_quote
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_in_plain_words() {
        let cases = [
            ("a = $$NAME$$", 4, "invalid expression; expected `\"`", "$$NAME$$", "is no Terraform"),
            ("a = <%= name %>", 0, "expected `}`", "<%= name %>", "is no Terraform"),
            ("a = <your-name>", 5, "expected `<`", "<your-name>", "is no Terraform"),
            ("a = \"${b-$$X$$.c}\"", 9, "expected `}`", "$$X$$", "is no Terraform"),
            ("a = \"$$X$$\" b", 12, "expected newline or eof", "b", "newline or eof is expected"),
            ("x = 1\n=======\ny", 6, "invalid structure", "=======", "a merge conflict"),
            ("a = \"b\nc", 4, "invalid expression", "\"", "without its closing"),
            ("a = 'b'", 4, "invalid expression", "'", "straight double quotes"),
            ("a = ${b.c}", 4, "invalid expression", "${", "inside of strings alone"),
            (
                "a = <<E\n\"b\": ${The c of d}\nE",
                19,
                "expected `}`",
                "${The c of d}",
                "write the value in its place",
            ),
            ("a = ${The b}", 4, "invalid expression", "${The b}", "is no expression"),
            ("a = <<E\n${b.c d.e}\nE", 14, "expected `}`", "d", "`}` is expected here"),
            ("a: 1", 0, "invalid structure", ":", "set by `=`"),
            (
                "r \"a\" {\n  tags {\n    \"a\" = \"b\"\n  }\n}",
                21,
                "invalid block body",
                "tags",
                "a map is set by `=`: write `tags = {`",
            ),
            ("a = [\n  1,\n", 12, "expected `]`", "[", "this `[` is never closed"),
            ("a = = 1", 4, "invalid expression; expected letter", "=", "a value is expected here"),
            ("a = b.", 6, "unexpected token", "", "this is not expected here"),
        ];
        for (text, at, message, shown, expected) in cases {
            let (_, range, said) = explain(text, at, message);
            assert_eq!(text.get(range), Some(shown), "{text}");
            assert!(said.contains(expected), "{text}: {said}");
        }
    }
}
