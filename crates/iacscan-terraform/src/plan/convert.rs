//! From a plan to a module that the evaluator understands: every resource instance is a resource of
//! its own under its full address; what is known is a constant, and what is not refers to what the
//! configuration refers to.

use std::collections::BTreeSet;

use iacscan_core::{Literal, Origin, Span, Str, Unknown};
use serde_json::Value as Json;

use super::locate::{Located, Locator};
use super::model::{ConfigModule, Plan, Planned, PlannedModule};
use crate::module::{Module, Output, Resource};
use crate::syntax::{Attribute, Body, Expr, ExprKind, Item, Key, Name, Step, StepKind};

/// References that are followed through inputs and outputs.
const MOST_HOPS: usize = 16;
/// Blocks and values inside each other.
const MOST_DEPTH: usize = 32;

/// Converts a plan.
pub(super) fn convert(plan: &Plan, locator: &Locator<'_, '_>, directory: &str) -> Module {
    let mut addresses = BTreeSet::new();
    collect(&plan.planned_values.root_module, &mut addresses);
    let converter = Converter { plan, locator, addresses };
    let mut module = Module { directory: directory.into(), ..Module::default() };
    converter.module(&plan.planned_values.root_module, &mut module, 0);
    converter.outputs(&mut module);
    module
}

fn collect<'p>(module: &'p PlannedModule, out: &mut BTreeSet<&'p str>) {
    out.extend(module.resources.iter().map(|resource| resource.address.as_str()));
    // The reader's own limit bounds the nesting.
    module.child_modules.iter().for_each(|child| collect(child, out));
}

struct Converter<'p> {
    plan: &'p Plan,
    locator: &'p Locator<'p, 'p>,
    addresses: BTreeSet<&'p str>,
}

/// Where an expression stands: the module instance, as a prefix of addresses, and its calls.
#[derive(Clone)]
struct Place<'p> {
    /// `module.a["x"].`, empty at the top.
    prefix: String,
    calls: Vec<&'p str>,
    config: Option<&'p ConfigModule>,
}

