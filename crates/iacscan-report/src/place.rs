//! Spans as people and other tools count them.

use iacscan_core::{LineColumn, Source, Sources, Span};

/// The place of a span: lines and columns from 1, the end exclusive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Display path of the source.
    pub(crate) path: String,
    pub(crate) start: LineColumn,
    pub(crate) end: LineColumn,
}

impl Place {
    pub(crate) fn of(span: Span, sources: &Sources) -> Self {
        Self::of_source(span, &sources.get(span.source))
    }

    pub(crate) fn of_source(span: Span, source: &Source) -> Self {
        let at = |offset: u32| {
            let last = u32::try_from(source.text.len()).unwrap_or(u32::MAX);
            source.lines().line_column(&source.text, offset.min(last))
        };
        Self { path: source.path.clone(), start: at(span.start), end: at(span.end) }
    }
}

/// `path:line:column`, with nothing hostile in the path.
impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = crate::visible::line(&self.path);
        write!(f, "{path}:{}:{}", self.start.line, self.start.column)
    }
}
