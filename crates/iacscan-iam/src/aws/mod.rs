//! What AWS defines and a scanner must know: managed policies, actions and
//! resource types, and the policies SAM generates.
//!
//! The data are text tables generated from public packages (`data/README.md`
//! says which) and compiled in. Nothing is decoded before it is asked for: a
//! look-up is a binary search in the text, and every record borrows from it
//! for `'static`.
//!
//! The data are a snapshot. A name that is found existed at the snapshot; a
//! name that is not found may be newer, so absence alone proves nothing.

mod actions;
mod managed;
mod meant;
mod nearest;
mod pattern;
mod sam;
mod table;
mod tier;
mod tier_lists;

pub use actions::{
    AccessLevel, Action, ActionResource, Requirement, ResourceType, Service, action,
    actions_matching, actions_of, resource_types, service, services,
};
pub use managed::{
    ManagedPolicy, RemovedPolicy, managed_policies, managed_policy, misspelt_managed_policy,
    nearest_managed_policy, removed_policies, removed_policy,
};
pub use meant::{action_by_other_mark, nearest_action, nearest_pattern};
pub use nearest::nearest;
pub use sam::{
    SamConnector, SamManagedPolicy, SamPolicyTemplate, nearest_sam_policy_template, sam_connector,
    sam_connectors, sam_managed_policy, sam_managed_policy_arn, sam_policy_template,
    sam_policy_templates,
};
pub use tier::{
    Breadth, NearlyFullService, Tier, breadth, is_broad_data_action, is_escalation_action,
    tier_of_service,
};

#[cfg(test)]
mod tests;
