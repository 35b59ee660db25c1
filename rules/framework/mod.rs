//! What rules are written with and how they are run.

mod attaching;
pub(crate) mod beside;
mod concerning;
mod context;
mod denials;
pub(crate) mod dependencies;
mod depending;
mod doubt;
mod draft;
mod elsewhere;
pub(crate) mod features;
pub(crate) mod inputs;
pub(crate) mod invocation;
mod lacking;
mod merge;
pub(crate) mod misplaced;
pub(crate) mod narrow;
pub(crate) mod remedies;
mod report;
mod requirement;
pub(crate) mod s3;
mod shared;
pub(crate) mod snippet;
pub(crate) mod source;
pub(crate) mod spell;
pub(crate) mod statements;
pub(crate) mod trust;
pub(crate) mod words;

use iacscan_core::{Finding, RuleGroup, Undecided};
use iacscan_graph::Graph;
use rayon::prelude::*;

pub(crate) use attaching::{attach, place_of_first, policy_list, removed};
pub(crate) use concerning::concerning;
pub use context::{Context, Options, Switch};
pub(crate) use depending::{
    Removed, replacing_narrow_wildcards, replacing_wildcards, with_depending,
};
pub(crate) use doubt::gap_in;
use doubt::{Doubt, once};
pub use draft::Draft;
pub(crate) use elsewhere::allowed_elsewhere;
pub(crate) use lacking::{lacking, unmet};
pub use report::Report;
pub use requirement::{Requirement, RoleDemand, When};
pub use snippet::tell_apart;

use crate::{RULES, Rule};

/// What the rules say about a graph.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What could not be decided, once for each function and feature.
    pub undecided: Vec<Undecided>,
}

/// Runs the rules that `selected` lets through over a graph, in parallel. The findings come in the
/// order of the rules, merged, not yet sorted by place.
pub fn check(graph: &Graph, options: &Options, selected: impl Fn(&str) -> bool + Sync) -> Checked {
    let context = Context::new(graph, options);
    let run = |rules: &[&'static dyn Rule]| -> (Vec<Finding>, Vec<Doubt>) {
        let reports: Vec<_> = rules
            .par_iter()
            .map(|rule| {
                let mut report = Report::new(&context, rule.meta());
                rule.check(&context, &mut report);
                report.finish()
            })
            .collect();
        let (findings, doubts): (Vec<_>, Vec<_>) = reports.into_iter().unzip();
        (findings.concat(), doubts.concat())
    };
    // What is excess decides how grave some other findings are.
    let is_excess = |rule: &&dyn Rule| rule.meta().group == RuleGroup::Excess;
    let (excess, others): (Vec<_>, Vec<_>) = RULES.iter().copied().partition(is_excess);
    let select = |rules: &[&'static dyn Rule]| -> Vec<&'static dyn Rule> {
        rules.iter().copied().filter(|rule| selected(rule.meta().id)).collect()
    };
    let chosen = select(&excess);
    let (mut findings, mut doubts) = run(&chosen);
    if chosen.len() == excess.len() {
        context.know_excess(&findings);
    }
    let (more, doubtful) = run(&select(&others));
    findings.extend(more);
    doubts.extend(doubtful);
    findings.sort_by_key(|finding| finding.rule);
    Checked { findings, undecided: once(doubts) }
}
