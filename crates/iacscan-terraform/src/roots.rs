//! From directories to units: which directories are root modules, and lowering each of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iacscan_core::{Files, Gap, ReadError, Span, Str, Undecided, Unknown};
use iacscan_graph::{Format, Lowered, Unit, Unreadable};
use rayon::prelude::*;

use crate::declared_twice;
use crate::eval::{Evaluator, MissingModule};
use crate::inputs::{self, Variable};
use crate::language::Configurations;
use crate::lower::{self as services, Context};
use crate::module::Module;
use crate::modules::{Loader, RootModules, called_directories, description::Descriptions};
use crate::plan::{directory_of, lower_plan};
use crate::read::{Problem, report_syntax};

/// What the frontend is given beside the files.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Values of root variables, in order of precedence, the last one wins. They stand above the
    /// files of values that Terraform reads by itself.
    pub variables: Vec<Variable>,
    /// Directories with descriptions of modules of the user's own.
    pub descriptions: Vec<String>,
}

/// Lowers the root modules among directories with Terraform files (display paths), and plan files.
/// A directory that another one calls as a module is judged through its calls, one with a plan
/// through the plan.
pub fn lower(
    directories: &[String],
    plans: &[String],
    files: &dyn Files,
    options: &Options,
) -> Lowered {
    let (descriptions, problems) = Descriptions::new(files, &options.descriptions);
    let loader = Loader::new(files, descriptions);
    let read: Vec<(&String, Result<Arc<Module>, ReadError>)> =
        directories.par_iter().map(|directory| (directory, loader.directory(directory))).collect();
    let mut lowered = Lowered::default();
    let mut modules: BTreeMap<&str, Arc<Module>> = BTreeMap::new();
    for (directory, module) in read {
        match module {
            Ok(module) => {
                modules.insert(directory, module);
            }
            // Nothing but files of values.
            Err(ReadError::NotFound) => {}
            Err(error) => lowered
                .unreadable
                .push(Unreadable { path: directory.as_str().into(), reason: error.to_string() }),
        }
    }
    let planned: Vec<(&String, Result<Unit, String>)> =
        plans.par_iter().map(|path| (path, lower_plan(files, &loader, path))).collect();
    let mut judged: BTreeSet<&str> = BTreeSet::new();
    for (path, result) in planned {
        match result {
            Ok(unit) => {
                judged.insert(directory_of(path));
                lowered.files.push(path.as_str().into());
                lowered.units.push(unit);
            }
            Err(reason) => {
                lowered.unreadable.push(Unreadable { path: path.as_str().into(), reason });
            }
        }
    }
    // Modules that no call makes an instance of are judged on their own, too.
    let mut open = modules.clone();
    while !open.is_empty() {
        let calls = calls(&open);
        let lower = |directory: &String| {
            let module = open.get(directory.as_str())?;
            if judged.contains(directory.as_str()) {
                return Some((None, reached(directory, &calls)));
            }
            let (unit, instantiated) = lower_root(files, &loader, directory, module, options);
            Some((Some(unit), instantiated))
        };
        let round: Vec<(Option<Unit>, BTreeSet<String>)> =
            root_modules(&calls).par_iter().filter_map(lower).collect();
        for (unit, instantiated) in round {
            lowered.units.extend(unit);
            open.retain(|directory, _| !instantiated.contains(*directory));
        }
    }
    for problem in problems {
        let path = Str::from(files.sources().get(problem.span.source).path.as_str());
        lowered.unreadable.push(Unreadable { path, reason: problem.message });
    }
    lowered.files.extend(configuration_files(files, &modules));
    say_once(&mut lowered.units);
    lowered
}

/// What is wrong with a module that several roots call is said of the first of them.
fn say_once(units: &mut [Unit]) {
    let mut said = BTreeSet::new();
    let mut is_new =
        |span: Span, words: &str| span == Span::NONE || said.insert((span, words.to_owned()));
    for unit in units {
        unit.findings.retain(|finding| {
            finding.primary().is_none_or(|label| is_new(label.span, &finding.message))
        });
        unit.undecided.retain(|undecided| is_new(undecided.gap.span, &undecided.reason));
    }
}

fn configuration_files(files: &dyn Files, modules: &BTreeMap<&str, Arc<Module>>) -> Vec<Str> {
    let mut out = Vec::new();
    for directory in modules.keys() {
        for name in files.list(directory).unwrap_or_default() {
            let is_configuration = [".tf", ".tf.json", ".tofu", ".tofu.json"]
                .iter()
                .any(|suffix| name.ends_with(suffix));
            if is_configuration {
                out.push(crate::paths::join(directory, &name).into());
            }
        }
    }
    out
}

