//! Comments at a value that say why it has to be so.

use std::collections::BTreeMap;
use std::ops::Range;

use iacscan_core::{Source, SourceId, Sources, Span};

use super::comment::{self, MARK};

/// A comment above a value.
struct Above {
    words: String,
    range: Range<usize>,
    /// It stands inside the statement, so that it speaks of the value: one above the first line may
    /// speak of the whole.
    is_of_value: bool,
}

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
        let behind = behind.map(|found| (words(&source, &found), found));
        let (words, found) = behind.filter(|(words, _)| says_why(words)).or_else(|| {
            let above = self.above(value, &source)?;
            let says = if above.is_of_value { says_why } else { gives_reason };
            says(&above.words).then_some((above.words, above.range))
        })?;
        Some((Span::new(value.source, found.start, found.end), words))
    }

    /// The comment on the lines above a value, or above the key of a list that it begins.
    fn above(&mut self, value: Span, source: &Source) -> Option<Above> {
        let lines = source.lines();
        let own = lines.line_of(value.start);
        let before = source.slice(lines.range_of(own).start..value.start as usize).trim();
        if !matches!(before, "" | "-") {
            return self.comments_above(own, before, value.source, source);
        }
        let item = self.comments_above(own, "", value.source, source);
        item.map(|above| Above { is_of_value: true, ..above }).or_else(|| {
            let key = own.checked_sub(1)?;
            let text = source.slice(lines.range_of(key)).trim();
            let begins_list = text.ends_with(['[', ':']);
            begins_list.then(|| self.comments_above(key, text, value.source, source))?
        })
    }

    /// The comments on the lines right above one, which reads `text`.
    fn comments_above(
        &mut self,
        line: usize,
        text: &str,
        id: SourceId,
        source: &Source,
    ) -> Option<Above> {
        let lines = source.lines();
        let mut found: Option<Above> = None;
        let mut at = line;
        while let Some(above) = at.checked_sub(1) {
            let range = lines.range_of(above);
            let start = range.start;
            let comment = self.comment_in(range, id, source);
            let is_alone =
                |comment: &Range<usize>| source.slice(start..comment.start).trim().is_empty();
            let Some(comment) = comment.filter(is_alone) else { break };
            let words = words(source, &comment);
            found = Some(match found {
                None => Above { words, range: comment, is_of_value: false },
                Some(below) => Above {
                    words: format!("{words} {}", below.words),
                    range: comment.start..below.range.end,
                    is_of_value: false,
                },
            });
            at = above;
        }
        let opening = at.checked_sub(1).map(|it| source.slice(lines.range_of(it)).trim());
        let begins = opening.is_none_or(|it| it.is_empty() || it.ends_with(['{', '[', ':']));
        let is_first = begins || text.starts_with("- ");
        found.map(|above| Above { is_of_value: !is_first, ..above })
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

/// Whether a comment says in words why: it gives a reason, or speaks of what can be named. A label,
/// such as "read the orders table", does neither; "allow access to any table" says again what stands
/// there.
fn says_why(comment: &str) -> bool {
    let is_resource = |word: &str| {
        RESOURCE.contains(&word) || RESOURCE_STEMS.iter().any(|stem| word.starts_with(stem))
    };
    let says_again = spoken(comment).next().is_some_and(|it| RESTATES.contains(&it.as_str()));
    let speaks_of_it = || spoken(comment).any(|word| is_resource(&word)) || comment.contains('*');
    gives_reason(comment) || (is_sentence(comment) && !says_again && speaks_of_it())
}

/// How comments open that say what the statement does.
const RESTATES: &[&str] =
    &["access", "allow", "allows", "full", "give", "gives", "grant", "grants", "permit", "permits"];

/// Whether a comment gives a reason: one that only speaks of what can be named may speak of a whole
/// statement.
fn gives_reason(comment: &str) -> bool {
    is_sentence(comment) && spoken(comment).any(|word| is_reason(&word))
}

/// The words of a comment.
fn spoken(comment: &str) -> impl Iterator<Item = String> {
    comment
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’')))
        .map(|word| word.replace('’', "'").to_lowercase())
}

/// Whether a word is that of a cause or a purpose ("so that", "to be able to"), of a need, or of what
/// is not possible.
fn is_reason(word: &str) -> bool {
    let is_stem = |stem: &&str| word.starts_with(*stem);
    denies(word) || CAUSES.contains(&word) || NEEDS.iter().any(is_stem)
}

/// Whether a word says that something is not so.
fn denies(word: &str) -> bool {
    word.ends_with("n't") || DENIALS.contains(&word)
}

const CAUSES: &[&str] = &["able", "because", "otherwise", "since", "so", "unless"];

/// How words of a need begin.
const NEEDS: &[&str] = &["must", "necess", "need", "requir"];

const DENIALS: &[&str] =
    &["cannot", "impossible", "no", "none", "not", "unable", "unknown", "unsupported", "without"];

/// Words of what a resource is, and why it is that.
const RESOURCE: &[&str] = &["all", "any", "arn", "arns", "as", "each", "every", "only"];

/// How further such words begin.
const RESOURCE_STEMS: &[&str] =
    &["depend", "dynamic", "generated", "resource", "support", "wildcard"];

/// Whether a comment says something in words. One that puts the work off, that calls for less than
/// all without saying that this is not possible, or that speaks to us in our own words, justifies
/// nothing.
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
    let is_called_too_much = !spoken(comment).any(|word| denies(&word))
        && spoken(comment).any(|word| LESS.iter().any(|stem| word.starts_with(stem)));
    let is_for_now = spoken(comment).any(|word| FOR_NOW.contains(&word.as_str()));
    !is_put_off
        && !is_for_now
        && !is_called_too_much
        && !comment.starts_with(MARK)
        && words.take(WORDS).count() == WORDS
}

