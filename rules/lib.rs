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
mod full_access_managed_policy;
mod function_without_role;
mod managed_policy_not_found;
mod missing_event_source_permission;
mod missing_logs_permission;
mod missing_tracing_permission;
mod missing_vpc_permission;
mod role_reference_kind;
mod shared_execution_role;
mod trust_missing_lambda;
mod wildcard_action_on_all_resources;

/// A rule.
pub trait Rule: Sync {
    /// What is fixed about it.
    fn meta(&self) -> &'static RuleMeta;

    /// Reports everything it finds in the graph.
    fn check(&self, context: &Context<'_>, report: &mut Report<'_>);
}

/// All rules, sorted by id.
pub static RULES: &[&dyn Rule] = &[
    &admin_policy::AdminPolicy,
    &full_access_managed_policy::FullAccessManagedPolicy,
    &function_without_role::FunctionWithoutRole,
    &managed_policy_not_found::ManagedPolicyNotFound,
    &missing_event_source_permission::MissingEventSourcePermission,
    &missing_logs_permission::MissingLogsPermission,
    &missing_tracing_permission::MissingTracingPermission,
    &missing_vpc_permission::MissingVpcPermission,
    &role_reference_kind::RoleReferenceKind,
    &shared_execution_role::SharedExecutionRole,
    &trust_missing_lambda::TrustMissingLambda,
    &wildcard_action_on_all_resources::WildcardActionOnAllResources,
];

/// The rule with this id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().copied().find(|rule| rule.meta().id == id)
}
