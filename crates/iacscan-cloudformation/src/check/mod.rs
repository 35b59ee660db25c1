//! What a template refers to, and what is wrong with its references and functions.
//!
//! One walk over everything that is deployed. Macros may give any text a meaning of its own, so
//! templates that have some are not judged; their references are collected all the same.

mod cycles;
mod missing;
mod quoted;
mod report;
mod shapes;

use std::collections::BTreeSet;

use iacscan_core::reader::{Entry, Node, NodeKind};
use iacscan_core::{Finding, Span, Str};
use rustc_hash::FxHashMap;

use crate::call::{Call, Function, whole};
use crate::eval::{Bindings, Part, bound, is_loop, is_pseudo_parameter, parts, with_bindings};
use crate::language::Templates;
use crate::template::Template;
use crate::{attributes, findings, fragment};
use missing::{Missing, Names};

/// What the resources of a template refer to, and what is wrong with it.
#[derive(Default)]
pub(crate) struct Checked<'t> {
    /// By logical id: the resources it refers to or names in `DependsOn`, sorted.
    pub(crate) dependencies: FxHashMap<&'t str, Vec<Str>>,
    /// The mistakes.
    pub(crate) findings: Vec<Finding>,
    /// Where the template shows that something completes it, and what is to say about it: names
    /// that it does not define are no mistakes.
    pub(crate) completed: Option<(Span, String)>,
}

/// One resource needs another.
#[derive(Clone, Copy)]
struct Edge<'t> {
    target: &'t str,
    span: Span,
    /// Whether it is there in every branch.
    certain: bool,
}

/// Walks over a template, and over properties that a transform took out of it. `is_included` says
/// whether a tool puts the file into another one.
pub(crate) fn check<'t>(
    template: &'t Template<'t>,
    taken: &'t [Node],
    language: &'static Templates,
    is_included: impl Fn() -> bool,
) -> Checked<'t> {
    let mut walk = Walk {
        template,
        language,
        modules: modules(template),
        // A transform may define further names, a macro may give functions another meaning.
        names_closed: template.open.is_none() || template.named_after.is_some(),
        shapes_known: template.open.is_none() || template.is_sam(),
        is_plain: false,
        under_choice: 0,
        edges: Vec::new(),
        findings: Vec::new(),
        missing: Missing::default(),
        filled_in: None,
        seen: BTreeSet::new(),
        bindings: None,
        local: Vec::new(),
    };
    for item in template.conditions.values() {
        walk.bindings = item.bindings.clone();
        walk.condition(&item.entry.value);
    }
    let mut edges: Vec<(&'t str, Vec<Edge<'t>>)> = Vec::new();
    for (name, item) in &template.resources {
        walk.bindings = item.bindings.clone();
        walk.resource(item.entry);
        edges.push((name, std::mem::take(&mut walk.edges)));
    }
    for item in template.outputs.values() {
        walk.bindings = item.bindings.clone();
        walk.optional_condition(&item.entry.value);
        for key in ["Value", "Export"] {
            item.get(key).into_iter().for_each(|node| walk.value(node));
        }
    }
    walk.bindings = None;
    taken.iter().for_each(|node| walk.value(node));
    let mut findings = walk.findings;
    let completed = walk
        .filled_in
        .map(|(span, name)| (span, format!("something else has to fill in `{name}` first")));
    let completed = completed.or_else(|| {
        let span = walk.missing.first()?;
        let is_headless = template.root.get("AWSTemplateFormatVersion").is_none()
            && template.transforms.is_empty();
        let is_piece = is_headless && walk.missing.outnumbers(template)
            || walk.missing.names().any(fragment::is_made_by_serverless);
        (is_piece || is_included()).then(|| {
            let names = walk.missing.listed();
            (
                span,
                format!(
                    "{names} is not defined here; the file seems to be joined with others first"
                ),
            )
        })
    });
    if completed.is_none() {
        findings.extend(walk.missing.findings(&template.unit));
    }
    if template.open.is_none() {
        cycles::find(template, &edges, &mut findings);
    }
    let dependencies = edges
        .into_iter()
        .map(|(name, edges)| {
            let targets: BTreeSet<&str> =
                edges.iter().map(|edge| edge.target).filter(|target| *target != name).collect();
            (name, targets.into_iter().map(Str::from).collect())
        })
        .collect();
    Checked { dependencies, findings, completed }
}

/// The resources that stand for those of a module, whose names begin with theirs.
fn modules<'t>(template: &'t Template<'t>) -> Vec<&'t str> {
    let is_module = |kind: &Node| {
        kind.tag.is_some() || kind.as_str().is_none_or(|kind| kind.ends_with("::MODULE"))
    };
    let resources = template.resources.iter();
    resources
        .filter(|(_, resource)| resource.get("Type").is_some_and(is_module))
        .map(|(name, _)| name.as_str())
        .collect()
}

