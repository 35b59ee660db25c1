//! The output formats of iacscan: a [`Report`] in, bytes out.
//!
//! One file per [`Format`]. Every format writes the same [`Report`] with the same [`Options`], reads
//! nothing but the [`Sources`], and takes scanned text for hostile: it cannot reach a terminal raw,
//! start a workflow command or break the syntax of a format.

mod concise;
mod escape_json;
mod fingerprint;
mod format;
mod github;
mod gitlab;
mod graph;
mod inert;
mod json;
mod junit;
mod markdown;
mod options;
mod paths;
mod place;
mod report;
mod sarif;
mod terminal;
mod visible;

#[cfg(test)]
mod fixture;

pub use fingerprint::fingerprints;
pub use format::{Format, UnknownFormat, render};
pub use graph::{
    GraphEdge, GraphEdgeKind, GraphFormat, GraphNode, GraphNodeKind, GraphView, render_graph,
};
pub use options::{Options, Verbosity};
pub use paths::from_root as path_from_root;
pub use report::{
    FunctionFeatures, FunctionFormat, FunctionSummary, Hidden, Notice, NoticeLevel, Report,
    Reported, Suppressed, SuppressedBy, Tool,
};
pub use terminal::render_notices;

pub use iacscan_core::Sources;

#[cfg(test)]
mod tests;
