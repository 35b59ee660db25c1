//! Source texts and places in them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::{Cut, LineIndex};

/// Identifies one source text of a scan. Its number depends on the order in which threads met the
/// files and never reaches an output: sort by [`Source::path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u32);

impl SourceId {
    /// The source of text that no file holds, such as AWS's own policy documents.
    pub const NONE: Self = Self(u32::MAX);
}

/// A range of bytes in one source text; `end` is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The source text.
    pub source: SourceId,
    /// First byte, counted from 0.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `source`.
    #[must_use]
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { source, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The place of what no file holds.
    pub const NONE: Self = Self { source: SourceId::NONE, start: 0, end: 0 };

    /// Whether a file holds the place.
    #[must_use]
    pub fn is_somewhere(self) -> bool {
        self.source != SourceId::NONE
    }

    /// The empty span at byte `at`.
    #[must_use]
    pub fn at(source: SourceId, at: usize) -> Self {
        Self::new(source, at, at)
    }

    /// From the start of `self` to the end of `other`, or `self` when they lie in two sources.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.source == other.source {
            Self { end: self.end.max(other.end), ..self }
        } else {
            self
        }
    }

    /// Whether `other` lies inside `self`.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }

    /// The bytes as an index range.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One source text. The text is what the file held, byte for byte, so that spans select exactly
/// what an editor shows; texts that were not UTF-8 are decoded first, and spans count in the
/// decoded text. Of a file too large to be kept, the text is the parts that matter; its lines and
/// columns are those of the file all the same.
#[derive(Debug)]
pub struct Source {
    /// The path as reports show it: relative to the working directory, with `/`.
    pub path: String,
    /// The whole text, or what was kept of it.
    pub text: String,
    cuts: Vec<Cut>,
    lines: OnceLock<LineIndex>,
    hidden: RwLock<Vec<Range<u32>>>,
}

impl Source {
    /// A source text under its display path.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
            cuts: Vec::new(),
            lines: OnceLock::new(),
            hidden: RwLock::default(),
        }
    }

    /// The line index, built at the first use.
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::with_cuts(&self.text, &self.cuts))
    }

    /// The ranges of bytes that hold secrets, in no particular order: no report shows them.
    #[must_use]
    pub fn hidden(&self) -> Vec<Range<u32>> {
        self.hidden.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The text a range of bytes selects; empty when the range does not fall on characters.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }
}

/// All source texts of a scan. Shared between threads; texts are only added.
#[derive(Debug, Default)]
pub struct Sources {
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    sources: Vec<Arc<Source>>,
    by_path: BTreeMap<String, SourceId>,
}

impl Inner {
    fn push(&mut self, source: Source) -> SourceId {
        let id = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        self.sources.push(Arc::new(source));
        id
    }
}

impl Sources {
    /// No sources yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under its path. A path that is already there keeps its first text and id.
    pub fn add(&self, path: impl Into<String>, text: impl Into<String>) -> SourceId {
        let path = path.into();
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = inner.by_path.get(&path) {
            return *id;
        }
        let id = inner.push(Source::new(path.as_str(), text));
        inner.by_path.insert(path, id);
        id
    }

    /// Adds parts of a text beside what else is read of the file: places in them are not places in
    /// the whole text.
    pub fn add_parts(
        &self,
        path: impl Into<String>,
        text: impl Into<String>,
        cuts: Vec<Cut>,
    ) -> SourceId {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        inner.push(Source { cuts, ..Source::new(path, text) })
    }

    /// The source with this id. Ids come from [`Sources::add`] alone, so one of another collection
    /// yields an empty source.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Arc<Source> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.sources.get(id.0 as usize).map_or_else(|| Arc::new(Source::new("", "")), Arc::clone)
    }

    /// Marks a text as a secret, which reports show as stars.
    pub fn hide(&self, span: Span) {
        let source = self.get(span.source);
        let mut hidden = source.hidden.write().unwrap_or_else(PoisonError::into_inner);
        let range = span.start..span.end;
        if !hidden.contains(&range) {
            hidden.push(range);
        }
    }

    /// The source that was added under this path.
    #[must_use]
    pub fn by_path(&self, path: &str) -> Option<SourceId> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.by_path.get(path).copied()
    }

    /// Every whole text so far, sorted by path.
    #[must_use]
    pub fn all(&self) -> Vec<(SourceId, Arc<Source>)> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let source = |id: &SourceId| inner.sources.get(id.0 as usize).cloned();
        inner.by_path.values().filter_map(|id| Some((*id, source(id)?))).collect()
    }

    /// The text a span selects.
    #[must_use]
    pub fn slice(&self, span: Span) -> String {
        self.get(span.source).slice(span.range()).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_added_once() {
        let sources = Sources::new();
        let first = sources.add("a.yaml", "one");
        assert_eq!(sources.add("a.yaml", "two"), first);
        assert_eq!(sources.get(first).text, "one");
        assert_eq!(sources.by_path("a.yaml"), Some(first));
        sources.add("A.yaml", "");
        let parts = sources.add_parts("a.yaml", "on", Vec::new());
        assert_eq!(
            (sources.get(parts).text.as_str(), sources.by_path("a.yaml")),
            ("on", Some(first))
        );
        let paths: Vec<String> = sources.all().iter().map(|(_, s)| s.path.clone()).collect();
        assert_eq!(paths, ["A.yaml", "a.yaml"]);
    }

    #[test]
    fn spans_join_and_contain() {
        let sources = Sources::new();
        let (a, b) = (sources.add("a", "0123456789"), sources.add("b", ""));
        let (left, right) = (Span::new(a, 1, 3), Span::new(a, 5, 7));
        assert_eq!(left.to(right), Span::new(a, 1, 7));
        assert!(left.to(right).contains(right));
        assert_eq!(left.to(Span::at(b, 9)), left);
        assert_eq!(sources.slice(right), "56");
    }
}
