//! Suppressions in comments: `# iacscan: ignore[rule-id, ...] reason`.

use std::ops::{Range, RangeInclusive};

use iacscan_core::reader::{self, Limits};
use iacscan_core::{Located, Source, SourceId, Span, Str};

use super::hcl;

/// A comment that wants to suppress something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comment {
    /// The comment, or its line when it has several.
    pub(super) span: Span,
    /// The ids as written; none when it was refused.
    pub(super) rules: Vec<(Span, Str)>,
    /// What stands behind the ids.
    pub(super) reason: Option<String>,
    /// The lines it speaks of, counted from 0.
    lines: RangeInclusive<usize>,
    /// Why it is refused.
    pub(super) refused: Option<&'static str>,
}

impl Comment {
    /// Whether it speaks of one of these lines.
    pub(super) fn covers(&self, lines: &RangeInclusive<usize>) -> bool {
        self.lines.start() <= lines.end() && lines.start() <= self.lines.end()
    }
}

/// The word that marks a comment as ours.
pub(super) const MARK: &str = "iacscan:";

/// The comments of a source text that want to suppress something.
pub(super) fn comments(id: SourceId, source: &Source) -> Vec<Comment> {
    let text = source.text.as_str();
    // Nearly all files: nothing is parsed.
    if memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_none() {
        return Vec::new();
    }
    let ranges = ranges(id, source);
    let mut found = Vec::new();
    for range in &ranges {
        let mut start = range.start;
        for line in source.slice(range.clone()).split_inclusive('\n') {
            found.extend(comment(id, source, start, line));
            start += line.len();
        }
    }
    // A comment on a line of its own speaks of the next line that is more than a comment.
    for comment in &mut found {
        let own = *comment.lines.start();
        let index = source.lines();
        let before = index.range_of(own).start..comment.span.start as usize;
        if source.slice(before).trim().is_empty() {
            let mut next = own + 1;
            while next < index.count() && is_comment_line(source, &ranges, index.range_of(next)) {
                next += 1;
            }
            comment.lines = own..=next;
        }
    }
    found
}

/// Where the comments of a source text are.
pub(super) fn ranges(id: SourceId, source: &Source) -> Vec<Range<usize>> {
    let text = source.text.as_str();
    if [".tf", ".tofu", ".hcl", ".tfvars"].iter().any(|end| source.path.ends_with(end)) {
        hcl::comments(text)
    } else {
        let documents = reader::read(id, text, &Limits::default());
        documents.comments(id, text).into_iter().map(Span::range).collect()
    }
}

/// Whether nothing stands on a line but comments.
fn is_comment_line(source: &Source, comments: &[Range<usize>], line: Range<usize>) -> bool {
    let text = source.slice(line.clone());
    let start = line.start + (text.len() - text.trim_start().len());
    let at = comments.partition_point(|comment| comment.end <= start);
    comments.get(at).is_some_and(|comment| {
        comment.start <= start && line.start + text.trim_end().len() <= comment.end
    })
}

/// Reads one line of a comment, which starts at the byte `start`.
fn comment(id: SourceId, source: &Source, start: usize, line: &str) -> Option<Comment> {
    let content =
        line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '/' | '*'));
    let rest = content.strip_prefix(MARK)?;
    let own_line = source.lines().line_of(u32::try_from(start).unwrap_or(u32::MAX));
    let mut comment = Comment {
        span: Span::new(id, start, start + line.trim_end().len()),
        rules: Vec::new(),
        reason: None,
        lines: own_line..=own_line,
        refused: None,
    };
    let after_mark = rest.trim_start();
    // Words of its own after the mark are prose, not a directive.
    let rest = after_mark.strip_prefix("ignore")?;
    if rest.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let rest = rest.trim_start();
    let listed = rest.strip_prefix('[');
    let Some((ids, reason)) = listed.and_then(|rest| rest.split_once(']')) else {
        let is_open = listed.is_some_and(|rest| !rest.trim().is_empty());
        comment.refused =
            Some(if is_open { "its bracket is not closed" } else { "it names no rule" });
        return Some(comment);
    };
    let ids_start = start + line.len() - rest.len() + 1;
    let mut at = ids_start;
    for word in ids.split(',') {
        let name = word.trim();
        let name_start = at + (word.len() - word.trim_start().len());
        if !name.is_empty() {
            let span = Span::new(id, name_start, name_start + name.len());
            comment.rules.push((span, Str::from(name)));
        }
        at += word.len() + 1;
    }
    if comment.rules.is_empty() {
        comment.refused = Some("it names no rule");
    }
    let reason = reason.trim().trim_end_matches("*/").trim();
    let reason = reason.trim_start_matches([':', '-', '–', '—']).trim_start();
    comment.reason = (!reason.is_empty()).then(|| reason.to_owned());
    Some(comment)
}

