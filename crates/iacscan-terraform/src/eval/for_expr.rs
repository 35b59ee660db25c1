//! `for` expressions, and what they iterate over.

use iacscan_core::{
    Condition, Gap, List, Located, Map, MapEntry, Number, Span, Str, Text, Unknown, Value,
};

use super::{Evaluator, MOST_ITEMS, Names, Scope, V, branches, one_of};
use crate::syntax::For;

/// How many combinations of undecided items one `for` expression follows.
const MOST_RESULTS: usize = 16;

/// The items of a collection with their keys, in the order of iteration.
pub(super) struct Items {
    pub(super) items: Vec<(V, V)>,
    pub(super) open: Option<Gap>,
}

impl Evaluator<'_> {
    /// The items of a list (keys are indices) or map (sorted by key); `None` when it is neither.
    pub(super) fn items_of(&self, collection: &V) -> Option<Items> {
        let span = collection.span;
        match &collection.value {
            Value::List(list) => Some(Items {
                items: list
                    .items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| {
                        // Behind a gap the position is not known.
                        let key = match list.open {
                            None => {
                                Value::Number(Number::new(smol_str::format_smolstr!("{index}")))
                            }
                            Some(gap) => Value::Unknown(gap.unknown),
                        };
                        (Located::new(key, span), self.copy(item))
                    })
                    .collect(),
                open: list.open,
            }),
            Value::Map(map) => {
                let mut entries: Vec<(&Str, &MapEntry)> = map.iter().collect();
                entries.sort_by(|a, b| a.0.cmp(b.0));
                let mut items: Vec<(V, V)> = entries
                    .into_iter()
                    .map(|(key, entry)| {
                        let key = Value::Text(Text::literal(key.clone()));
                        (Located::new(key, entry.key), self.copy(&entry.value))
                    })
                    .collect();
                items.extend(
                    map.unnamed.entries.iter().map(|(key, value)| (key.clone(), self.copy(value))),
                );
                Some(Items { items, open: map.others() })
            }
            Value::Resource(address) => {
                // A resource of unknown number stands for all of its instances.
                let gap = self.is_any(address)?;
                let key = Located::new(Value::Unknown(gap.unknown), span);
                Some(Items { items: vec![(key, collection.clone())], open: Some(gap) })
            }
            _ => None,
        }
    }

    pub(super) fn for_expr(&self, each: &For, scope: &Scope<'_>, span: Span) -> V {
        let collection = self.eval(&each.collection, scope);
        branches::each(collection, &mut |collection| self.for_one(each, &collection, scope, span))
    }

    fn for_one(&self, each: &For, collection: &V, scope: &Scope<'_>, span: Span) -> V {
        let Some(items) = self.items_of(collection) else {
            let unknown = super::unknown_of(&collection.value);
            let gap = Gap { span: each.collection.span, unknown };
            let value = match (unknown, &each.key) {
                (Unknown::Invalid, _) => Value::Unknown(unknown),
                (_, None) => Value::List(List { items: Vec::new(), open: Some(gap) }),
                (_, Some(_)) => Value::Map(Map { open: Some(gap), ..Map::default() }),
            };
            return Located::new(value, span);
        };
        if items.items.len() > MOST_ITEMS || !self.spend(items.items.len()) {
            return Located::new(Value::Unknown(Unknown::Limit), span);
        }
        // Items that only some alternatives have: the result has an alternative for each.
        let mut results: Vec<(Condition, Collected)> =
            vec![(Condition::Always, Collected { open: items.open, ..Collected::default() })];
        for (key, value) in &items.items {
            let value_names = Names::One { name: &each.value_name, value, outer: scope.names };
            let key_names;
            let names = match &each.key_name {
                Some(name) => {
                    key_names = Names::One { name, value: key, outer: Some(&value_names) };
                    &key_names
                }
                None => &value_names,
            };
            let inner = scope.with(names);
            let included = match &each.condition {
                None => Condition::Always,
                Some(condition) => match self.holds(condition, &inner) {
                    Ok(condition) => condition,
                    Err(unknown) => return Located::new(Value::Unknown(unknown), span),
                },
            };
            if included.is_never() {
                continue;
            }
            let is_one = !matches!(&value.value, Value::Resource(it) if self.is_any(it).is_some());
            let item = self.eval(&each.value, &inner);
            let item_key = each.key.as_ref().map(|key| self.eval(key, &inner));
            if included.is_always() {
                for (_, result) in &mut results {
                    self.add(each, result, item_key.as_ref(), &item, is_one);
                }
                continue;
            }
            let no = included.clone().negate();
            let mut next = Vec::new();
            for (condition, mut result) in results {
                let without = branches::both(&condition, no.clone());
                let without = without.map(|condition| (condition, result.clone()));
                if let Some(with) = branches::both(&condition, included.clone()) {
                    self.add(each, &mut result, item_key.as_ref(), &item, is_one);
                    next.push((with, result));
                }
                next.extend(without);
            }
            if next.len() > MOST_RESULTS {
                // Too many combinations: the item may be there or not.
                let gap = Gap { span, unknown: Unknown::Limit };
                let nothing = Collected { open: Some(gap), ..Collected::default() };
                next = vec![(Condition::Always, nothing)];
            }
            results = next;
        }
        one_of(
            span,
            results.into_iter().map(|(condition, result)| (condition, result.finish(each, span))),
        )
    }

    /// Adds what one item becomes; unless it `is_one`, it stands for any number of them.
    fn add(&self, each: &For, result: &mut Collected, key: Option<&V>, item: &V, is_one: bool) {
        let Some(key) = key else {
            result.items.push(item.clone());
            return;
        };
        let text = key.value.to_text().and_then(|text| self.known(&text));
        let Some(text) = text else {
            let unknown = super::unknown_of(&key.value);
            result.unnamed.get_or_insert(Gap { span: key.span, unknown });
            // Without groups a second item of the key would be refused.
            if is_one && !each.group && is_symbolic(key) {
                result.map.unnamed.entries.push((key.clone(), item.clone()));
            } else {
                result.open.get_or_insert(Gap { span: key.span, unknown });
                result.map.unnamed.has_another |= is_one;
            }
            return;
        };
        if each.group {
            let entry = result.map.entries.entry(text).or_insert_with(|| MapEntry {
                key: key.span,
                value: Located::new(Value::List(List::default()), item.span),
            });
            if let Value::List(list) = &mut entry.value.value {
                list.items.push(item.clone());
            }
        } else {
            result.map.insert(text, key.span, item.clone());
        }
    }
}

/// Whether a key is the same wherever it is written so.
pub(super) fn is_symbolic(key: &V) -> bool {
    key.value.to_text().is_some_and(|text| text.is_symbolic())
}

/// Whether two keys of which parts are not known are certainly one.
pub(super) fn is_same(one: &V, other: &V) -> bool {
    is_symbolic(one) && one.value.to_text() == other.value.to_text()
}

#[derive(Clone, Default)]
struct Collected {
    items: Vec<V>,
    map: Map,
    open: Option<Gap>,
    /// Set when an item has a key that is not known.
    unnamed: Option<Gap>,
}

impl Collected {
    fn finish(mut self, each: &For, span: Span) -> V {
        self.map.unnamed.others = self.open;
        self.open = self.open.or(self.unnamed);
        if each.group && self.open.is_some() {
            // An item without a known key may belong to any group.
            for entry in self.map.entries.values_mut() {
                if let Value::List(list) = &mut entry.value.value {
                    list.open = self.open;
                }
            }
        }
        let value = if each.key.is_some() {
            Value::Map(Map { open: self.open, ..self.map })
        } else {
            Value::List(List { items: self.items, open: self.open })
        };
        Located::new(value, span)
    }
}
