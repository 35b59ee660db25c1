//! From the parser's events to the tree.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle as Style, StructureStyle};

use super::anchors::Anchors;
use super::block::Block;
use super::flow::{self, Notation};
use super::lost::Lost;
use super::recover;
use crate::reader::build::{Builder, Built, Placed};
use crate::reader::{Documents, Limits, Node, NodeKind, Problem, ProblemKind};
use crate::reader::{Scalar, ScalarStyle, Tag};
use crate::{Literal, Located, SourceId, Span, Str, Unknown};

/// The plain key whose value is merged into its map.
pub(super) const MERGE: &str = "<<";

/// Reads one text.
pub(super) struct Reader<'t, 'l> {
    pub(super) source: SourceId,
    pub(super) text: &'t str,
    limits: &'l Limits,
    /// What is left out.
    pub(super) lost: &'l [Lost],
    pub(super) builder: Builder<'l>,
    anchors: Anchors,
    /// Offset behind the last token that belongs to a node.
    pub(super) last_end: usize,
    limit_reported: bool,
    /// Whether the text holds a statement of a template engine anywhere.
    statements: bool,
    pub(super) root: Option<Node>,
    pub(super) documents: Vec<Node>,
}

/// Why a text is to be read again.
pub(super) enum Again {
    /// With a part overwritten that other readers accept.
    Accepted(recover::ReadOver),
    /// Without a part, because of a problem.
    Without(Lost, Problem),
}

/// A node's own marks.
struct Marks {
    tag: Option<Tag>,
    anchor: usize,
    /// Whether the tag says that the scalar is a string whatever it looks like.
    string: bool,
}

impl<'t, 'l> Reader<'t, 'l> {
    pub(super) fn new(
        source: SourceId,
        text: &'t str,
        limits: &'l Limits,
        lost: &'l [Lost],
    ) -> Self {
        Self {
            source,
            text,
            limits,
            lost,
            builder: Builder::new(source, limits),
            anchors: Anchors::default(),
            last_end: 0,
            limit_reported: false,
            statements: memchr::memmem::find(text.as_bytes(), recover::STATEMENT).is_some(),
            root: None,
            documents: Vec::new(),
        }
    }

