//! Nested stacks: templates that other templates of the same file tree call.
//!
//! A template that is called is judged through its callers, with what they give it, and not by
//! itself. Its resources join the unit of the caller under a scope of their own.

mod inline;

use std::collections::{BTreeMap, BTreeSet};

use iacscan_core::reader::{Documents, Limits, Node, Problem};
use iacscan_core::{Address, Condition, Files, Span, Str};
use iacscan_graph::Unit;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::eval::{Arguments, Evaluator};
use crate::notes::for_each_header;
use crate::statics::Statics;
use crate::template::Item;
use crate::units::{Place, World, lower_nested, template_at};
use crate::{Inputs, cdk, include};
use inline::Inline;

/// How many stacks may lie inside each other.
const DEEPEST: usize = 8;

/// Texts that were read already, by display path.
pub(crate) type ReadTexts<'p> = FxHashMap<&'p str, Documents>;

/// The templates that no other one calls; of those that only call each other, the first. With what
/// was read to know that.
pub(crate) fn roots<'p>(
    templates: &'p [String],
    files: &dyn Files,
    inputs: &Inputs,
) -> (Vec<&'p String>, ReadTexts<'p>) {
    let callers: Vec<(&str, Vec<String>, Documents)> = templates
        .par_iter()
        .filter_map(|path| {
            let (called, documents) = called_by(path, files, inputs)?;
            Some((path.as_str(), called, documents))
        })
        .collect();
    let mut calls: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut read = ReadTexts::default();
    for (path, called, documents) in callers {
        calls.insert(path, called);
        read.insert(path, documents);
    }
    let is_called: BTreeSet<&str> = calls.values().flatten().map(String::as_str).collect();
    let (called, mut roots): (Vec<&String>, Vec<&String>) =
        templates.iter().partition(|path| is_called.contains(path.as_str()));
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    roots.iter().for_each(|path| reach(path, &calls, &mut reached));
    for path in called {
        if !reached.contains(path.as_str()) {
            roots.push(path);
            reach(path, &calls, &mut reached);
        }
    }
    (cdk::deployed(&roots, files), read)
}

fn reach<'c>(path: &str, calls: &'c BTreeMap<&str, Vec<String>>, reached: &mut BTreeSet<&'c str>) {
    let mut open: Vec<&str> = vec![path];
    while let Some(path) = open.pop() {
        for called in calls.get(path).into_iter().flatten() {
            if reached.insert(called) {
                open.push(called);
            }
        }
    }
}

/// The other templates that a template calls or includes, and the template. Most files are not parsed for
/// that.
fn called_by(path: &str, files: &dyn Files, inputs: &Inputs) -> Option<(Vec<String>, Documents)> {
    let source = files.read(path).ok()?;
    let text = files.sources().get(source);
    let names: [&[u8]; 3] =
        [b"AWS::CloudFormation::Stack", b"AWS::Serverless::Application", b"AWS::Include"];
    let bytes = text.text.as_bytes();
    if !names.iter().any(|kind| memchr::memmem::find(bytes, kind).is_some()) {
        return None;
    }
    let documents = iacscan_core::reader::read(source, &text.text, &Limits::default());
    let mut called = Vec::new();
    for root in &documents.documents {
        let statics = Statics::new(root, inputs);
        for entry in root.get("Resources").and_then(Node::as_map).unwrap_or_default() {
            called.extend(
                template_path(&entry.value, &statics, path, files).filter(|other| other != path),
            );
        }
        include::locations(root, &statics, path, &mut called);
    }
    Some((called, documents))
}

/// The display path of the template that a stack resource calls, when that is a local file.
fn template_path(
    resource: &Node,
    statics: &Statics<'_>,
    caller: &str,
    files: &dyn Files,
) -> Option<String> {
    let property = match resource.get("Type")?.as_str()? {
        "AWS::CloudFormation::Stack" => "TemplateURL",
        "AWS::Serverless::Application" => "Location",
        _ => return None,
    };
    let metadata = |key: &str| resource.get("Metadata")?.get(key)?.as_str().map(Str::from);
    let asset = metadata("aws:asset:path").filter(|_| {
        metadata("aws:asset:property").is_some_and(|property| property == "TemplateURL")
    });
    let properties = resource.get("Properties")?;
    // SAM's applications become stacks before they are called.
    let written = [property, "TemplateURL"].iter().find_map(|name| properties.get(name));
    match asset.or_else(|| statics.text(written?)) {
        Some(path) => local_path(caller, &path),
        None => cdk::uploaded_template(written?, caller, files),
    }
}

