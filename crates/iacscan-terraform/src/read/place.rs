//! Where the parsed text lies: in a file, inside a string of a file, or behind a module call.

use std::ops::Range;
use std::sync::Arc;

use iacscan_core::{Literal, OffsetMap, OffsetMapBuilder, Origin, SourceId, Span, Str};

/// How offsets of a parsed text become spans.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// The text begins at an offset of a source.
    Source(SourceId, usize),
    /// The text was decoded from a string of a source.
    Decoded(Arc<OffsetMap>),
    /// All of it stands for one place: code that the user did not write (an installed module) is
    /// shown at the call that brings it in.
    Fixed(Span),
}

/// A piece of a literal: its decoded text and the bytes that wrote it.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) text: Str,
    pub(super) source: Range<usize>,
    /// Whether the text is the source byte for byte.
    pub(super) verbatim: bool,
}

impl Place {
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        match self {
            Self::Source(source, base) => Span::new(*source, base + range.start, base + range.end),
            Self::Decoded(map) => map.span(range),
            Self::Fixed(span) => *span,
        }
    }

    /// The place of the text from an offset on.
    pub(crate) fn offset_by(&self, offset: usize) -> Self {
        match self {
            Self::Source(source, base) => Self::Source(*source, base + offset),
            Self::Decoded(map) => Self::Decoded(map.slice(offset..usize::MAX).shared()),
            Self::Fixed(span) => Self::Fixed(*span),
        }
    }

    /// A literal from its pieces.
    pub(super) fn literal(&self, runs: &[Run]) -> Literal {
        if let [run] = runs {
            let origin = match self {
                Self::Source(source, base) if run.verbatim => {
                    let start = u32::try_from(base + run.source.start).unwrap_or(u32::MAX);
                    Origin::At(*source, start)
                }
                Self::Source(source, base) => mapped(*source, *base, runs),
                Self::Decoded(map) if run.verbatim => {
                    Origin::Mapped(map.slice(run.source.clone()).shared())
                }
                Self::Decoded(_) | Self::Fixed(_) => Origin::None,
            };
            return Literal { text: run.text.clone(), origin };
        }
        let text: String = runs.iter().map(|run| run.text.as_str()).collect();
        let origin = match self {
            Self::Source(source, base) if !runs.is_empty() => mapped(*source, *base, runs),
            _ => Origin::None,
        };
        Literal { text: text.into(), origin }
    }
}

fn mapped(source: SourceId, base: usize, runs: &[Run]) -> Origin {
    let mut builder = OffsetMapBuilder::new(source);
    for run in runs {
        if run.verbatim {
            builder.verbatim(base + run.source.start, run.text.len());
        } else {
            builder.escape(base + run.source.start, run.text.len());
        }
    }
    let end = runs.last().map_or(base, |run| base + run.source.end);
    Origin::Mapped(builder.finish(end).shared())
}
