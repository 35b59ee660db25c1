//! What the user gives a template.

use std::collections::BTreeMap;

use iacscan_core::{Span, Str};

/// What the user gives every template of the scan.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Values by parameter name; each holds for every template that has a parameter of that name.
    pub parameters: BTreeMap<Str, Parameter>,
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The value; lists as CloudFormation writes them, with commas.
    pub value: Str,
    /// Where it was written; nowhere when it was given on the command line.
    pub span: Option<Span>,
}
