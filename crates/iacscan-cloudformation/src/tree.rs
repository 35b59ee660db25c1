//! Builds and compares parts of template trees.
//!
//! What a transform generates has no text of its own: its nodes stand at the place that causes it.

use iacscan_core::reader::{Entry, Limits, Node, NodeKind, Scalar, ScalarStyle, json};
use iacscan_core::{Literal, Located, Origin, SourceId, Span, Str};

use iacscan_graph::nodes::Listing;

use crate::call::{Call, Function};

/// A string.
pub(crate) fn text(text: impl Into<Str>, span: Span) -> Node {
    let literal = Literal { text: text.into(), origin: Origin::None };
    Node::new(NodeKind::Scalar(Scalar { literal, style: ScalarStyle::Quoted }), span)
}

/// A list.
pub(crate) const fn list(items: Vec<Node>, span: Span) -> Node {
    Node::new(NodeKind::List(items), span)
}

/// A map.
pub(crate) const fn map(entries: Vec<Entry>, span: Span) -> Node {
    Node::new(NodeKind::Map(entries), span)
}

/// An entry whose key stands where its value does.
pub(crate) fn entry(key: impl Into<Str>, value: Node) -> Entry {
    let span = value.span;
    entry_at(key, span, value)
}

/// An entry whose key stands at `span`.
pub(crate) fn entry_at(key: impl Into<Str>, span: Span, value: Node) -> Entry {
    Entry { key: Located::new(key.into(), span), value }
}

/// A call of an intrinsic function in its long form.
pub(crate) fn call(function: Function, argument: Node, span: Span) -> Node {
    map(vec![entry_at(function.as_str(), span, argument)], span)
}

/// `Fn::Sub` with names in the text alone.
pub(crate) fn sub(template: impl Into<Str>, span: Span) -> Node {
    call(Function::Sub, text(template, span), span)
}

/// `Fn::Sub` with names of its own.
pub(crate) fn sub_with(template: impl Into<Str>, names: Vec<Entry>, span: Span) -> Node {
    call(Function::Sub, list(vec![text(template, span), map(names, span)], span), span)
}

/// `Ref`.
pub(crate) fn reference(name: &str, span: Span) -> Node {
    call(Function::Ref, text(name, span), span)
}

/// `Fn::GetAtt`.
pub(crate) fn get_att(resource: &str, attribute: &str, span: Span) -> Node {
    let argument = list(vec![text(resource, span), text(attribute, span)], span);
    call(Function::GetAtt, argument, span)
}

/// `Fn::If`.
pub(crate) fn choose(condition: Node, then: Node, otherwise: Node, span: Span) -> Node {
    call(Function::If, list(vec![condition, then, otherwise], span), span)
}

/// `Ref: AWS::NoValue`.
pub(crate) fn no_value(span: Span) -> Node {
    reference("AWS::NoValue", span)
}

/// Whether a node is `Ref: AWS::NoValue`.
pub(crate) fn is_no_value(node: &Node) -> bool {
    referenced(node) == Some("AWS::NoValue")
}

/// The name in a `Ref`.
pub(crate) fn referenced(node: &Node) -> Option<&str> {
    let call = Call::of(node)?;
    (call.function == Function::Ref).then(|| call.scalar()).flatten()
}

/// The resource that a `Ref` or `Fn::GetAtt` names.
pub(crate) fn target(node: &Node) -> Option<&str> {
    let call = Call::of(node)?;
    match call.function {
        Function::Ref => call.scalar(),
        Function::GetAtt => match call.items() {
            Some(items) => items.first()?.as_str(),
            None => call.scalar()?.split('.').next(),
        },
        _ => None,
    }
}

/// The parts of an `Fn::If`: condition, then, otherwise.
pub(crate) fn as_choice(node: &Node) -> Option<(&Node, &Node, &Node)> {
    let call = Call::of(node)?;
    match call.items()? {
        [condition, then, otherwise] if call.function == Function::If => {
            Some((condition, then, otherwise))
        }
        _ => None,
    }
}

/// How the policies that a key holds are written.
pub(crate) fn listing(policies: &Node) -> Listing {
    if as_choice(policies).is_some() {
        return Listing::Choice;
    }
    match policies.as_list() {
        // Of a list in lines, nothing is behind its last item.
        Some(items) => match items.last() {
            Some(last) if last.span.end >= policies.span.end => Listing::Lines,
            _ => Listing::Brackets,
        },
        None => Listing::Alone,
    }
}

