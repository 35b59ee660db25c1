//! What rules are written with and how they are run.

mod concerning;
mod context;
mod draft;
pub(crate) mod features;
pub(crate) mod instances;
pub(crate) mod invocation;
mod lacking;
mod merge;
pub(crate) mod remedies;
mod report;
mod requirement;
pub(crate) mod spell;
pub(crate) mod statements;
pub(crate) mod trust;
pub(crate) mod words;

use iacscan_core::{Finding, RuleGroup};
use iacscan_graph::Graph;
use rayon::prelude::*;

pub(crate) use concerning::concerning;
pub use context::{Context, Options, Switch};
pub use draft::Draft;
pub(crate) use lacking::{lacking, unmet};
pub use report::Report;
pub use requirement::{Requirement, RoleDemand, When};

use crate::{RULES, Rule};

/// Runs the rules that `selected` lets through over a graph, in parallel. The findings come in the
/// order of the rules, merged, not yet sorted by place.
pub fn check(
    graph: &Graph,
    options: &Options,
    selected: impl Fn(&str) -> bool + Sync,
) -> Vec<Finding> {
    let context = Context::new(graph, options);
    let run = |rules: &[&'static dyn Rule]| -> Vec<Finding> {
        rules
            .par_iter()
            .flat_map_iter(|rule| {
                let mut report = Report::new(&context, rule.meta());
                rule.check(&context, &mut report);
                report.finish()
            })
            .collect()
    };
    // What is excess decides how grave some other findings are.
    let is_excess = |rule: &&dyn Rule| rule.meta().group == RuleGroup::Excess;
    let (excess, others): (Vec<_>, Vec<_>) = RULES.iter().copied().partition(is_excess);
    let select = |rules: &[&'static dyn Rule]| -> Vec<&'static dyn Rule> {
        rules.iter().copied().filter(|rule| selected(rule.meta().id)).collect()
    };
    let chosen = select(&excess);
    let mut findings = run(&chosen);
    if chosen.len() == excess.len() {
        context.know_excess(&findings);
    }
    findings.extend(run(&select(&others)));
    findings.sort_by_key(|finding| finding.rule);
    findings
}
