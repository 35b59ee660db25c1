//! What each item of a collection looks like of which the items are not known.

use iacscan_core::{Located, Unknown, Value};

use super::{Evaluator, Names, Scope, V};
use crate::syntax::{Expr, ExprKind, For};

/// How many expressions that make collections of others are followed.
const DEEPEST: usize = 8;

impl Evaluator<'_> {
    /// An item that stands for each of those that are not known, where one expression makes them all.
    pub(super) fn any_item(&self, expr: &Expr, scope: &Scope<'_>) -> Option<V> {
        self.item_of(expr, scope, DEEPEST)
    }

    fn item_of(&self, expr: &Expr, scope: &Scope<'_>, depth: usize) -> Option<V> {
        let depth = depth.checked_sub(1)?;
        let (expr, scope) = self.meant(expr, scope);
        match &expr.kind {
            ExprKind::For(each) if !each.group => {
                self.with_any(each, &scope, depth, &|scope| Some(self.eval(&each.value, scope)))
            }
            ExprKind::Call(call) if !call.expand => {
                let [argument] = call.arguments.as_slice() else { return None };
                match call.name.text.as_str() {
                    "toset" | "tolist" | "tomap" => self.item_of(argument, &scope, depth),
                    "flatten" => {
                        let (argument, scope) = self.meant(argument, &scope);
                        let ExprKind::For(each) = &argument.kind else { return None };
                        self.with_any(each, &scope, depth, &|scope| {
                            self.item_of(&each.value, scope, depth)
                        })
                    }
                    _ => None,
                }
            }
            // Where one of the sides has no items, they are those of the other.
            ExprKind::Conditional(parts) => {
                let [_, then, otherwise] = &**parts;
                match (is_empty(then), is_empty(otherwise)) {
                    (true, false) => self.item_of(otherwise, &scope, depth),
                    (false, true) => self.item_of(then, &scope, depth),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Evaluates something with the names of a `for` expression, for any of its items.
    fn with_any(
        &self,
        each: &For,
        scope: &Scope<'_>,
        depth: usize,
        evaluate: &dyn Fn(&Scope<'_>) -> Option<V>,
    ) -> Option<V> {
        let collection = self.eval(&each.collection, scope);
        let unknown = match super::unknown_of(&collection.value) {
            Unknown::Invalid => Unknown::Computed,
            unknown => unknown,
        };
        let unknown = Located::new(Value::Unknown(unknown), each.collection.span);
        let item = self.item_of(&each.collection, scope, depth);
        let item = item.unwrap_or_else(|| unknown.clone());
        let value = Names::One { name: &each.value_name, value: &item, outer: scope.names };
        match &each.key_name {
            Some(name) => {
                let key = Names::One { name, value: &unknown, outer: Some(&value) };
                evaluate(&scope.with(&key))
            }
            None => evaluate(&scope.with(&value)),
        }
    }
}

/// Whether an expression is a collection without items.
fn is_empty(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::List(items) => items.is_empty(),
        ExprKind::Object(items) => items.is_empty(),
        ExprKind::Call(call) => {
            ["toset", "tolist", "tomap"].contains(&call.name.text.as_str())
                && matches!(call.arguments.as_slice(), [only] if is_empty(only))
        }
        _ => false,
    }
}