/// The text of a scalar that is no call.
pub(crate) fn plain_text(node: &Node) -> Option<&str> {
    if node.tag.is_some() { None } else { node.as_str() }
}

/// The entries of a map that is no call.
pub(crate) fn plain_map(node: &Node) -> Option<&[Entry]> {
    if Call::of(node).is_some() { None } else { node.as_map() }
}

/// Whether something is written here that a transform takes for a value: not null, `""`, `[]`, `{}`.
pub(crate) fn is_given(node: &Node) -> bool {
    if node.tag.is_some() || node.open.is_some() {
        return true;
    }
    match &node.kind {
        NodeKind::Scalar(scalar) => {
            let plain = scalar.style == ScalarStyle::Plain;
            let null = matches!(scalar.literal.text.as_str(), "~" | "null" | "Null" | "NULL");
            let empty = scalar.literal.text.is_empty() || (plain && null);
            !empty
        }
        NodeKind::List(items) => !items.is_empty(),
        NodeKind::Map(entries) => !entries.is_empty(),
        NodeKind::Unread(_) => true,
    }
}

/// The tree of a JSON text that AWS's tools bring along, all of it placed at `span`.
pub(crate) fn from_json(text: &str, span: Span) -> Option<Node> {
    let mut documents = json::read(SourceId::NONE, text, &Limits::default()).documents;
    let mut node = documents.pop()?;
    place(&mut node, span);
    Some(node)
}

/// Places a whole tree at `span`. Recursive, because trees are never deeper than the reader's limit.
fn place(node: &mut Node, span: Span) {
    node.span = span;
    match &mut node.kind {
        NodeKind::Scalar(scalar) => scalar.literal.origin = Origin::None,
        NodeKind::List(items) => items.iter_mut().for_each(|item| place(item, span)),
        NodeKind::Map(entries) => {
            for entry in entries {
                entry.key.span = span;
                place(&mut entry.value, span);
            }
        }
        NodeKind::Unread(_) => {}
    }
}

/// Whether two trees say the same, wherever they stand and however calls are spelt.
pub(crate) fn same(a: &Node, b: &Node) -> bool {
    if let (Some(x), Some(y)) = (Call::of(a), Call::of(b)) {
        if x.function != y.function {
            return false;
        }
        if x.function == Function::GetAtt {
            return attribute_path(&x) == attribute_path(&y);
        }
        return same_content(x.argument, y.argument);
    }
    a.tag.is_none() && b.tag.is_none() && same_content(a, b)
}

fn attribute_path(call: &Call<'_>) -> Option<String> {
    match call.items() {
        Some(items) => {
            let parts: Option<Vec<&str>> = items.iter().map(Node::as_str).collect();
            Some(parts?.join("."))
        }
        None => call.scalar().map(str::to_owned),
    }
}

fn same_content(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::Scalar(x), NodeKind::Scalar(y)) => x.literal.text == y.literal.text,
        (NodeKind::List(x), NodeKind::List(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y))
        }
        (NodeKind::Map(x), NodeKind::Map(y)) => {
            x.len() == y.len()
                && x.iter().all(|entry| {
                    let other = y.iter().rev().find(|other| other.key.value == entry.key.value);
                    other.is_some_and(|other| same(&entry.value, &other.value))
                })
        }
        _ => false,
    }
}

/// The value under a path of keys, to be changed; missing maps on the way are made. `None` where
/// something else than a map is in the way.
pub(crate) fn descend_mut<'n>(
    node: &'n mut Node,
    path: &[&str],
    span: Span,
) -> Option<&'n mut Node> {
    let mut node = node;
    for key in path {
        if node.tag.is_some() {
            return None;
        }
        let NodeKind::Map(entries) = &mut node.kind else { return None };
        let position = match entries.iter().rposition(|entry| entry.key.value == *key) {
            Some(position) => position,
            None => {
                entries.push(entry_at(*key, span, map(Vec::new(), span)));
                entries.len() - 1
            }
        };
        node = &mut entries.get_mut(position)?.value;
    }
    Some(node)
}
