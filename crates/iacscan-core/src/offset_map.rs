//! From decoded text back to the bytes that wrote it.

use std::sync::Arc;

use crate::{Origin, SourceId, Span};

/// Maps bytes of a decoded text (escapes resolved, folded, de-indented) to bytes of its source.
///
/// Runs are sorted by `decoded` and cover the decoded text without gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffsetMap {
    source: SourceId,
    runs: Vec<Run>,
    /// Length of the decoded text and the source offset after its last byte.
    end: (u32, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    decoded: u32,
    source: u32,
    /// Whether the run is the source byte for byte; else all of it stands for one escape.
    verbatim: bool,
}

/// A stretch of decoded text that comes from one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapRun {
    /// The decoded bytes.
    pub decoded: std::ops::Range<usize>,
    /// The source offset of the first of them.
    pub source: usize,
    /// Whether they are the source byte for byte; else all of them stand for one escape.
    pub verbatim: bool,
}

impl OffsetMap {
    /// A map of text that is its source byte for byte.
    #[must_use]
    pub fn verbatim(source: SourceId, start: usize, length: usize) -> Self {
        let mut builder = OffsetMapBuilder::new(source);
        builder.verbatim(start, length);
        builder.finish(start + length)
    }

    /// The source offset of the decoded byte `at`; past the end, the end.
    #[must_use]
    pub fn to_source(&self, at: usize) -> usize {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        if at >= self.end.0 {
            return self.end.1 as usize;
        }
        let index = self.runs.partition_point(|run| run.decoded <= at).saturating_sub(1);
        self.runs.get(index).map_or(self.end.1 as usize, |run| {
            let inside = if run.verbatim { at - run.decoded } else { 0 };
            (run.source + inside) as usize
        })
    }

    /// The source bytes that wrote the decoded bytes `range`.
    #[must_use]
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        let start = self.to_source(range.start);
        let end = if range.end <= range.start {
            start
        } else {
            // The end of the last byte, not the start of the next: escapes and indentation between
            // two runs belong to neither.
            let last = u32::try_from(range.end - 1).unwrap_or(u32::MAX);
            let index = self.runs.partition_point(|run| run.decoded <= last).saturating_sub(1);
            match self.runs.get(index) {
                Some(run) if run.verbatim && last < self.end.0 => {
                    (run.source + (last - run.decoded)) as usize + 1
                }
                _ => self.to_source(range.end),
            }
        };
        Span::new(self.source, start, end)
    }

    /// Where the decoded bytes `range` were written: from one offset on, unless escapes or what was
    /// left out lie between them.
    #[must_use]
    pub fn origin(&self, range: std::ops::Range<usize>) -> Origin {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let (start, end) = (offset(range.start), offset(range.end));
        let behind = self.runs.partition_point(|run| run.decoded <= start);
        let ends = self.runs.get(behind).map_or(self.end.0, |next| next.decoded);
        match behind.checked_sub(1).and_then(|index| self.runs.get(index)) {
            Some(run) if run.verbatim && start < end && end <= ends => {
                Origin::At(self.source, run.source + (start - run.decoded))
            }
            _ => Origin::Mapped(self.slice(range).shared()),
        }
    }

    /// The part of the map for the decoded bytes `range`, counted from its start.
    #[must_use]
    pub fn slice(&self, range: std::ops::Range<usize>) -> Self {
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX).min(self.end.0);
        let (start, end) = (clamp(range.start), clamp(range.end.max(range.start)));
        let first = self.runs.partition_point(|run| run.decoded <= start).saturating_sub(1);
        let runs = self
            .runs
            .iter()
            .skip(first)
            .take_while(|run| run.decoded < end || run.decoded <= start)
            .map(|run| {
                let skipped = start.saturating_sub(run.decoded);
                Run {
                    decoded: run.decoded.saturating_sub(start),
                    source: run.source + if run.verbatim { skipped } else { 0 },
                    verbatim: run.verbatim,
                }
            })
            .collect();
        let source_end = self.span(start as usize..end as usize).end;
        Self { source: self.source, runs, end: (end - start, source_end) }
    }

    /// The text that the map leads to.
    #[must_use]
    pub const fn source(&self) -> SourceId {
        self.source
    }

    /// The runs in order.
    pub fn runs(&self) -> impl Iterator<Item = MapRun> {
        let ends = self.runs.iter().skip(1).map(|run| run.decoded).chain([self.end.0]);
        self.runs.iter().zip(ends).map(|(run, end)| MapRun {
            decoded: run.decoded as usize..end.max(run.decoded) as usize,
            source: run.source as usize,
            verbatim: run.verbatim,
        })
    }

    /// Shares the map.
    #[must_use]
    pub fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }
}

/// Builds an [`OffsetMap`] while a decoder writes its text.
#[derive(Debug)]
pub struct OffsetMapBuilder {
    source: SourceId,
    runs: Vec<Run>,
    decoded: u32,
}

