//! Expressions as text: the names of conditions that a scan cannot decide.

use std::fmt::{self, Write as _};

use crate::syntax::{BinaryOperator, Expr, ExprKind, Key, Part, StepKind, UnaryOperator};

/// The characters that a printed expression may take.
const MOST: usize = 400;

/// An expression in one line. Equal texts are equal expressions, up to a bound.
pub(crate) fn print(expr: &Expr) -> String {
    let mut out = Printer { text: String::new() };
    if out.expr(expr).is_err() {
        out.text.push('…');
    }
    out.text
}

struct Printer {
    text: String,
}

impl Printer {
    fn push(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        if self.text.len() > MOST { Err(fmt::Error) } else { Ok(()) }
    }

    fn expr(&mut self, expr: &Expr) -> fmt::Result {
        match &expr.kind {
            ExprKind::Null => self.push("null"),
            ExprKind::Bool(value) => self.push(if *value { "true" } else { "false" }),
            ExprKind::Number(number) => self.push(number),
            ExprKind::Text(literal) => {
                write!(self.text, "{:?}", literal.text)?;
                self.push("")
            }
            ExprKind::Template(parts) => {
                self.push("\"")?;
                self.parts(parts)?;
                self.push("\"")
            }
            ExprKind::List(items) => {
                self.push("[")?;
                self.separated(items)?;
                self.push("]")
            }
            ExprKind::Object(items) => {
                self.push("{")?;
                for (index, item) in items.iter().enumerate() {
                    self.push(if index > 0 { ", " } else { " " })?;
                    match &item.key {
                        Key::Name(name) => self.push(&name.text)?,
                        Key::Expr(key) => self.expr(key)?,
                    }
                    self.push(" = ")?;
                    self.expr(&item.value)?;
                }
                self.push(" }")
            }
            ExprKind::Variable(name) | ExprKind::Resource(name) => self.push(name),
            ExprKind::Traversal(root, steps) => {
                self.expr(root)?;
                for step in steps {
                    match &step.kind {
                        StepKind::Attribute(name) => {
                            self.push(".")?;
                            self.push(name)?;
                        }
                        StepKind::Index(index) => {
                            self.push("[")?;
                            self.expr(index)?;
                            self.push("]")?;
                        }
                        StepKind::AttributeSplat => self.push(".*")?,
                        StepKind::FullSplat => self.push("[*]")?,
                    }
                }
                Ok(())
            }
            ExprKind::Conditional(parts) => {
                let [predicate, then, otherwise] = &**parts;
                self.expr(predicate)?;
                self.push(" ? ")?;
                self.expr(then)?;
                self.push(" : ")?;
                self.expr(otherwise)
            }
            ExprKind::Unary(operator, operand) => {
                self.push(match operator {
                    UnaryOperator::Negate => "-",
                    UnaryOperator::Not => "!",
                })?;
                self.operand(operand)
            }
            ExprKind::Binary(operator, operands) => {
                let [left, right] = &**operands;
                self.operand(left)?;
                self.push(" ")?;
                self.push(operator_text(*operator))?;
                self.push(" ")?;
                self.operand(right)
            }
            ExprKind::Call(call) => {
                self.push(&call.name.text)?;
                self.push("(")?;
                self.separated(&call.arguments)?;
                self.push(if call.expand { "...)" } else { ")" })
            }
            ExprKind::For(each) => {
                self.push(if each.key.is_some() { "{for " } else { "[for " })?;
                if let Some(key) = &each.key_name {
                    self.push(key)?;
                    self.push(", ")?;
                }
                self.push(&each.value_name)?;
                self.push(" in ")?;
                self.expr(&each.collection)?;
                self.push(" : ")?;
                if let Some(key) = &each.key {
                    self.expr(key)?;
                    self.push(" => ")?;
                }
                self.expr(&each.value)?;
                if let Some(condition) = &each.condition {
                    self.push(" if ")?;
                    self.expr(condition)?;
                }
                self.push(if each.key.is_some() { "}" } else { "]" })
            }
            ExprKind::Unknown(_) => self.push("?"),
        }
    }

    /// An operand, in parentheses when it is an operation itself.
    fn operand(&mut self, expr: &Expr) -> fmt::Result {
        if matches!(expr.kind, ExprKind::Binary(..) | ExprKind::Conditional(_)) {
            self.push("(")?;
            self.expr(expr)?;
            return self.push(")");
        }
        self.expr(expr)
    }

    fn separated(&mut self, items: &[Expr]) -> fmt::Result {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.push(", ")?;
            }
            self.expr(item)?;
        }
        Ok(())
    }

    fn parts(&mut self, parts: &[Part]) -> fmt::Result {
        for part in parts {
            match part {
                Part::Literal(literal) => self.push(&literal.text)?,
                Part::Interpolation(expr) => {
                    self.push("${")?;
                    self.expr(expr)?;
                    self.push("}")?;
                }
                Part::If { predicate, then, otherwise } => {
                    self.push("%{if ")?;
                    self.expr(predicate)?;
                    self.push("}")?;
                    self.parts(then)?;
                    self.push("%{else}")?;
                    self.parts(otherwise)?;
                    self.push("%{endif}")?;
                }
                Part::For { value, collection, body, .. } => {
                    self.push("%{for ")?;
                    self.push(value)?;
                    self.push(" in ")?;
                    self.expr(collection)?;
                    self.push("}")?;
                    self.parts(body)?;
                    self.push("%{endfor}")?;
                }
            }
        }
        Ok(())
    }
}

const fn operator_text(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Equal => "==",
        BinaryOperator::NotEqual => "!=",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Modulo => "%",
        BinaryOperator::And => "&&",
        BinaryOperator::Or => "||",
    }
}
