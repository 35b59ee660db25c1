//! The rules: one folder each, with `mod.rs` (the sentence it implements) and `README.md` (its
//! page, which is run as its test).
//!
//! A rule asks the graph and reports [`Draft`]s; [`check`] runs all rules in parallel and merges
//! what they say: one finding for one cause, over all branches and all functions that reach it.

mod framework;
mod input;
pub mod needs;

pub use framework::{Context, Draft, Options, Report, check};
pub use input::INPUT_RULES;

use iacscan_core::RuleMeta;

mod admin_policy;
mod missing_logs_permission;

/// A rule.
pub trait Rule: Sync {
    /// What is fixed about it.
    fn meta(&self) -> &'static RuleMeta;

    /// Reports everything it finds in the graph.
    fn check(&self, context: &Context<'_>, report: &mut Report<'_>);
}

/// All rules, sorted by id.
pub static RULES: &[&dyn Rule] =
    &[&admin_policy::AdminPolicy, &missing_logs_permission::MissingLogsPermission];

/// The rule with this id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().copied().find(|rule| rule.meta().id == id)
}
