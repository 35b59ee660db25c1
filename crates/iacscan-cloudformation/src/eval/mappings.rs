//! `Fn::FindInMap`.

use iacscan_core::reader::Node;
use iacscan_core::{Condition, Located, Unknown, Value};

use super::branches::{Alternative, one_of};
use super::conditions::Operand;
use super::{Bindings, Evaluator, MOST_BRANCHES};
use crate::call::Call;

/// What a key of a mapping leads to.
#[derive(Clone, Copy)]
enum Found<'t> {
    Node(&'t Node),
    Nothing,
    Unknown(Unknown),
}

impl<'t> Evaluator<'t> {
    /// `Fn::FindInMap: [mapping, key, key, {DefaultValue: value}]`. A key that is not decided
    /// makes one alternative per key of the mapping.
    pub(super) fn find_in_map(&self, call: &Call<'t>, bindings: &Bindings) -> Located<Value> {
        let unknown = |unknown| Located::new(Value::Unknown(unknown), call.span);
        let (mapping, top, second, options) = match call.items() {
            Some([mapping, top, second]) => (mapping, top, second, None),
            Some([mapping, top, second, options]) => (mapping, top, second, Some(options)),
            _ => return unknown(Unknown::Invalid),
        };
        let name = self.value(mapping, bindings).value.to_text().and_then(|text| text.as_known());
        let Some(name) = name else { return unknown(Unknown::Unsupported) };
        let default = options.and_then(|options| options.get("DefaultValue"));
        let mut found: Vec<Alternative<Found<'t>>> = match self.template.mappings.get(name.as_str())
        {
            Some(item) => vec![(Condition::Always, Found::Node(&item.entry.value))],
            None => vec![(Condition::Always, Found::Nothing)],
        };
        for key in [top, second] {
            let operands = self.operands(key, bindings);
            found = found
                .into_iter()
                .flat_map(|(outer, found)| {
                    let Found::Node(node) = found else { return vec![(outer, found)] };
                    let inner = operands.iter().flat_map(|(inner, operand)| {
                        let inner = outer.clone().and(inner.clone());
                        lookup(node, operand)
                            .into_iter()
                            .map(move |(own, found)| (inner.clone().and(own), found))
                    });
                    inner.filter(|(condition, _)| !condition.is_never()).collect()
                })
                .collect();
            if found.len() > MOST_BRANCHES {
                return unknown(Unknown::Limit);
            }
        }
        let alternatives = found
            .into_iter()
            .map(|(condition, found)| {
                let value = match (found, default) {
                    (Found::Node(node), _) => self.value(node, bindings),
                    (Found::Nothing, Some(default)) => self.value(default, bindings),
                    (Found::Nothing, None) => unknown(Unknown::Unmapped),
                    (Found::Unknown(reason), _) => unknown(reason),
                };
                (condition, value.through(call.span, smol_str::format_smolstr!("mapping {name}")))
            })
            .collect();
        one_of(alternatives, call.span)
    }
}

fn lookup<'t>(node: &'t Node, operand: &Operand) -> Vec<Alternative<Found<'t>>> {
    let found = |key: &str| node.get(key).map_or(Found::Nothing, Found::Node);
    match operand {
        Operand::Known(key) => vec![(Condition::Always, found(key))],
        Operand::EmptyWith(_) | Operand::Filled | Operand::Opaque => {
            vec![(Condition::Always, Found::Unknown(Unknown::Input))]
        }
        Operand::Undecided(variable) => {
            let entries = node.as_map().unwrap_or_default();
            if entries.len() >= MOST_BRANCHES {
                return vec![(Condition::Always, Found::Unknown(Unknown::Limit))];
            }
            let mut rest = Condition::Always;
            let mut out = Vec::new();
            for entry in entries {
                let is = Condition::equals(variable.clone(), entry.key.value.clone());
                rest = rest.and(is.clone().negate());
                out.push((is, Found::Node(&entry.value)));
            }
            out.push((rest, Found::Nothing));
            out
        }
    }
}
