//! What goes into nested stacks and comes out of them.

use iacscan_core::reader::{Entry, Node};
use iacscan_core::{Located, Str, Value, Variable};
use rustc_hash::FxHashMap;

use super::conditions::Operand;
use super::{Bindings, Evaluator};
use crate::call::Call;
use crate::tree;

/// What a nested stack is given for one of its parameters.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    /// The value, with its places in the calling template.
    pub(super) value: Located<Value>,
    /// The variable it is, when nothing is known about it.
    pub(super) variable: Option<Variable>,
}

/// What a nested stack is given, by parameter.
pub(crate) type Arguments = FxHashMap<Str, Argument>;

/// What a nested stack gives back, by output.
pub(crate) type Outputs = FxHashMap<Str, Located<Value>>;

impl<'t> Evaluator<'t> {
    /// The evaluator of a stack that is given arguments.
    pub(crate) fn given(mut self, arguments: Arguments) -> Self {
        self.arguments = arguments;
        self
    }

    /// What `Parameters` of a stack resource give to the stack: a map, or a list of keys and values.
    pub(crate) fn arguments_of(&self, parameters: &'t Node, bindings: &Bindings) -> Arguments {
        let entries = tree::plain_map(parameters).unwrap_or_default().iter();
        let pairs = entries.map(|entry| (entry.key.value.as_str(), &entry.value));
        let items = parameters.as_list().unwrap_or_default().iter();
        let listed = items.filter_map(|item| {
            Some((item.get("ParameterKey")?.as_str()?, item.get("ParameterValue")?))
        });
        pairs
            .chain(listed)
            .map(|(name, node)| (Str::from(name), self.given_by(node, bindings)))
            .collect()
    }

    /// What an expression gives to a stack.
    pub(crate) fn given_by(&self, node: &'t Node, bindings: &Bindings) -> Argument {
        let value = self.with_inputs(node, bindings);
        let variable = match self.operands(node, bindings).as_slice() {
            [(condition, Operand::Undecided(variable))] if condition.is_always() => {
                Some(variable.clone())
            }
            _ => self.passed_on(node, bindings),
        };
        Argument { value, variable }
    }

    /// What a variable in the text of a template is, which an `Fn::Sub` around the text puts there.
    pub(crate) fn argument_for(
        &self,
        name: &str,
        variables: &'t [Entry],
        call: &Call<'t>,
        bindings: &Bindings,
    ) -> Argument {
        let value = self.keeping_inputs(|| self.variable(name, variables, call, bindings));
        let is_own = variables.iter().any(|entry| entry.key.value == name);
        let variable = if is_own {
            None
        } else {
            self.parameter_variable(name).or_else(|| self.left_out(name))
        };
        Argument { value, variable }
    }

    /// Remembers what a nested stack gives back.
    pub(crate) fn remember(&self, stack: &str, outputs: Outputs) {
        self.stacks.borrow_mut().insert(stack.into(), outputs);
    }

    /// An output of a nested stack.
    pub(super) fn output(&self, stack: &str, attribute: &str) -> Option<Located<Value>> {
        let name = attribute.strip_prefix("Outputs.")?;
        self.stacks.borrow().get(stack)?.get(name).cloned()
    }

    /// What this template gives back to the one that calls it.
    pub(crate) fn outputs(&self) -> Outputs {
        let outputs = self.template.outputs.iter();
        outputs
            .filter_map(|(name, item)| {
                Some((name.clone(), self.with_inputs(item.get("Value")?, &item.bindings)))
            })
            .collect()
    }
}
