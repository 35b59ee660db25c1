//! Anchors and aliases.

use rustc_hash::FxHashMap;

use super::super::build::Built;
use crate::Unknown;

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