/// The display path of a local file that a template names.
pub(crate) fn local_path(caller: &str, path: &str) -> Option<String> {
    // Templates written on Windows have backslashes.
    let path = path.replace('\\', "/");
    let elsewhere = path.contains("://") || path.starts_with("s3:") || path.starts_with('/');
    if path.is_empty() || elsewhere { None } else { beside(caller, &path) }
}

/// A relative path as seen from the directory of a file; `None` where it leaves the top.
fn beside(file: &str, path: &str) -> Option<String> {
    let directory = file.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." => parts.push(part),
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// What the stacks that a template calls add to its unit.
#[derive(Default)]
pub(crate) struct Nested {
    /// What the stacks made whose templates are there.
    units: Vec<Unit>,
    /// Resources that the others are given.
    given_away: Vec<Address>,
}

/// Lowers the stacks that a template calls, each after the ones whose outputs it is given, and
/// tells the evaluator what they give back.
pub(crate) fn nested<'t>(
    eval: &Evaluator<'t>,
    dependencies: &FxHashMap<&str, Vec<Str>>,
    world: &World<'_>,
    place: &Place,
) -> Nested {
    if place.chain.len() >= DEEPEST {
        return Nested::default();
    }
    let (stacks, nested) = (BTreeSet::new(), Nested::default());
    let mut caller = Caller { eval, dependencies, world, place, stacks, nested };
    let resources = &eval.template().resources;
    caller.stacks = resources
        .iter()
        .filter(|(_, item)| is_stack(item))
        .map(|(name, _)| name.as_str())
        .collect();
    for (name, _) in resources.iter().filter(|(_, item)| is_stack(item)) {
        caller.lower(name);
    }
    caller.nested
}

fn is_stack(item: &Item<'_>) -> bool {
    let kind = item.get("Type").and_then(Node::as_str);
    matches!(kind, Some("AWS::CloudFormation::Stack" | "AWS::CloudFormation::StackSet"))
}

/// A template that is called.
struct Called {
    root: Node,
    problems: Vec<Problem>,
    /// Its display path.
    path: Str,
    /// The region it is deployed to, when that is known.
    region: Option<Str>,
    /// What is put into its text.
    arguments: Arguments,
}

/// A template with the stacks it calls that are still to be lowered.
struct Caller<'c, 't> {
    eval: &'c Evaluator<'t>,
    dependencies: &'c FxHashMap<&'c str, Vec<Str>>,
    world: &'c World<'c>,
    place: &'c Place,
    stacks: BTreeSet<&'c str>,
    nested: Nested,
}

