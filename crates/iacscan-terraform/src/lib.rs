//! The Terraform frontend: configuration and plan files to graph nodes.
//!
//! - `read` turns files into a compact syntax tree and survives what is wrong with them;
//! - `eval` evaluates expressions on demand, with unknowns and alternatives;
//! - `modules` finds the modules that calls name, installed, described or beside them;
//! - `plan` reads plan files;
//! - `lower` turns evaluated resources into graph nodes, one file per service.

mod code;
mod declared_twice;
mod eval;
mod inputs;
mod language;
mod lower;
mod module;
mod modules;
mod named;
mod paths;
mod plan;
mod print;
mod read;
mod roots;
mod snippets;
mod syntax;
mod types;
mod undeclared;
mod waiting;

pub use inputs::Variable;
pub use roots::{Options, lower};

#[cfg(test)]
mod tests;
