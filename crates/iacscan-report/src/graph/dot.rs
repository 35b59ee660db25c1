//! `iacscan graph --format dot`: for Graphviz.

use std::io::{self, Write};

use super::{GraphNodeKind, GraphView};
use crate::visible;

/// Writes a directed graph, one cluster per unit.
pub(super) fn render(view: &GraphView, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph iacscan {{")?;
    writeln!(
        out,
        "  graph [rankdir=LR, fontname=\"Helvetica\", fontsize=11, style=rounded, color=\"#8c959f\"];"
    )?;
    writeln!(out, "  node [fontname=\"Helvetica\", fontsize=10, fontcolor=\"#1f2328\"];")?;
    writeln!(
        out,
        "  edge [fontname=\"Helvetica\", fontsize=9, color=\"#57606a\", fontcolor=\"#57606a\"];"
    )?;
    for (number, (unit, nodes)) in view.by_unit().into_iter().enumerate() {
        writeln!(out, "  subgraph cluster_{number} {{")?;
        writeln!(out, "    label={};", quoted(&visible::line(unit)))?;
        for (index, node) in nodes.into_iter().filter_map(|i| Some((i, view.nodes.get(i)?))) {
            let (fill, line) = node.paint().colors();
            let dashed = if node.known { "" } else { ",dashed" };
            writeln!(
                out,
                "    n{index} [shape={}, style=\"filled{dashed}\", fillcolor=\"{fill}\", \
                 color=\"{line}\", label={}];",
                shape(node.kind),
                quoted(&node.lines().join("\n")),
            )?;
        }
        writeln!(out, "  }}")?;
    }
    for edge in view.drawn_edges() {
        let dashed = if edge.known && edge.when.is_none() { "" } else { ", style=dashed" };
        writeln!(
            out,
            "  n{} -> n{} [label={}{dashed}];",
            edge.from,
            edge.to,
            quoted(&edge.label())
        )?;
    }
    writeln!(out, "}}")
}

fn shape(kind: GraphNodeKind) -> &'static str {
    match kind {
        GraphNodeKind::Function => "box",
        GraphNodeKind::Role => "ellipse",
        GraphNodeKind::Policy => "note",
        GraphNodeKind::Source => "cylinder",
    }
}

/// A quoted string. A backslash starts an escape in labels, so that each is doubled; Graphviz
/// also reads entities of HTML in them.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '&' => quoted.push_str("&amp;"),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
