//! List functions.

use iacscan_core::{Gap, List, Located, Number, Text, Truth, Unknown, Value};

use super::arguments::list_of;
use super::{Arguments, Outcome};
use crate::eval::operators::{self, equal};
use crate::eval::{MOST_ITEMS, V};

fn closed(items: Vec<V>) -> Value {
    Value::List(List { items, open: None })
}

pub(super) fn list(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(closed(arguments.values.clone()))
}

pub(super) fn alltrue(arguments: &Arguments<'_, '_>) -> Outcome {
    truths(arguments, Truth::all, Truth::True)
}

pub(super) fn anytrue(arguments: &Arguments<'_, '_>) -> Outcome {
    truths(arguments, Truth::any, Truth::False)
}

fn truths(arguments: &Arguments<'_, '_>, all: fn(Vec<Truth>) -> Truth, neutral: Truth) -> Outcome {
    let list = arguments.list(0)?;
    let mut out = Vec::new();
    for item in &list.items {
        out.push(match (&item.value, operators::boolean(&item.value)) {
            (Value::Null, _) => Truth::False,
            (_, Ok(value)) => Truth::from(value),
            (Value::OneOf(_), _) => Truth::Unknown,
            (_, Err(Unknown::Invalid)) => return Err(Unknown::Invalid),
            (_, Err(_)) => Truth::Unknown,
        });
    }
    if list.open.is_some() {
        out.push(Truth::Unknown);
    }
    let result = if out.is_empty() { neutral } else { all(out) };
    decided(result)
}

fn decided(truth: Truth) -> Outcome {
    match truth {
        Truth::True => Ok(Value::Bool(true)),
        Truth::False => Ok(Value::Bool(false)),
        Truth::Unknown => Err(Unknown::Computed),
    }
}

pub(super) fn contains(arguments: &Arguments<'_, '_>) -> Outcome {
    let list = arguments.list(0)?;
    let wanted = arguments.value(1)?;
    let found = Truth::any(list.items.iter().map(|item| {
        // Items and wanted value are unified to one type.
        match (item.value.to_text(), wanted.value.to_text()) {
            (Some(a), Some(b)) => equal(&Value::Text(a), &Value::Text(b)),
            _ => equal(&item.value, &wanted.value),
        }
    }));
    match (found, list.open) {
        (Truth::False, Some(gap)) => Err(gap.unknown),
        (found, _) => decided(found),
    }
}

pub(super) fn chunklist(arguments: &Arguments<'_, '_>) -> Outcome {
    let items = arguments.closed(0)?;
    let size = usize::try_from(arguments.whole(1)?).map_err(|_| Unknown::Invalid)?;
    let size = if size == 0 { items.len().max(1) } else { size };
    let chunks = items
        .chunks(size)
        .map(|chunk| Located::new(closed(chunk.to_vec()), arguments.span))
        .collect();
    Ok(closed(chunks))
}

pub(super) fn compact(arguments: &Arguments<'_, '_>) -> Outcome {
    let list = arguments.list(0)?;
    let mut out = List { items: Vec::new(), open: list.open };
    for item in &list.items {
        match &item.value {
            Value::Null => {}
            Value::Unknown(unknown) => {
                out.open.get_or_insert(Gap { span: item.span, unknown: *unknown });
            }
            Value::Text(text) => match equal(&item.value, &Value::Text(Text::new())) {
                Truth::True => {}
                Truth::False => out.items.push(item.clone()),
                Truth::Unknown => {
                    let unknown = text.first_unknown().unwrap_or(Unknown::Computed);
                    out.open.get_or_insert(Gap { span: item.span, unknown });
                }
            },
            // Whether an alternative is there at all is for the reader of the list.
            _ => out.items.push(item.clone()),
        }
    }
    Ok(Value::List(out))
}

pub(super) fn concat(arguments: &Arguments<'_, '_>) -> Outcome {
    let mut out = List::default();
    for value in &arguments.values {
        match list_of(value) {
            Ok(list) => {
                out.items.extend(list.items.iter().cloned());
                out.open = out.open.or(list.open);
            }
            Err(Unknown::Invalid) => return Err(Unknown::Invalid),
            Err(unknown) => {
                out.open.get_or_insert(Gap { span: value.span, unknown });
            }
        }
    }
    if out.items.len() > MOST_ITEMS {
        return Err(Unknown::Limit);
    }
    Ok(Value::List(out))
}

pub(super) fn distinct(arguments: &Arguments<'_, '_>) -> Outcome {
    let list = arguments.list(0)?;
    if list.items.len() > 5_000 {
        return Err(Unknown::Limit);
    }
    let mut items: Vec<V> = Vec::new();
    for item in &list.items {
        let same = Truth::any(items.iter().map(|old| equal(&old.value, &item.value)));
        match same {
            Truth::True => {}
            Truth::False => items.push(item.clone()),
            Truth::Unknown => {
                // It may be one of those that are there: the number is not known.
                let gap = arguments.gap(Unknown::Computed);
                let mut all = items;
                all.extend(list.items.iter().skip(all.len()).cloned());
                return Ok(Value::List(List { items: all, open: Some(gap) }));
            }
        }
    }
    Ok(Value::List(List { items, open: list.open }))
}

pub(super) fn element(arguments: &Arguments<'_, '_>) -> Result<V, Unknown> {
    let items = arguments.closed(0)?;
    if items.is_empty() {
        return Err(Unknown::Invalid);
    }
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let index = match (arguments.whole(1), items) {
        (Err(unknown), [only]) if unknown != Unknown::Invalid => return Ok(only.clone()),
        (index, _) => index?.rem_euclid(count),
    };
    items.get(usize::try_from(index).unwrap_or(0)).cloned().ok_or(Unknown::Invalid)
}

