//! `iacscan graph --format json`: for programs. Fields are added, never changed.

use std::io::{self, Write};

use iacscan_core::Sources;
use serde::Serialize;

use super::GraphView;
use crate::escape_json;
use crate::place::Place;

/// The version of the shape below.
const SCHEMA: u32 = 1;

/// Writes the graph as one JSON object; `from` and `to` are ids of nodes.
pub(super) fn render(view: &GraphView, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let nodes = view.nodes.iter().enumerate().map(|(id, node)| {
        let place = node.span.map(|span| Place::of(span, sources));
        JsonNode {
            id,
            kind: node.kind.as_str(),
            unit: &node.unit,
            name: &node.name,
            detail: node.detail.as_deref(),
            line: place.as_ref().map(|place| place.start.line),
            path: place.map(|place| place.path),
            shared_by: node.shared_by,
            too_wide: node.too_wide.as_deref(),
            known: node.known,
        }
    });
    let edges = view.drawn_edges().map(|edge| JsonEdge {
        from: edge.from,
        to: edge.to,
        kind: edge.kind.as_str(),
        when: edge.when.as_deref(),
        known: edge.known,
    });
    let graph = JsonGraph { schema: SCHEMA, nodes: nodes.collect(), edges: edges.collect() };
    escape_json::write(&graph, out)
}

#[derive(Serialize)]
struct JsonGraph<'v> {
    schema: u32,
    nodes: Vec<JsonNode<'v>>,
    edges: Vec<JsonEdge<'v>>,
}

#[derive(Serialize)]
struct JsonNode<'v> {
    id: usize,
    kind: &'v str,
    unit: &'v str,
    name: &'v str,
    detail: Option<&'v str>,
    path: Option<String>,
    line: Option<usize>,
    shared_by: Option<usize>,
    too_wide: Option<&'v str>,
    known: bool,
}

#[derive(Serialize)]
struct JsonEdge<'v> {
    from: usize,
    to: usize,
    kind: &'v str,
    when: Option<&'v str>,
    known: bool,
}
