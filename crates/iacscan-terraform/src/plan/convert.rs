//! From a plan to a module that the evaluator understands: every resource instance is a resource of
//! its own under its full address; what is known is a constant, and what is not refers to what the
//! configuration refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iacscan_core::reader::{Entry, Node, NodeKind, ScalarStyle};
use iacscan_core::{Literal, Origin, Span, Str, Unknown};
use rustc_hash::FxHashMap;

use super::address::instance_key;
use super::locate::{self, Located, Locator};
use super::model::{self, ConfigModule, Plan, PlanText, local_name};
use super::references::{Argument, Place, References};
use crate::eval::{Instance, Missing, ModuleSource};
use crate::module::{Content, Module, ModuleCall, Output, Resource, Table};
use crate::syntax::{Attribute, Body, Expr, ExprKind, Item, Key, Name};

/// Blocks and values inside each other.
const MOST_DEPTH: usize = 32;

/// Arguments of roles that, where the configuration does not set them, repeat what other resources
/// attach.
const COLLECTED: [&str; 2] = ["inline_policy", "managed_policy_arns"];

/// A plan whose resources are converted when they are looked at.
pub(super) struct Converter<'p> {
    references: References<'p>,
    locator: &'p Locator<'p, 'p>,
    modules: &'p dyn ModuleSource,
    /// The module instances.
    places: Vec<Position<'p>>,
    /// The resources, each with the number of its module instance.
    resources: FxHashMap<&'p str, (&'p model::Planned, usize)>,
}

/// A module instance and its source.
struct Position<'p> {
    place: Place<'p>,
    source: Option<Arc<Module>>,
}

/// The resource being converted.
struct Context<'c, 'p> {
    place: &'c Place<'p>,
    kind: &'c str,
    index: &'c str,
}

impl ModuleSource for Converter<'_> {
    fn module(&self, caller: &Instance, call: &ModuleCall) -> Result<Arc<Module>, Missing> {
        self.modules.module(caller, call)
    }

    fn planned(&self, address: &str) -> Option<Body> {
        let (resource, position) = self.resources.get(address)?;
        let position = self.places.get(*position)?;
        Some(self.body(resource, &position.place, self.located(resource, position)))
    }
}

impl<'p> Converter<'p> {
    pub(super) fn new(
        plan: &'p Plan,
        configuration: &'p ConfigModule,
        text: &'p PlanText<'p>,
        locator: &'p Locator<'p, 'p>,
        modules: &'p dyn ModuleSource,
    ) -> Self {
        let mut addresses = BTreeSet::new();
        let references = References { root: configuration, addresses: BTreeSet::new(), text };
        let (mut places, mut resources) = (Vec::new(), FxHashMap::default());
        plan.planned.each(&mut |module| {
            let place = references.place(&module.address);
            let source = locator.module(&place.calls);
            for resource in &module.resources {
                addresses.insert(resource.address.as_str());
                resources.insert(resource.address.as_str(), (resource, places.len()));
            }
            places.push(Position { place, source });
        });
        let references = References { addresses, ..references };
        Self { references, locator, modules, places, resources }
    }

    /// A module in which every resource instance of the plan is a resource.
    pub(super) fn module_of(&self, plan: &Plan, directory: &str) -> Module {
        let mut module =
            Module { directory: directory.into(), is_planned: true, ..Module::default() };
        let mut positions = self.places.iter();
        plan.planned.each(&mut |planned| {
            let Some(position) = positions.next() else { return };
            for resource in &planned.resources {
                let header = self.located(resource, position).header;
                let converted = Resource {
                    is_data: resource.is_data,
                    kind: Name { text: resource.kind.clone(), span: header },
                    header,
                    content: Content::Planned,
                };
                module.resources.insert(resource.address.clone(), converted);
            }
        });
        module.outputs = self.outputs();
        module
    }

    /// Where a resource is written.
    fn located<'m>(&self, resource: &model::Planned, position: &'m Position<'_>) -> Located<'m> {
        let local = local_name(resource.is_data, &resource.kind, &resource.name);
        let header = &resource.header;
        let header = Span::new(self.references.text.source, header.start, header.end);
        let calls = &position.place.calls;
        self.locator.resource(position.source.as_deref(), calls, &local, header)
    }

    /// What the outputs of the root module refer to.
    fn outputs(&self) -> Table<Output> {
        let references = &self.references;
        let outputs = references.root.outputs.as_ref().and_then(|part| part.node(references.text));
        let place = references.place("");
        let mut out = Table::default();
        for entry in outputs.and_then(Node::as_map).unwrap_or_default() {
            let expression = entry.value.get("expression");
            let referred = expression.map(|node| references.all(node, &place)).unwrap_or_default();
            // Outputs are no place that a finding points at.
            let value = Expr { kind: ExprKind::List(referred), span: Span::NONE };
            out.insert(entry.key.value.clone(), Output { value, depends_on: None });
        }
        out
    }

    fn body(&self, resource: &model::Planned, place: &Place<'p>, located: Located<'_>) -> Body {
        let text = self.references.text;
        let local = local_name(resource.is_data, &resource.kind, &resource.name);
        let expressions = place.config.and_then(|config| config.resources.get(&local));
        let expressions = expressions.and_then(|part| part.node(text));
        let values = resource.values.clone().and_then(|range| text.node(range));
        let index = instance_key(&resource.address);
        let context = Context { place, kind: &resource.kind, index };
        let is_configured =
            |name: &Name| expressions.is_some_and(|node| node.get(&name.text).is_some());
        let attributes = self
            .members(values.as_ref(), expressions, &context, located, 0)
            .filter(|(name, _)| !COLLECTED.contains(&name.text.as_str()) || is_configured(name))
            .map(|(name, value)| Attribute { name, value })
            .collect();
        // Without its configuration, what is left out may have any value.
        let gaps = if expressions.is_some() { Vec::new() } else { vec![located.header] };
        Body { attributes, gaps, ..Body::default() }
    }

