//! Comments behind a value that say why it has to be so.

use std::collections::BTreeMap;
use std::ops::Range;

use iacscan_core::{SourceId, Sources, Span};

use super::comment::{self, MARK};

/// The comments of the sources in which somebody looked for a justification.
#[derive(Debug, Default)]
pub(super) struct Justifications {
    comments: BTreeMap<SourceId, Vec<Range<usize>>>,
}

impl Justifications {
    /// The comment behind a value, on the line where it ends, when it says why; with its
    /// words.
    pub(super) fn behind(&mut self, value: Span, sources: &Sources) -> Option<(Span, String)> {
        let source = sources.get(value.source);
        let line = source.lines().range_of(source.lines().line_of(value.end.saturating_sub(1)));
        let rest = value.range().end..line.end;
        // Nearly all lines: nothing is parsed.
        let text = source.slice(rest.clone());
        if !text.contains('#') && !text.contains("//") && !text.contains("/*") {
            return None;
        }
        let comments = self
            .comments
            .entry(value.source)
            .or_insert_with(|| comment::ranges(value.source, &source));
        let at = comments.partition_point(|comment| comment.start < rest.start);
        let found = comments.get(at).filter(|comment| comment.start < rest.end)?;
        let range = found.start..found.end.min(line.end);
        let words = source
            .slice(range.clone())
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '/' | '*'));
        says_why(words).then(|| (Span::new(value.source, range.start, range.end), words.to_owned()))
    }
}

/// Whether a comment says in words why: it gives a reason, or speaks of what can be named. A label,
/// such as "read the orders table", does neither.
fn says_why(comment: &str) -> bool {
    let mut words = comment
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')))
        .map(|word| word.replace('’', "'").to_lowercase());
    let is_reason = |word: String| {
        WHY.contains(&word.as_str()) || WHY_STEMS.iter().any(|stem| word.starts_with(stem))
    };
    is_sentence(comment) && (words.any(is_reason) || comment.contains('*'))
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
    fn comments_stand_behind_the_value() {
        for (path, text, expected) in [
            ("a.yaml", "Resource: '*' # it has no ARN", Some("it has no ARN")),
            ("a.yaml", "- '*'   # it has no ARN\n- b", Some("it has no ARN")),
            ("a.tf", "x = ['*'] // it has no ARN\n", Some("it has no ARN")),
            ("a.tf", "x = ['*'] /* it has no ARN */\n", Some("it has no ARN")),
            ("a.yaml", "# it has no ARN\nResource: '*'", None),
            ("a.yaml", "Resource: '*'\n# it has no ARN", None),
            ("a.yaml", "Resource: ['*', 'is # not a comment']", None),
        ] {
            let sources = Sources::new();
            let id = sources.add(path, text);
            let start = text.find("'*'").unwrap();
            let value = Span::new(id, start, start + 3);
            let found = Justifications::default().behind(value, &sources);
            assert_eq!(found.map(|(_, words)| words).as_deref(), expected, "{text}");
        }
    }
}
