//! Parameters: given values, defaults, allowed values.

use iacscan_core::reader::Node;
use iacscan_core::{
    Condition, Gap, List, Literal, Located, Segment, Span, Str, Text, Unknown, Value, Variable,
};

use super::branches::{each, one_of};
use super::{Evaluator, MOST_BRANCHES};
use crate::call::{Call, Function};

impl<'t> Evaluator<'t> {
    /// The value of a parameter, used at `at`; `None` when there is no parameter of that name.
    pub(super) fn parameter(&self, name: &str, at: Span) -> Option<Located<Value>> {
        let (name, item) = self.template.parameters.get_key_value(name)?;
        let known = self.parameters.borrow().get(name.as_str()).cloned();
        let value = known.unwrap_or_else(|| {
            let value = self.parameter_value(name, &item.entry.value);
            self.parameters.borrow_mut().insert(name, value.clone());
            value
        });
        Some(used(value, at, &smol_str::format_smolstr!("parameter {name}")))
    }

    /// A value with its parameters without a value, where they are wanted.
    pub(super) fn with_input(&self, name: &str, value: Located<Value>) -> Located<Value> {
        match (&value.value, self.keeps_inputs.get()) {
            (Value::Unknown(Unknown::Input), true) => {
                value.with(Value::Text(Text::input(self.address(name))))
            }
            (Value::OneOf(_), _) => each(value, &|value| self.with_input(name, value)),
            _ => self.without_input(value),
        }
    }

    /// A value that is known to be text alone, as such or as what is not known.
    pub(super) fn without_input(&self, value: Located<Value>) -> Located<Value> {
        match &value.value {
            Value::Text(text) if !self.keeps_inputs.get() => match text.as_unknown() {
                Some(unknown) => value.with(Value::Unknown(unknown)),
                None => value,
            },
            Value::OneOf(_) => each(value, &|value| self.without_input(value)),
            _ => value,
        }
    }

    /// The value; what has no place of its own stands nowhere.
    fn parameter_value(&self, name: &str, definition: &'t Node) -> Located<Value> {
        let kind = definition.get("Type").and_then(Node::as_str).unwrap_or("String");
        let is_list = kind == "CommaDelimitedList" || kind.contains("List<") || {
            kind.starts_with("AWS::SSM::") && kind.contains("<CommaDelimitedList>")
        };
        let unknown = |unknown| {
            let item = Located::new(Value::Unknown(unknown), Span::NONE);
            let value = if is_list {
                // A list that a deployment is given has at least one item.
                let open = Some(Gap { span: Span::NONE, unknown });
                Value::List(List { items: vec![item], open })
            } else {
                item.value
            };
            Located::new(value, Span::NONE)
        };
        if kind.starts_with("AWS::SSM::Parameter::Value<") {
            // What it is given, and its default, is the name of the parameter in SSM.
            return unknown(Unknown::External);
        }
        if let Some(argument) = self.arguments.get(name)
            && !argument.value.value.is_null()
        {
            let value = &argument.value;
            let value = match &value.value {
                Value::Text(text) => value.with(typed(text.clone(), is_list, value.span)),
                _ => value.clone(),
            };
            return self.or_given(name, value, |_| unknown(Unknown::Input));
        }
        if let Some(given) = self.inputs.parameters.get(name) {
            let span = given.span.unwrap_or(Span::NONE);
            let text = Text::literal(given.value.clone());
            return Located::new(typed(text, is_list, span), span);
        }
        if let Some(default) = definition.get("Default") {
            return match default.as_scalar() {
                Some(scalar) if default.tag.is_none() => {
                    let mut text = Text::new();
                    text.push(Segment::Literal(scalar.literal.clone()));
                    let text = super::strings::without_dynamic_references(text);
                    let value = Located::new(typed(text, is_list, default.span), default.span);
                    self.or_given(name, value, |variable| {
                        let allowed = self.allowed_values(variable, definition);
                        allowed.filter(|_| !is_list).unwrap_or_else(|| unknown(Unknown::Input))
                    })
                }
                _ => Located::new(Value::Unknown(Unknown::Invalid), default.span),
            };
        }
        if is_list {
            return unknown(Unknown::Input);
        }
        let variable = self.variable_of(name, definition);
        self.allowed_values(&variable, definition).unwrap_or_else(|| unknown(Unknown::Input))
    }