struct Walk<'t> {
    template: &'t Template<'t>,
    language: &'static Templates,
    modules: Vec<&'t str>,
    names_closed: bool,
    shapes_known: bool,
    /// Whether what is visited are properties whose texts are nobody else's to read.
    is_plain: bool,
    /// How many `Fn::If` are around.
    under_choice: usize,
    edges: Vec<Edge<'t>>,
    findings: Vec<Finding>,
    missing: Missing,
    /// The first name that is a placeholder.
    filled_in: Option<(Span, String)>,
    /// Places that have a finding: aliases repeat nodes with their places.
    seen: BTreeSet<Span>,
    /// What the loops around the entry of a section bind.
    bindings: Bindings,
    /// The identifiers of the loops inside of it.
    local: Vec<&'t str>,
}

/// What a name in the template is.
enum Named<'t> {
    Resource(&'t str),
    /// A parameter, a pseudo parameter, what a loop binds.
    Value,
    /// What a loop makes of it is not known.
    Open,
    Nothing,
}

impl<'t> Walk<'t> {
    fn resource(&mut self, entry: &'t Entry) {
        let resource = &entry.value;
        self.optional_condition(resource);
        if let Some(explicit) = resource.get("DependsOn") {
            let nodes = explicit.as_list().unwrap_or(std::slice::from_ref(explicit));
            for node in nodes {
                if let (None, Some(name)) = (&node.tag, node.as_str()) {
                    self.depends_on(name, node.span);
                }
            }
        }
        self.is_plain = quoted::is_plain(resource);
        for key in ["Properties", "UpdatePolicy", "CreationPolicy"] {
            resource.get(key).into_iter().for_each(|node| self.value(node));
        }
        self.is_plain = false;
    }

    fn depends_on(&mut self, name: &str, span: Span) {
        match self.lookup(name) {
            Named::Resource(target) => self.edge(target, span),
            Named::Open => {}
            Named::Value | Named::Nothing if name.is_empty() => {}
            Named::Value | Named::Nothing => {
                let message = format!("`DependsOn` names `{name}`, which is no resource");
                self.unresolved(span, message, name, Names::Resources);
            }
        }
    }

    fn edge(&mut self, target: &'t str, span: Span) {
        self.edges.push(Edge { target, span, certain: self.under_choice == 0 });
    }

