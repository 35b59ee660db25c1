//! Values with alternatives: building them, and applying functions to each alternative.

use iacscan_core::{Branch, Condition, Located, Span, Truth, Unknown, Value};

use super::V;

/// How many alternatives one value may have.
const MOST_BRANCHES: usize = 24;

/// The value that is one of several under conditions that exclude each other.
pub(crate) fn one_of(span: Span, branches: impl IntoIterator<Item = (Condition, V)>) -> V {
    let mut flat: Vec<(Condition, V)> = Vec::new();
    for (condition, value) in branches {
        flatten(condition, value, &mut flat);
    }
    if flat.len() > MOST_BRANCHES {
        return Located::new(Value::Unknown(Unknown::Limit), span);
    }
    if flat.len() > 1
        && let Some((_, first)) = flat.first()
        && flat.iter().all(|(_, value)| value.value == first.value)
    {
        flat.truncate(1);
    }
    if flat.len() == 1
        && let Some((_, value)) = flat.pop()
    {
        return value;
    }
    if flat.is_empty() {
        return Located::new(Value::Unknown(Unknown::Invalid), span);
    }
    let branches = flat.into_iter().map(|(condition, value)| Branch { condition, value }).collect();
    Located::new(Value::OneOf(branches), span)
}

fn flatten(condition: Condition, value: V, out: &mut Vec<(Condition, V)>) {
    if condition.is_never() {
        return;
    }
    match value.value {
        Value::OneOf(branches) => {
            for branch in branches {
                if let Some(condition) = both(&condition, branch.condition) {
                    flatten(condition, branch.value, out);
                }
            }
        }
        inner => {
            match out.iter_mut().find(|(_, old)| old.value == inner && old.span == value.span) {
                Some((old, _)) => *old = std::mem::replace(old, Condition::Never).or(condition),
                None => out
                    .push((condition, Located { value: inner, span: value.span, via: value.via })),
            }
        }
    }
}

/// Both conditions in the shortest form; `None` when they exclude each other.
pub(super) fn both(outer: &Condition, inner: Condition) -> Option<Condition> {
    if outer.is_always() {
        return (!inner.is_never()).then_some(inner);
    }
    if outer.is_compatible(&inner.clone().negate()) == Truth::False {
        return Some(outer.clone());
    }
    let both = outer.clone().and(inner);
    (both.is_feasible() != Truth::False).then_some(both)
}

/// Applies a function to each alternative of a value.
pub(crate) fn each(value: V, f: &mut dyn FnMut(V) -> V) -> V {
    match value.value {
        Value::OneOf(branches) => {
            let span = value.span;
            one_of(
                span,
                branches
                    .into_iter()
                    .map(|branch| (branch.condition, each(branch.value, f)))
                    .collect::<Vec<_>>(),
            )
        }
        inner => f(Located { value: inner, span: value.span, via: value.via }),
    }
}

/// Applies a function to each combination of alternatives of several values.
pub(crate) fn combine(span: Span, values: Vec<V>, f: &mut dyn FnMut(Vec<V>) -> V) -> V {
    if !values.iter().any(|value| matches!(value.value, Value::OneOf(_))) {
        return f(values);
    }
    let mut rows: Vec<(Condition, Vec<V>)> = vec![(Condition::Always, Vec::new())];
    for value in values {
        if let Value::OneOf(branches) = value.value {
            if rows.len() * branches.len() > MOST_BRANCHES * MOST_BRANCHES {
                return Located::new(Value::Unknown(Unknown::Limit), span);
            }
            let mut next = Vec::new();
            for (condition, row) in &rows {
                for branch in &branches {
                    let Some(condition) = both(condition, branch.condition.clone()) else {
                        continue;
                    };
                    let mut row = row.clone();
                    row.push(branch.value.clone());
                    next.push((condition, row));
                }
            }
            rows = next;
            if rows.len() > MOST_BRANCHES {
                return Located::new(Value::Unknown(Unknown::Limit), span);
            }
        } else {
            for (_, row) in &mut rows {
                row.push(value.clone());
            }
        }
    }
    let branches: Vec<(Condition, V)> =
        rows.into_iter().map(|(condition, row)| (condition, f(row))).collect();
    one_of(span, branches)
}

/// Drops the alternatives in which evaluation fails: the deployment that would take them does not
/// happen.
pub(crate) fn settle(value: V) -> V {
    let span = value.span;
    match value.value {
        Value::OneOf(branches) => {
            let possible = branches
                .iter()
                .any(|branch| !matches!(branch.value.value, Value::Unknown(Unknown::Invalid)));
            let branches = branches
                .into_iter()
                .filter(|branch| {
                    !possible || !matches!(branch.value.value, Value::Unknown(Unknown::Invalid))
                })
                .map(|branch| (branch.condition, settle(branch.value)))
                .collect::<Vec<_>>();
            let mut settled = one_of(span, branches);
            settled.via = settled.via.or(value.via);
            settled
        }
        Value::List(mut list) => {
            list.items = list.items.into_iter().map(settle).collect();
            Located { value: Value::List(list), span, via: value.via }
        }
        Value::Map(mut map) => {
            for entry in map.entries.values_mut() {
                let inner = std::mem::replace(&mut entry.value, Located::new(Value::Null, span));
                entry.value = settle(inner);
            }
            for (_, value) in &mut map.unnamed.entries {
                let inner = std::mem::replace(value, Located::new(Value::Null, span));
                *value = settle(inner);
            }
            Located { value: Value::Map(map), span, via: value.via }
        }
        Value::Json(inner) => {
            Located { value: Value::Json(Box::new(settle(*inner))), span, via: value.via }
        }
        other => Located { value: other, span, via: value.via },
    }
}