/// The directories that no other one calls. Directories that call each other in a circle are
/// represented by the first.
fn root_modules(calls: &BTreeMap<&str, Vec<String>>) -> Vec<String> {
    let called: BTreeSet<&str> = calls
        .iter()
        .flat_map(|(directory, called)| {
            called.iter().map(String::as_str).filter(move |path| path != directory)
        })
        .collect();
    let mut roots: Vec<String> = calls
        .keys()
        .filter(|directory| !called.contains(**directory))
        .map(|directory| (*directory).to_owned())
        .collect();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for root in &roots {
        seen.extend(reached(root, calls));
    }
    for directory in calls.keys() {
        if !seen.contains(*directory) {
            roots.push((*directory).to_owned());
            seen.extend(reached(directory, calls));
        }
    }
    roots.sort();
    roots
}

/// The directories that each directory calls.
fn calls<'d>(modules: &BTreeMap<&'d str, Arc<Module>>) -> BTreeMap<&'d str, Vec<String>> {
    modules.iter().map(|(directory, module)| (*directory, called_directories(module))).collect()
}

/// A directory and all that it calls, directly or not.
fn reached(from: &str, calls: &BTreeMap<&str, Vec<String>>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![from.to_owned()];
    while let Some(directory) = waiting.pop() {
        if reached.insert(directory.clone())
            && let Some(called) = calls.get(directory.as_str())
        {
            waiting.extend(called.iter().cloned());
        }
    }
    reached
}

/// Lowers a root module; also the directories that it has instances of.
fn lower_root(
    files: &dyn Files,
    loader: &Loader<'_>,
    directory: &str,
    module: &Arc<Module>,
    options: &Options,
) -> (Unit, BTreeSet<String>) {
    let inputs = inputs::collect(files, directory, module, &options.variables);
    let modules = RootModules::new(loader, directory);
    let eval = Evaluator::new(files, &modules, directory.into(), module.clone(), inputs.values);
    let unit = Unit::new(directory, Format::Terraform, &Configurations);
    let mut context = Context { eval: &eval, unit };
    let instances = eval.all_instances();
    for instance in &instances {
        services::instance(&mut context, instance);
    }
    services::outputs(&mut context);
    let mut unit = context.unit;
    // What modules offer and a caller does not ask for is nothing to miss.
    unit.left_out = instances.first().map(|root| eval.left_out(root)).unwrap_or_default();
    unit.found = eval.take_found();
    (unit.accounts, unit.other_accounts) = eval.accounts();
    let mut problems = inputs.problems;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for instance in &instances {
        if seen.insert(instance.module.directory.to_string()) {
            problems.extend(instance.module.problems.iter().cloned());
            unit.findings.extend(declared_twice::finding(&instance.module, &unit.path));
        }
    }
    problems.extend(eval.take_problems());
    report(&mut unit, &problems);
    instances.iter().for_each(|instance| eval.name_the_rest(instance));
    eval.take_undeclared().report(&mut unit, files);
    missing_modules(&mut unit, eval.take_missing_modules());
    unit.passed = instances.iter().flat_map(|instance| eval.named_across(instance)).collect();
    (unit, seen)
}

fn report(unit: &mut Unit, problems: &[Problem]) {
    let path = unit.path.clone();
    report_syntax(problems, unit);
    for problem in problems.iter().filter(|problem| !problem.kind.is_of_syntax()) {
        unit.findings.extend(problem.finding(&path));
        unit.undecided.extend(problem.undecided(&path));
    }
}

/// Says once for each module that is not there how to install it.
fn missing_modules(unit: &mut Unit, missing: Vec<MissingModule>) {
    let mut sources: BTreeMap<Str, Vec<Span>> = BTreeMap::new();
    for module in missing {
        let calls = sources.entry(module.source).or_default();
        // The instances of a module make its calls again.
        if !calls.contains(&module.span) {
            calls.push(module.span);
        }
    }
    for (source, calls) in sources {
        let span = calls.first().copied().unwrap_or(Span::NONE);
        let more = match calls.len() {
            ..=1 => String::new(),
            2 => ", called here and in another place,".to_owned(),
            all => format!(", called here and in {} more places,", all - 1),
        };
        unit.undecided.push(Undecided {
            subject: unit.path.clone(),
            unit: unit.path.clone(),
            reason: format!(
                "the module `{source}`{more} is not installed; run `terraform init` in `{}` to have it \
                 looked at",
                unit.path
            ),
            gap: Gap { span, unknown: Unknown::External },
        });
    }
}
