//! Values with the place they were written at.

use std::sync::Arc;

use crate::{Span, Str};

/// A value and the source text that wrote it.
///
/// The span is the origin: a literal that reached its use through a local, a module input or a
/// parameter's default keeps the span of the literal, and `via` remembers where it passed.
#[derive(Clone, Debug, PartialEq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub span: Span,
    /// The references it came through, the last one (nearest to the use) first.
    pub via: Via,
}

/// The references a value came through, nearest to its use first.
pub type Via = Option<Arc<Passage>>;

/// One reference that a value came through.
#[derive(Debug, PartialEq)]
pub struct Passage {
    /// The reference: `!Ref Name`, `local.name`, `var.name`.
    pub span: Span,
    /// What the label there says, as `parameter Stage` or `local.name`.
    pub label: Str,
    /// The reference before that.
    pub next: Via,
}

impl<T> Located<T> {
    /// A value written at `span`, used where it was written.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span, via: None }
    }

    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: f(self.value), span: self.span, via: self.via }
    }

    /// The same place with a reference to the value.
    pub fn as_ref(&self) -> Located<&T> {
        Located { value: &self.value, span: self.span, via: self.via.clone() }
    }

    /// Another value at this place.
    pub fn with<U>(&self, value: U) -> Located<U> {
        Located { value, span: self.span, via: self.via.clone() }
    }

    /// Records that the value is used through the reference at `span`.
    #[must_use]
    pub fn through(mut self, span: Span, label: impl Into<Str>) -> Self {
        self.via = Some(Arc::new(Passage { span, label: label.into(), next: self.via.take() }));
        self
    }

    /// The references the value came through, nearest to its use first.
    pub fn passages(&self) -> impl Iterator<Item = &Passage> {
        std::iter::successors(self.via.as_deref(), |passage| passage.next.as_deref())
    }

    /// Where the value is used: its nearest reference, or its own span.
    pub fn use_span(&self) -> Span {
        self.via.as_ref().map_or(self.span, |passage| passage.span)
    }
}
