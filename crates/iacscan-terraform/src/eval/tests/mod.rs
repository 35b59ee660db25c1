//! The language: expressions with their values, and properties that hold for all of them.

mod properties;
mod references;
mod table;

use std::sync::Arc;

use iacscan_core::{MemoryFiles, Text, Value};
use rustc_hash::FxHashMap;

use super::*;
use crate::module::Module;
use crate::modules::{Loader, RootModules, description::Descriptions};
use crate::read::read_expression;

/// A root module in memory.
pub(super) struct Root {
    files: MemoryFiles,
}

impl Root {
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let files =
            files.iter().fold(MemoryFiles::new(), |files, (path, text)| files.with(*path, *text));
        Self { files }
    }

    /// Evaluates an expression in the root module and hands value and evaluator to `f`.
    pub(super) fn with<T>(&self, expression: &str, f: impl FnOnce(&Evaluator<'_>, V) -> T) -> T {
        let loader = Loader::new(&self.files, Descriptions::new(&self.files, &[]).0);
        let module = loader.directory(".").unwrap_or_else(|_| Arc::new(Module::default()));
        let modules = RootModules::new(&loader, ".");
        let evaluator =
            Evaluator::new(&self.files, &modules, ".".into(), module, FxHashMap::default());
        let source = self.files.sources().add(format!("expression: {expression}"), expression);
        let expr = read_expression(expression, crate::read::Place::Source(source, 0));
        let root = evaluator.root().unwrap();
        let value = evaluator.eval(&expr, &Scope::of(&root));
        f(&evaluator, value)
    }

    pub(super) fn eval(&self, expression: &str) -> String {
        self.with(expression, |_, value| show(&settle(value).value))
    }
}

/// A value on one line.
pub(super) fn show(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.as_str().to_owned(),
        Value::Text(text) => match text.as_known() {
            Some(known) => format!("{known:?}"),
            None => format!("\"{}\"", shown(text)),
        },
        Value::List(list) => {
            let mut items: Vec<String> = list.items.iter().map(|item| show(&item.value)).collect();
            items.extend(list.open.map(|gap| format!("..{:?}", gap.unknown)));
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(b.0));
            let mut items: Vec<String> = entries
                .into_iter()
                .map(|(key, entry)| format!("{key} = {}", show(&entry.value.value)))
                .collect();
            items.extend(map.open.map(|gap| format!("..{:?}", gap.unknown)));
            format!("{{{}}}", items.join(", "))
        }
        Value::Json(inner) => format!("json {}", show(&inner.value)),
        Value::Resource(address) => format!("<{address}>"),
        Value::OneOf(branches) => {
            let branches: Vec<String> = branches
                .iter()
                .map(|branch| format!("{} if {}", show(&branch.value.value), branch.condition))
                .collect();
            format!("({})", branches.join(" | "))
        }
        Value::Unknown(unknown) => format!("?{unknown:?}"),
    }
}

fn shown(text: &Text) -> String {
    text.to_string()
}
