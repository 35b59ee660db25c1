//! Findings that the source itself suppresses, and suppressions that are wrong.

mod comment;
mod hcl;
mod justified;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use iacscan_core::{Finding, Severity, SourceId, Sources, Span, Str, Suppression};
use iacscan_report::SuppressedBy;

use crate::names;
use crate::rules::{INVALID_SUPPRESSION, UNUSED_SUPPRESSION};
use comment::Comment;
use justified::Justifications;

/// Why a finding is suppressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    /// In the words of who suppressed it.
    pub(crate) text: Option<String>,
    /// Where that was said.
    pub(crate) by: SuppressedBy,
    /// The comment or metadata entry.
    pub(crate) span: Span,
}

/// The suppressions of a scan: comments of all sources and metadata of all resources.
#[derive(Debug, Default)]
pub(crate) struct Suppressions {
    comments: BTreeMap<SourceId, Vec<Comment>>,
    metadata: Vec<Suppression>,
    justifications: Justifications,
    /// Places of the ids that suppressed something.
    used: BTreeSet<Span>,
}

impl Suppressions {
    /// Those in comments of all sources, and `metadata`.
    pub(crate) fn new(sources: &Sources, metadata: Vec<Suppression>) -> Self {
        let comments = sources
            .all()
            .iter()
            .map(|(id, source)| (*id, comment::comments(*id, source)))
            .filter(|(_, comments)| !comments.is_empty())
            .collect();
        Self { comments, metadata, ..Self::default() }
    }

    /// Why a finding is suppressed; nothing when it is not.
    pub(crate) fn of(&mut self, finding: &Finding, sources: &Sources) -> Option<Reason> {
        self.wished(finding, sources).or_else(|| self.justified(finding, sources))
    }

    /// A comment at the text to change that says why it has to be so, for rules that take one.
    fn justified(&mut self, finding: &Finding, sources: &Sources) -> Option<Reason> {
        if !iacscan_rules::rule(finding.rule)?.takes_justification() {
            return None;
        }
        let (span, words) = self.justifications.of(finding.primary()?.span, sources)?;
        Some(Reason { text: Some(words), by: SuppressedBy::Comment, span })
    }

    fn wished(&mut self, finding: &Finding, sources: &Sources) -> Option<Reason> {
        let mut reason = None;
        for suppression in &finding.suppressions {
            if suppression.rule == finding.rule {
                self.used.insert(suppression.span);
                reason.get_or_insert_with(|| Reason {
                    text: suppression.reason.as_ref().map(Str::to_string),
                    by: SuppressedBy::Metadata,
                    span: suppression.span,
                });
            }
        }
        if self.comments.is_empty() {
            return reason;
        }
        // The text to change first, then the other ends, then the headers around them.
        let labels = finding.labels.iter().map(|label| label.span);
        for span in labels.chain(finding.scopes.iter().copied()) {
            let Some(comments) = self.comments.get(&span.source) else { continue };
            let lines = lines(span, sources);
            for comment in comments.iter().filter(|comment| comment.covers(&lines)) {
                for id in comment.ids().filter(|id| id.value == finding.rule) {
                    self.used.insert(id.span);
                    reason.get_or_insert_with(|| Reason {
                        text: comment.reason.clone(),
                        by: SuppressedBy::Comment,
                        span: comment.span,
                    });
                }
            }
        }
        reason
    }

    /// Findings about suppressions that are refused, or that suppress nothing although their rule
    /// was `checked`.
    pub(crate) fn findings(
        &self,
        sources: &Sources,
        rules: &[&str],
        checked: impl Fn(&str) -> bool,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut id = |span: Span, rule: &str| {
            if !rules.contains(&rule) {
                let help = names::nearest(rule, rules.iter().copied())
                    .map(|near| format!("Did you mean `{near}`?"));
                findings.push(invalid(sources, span, &format!("there is no rule `{rule}`"), help));
            } else if !self.used.contains(&span) && checked(rule) {
                findings.push(unused(sources, span, rule));
            }
        };
        for comment in self.comments.values().flatten() {
            for rule in comment.ids() {
                id(rule.span, rule.value);
            }
        }
        let metadata: BTreeSet<(Span, &Str)> =
            self.metadata.iter().map(|suppression| (suppression.span, &suppression.rule)).collect();
        for (span, rule) in metadata.iter().filter(|(_, rule)| !rule.is_empty()) {
            id(*span, rule);
        }
        for (span, _) in metadata.iter().filter(|(_, rule)| rule.is_empty()) {
            let help = "Write `ignore: [{rule: rule-id, reason: text}]`.".to_owned();
            let message = "this suppression is refused: it names no rule";
            findings.push(invalid(sources, *span, message, Some(help)));
        }
        for comment in self.comments.values().flatten() {
            if let Some(why) = comment.refused {
                let help = "Write `iacscan: ignore[rule-id] reason`.".to_owned();
                let message = format!("this suppression is refused: {why}");
                findings.push(invalid(sources, comment.span, &message, Some(help)));
            }
        }
        findings
    }
}

fn lines(span: Span, sources: &Sources) -> RangeInclusive<usize> {
    let source = sources.get(span.source);
    let index = source.lines();
    index.line_of(span.start)..=index.line_of(span.end.saturating_sub(1).max(span.start))
}

fn invalid(sources: &Sources, span: Span, message: &str, help: Option<String>) -> Finding {
    let path = sources.get(span.source).path.clone();
    let mut finding =
        Finding::build(INVALID_SUPPRESSION, Severity::Low, span, "suppresses nothing")
            .message(message)
            .unit(path)
            .fingerprint(sources.slice(span));
    if let Some(help) = help {
        finding = finding.help(help);
    }
    finding.finish()
}

fn unused(sources: &Sources, span: Span, rule: &str) -> Finding {
    let path = sources.get(span.source).path.clone();
    Finding::build(UNUSED_SUPPRESSION, Severity::Low, span, "matches no finding")
        .message(format!("the suppression of `{rule}` suppresses nothing"))
        .help("Remove it, or move it to the line that the finding is about.")
        .unit(path)
        .fingerprint(rule)
        .finish()
}
