//! The typed resource graph that links Lambda functions to execution roles and to everything those
//! grant.
//!
//! Frontends fill [`Unit`]s with [`nodes`], whose references are still [`Text`](iacscan_core::Text);
//! [`link`] alone turns references into edges; rules ask the [`Graph`]:
//!
//! - [`Graph::chains`]: each function in each feasible branch, with its role and the statements
//!   that reach it, for questions about what it may do;
//! - [`Graph::execution_roles`]: each role that functions assume, with everything attached to it,
//!   for questions about single statements and attachments.

mod chain;
mod code;
mod execution_role;
mod graph;
mod in_world;
pub mod instances;
mod language;
mod link;
mod linked_role;
pub mod lower;
mod lowered;
pub mod nodes;
mod reliance;
mod resolve;
mod resource_policies;
mod summary;
mod unit;

pub use chain::{Chain, RoleState};
pub use code::{Code, Taken, free_name, quoted};
pub use execution_role::{
    Attached, AttachedPolicy, AwsPolicy, CopyOfAws, ExecutionRole, InlineAt, NameProblem,
    PerhapsAttached, Reached,
};
pub use graph::{FunctionId, Graph, InvokeConfigId, MappingId, RoleId, Unlinked};
pub use language::{
    Account, Language, Named, Proposals, Spelled, Statements, json_condition, json_principal,
    json_texts, json_trusting,
};
pub use link::{FunctionLink, RoleLink, WrongKind, link};
pub use linked_role::{Grant, LinkedRole, SharedRoles};
pub use lowered::{Lowered, Unreadable};
pub use reliance::Reliance;
pub use resolve::Resolver;
pub use summary::FunctionSummary;
pub use unit::{Export, Format, Found, Passed, Unit};

#[cfg(test)]
mod tests;