impl OffsetMapBuilder {
    /// A map into `source`, empty so far.
    #[must_use]
    pub const fn new(source: SourceId) -> Self {
        Self { source, runs: Vec::new(), decoded: 0 }
    }

    /// The next `length` decoded bytes are the source bytes from `start` on.
    pub fn verbatim(&mut self, start: usize, length: usize) {
        if length == 0 {
            return;
        }
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let continues = self
            .runs
            .last()
            .is_some_and(|run| run.verbatim && run.source + (self.decoded - run.decoded) == start);
        if !continues {
            self.runs.push(Run { decoded: self.decoded, source: start, verbatim: true });
        }
        self.decoded += u32::try_from(length).unwrap_or(u32::MAX);
    }

    /// The next `length` decoded bytes stand for what the source writes at `start`.
    pub fn escape(&mut self, start: usize, length: usize) {
        if length == 0 {
            return;
        }
        let source = u32::try_from(start).unwrap_or(u32::MAX);
        self.runs.push(Run { decoded: self.decoded, source, verbatim: false });
        self.decoded += u32::try_from(length).unwrap_or(u32::MAX);
    }

    /// The next `length` decoded bytes are those of a literal with this origin, in the same source.
    pub fn append(&mut self, origin: &Origin, length: usize) {
        match origin {
            Origin::None | Origin::ManagedPolicy(_) | Origin::InManagedPolicy(_) => {}
            Origin::At(_, start) => self.verbatim(*start as usize, length),
            Origin::Mapped(map) => {
                for run in map.runs() {
                    if run.verbatim {
                        self.verbatim(run.source, run.decoded.len());
                    } else {
                        self.escape(run.source, run.decoded.len());
                    }
                }
            }
        }
    }

    /// The number of decoded bytes mapped so far.
    #[must_use]
    pub const fn decoded(&self) -> usize {
        self.decoded as usize
    }

    /// The origin of the text: a plain offset when all of it is the source byte for byte. `start`
    /// and `end` are the source offsets before its first and after its last byte.
    #[must_use]
    pub fn finish_origin(self, start: usize, end: usize) -> Origin {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        match self.runs.as_slice() {
            [] => Origin::At(self.source, offset(start)),
            [only] if only.verbatim => Origin::At(self.source, only.source),
            _ => Origin::Mapped(self.finish(end).shared()),
        }
    }

    /// The finished map; `end` is the source offset after the last byte.
    #[must_use]
    pub fn finish(self, end: usize) -> OffsetMap {
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        let mut runs = self.runs;
        // There are as many maps as strings with escapes, and they stay as long as the source.
        runs.shrink_to_fit();
        OffsetMap { source: self.source, runs, end: (self.decoded, end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sources;

    #[test]
    fn escapes_and_runs_map_back() {
        // Source `x"ab\nc"`: decoded `ab`, newline, `c`.
        let source = Sources::new().add("s", "x\"ab\\nc\"");
        let mut builder = OffsetMapBuilder::new(source);
        builder.verbatim(2, 2);
        builder.escape(4, 1);
        builder.verbatim(6, 1);
        let map = builder.finish(7);
        assert_eq!(map.to_source(0), 2);
        assert_eq!(map.to_source(2), 4);
        assert_eq!(map.to_source(3), 6);
        assert_eq!(map.to_source(4), 7);
        assert_eq!(map.span(0..2), Span::new(source, 2, 4));
        assert_eq!(map.span(2..3), Span::new(source, 4, 6));
        assert_eq!(map.span(1..4), Span::new(source, 3, 7));
        assert_eq!(map.span(1..1), Span::new(source, 3, 3));
        let tail = map.slice(1..4);
        assert_eq!(tail.to_source(0), 3);
        assert_eq!(tail.span(0..3), Span::new(source, 3, 7));
        assert_eq!(map.slice(3..4).span(0..1), Span::new(source, 6, 7));
        assert_eq!(map.slice(0..1).span(0..1), Span::new(source, 2, 3));
    }

    #[test]
    fn what_is_written_in_one_piece_needs_no_map() {
        // Source `x"ab\ncd"`: decoded `ab`, newline, `cd`.
        let source = Sources::new().add("s", "x\"ab\\ncd\"");
        let mut builder = OffsetMapBuilder::new(source);
        builder.verbatim(2, 2);
        builder.escape(4, 1);
        builder.verbatim(6, 2);
        let map = builder.finish(8);
        for (range, at) in [
            (0..2, Some(2)),
            (1..2, Some(3)),
            (3..5, Some(6)),
            (4..5, Some(7)),
            (1..1, None),
            (1..3, None),
            (2..3, None),
            (4..6, None),
        ] {
            match (map.origin(range.clone()), at) {
                (Origin::At(_, found), Some(at)) => {
                    assert_eq!(found, at);
                    assert_eq!(map.span(range.clone()).start, at);
                }
                (Origin::Mapped(_), None) => {}
                other => panic!("{range:?}: {other:?}"),
            }
        }
    }
}
