//! The tree under construction, shared by both readers.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::merge::merge;
use super::{Entry, Limits, Node, NodeKind, Problem, ProblemKind, Tag};
use crate::{Located, SourceId, Span, Str, Unknown};

/// A finished node with what it weighs.
pub(super) struct Built {
    pub(super) node: Node,
    /// Nodes in it, itself included.
    pub(super) count: usize,
    /// Collections inside each other in it, itself included.
    pub(super) height: usize,
}

impl Built {
    pub(super) const fn leaf(node: Node) -> Self {
        Self { node, count: 1, height: 0 }
    }
}

/// A list or map whose end has not come yet.
struct Frame {
    items: Items,
    start: usize,
    tag: Option<Tag>,
    /// The anchor it defines; 0 for none.
    anchor: usize,
    open: Option<Unknown>,
    count: usize,
    height: usize,
}

enum Items {
    List(Vec<Node>),
    Map(Vec<Entry>, Awaiting, Vec<Node>),
}

/// What the next node of a map is.
enum Awaiting {
    Key,
    Value(Located<Str>),
    /// The value of a key that is no string: dropped.
    Dropped,
    /// What is merged into the map.
    Merge,
}

/// What a finished node became.
pub(super) enum Placed {
    /// Part of the collection around it, or its key.
    Inside,
    /// A document.
    Root(Node),
}

/// Collects nodes into trees within the limits.
pub(super) struct Builder<'l> {
    source: SourceId,
    limits: &'l Limits,
    frames: Vec<Frame>,
    nodes: usize,
    pub(super) problems: Vec<Problem>,
    /// Problems so far by kind: many of one kind do not hide another.
    reported: BTreeMap<ProblemKind, usize>,
}

