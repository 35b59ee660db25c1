//! `Fn::ForEach::name: [identifier, collection, body]`: what each round binds.

use std::sync::Arc;

use iacscan_core::reader::{Entry, Node};
use iacscan_core::{Gap, Unknown, Value};

use super::{Binding, Bindings, Evaluator};

/// How many rounds all loops of a template may have; CloudFormation allows 500 resources.
const MOST_ROUNDS: usize = 5_000;

/// Whether an entry is a loop.
pub(crate) fn is_loop(entry: &Entry) -> bool {
    entry.key.value.starts_with("Fn::ForEach::")
}

/// What each round of a loop repeats.
pub(crate) fn loop_body(entry: &Entry) -> &[Entry] {
    match entry.value.as_list() {
        Some([_, _, body]) => body.as_map().unwrap_or_default(),
        _ => &[],
    }
}

impl<'t> Evaluator<'t> {
    /// What each round of a loop binds, and why there may be more rounds.
    pub(crate) fn rounds(
        &self,
        entry: &'t Entry,
        bindings: &Bindings,
    ) -> (Vec<Bindings>, Option<Gap>) {
        let argument: &'t Node = &entry.value;
        let gap = |unknown| Some(Gap { span: entry.key.span, unknown });
        let Some([identifier, collection, _]) = argument.as_list() else {
            return (Vec::new(), gap(Unknown::Invalid));
        };
        let Some(identifier) = identifier.as_str() else {
            return (Vec::new(), gap(Unknown::Invalid));
        };
        let list = match self.value(collection, bindings).value {
            Value::List(list) => list,
            Value::Unknown(unknown) => return (Vec::new(), gap(unknown)),
            _ => return (Vec::new(), gap(Unknown::Unsupported)),
        };
        let mut open = list.open.and_then(|list| gap(list.unknown));
        let mut rounds = Vec::new();
        for item in list.items {
            let known = item.value.to_text().filter(|text| text.as_known().is_some());
            let Some(text) = known else {
                open = gap(Unknown::Input);
                continue;
            };
            if self.rounds.get() >= MOST_ROUNDS {
                open = gap(Unknown::Limit);
                break;
            }
            self.rounds.set(self.rounds.get() + 1);
            rounds.push(Some(Arc::new(Binding {
                name: identifier.into(),
                value: item.with(text),
                next: bindings.clone(),
            })));
        }
        (rounds, open)
    }
}
