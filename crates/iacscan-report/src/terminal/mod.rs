//! `--format terminal`: for people.
//!
//! Snippets are drawn as the Rust compiler draws them, by the same library; what it is given are
//! small [excerpts](excerpt) without anything hostile in them.

mod excerpt;
mod summary;

use std::borrow::Cow;
use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Padding, Renderer, Snippet};
use iacscan_core::{Finding, Label, LabelKind, Severity, Sources};
use textwrap::{WordSplitter, wrap};
use unicode_width::UnicodeWidthStr;

use self::excerpt::{Excerpt, Limits, excerpts};
use crate::{NoticeLevel, Options, Report, Verbosity, inert, visible};

/// A finding shows this many labels; the others are counted.
const MOST_LABELS: usize = 12;
/// Narrower terminals are drawn for as if they had this many columns.
const LEAST_WIDTH: usize = 40;
/// Lines of source are cut at this many columns where the width of the output is not known.
const UNKNOWN_WIDTH: usize = 160;

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
        let message = match (&notice.path, &notice.span) {
            (Some(path), None) => format!("{path}: {}", notice.message),
            _ => notice.message.clone(),
        };
        let level = match notice.level {
            NoticeLevel::Warning => Level::WARNING,
            NoticeLevel::Error => Level::ERROR,
        };
        let diagnostic = Diagnostic {
            level,
            name: notice.level.as_str(),
            rule: None,
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
    /// How it is coloured.
    level: Level<'static>,
    /// What stands before the rule.
    name: &'static str,
    /// The id of the rule and its page.
    rule: Option<(&'r str, Option<String>)>,
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
            notes.push(format!("{more} more places are not shown"));
        }
        Self {
            level: level(finding.severity),
            name: finding.severity.as_str(),
            rule: Some((finding.rule, options.rule_url(finding.rule))),
            message: finding.message.clone(),
            labels: finding.labels.iter().take(MOST_LABELS).collect(),
            notes,
            help: finding.help.clone(),
        }
    }
}

/// How a severity is coloured.
fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::High => Level::ERROR,
        Severity::Medium => Level::WARNING,
        Severity::Low => Level::INFO,
        Severity::Info => Level::NOTE,
    }
}

/// Draws diagnostics for one output.
struct Painter {
    renderer: Renderer,
    /// Columns to wrap text at.
    width: Option<usize>,
    ascii: bool,
}

impl Painter {
    fn new(options: &Options) -> Self {
        let renderer = if options.color { Renderer::styled() } else { Renderer::plain() };
        let decor = if options.ascii { DecorStyle::Ascii } else { DecorStyle::Unicode };
        Self {
            // Excerpts are cut already; the renderer is not to cut again.
            renderer: renderer
                .term_width(usize::from(u16::MAX))
                .decor_style(decor)
                .hyperlink(options.hyperlinks),
            width: options.width.map(|width| width.max(LEAST_WIDTH)),
            ascii: options.ascii,
        }
    }

