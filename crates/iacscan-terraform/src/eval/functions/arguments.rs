//! The arguments of a call, in the types that functions ask for.

use iacscan_core::{Gap, List, Map, Span, Str, Text, Unknown, Value};

use crate::eval::{Evaluator, V, operators, unknown_of};

/// The arguments of a call.
pub(crate) struct Arguments<'e, 'a> {
    pub(super) evaluator: &'e Evaluator<'a>,
    pub(super) values: Vec<V>,
    /// The call.
    pub(super) span: Span,
}

impl Arguments<'_, '_> {
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The argument; fails when there is none.
    pub(super) fn value(&self, index: usize) -> Result<&V, Unknown> {
        self.values.get(index).ok_or(Unknown::Invalid)
    }

    /// A string, number or boolean as text, of which parts may be unknown.
    pub(super) fn text(&self, index: usize) -> Result<Text, Unknown> {
        text_of(self.value(index)?)
    }

    /// A text that is known to the last character, names of resources looked up.
    pub(super) fn known(&self, index: usize) -> Result<Str, Unknown> {
        self.known_text(&self.text(index)?)
    }

    pub(super) fn known_text(&self, text: &Text) -> Result<Str, Unknown> {
        let why = || text.first_unknown().unwrap_or(Unknown::Computed);
        self.evaluator.known(text).ok_or_else(why)
    }

    pub(super) fn number(&self, index: usize) -> Result<f64, Unknown> {
        operators::number(&self.value(index)?.value)
    }

    /// A whole number.
    pub(super) fn whole(&self, index: usize) -> Result<i64, Unknown> {
        let number = self.number(index)?;
        if number.fract() != 0.0 || number.abs() > 9e15 {
            return Err(Unknown::Invalid);
        }
        // Whole and exact, as was just asked.
        #[allow(clippy::cast_possible_truncation)]
        Ok(number as i64)
    }

    /// A list, which may be open.
    pub(super) fn list(&self, index: usize) -> Result<&List, Unknown> {
        list_of(self.value(index)?)
    }

    /// A list that is known to its last item (items may be unknown).
    pub(super) fn closed(&self, index: usize) -> Result<&[V], Unknown> {
        let list = self.list(index)?;
        match list.open {
            None => Ok(&list.items),
            Some(gap) => Err(gap.unknown),
        }
    }

    /// A list of known texts.
    pub(super) fn texts(&self, index: usize) -> Result<Vec<Str>, Unknown> {
        self.closed(index)?.iter().map(|item| self.known_text(&text_of(item)?)).collect()
    }

    /// A map, which may be open.
    pub(super) fn map(&self, index: usize) -> Result<&Map, Unknown> {
        match &self.value(index)?.value {
            Value::Map(map) => Ok(map),
            other => Err(reason(other)),
        }
    }

    /// A gap at the call.
    pub(super) const fn gap(&self, unknown: Unknown) -> Gap {
        Gap { span: self.span, unknown }
    }
}

/// Why a value that is not of the wanted type cannot be used.
pub(super) fn reason(value: &Value) -> Unknown {
    match value {
        // Nothing is known, its type included.
        Value::Text(text) if operators::is_wholly_unknown(text) => unknown_of(value),
        Value::Unknown(unknown) => *unknown,
        // Attributes of resources.
        Value::Text(text) if text.as_reference().is_some() => Unknown::Computed,
        Value::Resource(_) | Value::OneOf(_) => Unknown::Unsupported,
        _ => Unknown::Invalid,
    }
}

pub(super) fn text_of(value: &V) -> Result<Text, Unknown> {
    match &value.value {
        Value::Json(inner) => crate::eval::json::to_text(inner).ok_or(Unknown::Unsupported),
        Value::Unknown(unknown) => Err(*unknown),
        other => other.to_text().ok_or_else(|| reason(other)),
    }
}

pub(super) fn list_of(value: &V) -> Result<&List, Unknown> {
    match &value.value {
        Value::List(list) => Ok(list),
        other => Err(reason(other)),
    }
}
