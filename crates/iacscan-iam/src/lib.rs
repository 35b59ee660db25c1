//! The IAM policy language with three-valued answers.
//!
//! - [`PolicyDocument`] and its parts keep the span of everything a finding can point at;
//! - [`parse_policy`] reads all spellings of a document from a [`Value`](iacscan_core::Value);
//! - [`matches_pattern`] compares wildcards with texts of which parts are unknown;
//! - [`Statement::covers`] and [`decide`] answer whether statements allow an action on a resource;
//! - [`aws`] holds what AWS itself defines: managed policies, actions, resource types.

mod arn;
pub mod aws;
mod aws_document;
mod decide;
mod document;
mod parse;
mod partition;
mod pattern;
mod principal;

pub use arn::{ArnPart, ArnParts, is_effectively_all};
pub use aws_document::policy_from_json;
pub use decide::{Decision, Resolve, SymbolicOnly, decide};
pub use document::{
    ConditionEntry, Conditions, Effect, Elements, PolicyDocument, Principal, PrincipalKind,
    Principals, Statement,
};
pub use parse::{parse_policy, texts_of};
pub use partition::Partition;
pub use pattern::{Case, matches_pattern};