/// Lists inside of items flattened into one list.
pub(super) fn flatten(items: &[V], open: Option<Gap>) -> Outcome {
    fn add(value: &V, out: &mut List, depth: usize) -> Result<(), Unknown> {
        if depth > 64 || out.items.len() > MOST_ITEMS {
            return Err(Unknown::Limit);
        }
        match &value.value {
            Value::List(list) => {
                out.open = out.open.or(list.open);
                list.items.iter().try_for_each(|item| add(item, out, depth + 1))
            }
            // May be a list, and then it is gone.
            Value::Unknown(unknown) => {
                out.open.get_or_insert(Gap { span: value.span, unknown: *unknown });
                Ok(())
            }
            Value::OneOf(branches)
                if branches.iter().any(|branch| {
                    matches!(branch.value.value, Value::List(_) | Value::Unknown(_))
                }) =>
            {
                out.open.get_or_insert(Gap { span: value.span, unknown: Unknown::Input });
                Ok(())
            }
            _ => {
                out.items.push(value.clone());
                Ok(())
            }
        }
    }
    let mut out = List { items: Vec::new(), open };
    for item in items {
        add(item, &mut out, 0)?;
    }
    Ok(Value::List(out))
}

pub(super) fn index(arguments: &Arguments<'_, '_>) -> Outcome {
    let items = arguments.closed(0)?;
    let wanted = arguments.value(1)?;
    for (index, item) in items.iter().enumerate() {
        match equal(&item.value, &wanted.value) {
            Truth::True => {
                return Ok(Value::Number(Number::new(smol_str::format_smolstr!("{index}"))));
            }
            Truth::False => {}
            Truth::Unknown => return Err(Unknown::Computed),
        }
    }
    Err(Unknown::Invalid)
}

pub(super) fn matchkeys(arguments: &Arguments<'_, '_>) -> Outcome {
    let (values, keys, wanted) = (arguments.closed(0)?, arguments.closed(1)?, arguments.closed(2)?);
    if values.len() != keys.len() {
        return Err(Unknown::Invalid);
    }
    let mut items = Vec::new();
    for (value, key) in values.iter().zip(keys) {
        match Truth::any(wanted.iter().map(|one| equal(&one.value, &key.value))) {
            Truth::True => items.push(value.clone()),
            Truth::False => {}
            Truth::Unknown => return Err(Unknown::Computed),
        }
    }
    Ok(closed(items))
}

pub(super) fn one(arguments: &Arguments<'_, '_>) -> Result<V, Unknown> {
    let list = match &arguments.value(0)?.value {
        // Nothing, a resource with one instance, or one that stands for all.
        Value::Null | Value::Resource(_) => return Ok(arguments.value(0)?.clone()),
        _ => arguments.list(0)?,
    };
    match (list.items.as_slice(), list.open) {
        ([], None) => Ok(Located::new(Value::Null, arguments.span)),
        // More than one would be an error.
        ([only], _) => Ok(only.clone()),
        ([], Some(gap)) => Err(gap.unknown),
        _ => Err(Unknown::Invalid),
    }
}

pub(super) fn range(arguments: &Arguments<'_, '_>) -> Outcome {
    let (start, limit, step) = match arguments.len() {
        1 => (0.0, arguments.number(0)?, None),
        2 => (arguments.number(0)?, arguments.number(1)?, None),
        3 => (arguments.number(0)?, arguments.number(1)?, Some(arguments.number(2)?)),
        _ => return Err(Unknown::Invalid),
    };
    let step = step.unwrap_or(if limit < start { -1.0 } else { 1.0 });
    if step == 0.0 || (step > 0.0) != (limit > start) && limit != start {
        return Err(Unknown::Invalid);
    }
    let mut items = Vec::new();
    let mut at = start;
    while (step > 0.0 && at < limit) || (step < 0.0 && at > limit) {
        // Terraform's own bound.
        if items.len() >= 1024 {
            return Err(Unknown::Invalid);
        }
        items.push(Located::new(operators::number_value(at)?, arguments.span));
        at += step;
    }
    Ok(closed(items))
}

pub(super) fn reverse(arguments: &Arguments<'_, '_>) -> Outcome {
    let list = arguments.list(0)?;
    Ok(Value::List(List { items: list.items.iter().rev().cloned().collect(), open: list.open }))
}

pub(super) fn slice(arguments: &Arguments<'_, '_>) -> Outcome {
    let items = arguments.closed(0)?;
    let (start, end) = (arguments.whole(1)?, arguments.whole(2)?);
    let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end)) else {
        return Err(Unknown::Invalid);
    };
    Ok(closed(items.get(start..end).ok_or(Unknown::Invalid)?.to_vec()))
}

pub(super) fn sort(arguments: &Arguments<'_, '_>) -> Outcome {
    let texts = arguments.texts(0)?;
    let items = arguments.closed(0)?;
    let mut pairs: Vec<_> = texts.into_iter().zip(items).collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    let items = pairs
        .into_iter()
        .map(|(text, item)| match &item.value {
            Value::Text(_) => item.clone(),
            _ => item.with(Value::string(text)),
        })
        .collect();
    Ok(closed(items))
}

pub(super) fn sum(arguments: &Arguments<'_, '_>) -> Outcome {
    let items = arguments.closed(0)?;
    if items.is_empty() {
        return Err(Unknown::Invalid);
    }
    let mut total = 0.0;
    for item in items {
        total += operators::number(&item.value)?;
    }
    operators::number_value(total)
}