impl<'l> Builder<'l> {
    pub(super) fn new(source: SourceId, limits: &'l Limits) -> Self {
        Self {
            source,
            limits,
            frames: Vec::new(),
            nodes: 0,
            problems: Vec::new(),
            reported: BTreeMap::new(),
        }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    /// Reports a problem, unless there are too many of its kind already.
    pub(super) fn problem(&mut self, problem: Problem) {
        let reported = self.reported.entry(problem.kind).or_default();
        *reported += 1;
        if *reported <= self.limits.problems {
            self.problems.push(problem);
        }
    }

    pub(super) fn report(&mut self, kind: ProblemKind, span: Span, message: impl Into<String>) {
        self.problem(Problem::new(kind, span, message));
    }

    /// How many collections are open.
    pub(super) const fn depth(&self) -> usize {
        self.frames.len()
    }

    /// Whether `more` collections inside each other fit here.
    pub(super) const fn fits(&self, more: usize) -> bool {
        self.frames.len() + more <= self.limits.depth
    }

    /// Takes nodes out of the budget; false when it is spent.
    pub(super) const fn spend(&mut self, nodes: usize) -> bool {
        self.nodes = self.nodes.saturating_add(nodes);
        self.nodes <= self.limits.nodes
    }

    /// Whether the budget is spent.
    pub(super) const fn is_spent(&self) -> bool {
        self.nodes > self.limits.nodes
    }

    /// Whether the next node is a key.
    pub(super) fn awaits_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { items: Items::Map(_, Awaiting::Key, _), .. }))
    }

    /// Whether the next node is the value of a key.
    pub(super) fn awaits_value(&self) -> bool {
        self.in_map() && !self.awaits_key()
    }

    pub(super) fn in_list(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { items: Items::List(_), .. }))
    }

    pub(super) fn in_map(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { items: Items::Map(..), .. }))
    }

    /// The start and the last key of each open map up to the first collection that `stop` says.
    pub(super) fn open_maps(&self, stop: impl Fn(usize) -> bool) -> (Vec<(usize, Span)>, bool) {
        let mut maps = Vec::new();
        for frame in &self.frames {
            if stop(frame.start) {
                return (maps, true);
            }
            let key = match &frame.items {
                Items::Map(_, Awaiting::Value(key), _) => Some(key),
                Items::Map(entries, ..) => entries.last().map(|entry| &entry.key),
                Items::List(_) => None,
            };
            maps.extend(key.map(|key| (frame.start, key.span)));
        }
        (maps, false)
    }

    /// Where the innermost open collection starts that `is` says.
    pub(super) fn innermost(&self, is: impl Fn(usize) -> bool) -> Option<usize> {
        self.frames.iter().rev().map(|frame| frame.start).find(|start| is(*start))
    }

    /// Records that the innermost collection may have more than is read.
    pub(super) fn leave_open(&mut self, unknown: Unknown) {
        if let Some(frame) = self.frames.last_mut() {
            frame.open = Some(unknown);
        }
    }

    /// Opens a list or map.
    pub(super) fn open(&mut self, map: bool, start: usize, tag: Option<Tag>, anchor: usize) {
        let items = if map {
            Items::Map(Vec::new(), Awaiting::Key, Vec::new())
        } else {
            Items::List(Vec::new())
        };
        self.frames.push(Frame { items, start, tag, anchor, open: None, count: 1, height: 1 });
    }

    /// Gives the open map its next key.
    pub(super) fn key(&mut self, key: Located<Str>) {
        if let Some(Frame { items: Items::Map(_, awaiting, _), .. }) = self.frames.last_mut() {
            *awaiting = Awaiting::Value(key);
        }
    }

    /// Drops the next value of the open map, because its key is no string.
    pub(super) fn drop_value(&mut self) {
        if let Some(Frame { items: Items::Map(_, awaiting, _), open, .. }) = self.frames.last_mut()
        {
            *awaiting = Awaiting::Dropped;
            *open = Some(Unknown::Invalid);
        }
    }

    /// Merges the next value into the open map.
    pub(super) fn merge(&mut self) {
        if let Some(Frame { items: Items::Map(_, awaiting, _), .. }) = self.frames.last_mut() {
            *awaiting = Awaiting::Merge;
        }
    }

    /// Puts a finished node into the collection around it.
    pub(super) fn place(&mut self, built: Built) -> Placed {
        let Some(frame) = self.frames.last_mut() else { return Placed::Root(built.node) };
        frame.count += built.count;
        frame.height = frame.height.max(built.height + 1);
        match &mut frame.items {
            Items::List(items) => items.push(built.node),
            Items::Map(entries, awaiting, merges) => {
                match std::mem::replace(awaiting, Awaiting::Key) {
                    Awaiting::Value(key) => entries.push(Entry { key, value: built.node }),
                    Awaiting::Merge => merges.push(built.node),
                    Awaiting::Dropped => {}
                    // Keys come through `key`; a node in their place has no key to stand under.
                    Awaiting::Key => frame.open = Some(Unknown::Invalid),
                }
            }
        }
        Placed::Inside
    }

    /// Closes the innermost collection; its anchor comes with it.
    pub(super) fn close(&mut self, end: usize) -> Option<(Built, usize)> {
        let frame = self.frames.pop()?;
        let span = self.span(frame.start, end);
        let mut open = frame.open;
        let kind = match frame.items {
            Items::List(items) => NodeKind::List(items),
            Items::Map(mut entries, awaiting, merges) => {
                if let Awaiting::Value(key) = awaiting {
                    let unknown = open.unwrap_or(Unknown::Invalid);
                    let value = Node::unread(unknown, self.span(end, end));
                    entries.push(Entry { key, value });
                }
                self.duplicates(&entries);
                if !merges.is_empty() {
                    let (missing, wrong) = merge(&mut entries, merges);
                    open = open.or(missing);
                    for node in wrong {
                        let message = "only maps and lists of maps can be merged";
                        self.report(ProblemKind::Syntax, node.span, message);
                    }
                }
                NodeKind::Map(entries)
            }
        };
        let node = Node { kind, span, tag: frame.tag, open };
        Some((Built { node, count: frame.count, height: frame.height }, frame.anchor))
    }

    /// Closes everything that is open, because nothing more can be read; the tree so far.
    pub(super) fn abandon(&mut self, end: usize, unknown: Unknown) -> Option<Node> {
        let mut root = None;
        while let Some(frame) = self.frames.last_mut() {
            frame.open = Some(unknown);
            let Some((built, _)) = self.close(end) else { break };
            if self.awaits_key() {
                continue;
            }
            if let Placed::Root(node) = self.place(built) {
                root = Some(node);
            }
        }
        root
    }

    fn duplicates(&mut self, entries: &[Entry]) {
        const FEW: usize = 8;
        let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
        for (index, entry) in entries.iter().enumerate() {
            let name = entry.key.value.as_str();
            let first = if entries.len() <= FEW {
                let earlier = entries.iter().take(index);
                earlier
                    .map(|earlier| &earlier.key)
                    .find(|key| key.value == name)
                    .map(|key| key.span)
            } else {
                let first = *seen.entry(name).or_insert(entry.key.span);
                (first != entry.key.span).then_some(first)
            };
            if let Some(first) = first {
                self.problem(Problem {
                    kind: ProblemKind::DuplicateKey,
                    span: entry.key.span,
                    message: format!("the key `{name}` is written twice in one map"),
                    related: Some((first, "written here before".to_owned())),
                });
            }
        }
    }
}
