//! Evaluation with unknowns: demand-driven over typed addresses, with a memo, a visiting stack and
//! budgets.
//!
//! Every expression has a value; what cannot be known is unknown, and only that. Within the
//! evaluator [`Unknown::Invalid`] means that evaluation fails, which `try` and `can` react to; at
//! the border to lowering, alternatives that fail are dropped ([`settle`]).

mod access_key;
mod address;
mod agreed;
mod any_item;
mod body;
mod branches;
mod data;
mod dependencies;
mod for_expr;
mod functions;
mod instance;
mod json;
mod operators;
mod passed;
mod pieces;
mod predicate;
mod refused;
mod repetition;
mod scope;
mod template;
#[cfg(test)]
mod tests;
mod traverse;

pub(crate) use address::{attribute_name, name_argument};
pub(crate) use body::{Resource, dynamic_iterator};
pub(crate) use branches::{one_of, settle};
pub(crate) use functions::to_set;
pub(crate) use instance::{Instance, Missing, MissingModule, ModuleSource};
pub(crate) use json::parse_json;
pub(crate) use repetition::InstanceKey;
pub(crate) use scope::{Names, Scope};

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use iacscan_core::{Address, Files, Gap, List, Located, Map, Span, Str, Truth, Unknown, Value};
use iacscan_graph::Found;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::read::{Problem, ProblemKind};
use crate::syntax::{BinaryOperator, Body, Expr, ExprKind, Key as ItemKey, UnaryOperator};
use crate::undeclared::Undeclared;

/// A value with its place.
pub(crate) type V = Located<Value>;

/// Expressions inside expressions, references followed.
const MOST_DEPTH: u32 = 160;
/// Evaluation steps and copied values of one root module.
const FUEL: u64 = 6_000_000;
/// Items of one collection.
pub(crate) const MOST_ITEMS: usize = 100_000;
/// Bytes of one text.
pub(crate) const MOST_TEXT: usize = 4 << 20;

/// What the memo knows values by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    instance: usize,
    slot: Slot,
    name: Str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Slot {
    Variable,
    Local,
    Output,
    /// A whole resource or module, all instances.
    Whole,
    /// One argument or nested block type of a resource instance.
    Argument,
    /// What a data source yields.
    Data,
}

