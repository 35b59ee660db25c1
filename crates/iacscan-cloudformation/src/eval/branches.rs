//! Values with alternatives.

use iacscan_core::{Branch, Condition, Located, Span, Text, Unknown, Value};

use super::MOST_BRANCHES;

/// A value under its condition.
pub(super) type Alternative<T> = (Condition, T);

/// Converts each branch of a value to one at `span`.
pub(super) fn map(
    value: &Located<Value>,
    span: Span,
    convert: impl Fn(&Located<Value>) -> Value,
) -> Located<Value> {
    let alternatives = value
        .branches()
        .into_iter()
        .map(|(condition, value)| (condition, Located::new(convert(value), span)))
        .collect();
    one_of(alternatives, span)
}

/// A value of alternatives; of one alternative that always holds, that one.
pub(super) fn one_of(
    mut alternatives: Vec<Alternative<Located<Value>>>,
    span: Span,
) -> Located<Value> {
    if let [(Condition::Always, _)] = alternatives.as_slice()
        && let Some((_, value)) = alternatives.pop()
    {
        return value;
    }
    let branches =
        alternatives.into_iter().map(|(condition, value)| Branch { condition, value }).collect();
    Located::new(Value::OneOf(branches), span)
}

/// Puts another value in place of each alternative.
pub(super) fn each(
    mut value: Located<Value>,
    convert: &dyn Fn(Located<Value>) -> Located<Value>,
) -> Located<Value> {
    let nothing = Located::new(Value::Null, value.span);
    match &mut value.value {
        Value::OneOf(branches) => {
            for branch in branches {
                let inner = std::mem::replace(&mut branch.value, nothing.clone());
                branch.value = each(inner, convert);
            }
            value
        }
        _ => convert(value),
    }
}

/// A value without the alternatives that a condition around it excludes.
pub(super) fn under(condition: &Condition, value: Located<Value>) -> Located<Value> {
    let Located { value: inner, span, via } = value;
    let inner = match inner {
        Value::OneOf(mut branches) => {
            let is_open = |branch: &Branch| !condition.is_compatible(&branch.condition).is_false();
            if branches.iter().any(is_open) {
                branches.retain(is_open);
            }
            if branches.len() == 1
                && let Some(only) = branches.pop()
            {
                return under(condition, only.value);
            }
            let whole = Located { value: Value::OneOf(branches), span, via };
            return each(whole, &|value| under(condition, value));
        }
        Value::List(mut list) => {
            list.items = list.items.into_iter().map(|item| under(condition, item)).collect();
            Value::List(list)
        }
        Value::Map(mut map) => {
            for entry in map.entries.values_mut() {
                let value = std::mem::replace(&mut entry.value, Located::new(Value::Null, span));
                entry.value = under(condition, value);
            }
            Value::Map(map)
        }
        other => other,
    };
    Located { value: inner, span, via }
}

/// A condition as the value `true` or `false`.
pub(super) fn of_condition(condition: &Condition, span: Span) -> Located<Value> {
    let at = |value| Located::new(Value::Bool(value), span);
    match condition {
        Condition::Always => at(true),
        Condition::Never => at(false),
        condition => one_of(
            vec![(condition.clone(), at(true)), (condition.clone().negate(), at(false))],
            span,
        ),
    }
}

/// Texts under construction, one per feasible combination of branches.
pub(super) struct Texts(Vec<Alternative<Text>>);

impl Texts {
    /// The empty text.
    pub(super) fn new() -> Self {
        Self(vec![(Condition::Always, Text::new())])
    }

    /// Adds a text behind all of them.
    pub(super) fn push(&mut self, text: &Text) {
        for (_, built) in &mut self.0 {
            built.extend(text);
        }
    }

    /// Adds a value behind all of them; too many combinations leave its characters unknown.
    pub(super) fn push_value(&mut self, value: &Located<Value>) {
        let branches = value.branches();
        if let [(Condition::Always, value)] = branches.as_slice() {
            return self.push(&as_text(value));
        }
        let mut combined = Vec::new();
        for (outer, text) in &self.0 {
            for (inner, value) in &branches {
                let condition = outer.clone().and(inner.clone());
                if !outer.is_always() && condition.is_feasible().is_false() {
                    continue;
                }
                if combined.len() == MOST_BRANCHES {
                    return self.push(&Text::unknown(Unknown::Limit));
                }
                let mut text = text.clone();
                text.extend(&as_text(value));
                combined.push((condition, text));
            }
        }
        self.0 = combined;
    }

    /// The value they make.
    pub(super) fn finish(self, span: Span, convert: impl Fn(Text) -> Text) -> Located<Value> {
        let located = |text| Located::new(Value::Text(convert(text)), span);
        let alternatives =
            self.0.into_iter().map(|(condition, text)| (condition, located(text))).collect();
        one_of(alternatives, span)
    }
}

/// A value as part of a text; what is no scalar is not known there.
fn as_text(value: &Located<Value>) -> Text {
    match &value.value {
        Value::Null => Text::new(),
        Value::Unknown(unknown) => Text::unknown(*unknown),
        other => other.to_text().unwrap_or_else(|| Text::unknown(Unknown::Invalid)),
    }
}
