//! Conversions.

use iacscan_core::{List, Map, Unknown, Value};

use super::arguments::{reason, text_of};
use super::{Arguments, Outcome, to_set};
use crate::eval::{V, operators};

pub(super) fn pass(arguments: &Arguments<'_, '_>) -> Result<V, Unknown> {
    Ok(arguments.value(0)?.clone())
}

pub(super) fn tobool(arguments: &Arguments<'_, '_>) -> Outcome {
    match &arguments.value(0)?.value {
        Value::Null => Ok(Value::Null),
        other => operators::boolean(other).map(Value::Bool),
    }
}

pub(super) fn tonumber(arguments: &Arguments<'_, '_>) -> Outcome {
    match &arguments.value(0)?.value {
        Value::Null => Ok(Value::Null),
        Value::Number(number) => Ok(Value::Number(number.clone())),
        other => operators::number_value(operators::number(other)?),
    }
}

pub(super) fn tostring(arguments: &Arguments<'_, '_>) -> Outcome {
    match &arguments.value(0)?.value {
        Value::Null => Ok(Value::Null),
        Value::Json(inner) => Ok(Value::Json(inner.clone())),
        Value::Unknown(unknown) => Err(*unknown),
        _ => Ok(Value::Text(text_of(arguments.value(0)?)?)),
    }
}

pub(super) fn tolist(arguments: &Arguments<'_, '_>) -> Outcome {
    match &arguments.value(0)?.value {
        Value::Null => Ok(Value::Null),
        Value::List(list) => Ok(Value::List(unified(list.clone()))),
        other => Err(reason(other)),
    }
}

pub(super) fn toset(arguments: &Arguments<'_, '_>) -> Outcome {
    match &arguments.value(0)?.value {
        Value::Null => Ok(Value::Null),
        Value::List(list) => Ok(Value::List(to_set(unified(list.clone())))),
        Value::Unknown(Unknown::Invalid) => Err(Unknown::Invalid),
        Value::Unknown(unknown) => {
            Ok(Value::List(List { items: Vec::new(), open: Some(arguments.gap(*unknown)) }))
        }
        other => Err(reason(other)),
    }
}

pub(super) fn tomap(arguments: &Arguments<'_, '_>) -> Outcome {
    match &arguments.value(0)?.value {
        Value::Null => Ok(Value::Null),
        Value::Map(map) => {
            let mut map: Map = map.clone();
            let strings = has_strings(map.iter().map(|(_, entry)| &entry.value.value));
            for entry in map.entries.values_mut() {
                entry.value.value = unify(&entry.value.value, strings);
            }
            Ok(Value::Map(map))
        }
        other => Err(reason(other)),
    }
}

/// All items of a list have one type: with a string among them, numbers and booleans are strings.
fn unified(mut list: List) -> List {
    let strings = has_strings(list.items.iter().map(|item| &item.value));
    for item in &mut list.items {
        item.value = unify(&item.value, strings);
    }
    list
}

/// Whether there is a string among the values; `Err` when that is not known.
fn has_strings<'v>(values: impl Iterator<Item = &'v Value>) -> Result<bool, Unknown> {
    let mut unknown = None;
    for value in values {
        match value {
            Value::Text(text) if !operators::is_wholly_unknown(text) => return Ok(true),
            Value::Text(_) | Value::Unknown(_) => {
                unknown = Some(crate::eval::unknown_of(value));
            }
            _ => {}
        }
    }
    unknown.map_or(Ok(false), Err)
}

fn unify(value: &Value, strings: Result<bool, Unknown>) -> Value {
    match (value, strings) {
        (Value::Bool(_) | Value::Number(_), Ok(true)) => {
            value.to_text().map_or_else(|| value.clone(), Value::Text)
        }
        (Value::Bool(_) | Value::Number(_), Err(unknown)) => Value::Unknown(unknown),
        (other, _) => other.clone(),
    }
}
