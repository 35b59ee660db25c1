//! What rules are written with and how they are run.

mod concerning;
mod context;
mod draft;
pub(crate) mod features;
pub(crate) mod invocation;
mod lacking;
mod merge;
mod report;
mod requirement;
pub(crate) mod statements;
pub(crate) mod trust;
pub(crate) mod words;

use iacscan_core::Finding;
use iacscan_graph::Graph;
use rayon::prelude::*;

pub(crate) use concerning::concerning;
pub use context::{Context, Options};
pub use draft::Draft;
pub(crate) use lacking::{lacking, unmet};
pub use report::Report;
pub use requirement::{Requirement, RoleDemand, When};

use crate::RULES;

/// Runs the rules that `selected` lets through over a graph, in parallel. The findings come in the
/// order of the rules, merged, not yet sorted by place.
pub fn check(
    graph: &Graph,
    options: &Options,
    selected: impl Fn(&str) -> bool + Sync,
) -> Vec<Finding> {
    let context = Context::new(graph, options);
    RULES
        .par_iter()
        .filter(|rule| selected(rule.meta().id))
        .flat_map_iter(|rule| {
            let mut report = Report::new(&context, rule.meta());
            rule.check(&context, &mut report);
            report.finish()
        })
        .collect()
}
