//! Diagnostics as text, drawn by miette.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::Style;
use iacscan_core::Sources;
use miette::GraphicalReportHandler;
use textwrap::{WordSeparator, WordSplitter, wrap};
use unicode_width::UnicodeWidthStr;

use super::Diagnostic;
use super::excerpt::{Excerpt, LEADER, Limits, TAB, excerpts};
use super::snippet::{CONTEXT_LINES, File, Snippet};
use super::theme::Theme;
use crate::{Options, visible};

/// Narrower terminals are drawn for as if they had this many columns.
const LEAST_WIDTH: usize = 40;
/// Wider terminals are drawn for as if they had this many columns.
const MOST_WIDTH: usize = 1000;
/// Lines of source are cut at this many columns where the width of the output is not known.
const UNKNOWN_WIDTH: usize = 160;
/// Text is never wrapped to fewer columns: rather a line that the terminal breaks than a column of
/// single words.
const LEAST_TEXT: usize = 20;
/// What stands before a message: `  × `.
const SIGN: usize = 4;
/// What nesting takes: `  ╰─▶ `.
const NESTED: usize = 6;
/// Draws diagnostics for one output.
pub(super) struct Painter {
    handler: GraphicalReportHandler,
    theme: Theme,
    /// Columns to wrap text at.
    width: Option<usize>,
    color: bool,
    ascii: bool,
}

impl Painter {
    pub(super) fn new(options: &Options) -> Self {
        let theme = Theme::new(options);
        let width = options.width.map(|width| width.clamp(LEAST_WIDTH, MOST_WIDTH));
        // Everything is cut and wrapped already: miette would wrap drawn source like text.
        let handler = GraphicalReportHandler::new_themed(miette::GraphicalTheme::none())
            .with_width(width.unwrap_or(UNKNOWN_WIDTH))
            .with_wrap_lines(false)
            .with_context_lines(CONTEXT_LINES)
            .with_urls(options.hyperlinks)
            .with_link_display_text("(docs)")
            .with_show_related_as_nested(true)
            .without_syntax_highlighting()
            .tab_width(TAB);
        Self { handler, theme, width, color: options.color, ascii: options.ascii }
    }

    pub(super) fn write(
        &self,
        diagnostic: &Diagnostic<'_>,
        sources: &Sources,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let limits = self.limits(diagnostic, sources);
        let mut notes = diagnostic.notes.clone();
        let mut files = excerpts(&diagnostic.labels, sources, limits);
        if self.width.is_some() {
            for excerpt in files.iter_mut().flat_map(|file| &mut file.excerpts) {
                wrap_labels(excerpt, &mut notes);
            }
        }
        let mut files = files.into_iter().map(File::from);

        let (code, url) = match &diagnostic.code {
            Some((code, url)) => (Some(code.clone()), url.clone()),
            None => (None, None),
        };
        let level = diagnostic.tone.level();
        let main = Snippet {
            code,
            url,
            level,
            message: self.wrapped(&visible::line(&diagnostic.message), SIGN).join("\n"),
            file: files.next(),
            related: Vec::new(),
        };
        self.draw(diagnostic, &main, out)?;
        let nested = |file| Snippet { file: Some(file), ..Snippet::default() };
        let related: Vec<Snippet> = files.map(nested).collect();
        if !related.is_empty() {
            // Apart from the main file, which has other colours.
            self.draw(diagnostic, &Snippet { level, related, ..Snippet::default() }, out)?;
        }
        for note in &notes {
            self.write_hanging("note", &visible::line(note), out)?;
        }
        if let Some(help) = &diagnostic.help {
            self.write_hanging("help", &visible::lines(help), out)?;
        }
        writeln!(out)
    }

    /// How much of the source lines there is room for.
    fn limits(&self, diagnostic: &Diagnostic<'_>, sources: &Sources) -> Limits {
        let last = diagnostic
            .labels
            .iter()
            .map(|label| {
                let source = sources.get(label.span.source);
                source.lines().number_of(source.lines().line_of(label.span.end)) + 1
            })
            .max()
            .unwrap_or_default();
        // ` NN │ `.
        let gutter = last.checked_ilog10().unwrap_or_default() as usize + 1 + 4;
        Limits {
            columns: self.width.unwrap_or(UNKNOWN_WIDTH).saturating_sub(gutter),
            indent: NESTED,
            label: self.width.map(|_| LEAST_TEXT),
            ellipsis: if self.ascii { "..." } else { "…" },
        }
    }

    fn draw(
        &self,
        diagnostic: &Diagnostic<'_>,
        snippet: &Snippet,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let theme = self.theme.of(diagnostic.tone, snippet.file.as_ref());
        let mut drawn = String::new();
        self.handler
            .clone()
            .with_theme(theme)
            .render_report(&mut drawn, snippet)
            .map_err(io::Error::other)?;
        // The only empty lines are those after the code and for a message that is empty.
        drawn.lines().filter(|line| !line.is_empty()).try_for_each(|line| self.line(line, out))
    }

    fn line(&self, line: &str, out: &mut dyn Write) -> io::Result<()> {
        let line = line.trim_end();
        if self.ascii {
            writeln!(out, "{}", line.replace(visible::is_replacement, "?"))
        } else {
            writeln!(out, "{line}")
        }
    }

    /// Writes `  name: text`, with all lines of the text in one column.
    fn write_hanging(&self, name: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let indent = "  ".len() + name.len() + ": ".len();
        let style = if self.color { Style::new().bold() } else { Style::new() };
        for (number, line) in self.wrapped(text, indent).iter().enumerate() {
            if number == 0 {
                self.line(&format!("  {style}{name}{style:#}: {line}"), out)?;
            } else {
                self.line(&format!("{:indent$}{line}", ""), out)?;
            }
        }
        Ok(())
    }

    /// A text wrapped to the terminal, when it starts in this column; lines keep their
    /// indentation.
    fn wrapped<'t>(&self, text: &'t str, column: usize) -> Vec<Cow<'t, str>> {
        match self.width {
            None => text.lines().map(Cow::Borrowed).collect(),
            Some(width) => wrapped(text, width.saturating_sub(column)),
        }
    }
}

/// Wraps labels to the room beside their marks. Where there is none they become notes.
fn wrap_labels(excerpt: &mut Excerpt, notes: &mut Vec<String>) {
    for mark in &mut excerpt.marks {
        let room = excerpt.columns.saturating_sub(mark.middle.map_or(0, |middle| middle + LEADER));
        if mark.label.lines().all(|line| line.width() <= room) {
            continue;
        }
        if room < LEAST_TEXT {
            notes.extend(mark.label.lines().map(str::to_owned));
            mark.label.clear();
        } else {
            mark.label = wrapped(&mark.label, room).join("\n");
        }
    }
}

/// A text wrapped to some columns, in lines that keep their indentation.
fn wrapped(text: &str, columns: usize) -> Vec<Cow<'_, str>> {
    let columns = columns.max(LEAST_TEXT);
    let mut lines = Vec::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let indent = " ".repeat(indent);
        let options = textwrap::Options::new(columns)
            .subsequent_indent(&indent)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        lines.extend(wrap(line, options).into_iter().map(|line| Cow::Owned(line.into_owned())));
    }
    lines
}
