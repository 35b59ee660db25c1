//! `Fn::ForEach` around serverless resources: its rounds as resources of their own, as the language
//! extensions make them before SAM sees the template.

use iacscan_core::reader::{Entry, Node, NodeKind};
use iacscan_core::{Located, Origin, Str};

use crate::eval::is_loop;
use crate::statics::Statics;
use crate::tree;

/// How many resources the loops of a template may make; CloudFormation allows 500.
const MOST: usize = 2_000;

/// The template with its loops around serverless resources unrolled; nothing when it has none.
pub(crate) fn unrolled(root: &Node, statics: &Statics<'_>) -> Option<Node> {
    let resources = root.get("Resources")?;
    let entries = resources.as_map()?;
    if !entries.iter().any(|entry| is_loop(entry) && is_serverless(&entry.value)) {
        return None;
    }
    let mut result = Vec::new();
    for entry in entries {
        if is_loop(entry) && is_serverless(&entry.value) {
            round(entry, statics, &mut result);
        } else {
            result.push(entry.clone());
        }
    }
    let mut root = root.clone();
    if let NodeKind::Map(sections) = &mut root.kind {
        let section = sections.iter_mut().rev().find(|entry| entry.key.value == "Resources")?;
        section.value.kind = NodeKind::Map(result);
    }
    Some(root)
}

/// Whether there is a serverless resource in the body of a loop.
pub(crate) fn is_serverless(argument: &Node) -> bool {
    let body = argument.as_list().and_then(|items| items.get(2)).and_then(Node::as_map);
    body.unwrap_or_default().iter().any(|entry| {
        let kind = entry.value.get("Type").and_then(Node::as_str);
        kind.is_some_and(|kind| kind.starts_with("AWS::Serverless::"))
            || (is_loop(entry) && is_serverless(&entry.value))
    })
}

/// Adds what the rounds of a loop make; a loop over what is not known stays as it is.
fn round(entry: &Entry, statics: &Statics<'_>, result: &mut Vec<Entry>) {
    let parts = match entry.value.as_list() {
        Some([identifier, collection, body]) => {
            identifier.as_str().zip(statics.texts(collection)).zip(body.as_map())
        }
        _ => None,
    };
    let Some(((identifier, values), body)) = parts else {
        result.push(entry.clone());
        return;
    };
    for value in values {
        let binding = Binding { name: identifier, value: &value };
        for item in body {
            if result.len() >= MOST {
                result.push(entry.clone());
                return;
            }
            let mut item = item.clone();
            binding.apply_to_entry(&mut item);
            if is_loop(&item) {
                round(&item, statics, result);
            } else {
                result.push(item);
            }
        }
    }
}

/// What an identifier stands for in one round.
struct Binding<'b> {
    name: &'b str,
    value: &'b Located<Str>,
}

impl Binding<'_> {
    fn apply_to_entry(&self, entry: &mut Entry) {
        if let Some(key) = self.in_text(&entry.key.value) {
            entry.key.value = key;
        }
        self.apply(&mut entry.value);
    }

    /// Recursive, because trees are never deeper than the reader's limit.
    fn apply(&self, node: &mut Node) {
        if tree::referenced(node) == Some(self.name) {
            *node = tree::text(self.value.value.clone(), node.span);
            return;
        }
        match &mut node.kind {
            NodeKind::Scalar(scalar) => {
                if let Some(text) = self.in_text(&scalar.literal.text) {
                    scalar.literal.text = text;
                    scalar.literal.origin = Origin::None;
                }
            }
            NodeKind::List(items) => items.iter_mut().for_each(|item| self.apply(item)),
            NodeKind::Map(entries) => {
                entries.iter_mut().for_each(|entry| self.apply_to_entry(entry));
            }
            NodeKind::Unread(_) => {}
        }
    }

    /// A text with `${identifier}` and `&{identifier}` replaced, when it has any.
    fn in_text(&self, text: &str) -> Option<Str> {
        let (plain, alphanumeric) = (format!("${{{}}}", self.name), format!("&{{{}}}", self.name));
        if !text.contains(&plain) && !text.contains(&alphanumeric) {
            return None;
        }
        let value = self.value.value.as_str();
        let letters: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
        Some(text.replace(&plain, value).replace(&alphanumeric, &letters).into())
    }
}
