//! Predicates that cannot be decided become conditions, and what they choose between alternatives.
//!
//! A predicate that compares an input without a value with a text is a condition on that input, so
//! that `var.stage == "prod"` and `var.stage == "dev"` exclude each other. Any other undecided
//! predicate is a condition of its own, the same for equal expressions of one module instance.

use iacscan_core::{Condition, Located, Span, Str, Text, Unknown, Value, Variable};

use super::{Evaluator, Scope, Slot, V, branches, one_of, operators};
use crate::module;
use crate::print::print;
use crate::syntax::{BinaryOperator, Expr, ExprKind, StepKind};
use crate::types::Type;

/// How many references an input is followed through.
const MOST_HOPS: usize = 16;

/// The alternatives of a predicate.
enum Decision {
    /// Holds exactly when this does.
    When(Condition),
    /// Fails to evaluate.
    Fails(Unknown),
}

impl Evaluator<'_> {
    /// `predicate ? then : otherwise`; only what can be chosen is evaluated.
    pub(super) fn conditional(
        &self,
        predicate: &Expr,
        scope: &Scope<'_>,
        span: Span,
        then: &mut dyn FnMut() -> V,
        otherwise: &mut dyn FnMut() -> V,
    ) -> V {
        match self.decide(predicate, scope) {
            Decision::Fails(unknown) => Located::new(Value::Unknown(unknown), span),
            Decision::When(condition) => {
                if condition.is_always() {
                    return then();
                }
                if condition.is_never() {
                    return otherwise();
                }
                let no = condition.clone().negate();
                one_of(span, [(condition, then()), (no, otherwise())])
            }
        }
    }

    /// When a predicate holds.
    pub(super) fn holds(&self, predicate: &Expr, scope: &Scope<'_>) -> Result<Condition, Unknown> {
        match self.decide(predicate, scope) {
            Decision::When(condition) => Ok(condition),
            Decision::Fails(unknown) => Err(unknown),
        }
    }

    fn decide(&self, predicate: &Expr, scope: &Scope<'_>) -> Decision {
        let value = self.eval(predicate, scope);
        self.condition_of(predicate, &value, scope)
    }

    fn condition_of(&self, predicate: &Expr, value: &V, scope: &Scope<'_>) -> Decision {
        let mut condition = Condition::Never;
        let mut fails = None;
        for (holds, value) in value.branches() {
            match operators::boolean(&value.value) {
                Ok(true) => condition = condition.or(holds),
                Ok(false) => {}
                Err(Unknown::Invalid) => fails = Some(Unknown::Invalid),
                Err(_) => {
                    let own = self.predicate(predicate, scope);
                    condition = condition.or(holds.and(own));
                }
            }
        }
        match fails {
            Some(unknown) if condition.is_never() => Decision::Fails(unknown),
            _ => Decision::When(condition),
        }
    }

    /// The condition that an undecided expression is true.
    pub(super) fn predicate(&self, expr: &Expr, scope: &Scope<'_>) -> Condition {
        let text = print(expr);
        let (meant, meant_scope) = self.meant(expr, scope);
        let mut identity = meant_scope.identity().to_string();
        if scope.names.is_some() {
            let number = self.predicates.get();
            self.predicates.set(number + 1);
            identity.push_str(&number.to_string());
            identity.push(':');
        }
        identity.push_str(&print(meant));
        let variable = Variable::boolean(self.unit.clone(), identity);
        Condition::is_true(variable).named(shown(&text), expr.span)
    }

    /// The expression that a reference passes on unchanged, through locals and inputs.
    pub(super) fn meant<'e>(&self, expr: &'e Expr, scope: &'e Scope<'e>) -> (&'e Expr, Scope<'e>) {
        let (mut expr, mut scope) = (expr, *scope);
        for _ in 0..MOST_HOPS {
            let ExprKind::Traversal(root, steps) = &expr.kind else { break };
            let (ExprKind::Variable(root), [step]) = (&root.kind, steps.as_slice()) else { break };
            let StepKind::Attribute(name) = &step.kind else { break };
            if scope.closed || scope.name(root).is_some() {
                break;
            }
            let instance = scope.instance;
            match root.as_str() {
                "local" => {
                    let Some(local) = instance.module.locals.get(name) else { break };
                    (expr, scope) = (&local.value, Scope::of(instance));
                }
                "var" => {
                    let Some(call) = &instance.call else { break };
                    let caller = &call.caller.module;
                    let Some(body) = caller.calls.get(&call.name).map(|call| &call.body) else {
                        break;
                    };
                    let Some(argument) = body.attribute(name) else { break };
                    (expr, scope) = (&argument.value, call.scope());
                }
                _ => break,
            }
        }
        (expr, scope)
    }

    /// A boolean that is not known, as alternatives under the condition that it is true.
    pub(super) fn decided(&self, expr: &Expr, value: V, scope: &Scope<'_>) -> V {
        branches::each(value, &mut |value| match operators::boolean(&value.value) {
            Err(unknown) if unknown != Unknown::Invalid => {
                either(value.span, self.predicate(expr, scope))
            }
            _ => value,
        })
    }

    /// `&&` and `||`.
    pub(super) fn logic(
        &self,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
        scope: &Scope<'_>,
        span: Span,
    ) -> V {
        let values = [left, right].map(|side| {
            let value = self.eval(side, scope);
            self.decided(side, value, scope)
        });
        branches::combine(span, values.into(), &mut |values| {
            let mut booleans = values.iter().map(|value| operators::boolean(&value.value));
            let result = match (booleans.next(), booleans.next()) {
                (Some(Ok(a)), Some(Ok(b))) if operator == BinaryOperator::And => Ok(a && b),
                (Some(Ok(a)), Some(Ok(b))) => Ok(a || b),
                (Some(Err(unknown)), _) | (_, Some(Err(unknown))) => Err(unknown),
                _ => Err(Unknown::Invalid),
            };
            Located::new(result.map_or_else(Value::Unknown, Value::Bool), span)
        })
    }

    /// A comparison that values alone do not decide.
    pub(super) fn compared(
        &self,
        left: &Expr,
        right: &Expr,
        left_value: &V,
        right_value: &V,
        scope: &Scope<'_>,
        span: Span,
    ) -> V {
        for (side, other) in [(left, right_value), (right, left_value)] {
            let known = match &other.value {
                Value::Text(text) => text.as_known(),
                Value::Number(number) => Some(number.as_str().into()),
                _ => None,
            };
            if let Some(known) = known
                && let Some(name) = self.input_of(side, scope, &|_| true, MOST_HOPS)
            {
                let variable = Variable::open(self.unit.clone(), name);
                let condition = Condition::equals(variable, known);
                let text = format!("{} == {}", print(left), print(right));
                return either(span, condition.named(shown(&text), span));
            }
        }
        Located::new(Value::Unknown(super::unknown_of(&left_value.value).max(Unknown::Input)), span)
    }

    /// The input of the root module that an expression is, in a text: nothing on the way has another
    /// value for it.
    pub(super) fn input_in_text(&self, expr: &Expr, scope: &Scope<'_>) -> Option<Text> {
        let name = self.input_of(expr, scope, &|it| !it.replaces_null(), MOST_HOPS)?;
        Some(self.input(&name))
    }

    /// The input of the root module that an expression passes on unchanged, through inputs of
    /// modules that are `passed`.
    fn input_of(
        &self,
        expr: &Expr,
        scope: &Scope<'_>,
        passed: &dyn Fn(&module::Variable) -> bool,
        hops: usize,
    ) -> Option<Str> {
        let hops = hops.checked_sub(1)?;
        let ExprKind::Traversal(root, steps) = &expr.kind else { return None };
        let (ExprKind::Variable(root), [step]) = (&root.kind, steps.as_slice()) else {
            return None;
        };
        let StepKind::Attribute(name) = &step.kind else { return None };
        if scope.closed || scope.name(root).is_some() {
            return None;
        }
        let instance = scope.instance;
        match root.as_str() {
            "local" => {
                let local = instance.module.locals.get(name)?;
                self.input_of(&local.value, &Scope::of(instance), passed, hops)
            }
            "var" => match &instance.call {
                None => Some(smol_str::format_smolstr!("var.{name}")),
                Some(call) => {
                    if !instance.module.variables.get(name).is_none_or(passed) {
                        return None;
                    }
                    let caller = call.scope();
                    let body = &call.caller.module.calls.get(&call.name)?.body;
                    let input =
                        self.input_of(&body.attribute(name)?.value, &caller, passed, hops)?;
                    let kind = instance.module.variables.get(name).map(|it| &it.kind);
                    kind.is_none_or(|kind| self.keeps(kind, &input)).then_some(input)
                }
            },
            _ => None,
        }
    }

    /// Whether an input of the root module is the same as this type: `0123` is 123 as a number.
    fn keeps(&self, kind: &Type, input: &str) -> bool {
        let root = self.instances.borrow().first().cloned();
        let given = root.as_ref().and_then(|root| {
            let name = input.strip_prefix("var.")?;
            root.module.variables.get(name).map(|it| &it.kind)
        });
        match kind {
            Type::Number => matches!(given, Some(Type::Number)),
            Type::Bool => matches!(given, Some(Type::Bool)),
            _ => true,
        }
    }

    /// The unknown value of a boolean input: true or false.
    pub(super) fn boolean_input(&self, prefix: &str, name: &str, span: Span) -> V {
        let text = smol_str::format_smolstr!("var.{name}");
        let variable = Variable::boolean(self.unit.clone(), format!("{prefix}{text}"));
        either(span, Condition::is_true(variable).named(text, span))
    }

    /// The condition that a repeated block of unknown number has an instance: the same for all that
    /// the same expression repeats.
    pub(super) fn exists(&self, address: &str, expr: &Expr, scope: &Scope<'_>) -> Condition {
        let identity = if scope.names.is_some() {
            format!("{address}[*]")
        } else {
            let (meant, meant_scope) = self.meant(expr, scope);
            format!("{}{} has instances", meant_scope.identity(), print(meant))
        };
        let variable = Variable::boolean(self.unit.clone(), identity);
        Condition::is_true(variable)
            .named(format!("{} is not empty", shown(&repeated(expr))), expr.span)
    }
}

/// True or false, by a condition.
fn either(span: Span, condition: Condition) -> V {
    let no = condition.clone().negate();
    one_of(
        span,
        [
            (condition, Located::new(Value::Bool(true), span)),
            (no, Located::new(Value::Bool(false), span)),
        ],
    )
}

/// What is repeated, as it is written, without the conversion to a set.
fn repeated(expr: &Expr) -> String {
    let text = print(expr);
    let inside = text.strip_prefix("toset(").and_then(|rest| rest.strip_suffix(')'));
    // Not `toset(a) == toset(b)`.
    inside.filter(|inside| !inside.contains(['(', ')'])).map_or(text.clone(), str::to_owned)
}

/// The name of a condition in messages.
fn shown(text: &str) -> Str {
    const MOST: usize = 80;
    if text.chars().count() <= MOST {
        return text.into();
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}

impl Slot {
    /// Whether values of the slot are shown as passed through where they are referred to.
    pub(super) const fn is_passage(self) -> bool {
        matches!(self, Self::Variable | Self::Local | Self::Output)
    }
}