    /// Reads the text by its structure, which is the text itself but for what is read over or left
    /// out. Breaks off where more of that is needed, at errors only if it may.
    pub(super) fn read(&mut self, structure: &str, go_on: bool) -> Option<Again> {
        let options = granit_parser::options! {
            emit_unresolved_aliases: true,
            flow_nesting_limit: self.limits.depth,
            block_nesting_limit: self.limits.depth,
        };
        let mut parser = Parser::new_from_str_with_options(structure, options);
        while let Some(next) = parser.next() {
            match next {
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or_default();
                    self.event(event, range, &span);
                    if self.root_is_spent() {
                        break;
                    }
                }
                Err(error) => {
                    if let Some(accepted) = self.acceptable(&error) {
                        return Some(Again::Accepted(accepted));
                    }
                    if go_on && let Some(lost) = self.lost(&error) {
                        return Some(Again::Without(lost, self.syntax(&error)));
                    }
                    self.error(&error);
                    if !matches!(parser.proceed_next_document(), Ok(true)) {
                        break;
                    }
                }
            }
        }
        None
    }

    /// Ends reading, `cut` short or not, with problems of earlier attempts.
    pub(super) fn finish(mut self, cut: Option<Again>, problems: Vec<Problem>) -> Documents {
        problems.into_iter().for_each(|problem| self.builder.problem(problem));
        match cut {
            None => {}
            Some(Again::Without(_, problem)) => self.builder.problem(problem),
            Some(Again::Accepted(_)) => {
                let span = self.builder.span(self.last_end, self.last_end);
                let message = "more that is not YAML than is read over";
                self.builder.report(ProblemKind::Limit, span, message);
            }
        }
        let limited = self.limit_reported;
        self.abandon(if limited { Unknown::Limit } else { Unknown::Unread });
        Documents::new(self.documents, self.builder.problems, Vec::new())
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>, span: &granit_parser::Span) {
        match event {
            Event::DocumentStart(..) => self.anchors.clear(),
            Event::DocumentEnd => self.documents.extend(self.root.take()),
            Event::Scalar(decoded, style, anchor, tag) => {
                let marks = self.marks(anchor, tag, span);
                self.scalar(&decoded, style, range, span.indent, marks);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let marks = self.marks(anchor, tag, span);
                self.open(false, style, range, marks);
            }
            Event::MappingStart(style, anchor, tag) => {
                let marks = self.marks(anchor, tag, span);
                self.open(true, style, range, marks);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range),
            Event::Alias(anchor) => self.alias(anchor, range),
            Event::UnresolvedAlias(name) => {
                let message = format!("the anchor `{name}` is not defined before this");
                self.failed(ProblemKind::Syntax, range, message, Unknown::Invalid);
            }
            _ => {}
        }
    }

    fn marks(
        &self,
        anchor: usize,
        tag: Option<Cow<'_, granit_parser::Tag>>,
        span: &granit_parser::Span,
    ) -> Marks {
        let none = Marks { tag: None, anchor, string: false };
        let Some(tag) = tag else { return none };
        let written = span.tag_span().and_then(|span| span.byte_range()).unwrap_or_default();
        let name = self.text.get(written.clone()).unwrap_or_default();
        let name = name.strip_prefix('!').unwrap_or(name);
        if name.is_empty() || tag.is_yaml_core_schema_tag("str") {
            return Marks { string: true, ..none };
        }
        if tag.is_yaml_core_schema() {
            return none;
        }
        let located = Located::new(Str::from(name), self.builder.span(written.start, written.end));
        Marks { tag: Some(Box::new(located)), ..none }
    }

    fn scalar(
        &mut self,
        decoded: &str,
        style: Style,
        range: Range<usize>,
        indent: Option<usize>,
        marks: Marks,
    ) {
        let (literal, style, range) = match style {
            Style::Plain if range.is_empty() => {
                // The parser sees an absent value at the colon; it stands behind it.
                let colon = self.builder.awaits_value()
                    && self.text.as_bytes().get(range.start) == Some(&b':');
                let at = range.start + usize::from(colon);
                if let Some(lost) = self.lost.iter().find(|lost| lost.range.start == at) {
                    return self.left_out(lost);
                }
                (self.flow(at..at, Notation::Plain), ScalarStyle::Plain, at..at)
            }
            Style::Plain => {
                if self.statements && recover::is_statement(self.text, &range) {
                    let span = self.builder.span(range.start, range.end);
                    self.builder.report(ProblemKind::Template, span, recover::TEMPLATED);
                }
                (self.flow(range.clone(), Notation::Plain), ScalarStyle::Plain, range)
            }
            Style::SingleQuoted | Style::DoubleQuoted => {
                let notation = match style {
                    Style::SingleQuoted => Notation::Single,
                    _ => Notation::Double,
                };
                let inside = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
                (self.flow(inside, notation), ScalarStyle::Quoted, range)
            }
            Style::Literal | Style::Folded => {
                let start = recover::value_start(self.text, self.block_from(&marks));
                let block = Block::find(self.text, start, range.end, indent, decoded);
                let literal = block.decode(self.source, self.text);
                (literal, ScalarStyle::Block, block.start..block.end)
            }
        };
        let style = match style {
            ScalarStyle::Plain if marks.string => ScalarStyle::Quoted,
            style => style,
        };
        self.put(literal, style, range, marks.tag, marks.anchor);
    }

    /// Puts a scalar that is written at `range` where it belongs.
    pub(super) fn put(
        &mut self,
        literal: Literal,
        style: ScalarStyle,
        range: Range<usize>,
        tag: Option<Tag>,
        anchor: usize,
    ) {
        self.last_end = self.last_end.max(range.end);
        let span = self.builder.span(range.start, range.end);
        let node = Node { tag, ..Node::new(NodeKind::Scalar(Scalar { literal, style }), span) };
        self.place(Built::leaf(node), anchor);
    }

    /// Where to look for the indicator of a block scalar from.
    fn block_from(&self, marks: &Marks) -> usize {
        let tag = marks.tag.as_ref().map_or(0, |tag| tag.span.end as usize);
        self.last_end.max(tag)
    }

    pub(super) fn flow(&self, range: Range<usize>, notation: Notation) -> Literal {
        flow::decode(self.source, self.text, range, notation)
    }

    fn open(&mut self, map: bool, style: StructureStyle, range: Range<usize>, marks: Marks) {
        if style == StructureStyle::Flow {
            self.last_end = self.last_end.max(range.end);
        }
        // The parser places a list that is not indented behind its first dash.
        let start = match style {
            StructureStyle::Block if !map && self.builder.awaits_value() => {
                recover::skip(self.text, self.last_end, b":")
            }
            _ => range.start,
        };
        self.builder.spend(1);
        self.builder.open(map, start, marks.tag, marks.anchor);
        if map && self.lost.iter().any(|lost| lost.map == Some(start)) {
            self.builder.leave_open(Unknown::Unread);
        }
    }

    /// Closes the innermost collection at the token that ends it; an empty range where none does.
    pub(super) fn close(&mut self, range: Range<usize>) {
        self.last_end = self.last_end.max(if range.is_empty() { 0 } else { range.end });
        if let Some((built, anchor)) = self.builder.close(self.last_end) {
            self.place(built, anchor);
        }
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) {
        let found = match self.anchors.alias(anchor) {
            Ok(built) if self.builder.fits(built.height) && self.builder.spend(built.count) => {
                Ok(built)
            }
            Ok(_) => Err(Unknown::Limit),
            Err(unknown) => Err(unknown),
        };
        match found {
            Ok(built) => {
                self.last_end = self.last_end.max(range.end);
                self.place(built, 0);
            }
            Err(Unknown::Cycle) => {
                let message = "the alias stands inside the node it repeats";
                self.failed(ProblemKind::Syntax, range, message, Unknown::Cycle);
            }
            Err(unknown) => {
                let message = "the aliases repeat more than is read";
                self.failed(ProblemKind::Limit, range, message, unknown);
            }
        }
    }

    /// Puts an unread node in the place of something and says why.
    fn failed(
        &mut self,
        kind: ProblemKind,
        range: Range<usize>,
        message: impl Into<String>,
        unknown: Unknown,
    ) {
        self.last_end = self.last_end.max(range.end);
        let span = self.builder.span(range.start, range.end);
        if kind == ProblemKind::Limit {
            self.limit(span, message);
        } else {
            self.builder.report(kind, span, message);
        }
        self.place(Built::leaf(Node::unread(unknown, span)), 0);
    }

    /// Reports a limit once per text: what goes beyond it tends to do so often.
    pub(super) fn limit(&mut self, span: Span, message: impl Into<String>) {
        if !std::mem::replace(&mut self.limit_reported, true) {
            self.builder.report(ProblemKind::Limit, span, message);
        }
    }

    pub(super) fn place(&mut self, built: Built, anchor: usize) {
        if anchor != 0 {
            self.anchors.define(anchor, &built);
        }
        if self.builder.awaits_key() {
            self.key(&built.node);
        } else {
            self.builder.spend(1);
            if let Placed::Root(root) = self.builder.place(built) {
                self.root = Some(root);
            }
        }
    }

    fn key(&mut self, node: &Node) {
        let NodeKind::Scalar(scalar) = &node.kind else {
            if !matches!(node.kind, NodeKind::Unread(_)) {
                let before = self.text.get(..node.span.range().start).unwrap_or_default();
                let message = match before.trim_end().rsplit(char::is_whitespace).next() {
                    _ if before.ends_with('{') => {
                        "`{{` outside of quotes is a map inside a map, not text".to_owned()
                    }
                    Some(tag) if tag.len() > 1 && tag.starts_with('!') => {
                        format!(
                            "`{tag}` stands where the name of a key belongs; it can stand for a value only"
                        )
                    }
                    _ => "a key must be a string, not a list or map".to_owned(),
                };
                self.builder.report(ProblemKind::Syntax, node.span, message);
            }
            self.builder.drop_value();
            return;
        };
        let key = Located::new(scalar.literal.text.clone(), node.span);
        if scalar.style == ScalarStyle::Plain && key.value == MERGE {
            self.builder.merge();
        } else {
            self.builder.key(key);
        }
    }

    /// Whether so many nodes were read that reading stops.
    fn root_is_spent(&mut self) -> bool {
        let spent = self.builder.is_spent();
        if spent {
            let span = self.builder.span(self.last_end, self.last_end);
            self.limit(span, "the file has more nodes than are read");
        }
        spent
    }
}
