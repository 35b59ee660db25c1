//! The pictures of `iacscan graph`: functions, roles, policies and how they connect.
//!
//! One file per [`GraphFormat`]. Colour never says anything alone: what is shared or too wide says
//! so in words, and what is not known is dashed.

mod dot;
mod json;
mod mermaid;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use iacscan_core::{Sources, Span};

use crate::format::UnknownFormat;
use crate::{Options, inert, visible};

/// What a picture shows. Nodes are in the order they are drawn: by unit, then by source.
#[derive(Clone, Debug, Default)]
pub struct GraphView {
    /// Functions, roles, policies, sources.
    pub nodes: Vec<GraphNode>,
    /// What connects them. An edge whose ends are not nodes is not drawn.
    pub edges: Vec<GraphEdge>,
}

/// A node of a picture.
#[derive(Clone, Debug)]
pub struct GraphNode {
    /// What it is.
    pub kind: GraphNodeKind,
    /// Display path of the unit it is drawn in.
    pub unit: String,
    /// Its address, ARN or name; what is known of it when it is not known.
    pub name: String,
    /// More to say, a few words: `inline`, `AWS managed`.
    pub detail: Option<String>,
    /// Where it is defined, when that was scanned.
    pub span: Option<Span>,
    /// How many functions share it, when it is a role that several do.
    pub shared_by: Option<usize>,
    /// It grants too much, and what: `every action of s3`.
    pub too_wide: Option<String>,
    /// Whether all that is drawn of it was resolved.
    pub known: bool,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GraphNodeKind {
    /// A Lambda function.
    Function,
    /// An execution role.
    Role,
    /// A policy.
    Policy,
    /// What a function polls, or what invokes it.
    Source,
}

impl GraphNodeKind {
    /// The name in pictures.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Role => "role",
            Self::Policy => "policy",
            Self::Source => "source",
        }
    }
}

/// An edge of a picture.
#[derive(Clone, Debug)]
pub struct GraphEdge {
    /// Position of the node it starts at.
    pub from: usize,
    /// Position of the node it ends at.
    pub to: usize,
    /// What it says.
    pub kind: GraphEdgeKind,
    /// The condition under which it exists.
    pub when: Option<String>,
    /// Whether it is certain under that condition.
    pub known: bool,
}

/// What an edge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GraphEdgeKind {
    /// A function assumes a role.
    Assumes,
    /// A policy is attached to a role; drawn from the role.
    Attaches,
    /// A policy bounds a role; drawn from the role.
    BoundedBy,
    /// A function polls a source; drawn from the function.
    Polls,
    /// A source invokes a function; drawn from the source.
    Invokes,
}

impl GraphEdgeKind {
    /// The name in pictures.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assumes => "assumes",
            Self::Attaches => "attaches",
            Self::BoundedBy => "bounded by",
            Self::Polls => "polls",
            Self::Invokes => "invokes",
        }
    }
}

/// A format of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GraphFormat {
    /// Trees for a terminal.
    Text,
    /// For programs.
    Json,
    /// For Graphviz.
    Dot,
    /// For Markdown pages that draw Mermaid.
    Mermaid,
}

impl GraphFormat {
    /// All formats, in the order help lists them.
    pub const ALL: [Self; 4] = [Self::Text, Self::Json, Self::Dot, Self::Mermaid];

    /// The name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
        }
    }
}

impl fmt::Display for GraphFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for GraphFormat {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == name)
            .ok_or_else(|| UnknownFormat::of(Self::ALL.map(Self::as_str)))
    }
}

/// Writes a picture.
///
/// # Errors
///
/// Those of `out`.
pub fn render_graph(
    format: GraphFormat,
    view: &GraphView,
    sources: &Sources,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    match format {
        GraphFormat::Text => text::render(view, sources, options, &mut bytes),
        GraphFormat::Json => json::render(view, sources, &mut bytes),
        GraphFormat::Dot => dot::render(view, &mut bytes),
        GraphFormat::Mermaid => mermaid::render(view, &mut bytes),
    }?;
    if options.github_actions && format == GraphFormat::Text {
        inert::write(&bytes, out)
    } else {
        out.write_all(&bytes)
    }
}

impl GraphView {
    /// The positions of nodes by unit, units in order of their paths.
    fn by_unit(&self) -> BTreeMap<&str, Vec<usize>> {
        let mut units: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            units.entry(&node.unit).or_default().push(index);
        }
        units
    }

    /// The edges whose ends are nodes.
    fn drawn_edges(&self) -> impl Iterator<Item = &GraphEdge> {
        let count = self.nodes.len();
        self.edges.iter().filter(move |edge| edge.from < count && edge.to < count)
    }
}

impl GraphNode {
    /// What a node says, each part harmless in a terminal: its name, then what else there is to
    /// say.
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![visible::line(&self.name).into_owned()];
        lines.extend(self.detail.as_deref().map(|detail| visible::line(detail).into_owned()));
        lines.extend(self.shared_by.map(|count| format!("shared by {count} functions")));
        if let Some(what) = &self.too_wide {
            lines.push(format!("too wide: {}", visible::line(what)));
        }
        if !self.known {
            lines.push("not fully known".to_owned());
        }
        lines
    }

    /// The colours of the node, the graver reason first.
    fn paint(&self) -> Paint {
        match (&self.too_wide, self.shared_by) {
            (Some(_), _) => Paint::TooWide,
            (None, Some(_)) => Paint::Shared,
            (None, None) => Paint::Plain,
        }
    }
}

impl GraphEdge {
    /// What the edge says.
    fn label(&self) -> String {
        match &self.when {
            Some(when) => format!("{} when {}", self.kind.as_str(), visible::line(when)),
            None => self.kind.as_str().to_owned(),
        }
    }
}

/// How a node is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Paint {
    Plain,
    Shared,
    TooWide,
}

impl Paint {
    /// Fill and line, readable on light and dark pages, in print, and by the colour-blind.
    const fn colors(self) -> (&'static str, &'static str) {
        match self {
            Self::Plain => ("#ffffff", "#57606a"),
            Self::Shared => ("#fff3cd", "#9a6700"),
            Self::TooWide => ("#ffd8d3", "#cf222e"),
        }
    }
}

#[cfg(test)]
mod tests;
