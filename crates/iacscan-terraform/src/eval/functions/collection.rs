//! Functions over maps, and over collections of any kind.

use iacscan_core::{Gap, List, Located, Map, MapEntry, Number, Str, Text, Truth, Unknown, Value};

use super::arguments::{reason, text_of};
use super::{Arguments, Outcome, strings};
use crate::eval::V;
use crate::eval::operators::{equal, is_wholly_unknown};

fn count(number: usize) -> Value {
    Value::Number(Number::new(smol_str::format_smolstr!("{number}")))
}

fn sorted(map: &Map) -> Vec<(&Str, &MapEntry)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by(|a, b| a.0.cmp(b.0));
    entries
}

pub(super) fn length(arguments: &Arguments<'_, '_>) -> Outcome {
    match &arguments.value(0)?.value {
        Value::List(List { items, open: None }) => Ok(count(items.len())),
        Value::Map(map) if map.open.is_none() => Ok(count(map.entries.len())),
        Value::List(List { open: Some(gap), .. }) | Value::Map(Map { open: Some(gap), .. }) => {
            Err(gap.unknown)
        }
        Value::Text(_) | Value::Json(_) => strings::characters(&arguments.known(0)?),
        other => Err(reason(other)),
    }
}

pub(super) fn coalesce(arguments: &Arguments<'_, '_>) -> Result<V, Unknown> {
    for value in &arguments.values {
        match &value.value {
            Value::Null => {}
            Value::Unknown(unknown) => return Err(*unknown),
            Value::Text(text) => match equal(&value.value, &Value::Text(Text::new())) {
                Truth::True => {}
                Truth::False => return Ok(value.clone()),
                Truth::Unknown if is_wholly_unknown(text) => {
                    return Err(text.first_unknown().unwrap_or(Unknown::Computed));
                }
                // A reference to a resource is not empty.
                Truth::Unknown if text.first_unknown().is_none() => return Ok(value.clone()),
                Truth::Unknown => return Err(Unknown::Computed),
            },
            _ => return Ok(value.clone()),
        }
    }
    Err(Unknown::Invalid)
}

pub(super) fn coalescelist(arguments: &Arguments<'_, '_>) -> Outcome {
    for value in &arguments.values {
        match &value.value {
            Value::Null => {}
            Value::List(list) if list.items.is_empty() && list.open.is_none() => {}
            Value::List(list) if list.items.is_empty() => {
                return Err(list.open.map_or(Unknown::Computed, |gap| gap.unknown));
            }
            Value::List(list) => return Ok(Value::List(list.clone())),
            other => return Err(reason(other)),
        }
    }
    Err(Unknown::Invalid)
}

pub(super) fn keys(arguments: &Arguments<'_, '_>) -> Outcome {
    let map = arguments.map(0)?;
    let items = sorted(map)
        .into_iter()
        .map(|(key, entry)| Located::new(Value::string(key.clone()), entry.key))
        .collect();
    Ok(Value::List(List { items, open: map.open }))
}

pub(super) fn values(arguments: &Arguments<'_, '_>) -> Outcome {
    // All instances of a resource of unknown number.
    if let Value::Resource(address) = &arguments.value(0)?.value
        && let Some(gap) = arguments.evaluator.is_any(address)
    {
        return Ok(Value::List(List { items: vec![arguments.value(0)?.clone()], open: Some(gap) }));
    }
    let map = arguments.map(0)?;
    let items = sorted(map).into_iter().map(|(_, entry)| entry.value.clone()).collect();
    Ok(Value::List(List { items, open: map.open }))
}

pub(super) fn lookup(arguments: &Arguments<'_, '_>) -> Result<V, Unknown> {
    let map = arguments.map(0)?;
    let key = match arguments.known(1) {
        Ok(key) => key,
        Err(why) => {
            let agreed =
                arguments.evaluator.agreed(map, arguments.value(2).ok(), why).ok_or(why)?;
            return Ok(Located::new(Value::Text(agreed), arguments.span));
        }
    };
    match (map.get(&key), map.open) {
        (Some(value), _) => Ok(value.clone()),
        (None, Some(gap)) => Err(gap.unknown),
        (None, None) => Ok(arguments.value(2)?.clone()),
    }
}

pub(super) fn map(arguments: &Arguments<'_, '_>) -> Outcome {
    let mut out = Map::default();
    for pair in arguments.values.chunks(2) {
        let [key, value] = pair else { return Err(Unknown::Invalid) };
        let text = arguments.known_text(&text_of(key)?)?;
        out.insert(text, key.span, value.clone());
    }
    Ok(Value::Map(out))
}

pub(super) fn merge(arguments: &Arguments<'_, '_>) -> Outcome {
    let mut out = Map::default();
    for value in &arguments.values {
        match &value.value {
            Value::Null => {}
            Value::Map(map) => {
                if let Some(gap) = map.open {
                    forget(&mut out, gap);
                }
                for (key, entry) in map.iter() {
                    out.insert(key.clone(), entry.key, entry.value.clone());
                }
            }
            other => match reason(other) {
                Unknown::Invalid => return Err(Unknown::Invalid),
                unknown => forget(&mut out, Gap { span: value.span, unknown }),
            },
        }
    }
    Ok(Value::Map(out))
}

/// What is not known of a later map may replace every earlier entry.
fn forget(out: &mut Map, gap: Gap) {
    for entry in out.entries.values_mut() {
        entry.value.value = Value::Unknown(gap.unknown);
    }
    out.open = out.open.or(Some(gap));
}

pub(super) fn transpose(arguments: &Arguments<'_, '_>) -> Outcome {
    let map = arguments.map(0)?;
    if let Some(gap) = map.open {
        return Err(gap.unknown);
    }
    let mut out = Map::default();
    for (key, entry) in sorted(map) {
        let Value::List(List { items, open: None }) = &entry.value.value else {
            return Err(reason(&entry.value.value));
        };
        for item in items {
            let text = arguments.known_text(&text_of(item)?)?;
            let target = out.entries.entry(text).or_insert_with(|| MapEntry {
                key: item.span,
                value: Located::new(Value::List(List::default()), item.span),
            });
            if let Value::List(list) = &mut target.value.value {
                list.items.push(Located::new(Value::string(key.clone()), entry.key));
            }
        }
    }
    Ok(Value::Map(out))
}

pub(super) fn zipmap(arguments: &Arguments<'_, '_>) -> Outcome {
    let (keys, values) = (arguments.closed(0)?, arguments.closed(1)?);
    if keys.len() != values.len() {
        return Err(Unknown::Invalid);
    }
    let mut out = Map::default();
    for (key, value) in keys.iter().zip(values) {
        match text_of(key).and_then(|text| arguments.known_text(&text)) {
            Ok(text) => out.insert(text, key.span, value.clone()),
            Err(unknown) => {
                out.open.get_or_insert(Gap { span: key.span, unknown });
            }
        }
    }
    Ok(Value::Map(out))
}
