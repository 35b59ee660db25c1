//! Sets, which are lists without order here: sorted where Terraform sorts them.

use iacscan_core::{Gap, List, Located, Truth, Unknown, Value};

use super::{Arguments, Outcome};
use crate::eval::{MOST_ITEMS, V, operators, unknown_of};

/// A list as a set: equal items once, known strings sorted. Items that are not known may be equal
/// to others, so that the set counts as open; those of which nothing is known are nothing but that.
pub(crate) fn to_set(list: List) -> List {
    let mut items: Vec<V> = Vec::new();
    if list.items.iter().all(|item| plain(item).is_some()) {
        items = list.items;
        items.sort_by_key(plain);
        items.dedup_by(|a, b| plain(a) == plain(b));
        return List { items, open: list.open };
    }
    let mut open = list.open;
    for item in list.items {
        if !is_certain(&item.value) {
            let gap = Gap { span: item.span, unknown: unknown_of(&item.value) };
            open = open.or(Some(gap));
            if is_nothing(&item.value) {
                continue;
            }
        }
        if !items.iter().any(|old| old.value == item.value && is_certain(&item.value)) {
            items.push(item);
        }
        if items.len() > 2_000 {
            break;
        }
    }
    List { items, open }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Unknown(_) => true,
        Value::Text(text) => operators::is_wholly_unknown(text),
        _ => false,
    }
}

fn is_certain(value: &Value) -> bool {
    operators::equal(value, value) == Truth::True
}

/// What a known scalar sorts by: numbers before strings, as numbers.
fn plain(item: &V) -> Option<(u64, iacscan_core::Str)> {
    match &item.value {
        Value::Text(text) => Some((u64::MAX, text.as_known()?)),
        Value::Number(number) => {
            let value = number.as_f64()?;
            // An order of floats that integers can carry.
            let bits = value.to_bits();
            let key = if value < 0.0 { !bits } else { bits | (1 << 63) };
            Some((key.min(u64::MAX - 1), number.as_str().into()))
        }
        Value::Bool(value) => Some((u64::from(*value), "".into())),
        _ => None,
    }
}

pub(super) fn setunion(arguments: &Arguments<'_, '_>) -> Outcome {
    let mut all = List::default();
    for index in 0..arguments.len() {
        match arguments.list(index) {
            Ok(list) => {
                all.items.extend(list.items.iter().cloned());
                all.open = all.open.or(list.open);
            }
            Err(Unknown::Invalid) => return Err(Unknown::Invalid),
            Err(unknown) => all.open = all.open.or(Some(arguments.gap(unknown))),
        }
    }
    Ok(Value::List(to_set(all)))
}

pub(super) fn setintersection(arguments: &Arguments<'_, '_>) -> Outcome {
    let mut items: Vec<V> = arguments.closed(0)?.to_vec();
    for index in 1..arguments.len() {
        let other = arguments.closed(index)?;
        let mut kept = Vec::new();
        for item in items {
            match member(&item, other) {
                Truth::True => kept.push(item),
                Truth::False => {}
                Truth::Unknown => return Err(Unknown::Computed),
            }
        }
        items = kept;
    }
    Ok(Value::List(to_set(List { items, open: None })))
}

pub(super) fn setsubtract(arguments: &Arguments<'_, '_>) -> Outcome {
    let first = arguments.list(0)?;
    let second = arguments.closed(1)?;
    let mut items = Vec::new();
    let mut open = first.open;
    for item in &first.items {
        match member(item, second) {
            Truth::True => {}
            Truth::False => items.push(item.clone()),
            Truth::Unknown => open = open.or(Some(arguments.gap(Unknown::Computed))),
        }
    }
    Ok(Value::List(to_set(List { items, open })))
}

fn member(item: &V, list: &[V]) -> Truth {
    Truth::any(list.iter().map(|other| operators::equal(&item.value, &other.value)))
}

pub(super) fn setproduct(arguments: &Arguments<'_, '_>) -> Outcome {
    let mut rows: Vec<Vec<V>> = vec![Vec::new()];
    let mut open = None;
    for index in 0..arguments.len() {
        let list = arguments.list(index)?;
        open = open.or(list.open);
        if rows.len().saturating_mul(list.items.len()) > MOST_ITEMS {
            return Err(Unknown::Limit);
        }
        rows = rows
            .into_iter()
            .flat_map(|row| {
                list.items.iter().map(move |item| {
                    let mut row = row.clone();
                    row.push(item.clone());
                    row
                })
            })
            .collect();
    }
    let items = rows
        .into_iter()
        .map(|items| Located::new(Value::List(List { items, open: None }), arguments.span))
        .collect();
    Ok(Value::List(List { items, open }))
}