    /// The allowed values of a parameter as alternatives.
    fn allowed_values(&self, variable: &Variable, definition: &'t Node) -> Option<Located<Value>> {
        let allowed = allowed_literals(definition)?;
        if allowed.len() > MOST_BRANCHES {
            return None;
        }
        let mut alternatives: Vec<(Condition, Located<Value>)> = Vec::new();
        for (literal, span) in &allowed {
            let condition = Condition::equals(variable.clone(), literal.text.clone());
            if alternatives.iter().any(|(known, _)| *known == condition) {
                continue;
            }
            let mut text = Text::new();
            text.push(Segment::Literal((*literal).clone()));
            alternatives.push((condition, Located::new(Value::Text(text), *span)));
        }
        Some(one_of(alternatives, definition.get("AllowedValues")?.span))
    }

    /// Whether a parameter, a condition or a mapping decides what a node is.
    pub(crate) fn asks_inputs(&self, node: &'t Node) -> bool {
        let call = Call::of(node);
        let asks = call.as_ref().is_some_and(|call| match call.function {
            Function::If | Function::FindInMap | Function::Sub => true,
            Function::Ref => {
                call.scalar().is_some_and(|name| self.template.parameters.contains_key(name))
            }
            _ => false,
        });
        let inside = |node: &'t Node| {
            let items = node.as_list().into_iter().flatten();
            let entries = node.as_map().into_iter().flatten().map(|entry| &entry.value);
            items.chain(entries).any(|node| self.asks_inputs(node))
        };
        asks || inside(node)
    }

    /// The variable that a parameter without a value is, when it takes a single value.
    pub(super) fn parameter_variable(&self, name: &str) -> Option<Variable> {
        let (name, item) = self.template.parameters.get_key_value(name)?;
        if let Some(variable) = self.left_out(name) {
            return self.is_asked_about(name).then_some(variable);
        }
        if let Some(argument) = self.arguments.get(name) {
            return argument.variable.clone();
        }
        let value = self.parameter(name, Span::NONE)?;
        match value.value {
            Value::Unknown(_) | Value::OneOf(_) => Some(self.variable_of(name, &item.entry.value)),
            _ => None,
        }
    }

    pub(super) fn variable_of(&self, name: &str, definition: &Node) -> Variable {
        let Some(allowed) = allowed_literals(definition) else { return self.open_variable(name) };
        let values = allowed.iter().map(|(literal, _)| literal.text.clone());
        Variable::of(self.variables_of(), Str::from(name), values)
    }
}

fn allowed_literals(definition: &Node) -> Option<Vec<(&Literal, Span)>> {
    let items = definition.get("AllowedValues")?.as_list()?;
    let literals: Option<Vec<_>> =
        items.iter().map(|item| Some((&item.as_scalar()?.literal, item.span))).collect();
    literals.filter(|literals| !literals.is_empty())
}

/// The value of a parameter by its text: lists are split at commas.
fn typed(text: Text, is_list: bool, span: Span) -> Value {
    if !is_list {
        return Value::Text(text);
    }
    if text.is_empty() {
        return Value::List(List::default());
    }
    let mut list = super::lists::split_text(&text, ",", span);
    for item in &mut list.items {
        let Value::Text(text) = &item.value else { continue };
        let text = trimmed(text);
        if let [Segment::Literal(literal)] = text.segments() {
            item.span = literal.span(0..literal.text.len()).unwrap_or(span);
        }
        item.value = Value::Text(text);
    }
    Value::List(list)
}

/// A text without the space around it.
fn trimmed(text: &Text) -> Text {
    let last = text.segments().len().saturating_sub(1);
    let mut out = Text::new();
    for (index, segment) in text.segments().iter().enumerate() {
        let Segment::Literal(literal) = segment else {
            out.push(segment.clone());
            continue;
        };
        let whole = literal.text.as_str();
        let start = if index == 0 { whole.len() - whole.trim_start().len() } else { 0 };
        let end = if index == last { whole.trim_end().len() } else { whole.len() };
        if let Some(piece) = literal.slice(start..end.max(start)) {
            out.push(Segment::Literal(piece));
        }
    }
    out
}

/// A value with the reference that it is used through; what stands nowhere is put there.
fn used(value: Located<Value>, at: Span, label: &str) -> Located<Value> {
    if value.span.is_somewhere() {
        return value.through(at, label);
    }
    let value = match value.value {
        Value::OneOf(mut branches) => {
            for branch in &mut branches {
                let value = std::mem::replace(&mut branch.value, Located::new(Value::Null, at));
                branch.value = used(value, at, label);
            }
            Value::OneOf(branches)
        }
        Value::List(list) => {
            let items = list.items.into_iter().map(|item| used(item, at, label)).collect();
            Value::List(List { items, open: list.open.map(|gap| Gap { span: at, ..gap }) })
        }
        other => other,
    };
    Located::new(value, at)
}
