//! Merge keys: the entries that a map takes from others.

use rustc_hash::FxHashSet;

use super::{Entry, Node, NodeKind};
use crate::{Str, Unknown};

/// Adds the entries of merged maps that the map itself does not have; earlier merges win. Returns
/// why some are missing, and the merged nodes that are no maps.
pub(super) fn merge(entries: &mut Vec<Entry>, merges: Vec<Node>) -> (Option<Unknown>, Vec<Node>) {
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
