//! Statements that are written once for several roles.

use iacscan_core::{Branches, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Graph;

/// The statements that reach more than one role.
pub(crate) fn for_several(graph: &Graph) -> FxHashSet<Span> {
    let mut first: FxHashMap<Span, usize> = FxHashMap::default();
    let mut several = FxHashSet::default();
    for (role, attachments) in graph.attachments.iter().enumerate() {
        let documents = attachments.attached.iter().filter_map(|it| it.written(graph));
        let known = documents.flat_map(Branches::iter).filter_map(|it| it.item.known());
        for statement in known.flat_map(|document| &document.value.statements.items) {
            let span = statement.item.span;
            if *first.entry(span).or_insert(role) != role {
                several.insert(span);
            }
        }
    }
    several
}