/// Evaluates one root module with all its child modules.
pub(crate) struct Evaluator<'a> {
    pub(crate) files: &'a dyn Files,
    modules: &'a dyn ModuleSource,
    /// Display path of the root module.
    pub(crate) unit: Str,
    inputs: FxHashMap<Str, V>,
    instances: RefCell<Vec<Rc<Instance>>>,
    children: RefCell<FxHashMap<(usize, Str), Rc<instance::Children>>>,
    expansions: RefCell<FxHashMap<(usize, Str), Rc<repetition::Expansion>>>,
    nodes: RefCell<FxHashMap<Str, address::Node>>,
    memo: RefCell<FxHashMap<Key, Rc<V>>>,
    /// Bodies that a plan said, by address.
    planned: RefCell<FxHashMap<Str, Rc<Body>>>,
    visiting: RefCell<Vec<Key>>,
    depth: Cell<u32>,
    fuel: Cell<u64>,
    /// Whether what is evaluated may fail without harm.
    trying: Cell<bool>,
    /// Numbers the predicates that depend on names of `for` expressions.
    predicates: Cell<u32>,
    problems: RefCell<Vec<Problem>>,
    reported: RefCell<FxHashSet<(Span, Str)>>,
    undeclared: RefCell<Undeclared>,
    /// What data sources find.
    found: RefCell<BTreeMap<Address, Found>>,
    missing_modules: RefCell<Vec<MissingModule>>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator of the root module; `inputs` are the values given for its variables.
    pub(crate) fn new(
        files: &'a dyn Files,
        modules: &'a dyn ModuleSource,
        unit: Str,
        root: std::sync::Arc<crate::module::Module>,
        inputs: FxHashMap<Str, V>,
    ) -> Self {
        Self {
            files,
            modules,
            unit,
            inputs,
            instances: RefCell::new(vec![Rc::new(Instance::root(root))]),
            children: RefCell::default(),
            expansions: RefCell::default(),
            nodes: RefCell::default(),
            memo: RefCell::default(),
            planned: RefCell::default(),
            visiting: RefCell::default(),
            depth: Cell::new(0),
            fuel: Cell::new(FUEL),
            trying: Cell::new(false),
            predicates: Cell::new(0),
            problems: RefCell::default(),
            reported: RefCell::default(),
            undeclared: RefCell::default(),
            found: RefCell::default(),
            missing_modules: RefCell::default(),
        }
    }

    /// What went wrong so far.
    pub(crate) fn take_problems(&self) -> Vec<Problem> {
        self.problems.take()
    }

    /// The names that no file declares.
    pub(crate) fn take_undeclared(&self) -> Undeclared {
        self.undeclared.take()
    }

    /// The modules that are not there.
    pub(crate) fn take_missing_modules(&self) -> Vec<MissingModule> {
        self.missing_modules.take()
    }

    /// Forgets values, and lets the next ones take as much as these did.
    pub(crate) fn forget(&self) {
        self.memo.borrow_mut().clear();
        self.planned.borrow_mut().clear();
        self.expansions.borrow_mut().clear();
        self.fuel.set(FUEL);
    }

    fn problem(&self, kind: ProblemKind, span: Span, message: String) {
        // What is not there is said once, however often it is called.
        let place = if kind == ProblemKind::Outside { Span::NONE } else { span };
        if self.reported.borrow_mut().insert((place, message.as_str().into())) {
            self.problems.borrow_mut().push(Problem { kind, span, message });
        }
    }

    /// Says that a policy is not written in JSON.
    pub(crate) fn no_json(&self, problem: &iacscan_core::reader::Problem) {
        let message = format!("this policy is no JSON: {}", problem.message);
        self.problem(ProblemKind::Json, problem.span, message);
    }

    /// Uses up fuel; false when there is none left.
    fn spend(&self, amount: usize) -> bool {
        let left = self.fuel.get();
        let amount = amount as u64;
        self.fuel.set(left.saturating_sub(amount));
        left > amount
    }

    /// A copy of a value, paid for.
    fn copy(&self, value: &V) -> V {
        if self.spend(size(value)) {
            value.clone()
        } else {
            value.with(Value::Unknown(Unknown::Limit))
        }
    }

    /// The value under a key, computed at the first use.
    fn memo(&self, key: Key, span: Span, compute: impl FnOnce() -> V) -> Rc<V> {
        if let Some(value) = self.memo.borrow().get(&key) {
            return value.clone();
        }
        if self.visiting.borrow().contains(&key) {
            self.problem(
                ProblemKind::Reference,
                span,
                format!("`{}` is defined by itself", key.described()),
            );
            return Rc::new(Located::new(Value::Unknown(Unknown::Cycle), span));
        }
        if self.depth.get() > MOST_DEPTH {
            self.problem(
                ProblemKind::Limit,
                span,
                "the chain of references is too long to follow".to_owned(),
            );
            return Rc::new(Located::new(Value::Unknown(Unknown::Limit), span));
        }
        self.visiting.borrow_mut().push(key.clone());
        // What fails elsewhere fails, whoever refers to it.
        let trying = self.trying.replace(false);
        let value = Rc::new(compute());
        self.trying.set(trying);
        self.visiting.borrow_mut().pop();
        self.memo.borrow_mut().insert(key, value.clone());
        value
    }

    /// The value of an expression that may fail without harm.
    fn eval_trying(&self, expr: &Expr, scope: &Scope<'_>) -> V {
        let trying = self.trying.replace(true);
        let value = self.eval(expr, scope);
        self.trying.set(trying);
        value
    }

    /// The value of an expression.
    pub(crate) fn eval(&self, expr: &Expr, scope: &Scope<'_>) -> V {
        let depth = self.depth.get();
        if depth > MOST_DEPTH || !self.spend(1) {
            let message = "evaluating this takes more than a scan may spend".to_owned();
            self.problem(ProblemKind::Limit, expr.span, message);
            return Located::new(Value::Unknown(Unknown::Limit), expr.span);
        }
        self.depth.set(depth + 1);
        let value = self.eval_kind(expr, scope);
        self.depth.set(depth);
        value
    }

    fn eval_kind(&self, expr: &Expr, scope: &Scope<'_>) -> V {
        let span = expr.span;
        let here = |value: Value| Located::new(value, span);
        match &expr.kind {
            ExprKind::Null => here(Value::Null),
            ExprKind::Bool(value) => here(Value::Bool(*value)),
            ExprKind::Number(number) => here(Value::Number(canonical_number(number))),
            ExprKind::Text(literal) => {
                let mut text = iacscan_core::Text::new();
                text.push(iacscan_core::Segment::Literal(literal.clone()));
                here(Value::Text(text))
            }
            ExprKind::Template(parts) => self.template(parts, scope, span),
            ExprKind::List(items) => {
                let read = items.iter().filter(|item| item.lost().is_none());
                here(Value::List(List {
                    items: read.map(|item| self.eval(item, scope)).collect(),
                    open: items.iter().find_map(Expr::lost),
                }))
            }
            ExprKind::Object(items) => self.object(items, scope, span),
            ExprKind::Variable(name) => self.traversal(name, &[], scope, span),
            ExprKind::Resource(address) => {
                match self.whole_resource(scope.instance, address, span) {
                    Some(value) => self.copy(&value),
                    None => here(Value::Unknown(Unknown::External)),
                }
            }
            ExprKind::Traversal(root, steps) => match &root.kind {
                ExprKind::Variable(name) => self.traversal(name, steps, scope, span),
                _ => {
                    let value = self.eval(root, scope);
                    self.apply(&value, steps, scope, span)
                }
            },
            ExprKind::Conditional(parts) => {
                let [predicate, then, otherwise] = &**parts;
                self.conditional(
                    predicate,
                    scope,
                    span,
                    &mut || self.eval(then, scope),
                    &mut || self.eval(otherwise, scope),
                )
            }
            ExprKind::Unary(UnaryOperator::Not, operand) => {
                let value = self.eval(operand, scope);
                let value = self.decided(operand, value, scope);
                branches::each(value, &mut |value| {
                    here(match operators::boolean(&value.value) {
                        Ok(value) => Value::Bool(!value),
                        Err(unknown) => Value::Unknown(unknown),
                    })
                })
            }
            ExprKind::Unary(UnaryOperator::Negate, operand) => {
                branches::each(self.eval(operand, scope), &mut |value| {
                    let result = operators::number(&value.value);
                    here(
                        result
                            .and_then(|n| operators::number_value(-n))
                            .unwrap_or_else(Value::Unknown),
                    )
                })
            }
            ExprKind::Binary(operator, operands) => {
                let [left, right] = &**operands;
                self.binary(*operator, left, right, scope, span)
            }
            ExprKind::Call(call) => self.call(call, scope, span),
            ExprKind::For(each) => self.for_expr(each, scope, span),
            ExprKind::Unknown(unknown) => here(Value::Unknown(*unknown)),
        }
    }

    fn object(&self, items: &[crate::syntax::Item], scope: &Scope<'_>, span: Span) -> V {
        let mut map = Map::default();
        for item in items {
            let (key, key_span) = match &item.key {
                ItemKey::Name(name) => (Some(name.text.clone()), name.span),
                ItemKey::Expr(expr) => {
                    let key = self.eval(expr, scope);
                    let text = key.value.to_text().and_then(|text| self.known(&text));
                    if text.is_none() {
                        let unknown = unknown_of(&key.value);
                        map.open.get_or_insert(Gap { span: expr.span, unknown });
                        // Beside others its key may be one of theirs.
                        if items.len() == 1 {
                            if for_expr::is_symbolic(&key) {
                                let value = self.eval(&item.value, scope);
                                map.unnamed.entries.push((key, value));
                                continue;
                            }
                            map.unnamed.has_another = true;
                        }
                    }
                    (text, expr.span)
                }
            };
            let value = self.eval(&item.value, scope);
            if let Some(key) = key {
                map.insert(key, key_span, value);
            }
        }
        Located::new(Value::Map(map), span)
    }

    fn binary(
        &self,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
        scope: &Scope<'_>,
        span: Span,
    ) -> V {
        match operator {
            BinaryOperator::And | BinaryOperator::Or => {
                self.logic(operator, left, right, scope, span)
            }
            BinaryOperator::Equal | BinaryOperator::NotEqual => {
                let values = vec![self.eval(left, scope), self.eval(right, scope)];
                let result = branches::combine(span, values, &mut |values| {
                    let [a, b] = values.as_slice() else {
                        return Located::new(Value::Unknown(Unknown::Invalid), span);
                    };
                    if let Some(failed) = failure(&[a, b]) {
                        return Located::new(Value::Unknown(failed), span);
                    }
                    match operators::equal(&self.resolved(a), &self.resolved(b)) {
                        Truth::True => Located::new(Value::Bool(true), span),
                        Truth::False => Located::new(Value::Bool(false), span),
                        Truth::Unknown => self.compared(left, right, a, b, scope, span),
                    }
                });
                if operator == BinaryOperator::Equal {
                    return result;
                }
                branches::each(result, &mut |value| match value.value {
                    Value::Bool(equal) => value.with(Value::Bool(!equal)),
                    _ => value,
                })
            }
            _ => {
                let values = vec![self.eval(left, scope), self.eval(right, scope)];
                branches::combine(span, values, &mut |values| {
                    let result = match values.as_slice() {
                        [a, b] => operators::arithmetic(operator, a, b),
                        _ => Err(Unknown::Invalid),
                    };
                    Located::new(result.unwrap_or_else(Value::Unknown), span)
                })
            }
        }
    }
}

