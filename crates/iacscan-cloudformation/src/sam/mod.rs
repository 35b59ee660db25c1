//! The serverless application model.
//!
//! The transform turns serverless resources into plain ones before anything is deployed. Here the
//! same happens to the located tree: what is generated is made of the author's own nodes, or of
//! nodes that stand at the author's key that causes them. Evaluation and lowering then see plain
//! CloudFormation whose every span is a line somebody wrote, and [`Notes`] keep what a plain
//! template does not say.
//!
//! Source: the AWS SAM specification and aws-sam-translator 1.115.0.

mod connectors;
mod deployment;
mod destinations;
mod events;
mod function;
mod globals;
mod graphql;
mod loops;
mod others;
pub(crate) mod policies;
mod references;
mod resource;
mod role;
mod state_machine;
#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
mod twins;
mod url;

use std::collections::BTreeSet;

use iacscan_core::reader::{Entry, Node, NodeKind};
use iacscan_core::{Located, Span, Str};
use iacscan_iam::Partition;
use rustc_hash::FxHashMap;

use crate::Inputs;
use crate::call::Function;
use crate::eval::is_loop;
use crate::notes::{Note, Notes};
use crate::statics::Statics;
use crate::tree;
use resource::{Generated, Written};

/// A template after the transform.
#[derive(Debug)]
pub(crate) struct Expanded {
    /// The whole template.
    pub(crate) root: Node,
    /// What is known about its resources beyond that.
    pub(crate) notes: Notes,
    /// The logical ids of the serverless resources.
    pub(crate) serverless: Vec<Str>,
    /// Their properties as they are written. What is of no interest is not in the whole template,
    /// but what it refers to must be there all the same.
    pub(crate) properties: Vec<Node>,
}

/// Whether a template has resources that SAM's transform would turn into others.
pub(crate) fn applies(root: &Node) -> bool {
    let resources = root.get("Resources").and_then(Node::as_map).unwrap_or_default();
    resources.iter().any(|entry| {
        let kind = entry.value.get("Type").and_then(Node::as_str);
        kind.is_some_and(|kind| kind.trim().starts_with("AWS::Serverless::"))
            || entry.value.get("Connectors").is_some()
            || (is_loop(entry) && loops::is_serverless(&entry.value))
    })
}

/// Applies SAM's transform.
pub(crate) fn expand(root: &Node, inputs: &Inputs, partition: Option<Partition>) -> Expanded {
    match loops::unrolled(root, &Statics::new(root, inputs)) {
        Some(unrolled) => transform(&unrolled, inputs, partition),
        None => transform(root, inputs, partition),
    }
}

fn transform(root: &Node, inputs: &Inputs, partition: Option<Partition>) -> Expanded {
    let mut out = Expansion::new(root, inputs, partition);
    let entries = root.get("Resources").and_then(Node::as_map).unwrap_or_default();
    for entry in entries {
        match Written::of(entry, out.globals) {
            Some(written) => out.serverless(&written),
            None if out.early.contains(&entry.key.value) => {}
            None => {
                if entry.value.get("Connectors").is_some() {
                    out.serverless.push(entry.key.value.clone());
                }
                out.keep(entry);
            }
        }
    }
    connectors::expand(&mut out, entries);
    out.finish()
}

/// The template under construction.
pub(crate) struct Expansion<'t> {
    root: &'t Node,
    /// `Globals`.
    globals: Option<&'t Node>,
    /// What SAM resolves by itself.
    statics: Statics<'t>,
    /// The partition it is deployed to, when that is known.
    partition: Option<Partition>,
    resources: Vec<Entry>,
    index: FxHashMap<Str, usize>,
    conditions: Vec<Entry>,
    notes: Notes,
    serverless: Vec<Str>,
    properties: Vec<Node>,
    /// Names that templates use for generated resources: (resource, part) to logical id.
    names: references::Names,
    made: BTreeSet<Str>,
    /// Resources that stand behind the function that changed them, taken over early.
    early: BTreeSet<Str>,
}

