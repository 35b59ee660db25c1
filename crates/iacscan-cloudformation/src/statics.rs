//! What a transform can resolve before anything is deployed: parameters with a value, and mappings.

use iacscan_core::reader::Node;
use iacscan_core::{Located, Str};

use crate::Inputs;
use crate::call::{Call, Function};

/// Resolves the little that is known without evaluating a template.
pub(crate) struct Statics<'t> {
    root: &'t Node,
    inputs: &'t Inputs,
}

impl<'t> Statics<'t> {
    /// A resolver for a template.
    pub(crate) const fn new(root: &'t Node, inputs: &'t Inputs) -> Self {
        Self { root, inputs }
    }

    /// The text of a scalar, of a parameter with a value, or of an entry of a mapping.
    pub(crate) fn text(&self, node: &Node) -> Option<Str> {
        let Some(call) = Call::of(node) else { return node.as_str().map(Str::from) };
        match call.function {
            Function::Ref => self.parameter(call.scalar()?),
            Function::FindInMap => self.entry(&call)?.as_str().map(Str::from),
            _ => None,
        }
    }

    /// The texts of a list, of a parameter with a list of values, or of an entry of a mapping.
    pub(crate) fn texts(&self, node: &Node) -> Option<Vec<Located<Str>>> {
        let located = |item: &Node| Some(Located::new(self.text(item)?, item.span));
        if let Some(items) = node.as_list().filter(|_| node.tag.is_none()) {
            return items.iter().map(located).collect();
        }
        let call = Call::of(node)?;
        if call.function == Function::FindInMap {
            return self.entry(&call)?.as_list()?.iter().map(located).collect();
        }
        let text = self.text(node)?;
        let parts = text.split(',').map(|part| Located::new(part.trim().into(), node.span));
        Some(parts.collect())
    }

    /// What an `Fn::FindInMap` finds.
    fn entry(&self, call: &Call<'_>) -> Option<&'t Node> {
        let keys: Option<Vec<Str>> =
            call.items()?.iter().take(3).map(|key| self.text(key)).collect();
        let keys = keys?;
        let [map, first, second] = keys.as_slice() else { return None };
        self.root.get("Mappings")?.get(map)?.get(first)?.get(second)
    }

    /// The value of a parameter.
    fn parameter(&self, name: &str) -> Option<Str> {
        if name == "AWS::Region" {
            return self.inputs.region();
        }
        let parameter = self.root.get("Parameters")?.get(name)?;
        if let Some(given) = self.inputs.parameters.get(name) {
            return Some(given.value.clone());
        }
        let kind = parameter.get("Type").and_then(Node::as_str).unwrap_or_default();
        if kind.starts_with("AWS::SSM::") {
            return None;
        }
        parameter.get("Default")?.as_str().map(Str::from)
    }
}