/// How comments open that leave to the reader what they say.
const PUT_OFF: &[&str] = &[
    "change", "fixme", "hack", "limit", "narrow", "please", "replace", "restrict", "scope",
    "specify", "todo", "update", "xxx",
];

/// Words of what is to change.
const FOR_NOW: &[&str] = &[
    "fixed",
    "insecure",
    "later",
    "lock",
    "replaced",
    "sure",
    "temporarily",
    "temporary",
    "unsafe",
    "yet",
];

/// How words begin that call for less.
const LESS: &[&str] = &["granular", "limit", "narrow", "permissive", "restrict", "scope", "tight"];

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
            ("must be replaced with the actual ARN", false),
            ("needs to be fixed before going live", false),
            ("We need to lock this down", false),
            ("not limited to one table yet", false),
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
            ("so that new queues work at once", true),
            ("to be able to read whatever is uploaded", true),
            ("required by the console", true),
            ("Each queue is made by a customer", true),
            ("Allow access to any stream", false),
            ("Grants access to all of the tables", false),
            ("Allow any stream, since each customer has one", true),
            ("it isn't supported to limit this", true),
            ("restricted by the condition below, for there is no ARN", true),
            ("You can restrict this to your own ARN", false),
            ("Should be more granular, limit to specific resources", false),
            ("Will be scoped to all of the tables later", false),
            ("Overly permissive wildcard resource", false),
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
            (
                "a.yaml",
                "- Effect: Allow\n  # all of the tables\n  Resource: '*'",
                Some("all of the tables"),
            ),
            (
                "a.yaml",
                "Effect: Allow\n# has no ARN\n# of its own\nResource: '*'",
                Some("has no ARN of its own"),
            ),
            (
                "a.yaml",
                "A: b\n# needed for the console\n- Resource: '*'",
                Some("needed for the console"),
            ),
            ("a.yaml", "A: b\n# read all of the tables\n- Resource: '*'", None),
            ("a.yaml", "A: b\n# it has no ARN\nResource:\n  - '*'", Some("it has no ARN")),
            ("a.yaml", "Resource:\n  # all of the tables\n  - '*'", Some("all of the tables")),
            ("a.tf", "statement {\n  # read all of the tables\n  x = ['*']\n}", None),
            ("a.tf", "y = 1\n# to be able to read\nx = [\n  '*',\n]", Some("to be able to read")),
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
