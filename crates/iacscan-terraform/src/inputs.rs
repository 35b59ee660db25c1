//! The values of a root module's variables, with Terraform's precedence: `terraform.tfvars`,
//! `terraform.tfvars.json`, `*.auto.tfvars` and `*.auto.tfvars.json` by name, then what the user
//! gives, in order. A later value replaces an earlier one, and what cannot be read may be any.

use std::rc::Rc;

use iacscan_core::reader::{self, Limits};
use iacscan_core::{Files, Located, ReadError, SourceId, Span, Str, Text, Unknown, Value};
use rustc_hash::FxHashMap;

use crate::eval::{Evaluator, Instance, Scope, V};
use crate::module::Module;
use crate::modules::from_reader;
use crate::paths;
use crate::read::{Place, Problem, ProblemKind, read_expression, read_hcl, read_json_values};
use crate::syntax::Body;
use crate::types::Type;

/// Where the value of a variable comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Variable {
    /// A value, from a configuration file.
    Value(Str, Located<Value>),
    /// A text that the type of the variable gives a meaning, from the command line.
    Text(Str, Str),
    /// The display path of a file with values.
    File(Str),
}

/// The values of a root module's variables, before their types convert them.
pub(crate) struct Inputs {
    pub(crate) values: FxHashMap<Str, V>,
    pub(crate) problems: Vec<Problem>,
}

/// Collects the values for the root module in a directory.
pub(crate) fn collect(
    files: &dyn Files,
    directory: &str,
    module: &Module,
    given: &[Variable],
) -> Inputs {
    let mut out = Inputs { values: FxHashMap::default(), problems: Vec::new() };
    for name in automatic(&files.list(directory).unwrap_or_default()) {
        out.file(files, &paths::join(directory, &name), module);
    }
    for variable in given {
        match variable {
            Variable::Value(name, value) => {
                out.values.insert(name.clone(), value.clone());
            }
            Variable::Text(name, text) => {
                if let Some(declared) = module.variables.get(name) {
                    let source = files.sources().add(format!("--var {name}"), text.as_str());
                    let value = command_line(text, &declared.kind, source);
                    out.values.insert(name.clone(), value);
                }
            }
            Variable::File(path) => out.file(files, path, module),
        }
    }
    out
}

/// The files that Terraform reads by itself, in its order.
fn automatic(names: &[String]) -> Vec<String> {
    let has = |name: &str| names.iter().any(|other| other == name).then(|| name.to_owned());
    let mut out: Vec<String> =
        has("terraform.tfvars").into_iter().chain(has("terraform.tfvars.json")).collect();
    let mut auto: Vec<String> = names
        .iter()
        .filter(|name| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json"))
        .cloned()
        .collect();
    auto.sort();
    out.extend(auto);
    out
}

impl Inputs {
    fn file(&mut self, files: &dyn Files, path: &str, module: &Module) {
        let source = match files.read(path) {
            Ok(source) => source,
            Err(error) => {
                self.unreadable(files, path, &error, module);
                return;
            }
        };
        let text = files.sources().get(source);
        let (body, problems) = if path.ends_with(".json") {
            let documents = reader::json::read(source, &text.text, &Limits::default());
            let body = documents.documents.first().map(read_json_values).unwrap_or_default();
            (body, from_reader(documents.problems))
        } else {
            read_hcl(&text.text, &Place::Source(source, 0), true)
        };
        if let Some(first) = problems.iter().find(|problem| problem.kind != ProblemKind::Duplicate)
        {
            self.unknown(first.span, Unknown::Invalid, module);
        }
        self.problems.extend(problems);
        self.body(files, &body, module);
    }

    /// A file that only a key opens is no fault of the source: what it sets is not known.
    fn unreadable(&mut self, files: &dyn Files, path: &str, error: &ReadError, module: &Module) {
        let span = Span::at(files.sources().add(path, ""), 0);
        let (kind, unknown, message) = match error {
            ReadError::Encrypted => (
                ProblemKind::Outside,
                Unknown::External,
                format!("the variable values in `{path}`: {error}"),
            ),
            _ => (
                ProblemKind::Unreadable,
                Unknown::Invalid,
                format!("this file of variable values cannot be read: {error}"),
            ),
        };
        self.unknown(span, unknown, module);
        self.problems.push(Problem { kind, span, message });
    }

    /// The file may set any variable; what is set after it is known again.
    fn unknown(&mut self, span: Span, unknown: Unknown, module: &Module) {
        for name in module.variables.keys() {
            self.values.insert(name.clone(), Located::new(Value::Unknown(unknown), span));
        }
    }

    /// Values are expressions without references.
    fn body(&mut self, files: &dyn Files, body: &Body, module: &Module) {
        let nothing = NoModules;
        let evaluator = Evaluator::new(
            files,
            &nothing,
            module.directory.clone(),
            std::sync::Arc::default(),
            FxHashMap::default(),
        );
        let Some(root) = evaluator.root() else { return };
        for attribute in &body.attributes {
            if module.variables.contains_key(&attribute.name.text) {
                let value = value(&evaluator, &root, &attribute.value);
                self.values.insert(attribute.name.text.clone(), value);
            }
        }
    }
}

fn value(evaluator: &Evaluator<'_>, root: &Rc<Instance>, expr: &crate::syntax::Expr) -> V {
    let empty = iacscan_core::Map::default();
    let names = crate::eval::Names::All(&empty);
    let scope = Scope { closed: true, ..Scope::of(root).with(&names) };
    evaluator.eval(expr, &scope)
}

/// The value of a text on the command line: as it is for strings, an expression for collections.
fn command_line(text: &Str, kind: &Type, source: SourceId) -> V {
    let span = Span::new(source, 0, text.len());
    let as_text = || Located::new(Value::Text(Text::literal(text.clone())), span);
    match kind {
        Type::Any | Type::String | Type::Bool | Type::Number => as_text(),
        _ => {
            let files = iacscan_core::MemoryFiles::new();
            let nothing = NoModules;
            let evaluator = Evaluator::new(
                &files,
                &nothing,
                Str::default(),
                std::sync::Arc::default(),
                FxHashMap::default(),
            );
            let expr = read_expression(text, Place::Source(source, 0));
            evaluator.root().map_or_else(as_text, |root| value(&evaluator, &root, &expr))
        }
    }
}

/// Files of values call no modules.
struct NoModules;

impl crate::eval::ModuleSource for NoModules {
    fn module(
        &self,
        _: &Instance,
        _: &crate::module::ModuleCall,
    ) -> Result<std::sync::Arc<Module>, crate::eval::Missing> {
        Err(crate::eval::Missing::Undecided)
    }
}