/// The ids of a comment with their places.
impl Comment {
    pub(super) fn ids(&self) -> impl Iterator<Item = Located<&str>> {
        self.rules.iter().map(|(span, id)| Located::new(id.as_str(), *span))
    }
}

#[cfg(test)]
mod tests {
    use iacscan_core::Sources;

    use super::*;

    fn read(path: &str, text: &str) -> Vec<Comment> {
        let sources = Sources::new();
        let id = sources.add(path, text);
        comments(id, &sources.get(id))
    }

    #[test]
    fn ids_and_reasons_are_read() {
        let cases: [(&str, &str, &[&str], Option<&str>); 8] = [
            ("a.tf", "# iacscan: ignore[a-b] because", &["a-b"], Some("because")),
            ("a.tf", "x = 1 // iacscan:ignore[a, b]", &["a", "b"], None),
            ("a.tf", "/* iacscan: ignore[a]: it must */", &["a"], Some("it must")),
            ("a.tf", "/*\n * iacscan: ignore[a] r\n */", &["a"], Some("r")),
            ("a.tf", "# iacscan: ignore", &[], None),
            ("a.tf", "# iacscan: ignore[] why", &[], Some("why")),
            ("a.tf", "# iacscan: ignore[a", &[], None),
            ("a.yaml", "a: 1 # iacscan: ignore[a] r", &["a"], Some("r")),
        ];
        for (path, text, ids, reason) in cases {
            let found = read(path, text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].ids().map(|id| id.value).collect::<Vec<_>>(), ids, "{text}");
            assert_eq!(found[0].reason.as_deref(), reason, "{text}");
            assert_eq!(found[0].refused.is_some(), ids.is_empty(), "{text}");
            for (span, id) in &found[0].rules {
                assert_eq!(text.get(span.range()), Some(id.as_str()), "{text}");
            }
        }
    }

    #[test]
    fn prose_and_strings_are_no_suppressions() {
        for (path, text) in [
            ("a.tf", "# iacscan: a scanner"),
            ("a.tf", "# iacscan: ignored[a]"),
            ("a.tf", "# see iacscan: ignore[a]"),
            ("a.tf", "x = \"# iacscan: ignore[a]\""),
            ("a.tf", "x = <<E\n# iacscan: ignore[a]\nE\n"),
            ("a.yaml", "a: '# iacscan: ignore[a]'"),
            ("a.yaml", "a: |\n  # iacscan: ignore[a]\n"),
            ("a.json", "{\"a\": \"# iacscan: ignore[a]\"}"),
        ] {
            assert_eq!(read(path, text), [], "{text}");
        }
    }

    #[test]
    fn a_comment_speaks_of_its_line_or_the_next() {
        let cases: [(&str, &[usize]); 5] = [
            ("a = 1 # iacscan: ignore[a]\nb = 2\n", &[0]),
            ("# iacscan: ignore[a]\nb = 2\nc = 3", &[0, 1]),
            ("# iacscan: ignore[a]\n# more\n  // more\nb = 2\nc = 3", &[0, 1, 2, 3]),
            ("/* iacscan: ignore[a]\n more */\nb = 2\nc = 3", &[0, 1, 2]),
            ("# iacscan: ignore[a]\n\nb = 2\n", &[0, 1]),
        ];
        for (text, lines) in cases {
            let found = read("a.tf", text);
            let covered: Vec<usize> =
                (0..6).filter(|line| found[0].covers(&(*line..=*line))).collect();
            assert_eq!(covered, lines, "{text}");
        }
    }
}
