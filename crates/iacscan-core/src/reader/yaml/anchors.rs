//! Anchors, aliases and merge keys.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::build::Built;
use super::super::{Entry, Node, NodeKind};
use crate::{Str, Unknown};

/// The anchored nodes of a document.
///
/// Copies are what makes a small text a large tree, so they have a budget: nodes stored for an
/// anchor and nodes an alias repeats, counted together.
#[derive(Default)]
pub(super) struct Anchors {
    nodes: FxHashMap<usize, Option<Built>>,
    copied: usize,
}

impl Anchors {
    /// Nodes that aliases may add to one text.
    const COPIES: usize = 200_000;

    pub(super) fn clear(&mut self) {
        self.nodes.clear();
    }

    /// Remembers a finished node under its anchor.
    pub(super) fn define(&mut self, anchor: usize, built: &Built) {
        let copy = self.pay(built.count).then(|| copy(built));
        self.nodes.insert(anchor, copy);
    }

    /// The node of an alias again.
    pub(super) fn alias(&mut self, anchor: usize) -> Result<Built, Unknown> {
        let count = match self.nodes.get(&anchor) {
            // Still open: the alias stands inside its own anchor.
            None => return Err(Unknown::Cycle),
            Some(None) => return Err(Unknown::Limit),
            Some(Some(built)) => built.count,
        };
        if !self.pay(count) {
            return Err(Unknown::Limit);
        }
        self.nodes.get(&anchor).and_then(Option::as_ref).map(copy).ok_or(Unknown::Cycle)
    }

    const fn pay(&mut self, nodes: usize) -> bool {
        let fits = self.copied + nodes <= Self::COPIES;
        if fits {
            self.copied += nodes;
        }
        fits
    }
}

fn copy(built: &Built) -> Built {
    Built { node: built.node.clone(), count: built.count, height: built.height }
}

/// Adds the entries of merged maps that the map itself does not have; earlier merges win. Returns
/// why some are missing, and the merged nodes that are no maps.
pub(in super::super) fn merge(
    entries: &mut Vec<Entry>,
    merges: Vec<Node>,
) -> (Option<Unknown>, Vec<Node>) {
    let mut keys: FxHashSet<Str> = entries.iter().map(|entry| entry.key.value.clone()).collect();
    let (mut open, mut wrong) = (None, Vec::new());
    let mut pending: Vec<(Node, bool)> =
        merges.into_iter().rev().map(|node| (node, true)).collect();
    while let Some((node, outer)) = pending.pop() {
        match node.kind {
            NodeKind::Map(merged) if node.tag.is_none() => {
                open = open.or(node.open);
                // Backwards, because the last of duplicates is the one that counts.
                let backwards = merged.into_iter().rev();
                let start = entries.len();
                entries.extend(backwards.filter(|entry| keys.insert(entry.key.value.clone())));
                if let Some(added) = entries.get_mut(start..) {
                    added.reverse();
                }
            }
            NodeKind::List(items) if outer && node.tag.is_none() => {
                open = open.or(node.open);
                pending.extend(items.into_iter().rev().map(|item| (item, false)));
            }
            NodeKind::Unread(unknown) => open = open.or(Some(unknown)),
            _ => {
                open = Some(Unknown::Invalid);
                wrong.push(node);
            }
        }
    }
    (open, wrong)
}
