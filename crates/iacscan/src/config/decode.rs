//! From the located tree of a configuration to values, with every mistake at its place.

use iacscan_core::reader::{Entry, Node, NodeKind, Scalar, ScalarStyle};
use iacscan_core::{List, Located, Map, Number, Span, Str, Value};

use crate::names;

/// Something wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The text that is wrong.
    pub span: Span,
    /// What is wrong with it.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// Collects what is wrong while values are taken out of the tree.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    pub(super) problems: Vec<ConfigProblem>,
}

impl Decoder {
    pub(super) fn problem(
        &mut self,
        span: Span,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        let problem = ConfigProblem { span, message: message.into(), help: help.into() };
        self.problems.push(problem);
    }

    fn expected(&mut self, node: &Node, what: &str, name: &str) {
        self.problem(node.span, format!("`{name}` must be {what}"), None);
    }

    /// The entries of a map; an empty value is an empty map.
    pub(super) fn map<'n>(&mut self, node: &'n Node, name: &str) -> &'n [Entry] {
        match &node.kind {
            NodeKind::Map(entries) => entries,
            NodeKind::Scalar(scalar) if is_null(scalar) => &[],
            _ => {
                self.expected(node, "a map", name);
                &[]
            }
        }
    }

    /// The items of a list; an empty value is an empty list.
    pub(super) fn list<'n>(&mut self, node: &'n Node, name: &str) -> &'n [Node] {
        match &node.kind {
            NodeKind::List(items) => items,
            NodeKind::Scalar(scalar) if is_null(scalar) => &[],
            _ => {
                self.expected(node, "a list", name);
                &[]
            }
        }
    }

    /// A non-empty string; numbers and booleans are taken as they are written.
    pub(super) fn text(&mut self, node: &Node, name: &str) -> Option<Located<Str>> {
        match &node.kind {
            NodeKind::Scalar(scalar) if !is_null(scalar) && !scalar.literal.text.is_empty() => {
                Some(Located::new(scalar.literal.text.clone(), node.span))
            }
            _ => {
                self.expected(node, "a string", name);
                None
            }
        }
    }

    /// A list of non-empty strings, or one of them alone.
    pub(super) fn texts(&mut self, node: &Node, name: &str) -> Vec<Located<Str>> {
        match &node.kind {
            NodeKind::Scalar(scalar) if !is_null(scalar) => {
                self.text(node, name).into_iter().collect()
            }
            _ => self.list(node, name).iter().filter_map(|item| self.text(item, name)).collect(),
        }
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, node: &Node, name: &str) -> Option<bool> {
        match node.as_str() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => {
                self.expected(node, "`true` or `false`", name);
                None
            }
        }
    }

    /// Says that a key is not known here.
    pub(super) fn unknown_key(&mut self, key: &Located<Str>, known: &[&str]) {
        let message = format!("there is no setting `{}` here", key.value);
        self.problem(key.span, message, names::suggestion(&key.value, known));
    }
}

fn is_null(scalar: &Scalar) -> bool {
    scalar.style == ScalarStyle::Plain
        && matches!(scalar.literal.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
}

/// A value of any shape. The reader bounds the depth.
pub(super) fn value(node: &Node) -> Located<Value> {
    let value = match &node.kind {
        NodeKind::Scalar(scalar) => scalar_value(scalar),
        NodeKind::Unread(unknown) => Value::Unknown(*unknown),
        NodeKind::List(items) => {
            Value::List(List { items: items.iter().map(value).collect(), open: None })
        }
        NodeKind::Map(entries) => {
            let mut map = Map::default();
            for entry in entries {
                map.insert(entry.key.value.clone(), entry.key.span, value(&entry.value));
            }
            Value::Map(map)
        }
    };
    Located::new(value, node.span)
}

fn scalar_value(scalar: &Scalar) -> Value {
    let text = &scalar.literal.text;
    match text.as_str() {
        _ if scalar.style != ScalarStyle::Plain => Value::string(text.clone()),
        _ if is_null(scalar) => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        number if is_number(number) => Value::Number(Number::new(text.clone())),
        _ => Value::string(text.clone()),
    }
}

/// Whether a plain scalar is a number that keeps its text as a number: no leading zeros, which
/// account ids have.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let leading_zero = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    digits.starts_with(|first: char| first.is_ascii_digit())
        && !leading_zero
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}
