//! What modules are given and hand out of resources that others declare.

use std::rc::Rc;

use iacscan_core::{Str, Value};
use iacscan_graph::Passed;

use super::instance::Instance;
use super::repetition::InstanceKey;
use super::{Evaluator, V};

impl Evaluator<'_> {
    /// How a module, and the one that calls it, name by its inputs and outputs what they do not
    /// declare themselves.
    pub(crate) fn named_across(&self, instance: &Rc<Instance>) -> Vec<Passed> {
        let module = &instance.module;
        let Some(call) = instance.call.as_ref().filter(|_| !module.is_planned) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        if !module.is_description {
            for (name, variable) in &module.variables {
                let value = self.variable(instance, name, variable.header);
                let expression = smol_str::format_smolstr!("var.{name}");
                out.extend(value.and_then(|value| named(&instance.prefix, expression, &value)));
            }
        }
        if matches!(call.key(), InstanceKey::Any | InstanceKey::Unnamed(_)) {
            return out;
        }
        let around = call.caller.prefix.as_str();
        let own = instance.prefix.strip_prefix(around).unwrap_or(&instance.prefix);
        for (name, output) in &module.outputs {
            let value = self.output(instance, name, output.value.span);
            let expression = smol_str::format_smolstr!("{own}{name}");
            out.extend(named(around, expression, &value));
        }
        out
    }
}

/// What a value names, where that is one resource or an attribute of one.
fn named(prefix: &str, expression: Str, value: &V) -> Option<Passed> {
    let (target, attribute) = match &value.value {
        Value::Text(text) => {
            let (target, attribute) = text.as_reference()?;
            (target.clone(), Some(attribute.clone()))
        }
        Value::Resource(target) => (target.clone(), None),
        _ => return None,
    };
    let module = prefix.trim_end_matches('.').into();
    Some(Passed { module, expression, target, attribute })
}
