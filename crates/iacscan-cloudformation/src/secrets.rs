//! Which expressions carry secrets.

use iacscan_core::reader::{Node, NodeKind};
use iacscan_core::{Located, Span, Str};
use iacscan_graph::nodes::SecretSource;

use crate::call::{Call, Function, whole};
use crate::eval::{Evaluator, Part, parts};
use crate::template::Template;

/// Dynamic references whose value is a secret.
const SECRET_REFERENCES: [(&str, SecretSource); 2] = [
    ("{{resolve:secretsmanager:", SecretSource::Secret),
    ("{{resolve:ssm-secure:", SecretSource::Parameter),
];

/// Whether an expression puts in a parameter marked `NoEcho`, and which, or the content of a secret.
pub(crate) fn secret_source(
    eval: &Evaluator<'_>,
    node: &Node,
) -> Option<(SecretSource, Option<Located<Str>>)> {
    let no_echo = |name: &str| {
        let parameter = eval.template().parameters.get(name);
        let hidden = parameter.filter(|parameter| is_hidden(&parameter.entry.value));
        hidden.map(|parameter| parameter.entry.key.clone())
    };
    let parameter = named(node, &no_echo);
    // A parameter may say which secret.
    match SECRET_REFERENCES.iter().find(|(mark, _)| holds(node, &[*mark])) {
        Some((_, source)) => Some((*source, parameter)),
        None => parameter.map(|parameter| (SecretSource::Input, Some(parameter))),
    }
}

/// Whether a parameter is marked `NoEcho`.
fn is_hidden(parameter: &Node) -> bool {
    let marked = parameter.get("NoEcho").and_then(Node::as_str);
    marked.is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// Whether the default of a parameter marked `NoEcho` stands at a place.
pub(crate) fn is_secret_default(template: &Template<'_>, span: Span) -> bool {
    let hidden = template.parameters.values().map(|item| &item.entry.value);
    let mut defaults = hidden.filter(|it| is_hidden(it)).filter_map(|it| it.get("Default"));
    defaults.any(|default| default.span == span)
}

/// Whether an expression puts in a parameter of the Parameter Store that is kept in plain text: what
/// a dynamic reference reads, and a parameter of the template that stands for one.
pub(crate) fn is_plain_parameter(template: &Template<'_>, node: &Node) -> bool {
    let is_looked_up = |name: &str| {
        let parameter = template.parameters.get(name).map(|parameter| &parameter.entry.value);
        let kind = parameter.and_then(|it| it.get("Type")).and_then(Node::as_str);
        kind.filter(|kind| kind.starts_with("AWS::SSM::Parameter::Value<"))
    };
    named(node, &is_looked_up).is_some() || holds(node, &["{{resolve:ssm:"])
}

/// The alternative of an `Fn::If` that a value at this place comes from.
pub(crate) fn chosen(node: &Node, value: Span) -> &Node {
    let call = Call::of(node).filter(|call| call.function == Function::If);
    let alternatives = call.and_then(|call| call.items()?.get(1..)).unwrap_or_default();
    let alternative = alternatives.iter().find(|node| whole(node).contains(value));
    alternative.map_or(node, |node| chosen(node, value))
}

/// What is found by the first name that an expression puts in and that finds something. Trees are no
/// deeper than the reader's limit.
fn named<T>(node: &Node, find: &dyn Fn(&str) -> Option<T>) -> Option<T> {
    let call = Call::of(node);
    let found = call.and_then(|call| match call.function {
        Function::Ref => call.scalar().and_then(find),
        Function::Sub => {
            let template = match call.items() {
                Some(items) => items.first().and_then(Node::as_str),
                None => call.scalar(),
            };
            parts(template.unwrap_or_default()).iter().find_map(|part| match part {
                Part::Variable(name, ..) => find(name),
                _ => None,
            })
        }
        _ => None,
    });
    found.or_else(|| match &node.kind {
        NodeKind::List(items) => items.iter().find_map(|item| named(item, find)),
        NodeKind::Map(entries) => entries.iter().find_map(|entry| named(&entry.value, find)),
        NodeKind::Scalar(_) | NodeKind::Unread(_) => None,
    })
}

/// Whether a text of an expression holds one of some marks.
fn holds(node: &Node, marks: &[&str]) -> bool {
    match &node.kind {
        NodeKind::Scalar(scalar) => marks.iter().any(|mark| scalar.literal.text.contains(mark)),
        NodeKind::List(items) => items.iter().any(|item| holds(item, marks)),
        NodeKind::Map(entries) => entries.iter().any(|entry| holds(&entry.value, marks)),
        NodeKind::Unread(_) => false,
    }
}
