//! Policy documents that no file holds: AWS's own, SAM's templates.

use iacscan_core::{Attribute, List, Located, Map, Number, Span, Value};

use crate::{PolicyDocument, parse_policy};

/// Reads a policy document from JSON that no file holds; `None` when it is not one.
#[must_use]
pub fn policy_from_json(json: &str) -> Option<PolicyDocument> {
    let value: serde_json::Value = serde_json::from_str(json).ok()?;
    let branches = parse_policy(&located(&value));
    match branches.0.into_iter().next()?.item {
        Attribute::Known(document) => Some(document.value),
        Attribute::Absent | Attribute::Unknown(..) => None,
    }
}

fn located(value: &serde_json::Value) -> Located<Value> {
    let value = match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => Value::Number(Number::new(number.to_string())),
        serde_json::Value::String(text) => Value::string(text.as_str()),
        serde_json::Value::Array(items) => {
            Value::List(List { items: items.iter().map(located).collect(), open: None })
        }
        serde_json::Value::Object(entries) => {
            let mut map = Map::default();
            for (key, value) in entries {
                map.insert(key.as_str(), Span::NONE, located(value));
            }
            Value::Map(map)
        }
    };
    Located::new(value, Span::NONE)
}
