//! The CloudFormation and SAM frontend: templates in YAML or JSON to graph units.
//!
//! A template is read into a located tree ([`iacscan_core::reader`]), its sections are found
//! (`template`), and each resource is lowered by its service's module (`lower`), which asks the
//! evaluator (`eval`) for the properties it needs and for nothing else. What is wrong with a
//! template is looked for in a walk of its own (`check`).

mod attributes;
mod call;
mod cdk;
mod check;
mod code;
mod declaration;
mod eval;
mod findings;
mod fragment;
mod include;
mod inputs;
mod language;
mod lower;
mod named;
mod notes;
mod sam;
mod secrets;
mod snippets;
mod stacks;
mod statics;
mod template;
#[cfg(test)]
mod tests;
mod tree;
mod units;

pub use inputs::{Inputs, Parameter};
pub use units::lower_templates;