    /// What a name means, with what loops bind in it.
    fn lookup(&self, name: &str) -> Named<'t> {
        if let Some((resource, _)) = self.template.resources.get_key_value(name) {
            return Named::Resource(resource);
        }
        if self.template.parameters.contains_key(name)
            || is_pseudo_parameter(name)
            || bound(&self.bindings, name).is_some()
            || self.local.contains(&name)
        {
            return Named::Value;
        }
        if self.template.may_define(name)
            || self.modules.iter().any(|module| name.starts_with(module))
        {
            return Named::Open;
        }
        if !name.contains(['$', '&']) {
            return Named::Nothing;
        }
        if !self.local.is_empty() {
            return Named::Open;
        }
        match with_bindings(name, &self.bindings) {
            Some(other) if other != name => self.lookup(&other),
            _ => Named::Nothing,
        }
    }

    /// The condition that a resource or an output exists under.
    fn optional_condition(&mut self, node: &'t Node) {
        if let Some(condition) = node.get("Condition")
            && let (None, Some(name)) = (&condition.tag, condition.as_str())
        {
            self.condition_name(name, condition.span);
        }
    }

    fn condition_name(&mut self, name: &str, span: Span) {
        let defined = |name: &str| self.template.conditions.contains_key(name);
        let unrolled = with_bindings(name, &self.bindings);
        if !defined(name) && !unrolled.is_some_and(|name| defined(&name)) && self.local.is_empty() {
            let message = format!("there is no condition `{name}`");
            self.unresolved(span, message, name, Names::Conditions);
        }
    }

    /// Visits an expression of a condition.
    fn condition(&mut self, node: &'t Node) {
        match Call::in_condition(node) {
            Some(call) if call.function == Function::Condition => self.call(&call),
            Some(call) if matches!(call.function, Function::And | Function::Or | Function::Not) => {
                self.shape(&call);
                call.items().unwrap_or_default().iter().for_each(|part| self.condition(part));
            }
            _ => self.value(node),
        }
    }

    /// Visits an expression. Trees are no deeper than the reader's limit.
    fn value(&mut self, node: &'t Node) {
        match Call::of(node) {
            Some(call) => self.call(&call),
            None => self.children(node),
        }
    }

    fn children(&mut self, node: &'t Node) {
        match &node.kind {
            NodeKind::Scalar(_) => self.quoted(node),
            NodeKind::Unread(_) => {}
            NodeKind::List(items) => items.iter().for_each(|item| self.value(item)),
            NodeKind::Map(entries) => {
                for entry in entries {
                    if is_loop(entry) {
                        self.inner_loop(&entry.value);
                    } else if !quoted::is_read_by_code(&entry.key.value) {
                        self.value(&entry.value);
                    } else {
                        let around = std::mem::take(&mut self.is_plain);
                        self.value(&entry.value);
                        self.is_plain = around;
                    }
                }
            }
        }
    }

    fn inner_loop(&mut self, argument: &'t Node) {
        let Some([identifier, collection, body]) = argument.as_list() else { return };
        self.value(collection);
        let outside = self.local.len();
        self.local.extend(identifier.as_str());
        self.value(body);
        self.local.truncate(outside);
    }

    fn call(&mut self, call: &Call<'t>) {
        self.shape(call);
        match call.function {
            Function::Ref => {
                if let Some(name) = call.scalar() {
                    self.named(name, call.span, "Ref");
                    return;
                }
            }
            Function::GetAtt => {
                let target = match call.items() {
                    Some(items) => items.first().filter(|node| node.tag.is_none()),
                    None => Some(call.argument),
                };
                let name = target.and_then(Node::as_str);
                self.attribute(call, name);
                if let Some(name) = name.and_then(|text| text.split('.').next()) {
                    self.resource_named(name, call.span);
                }
            }
            Function::Sub => {
                self.substitution(call);
                return;
            }
            Function::If => {
                if let Some([condition, then, otherwise]) = call.items() {
                    match (&condition.tag, condition.as_str()) {
                        (None, Some(name)) => self.condition_name(name, condition.span),
                        _ => self.condition(condition),
                    }
                    self.under_choice += 1;
                    self.value(then);
                    self.value(otherwise);
                    self.under_choice -= 1;
                    return;
                }
            }
            Function::Condition => {
                if let Some(name) = call.scalar() {
                    self.condition_name(name, call.span);
                    return;
                }
            }
            Function::FindInMap => {
                if let Some([mapping, _, _]) = call.items()
                    && let (None, Some(name)) = (&mapping.tag, mapping.as_str())
                    && !self.template.mappings.contains_key(name)
                {
                    let message = format!("there is no mapping `{name}`");
                    self.unresolved(mapping.span, message, name, Names::Mappings);
                }
            }
            // What a macro is given is its own business.
            Function::Transform => return,
            _ => {}
        }
        match (call.short, Call::long(call.argument)) {
            (true, Some(inner)) => self.call(&inner),
            (true, None) => self.children(call.argument),
            (false, _) => self.value(call.argument),
        }
    }

    fn substitution(&mut self, call: &Call<'t>) {
        let (template, variables) = match call.items() {
            Some([template, variables, ..]) => (template, variables.as_map()),
            Some([template]) => (template, None),
            Some([]) => return,
            None => (call.argument, None),
        };
        let Some(scalar) = template.as_scalar() else {
            return self.children(call.argument);
        };
        let variables = variables.unwrap_or_default();
        for part in parts(&scalar.literal.text) {
            let Part::Variable(name, start, end) = part else { continue };
            if variables.iter().any(|entry| entry.key.value == name) {
                continue;
            }
            let span = scalar.literal.span(start..end).unwrap_or_else(|| whole(template));
            let is_escaped = scalar.literal.text.get(..start).is_some_and(|it| it.ends_with('$'));
            if self.names_policy_variable(name, span, is_escaped) {
                continue;
            }
            match name.split_once('.') {
                Some((resource, _)) => {
                    if !self.unpublished(name, span, "Fn::Sub") {
                        self.resource_named(resource, span);
                    }
                }
                None => self.named(name, span, "Fn::Sub"),
            }
        }
        variables.iter().for_each(|entry| self.value(&entry.value));
    }

    /// The attribute of a resource, in whose name upper and lower case count.
    fn attribute(&mut self, call: &Call<'_>, target: Option<&str>) {
        let Some(target) = target else { return };
        let (name, attribute) = match (call.items(), target.split_once('.')) {
            (Some([_, attribute]), _) if attribute.tag.is_none() => (target, attribute.as_str()),
            (None, Some((name, attribute))) => (name, Some(attribute)),
            _ => return,
        };
        let Some(attribute) = attribute else { return };
        let Some(meant) = self
            .template
            .resource_type(name)
            .and_then(|kind| attributes::written_wrong(kind, attribute))
        else {
            return;
        };
        let (span, unit) = (call.span, &self.template.unit);
        let message = format!("`{name}` has no attribute `{attribute}`");
        let advice = format!("Write `{meant}` in place of `{attribute}`");
        let finding = findings::unresolved(span, message, "not an attribute", &advice, unit);
        self.findings.push(finding.finish());
    }

    /// A name that may mean a parameter or a resource.
    fn named(&mut self, name: &str, span: Span, function: &str) {
        match self.lookup(name) {
            Named::Resource(target) => self.edge(target, span),
            Named::Value | Named::Open => {}
            Named::Nothing => {
                if self.unpublished(name, span, function) {
                    return;
                }
                let message =
                    format!("`{function}` names `{name}`, which is no parameter or resource");
                self.unresolved(span, message, name, Names::Values);
            }
        }
    }

    /// A name that must mean a resource.
    fn resource_named(&mut self, name: &str, span: Span) {
        match self.lookup(name) {
            Named::Resource(target) => self.edge(target, span),
            Named::Open => {}
            Named::Value if bound(&self.bindings, name).is_some() => {}
            Named::Value if self.local.contains(&name) => {}
            Named::Value | Named::Nothing => {
                let message = format!("there is no resource `{name}`");
                self.unresolved(span, message, name, Names::Resources);
            }
        }
    }
}
