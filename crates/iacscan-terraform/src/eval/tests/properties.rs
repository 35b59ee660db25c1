//! What must hold whatever is not known.

use iacscan_core::Segment;

use super::*;
use crate::read::Place;
use crate::syntax::{Key, Part, StepKind};

const TABLE: &str = include_str!("expressions.tsv");

/// Calls `f` for every expression below and with `expr`.
fn each_expr(expr: &mut Expr, f: &mut dyn FnMut(&mut Expr)) {
    match &mut expr.kind {
        ExprKind::Template(parts) => each_part(parts, f),
        ExprKind::List(items) => items.iter_mut().for_each(|item| each_expr(item, f)),
        ExprKind::Object(items) => {
            for item in items {
                if let Key::Expr(key) = &mut item.key {
                    each_expr(key, f);
                }
                each_expr(&mut item.value, f);
            }
        }
        ExprKind::Traversal(root, steps) => {
            each_expr(root, f);
            for step in steps {
                if let StepKind::Index(index) = &mut step.kind {
                    each_expr(index, f);
                }
            }
        }
        ExprKind::Conditional(parts) => parts.iter_mut().for_each(|part| each_expr(part, f)),
        ExprKind::Unary(_, operand) => each_expr(operand, f),
        ExprKind::Binary(_, operands) => operands.iter_mut().for_each(|side| each_expr(side, f)),
        ExprKind::Call(call) => call.arguments.iter_mut().for_each(|part| each_expr(part, f)),
        ExprKind::For(each) => {
            each_expr(&mut each.collection, f);
            each_expr(&mut each.value, f);
            each.key.iter_mut().for_each(|key| each_expr(key, f));
            each.condition.iter_mut().for_each(|condition| each_expr(condition, f));
        }
        _ => {}
    }
    f(expr);
}

fn each_part(parts: &mut [Part], f: &mut dyn FnMut(&mut Expr)) {
    for part in parts {
        match part {
            Part::Literal(_) => {}
            Part::Interpolation(expr) => each_expr(expr, f),
            Part::If { predicate, then, otherwise } => {
                each_expr(predicate, f);
                each_part(then, f);
                each_part(otherwise, f);
            }
            Part::For { collection, body, .. } => {
                each_expr(collection, f);
                each_part(body, f);
            }
        }
    }
}

/// Whether a value that is known in part can be the known value.
fn agrees(partial: &Value, known: &Value) -> bool {
    match (partial, known) {
        (Value::Unknown(_), _) => true,
        (Value::OneOf(branches), _) => {
            branches.iter().any(|branch| agrees(&branch.value.value, known))
        }
        (Value::List(a), Value::List(b)) => match a.open {
            None => {
                a.items.len() == b.items.len()
                    && a.items.iter().zip(&b.items).all(|(x, y)| agrees(&x.value, &y.value))
            }
            Some(_) => a
                .items
                .iter()
                .all(|item| b.items.iter().any(|other| agrees(&item.value, &other.value))),
        },
        (Value::Map(a), Value::Map(b)) => {
            (a.open.is_some() || a.entries.len() == b.entries.len())
                && a.iter().all(|(key, entry)| {
                    b.get(key).is_some_and(|other| agrees(&entry.value.value, &other.value))
                })
        }
        (Value::Json(a), Value::Json(b)) => agrees(&a.value, &b.value),
        (Value::Text(a), _) => {
            let known = match known {
                Value::Json(inner) => json::to_text(inner),
                Value::Null | Value::List(_) | Value::Map(_) if operators::is_wholly_unknown(a) => {
                    return true;
                }
                other => other.to_text(),
            };
            let Some(known) = known.and_then(|text| text.as_known()) else { return false };
            let mut pattern = String::from("(?s)^");
            for segment in a.segments() {
                match segment {
                    Segment::Literal(literal) => pattern.push_str(&regex::escape(&literal.text)),
                    _ => pattern.push_str(".*"),
                }
            }
            pattern.push('$');
            regex::Regex::new(&pattern).unwrap().is_match(&known)
        }
        (a, b) => a == b,
    }
}

#[test]
fn replacing_a_known_part_by_unknown_never_gives_another_known_value() {
    let root = Root::new(&[
        ("main.tf", "locals {\n  t = \"Hello $${name}\"\n}\n"),
        ("hello.txt", "Hello\n"),
        ("greet.tpl", "Hello, ${name}!\n%{ for x in list ~}\n- ${x}\n%{ endfor ~}\n"),
    ]);
    let mut tried = 0;
    let mut wrong = Vec::new();
    for line in TABLE.lines() {
        let (expression, _) = line.split_once('\t').unwrap();
        root.with(expression, |evaluator, known| {
            let known = settle(known);
            let source = evaluator.files.sources().by_path(&format!("expression: {expression}"));
            let expr = read_expression(expression, Place::Source(source.unwrap(), 0));
            let mut count = 0;
            each_expr(&mut expr.clone(), &mut |_| count += 1);
            let instance = evaluator.root().unwrap();
            for replaced in 0..count {
                let mut expr = expr.clone();
                let mut index = 0;
                each_expr(&mut expr, &mut |part| {
                    if index == replaced {
                        part.kind = ExprKind::Unknown(Unknown::Input);
                    }
                    index += 1;
                });
                tried += 1;
                let partial = settle(evaluator.eval(&expr, &Scope::of(&instance)));
                if !agrees(&partial.value, &known.value) {
                    wrong.push(format!(
                        "{}\n    is  {}\n    not {}",
                        crate::print::print(&expr),
                        show(&partial.value),
                        show(&known.value)
                    ));
                }
            }
        });
    }
    assert!(tried > 1_000);
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}
