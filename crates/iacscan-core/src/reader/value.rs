//! From the tree to values.

use super::json::is_number;
use super::{Node, NodeKind, Scalar, ScalarStyle};
use crate::{Gap, List, Literal, Located, Map, Number, Segment, Span, Text, Unknown, Value};

/// What plain scalars mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// Numbers, booleans and null are what JSON says they are; everything else is text.
    Json,
    /// Everything but null is text, as CloudFormation converts it: account ids keep their zeros.
    CloudFormation,
}

/// The tree as a value. Duplicate keys: the last one wins. Tags are not interpreted; what has one
/// is [`Unknown::Unsupported`].
#[must_use]
pub fn to_value(node: &Node, typing: Typing) -> Located<Value> {
    convert(node, typing, &Written)
}

/// How the parts of a tree relate to the source.
pub(super) trait Lift {
    /// The source of a span of the tree.
    fn span(&self, span: Span) -> Span;
    /// The text of a scalar.
    fn text(&self, literal: &Literal) -> Text;
    /// What is not known in a span of the tree.
    fn hole(&self, span: Span) -> Option<Unknown>;
    /// Whether all of a span is not known.
    fn is_hole(&self, span: Span) -> bool;
}

/// The tree was read from the source.
struct Written;

impl Lift for Written {
    fn span(&self, span: Span) -> Span {
        span
    }

    fn text(&self, literal: &Literal) -> Text {
        let mut text = Text::new();
        text.push(Segment::Literal(literal.clone()));
        text
    }

    fn hole(&self, _: Span) -> Option<Unknown> {
        None
    }

    fn is_hole(&self, _: Span) -> bool {
        false
    }
}

/// Recursive, because trees are never deeper than [`super::Limits::depth`].
pub(super) fn convert(node: &Node, typing: Typing, lift: &impl Lift) -> Located<Value> {
    let span = lift.span(node.span);
    let gap = |unknown| Gap { span, unknown };
    let value = match &node.kind {
        _ if node.tag.is_some() => Value::Unknown(Unknown::Unsupported),
        NodeKind::Unread(unknown) => Value::Unknown(*unknown),
        NodeKind::Scalar(scalar) => self::scalar(node, scalar, typing, lift),
        NodeKind::List(items) => {
            let mut list = List { open: node.open.map(gap), ..List::default() };
            for item in items {
                // Unknown text between brackets may be several items or none.
                if lift.is_hole(item.span) {
                    let unknown = lift.hole(item.span).unwrap_or(Unknown::Unsupported);
                    list.open = list.open.or(Some(Gap { span: lift.span(item.span), unknown }));
                } else {
                    list.items.push(convert(item, typing, lift));
                }
            }
            Value::List(list)
        }
        NodeKind::Map(entries) => {
            let mut map = Map { open: node.open.map(gap), ..Map::default() };
            for entry in entries {
                let key = lift.span(entry.key.span);
                match lift.hole(entry.key.span) {
                    Some(unknown) => map.open = map.open.or(Some(Gap { span: key, unknown })),
                    None => {
                        let value = convert(&entry.value, typing, lift);
                        map.insert(entry.key.value.clone(), key, value);
                    }
                }
            }
            Value::Map(map)
        }
    };
    Located::new(value, span)
}

fn scalar(node: &Node, scalar: &Scalar, typing: Typing, lift: &impl Lift) -> Value {
    let written = scalar.literal.text.as_str();
    if scalar.style != ScalarStyle::Plain {
        return Value::Text(lift.text(&scalar.literal));
    }
    if lift.is_hole(node.span) {
        return Value::Unknown(lift.hole(node.span).unwrap_or(Unknown::Unsupported));
    }
    if lift.hole(node.span).is_some() {
        return Value::Text(lift.text(&scalar.literal));
    }
    match (written, typing) {
        ("" | "~" | "null" | "Null" | "NULL", _) => Value::Null,
        ("true" | "True" | "TRUE", Typing::Json) => Value::Bool(true),
        ("false" | "False" | "FALSE", Typing::Json) => Value::Bool(false),
        (number, Typing::Json) if is_number(number) => Value::Number(Number::new(number)),
        _ => Value::Text(lift.text(&scalar.literal)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, json, tests::source, yaml};
    use super::*;

    #[test]
    fn plain_scalars_mean_what_they_are_asked_to_mean() {
        let text = "{\"a\": 1.50, \"b\": true, \"c\": null, \"d\": \"1\", \"e\": [\"x\"]}";
        let documents = json::read(source(), text, &Limits::default());
        let value = to_value(&documents.documents[0], Typing::Json).value;
        let get = |key| value.as_map().unwrap().get(key).unwrap();
        assert_eq!(get("a").value, Value::Number(Number::new("1.50")));
        assert_eq!(get("b").value, Value::Bool(true));
        assert_eq!(get("c").value, Value::Null);
        assert_eq!(get("d").value, Value::string("1"));
        assert_eq!(text.get(get("d").span.range()), Some("\"1\""));
        assert_eq!(get("e").value.as_list().unwrap().items[0].value, Value::string("x"));

        let text = "a: 012345678901\nb: yes\nc:\nd: !Ref x\n";
        let documents = yaml::read(source(), text, &Limits::default());
        let value = to_value(&documents.documents[0], Typing::CloudFormation).value;
        let get = |key| &value.as_map().unwrap().get(key).unwrap().value;
        assert_eq!(get("a"), &Value::string("012345678901"));
        assert_eq!(get("b"), &Value::string("yes"));
        assert_eq!(get("c"), &Value::Null);
        assert_eq!(get("d"), &Value::Unknown(Unknown::Unsupported));
    }

    #[test]
    fn what_was_not_read_is_not_known() {
        let text = "{\"a\": 1, \"b\": [\"x\", @";
        let documents = json::read(source(), text, &Limits::default());
        let value = to_value(&documents.documents[0], Typing::Json).value;
        let map = value.as_map().unwrap();
        assert_eq!(map.open.map(|gap| gap.unknown), Some(Unknown::Unread));
        let list = map.get("b").unwrap().value.as_list().unwrap();
        assert_eq!(list.open.map(|gap| gap.unknown), Some(Unknown::Unread));
        assert_eq!(list.items.len(), 1);
    }
}