impl Key {
    fn described(&self) -> Str {
        match self.slot {
            Slot::Variable => smol_str::format_smolstr!("var.{}", self.name),
            Slot::Local => smol_str::format_smolstr!("local.{}", self.name),
            Slot::Output => smol_str::format_smolstr!("output {}", self.name),
            Slot::Whole | Slot::Argument | Slot::Data => self.name.clone(),
        }
    }
}

/// The failure among values that makes an operation over them fail.
fn failure(values: &[&V]) -> Option<Unknown> {
    values
        .iter()
        .any(|value| matches!(value.value, Value::Unknown(Unknown::Invalid)))
        .then_some(Unknown::Invalid)
}

/// Why a value is not a known scalar.
pub(crate) fn unknown_of(value: &Value) -> Unknown {
    match value {
        Value::Unknown(unknown) => *unknown,
        Value::Text(text) => text.first_unknown().unwrap_or(Unknown::Computed),
        Value::OneOf(_) => Unknown::Input,
        _ => Unknown::Invalid,
    }
}

/// How many nodes a value has, strings counted by their length.
fn size(value: &V) -> usize {
    1 + match &value.value {
        Value::Text(text) => text
            .segments()
            .iter()
            .map(|segment| match segment {
                iacscan_core::Segment::Literal(literal) => literal.text.len() / 64,
                _ => 1,
            })
            .sum(),
        Value::List(list) => list.items.iter().map(size).sum(),
        Value::Map(map) => {
            let unnamed = map.unnamed.entries.iter().map(|(_, value)| value);
            map.iter().map(|(_, entry)| &entry.value).chain(unnamed).map(size).sum()
        }
        Value::OneOf(branches) => branches.iter().map(|branch| size(&branch.value)).sum(),
        Value::Json(inner) => size(inner),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Resource(_)
        | Value::Unknown(_) => 0,
    }
}

/// Numbers in the form they are compared and printed in: `1.0` is `1`, `1e3` is `1000`.
fn canonical_number(text: &Str) -> iacscan_core::Number {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let value: Option<f64> = text.parse().ok();
    match value {
        Some(value) if !plain && value.abs() < 9e15 => iacscan_core::Number::from(value),
        _ => iacscan_core::Number::new(text.clone()),
    }
}
