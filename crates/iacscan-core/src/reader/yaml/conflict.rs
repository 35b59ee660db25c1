//! Reading around merges that are not resolved: what they may add to is left open.

use std::ops::Range;

use super::read_once;
use crate::reader::{Documents, Limits, Node, NodeKind, conflict};
use crate::{SourceId, Unknown};

/// Lines that are left out, and how they are indented.
struct Conflict {
    range: Range<usize>,
    /// Its least and greatest indentation, in columns.
    columns: Option<(usize, usize)>,
}

/// Reads a text without its unresolved merges; `None` when it has none.
pub(super) fn read(source: SourceId, text: &str, limits: &Limits) -> Option<Documents> {
    let mut conflicts: Vec<Conflict> = Vec::new();
    for range in conflict::conflicts(text) {
        match conflicts.last_mut() {
            // What belongs to one may hold the next.
            Some(last) if range.start < last.range.end => {
                let grown = Conflict::of(text, last.range.start..range.end.max(last.range.end));
                *last = grown;
            }
            _ => conflicts.push(Conflict::of(text, range)),
        }
    }
    let starts: Vec<usize> =
        conflict::conflicts(text).into_iter().map(|range| range.start).collect();
    let problem = conflict::problem(source, text, &starts)?;
    let ranges: Vec<Range<usize>> = conflicts.iter().map(|it| it.range.clone()).collect();
    let rest = conflict::without(text, &ranges);
    let mut documents = read_once(source, &rest, limits);
    for conflict in &conflicts {
        let before =
            documents.documents.iter().rposition(|it| it.span.range().start < conflict.range.start);
        if let Some(root) = documents.documents.get_mut(before.unwrap_or_default()) {
            conflict.spoil(root, &rest, 0);
        }
    }
    // Whatever else is wrong or twice may follow from what is left out.
    documents.problems.retain(|problem| problem.kind == crate::reader::ProblemKind::Limit);
    documents.problems.push(problem);
    documents.problems.sort_by_key(|problem| problem.span);
    Some(documents)
}

impl Conflict {
    /// A merge, with the lines behind it that belong to what stands in it.
    fn of(text: &str, mut range: Range<usize>) -> Self {
        let lines = text.get(range.clone()).unwrap_or_default().lines();
        let columns = lines
            .filter(|line| conflict::marker(line).is_none())
            .filter_map(indentation)
            .fold(None, |columns: Option<(usize, usize)>, column| {
                let (least, greatest) = columns.unwrap_or((column, column));
                Some((least.min(column), greatest.max(column)))
            });
        if let Some((least, _)) = columns {
            let behind = text.get(range.end..).unwrap_or_default();
            for line in behind.split_inclusive('\n') {
                if indentation(line).is_some_and(|column| column <= least) {
                    break;
                }
                range.end += line.len();
            }
        }
        Self { range, columns }
    }

    /// Opens what it may add to, in a node that it stands in or behind, below a collection of this
    /// column. Trees are no deeper than the reader's limit.
    fn spoil(&self, node: &mut Node, text: &str, parent: usize) {
        let Some((least, greatest)) = self.columns else { return };
        let span = node.span.range();
        let holds = span.start < self.range.start && self.range.end <= span.end;
        let is_flow = matches!(text.as_bytes().get(span.start), Some(b'{' | b'['));
        let column = column(text, span.start);
        let child = match &mut node.kind {
            NodeKind::Scalar(_) | NodeKind::Unread(_) => {
                if holds || least > parent {
                    *node = Node::unread(Unknown::Unread, node.span);
                }
                return;
            }
            NodeKind::List(_) | NodeKind::Map(_) if is_flow => {
                if holds {
                    *node = Node::unread(Unknown::Unread, node.span);
                }
                return;
            }
            NodeKind::List(items) => {
                items.iter_mut().rfind(|item| item.span.range().start < self.range.start)
            }
            NodeKind::Map(entries) => {
                let before = |start: usize| start < self.range.start;
                let entry = entries.iter_mut().rfind(|entry| before(entry.key.span.range().start));
                entry.map(|entry| &mut entry.value)
            }
        };
        if let Some(child) = child {
            self.spoil(child, text, column);
        }
        if (least..=greatest).contains(&column) {
            node.open.get_or_insert(Unknown::Unread);
        }
    }
}

fn column(text: &str, at: usize) -> usize {
    at - text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
}

/// How far a line is indented; `None` for empty lines and comments.
fn indentation(line: &str) -> Option<usize> {
    let text = line.trim_start_matches([' ', '\t']);
    let is_empty = text.trim().is_empty() || text.starts_with('#');
    (!is_empty).then_some(line.len() - text.len())
}
