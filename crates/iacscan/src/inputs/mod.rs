//! What the deployment is given: Terraform variables and CloudFormation parameters.

mod parameters;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use iacscan_core::{Located, Span, Str, Value};

use crate::config::Config;
use crate::files::DiskFiles;
use parameters::Parameters;

/// What the deployment is given.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Terraform variables; a later one wins over an earlier one, and all of them over the
    /// `.tfvars` files that Terraform reads by itself.
    pub variables: Vec<Variable>,
    /// CloudFormation parameters by name.
    pub parameters: BTreeMap<Str, Parameter>,
}

/// Where the value of a Terraform variable comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Variable {
    /// From the configuration.
    Value(Str, Located<Value>),
    /// From `--var`: the text, which the type of the variable gives a meaning.
    Text(Str, Str),
    /// From `--var-file`: the display path of a file with values.
    File(Str),
}

/// The value of a CloudFormation parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The value; lists as CloudFormation writes them, with commas.
    pub value: Str,
    /// Where it was written; nowhere when it was given on the command line.
    pub span: Option<Span>,
}

/// Inputs as they were asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// `--var` and `--var-file`, in their order.
    pub variables: Vec<AskedVariable>,
    /// `--parameters`, in their order.
    pub parameter_files: Vec<PathBuf>,
    /// `--parameter`, in their order.
    pub parameters: Vec<(Str, Str)>,
}

/// One `--var` or `--var-file`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskedVariable {
    /// `--var NAME=VALUE`.
    Text(Str, Str),
    /// `--var-file FILE`.
    File(PathBuf),
}

/// An input file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputError {
    /// Its display path.
    pub path: String,
    /// What is wrong with it, as a sentence without its subject.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
}

impl Inputs {
    /// What the configuration says, and over it what was asked for. Files become readable.
    ///
    /// # Errors
    ///
    /// For every file that cannot be read.
    pub fn new(
        asked: &Asked,
        config: &Config,
        files: &mut DiskFiles,
    ) -> Result<Self, Vec<InputError>> {
        let mut errors = Vec::new();
        let mut inputs = Self::default();
        for (name, value) in &config.variables {
            inputs.variables.push(Variable::Value(name.clone(), value.clone()));
        }
        for variable in &asked.variables {
            match variable {
                AskedVariable::Text(name, value) => {
                    inputs.variables.push(Variable::Text(name.clone(), value.clone()));
                }
                AskedVariable::File(path) => match readable(files, path) {
                    Ok(display) => inputs.variables.push(Variable::File(display.into())),
                    Err(error) => errors.push(error),
                },
            }
        }
        for (name, value) in &config.parameters {
            let parameter = Parameter { value: value.value.clone(), span: Some(value.span) };
            inputs.parameters.insert(name.clone(), parameter);
        }
        for path in &asked.parameter_files {
            match readable(files, path).and_then(|display| Parameters::read(files, &display)) {
                Ok(Parameters(parameters)) => inputs.parameters.extend(parameters),
                Err(error) => errors.push(error),
            }
        }
        for (name, value) in &asked.parameters {
            let parameter = Parameter { value: value.clone(), span: None };
            inputs.parameters.insert(name.clone(), parameter);
        }
        if errors.is_empty() { Ok(inputs) } else { Err(errors) }
    }
}

/// Makes a file that the user named readable, wherever it lies.
fn readable(files: &mut DiskFiles, path: &Path) -> Result<String, InputError> {
    let display = files.display(path);
    match files.add_root(path) {
        Ok(()) => Ok(display),
        Err(error) => {
            Err(InputError { path: display, message: crate::files::error_text(&error), span: None })
        }
    }
}
