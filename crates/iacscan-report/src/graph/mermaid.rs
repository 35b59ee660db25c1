//! `iacscan graph --format mermaid`: for Markdown pages that draw Mermaid.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{GraphNodeKind, GraphView, Paint};
use crate::visible;

/// Writes a flowchart, one subgraph per unit.
pub(super) fn render(view: &GraphView, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (number, (unit, nodes)) in view.by_unit().into_iter().enumerate() {
        writeln!(out, "  subgraph u{number}[\"{}\"]", escape(&visible::line(unit)))?;
        for (index, node) in nodes.into_iter().filter_map(|i| Some((i, view.nodes.get(i)?))) {
            let lines: Vec<String> = node.lines().iter().map(|line| escape(line)).collect();
            let (open, close) = shape(node.kind);
            writeln!(out, "    n{index}{open}\"{}\"{close}", lines.join("<br/>"))?;
        }
        writeln!(out, "  end")?;
    }
    for edge in view.drawn_edges() {
        let arrow = if edge.known && edge.when.is_none() { "-->" } else { "-.->" };
        writeln!(out, "  n{} {arrow}|\"{}\"| n{}", edge.from, escape(&edge.label()), edge.to)?;
    }
    for (class, paint) in [("shared", Paint::Shared), ("tooWide", Paint::TooWide)] {
        let (fill, line) = paint.colors();
        let nodes = view.nodes.iter().map(|node| node.paint() == paint);
        let style = format!("fill:{fill},stroke:{line},color:#1f2328");
        write_class(class, &style, nodes, out)?;
    }
    let unknown = view.nodes.iter().map(|node| !node.known);
    write_class("unknown", "stroke-dasharray:5 5", unknown, out)
}

/// Defines a class and puts the nodes in it that are of it, when there are any.
fn write_class(
    class: &str,
    style: &str,
    members: impl Iterator<Item = bool>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let nodes: Vec<String> = members
        .enumerate()
        .filter(|(_, is_member)| *is_member)
        .map(|(index, _)| format!("n{index}"))
        .collect();
    if nodes.is_empty() {
        return Ok(());
    }
    writeln!(out, "  classDef {class} {style}")?;
    writeln!(out, "  class {} {class}", nodes.join(","))
}

fn shape(kind: GraphNodeKind) -> (&'static str, &'static str) {
    match kind {
        GraphNodeKind::Function => ("[", "]"),
        GraphNodeKind::Role => ("([", "])"),
        GraphNodeKind::Policy => ("[[", "]]"),
        GraphNodeKind::Source => ("[(", ")]"),
    }
}

/// Text for a quoted label: everything but letters, digits and a few harmless signs is written as
/// the number of its character, so that neither Mermaid nor the HTML it makes reads it.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '_' | '-' | '.' | ',' | '/' | ':' => escaped.push(c),
            _ if c.is_alphanumeric() || !c.is_ascii() => escaped.push(c),
            _ => {
                // Writing to a string does not fail.
                let _ = write!(escaped, "#{};", u32::from(c));
            }
        }
    }
    escaped
}
