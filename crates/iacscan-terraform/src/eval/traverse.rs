//! Traversals: from a root name through attributes, indices and splats.

use std::rc::Rc;

use iacscan_core::{
    Address, Gap, List, Literal, Located, Origin, Segment, Span, Str, Text, Unknown, Value,
};

use super::for_expr::is_same;
use super::{Evaluator, Scope, Slot, V, branches, one_of};
use crate::read::ProblemKind;
use crate::syntax::{Step, StepKind};
use crate::undeclared::Kind;

/// Steps of one traversal.
const MOST_STEPS: usize = 64;

impl Evaluator<'_> {
    /// The value of `root.step.step`.
    pub(super) fn traversal(&self, root: &Str, steps: &[Step], scope: &Scope<'_>, span: Span) -> V {
        let unknown = |unknown| Located::new(Value::Unknown(unknown), span);
        if steps.len() > MOST_STEPS {
            return unknown(Unknown::Limit);
        }
        if let Some(value) = scope.name(root) {
            return self.apply(value, steps, scope, span);
        }
        if scope.closed {
            if let Some(gap) = scope.may_name_more() {
                return unknown(gap.unknown);
            }
            self.problem(
                ProblemKind::Reference,
                span,
                format!("the template is given no value for `{root}`"),
            );
            return unknown(Unknown::Invalid);
        }
        let attribute = |index: usize| match steps.get(index).map(|step| &step.kind) {
            Some(StepKind::Attribute(name)) => Some(name),
            _ => None,
        };
        let rest = |count: usize| steps.get(count..).unwrap_or_default();
        let instance = scope.instance;
        match (root.as_str(), attribute(0)) {
            ("var", Some(name)) => match self.variable(instance, name, span) {
                Some(value) => self.passed(&value, rest(1), scope, span, Slot::Variable, name),
                None => self.undeclared(scope, span, Kind::Variable, name),
            },
            ("local", Some(name)) => match self.local(instance, name, span) {
                Some(value) => self.passed(&value, rest(1), scope, span, Slot::Local, name),
                None => self.undeclared(scope, span, Kind::Local, name),
            },
            ("module", Some(name)) => match self.whole_module(instance, name, span) {
                Some(value) => self.apply(&value, rest(1), scope, span),
                None => self.undeclared(scope, span, Kind::Module, name),
            },
            ("each", Some(name)) => match (scope.repeated, name.as_str()) {
                (Some(repeated), "key") => self.apply(&repeated.each_key, rest(1), scope, span),
                (Some(repeated), "value") => {
                    let value = self.apply(&repeated.each_value, rest(1), scope, span);
                    scope.passage(value, span, "each.value")
                }
                _ => unknown(Unknown::Invalid),
            },
            ("count", Some(name)) if name == "index" => match scope.repeated {
                Some(repeated) => self.apply(&repeated.each_key, rest(1), scope, span),
                None => unknown(Unknown::Invalid),
            },
            ("path", Some(name)) => self.path(name, scope, span),
            ("terraform" | "tofu", Some(name)) => {
                if name == "workspace" {
                    Located::new(Value::Text(self.input("terraform.workspace")), span)
                } else {
                    unknown(Unknown::External)
                }
            }
            // The long way to write `type.name`.
            ("resource", Some(kind)) => match attribute(1) {
                Some(name) => self.resource(&format!("{kind}.{name}"), rest(2), scope, span),
                None => unknown(Unknown::Invalid),
            },
            ("data" | "ephemeral", Some(kind)) => match attribute(1) {
                Some(name) => self.resource(&format!("{root}.{kind}.{name}"), rest(2), scope, span),
                None => unknown(Unknown::Invalid),
            },
            // Only provisioners and conditions refer to themselves, which matter to no one here.
            ("self", _) => unknown(Unknown::Computed),
            (kind, Some(name)) => self.resource(&format!("{kind}.{name}"), rest(1), scope, span),
            // A type keyword (`string`), or a name that means nothing.
            (_, None) => unknown(Unknown::Invalid),
        }
    }

    fn resource(&self, local: &str, rest: &[Step], scope: &Scope<'_>, span: Span) -> V {
        match self.whole_resource(scope.instance, local, span) {
            Some(value) => self.apply(&value, rest, scope, span),
            None => self.undeclared(scope, span, Kind::Resource, local),
        }
    }

    /// A reference to what the module does not declare.
    fn undeclared(&self, scope: &Scope<'_>, span: Span, kind: Kind, name: &str) -> V {
        let module = &scope.instance.module;
        if !module.gaps.is_empty() {
            // What could not be read may declare it.
            return Located::new(Value::Unknown(Unknown::Unread), span);
        }
        if !module.is_completed && module.shown_at.is_none() {
            self.undeclared.borrow_mut().add(module, kind, name, span);
        }
        Located::new(Value::Unknown(Unknown::External), span)
    }

    /// A value that comes through an input or a local.
    fn passed(
        &self,
        value: &Rc<V>,
        rest: &[Step],
        scope: &Scope<'_>,
        span: Span,
        slot: Slot,
        name: &str,
    ) -> V {
        let value = self.apply(value, rest, scope, span);
        if !slot.is_passage() || value.span == span {
            return value;
        }
        let word = if slot == Slot::Variable { "var" } else { "local" };
        scope.passage(value, span, smol_str::format_smolstr!("{word}.{name}"))
    }

    fn path(&self, name: &str, scope: &Scope<'_>, span: Span) -> V {
        let directory = |directory: &str| {
            let directory = if directory.is_empty() { "." } else { directory };
            let literal = Literal { text: directory.into(), origin: Origin::None };
            let mut text = Text::new();
            text.push(Segment::Literal(literal));
            Located::new(Value::Text(text), span)
        };
        match name {
            // Display paths, which `file()` and its like resolve as they are.
            "module" => directory(&scope.instance.module.directory),
            "root" | "cwd" => directory(&self.unit),
            _ => Located::new(Value::Unknown(Unknown::Invalid), span),
        }
    }

    /// Applies the steps of a traversal to a value.
    pub(super) fn apply(&self, value: &V, steps: &[Step], scope: &Scope<'_>, span: Span) -> V {
        let Some((step, rest)) = steps.split_first() else { return self.copy(value) };
        if let Value::OneOf(alternatives) = &value.value {
            return one_of(
                span,
                alternatives
                    .iter()
                    .map(|branch| {
                        (branch.condition.clone(), self.apply(&branch.value, steps, scope, span))
                    })
                    .collect::<Vec<_>>(),
            );
        }
        match &step.kind {
            StepKind::Attribute(name) => self.member(value, name, rest, scope, span),
            StepKind::Index(index) => {
                let index = self.eval(index, scope);
                branches::each(index, &mut |index| self.item(value, &index, rest, scope, span))
            }
            StepKind::AttributeSplat => {
                let run = rest
                    .iter()
                    .take_while(|step| matches!(step.kind, StepKind::Attribute(_)))
                    .count();
                let (inside, after) = rest.split_at(run.min(rest.len()));
                let list = self.splat(value, inside, scope, span);
                self.apply(&list, after, scope, span)
            }
            StepKind::FullSplat => self.splat(value, rest, scope, span),
        }
    }

    fn member(&self, value: &V, name: &Str, rest: &[Step], scope: &Scope<'_>, span: Span) -> V {
        let unknown = |unknown| Located::new(Value::Unknown(unknown), span);
        match &value.value {
            Value::Map(map) => match (map.get(name), map.open) {
                (Some(item), _) => self.apply(item, rest, scope, span),
                (None, Some(gap)) => unknown(beyond(gap)),
                (None, None) => unknown(Unknown::Invalid),
            },
            Value::Resource(address) => {
                let item = self.attribute_of(address, name, span);
                self.apply(&item, rest, scope, span)
            }
            Value::Unknown(why) => unknown(*why),
            Value::Text(text) if super::operators::is_wholly_unknown(text) => {
                unknown(super::unknown_of(&value.value))
            }
            // A list with one block can be written without its index in old configurations.
            Value::List(list) => match list.open {
                Some(gap) if list.items.is_empty() => unknown(beyond(gap)),
                _ => unknown(Unknown::Invalid),
            },
            _ => unknown(Unknown::Invalid),
        }
    }

    fn item(&self, value: &V, index: &V, rest: &[Step], scope: &Scope<'_>, span: Span) -> V {
        let unknown = |unknown| Located::new(Value::Unknown(unknown), span);
        if let Value::OneOf(_) = &value.value {
            return branches::each(value.clone(), &mut |value| {
                self.item(&value, index, rest, scope, span)
            });
        }
        match &value.value {
            Value::List(list) => match super::operators::number(&index.value) {
                Err(why) => {
                    // Of a list with one item there is only one to choose.
                    match (list.items.as_slice(), list.open, why) {
                        ([only], None, why) if why != Unknown::Invalid => {
                            self.apply(only, rest, scope, span)
                        }
                        _ => unknown(why),
                    }
                }
                Ok(number) => match (at(&list.items, number), list.open) {
                    (_, Some(gap)) => unknown(beyond(gap)),
                    (Some(item), None) => self.apply(item, rest, scope, span),
                    (None, None) => unknown(Unknown::Invalid),
                },
            },
            Value::Map(map) => match index.value.to_text().and_then(|text| self.known(&text)) {
                Some(key) => match (map.get(&key), map.open) {
                    (Some(item), _) => self.apply(item, rest, scope, span),
                    (None, Some(gap)) => unknown(beyond(gap)),
                    (None, None) => unknown(Unknown::Invalid),
                },
                None => {
                    let mut unnamed = map.unnamed.entries.iter();
                    match unnamed.find(|(key, _)| is_same(key, index)) {
                        Some((_, item)) => self.apply(item, rest, scope, span),
                        None => {
                            let why = super::unknown_of(&index.value);
                            match self.agreed(map, None, why) {
                                Some(text) => {
                                    let text = Located::new(Value::Text(text), span);
                                    self.apply(&text, rest, scope, span)
                                }
                                None => unknown(why),
                            }
                        }
                    }
                }
            },
            Value::Resource(address) => {
                self.item_of_resource(value, address, index, rest, scope, span)
            }
            Value::Unknown(why) => unknown(*why),
            Value::Text(text) if super::operators::is_wholly_unknown(text) => {
                unknown(super::unknown_of(&value.value))
            }
            _ => unknown(Unknown::Invalid),
        }
    }

    fn item_of_resource(
        &self,
        value: &V,
        address: &Address,
        index: &V,
        rest: &[Step],
        scope: &Scope<'_>,
        span: Span,
    ) -> V {
        if self.is_any(address).is_some() {
            return self.apply(value, rest, scope, span);
        }
        // `resource["attribute"]`
        match index.value.to_text().and_then(|text| text.as_known()) {
            Some(name) if !name.bytes().all(|byte| byte.is_ascii_digit()) => {
                let item = self.attribute_of(address, &name, span);
                self.apply(&item, rest, scope, span)
            }
            Some(_) => Located::new(Value::Unknown(Unknown::Invalid), span),
            None => Located::new(Value::Unknown(super::unknown_of(&index.value)), span),
        }
    }

    /// `value[*].rest`: each item of a list; anything else is a list of itself, null of nothing.
    fn splat(&self, value: &V, inside: &[Step], scope: &Scope<'_>, span: Span) -> V {
        if let Value::OneOf(_) = &value.value {
            return branches::each(value.clone(), &mut |value| {
                self.splat(&value, inside, scope, span)
            });
        }
        let list = match &value.value {
            Value::Null => List::default(),
            Value::List(list) => List {
                items: list
                    .items
                    .iter()
                    .map(|item| self.apply(item, inside, scope, span))
                    .collect(),
                open: list.open,
            },
            Value::Unknown(Unknown::Invalid) => {
                return Located::new(Value::Unknown(Unknown::Invalid), span);
            }
            Value::Unknown(why) => {
                List { items: Vec::new(), open: Some(Gap { span, unknown: *why }) }
            }
            Value::Text(text) if super::operators::is_wholly_unknown(text) => {
                let unknown = super::unknown_of(&value.value);
                List { items: Vec::new(), open: Some(Gap { span, unknown }) }
            }
            Value::Resource(address) => List {
                items: vec![self.apply(value, inside, scope, span)],
                open: self.is_any(address),
            },
            _ => List { items: vec![self.apply(value, inside, scope, span)], open: None },
        };
        if list.items.iter().any(|item| matches!(item.value, Value::Unknown(Unknown::Invalid))) {
            return Located::new(Value::Unknown(Unknown::Invalid), span);
        }
        Located::new(Value::List(list), span)
    }
}

/// Why what may lie in a gap is not known; that it could not be read is no failure of evaluation.
const fn beyond(gap: Gap) -> Unknown {
    match gap.unknown {
        Unknown::Invalid => Unknown::Unsupported,
        unknown => unknown,
    }
}

/// The item at a whole, non-negative number.
pub(super) fn at(items: &[V], number: f64) -> Option<&V> {
    if number < 0.0 || number.fract() != 0.0 || number > 1e9 {
        return None;
    }
    // Whole and in range, as was just asked.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    items.get(number as usize)
}