    fn write(
        &self,
        diagnostic: &Diagnostic<'_>,
        sources: &Sources,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let last = diagnostic
            .labels
            .iter()
            .map(|label| sources.get(label.span.source).lines().line_of(label.span.end) + 1)
            .max()
            .unwrap_or_default();
        // ` NN | `, and what multi-line marks take.
        let gutter = last.checked_ilog10().unwrap_or_default() as usize + 1 + 6;
        let limits = Limits {
            columns: self.width.unwrap_or(UNKNOWN_WIDTH).saturating_sub(gutter),
            ellipsis: if self.ascii { "..." } else { "…" },
        };
        let excerpts = excerpts(&diagnostic.labels, sources, limits);
        let is_cut = excerpts.iter().any(|excerpt| excerpt.place.is_some());

        let name = diagnostic.name;
        let (rule, url) = match &diagnostic.rule {
            Some((rule, url)) => (Some(*rule), url.as_deref()),
            None => (None, None),
        };
        let column = name.len() + rule.map_or(0, |rule| rule.len() + 2) + 2;
        let message = self.wrapped(&visible::line(&diagnostic.message), column);
        let mut title = diagnostic.level.clone().with_name(name).primary_title(message);
        if let Some(rule) = rule {
            title = title.id(rule);
        }
        if let Some(url) = url {
            title = title.id_url(url);
        }
        let mut group = Group::with_title(title);
        let mut notes = diagnostic.notes.clone();
        for (index, excerpt) in excerpts.iter().enumerate() {
            group = self.add(excerpt, index > 0, limits, &mut notes, group);
        }
        for note in &notes {
            let text = self.wrapped(&visible::line(note), gutter + "note: ".len());
            group = group.element(Level::NOTE.message(text));
        }
        if let Some(help) = &diagnostic.help {
            let text = self.wrapped(&visible::lines(help), gutter + "help: ".len());
            group = group.element(Level::HELP.message(text));
        }
        let drawn = self.renderer.render(&[group]);
        for line in drawn.lines().filter(|line| !(is_cut && is_bare_separator(line))) {
            let line = line.trim_end();
            if self.ascii {
                writeln!(out, "{}", line.replace(visible::is_replacement, "?"))?;
            } else {
                writeln!(out, "{line}")?;
            }
        }
        writeln!(out)
    }

    /// Adds an excerpt. Labels that no terminal line could hold become notes.
    fn add<'a>(
        &self,
        excerpt: &'a Excerpt,
        is_further: bool,
        limits: Limits,
        notes: &mut Vec<String>,
        mut group: Group<'a>,
    ) -> Group<'a> {
        let mut snippet = Snippet::source(excerpt.text.as_str()).line_start(excerpt.first_line);
        match &excerpt.place {
            None => snippet = snippet.path(excerpt.path.as_str()),
            Some(place) => {
                if is_further {
                    group = group.element(Padding);
                }
                let origin = Origin::path(excerpt.path.as_str());
                group =
                    group.element(origin.line(place.start.line).char_column(place.start.column));
            }
        }
        for mark in &excerpt.marks {
            let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let mut annotation = kind.span(mark.range.clone());
            if self.width.is_some() && mark.label.width() > limits.columns {
                notes.push(mark.label.clone());
            } else if !mark.label.is_empty() {
                annotation = annotation.label(mark.label.as_str());
            }
            snippet = snippet.annotation(annotation);
        }
        group.element(snippet)
    }

    /// A text wrapped to the terminal, when it starts in this column; lines keep their
    /// indentation.
    fn wrapped(&self, text: &str, column: usize) -> String {
        let Some(width) = self.width else { return text.to_owned() };
        // Rather a line that the terminal breaks than a column of single words.
        let width = width.saturating_sub(column).max(LEAST_WIDTH - 10);
        let mut lines: Vec<Cow<'_, str>> = Vec::new();
        for line in text.lines() {
            let indent = line.len() - line.trim_start_matches(' ').len();
            let indent = " ".repeat(indent);
            let options = textwrap::Options::new(width)
                .subsequent_indent(&indent)
                .break_words(false)
                .word_splitter(WordSplitter::NoHyphenation);
            lines.extend(wrap(line, options).into_iter().map(|line| Cow::Owned(line.into_owned())));
        }
        lines.join("\n")
    }
}

/// Whether a drawn line only separates two files: where an excerpt's place is given apart from its
/// text, the library draws one that belongs to no file.
fn is_bare_separator(line: &str) -> bool {
    let mut visible = String::new();
    let mut rest = line;
    while let Some((before, escape)) = rest.split_once("\x1b[") {
        visible.push_str(before);
        rest = escape.split_once('m').map_or("", |(_, after)| after);
    }
    visible.push_str(rest);
    matches!(visible.trim(), ":::" | "⸬")
}

#[cfg(test)]
mod tests;
