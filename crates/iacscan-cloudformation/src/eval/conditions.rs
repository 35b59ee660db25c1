//! Conditions as formulas over what is not decided.

use std::fmt::Write;

use iacscan_core::reader::{Node, NodeKind};
use iacscan_core::{Condition, Segment, Str, Value, Variable};

use super::{Bindings, DEEPEST, Evaluator, pseudo};
use crate::call::{Call, Function};

/// One side of an `Fn::Equals`.
pub(super) enum Operand {
    Known(Str),
    Undecided(Variable),
    /// What is empty exactly when this is.
    EmptyWith(Variable),
    /// A text of which only parts are known, that has characters.
    Filled,
    /// A text of which only parts are known.
    Opaque,
}

impl<'t> Evaluator<'t> {
    /// What variables of this template belong to.
    pub(super) fn variables_of(&self) -> Str {
        let template = self.template;
        if template.scope.is_empty() {
            template.unit.clone()
        } else {
            smol_str::format_smolstr!("{} {}", template.unit, template.scope)
        }
    }

    /// A variable that can take any text.
    pub(super) fn open_variable(&self, name: &str) -> Variable {
        Variable::open(self.variables_of(), name)
    }

    fn undecided(&self, name: &str) -> Condition {
        Condition::is_true(Variable::boolean(self.variables_of(), name))
    }

    /// A condition by its name. One that is not defined, or that needs itself, is undecided.
    pub(crate) fn named_condition(&self, name: &str) -> Condition {
        let Some((index, name, item)) = self.template.conditions.get_full(name) else {
            return self.undecided(name);
        };
        if let Some(known) = self.conditions.borrow().get(&index) {
            return known.clone().unwrap_or_else(|| self.undecided(name));
        }
        if self.depth.get() >= DEEPEST {
            return self.undecided(name);
        }
        self.conditions.borrow_mut().insert(index, None);
        let condition = self
            .condition(&item.entry.value, &item.bindings)
            .named(name.clone(), item.entry.key.span);
        self.conditions.borrow_mut().insert(index, Some(condition.clone()));
        condition
    }

    /// The condition of an `Fn::If`: a name, or an expression.
    pub(crate) fn choice(&self, node: &'t Node, bindings: &Bindings) -> Condition {
        match (&node.tag, node.as_str()) {
            (None, Some(name)) if bindings.is_none() => self.named_condition(name),
            (None, Some(_)) => {
                match self.value(node, bindings).value.to_text().and_then(|text| text.as_known()) {
                    Some(name) => self.named_condition(&name),
                    None => self.undecided(&canonical(node)),
                }
            }
            _ => self.condition(node, bindings),
        }
    }

    /// What an expression of a condition says.
    fn condition(&self, node: &'t Node, bindings: &Bindings) -> Condition {
        match Call::in_condition(node) {
            Some(call) => self.condition_call(&call, bindings),
            None => match node.as_str() {
                Some("true" | "True" | "TRUE") => Condition::Always,
                Some("false" | "False" | "FALSE") => Condition::Never,
                _ => self.undecided(&canonical(node)),
            },
        }
    }

    /// What a call in a condition says.
    pub(super) fn condition_call(&self, call: &Call<'t>, bindings: &Bindings) -> Condition {
        if self.depth.get() >= DEEPEST {
            return self.undecided(&canonical(call.argument));
        }
        self.depth.set(self.depth.get() + 1);
        let condition = self.formula(call, bindings);
        self.depth.set(self.depth.get() - 1);
        condition
    }

    fn formula(&self, call: &Call<'t>, bindings: &Bindings) -> Condition {
        let parts = || call.items().unwrap_or_default().iter();
        match (call.function, call.items()) {
            (Function::And, Some(_)) => parts()
                .map(|part| self.condition(part, bindings))
                .fold(Condition::Always, Condition::and),
            (Function::Or, Some(_)) => parts()
                .map(|part| self.condition(part, bindings))
                .fold(Condition::Never, Condition::or),
            (Function::Not, Some([part])) => self.condition(part, bindings).negate(),
            (Function::Equals, Some([left, right])) => self.equals(left, right, bindings),
            (Function::Condition, None) => match call.scalar() {
                Some(name) => self.named_condition(name),
                None => self.undecided(&canonical(call.argument)),
            },
            _ => self.undecided(&canonical(call.argument)),
        }
    }

