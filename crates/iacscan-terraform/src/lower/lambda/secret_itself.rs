//! Whether an environment variable holds nothing but a secret, so that it is one whatever it is
//! called. What is marked as a whole, as a map is, may hold others beside it.

use std::rc::Rc;

use iacscan_core::Str;

use crate::eval::{Instance, Resource};
use crate::syntax::{Expr, ExprKind, Key, Part, StepKind};
use crate::types::Type;

/// How many references are followed.
const MOST_HOPS: usize = 12;

/// Whether the environment variable of this name is written in place, with a secret in it.
pub(super) fn is_secret_itself(resource: &Rc<Resource>, name: &Str) -> bool {
    let Some(body) = resource.declared().and_then(|declared| declared.content.written()) else {
        return false;
    };
    let variables = body.blocks("environment").find_map(|block| block.body.attribute("variables"));
    let Some(ExprKind::Object(items)) = variables.map(|variables| &variables.value.kind) else {
        return false;
    };
    let is_named = |key: &Key| matches!(key, Key::Name(key) if key.text == *name);
    let own = items.iter().rev().find(|item| is_named(&item.key));
    own.is_some_and(|item| puts_in(&resource.instance, &item.value, MOST_HOPS))
}

/// Whether an expression certainly puts in a secret as it is: a sensitive variable that is a text,
/// or the content of a secret.
fn puts_in(instance: &Rc<Instance>, expr: &Expr, hops: usize) -> bool {
    let Some(hops) = hops.checked_sub(1) else { return false };
    match &expr.kind {
        ExprKind::Traversal(root, steps) => {
            let ExprKind::Variable(root) = &root.kind else { return false };
            // An index may only choose one of several resources.
            let path: Vec<&str> = steps
                .iter()
                .filter_map(|step| match &step.kind {
                    StepKind::Attribute(name) => Some(name.as_str()),
                    _ => None,
                })
                .collect();
            match (root.as_str(), path.as_slice(), steps.len()) {
                ("var", [name], 1) => variable_is_secret(instance, name, hops),
                ("local", [name], 1) => {
                    let local = instance.module.locals.get(*name);
                    local.is_some_and(|local| puts_in(instance, &local.value, hops))
                }
                (
                    "data",
                    ["aws_secretsmanager_secret_version", _, "secret_string" | "secret_binary"],
                    _,
                )
                | (
                    "aws_secretsmanager_secret_version",
                    [_, "secret_string" | "secret_binary"],
                    _,
                )
                | ("aws_iam_access_key", [_, "secret"], _) => true,
                _ => false,
            }
        }
        ExprKind::Template(parts) => parts.iter().any(|part| match part {
            Part::Interpolation(expr) => puts_in(instance, expr, hops),
            Part::Literal(_) | Part::If { .. } | Part::For { .. } => false,
        }),
        ExprKind::Call(call) => {
            matches!(
                call.name.text.as_str(),
                "base64encode"
                    | "nonsensitive"
                    | "sensitive"
                    | "tostring"
                    | "trimspace"
                    | "urlencode"
            ) && call.arguments.iter().any(|argument| puts_in(instance, argument, hops))
        }
        _ => false,
    }
}

fn variable_is_secret(instance: &Rc<Instance>, name: &str, hops: usize) -> bool {
    let Some(variable) = instance.module.variables.get(name) else { return false };
    // What has no type is a text where it is the value of an environment variable.
    if !matches!(variable.kind, Type::String | Type::Any) {
        return false;
    }
    let given = || {
        let call = instance.call.as_ref()?;
        let body = call.caller.module.calls.get(&call.name).map(|call| &call.body)?;
        Some(puts_in(&call.caller, &body.attribute(name)?.value, hops))
    };
    variable.sensitive || given().unwrap_or(false)
}
