//! From resources to graph nodes, one module per service.

mod iam;
mod lambda;
pub(crate) mod values;

use iacscan_core::reader::Node;
use iacscan_core::{Attribute, Collection, Condition, Gap, Located, Property, Str, Text};
use iacscan_graph::nodes::{Header, Resource, ResourceKind};
use iacscan_graph::{Export, Unit};
use rustc_hash::FxHashMap;

use crate::declaration::Declaration;
use crate::eval::Evaluator;

/// A template being lowered to its unit.
pub(crate) struct Context<'e, 't> {
    /// The evaluator of the template.
    pub(crate) eval: &'e Evaluator<'t>,
    /// What the template becomes.
    pub(crate) unit: Unit,
}

impl<'e, 't> Context<'e, 't> {
    /// The start of lowering a template into `unit`.
    pub(crate) const fn new(eval: &'e Evaluator<'t>, unit: Unit) -> Self {
        Self { eval, unit }
    }

    /// Adds a resource that other nodes may refer to, and gives its header back.
    pub(crate) fn add(
        &mut self,
        declaration: &Declaration<'e, 't>,
        kind: ResourceKind,
        describe: impl FnOnce(&mut Resource),
    ) -> Header {
        let mut resource = Resource::new(declaration.header(), kind);
        describe(&mut resource);
        let header = resource.header.clone();
        self.unit.resources.push(resource);
        header
    }
}

/// Lowers all resources, in the order they were written.
pub(crate) fn resources(context: &mut Context<'_, '_>, dependencies: &FxHashMap<&str, Vec<Str>>) {
    let eval = context.eval;
    for entry in eval.template().resources.values() {
        if crate::eval::generates_entries(entry).is_some() {
            continue;
        }
        let kind = entry.value.get("Type").and_then(Node::as_str).unwrap_or_default();
        let logical_id = entry.key.value.clone();
        let declaration = Declaration {
            eval,
            depends_on: dependencies.get(logical_id.as_str()).cloned().unwrap_or_default(),
            logical_id,
            kind,
            entry,
            bindings: None,
        };
        resource(context, &declaration);
    }
}

/// Lowers one resource.
pub(crate) fn resource<'e, 't>(context: &mut Context<'e, 't>, declaration: &Declaration<'e, 't>) {
    let mut parts = declaration.kind.split("::").skip(1);
    let lowered = match parts.next() {
        Some("IAM") => iam::lower(context, declaration),
        Some("Lambda") => lambda::lower(context, declaration),
        _ => false,
    };
    if !lowered {
        context.add(declaration, ResourceKind::Other, |_| {});
    }
}

/// Lowers what the template exports.
pub(crate) fn outputs(context: &mut Context<'_, '_>) {
    let eval = context.eval;
    for entry in eval.template().outputs.values() {
        let Some(name) = entry.value.get("Export").and_then(|export| export.get("Name")) else {
            continue;
        };
        let Some(value) = entry.value.get("Value") else { continue };
        let name = eval.value(name, &None);
        let value = eval.value(value, &None);
        let condition = match entry.value.get("Condition") {
            Some(condition) => eval.choice(condition, &None),
            None => Condition::Always,
        };
        if let (Some(name_text), Some(value_text)) = (name.value.to_text(), value.value.to_text()) {
            context.unit.exports.push(Export {
                name: name.with(name_text),
                value: value.with(value_text),
                condition,
                span: entry.key.span,
            });
        }
    }
}

/// A text with its place in every branch, for collections of one.
pub(super) fn known(property: Property<Text>) -> Collection<Located<Text>> {
    let mut out = Collection::default();
    for branch in property.0 {
        match branch.item {
            Attribute::Known(text) => out.push_when(branch.condition, text),
            Attribute::Unknown(span, unknown) => {
                out.open(branch.condition, Gap { span, unknown });
            }
            Attribute::Absent => {}
        }
    }
    out
}
