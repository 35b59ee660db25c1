//! Evaluation of template expressions, on demand.
//!
//! Nothing is evaluated but what somebody asks for. Parameters and conditions are remembered, a
//! condition that needs itself is a cycle, and every call counts against a depth. Evaluation has
//! no opinion about mistakes: [`crate::check`] looks for those in the whole template.

mod branches;
mod conditions;
mod encoding;
mod left_out;
mod lists;
mod loops;
mod mappings;
mod parameters;
mod pseudo;
mod references;
mod stacks;
mod strings;
#[cfg(test)]
mod tests;

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

use iacscan_core::reader::{Entry, Node, NodeKind, Problem, Scalar, ScalarStyle, embedded};
use iacscan_core::{
    Branch, Condition, Gap, List, Literal, Located, Map, Origin, Segment, Str, Text, Unknown, Value,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Inputs;
use crate::call::{Call, Function, quoted};
use crate::template::{Template, Transform, TransformKind};

pub(crate) use loops::{is_loop, loop_body};
pub(crate) use pseudo::is_pseudo_parameter;
pub(crate) use stacks::{Arguments, Outputs};
pub(crate) use strings::{Part, parts};

/// How many calls may be evaluated inside each other. Trees are no deeper than the reader's limit,
/// but conditions and parameters lead from one tree into another.
const DEEPEST: usize = 150;

/// How many alternatives a value may have.
pub(crate) const MOST_BRANCHES: usize = 32;

/// What the loops around an expression bind, the innermost first.
pub(crate) type Bindings = Option<Arc<Binding>>;

/// The identifier of an `Fn::ForEach` with its value in one round.
#[derive(Debug)]
pub(crate) struct Binding {
    /// The identifier.
    pub(crate) name: Str,
    /// Its value.
    pub(crate) value: Located<Text>,
    /// The loop around this one.
    pub(crate) next: Bindings,
}

/// The value that a loop binds to a name.
pub(crate) fn bound<'b>(bindings: &'b Bindings, name: &str) -> Option<&'b Located<Text>> {
    let mut next = bindings.as_deref();
    while let Some(binding) = next {
        if binding.name == name {
            return Some(&binding.value);
        }
        next = binding.next.as_deref();
    }
    None
}

/// Evaluates the expressions of one template.
pub(crate) struct Evaluator<'t> {
    template: &'t Template<'t>,
    inputs: &'t Inputs,
    parameters: RefCell<FxHashMap<&'t str, Located<Value>>>,
    /// By position; `None` while a condition is being evaluated.
    conditions: RefCell<FxHashMap<usize, Option<Condition>>>,
    depth: Cell<usize>,
    /// Rounds of loops so far.
    rounds: Cell<usize>,
    /// What the calling template gives, where this one is nested.
    arguments: Arguments,
    /// What nested stacks give back.
    stacks: RefCell<FxHashMap<Str, Outputs>>,
    /// Whether parameters without a value are texts that equal themselves, and not just unknown.
    keeps_inputs: Cell<bool>,
    /// The parameters that conditions name.
    asked_about: OnceCell<FxHashSet<&'t str>>,
    /// Why policies in strings are none.
    unread: RefCell<Vec<Problem>>,
}

impl<'t> Evaluator<'t> {
    /// An evaluator of a template.
    pub(crate) fn new(template: &'t Template<'t>, inputs: &'t Inputs) -> Self {
        Self {
            template,
            inputs,
            parameters: RefCell::default(),
            conditions: RefCell::default(),
            depth: Cell::new(0),
            rounds: Cell::new(0),
            arguments: Arguments::default(),
            stacks: RefCell::default(),
            keeps_inputs: Cell::new(false),
            asked_about: OnceCell::new(),
            unread: RefCell::default(),
        }
    }

    /// Evaluates what is compared as text: there a parameter without a value is itself.
    fn keeping_inputs<T>(&self, evaluate: impl FnOnce() -> T) -> T {
        let outer = self.keeps_inputs.replace(true);
        let value = evaluate();
        self.keeps_inputs.set(outer);
        value
    }

