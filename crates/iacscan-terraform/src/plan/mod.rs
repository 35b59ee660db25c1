//! Plan files: the output of `terraform show -json`.
//!
//! Known values come from the plan, references from its configuration; findings are placed in the
//! `.tf` files beside the plan where they are there, else in the plan.

mod address;
mod convert;
mod locate;
mod model;
mod references;
mod stream;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use iacscan_core::Files;
use iacscan_graph::{Format, Unit};
use rustc_hash::FxHashMap;

use crate::eval::Evaluator;
use crate::language::Configurations;
use crate::lower::{self, Context, Declaration};
use crate::modules::{Loader, RootModules};
use convert::Converter;
use locate::Locator;
use model::{Plan, PlanText};

/// Lowers a plan file; the error is a sentence.
pub(crate) fn lower_plan(
    files: &dyn Files,
    loader: &Loader<'_>,
    path: &str,
) -> Result<Unit, String> {
    let reader = files.open(path).map_err(|error| error.to_string())?;
    let (plan, kept) =
        Plan::read(reader).map_err(|error| format!("it is no Terraform plan: {error}"))?;
    if plan.format_version.is_none() {
        return Err("it is no Terraform plan: it has no `format_version`".to_owned());
    }
    if plan.is_state {
        return Err("it is the state of an infrastructure, not a plan".to_owned());
    }
    let Some(configuration) = &plan.configuration else {
        return Err(
            "it has no `configuration`, without which nothing says what refers to what".to_owned()
        );
    };
    // A plan can be hundreds of megabytes: of its text no more is kept than what matters.
    let source = files.sources().add_parts(path, kept.text, kept.cuts);
    let kept = files.sources().get(source);
    let text = PlanText { source, text: &kept.text };
    let directory = directory_of(path);
    let locator = Locator::new(loader, directory);
    let modules = RootModules::new(loader, directory);
    let converter = Converter::new(&plan, configuration, &text, &locator, &modules);
    let module = Arc::new(converter.module_of(&plan, directory));
    let eval = Evaluator::new(files, &converter, path.into(), module, FxHashMap::default());
    let mut context =
        Context { eval: &eval, unit: Unit::new(path, Format::Terraform, &Configurations) };
    for instance in eval.all_instances() {
        for resource in eval.resources(&instance) {
            lower::lower(&mut context, &Declaration::new(&eval, &resource));
            // Nothing else looks at its arguments, and there may be a million of them.
            eval.forget();
        }
    }
    lower::outputs(&mut context);
    (context.unit.accounts, context.unit.other_accounts) = eval.accounts();
    Ok(context.unit)
}

/// The directory of the configuration that a plan was made from.
pub(crate) fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(".", |(directory, _)| directory)
}
