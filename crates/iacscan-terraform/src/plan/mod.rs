//! Plan files: the output of `terraform show -json`.
//!
//! Known values come from the plan, references from its configuration; findings are placed in the
//! `.tf` files beside the plan where they are there, else in the plan.

mod convert;
mod locate;
mod model;
#[cfg(test)]
mod tests;

use std::io::BufReader;
use std::sync::Arc;

use iacscan_core::{Files, Span};
use iacscan_graph::{Format, Unit};
use rustc_hash::FxHashMap;

use crate::eval::Evaluator;
use crate::lower::{self, Context};
use crate::modules::{Loader, RootModules};
use locate::Locator;
use model::Plan;

/// Lowers a plan file; the error is a sentence.
pub(crate) fn lower_plan(
    files: &dyn Files,
    loader: &Loader<'_>,
    path: &str,
) -> Result<Unit, String> {
    let reader = files.open(path).map_err(|error| error.to_string())?;
    let plan: Plan = serde_json::from_reader(BufReader::new(reader))
        .map_err(|error| format!("it is no Terraform plan: {error}"))?;
    if plan.format_version.is_none() {
        return Err("it is no Terraform plan: it has no `format_version`".to_owned());
    }
    // The text itself is not kept: a plan can be hundreds of megabytes.
    let source = files.sources().add(path, "");
    let directory = directory_of(path);
    let locator = Locator::new(loader, directory, Span::at(source, 0));
    let module = Arc::new(convert::convert(&plan, &locator, directory));
    drop(plan);
    let modules = RootModules::new(loader, directory);
    let eval = Evaluator::new(files, &modules, path.into(), module, FxHashMap::default());
    let mut context = Context { eval: &eval, unit: Unit::new(path, Format::Terraform) };
    for instance in eval.all_instances() {
        lower::instance(&mut context, &instance);
    }
    lower::outputs(&mut context);
    Ok(context.unit)
}

/// The directory of the configuration that a plan was made from.
pub(crate) fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(".", |(directory, _)| directory)
}