    fn equals(&self, left: &'t Node, right: &'t Node, bindings: &Bindings) -> Condition {
        let rights = self.operands(right, bindings);
        let mut condition = Condition::Never;
        for (outer, a) in self.operands(left, bindings) {
            for (inner, b) in &rights {
                let equal = match (&a, b) {
                    (Operand::Known(a), Operand::Known(b)) if a == b => Condition::Always,
                    (Operand::Known(_), Operand::Known(_)) => Condition::Never,
                    (Operand::Undecided(variable), Operand::Known(value))
                    | (Operand::Known(value), Operand::Undecided(variable)) => {
                        Condition::equals(variable.clone(), value.clone())
                    }
                    (Operand::Undecided(a), Operand::Undecided(b)) if a == b => Condition::Always,
                    (Operand::EmptyWith(variable), Operand::Known(value))
                    | (Operand::Known(value), Operand::EmptyWith(variable))
                        if value.is_empty() =>
                    {
                        Condition::equals(variable.clone(), "")
                    }
                    (Operand::Filled, Operand::Known(value))
                    | (Operand::Known(value), Operand::Filled)
                        if value.is_empty() =>
                    {
                        Condition::Never
                    }
                    _ => {
                        let (a, b) = (canonical(left), canonical(right));
                        let (a, b) = if a <= b { (a, b) } else { (b, a) };
                        self.undecided(&format!("{a} = {b}"))
                    }
                };
                condition = condition.or(outer.clone().and(inner.clone()).and(equal));
            }
        }
        condition
    }

    pub(super) fn operands(
        &self,
        node: &'t Node,
        bindings: &Bindings,
    ) -> Vec<(Condition, Operand)> {
        if let Some(call) = Call::of(node)
            && call.function == Function::Ref
            && let Some(name) = call.scalar()
            && super::bound(bindings, name).is_none()
            && let Some(variable) = self.parameter_variable(name)
        {
            return vec![(Condition::Always, Operand::Undecided(variable))];
        }
        if let Some(variable) = self.empty_with(node) {
            return vec![(Condition::Always, Operand::EmptyWith(variable))];
        }
        let value = self.with_inputs(node, bindings);
        let operand = |value: &Value| match value {
            // CloudFormation refuses to compare with nothing.
            Value::Null => Operand::Opaque,
            other => match other.to_text() {
                Some(text) => match (text.as_known(), text.segments()) {
                    (Some(known), _) => Operand::Known(known),
                    (None, [Segment::Pseudo(pseudo)]) => match self.deployed(*pseudo) {
                        Some(known) => Operand::Known(known),
                        None => Operand::Undecided(self.open_variable(pseudo::name(*pseudo))),
                    },
                    _ if self.is_filled(&text) => Operand::Filled,
                    _ => Operand::Opaque,
                },
                None => Operand::Opaque,
            },
        };
        value
            .branches()
            .into_iter()
            .map(|(condition, value)| (condition, operand(&value.value)))
            .collect()
    }
}

/// An expression in one spelling, so that equal expressions are the same variable.
fn canonical(node: &Node) -> String {
    fn write(node: &Node, call: Option<Call<'_>>, out: &mut String) {
        if let Some(call) = call {
            out.push_str(call.function.as_str());
            out.push(' ');
            let inner = if call.short { Call::long(node) } else { Call::of(call.argument) };
            return write(call.argument, inner, out);
        }
        match &node.kind {
            NodeKind::Scalar(scalar) => out.push_str(&scalar.literal.text),
            NodeKind::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    write(item, Call::in_condition(item), out);
                }
                out.push(']');
            }
            NodeKind::Map(entries) => {
                out.push('{');
                for (index, entry) in entries.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    // Writing into a string does not fail.
                    let _ = write!(out, "{comma}{}: ", entry.key.value);
                    write(&entry.value, Call::in_condition(&entry.value), out);
                }
                out.push('}');
            }
            NodeKind::Unread(_) => {
                let _ = write!(out, "at {}", node.span.start);
            }
        }
    }
    let mut out = String::new();
    write(node, Call::in_condition(node), &mut out);
    out
}