    /// The members of an object, from what is known of it and what the configuration says.
    fn members<'n>(
        &'n self,
        values: Option<&'n Node>,
        expressions: Option<&'n Node>,
        context: &'n Context<'_, 'p>,
        located: Located<'n>,
        depth: usize,
    ) -> impl Iterator<Item = (Name, Expr)> + 'n {
        let entries = |node: Option<&'n Node>| node.and_then(Node::as_map).unwrap_or_default();
        let mut members: BTreeMap<&Str, (Option<&Entry>, Option<&Entry>)> = BTreeMap::new();
        for entry in entries(values) {
            members.entry(&entry.key.value).or_default().0 = Some(entry);
        }
        for entry in entries(expressions) {
            members.entry(&entry.key.value).or_default().1 = Some(entry);
        }
        members.into_iter().filter_map(move |(name, (value, expression))| {
            let planned = locate::Planned { name, value, expression };
            let (key, span) = located.argument(planned);
            let value = self.merge(planned, context, located, span, depth)?;
            Some((Name { text: name.clone(), span: key }, value))
        })
    }

    /// A value from what is known of it and what the configuration says.
    fn merge(
        &self,
        planned: locate::Planned<'_>,
        context: &Context<'_, 'p>,
        located: Located<'_>,
        span: Span,
        depth: usize,
    ) -> Option<Expr> {
        let value = planned.value.map(|entry| &entry.value);
        let outside = located.outside(span);
        if depth > MOST_DEPTH {
            return Some(Expr { kind: ExprKind::Unknown(Unknown::Limit), span });
        }
        // What a plan writes is known, `null` too; what is not known it leaves out.
        let is_null = value.and_then(Node::as_scalar).is_some_and(|scalar| {
            scalar.style == ScalarStyle::Plain && scalar.literal.text == "null"
        });
        if is_null {
            return None;
        }
        let known = || value.map(|value| constant(value, outside, depth));
        let Some(expression) = planned.expression.map(|entry| &entry.value) else {
            return known();
        };
        let block = |value: Option<&Node>, expression: Option<&Node>, index: usize| {
            let place = value.or(expression).map_or(span, |node| node.span);
            let located = located.block(planned.name, index, place);
            let items = self
                .members(value, expression, context, located, depth + 1)
                .map(|(name, value)| Item { key: Key::Name(name), value })
                .collect();
            Expr { kind: ExprKind::Object(items), span: located.header }
        };
        match &expression.kind {
            NodeKind::Map(_)
                if ["references", "constant_value"]
                    .iter()
                    .any(|key| expression.get(key).is_some()) =>
            {
                if value.is_some() {
                    return known();
                }
                let argument = Argument {
                    kind: context.kind,
                    name: planned.name,
                    index: context.index,
                    span,
                    is_outside: outside.is_some(),
                };
                let expr = self.references.value(expression, context.place, argument);
                Some(expr.unwrap_or(Expr { kind: ExprKind::Unknown(Unknown::Computed), span }))
            }
            NodeKind::List(blocks) => {
                let values = value.and_then(Node::as_list);
                let count = values.map_or(blocks.len(), <[Node]>::len);
                let items = (0..count)
                    .map(|index| {
                        let value = values.and_then(|values| values.get(index));
                        // Blocks made by `dynamic` share one expression.
                        block(value, blocks.get(index).or_else(|| blocks.last()), index)
                    })
                    .collect();
                Some(Expr { kind: ExprKind::List(items), span })
            }
            NodeKind::Map(_) => {
                let first = match value.map(|value| (value, &value.kind)) {
                    Some((_, NodeKind::List(items))) => items.first(),
                    other => other.map(|(value, _)| value),
                };
                Some(Expr { kind: ExprKind::List(vec![block(first, Some(expression), 0)]), span })
            }
            _ => known(),
        }
    }
}

/// A known value, shown where the plan writes it or at a place outside of the plan.
pub(super) fn constant(value: &Node, outside: Option<Span>, depth: usize) -> Expr {
    let span = outside.unwrap_or(value.span);
    let kind = match &value.kind {
        _ if depth > MOST_DEPTH => ExprKind::Unknown(Unknown::Limit),
        NodeKind::Unread(unknown) => ExprKind::Unknown(*unknown),
        NodeKind::Scalar(scalar) if scalar.style == ScalarStyle::Plain => {
            match scalar.literal.text.as_str() {
                "null" => ExprKind::Null,
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                number => ExprKind::Number(number.into()),
            }
        }
        NodeKind::Scalar(scalar) => {
            let origin =
                if outside.is_some() { Origin::None } else { scalar.literal.origin.clone() };
            ExprKind::Text(Literal { text: scalar.literal.text.clone(), origin })
        }
        NodeKind::List(items) => {
            let item = |item: &Node| match constant(item, outside, depth + 1) {
                // In a list, where nothing can be left out, `null` stands for what is not known.
                Expr { kind: ExprKind::Null, span } => {
                    Expr { kind: ExprKind::Unknown(Unknown::Computed), span }
                }
                known => known,
            };
            ExprKind::List(items.iter().map(item).collect())
        }
        NodeKind::Map(entries) => ExprKind::Object(
            entries
                .iter()
                .map(|entry| Item {
                    key: Key::Name(Name {
                        text: entry.key.value.clone(),
                        span: outside.unwrap_or(entry.key.span),
                    }),
                    value: constant(&entry.value, outside, depth + 1),
                })
                .collect(),
        ),
    };
    Expr { kind, span }
}
