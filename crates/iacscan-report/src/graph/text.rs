//! `iacscan graph --format text`: trees for a terminal.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use iacscan_core::Sources;

use super::{GraphEdge, GraphEdgeKind, GraphNode, GraphNodeKind, GraphView, Paint};
use crate::place::Place;
use crate::{Options, visible};

/// Writes each unit with its functions, under each its role and what it polls, and under each role
/// its policies. A role that was drawn is not drawn again; roles that no function of the picture
/// assumes follow.
pub(super) fn render(
    view: &GraphView,
    sources: &Sources,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut outgoing = vec![Vec::new(); view.nodes.len()];
    let mut incoming = vec![Vec::new(); view.nodes.len()];
    for edge in view.drawn_edges() {
        let (end, list) = match edge.kind {
            GraphEdgeKind::Invokes => (edge.to, &mut incoming),
            _ => (edge.from, &mut outgoing),
        };
        if let Some(edges) = list.get_mut(end) {
            edges.push(edge);
        }
    }
    let mut tree = Tree { view, sources, options, outgoing, incoming, drawn: BTreeSet::new() };
    for (number, (unit, nodes)) in view.by_unit().into_iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        let unit = visible::line(unit);
        let unit =
            if unit.is_empty() || unit == "." { "the working directory".into() } else { unit };
        writeln!(out, "{}", tree.painted(&unit, Style::new().bold()))?;
        let is = |index: &usize, kind| view.nodes.get(*index).is_some_and(|n| n.kind == kind);
        let functions: Vec<usize> =
            nodes.iter().copied().filter(|n| is(n, GraphNodeKind::Function)).collect();
        for function in functions {
            tree.write(function, None, "  ", "  ", out)?;
        }
        let others: Vec<usize> =
            nodes.iter().copied().filter(|n| is(n, GraphNodeKind::Role)).collect();
        for role in others {
            if !tree.drawn.contains(&role) {
                tree.write(role, None, "  ", "  ", out)?;
            }
        }
    }
    Ok(())
}

struct Tree<'v> {
    view: &'v GraphView,
    sources: &'v Sources,
    options: &'v Options,
    /// The edges of each node to what is drawn below it.
    outgoing: Vec<Vec<&'v GraphEdge>>,
    /// The edges of each function from what invokes it.
    incoming: Vec<Vec<&'v GraphEdge>>,
    drawn: BTreeSet<usize>,
}

impl<'v> Tree<'v> {
    /// Writes a node and what hangs on it: `first` in front of its line, `rest` in front of the
    /// lines below. Policies and sources have nothing below them and roles only policies, so that
    /// this ends after three levels.
    fn write(
        &mut self,
        index: usize,
        by: Option<&GraphEdge>,
        first: &str,
        rest: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Some(node) = self.view.nodes.get(index) else { return Ok(()) };
        let is_again = !self.drawn.insert(index) && node.kind == GraphNodeKind::Role;
        writeln!(out, "{first}{}", self.line(node, by, is_again))?;
        if is_again {
            return Ok(());
        }
        let below: Vec<(usize, &'v GraphEdge)> = match node.kind {
            GraphNodeKind::Policy | GraphNodeKind::Source => Vec::new(),
            GraphNodeKind::Function | GraphNodeKind::Role => {
                let outgoing = self.outgoing.get(index).into_iter().flatten();
                let incoming = self.incoming.get(index).into_iter().flatten();
                let is_below = |end: usize| {
                    self.view.nodes.get(end).is_some_and(|below| below.kind > node.kind)
                };
                outgoing
                    .map(|edge| (edge.to, *edge))
                    .chain(incoming.map(|edge| (edge.from, *edge)))
                    .filter(|(end, _)| is_below(*end))
                    .collect()
            }
        };
        let (branch, last, line) = if self.options.ascii {
            ("|- ", "`- ", "|  ")
        } else {
            ("├─ ", "└─ ", "│  ")
        };
        let count = below.len();
        for (number, (end, edge)) in (1..).zip(below) {
            let (own, further) = if number == count { (last, "   ") } else { (branch, line) };
            let (own, further) = (format!("{rest}{own}"), format!("{rest}{further}"));
            self.write(end, Some(edge), &own, &further, out)?;
        }
        Ok(())
    }

    /// One line about a node.
    fn line(&self, node: &GraphNode, by: Option<&GraphEdge>, is_again: bool) -> String {
        let mut parts = node.lines().into_iter();
        let name = parts.next().unwrap_or_default();
        let style = match node.paint() {
            Paint::Plain => Style::new(),
            Paint::Shared => AnsiColor::Yellow.on_default(),
            Paint::TooWide => AnsiColor::Red.on_default(),
        };
        let mut notes: Vec<String> = parts.collect();
        if is_again {
            notes = vec!["drawn above".to_owned()];
        }
        if let Some(edge) = by {
            notes.extend(edge.when.iter().map(|when| format!("when {}", visible::line(when))));
            if !edge.known && node.known {
                notes.push("not certain".to_owned());
            }
        }
        let mut line = format!("{} ", by.map_or(node.kind.as_str(), |edge| relation(edge.kind)));
        line.push_str(&self.painted(&name, style.bold()));
        if !notes.is_empty() {
            line.push_str(&self.painted(&format!(" ({})", notes.join(", ")), style));
        }
        if let Some(span) = node.span.filter(|_| !is_again) {
            let place = format!("  {}", Place::of(span, self.sources));
            line.push_str(&self.painted(&place, Style::new().dimmed()));
        }
        if self.options.ascii {
            return line.replace(visible::is_replacement, "?");
        }
        line
    }

    fn painted(&self, text: &str, style: Style) -> String {
        if self.options.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// What a node is to the one above it.
fn relation(kind: GraphEdgeKind) -> &'static str {
    match kind {
        GraphEdgeKind::Assumes => "role",
        GraphEdgeKind::Attaches => "policy",
        GraphEdgeKind::BoundedBy => "bounded by",
        GraphEdgeKind::Polls => "polls",
        GraphEdgeKind::Invokes => "invoked by",
    }
}