    /// What an expression evaluates to where parameters without a value are themselves.
    pub(crate) fn with_inputs(&self, node: &'t Node, bindings: &Bindings) -> Located<Value> {
        self.keeping_inputs(|| self.value(node, bindings))
    }

    /// Notes why a policy in a string is none, unless a macro may make it one.
    pub(crate) fn look_for_json(&self, value: &Located<Value>) {
        let is_macro = |transform: &Transform<'_>| transform.kind() == TransformKind::Macro;
        let Some(problem) = embedded::no_json(value) else { return };
        let mut unread = self.unread.borrow_mut();
        if !unread.contains(&problem) && !self.template.transforms.iter().any(is_macro) {
            unread.push(problem);
        }
    }

    /// Why policies that were read so far are none.
    pub(crate) fn take_unread(&self) -> Vec<Problem> {
        self.unread.take()
    }

    /// The template.
    pub(crate) const fn template(&self) -> &'t Template<'t> {
        self.template
    }

    /// What an expression evaluates to.
    pub(crate) fn value(&self, node: &'t Node, bindings: &Bindings) -> Located<Value> {
        match Call::of(node) {
            Some(call) => self.call(&call, bindings),
            None => self.plain(node, bindings),
        }
    }

    /// What the argument of a call evaluates to.
    fn argument(&self, call: &Call<'t>, bindings: &Bindings) -> Located<Value> {
        if !call.short {
            return self.value(call.argument, bindings);
        }
        match Call::long(call.argument) {
            Some(inner) => self.call(&inner, bindings),
            None => self.plain(call.argument, bindings),
        }
    }

    fn call(&self, call: &Call<'t>, bindings: &Bindings) -> Located<Value> {
        if self.depth.get() >= DEEPEST {
            return Located::new(Value::Unknown(Unknown::Limit), call.span);
        }
        self.depth.set(self.depth.get() + 1);
        let value = self.dispatch(call, bindings);
        self.depth.set(self.depth.get() - 1);
        value
    }

    fn dispatch(&self, call: &Call<'t>, bindings: &Bindings) -> Located<Value> {
        let unknown = |unknown| Located::new(Value::Unknown(unknown), call.span);
        match call.function {
            Function::Ref => self.reference(call, bindings),
            Function::GetAtt => self.attribute(call, bindings),
            Function::Sub => self.sub(call, bindings),
            Function::Join => self.join(call, bindings),
            Function::Select => self.select(call, bindings),
            Function::Split => self.split(call, bindings),
            Function::FindInMap => self.find_in_map(call, bindings),
            Function::If => self.choose(call, bindings),
            Function::ImportValue => self.import(call, bindings),
            Function::GetAzs => lists::availability_zones(call.span),
            Function::Base64 => self.base64(call, bindings),
            Function::Cidr => self.cidr(call, bindings),
            Function::Length => self.length(call, bindings),
            Function::ToJsonString => self.to_json(call, bindings),
            Function::Transform => unknown(Unknown::External),
            Function::And
            | Function::Or
            | Function::Not
            | Function::Equals
            | Function::Condition => {
                branches::of_condition(&self.condition_call(call, bindings), call.span)
            }
            Function::Other => unknown(Unknown::Unsupported),
        }
    }

    /// `Fn::If: [condition, then, else]`.
    fn choose(&self, call: &Call<'t>, bindings: &Bindings) -> Located<Value> {
        let Some([condition, then, otherwise]) = call.items() else {
            return Located::new(Value::Unknown(Unknown::Invalid), call.span);
        };
        match self.choice(condition, bindings) {
            Condition::Always => self.value(then, bindings),
            Condition::Never => self.value(otherwise, bindings),
            condition => {
                let branch = |condition, node| {
                    let value = branches::under(&condition, self.value(node, bindings));
                    Branch { condition, value }
                };
                let opposite = condition.clone().negate();
                let branches = vec![branch(condition, then), branch(opposite, otherwise)];
                Located::new(Value::OneOf(branches), call.span)
            }
        }
    }

