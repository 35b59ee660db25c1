//! Parameters whose default is empty: a deployment gives them, or leaves them out.
//!
//! What conditions ask about is one of both, so that what is there in either case is looked at. A
//! parameter that no condition asks about is its default, as every other one is.

use iacscan_core::reader::{Node, NodeKind};
use iacscan_core::{Condition, Located, Segment, Span, Text, Value, Variable};
use rustc_hash::FxHashSet;

use super::branches::{one_of, under};
use super::{Bindings, Evaluator, Part, bound, parts};
use crate::call::{Call, Function};

impl<'t> Evaluator<'t> {
    /// The variable that a parameter is which a deployment may leave out. What a nested stack is not
    /// given is its default; what it is given may be left out by who calls the caller.
    pub(super) fn left_out(&self, name: &str) -> Option<Variable> {
        let (name, item) = self.template.parameters.get_key_value(name)?;
        if let Some(argument) = self.arguments.get(name)
            && is_empty(&argument.value.value)
        {
            return argument.variable.clone();
        }
        let is_given = self.inputs.parameters.contains_key(name);
        if is_given || !self.template.scope.is_empty() {
            return None;
        }
        let definition = &item.entry.value;
        let default = definition.get("Default").filter(|default| default.tag.is_none())?;
        let kind = definition.get("Type").and_then(Node::as_str).unwrap_or_default();
        if !default.as_scalar()?.literal.text.is_empty() || kind.starts_with("AWS::SSM::") {
            return None;
        }
        let variable = self.variable_of(name, definition).or_left_out();
        let may_be_empty = !Condition::equals(variable.clone(), "").is_never();
        may_be_empty.then_some(variable)
    }

    /// A parameter that may be left out, where a condition asks about it: its default, or what is
    /// not known.
    pub(super) fn or_given(
        &self,
        name: &str,
        default: Located<Value>,
        given: impl FnOnce(&Variable) -> Located<Value>,
    ) -> Located<Value> {
        if !self.is_asked_about(name) {
            return default;
        }
        let Some(variable) = self.left_out(name) else { return default };
        let given = given(&variable);
        let empty = Condition::equals(variable, "");
        let filled = empty.clone().negate();
        let given = under(&filled, given);
        one_of(vec![(empty, default), (filled, given)], Span::NONE)
    }

    /// Whether a condition of the template names a parameter.
    pub(super) fn is_asked_about(&self, name: &str) -> bool {
        let asked = self.asked_about.get_or_init(|| {
            let mut names = FxHashSet::default();
            let conditions = self.template.conditions.values();
            conditions.for_each(|item| names_in(&item.entry.value, &mut names));
            names
        });
        asked.contains(name)
    }

    /// The parameter that may be left out which an expression passes on, whole.
    pub(super) fn passed_on(&self, node: &'t Node, bindings: &Bindings) -> Option<Variable> {
        let call = Call::of(node)?;
        let name = match (call.function, call.scalar()) {
            (Function::Ref, Some(name)) => name,
            (Function::Sub, Some(template)) => match parts(template).as_slice() {
                [Part::Variable(name, ..)] => *name,
                _ => return None,
            },
            _ => text_of_list(node)?,
        };
        self.left_out(name).filter(|_| bound(bindings, name).is_none())
    }

    /// The parameter that may be left out which is empty exactly when the text of an expression is.
    pub(super) fn empty_with(&self, node: &'t Node) -> Option<Variable> {
        let name = text_of_list(node).filter(|name| self.is_asked_about(name))?;
        self.left_out(name)
    }

    /// Whether a text certainly has characters.
    pub(super) fn is_filled(&self, text: &Text) -> bool {
        text.segments().iter().any(|segment| match segment {
            Segment::Literal(literal) => !literal.text.is_empty(),
            // As text it is there in the branch alone in which it is given.
            Segment::Input(input) => {
                let name = input.address.name();
                input.address == self.address(name) && self.left_out(name).is_some()
            }
            Segment::Pseudo(_) => true,
            Segment::Reference { .. } | Segment::Import(_) | Segment::Unknown(_) => false,
        })
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.is_empty(),
        Value::List(list) => list.items.is_empty() && list.open.is_none(),
        _ => false,
    }
}

/// The list of which an expression is all the texts in one, or the first.
fn text_of_list(node: &Node) -> Option<&str> {
    let call = Call::of(node)?;
    let list = match (call.function, call.items()?) {
        (Function::Join, [_, list]) => list,
        (Function::Select, [index, list]) if index.as_str() == Some("0") => list,
        _ => return None,
    };
    Call::of(list).filter(|call| call.function == Function::Ref)?.scalar()
}

/// What the expressions of a condition name.
fn names_in<'t>(node: &'t Node, names: &mut FxHashSet<&'t str>) {
    match Call::of(node) {
        Some(call) if call.function == Function::Ref => names.extend(call.scalar()),
        Some(call) if call.function == Function::Sub => {
            let template = call.items().and_then(<[Node]>::first).unwrap_or(call.argument);
            let parts = parts(template.as_str().unwrap_or_default());
            names.extend(parts.into_iter().filter_map(|part| match part {
                Part::Variable(name, ..) => Some(name),
                Part::Verbatim(..) => None,
            }));
        }
        _ => {}
    }
    match &node.kind {
        NodeKind::List(items) => items.iter().for_each(|item| names_in(item, names)),
        NodeKind::Map(entries) => entries.iter().for_each(|entry| names_in(&entry.value, names)),
        NodeKind::Scalar(_) | NodeKind::Unread(_) => {}
    }
}
