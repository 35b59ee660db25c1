//! What the user gives a template.

use std::collections::BTreeMap;

use iacscan_core::{Span, Str};

/// What the user gives every template of the scan.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Values by parameter name; each holds for every template that has a parameter of that name.
    /// `AWS::Region` among them says where all of them are deployed.
    pub parameters: BTreeMap<Str, Parameter>,
}

impl Inputs {
    /// The region that the templates are deployed to.
    pub(crate) fn region(&self) -> Option<Str> {
        self.parameters.get("AWS::Region").map(|given| given.value.clone())
    }
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The value; lists as CloudFormation writes them, with commas.
    pub value: Str,
    /// Where it was written; nowhere when it was given on the command line.
    pub span: Option<Span>,
}