    /// `Fn::ImportValue`: what another template exports.
    fn import(&self, call: &Call<'t>, bindings: &Bindings) -> Located<Value> {
        let name = self.argument(call, bindings);
        branches::map(&name, call.span, |value| {
            match value.value.to_text().and_then(|text| text.as_known()) {
                Some(name) => {
                    let mut text = Text::new();
                    text.push(Segment::Import(name));
                    Value::Text(text)
                }
                None => Value::Unknown(Unknown::Exported),
            }
        })
    }

    fn plain(&self, node: &'t Node, bindings: &Bindings) -> Located<Value> {
        let gap = |unknown| Gap { span: node.span, unknown };
        let value = match &node.kind {
            NodeKind::Unread(unknown) => Value::Unknown(*unknown),
            NodeKind::Scalar(scalar) => plain_scalar(scalar, bindings),
            NodeKind::List(items) => Value::List(List {
                items: items.iter().map(|item| self.value(item, bindings)).collect(),
                open: node.open.map(gap),
            }),
            NodeKind::Map(entries) => {
                let mut map = Map { open: node.open.map(gap), ..Map::default() };
                for entry in entries {
                    self.map_entry(entry, bindings, &mut map);
                }
                Value::Map(map)
            }
        };
        Located::new(value, node.span)
    }

    fn map_entry(&self, entry: &'t Entry, bindings: &Bindings, map: &mut Map) {
        if is_loop(entry) {
            let (rounds, gap) = self.rounds(entry, bindings);
            map.open = map.open.or(gap);
            for bindings in rounds {
                loop_body(entry).iter().for_each(|entry| self.map_entry(entry, &bindings, map));
            }
            return;
        }
        if let Some(gap) = generates_entries(entry) {
            map.open = map.open.or(Some(gap));
            return;
        }
        match key(entry, bindings) {
            Ok(key) => map.insert(key, entry.key.span, self.value(&entry.value, bindings)),
            Err(gap) => map.open = map.open.or(Some(gap)),
        }
    }
}

/// Why an entry of a map stands for entries that are not known: `Fn::Transform`, `Fn::ForEach::x`,
/// a function beside other keys.
pub(crate) fn generates_entries(entry: &Entry) -> Option<Gap> {
    let rest = entry.key.value.strip_prefix("Fn::")?;
    let unknown = match rest {
        "Transform" => Unknown::External,
        _ if rest.starts_with("ForEach::") => Unknown::Unsupported,
        _ => Unknown::Invalid,
    };
    Some(Gap { span: entry.key.span, unknown })
}

/// The key of an entry, with what loops bind in it.
pub(crate) fn key(entry: &Entry, bindings: &Bindings) -> Result<Str, Gap> {
    with_bindings(&entry.key.value, bindings)
        .ok_or(Gap { span: entry.key.span, unknown: Unknown::Unsupported })
}

/// A name, with what loops bind in it.
pub(crate) fn with_bindings(name: &str, bindings: &Bindings) -> Option<Str> {
    if bindings.is_none() || !name.contains(['$', '&']) {
        return Some(name.into());
    }
    let literal = Literal { text: name.into(), origin: Origin::None };
    strings::substitute_bindings(&literal, bindings).as_known()
}

/// Everything but null is text, as CloudFormation converts it: account ids keep their zeros.
fn plain_scalar(scalar: &Scalar, bindings: &Bindings) -> Value {
    if scalar.style == ScalarStyle::Plain
        && matches!(scalar.literal.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    {
        return Value::Null;
    }
    // Not what was meant, whatever it is taken for.
    if quoted(&scalar.literal.text).is_some() {
        return Value::Unknown(Unknown::Invalid);
    }
    let text = strings::substitute_bindings(&scalar.literal, bindings);
    Value::Text(strings::without_dynamic_references(text))
}
