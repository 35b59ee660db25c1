//! `Fn::Sub`, `Fn::Join` and what is inside of strings.

use iacscan_core::reader::{Entry, Scalar};
use iacscan_core::{Literal, Located, Segment, Span, Text, Unknown, Value};

use super::branches::{Texts, one_of};
use super::{Bindings, Evaluator, bound};
use crate::call::Call;

/// One part of the template of an `Fn::Sub`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'s> {
    /// Characters that stand for themselves, at these bytes.
    Verbatim(usize, usize),
    /// `${name}`, with the bytes of all of it.
    Variable(&'s str, usize, usize),
}

/// The parts of the template of an `Fn::Sub`. `${!name}` stands for `${name}`.
pub(crate) fn parts(template: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut verbatim = 0;
    let mut at = 0;
    while let Some(found) = template.get(at..).and_then(|rest| rest.find("${")) {
        let start = at + found;
        let inside = start + 2;
        let Some(length) = template.get(inside..).and_then(|rest| rest.find('}')) else { break };
        let end = inside + length + 1;
        let name = template.get(inside..inside + length).unwrap_or_default();
        if name.starts_with('!') {
            parts.push(Part::Verbatim(verbatim, inside));
            verbatim = inside + 1;
        } else {
            parts.push(Part::Verbatim(verbatim, start));
            parts.push(Part::Variable(name.trim(), start, end));
            verbatim = end;
        }
        at = end;
    }
    parts.push(Part::Verbatim(verbatim, template.len()));
    parts.retain(|part| !matches!(part, Part::Verbatim(start, end) if start >= end));
    parts
}

impl<'t> Evaluator<'t> {
    /// The template of an `Fn::Sub`, and the variables it brings along.
    pub(crate) fn template_of(call: &Call<'t>) -> Option<(&'t Scalar, &'t [Entry])> {
        let (template, variables) = match call.items() {
            Some([template, variables]) => (template, variables.as_map().unwrap_or_default()),
            Some([template]) => (template, <&[Entry]>::default()),
            Some(_) => return None,
            None => (call.argument, <&[Entry]>::default()),
        };
        Some((template.as_scalar()?, variables))
    }

    /// `Fn::Sub: template` or `Fn::Sub: [template, variables]`.
    pub(super) fn sub(&self, call: &Call<'t>, bindings: &Bindings) -> Located<Value> {
        let Some((scalar, variables)) = Self::template_of(call) else {
            return Located::new(Value::Unknown(Unknown::Invalid), call.span);
        };
        let parts = parts(&scalar.literal.text);
        if let [Part::Variable(name, ..)] = parts.as_slice() {
            // Nothing is added: the value keeps the place it was written at.
            return self.variable(name, variables, call, bindings);
        }
        let mut texts = Texts::new();
        for part in parts {
            match part {
                Part::Verbatim(start, end) => {
                    if let Some(literal) = scalar.literal.slice(start..end) {
                        texts.push(&substitute_bindings(&literal, bindings));
                    }
                }
                Part::Variable(name, ..) => {
                    let variable = || self.variable(name, variables, call, bindings);
                    texts.push_value(&self.keeping_inputs(variable));
                }
            }
        }
        texts.finish(call.span, without_dynamic_references)
    }

    pub(super) fn variable(
        &self,
        name: &str,
        variables: &'t [Entry],
        call: &Call<'t>,
        bindings: &Bindings,
    ) -> Located<Value> {
        if let Some(entry) = variables.iter().rev().find(|entry| entry.key.value == name) {
            return self.value(&entry.value, bindings);
        }
        match name.split_once('.') {
            Some((resource, attribute)) if bound(bindings, name).is_none() => {
                self.attribute_of(resource, attribute, call.span)
            }
            _ => self.named(name, call.span, bindings),
        }
    }

