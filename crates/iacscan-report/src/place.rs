//! Spans as people and other tools count them.

use iacscan_core::{Finding, LineColumn, Source, Sources, Span};

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

/// Whether a span lies in a module that was downloaded: its path means nothing in a repository.
pub(crate) fn is_downloaded(span: Span, sources: &Sources) -> bool {
    let source = sources.get(span.source);
    source.path.split('/').any(|folder| matches!(folder, ".terraform" | ".terragrunt-cache"))
}

/// Where reports that point into a repository show a finding: its primary span, or, when that
/// lies in a downloaded module, the call of the module, or else the first span that does not.
pub(crate) fn anchor(finding: &Finding, sources: &Sources) -> Option<Span> {
    let primary = finding.primary()?.span;
    if !is_downloaded(primary, sources) {
        return Some(primary);
    }
    let is_here = |span: &Span| !is_downloaded(*span, sources);
    let is_call = |span: &Span| sources.get(span.source).slice(span.range()).starts_with("module");
    let scopes = || finding.scopes.iter().copied().filter(is_here);
    let labels = finding.labels.iter().map(|label| label.span).filter(is_here);
    scopes().find(is_call).or_else(|| labels.chain(scopes()).next()).or(Some(primary))
}
