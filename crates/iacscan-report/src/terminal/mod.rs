//! `--format terminal`: for people.
//!
//! Snippets are [drawn](draw) by miette; what it is [given](snippet) are small [excerpts](excerpt)
//! without anything hostile in them.

mod draw;
mod excerpt;
mod snippet;
mod summary;
mod theme;

use std::io::{self, Write};

use iacscan_core::{Finding, Label, LabelKind, Severity, Sources};

use self::draw::Painter;
use self::theme::Tone;
use crate::{Options, Report, Verbosity, inert};

/// A finding shows this many labels; the others are counted.
const MOST_LABELS: usize = 12;

/// Writes the findings, the worst last, and the summary.
pub(crate) fn render(
    report: &Report,
    sources: &Sources,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let painter = Painter::new(options);
    if options.verbosity == Verbosity::Verbose {
        summary::undecided(report, sources, options, &mut out)?;
        summary::left_out(report, sources, options, &mut out)?;
    }
    for severity in Severity::ALL {
        let same = report.findings.iter().filter(|reported| reported.finding.severity == severity);
        for reported in same {
            painter.write(&Diagnostic::of(&reported.finding, options), sources, &mut out)?;
        }
    }
    if options.verbosity >= Verbosity::Normal {
        summary::summary(report, options, &mut out)?;
    }
    out.flush()
}

/// Writes the notices of a report, for standard error; those with a span as snippets.
///
/// # Errors
///
/// Those of `out`.
pub fn render_notices(
    report: &Report,
    sources: &Sources,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = Vec::new();
    let painter = Painter::new(options);
    for notice in &report.notices {
        let label =
            notice.span.map(|span| Label { span, text: String::new(), kind: LabelKind::Primary });
        let level = notice.level.as_str();
        let message = match (&notice.path, &notice.span) {
            (Some(path), None) => format!("{level}: {path}: {}", notice.message),
            _ => format!("{level}: {}", notice.message),
        };
        let diagnostic = Diagnostic {
            tone: Tone::Notice(notice.level),
            code: None,
            message,
            labels: label.iter().collect(),
            notes: Vec::new(),
            help: None,
        };
        painter.write(&diagnostic, sources, &mut text)?;
    }
    if options.github_actions { inert::write(&text, out) } else { out.write_all(&text) }
}

/// One finding or notice, ready to be drawn.
struct Diagnostic<'r> {
    tone: Tone,
    /// The severity and the rule, and the page of the rule.
    code: Option<(String, Option<String>)>,
    message: String,
    labels: Vec<&'r Label>,
    notes: Vec<String>,
    help: Option<String>,
}

impl<'r> Diagnostic<'r> {
    fn of(finding: &'r Finding, options: &Options) -> Self {
        let mut notes: Vec<String> = Vec::new();
        if let Some(when) = &finding.when {
            notes.push(format!("when {when}"));
        }
        let more = finding.labels.len().saturating_sub(MOST_LABELS);
        if more > 0 {
            let places = if more == 1 { "place is" } else { "places are" };
            notes.push(format!("{more} more {places} not shown"));
        }
        let code = format!("{}[{}]", finding.severity, finding.rule);
        Self {
            tone: Tone::Severity(finding.severity),
            code: Some((code, options.rule_url(finding.rule))),
            message: finding.message.clone(),
            labels: finding.labels.iter().take(MOST_LABELS).collect(),
            notes,
            help: finding.advice(),
        }
    }
}

#[cfg(test)]
mod tests;
