//! What miette is given to draw: diagnostics, and sources that hold nothing but excerpts.
//!
//! The stock sources of miette read a whole file for every label and count columns in bytes. Here
//! the excerpts of a file lie behind one another in one range of offsets, and each is read as a
//! whole, with the line and column that it has in the file.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan};
use miette::{Severity, SpanContents};

use super::excerpt::{Excerpt, Excerpts, Mark};

/// Miette draws this many lines around a mark; an excerpt is read as a whole for any number but 0,
/// which is for the place of a mark.
pub(super) const CONTEXT_LINES: usize = 1;

/// A message over the excerpts of a file, with other diagnostics nested under it.
#[derive(Debug, Default)]
pub(super) struct Snippet {
    pub(super) code: Option<String>,
    pub(super) url: Option<String>,
    pub(super) level: Level,
    /// May be empty.
    pub(super) message: String,
    pub(super) file: Option<File>,
    pub(super) related: Vec<Snippet>,
}

/// How grave a diagnostic is: miette has a sign for each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Level {
    #[default]
    Advice,
    Warning,
    Error,
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Snippet {}

impl Diagnostic for Snippet {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.level {
            Level::Advice => Severity::Advice,
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        })
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.url.as_ref().map(|url| Box::new(url) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.file.as_ref().map(|file| file as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let file = self.file.as_ref()?;
        Some(Box::new(file.marks().map(|(base, mark)| {
            let label = (!mark.label.is_empty()).then(|| mark.label.clone());
            let span = span_of(base, mark);
            if mark.primary {
                LabeledSpan::new_primary_with_span(label, span)
            } else {
                LabeledSpan::new_with_span(label, span)
            }
        })))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(self.related.iter().map(|snippet| snippet as &dyn Diagnostic)))
    }
}

/// The excerpts of a file, each with the offset of its text among them.
#[derive(Debug)]
pub(super) struct File {
    path: String,
    excerpts: Vec<(usize, Excerpt)>,
}

impl From<Excerpts> for File {
    fn from(excerpts: Excerpts) -> Self {
        let mut base = 0;
        let with_base = |excerpt: Excerpt| {
            let start = base;
            base += excerpt.text.len();
            (start, excerpt)
        };
        Self {
            path: excerpts.path,
            excerpts: excerpts.excerpts.into_iter().map(with_base).collect(),
        }
    }
}

impl File {
    /// All marks with the offset that their ranges are relative to, in order.
    pub(super) fn marks(&self) -> impl Iterator<Item = (usize, &Mark)> {
        self.excerpts
            .iter()
            .flat_map(|(base, excerpt)| excerpt.marks.iter().map(move |mark| (*base, mark)))
    }
}

fn span_of(base: usize, mark: &Mark) -> SourceSpan {
    (base + mark.range.start, mark.range.len()).into()
}

impl SourceCode for File {
    /// The excerpt that holds a span; none holds the marks of two, which keeps them apart.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let index = self.excerpts.partition_point(|(base, _)| *base <= span.offset());
        let (base, excerpt) = index
            .checked_sub(1)
            .and_then(|index| self.excerpts.get(index))
            .ok_or(MietteError::OutOfBounds)?;
        let start = span.offset() - base;
        let marked = excerpt.text.get(start..start + span.len()).ok_or(MietteError::OutOfBounds)?;
        let (text, span, line, column) = if lines_before + lines_after == 0 {
            let place = excerpt.marks.iter().find(|mark| span_of(*base, mark) == *span);
            let place = place.ok_or(MietteError::OutOfBounds)?.place;
            (marked, *span, place.line.saturating_sub(1), place.column.saturating_sub(1))
        } else {
            let whole = (*base, excerpt.text.len()).into();
            (excerpt.text.as_str(), whole, excerpt.first_line.saturating_sub(1), 0)
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone(),
            text.as_bytes(),
            span,
            line,
            column,
            text.lines().count(),
        )))
    }
}