    /// `Fn::Join: [delimiter, values]`.
    pub(super) fn join(&self, call: &Call<'t>, bindings: &Bindings) -> Located<Value> {
        let unknown = |unknown| Located::new(Value::Unknown(unknown), call.span);
        let Some([delimiter, values]) = call.items() else { return unknown(Unknown::Invalid) };
        let delimiter = match self.value(delimiter, bindings).value {
            Value::Null => Text::new(),
            other => match other.to_text() {
                Some(text) => text,
                None => return unknown(Unknown::Unsupported),
            },
        };
        let values = self.keeping_inputs(|| self.value(values, bindings));
        let lists = values.branches().into_iter();
        let joined =
            lists.map(|(condition, list)| (condition, joined(&delimiter, list, call.span)));
        one_of(joined.collect(), call.span)
    }
}

/// The texts of a list with a delimiter between them.
fn joined(delimiter: &Text, list: &Located<Value>, at: Span) -> Located<Value> {
    let mut texts = Texts::new();
    let mut first = true;
    for item in items(list) {
        let Some(item) = item else {
            texts.push(&Text::unknown(Unknown::Input));
            continue;
        };
        if item.value.is_null() {
            continue;
        }
        if !std::mem::take(&mut first) {
            texts.push(delimiter);
        }
        texts.push_value(item);
    }
    texts.finish(at, without_dynamic_references)
}

/// The items of a list, lists inside of it taken apart; `None` where there may be more.
fn items(list: &Located<Value>) -> Vec<Option<&Located<Value>>> {
    fn flatten<'v>(value: &'v Located<Value>, out: &mut Vec<Option<&'v Located<Value>>>) {
        match &value.value {
            Value::List(list) => {
                list.items.iter().for_each(|item| flatten(item, out));
                if list.open.is_some() {
                    out.push(None);
                }
            }
            _ => out.push(Some(value)),
        }
    }
    let mut out = Vec::new();
    match &list.value {
        Value::List(_) => flatten(list, &mut out),
        Value::Null => {}
        _ => out.push(None),
    }
    out
}

/// Puts what loops bind in place of `${name}` and `&{name}`.
pub(super) fn substitute_bindings(literal: &Literal, bindings: &Bindings) -> Text {
    let mut text = Text::new();
    if bindings.is_none() {
        text.push(Segment::Literal(literal.clone()));
        return text;
    }
    let source = literal.text.as_str();
    let push = |text: &mut Text, start, end| {
        if let Some(piece) = literal.slice(start..end) {
            text.push(Segment::Literal(piece));
        }
    };
    let mut verbatim = 0;
    let mut at = 0;
    while let Some(found) = source.get(at..).and_then(|rest| rest.find(['$', '&'])) {
        let start = at + found;
        at = start + 1;
        let Some(inside) = source.get(at..).and_then(|rest| rest.strip_prefix('{')) else {
            continue;
        };
        let Some(length) = inside.find('}') else { break };
        if let Some(value) = inside.get(..length).and_then(|name| bound(bindings, name)) {
            push(&mut text, verbatim, start);
            text.extend(&value.value);
            at = start + 2 + length + 1;
            verbatim = at;
        }
    }
    push(&mut text, verbatim, source.len());
    text
}

/// How a dynamic reference starts.
const DYNAMIC: &str = "{{resolve:";

/// Replaces dynamic references (`{{resolve:ssm:name}}`) by text that is not known.
pub(super) fn without_dynamic_references(text: Text) -> Text {
    let starts = |segment: &Segment| matches!(segment, Segment::Literal(literal) if literal.text.contains(DYNAMIC));
    if !text.segments().iter().any(starts) {
        return text;
    }
    let mut out = Text::new();
    let mut inside = false;
    for segment in text.segments() {
        let Segment::Literal(literal) = segment else {
            if !inside {
                out.push(segment.clone());
            }
            continue;
        };
        let mut at = 0;
        loop {
            let rest = literal.text.get(at..).unwrap_or_default();
            let mark = if inside { "}}" } else { DYNAMIC };
            let end = rest.find(mark);
            if !inside {
                let end = end.map_or(literal.text.len(), |found| at + found);
                out.extend(&literal.slice(at..end).map(of_literal).unwrap_or_default());
            }
            let Some(found) = end else { break };
            if !inside {
                out.push(Segment::Unknown(Unknown::External));
            }
            at += found + mark.len();
            inside = !inside;
        }
    }
    out
}

fn of_literal(literal: Literal) -> Text {
    let mut text = Text::new();
    text.push(Segment::Literal(literal));
    text
}