impl<'p> Converter<'p> {
    fn place(&self, address: &'p str) -> Place<'p> {
        let calls = call_names(address);
        let mut config = Some(&self.plan.configuration.root_module);
        for name in &calls {
            config =
                config.and_then(|module| module.module_calls.get(*name)).map(|call| &call.module);
        }
        let prefix = if address.is_empty() { String::new() } else { format!("{address}.") };
        Place { prefix, calls, config }
    }

    fn module(&self, planned: &'p PlannedModule, out: &mut Module, depth: usize) {
        if depth > MOST_DEPTH {
            return;
        }
        let place = self.place(&planned.address);
        let source = self.locator.module(&place.calls);
        for resource in &planned.resources {
            let local = local_name(resource);
            let located = self.locator.resource(source.as_deref(), &place.calls, &local);
            let body = self.body(resource, &place, located);
            let converted = Resource {
                is_data: resource.is_data,
                kind: Name { text: resource.kind.as_str().into(), span: located.header },
                header: located.header,
                body,
            };
            out.resources.insert(resource.address.as_str().into(), converted);
        }
        for child in &planned.child_modules {
            self.module(child, out, depth + 1);
        }
    }

    /// What the outputs of the root module refer to.
    fn outputs(&self, out: &mut Module) {
        let place = self.place("");
        for (name, output) in &self.plan.configuration.root_module.outputs {
            // Outputs are no place that a finding points at.
            let span = Span::NONE;
            let references = output.expression.get("references").and_then(Json::as_array);
            let references = references.into_iter().flatten().filter_map(Json::as_str);
            let referred = references
                .filter_map(|reference| self.resolve(reference, &place, "", span, MOST_HOPS))
                .collect();
            let value = Expr { kind: ExprKind::List(referred), span };
            out.outputs.insert(name.as_str().into(), Output { value, depends_on: None });
        }
    }

    fn body(&self, resource: &'p Planned, place: &Place<'p>, located: Located<'_>) -> Body {
        let expressions = place.config.and_then(|config| {
            config.resources.iter().find(|configured| {
                configured.kind == resource.kind
                    && configured.name == resource.name
                    && configured.is_data == resource.is_data
            })
        });
        let expressions = expressions.map(|configured| &configured.expressions);
        let index = instance_key(&resource.address);
        let context = Context { place, index: &index };
        let mut body = Body::default();
        let known = resource.values.as_object();
        let configured = expressions.and_then(Json::as_object);
        let names: BTreeSet<&String> = known
            .into_iter()
            .flat_map(|map| map.keys())
            .chain(configured.into_iter().flat_map(|map| map.keys()))
            .collect();
        for name in names {
            let value = known.and_then(|map| map.get(name));
            let expression = configured.and_then(|map| map.get(name));
            let (key, span) = located.argument(name);
            if let Some(value) = self.merge(name, value, expression, &context, located, span, 0) {
                let name = Name { text: name.as_str().into(), span: key };
                body.attributes.push(Attribute { name, value });
            }
        }
        body
    }

    /// A value from what is known of it and what the configuration says.
    #[expect(clippy::too_many_arguments, reason = "a recursive walk over two trees and a third")]
    fn merge(
        &self,
        name: &str,
        value: Option<&Json>,
        expression: Option<&Json>,
        context: &Context<'_, 'p>,
        located: Located<'_>,
        span: Span,
        depth: usize,
    ) -> Option<Expr> {
        let value = value.filter(|value| !value.is_null());
        if depth > MOST_DEPTH {
            return Some(Expr { kind: ExprKind::Unknown(Unknown::Limit), span });
        }
        match expression {
            Some(Json::Object(map))
                if map.contains_key("references") || map.contains_key("constant_value") =>
            {
                if let Some(value) = value {
                    return Some(constant(value, span, depth));
                }
                let references = map.get("references").and_then(Json::as_array)?;
                let expr = self.referred(name, references, context, span);
                Some(expr.unwrap_or(Expr { kind: ExprKind::Unknown(Unknown::Computed), span }))
            }
            Some(Json::Array(blocks)) => {
                let values = value.and_then(Json::as_array);
                let count = values.map_or(blocks.len(), Vec::len);
                let items = (0..count)
                    .map(|index| {
                        let value = values.and_then(|values| values.get(index));
                        // Blocks made by `dynamic` share one expression.
                        let block = blocks.get(index).or_else(|| blocks.last());
                        let located = located.block(name, index);
                        self.object(value, block, context, located, depth + 1)
                    })
                    .collect();
                Some(Expr { kind: ExprKind::List(items), span })
            }
            Some(block @ Json::Object(_)) => {
                let first = match value {
                    Some(Json::Array(items)) => items.first(),
                    other => other,
                };
                let item =
                    self.object(first, Some(block), context, located.block(name, 0), depth + 1);
                Some(Expr { kind: ExprKind::List(vec![item]), span })
            }
            _ => value.map(|value| constant(value, span, depth)),
        }
    }

    fn object(
        &self,
        value: Option<&Json>,
        expression: Option<&Json>,
        context: &Context<'_, 'p>,
        located: Located<'_>,
        depth: usize,
    ) -> Expr {
        let known = value.and_then(Json::as_object);
        let configured = expression.and_then(Json::as_object);
        let names: BTreeSet<&String> = known
            .into_iter()
            .flat_map(|map| map.keys())
            .chain(configured.into_iter().flat_map(|map| map.keys()))
            .collect();
        let mut items = Vec::new();
        for name in names {
            let value = known.and_then(|map| map.get(name));
            let expression = configured.and_then(|map| map.get(name));
            let (key, span) = located.argument(name);
            if let Some(value) = self.merge(name, value, expression, context, located, span, depth)
            {
                let key = Key::Name(Name { text: name.as_str().into(), span: key });
                items.push(Item { key, value });
            }
        }
        Expr { kind: ExprKind::Object(items), span: located.header }
    }

    /// The only reference of an expression, where the whole value can be nothing but it.
    fn referred(
        &self,
        name: &str,
        references: &[Json],
        context: &Context<'_, 'p>,
        span: Span,
    ) -> Option<Expr> {
        let mut references = references.iter().filter_map(Json::as_str);
        let first = references.next()?;
        if !references.all(|other| first.starts_with(other)) {
            return None;
        }
        let expr = self.resolve(first, context.place, context.index, span, MOST_HOPS)?;
        let document = matches!(name, "policy" | "assume_role_policy" | "policy_document");
        let is_document = matches!(&expr.kind, ExprKind::Traversal(_, steps)
            if matches!(steps.last().map(|step| &step.kind),
                Some(StepKind::Attribute(last)) if last == "json" || last == "minified_json" || last == "policy"));
        // In a list or a document a reference may stand among other text.
        let may_stand_alone = document == is_document && !LISTS.contains(&name);
        may_stand_alone.then_some(expr)
    }

    fn resolve(
        &self,
        reference: &str,
        place: &Place<'p>,
        index: &str,
        span: Span,
        hops: usize,
    ) -> Option<Expr> {
        let hops = hops.checked_sub(1)?;
        if let Some(rest) = reference.strip_prefix("var.") {
            let name = rest.split(['.', '[']).next()?;
            let (caller, call) = self.caller(place)?;
            let expression = call.expressions.get(name)?;
            if let Some(value) = expression.get("constant_value") {
                return Some(constant(value, span, 0));
            }
            let first = expression.get("references")?.as_array()?.first()?.as_str()?;
            return self.resolve(first, &caller, index, span, hops);
        }
        if let Some(rest) = reference.strip_prefix("module.") {
            let (call, output) = rest.rsplit_once('.')?;
            let name = call.split('[').next()?;
            let config = place.config?.module_calls.get(name)?;
            let expression = &config.module.outputs.get(output)?.expression;
            let first = expression.get("references")?.as_array()?.first()?.as_str()?;
            let mut calls = place.calls.clone();
            let known = place.config?.module_calls.get_key_value(name)?.0;
            calls.push(known);
            let inner = Place {
                prefix: format!("{}module.{call}.", place.prefix),
                calls,
                config: Some(&config.module),
            };
            return self.resolve(first, &inner, index, span, hops);
        }
        let (address, attribute) = reference.rsplit_once('.')?;
        let depth = if address.starts_with("data.") { 3 } else { 2 };
        if address.split('.').count() < depth {
            return None;
        }
        let address = self.instance(&format!("{}{address}", place.prefix), index)?;
        let target = Expr { kind: ExprKind::Resource(address), span };
        let step = Step { kind: StepKind::Attribute(attribute.into()) };
        Some(Expr { kind: ExprKind::Traversal(Box::new(target), vec![step]), span })
    }

    /// The call of a module, and where it stands.
    fn caller(&self, place: &Place<'p>) -> Option<(Place<'p>, &'p super::model::ConfigCall)> {
        let (name, outer) = place.calls.split_last()?;
        let own = place.prefix.trim_end_matches('.');
        let start = own.rfind(&format!("module.{name}"))?;
        let prefix = own.get(..start)?.to_owned();
        let mut config = &self.plan.configuration.root_module;
        for outer in outer {
            config = &config.module_calls.get(*outer)?.module;
        }
        let call = config.module_calls.get(*name)?;
        Some((Place { prefix, calls: outer.to_vec(), config: Some(config) }, call))
    }

    /// The instance that an address without (or with) its key means: itself, the one of the same
    /// key, the only one.
    fn instance(&self, address: &str, index: &str) -> Option<Str> {
        if self.addresses.contains(address) {
            return Some(address.into());
        }
        let same = format!("{address}{index}");
        if !index.is_empty() && self.addresses.contains(same.as_str()) {
            return Some(same.into());
        }
        let start = format!("{address}[");
        let mut instances =
            self.addresses.range(start.as_str()..).take_while(|other| other.starts_with(&start));
        let only = *instances.next()?;
        instances.next().is_none().then(|| only.into())
    }
}

struct Context<'c, 'p> {
    place: &'c Place<'p>,
    /// The key of the instance: `[0]`, `["a"]`, or nothing.
    index: &'c str,
}

/// Arguments in which a reference is one of several.
const LISTS: [&str; 8] = [
    "layers",
    "roles",
    "managed_policy_arns",
    "policy_arns",
    "subnet_ids",
    "security_group_ids",
    "actions",
    "resources",
];

/// The names of the calls in the address of a module.
fn call_names(address: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = address;
    while let Some(after) = rest.strip_prefix("module.") {
        let end = after.find(['.', '[']).unwrap_or(after.len());
        let (name, tail) = after.split_at(end);
        names.push(name);
        rest = tail;
        if let Some(inside) = rest.strip_prefix('[') {
            let end = match inside.strip_prefix('"') {
                Some(text) => text.find("\"]").map(|end| end + 3),
                None => inside.find(']').map(|end| end + 1),
            };
            rest = end.and_then(|end| inside.get(end..)).unwrap_or("");
        }
        rest = rest.strip_prefix('.').unwrap_or("");
    }
    names
}

/// The address of the declaration within its module.
fn local_name(resource: &Planned) -> String {
    let prefix = if resource.is_data { "data." } else { "" };
    format!("{prefix}{}.{}", resource.kind, resource.name)
}

/// `[0]`, `["a"]`, or nothing.
fn instance_key(address: &str) -> String {
    match address.rfind('[') {
        Some(start) if address.ends_with(']') => {
            let start = address.find("[\"").filter(|quoted| {
                address.ends_with("\"]") && *quoted < start && !address.contains("module.")
            });
            let start = start.or_else(|| address.rfind('['));
            start.and_then(|start| address.get(start..)).unwrap_or_default().to_owned()
        }
        _ => String::new(),
    }
}

/// A known value.
fn constant(value: &Json, span: Span, depth: usize) -> Expr {
    let kind = match value {
        _ if depth > MOST_DEPTH => ExprKind::Unknown(Unknown::Limit),
        Json::Null => ExprKind::Null,
        Json::Bool(value) => ExprKind::Bool(*value),
        Json::Number(number) => ExprKind::Number(number.to_string().into()),
        Json::String(text) => {
            ExprKind::Text(Literal { text: text.as_str().into(), origin: Origin::None })
        }
        Json::Array(items) => {
            ExprKind::List(items.iter().map(|item| constant(item, span, depth + 1)).collect())
        }
        Json::Object(map) => ExprKind::Object(
            map.iter()
                .map(|(key, value)| Item {
                    key: Key::Name(Name { text: key.as_str().into(), span }),
                    value: constant(value, span, depth + 1),
                })
                .collect(),
        ),
    };
    Expr { kind, span }
}