impl<'t> Caller<'_, 't> {
    /// Lowers a stack, after the ones it refers to. Recursion ends, because every stack is taken
    /// once.
    fn lower(&mut self, name: &str) {
        if !self.stacks.remove(name) {
            return;
        }
        for other in self.dependencies.get(name).into_iter().flatten() {
            self.lower(other);
        }
        let Some(item) = self.eval.template().resources.get(name) else { return };
        let Some(called) = self.template(item) else { return self.give_away(item) };
        let Called { root, problems, path, region, mut arguments } = called;
        arguments.extend(self.arguments(item));
        let scope = match self.place.scope.as_str() {
            "" => Str::from(name),
            outer => smol_str::format_smolstr!("{outer}/{name}"),
        };
        let mut chain = self.place.chain.clone();
        chain.push(path.clone());
        let place = Place { unit: self.place.unit.clone(), scope, region, path, chain };
        let (mut unit, outputs) = lower_nested(&place, &root, &problems, arguments, self.world);
        self.eval.remember(name, outputs);
        let condition = match item.get("Condition") {
            Some(condition) => self.eval.choice(condition, &item.bindings),
            None => Condition::Always,
        };
        inside(&mut unit, &condition, item.entry.key.span);
        self.nested.units.push(unit);
    }

    /// Notes what a stack is given whose template is not there.
    fn give_away(&mut self, item: &Item<'t>) {
        let parameters = item.get("Properties").and_then(|all| all.get("Parameters"));
        if let Some(parameters) = parameters {
            let given = self.eval.value(parameters, &item.bindings);
            iacscan_graph::lower::references(&given, &mut self.nested.given_away);
        }
    }

    /// The template of a stack.
    fn template(&self, item: &Item<'t>) -> Option<Called> {
        if item.get("Type")?.as_str()? == "AWS::CloudFormation::StackSet" {
            let body = item.get("Properties")?.get("TemplateBody")?;
            let Inline { root, arguments } = inline::read(body, self.eval, &item.bindings)?;
            let path = self.place.path.clone();
            // A stack set has regions of its own.
            return Some(Called { root, problems: Vec::new(), path, region: None, arguments });
        }
        let nothing = Inputs::default();
        let inputs = if self.place.scope.is_empty() { self.world.inputs } else { &nothing };
        let statics = Statics::new(self.eval.template().root, inputs);
        let path = Str::from(template_path(
            &item.entry.value,
            &statics,
            &self.place.path,
            self.world.files,
        )?);
        if self.place.chain.contains(&path) {
            return None;
        }
        let (root, problems) = template_at(&path, self.world)?;
        let (region, arguments) = (self.place.region.clone(), Arguments::default());
        Some(Called { root, problems, path, region, arguments })
    }

    fn arguments(&self, item: &Item<'t>) -> Arguments {
        let parameters = item.get("Properties").and_then(|all| all.get("Parameters"));
        parameters.map(|node| self.eval.arguments_of(node, &item.bindings)).unwrap_or_default()
    }
}

/// Puts what a stack made under the condition and the call of the stack.
fn inside(unit: &mut Unit, condition: &Condition, call: Span) {
    for_each_header(unit, &mut |header| {
        header.condition = condition.clone().and(header.condition.clone());
        header.calls.insert(0, call);
    });
    for export in &mut unit.exports {
        export.condition = condition.clone().and(export.condition.clone());
    }
}

impl Nested {
    /// Adds it to the unit of the caller.
    pub(crate) fn absorbed_by(self, unit: &mut Unit) {
        unit.given_away.extend(self.given_away);
        for nested in self.units {
            absorb(unit, nested);
        }
    }
}

/// Adds what a nested stack made to the unit of its caller.
fn absorb(unit: &mut Unit, nested: Unit) {
    unit.resources.extend(nested.resources);
    unit.functions.extend(nested.functions);
    unit.roles.extend(nested.roles);
    unit.policies.extend(nested.policies);
    unit.attachments.extend(nested.attachments);
    unit.resource_policies.extend(nested.resource_policies);
    unit.kafka_clusters.extend(nested.kafka_clusters);
    unit.mappings.extend(nested.mappings);
    unit.invoke_configs.extend(nested.invoke_configs);
    unit.invoke_permissions.extend(nested.invoke_permissions);
    unit.urls.extend(nested.urls);
    unit.triggers.extend(nested.triggers);
    unit.edge_associations.extend(nested.edge_associations);
    unit.instance_profiles.extend(nested.instance_profiles);
    unit.role_users.extend(nested.role_users);
    unit.loose_policies.extend(nested.loose_policies);
    unit.exports.extend(nested.exports);
    unit.defaults.extend(nested.defaults);
    unit.handed_out.extend(nested.handed_out);
    unit.given_away.extend(nested.given_away);
    unit.open_world.extend(nested.open_world);
    // A template that is called twice has its mistakes once.
    let new = nested.findings.into_iter().filter(|finding| !unit.findings.contains(finding));
    let new: Vec<_> = new.collect();
    unit.findings.extend(new);
    let new = nested.undecided.into_iter().filter(|entry| !unit.undecided.contains(entry));
    let new: Vec<_> = new.collect();
    unit.undecided.extend(new);
}

#[cfg(test)]
mod tests;
