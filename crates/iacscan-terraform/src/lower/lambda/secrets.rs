//! Whether an environment variable holds what the source itself marks as secret.

use std::rc::Rc;

use iacscan_core::{Str, Truth};

use crate::eval::{Evaluator, Instance, Resource};
use crate::syntax::{Expr, ExprKind, Key, Part, StepKind};

/// How many references are followed.
const MOST_HOPS: usize = 12;

/// Whether the value of this environment variable comes from a sensitive variable, or from a data
/// source or resource that holds a secret.
pub(super) fn secret_input(_: &Evaluator<'_>, resource: &Rc<Resource>, name: &Str) -> Truth {
    let written = resource.declared().and_then(|declared| declared.content.written());
    let Some(body) = written else { return Truth::Unknown };
    let blocks = body.blocks("environment").map(|block| &block.body);
    let variables = blocks.filter_map(|body| body.attribute("variables")).next();
    let Some(variables) = variables else { return Truth::Unknown };
    // The expression of the variable alone, where it is written in place.
    let expr = match &variables.value.kind {
        ExprKind::Object(items) => items
            .iter()
            .rev()
            .find(|item| matches!(&item.key, Key::Name(key) if key.text == *name))
            .map_or(&variables.value, |item| &item.value),
        _ => &variables.value,
    };
    let mut found = Truth::False;
    each_reference(expr, &mut |steps| {
        found = found.or(is_secret(&resource.instance, steps, MOST_HOPS));
    });
    found
}

fn is_secret(instance: &Rc<Instance>, path: &[&str], hops: usize) -> Truth {
    let Some(hops) = hops.checked_sub(1) else { return Truth::Unknown };
    let follow = |expr: &Expr, instance: &Rc<Instance>| {
        let mut found = Truth::False;
        each_reference(expr, &mut |path| found = found.or(is_secret(instance, path, hops)));
        found
    };
    match path {
        ["var", name, ..] => {
            let Some(variable) = instance.module.variables.get(*name) else {
                return Truth::Unknown;
            };
            if variable.sensitive {
                return Truth::True;
            }
            match &instance.call {
                None => Truth::False,
                Some(call) => {
                    let body = call.caller.module.calls.get(&call.name).map(|call| &call.body);
                    body.and_then(|body| body.attribute(name))
                        .map_or(Truth::False, |argument| follow(&argument.value, &call.caller))
                }
            }
        }
        ["local", name, ..] => match instance.module.locals.get(*name) {
            Some(local) => follow(&local.value, instance),
            None => Truth::Unknown,
        },
        ["data", "aws_secretsmanager_secret_version", _, "secret_string" | "secret_binary", ..]
        | ["data", "aws_ssm_parameter", _, "value", ..]
        | ["random_password", _, "result", ..]
        | ["aws_iam_access_key", _, "secret", ..] => Truth::True,
        _ => Truth::False,
    }
}

/// Calls `f` with the names of every traversal in an expression.
fn each_reference(expr: &Expr, f: &mut dyn FnMut(&[&str])) {
    match &expr.kind {
        ExprKind::Variable(name) => f(&[name]),
        ExprKind::Traversal(root, steps) => {
            if let ExprKind::Variable(name) = &root.kind {
                let mut path = vec![name.as_str()];
                for step in steps {
                    match &step.kind {
                        StepKind::Attribute(name) => path.push(name),
                        StepKind::Index(index) => each_reference(index, f),
                        StepKind::AttributeSplat | StepKind::FullSplat => {}
                    }
                }
                f(&path);
            } else {
                each_reference(root, f);
            }
        }
        ExprKind::Template(parts) => each_in_parts(parts, f),
        ExprKind::List(items) => items.iter().for_each(|item| each_reference(item, f)),
        ExprKind::Object(items) => items.iter().for_each(|item| each_reference(&item.value, f)),
        ExprKind::Conditional(parts) => parts.iter().for_each(|part| each_reference(part, f)),
        ExprKind::Unary(_, operand) => each_reference(operand, f),
        ExprKind::Binary(_, operands) => operands.iter().for_each(|side| each_reference(side, f)),
        ExprKind::Call(call) => call.arguments.iter().for_each(|part| each_reference(part, f)),
        ExprKind::For(each) => {
            each_reference(&each.collection, f);
            each_reference(&each.value, f);
        }
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Resource(_)
        | ExprKind::Unknown(_) => {}
    }
}

fn each_in_parts(parts: &[Part], f: &mut dyn FnMut(&[&str])) {
    for part in parts {
        match part {
            Part::Literal(_) => {}
            Part::Interpolation(expr) => each_reference(expr, f),
            Part::If { then, otherwise, .. } => {
                each_in_parts(then, f);
                each_in_parts(otherwise, f);
            }
            Part::For { collection, body, .. } => {
                each_reference(collection, f);
                each_in_parts(body, f);
            }
        }
    }
}
