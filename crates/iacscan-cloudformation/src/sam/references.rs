//! References to what SAM generates by the names that templates use for it: `!Ref Function.Alias`,
//! `${Function.Version}`.

use iacscan_core::reader::{Node, NodeKind};
use iacscan_core::{Origin, Str};
use rustc_hash::FxHashMap;

use crate::call::{Call, Function};

/// The names of generated resources: `Function.Alias` to logical id.
#[derive(Debug, Default)]
pub(crate) struct Names(FxHashMap<String, Str>);

impl Names {
    /// Makes `resource.part` mean a logical id.
    pub(crate) fn add(&mut self, resource: &str, part: &str, logical_id: Str) {
        self.0.insert(format!("{resource}.{part}"), logical_id);
    }

    /// Replaces the names in a whole tree. Recursive, because trees are never deeper than the
    /// reader's limit.
    pub(crate) fn apply(&self, node: &mut Node) {
        if self.0.is_empty() {
            return;
        }
        let function = Call::of(node).map(|call| (call.function, call.short));
        if let Some((function, short)) = function {
            let argument = if short { Some(&mut *node) } else { argument_mut(node) };
            if let Some(argument) = argument {
                self.call(function, argument);
            }
        }
        match &mut node.kind {
            NodeKind::List(items) => items.iter_mut().for_each(|item| self.apply(item)),
            NodeKind::Map(entries) => {
                entries.iter_mut().for_each(|entry| self.apply(&mut entry.value));
            }
            NodeKind::Scalar(_) | NodeKind::Unread(_) => {}
        }
    }

    fn call(&self, function: Function, argument: &mut Node) {
        match function {
            Function::Ref => {
                if let NodeKind::Scalar(scalar) = &mut argument.kind
                    && let Some(id) = self.0.get(scalar.literal.text.as_str())
                {
                    scalar.literal.text = id.clone();
                    scalar.literal.origin = Origin::None;
                }
            }
            Function::Sub => {
                let text = match &mut argument.kind {
                    NodeKind::List(items) => items.first_mut(),
                    _ => Some(argument),
                };
                if let Some(text) = text
                    && let NodeKind::Scalar(scalar) = &mut text.kind
                    && let Some(new) = self.in_text(&scalar.literal.text)
                {
                    scalar.literal.text = new;
                    scalar.literal.origin = Origin::None;
                }
            }
            _ => {}
        }
    }

    /// A text of `Fn::Sub` with its names replaced, when it has any.
    fn in_text(&self, text: &str) -> Option<Str> {
        let mut result = String::new();
        let mut rest = text;
        let mut changed = false;
        while let Some((before, inside)) = rest.split_once("${") {
            let Some((name, after)) = inside.split_once('}') else { break };
            result.push_str(before);
            let id = self.0.get(name.trim());
            changed |= id.is_some();
            result.push_str("${");
            result.push_str(id.map_or(name, Str::as_str));
            result.push('}');
            rest = after;
        }
        result.push_str(rest);
        changed.then(|| result.into())
    }
}

fn argument_mut(node: &mut Node) -> Option<&mut Node> {
    match &mut node.kind {
        NodeKind::Map(entries) => entries.first_mut().map(|entry| &mut entry.value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sam::tests::{read, written};

    #[test]
    fn names_in_every_spelling() {
        let mut names = Names::default();
        names.add("F", "Alias", "FAliaslive".into());
        let cases = [
            ("!Ref F.Alias", "!Ref FAliaslive"),
            ("{Ref: F.Alias}", "{Ref: FAliaslive}"),
            ("!Ref F.Version", "!Ref F.Version"),
            ("!Sub 'a${F.Alias}b${F.Arn}'", "!Sub 'a${FAliaslive}b${F.Arn}'"),
            ("[{x: !Sub ['${F.Alias}', {a: b}]}]", "[{x: !Sub ['${FAliaslive}', {a: b}]}]"),
            ("F.Alias", "F.Alias"),
        ];
        for (text, expected) in cases {
            let mut node = read(text);
            names.apply(&mut node);
            assert_eq!(written(&node), written(&read(expected)), "{text}");
        }
    }
}
