//! What SAM can resolve before anything is deployed: parameters with a value, and mappings.

use iacscan_core::Str;
use iacscan_core::reader::Node;

use crate::Inputs;
use crate::call::{Call, Function};

/// Resolves the little that SAM resolves by itself.
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
            Function::FindInMap => {
                let keys: Option<Vec<Str>> =
                    call.items()?.iter().take(3).map(|key| self.text(key)).collect();
                let keys = keys?;
                let [map, first, second] = keys.as_slice() else { return None };
                let mappings = self.root.get("Mappings")?;
                Some(mappings.get(map)?.get(first)?.get(second)?.as_str()?.into())
            }
            _ => None,
        }
    }

    /// The value of a parameter.
    fn parameter(&self, name: &str) -> Option<Str> {
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
