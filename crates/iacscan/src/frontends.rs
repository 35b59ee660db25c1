//! The frontends: what turns files into graph units.

use iacscan_core::Files;
use iacscan_graph::Lowered;

use crate::discover::Discovered;
use crate::inputs::{Inputs, Parameter, Variable};

/// Turns the files of one language into graph units.
pub(crate) trait Frontend: Sync {
    /// Reads what was discovered and lowers it. Runs on the threads of the current rayon pool.
    fn lower(&self, files: &dyn Files, found: &Discovered, inputs: &Inputs) -> Lowered;
}

/// All frontends.
pub(crate) static FRONTENDS: &[&dyn Frontend] = &[&CloudFormation, &Terraform];

/// Templates in YAML and JSON.
struct CloudFormation;

impl Frontend for CloudFormation {
    fn lower(&self, files: &dyn Files, found: &Discovered, inputs: &Inputs) -> Lowered {
        let parameter = |given: &Parameter| iacscan_cloudformation::Parameter {
            value: given.value.clone(),
            span: given.span,
        };
        let inputs = iacscan_cloudformation::Inputs {
            parameters: inputs
                .parameters
                .iter()
                .map(|(name, given)| (name.clone(), parameter(given)))
                .collect(),
        };
        iacscan_cloudformation::lower_templates(&found.templates, files, &inputs)
    }
}

/// Root modules and plan files.
struct Terraform;

impl Frontend for Terraform {
    fn lower(&self, files: &dyn Files, found: &Discovered, inputs: &Inputs) -> Lowered {
        let variable = |given: &Variable| match given {
            Variable::Value(name, value) => {
                iacscan_terraform::Variable::Value(name.clone(), value.clone())
            }
            Variable::Text(name, text) => {
                iacscan_terraform::Variable::Text(name.clone(), text.clone())
            }
            Variable::File(path) => iacscan_terraform::Variable::File(path.clone()),
        };
        let options = iacscan_terraform::Options {
            variables: inputs.variables.iter().map(variable).collect(),
            descriptions: descriptions(files),
        };
        iacscan_terraform::lower(&found.terraform, &found.plans, files, &options)
    }
}

/// Where users describe modules of their own, seen from the working directory.
const MODULE_DESCRIPTIONS: &str = ".iacscan/modules";

/// The directories with descriptions of modules that are there.
fn descriptions(files: &dyn Files) -> Vec<String> {
    let found = files.list(MODULE_DESCRIPTIONS).is_ok();
    found.then(|| MODULE_DESCRIPTIONS.to_owned()).into_iter().collect()
}