impl<'t> Expansion<'t> {
    fn new(root: &'t Node, inputs: &'t Inputs, partition: Option<Partition>) -> Self {
        Self {
            root,
            globals: root.get("Globals"),
            statics: Statics::new(root, inputs),
            partition,
            resources: Vec::new(),
            index: FxHashMap::default(),
            conditions: Vec::new(),
            notes: Notes::new(),
            serverless: Vec::new(),
            properties: Vec::new(),
            names: references::Names::default(),
            made: BTreeSet::new(),
            early: BTreeSet::new(),
        }
    }

    /// Expands a serverless resource.
    fn serverless(&mut self, written: &Written<'_>) {
        self.serverless.push(written.id.value.clone());
        self.properties.extend(written.node.get("Properties").cloned());
        match written.kind {
            "AWS::Serverless::Function" => function::expand(self, written),
            "AWS::Serverless::StateMachine" => state_machine::expand(self, written),
            "AWS::Serverless::GraphQLApi" => graphql::expand(self, written),
            "AWS::Serverless::Connector" => {}
            _ => others::expand(self, written),
        }
    }

    /// A resource of the template as its author wrote it.
    pub(crate) fn resource(&self, logical_id: &str) -> Option<&'t Node> {
        self.root.get("Resources")?.get(logical_id)
    }

    /// Adds a generated resource. One that the template has by that name already stays.
    pub(crate) fn add(&mut self, resource: Generated) {
        let (entry, note) = resource.into_entry();
        let id = entry.key.value.clone();
        if self.index.contains_key(&id) || self.is_kept(&id, &note) {
            return;
        }
        self.notes.insert(id.clone(), note);
        self.index.insert(id, self.resources.len());
        self.resources.push(entry);
    }

    /// Whether the author wrote a resource of this name, which is not the one being expanded.
    fn is_kept(&self, id: &str, note: &Note) -> bool {
        note.by_tool && self.resource(id).is_some()
    }

    /// The managed policy for tracing, by the partition: two names of one policy. Where nothing says
    /// which partition it is, most are `aws`.
    pub(crate) fn tracing_policy(&self) -> &'static str {
        if self.partition.is_none_or(Partition::is_commercial) {
            "AWSXrayWriteOnlyAccess"
        } else {
            "AWSXRayDaemonWriteAccess"
        }
    }

    /// Takes over a resource as it is.
    fn keep(&mut self, entry: &Entry) {
        self.index.insert(entry.key.value.clone(), self.resources.len());
        self.resources.push(entry.clone());
    }

    /// Makes a template's own name for a generated resource mean it: `Function.Alias`.
    pub(crate) fn rename(&mut self, resource: &str, part: &str, logical_id: Str) {
        self.names.add(resource, part, logical_id);
    }

    /// Whether this is the first time somebody asks for the thing of this name.
    pub(crate) fn once(&mut self, name: &str) -> bool {
        self.made.insert(name.into())
    }

    /// The API that SAM makes for events without one.
    pub(crate) fn implicit_api(&mut self, name: &'static str, span: Span) {
        if !self.once(name) {
            return;
        }
        let http = name == events::api::HTTP;
        let kind = if http { "AWS::ApiGatewayV2::Api" } else { "AWS::ApiGateway::RestApi" };
        let (stage, stage_kind) = if http {
            ("ServerlessHttpApiApiGatewayDefaultStage", "AWS::ApiGatewayV2::Stage")
        } else {
            ("ServerlessRestApiProdStage", "AWS::ApiGateway::Stage")
        };
        self.rename(name, "Stage", stage.into());
        for (id, kind) in [(name, kind), (stage, stage_kind)] {
            self.add(Generated {
                id: Located::new(id.into(), span),
                kind,
                type_span: span,
                properties: None,
                attributes: Vec::new(),
                note: Note { by_tool: true, ..Note::default() },
            });
        }
    }

    /// A condition that holds when another does not, by name.
    pub(crate) fn opposite(&mut self, condition: &Node) -> Node {
        let name = smol_str::format_smolstr!("NOT{}", condition.as_str().unwrap_or_default());
        if self.once(&format!("condition {name}")) {
            let span = condition.span;
            let inner = tree::map(vec![tree::entry("Condition", condition.clone())], span);
            let not = tree::call(Function::Not, tree::list(vec![inner], span), span);
            self.conditions.push(tree::entry(name.clone(), not));
        }
        tree::text(name, condition.span)
    }

    /// Appends an item to a list of a resource of the template.
    pub(crate) fn append(&mut self, resource: &str, path: &[&str], key: &str, item: Node) {
        let span = item.span;
        let Some(map) = self.part_mut(resource, path, span) else { return };
        let Some(NodeKind::Map(entries)) = (map.tag.is_none()).then_some(&mut map.kind) else {
            return;
        };
        match entries.iter_mut().rev().find(|entry| entry.key.value == key) {
            Some(entry) => {
                if let (None, NodeKind::List(items)) = (&entry.value.tag, &mut entry.value.kind) {
                    items.push(item);
                }
            }
            None => entries.push(tree::entry(key, tree::list(vec![item], span))),
        }
    }

    /// Sets an entry of a map of a resource of the template.
    pub(crate) fn set(&mut self, resource: &str, path: &[&str], key: &str, value: Node) {
        let Some(map) = self.part_mut(resource, path, value.span) else { return };
        if let (None, NodeKind::Map(entries)) = (&map.tag, &mut map.kind) {
            entries.push(tree::entry(key, value));
        }
    }

    /// A part of a resource that is not serverless, to be changed.
    fn part_mut(&mut self, resource: &str, path: &[&str], span: Span) -> Option<&mut Node> {
        if !self.index.contains_key(resource) {
            let entries = self.root.get("Resources")?.as_map()?;
            let entry = entries.iter().rev().find(|entry| entry.key.value == resource)?;
            if Written::of(entry, None).is_some() {
                return None;
            }
            self.keep(entry);
            self.early.insert(resource.into());
        }
        let entry = self.resources.get_mut(*self.index.get(resource)?)?;
        tree::descend_mut(&mut entry.value, path, span)
    }

    /// Adds a dependency to a resource.
    pub(crate) fn depend(&mut self, resource: &str, on: &str, span: Span) {
        let Some(index) = self.index.get(resource) else { return };
        let Some(entry) = self.resources.get_mut(*index) else { return };
        let NodeKind::Map(entries) = &mut entry.value.kind else { return };
        let item = tree::text(on, span);
        match entries.iter_mut().rev().find(|entry| entry.key.value == "DependsOn") {
            Some(entry) => match &mut entry.value.kind {
                NodeKind::List(items) => items.push(item),
                _ => entry.value = tree::list(vec![entry.value.clone(), item], entry.value.span),
            },
            None => entries.push(tree::entry("DependsOn", item)),
        }
    }

    fn finish(mut self) -> Expanded {
        let mut root = self.root.clone();
        if let NodeKind::Map(sections) = &mut root.kind {
            sections.retain(|section| section.key.value != "Globals");
            for section in sections.iter_mut() {
                match section.key.value.as_str() {
                    "Resources" => {
                        section.value.kind = NodeKind::Map(std::mem::take(&mut self.resources));
                    }
                    "Conditions" => {
                        if let NodeKind::Map(entries) = &mut section.value.kind {
                            entries.append(&mut self.conditions);
                        }
                    }
                    _ => {}
                }
            }
        }
        self.names.apply(&mut root);
        self.properties.iter_mut().for_each(|node| self.names.apply(node));
        let Self { notes, serverless, properties, .. } = self;
        Expanded { root, notes, serverless, properties }
    }
}
