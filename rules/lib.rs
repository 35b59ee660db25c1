//! The rules: one folder each, with `mod.rs` (the sentence it implements) and `README.md` (its
//! page, which is run as its test).
//!
//! A rule asks the graph and reports [`Draft`]s; [`check`] runs all rules in parallel and merges
//! what they say: one finding for one cause, over all branches and all functions that reach it.

mod framework;
mod input;
mod needs;
mod secrets;

pub use framework::{
    Checked, Context, Draft, Options, Report, Requirement, RoleDemand, Switch, When, check,
    tell_apart,
};
pub use input::INPUT_RULES;
pub use needs::{Enough, Need, On, needs};
pub use secrets::secret_spans;

use iacscan_core::RuleMeta;

mod admin_policy;
mod allow_with_not_action;
mod broad_data_managed_policy;
mod edge_trust_missing;
mod exclusive_attachment_conflict;
mod full_access_managed_policy;
mod function_url_without_auth;
mod function_without_role;
mod invoke_permission_without_source;
mod logs_resource_mismatch;
mod managed_policy_not_found;
mod missing_baseline_policy;
mod missing_dead_letter_permission;
mod missing_destination_permission;
mod missing_durable_permission;
mod missing_event_source_network_permission;
mod missing_event_source_permission;
mod missing_file_system_permission;
mod missing_layer_permission;
mod missing_logs_permission;
mod missing_source_secret_permission;
mod missing_tracing_permission;
mod missing_vpc_permission;
mod policy_attachment_race;
mod policy_version_outdated;
mod privilege_escalation_permission;
mod public_invoke_permission;
mod role_reference_kind;
mod s3_resource_level_mismatch;
mod sam_policies_entry_invalid;
mod sam_role_shadows_policies;
mod secret_literal_in_environment;
mod self_assume_without_trust;
mod shared_execution_role;
mod static_credentials_in_environment;
mod trigger_without_invoke_permission;
mod trust_allows_anyone;
mod trust_extra_principal;
mod trust_missing_lambda;
mod unattached_lambda_policy_or_role;
mod unknown_iam_action;
mod unscopable_action_with_resource;
mod unused_feature_policy;
mod wildcard_action;
mod wildcard_action_on_all_resources;
mod wildcard_resource;

/// A rule.
pub trait Rule: Sync {
    /// What is fixed about it.
    fn meta(&self) -> &'static RuleMeta;

    /// What it looks for only where the configuration asks it to.
    fn switches(&self) -> &'static [Switch] {
        &[]
    }

    /// Whether a comment behind the text to change, which says why it has to be so, is enough.
    fn takes_justification(&self) -> bool {
        false
    }

    /// Reports everything it finds in the graph.
    fn check(&self, context: &Context<'_>, report: &mut Report<'_>);
}

/// All rules, sorted by id.
pub static RULES: &[&dyn Rule] = &[
    &admin_policy::AdminPolicy,
    &allow_with_not_action::AllowWithNotAction,
    &broad_data_managed_policy::BroadDataManagedPolicy,
    &edge_trust_missing::EdgeTrustMissing,
    &exclusive_attachment_conflict::ExclusiveAttachmentConflict,
    &full_access_managed_policy::FullAccessManagedPolicy,
    &function_url_without_auth::FunctionUrlWithoutAuth,
    &function_without_role::FunctionWithoutRole,
    &invoke_permission_without_source::InvokePermissionWithoutSource,
    &logs_resource_mismatch::LogsResourceMismatch,
    &managed_policy_not_found::ManagedPolicyNotFound,
    &missing_baseline_policy::MissingBaselinePolicy,
    &missing_dead_letter_permission::MissingDeadLetterPermission,
    &missing_destination_permission::MissingDestinationPermission,
    &missing_durable_permission::MissingDurablePermission,
    &missing_event_source_network_permission::MissingEventSourceNetworkPermission,
    &missing_event_source_permission::MissingEventSourcePermission,
    &missing_file_system_permission::MissingFileSystemPermission,
    &missing_layer_permission::MissingLayerPermission,
    &missing_logs_permission::MissingLogsPermission,
    &missing_source_secret_permission::MissingSourceSecretPermission,
    &missing_tracing_permission::MissingTracingPermission,
    &missing_vpc_permission::MissingVpcPermission,
    &policy_attachment_race::PolicyAttachmentRace,
    &policy_version_outdated::PolicyVersionOutdated,
    &privilege_escalation_permission::PrivilegeEscalationPermission,
    &public_invoke_permission::PublicInvokePermission,
    &role_reference_kind::RoleReferenceKind,
    &s3_resource_level_mismatch::S3ResourceLevelMismatch,
    &sam_policies_entry_invalid::SamPoliciesEntryInvalid,
    &sam_role_shadows_policies::SamRoleShadowsPolicies,
    &secret_literal_in_environment::SecretLiteralInEnvironment,
    &self_assume_without_trust::SelfAssumeWithoutTrust,
    &shared_execution_role::SharedExecutionRole,
    &static_credentials_in_environment::StaticCredentialsInEnvironment,
    &trigger_without_invoke_permission::TriggerWithoutInvokePermission,
    &trust_allows_anyone::TrustAllowsAnyone,
    &trust_extra_principal::TrustExtraPrincipal,
    &trust_missing_lambda::TrustMissingLambda,
    &unattached_lambda_policy_or_role::UnattachedLambdaPolicyOrRole,
    &unknown_iam_action::UnknownIamAction,
    &unscopable_action_with_resource::UnscopableActionWithResource,
    &unused_feature_policy::UnusedFeaturePolicy,
    &wildcard_action::WildcardAction,
    &wildcard_action_on_all_resources::WildcardActionOnAllResources,
    &wildcard_resource::WildcardResource,
];

/// The rule with this id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().copied().find(|rule| rule.meta().id == id)
}
