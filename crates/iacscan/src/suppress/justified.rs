//! Comments at a value that say why it has to be so.

use std::collections::BTreeMap;
use std::ops::Range;

use iacscan_core::{Source, SourceId, Sources, Span};

use super::comment::{self, MARK};

/// The comments of the sources in which somebody looked for a justification.
#[derive(Debug, Default)]
pub(super) struct Justifications {
    comments: BTreeMap<SourceId, Vec<Range<usize>>>,
}

impl Justifications {
    /// The comment behind a value, on the line where it ends, or else on the lines above it, when it
    /// says why; with its words.
    pub(super) fn of(&mut self, value: Span, sources: &Sources) -> Option<(Span, String)> {
        let source = sources.get(value.source);
        let lines = source.lines();
        let line = lines.range_of(lines.line_of(value.end.saturating_sub(1)));
        let behind = self.comment_in(value.end as usize..line.end, value.source, &source);
        let behind = behind.filter(|found| says_why(&words(&source, found)));
        let found = behind.or_else(|| {
            let own = lines.line_of(value.start);
            let above = lines.range_of(own.checked_sub(1)?);
            let start = above.start;
            let is_alone =
                |range: &Range<usize>| source.slice(start..range.start).trim().is_empty();
            let found = self.comment_in(above, value.source, &source).filter(is_alone)?;
            gives_reason(&words(&source, &found)).then_some(found)
        })?;
        let words = words(&source, &found);
        Some((Span::new(value.source, found.start, found.end), words))
    }

    /// The first comment that begins in a part of a line, as far as that goes.
    fn comment_in(
        &mut self,
        part: Range<usize>,
        id: SourceId,
        source: &Source,
    ) -> Option<Range<usize>> {
        // Nearly all lines: nothing is parsed.
        let text = source.slice(part.clone());
        if !text.contains('#') && !text.contains("//") && !text.contains("/*") {
            return None;
        }
        let comments = self.comments.entry(id).or_insert_with(|| comment::ranges(id, source));
        let at = comments.partition_point(|comment| comment.start < part.start);
        let found = comments.get(at).filter(|comment| comment.start < part.end)?;
        Some(found.start..found.end.min(part.end))
    }
}

fn words(source: &Source, comment: &Range<usize>) -> String {
    let mark = |c: char| c.is_whitespace() || matches!(c, '#' | '/' | '*');
    source.slice(comment.clone()).trim_matches(mark).to_owned()
}

/// Whether a comment above a value gives a reason: one that only speaks of what can be named may
/// speak of the whole statement.
fn gives_reason(comment: &str) -> bool {
    is_sentence(comment) && spoken(comment).any(|word| REASONS.contains(&word.as_str()))
}

/// Words of a reason.
const REASONS: &[&str] = &[
    "because",
    "can't",
    "cannot",
    "doesn't",
    "don't",
    "must",
    "not",
    "otherwise",
    "since",
    "unknown",
    "unsupported",
];

/// The words of a comment.
fn spoken(comment: &str) -> impl Iterator<Item = String> {
    comment
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')))
        .map(|word| word.replace('’', "'").to_lowercase())
}

/// Whether a comment says in words why: it gives a reason, or speaks of what can be named. A label,
/// such as "read the orders table", does neither.
fn says_why(comment: &str) -> bool {
    let is_reason = |word: String| {
        WHY.contains(&word.as_str()) || WHY_STEMS.iter().any(|stem| word.starts_with(stem))
    };
    is_sentence(comment) && (spoken(comment).any(is_reason) || comment.contains('*'))
}

/// Words of a reason, and of what a resource is.
const WHY: &[&str] = &[
    "all",
    "any",
    "arn",
    "arns",
    "as",
    "because",
    "can't",
    "cannot",
    "doesn't",
    "don't",
    "each",
    "every",
    "must",
    "no",
    "none",
    "not",
    "only",
    "otherwise",
    "since",
    "unknown",
    "unsupported",
];

/// How further such words begin.
const WHY_STEMS: &[&str] =
    &["depend", "dynamic", "generated", "need", "requir", "resource", "support", "wildcard"];

/// Whether a comment says something in words. One that puts the work off, or that speaks to us in
/// our own words, justifies nothing.
fn is_sentence(comment: &str) -> bool {
    let first = comment.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_put_off = PUT_OFF.iter().any(|put_off| first.eq_ignore_ascii_case(put_off));
    let words = comment
        .split_whitespace()
        .map(|word| {
            word.trim_matches(|c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '(' | ')'))
        })
        .filter(|word| {
            word.starts_with(char::is_alphabetic)
                && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))
        });
    !is_put_off && !comment.starts_with(MARK) && words.take(WORDS).count() == WORDS
}

/// How comments open that leave to the reader what they say.
const PUT_OFF: &[&str] = &[
    "change", "fixme", "hack", "limit", "narrow", "please", "replace", "restrict", "scope",
    "specify", "todo", "update", "xxx",
];

/// How many words are a sentence.
const WORDS: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences() {
        for (comment, expected) in [
            ("X-Ray knows no resources", true),
            ("CloudFormation does not give the ARN; see below.", true),
            ("checkov:skip=CKV_AWS_111: no resource-level permissions", true),
            ("", false),
            ("all", false),
            ("nosec", false),
            ("arn:aws:s3:::orders/*", false),
            ("Resource: !GetAtt Orders.Arn", false),
            ("TODO: name the bucket here", false),
            ("FIXME name the bucket here", false),
            ("Specify the ARN of your identity.", false),
            ("iacscan: ignore[other-rule] for some reason", false),
            ("Read the orders table", false),
            ("Permissions for the image resizer", false),
            ("GetMetricData doesn’t take resources", true),
            ("the queue names are generated at run time", true),
            ("needed by the crawler", true),
        ] {
            assert_eq!(says_why(comment), expected, "{comment}");
        }
    }

    #[test]
    fn comments_stand_behind_the_value_or_above_it() {
        for (path, text, expected) in [
            ("a.yaml", "Resource: '*' # it has no ARN", Some("it has no ARN")),
            ("a.yaml", "- '*'   # it has no ARN\n- b", Some("it has no ARN")),
            ("a.tf", "x = ['*'] // it has no ARN\n", Some("it has no ARN")),
            ("a.tf", "x = ['*'] /* it has no ARN */\n", Some("it has no ARN")),
            ("a.yaml", "# it cannot be named\nResource: '*'", Some("it cannot be named")),
            ("a.tf", "  # it cannot be named\n  x = ['*']", Some("it cannot be named")),
            ("a.yaml", "a: b # it cannot be named\nResource: '*'", None),
            ("a.yaml", "# it cannot be named\n\nResource: '*'", None),
            ("a.yaml", "# read all of the tables\nResource: '*'", None),
            ("a.yaml", "# TODO: it must not stay\nResource: '*'", None),
            ("a.yaml", "Resource: '*'\n# it has no ARN", None),
            ("a.yaml", "Resource: ['*', 'is # not a comment']", None),
        ] {
            let sources = Sources::new();
            let id = sources.add(path, text);
            let start = text.find("'*'").unwrap();
            let value = Span::new(id, start, start + 3);
            let found = Justifications::default().of(value, &sources);
            assert_eq!(found.map(|(_, words)| words).as_deref(), expected, "{text}");
        }
    }
}
