//! The CDK's cloud assemblies: which templates are deployed, where nested ones lie, and what the
//! CDK writes by itself.
//!
//! Source: the AWS CDK's cloud assembly schema and its construct library, version 2.

use std::collections::{BTreeMap, BTreeSet};

use iacscan_core::reader::{Limits, Node, NodeKind, json};
use iacscan_core::{Files, Str};

use crate::notes::{Note, Notes};
use crate::template::Template;

/// Parts of the logical ids of what the CDK adds to a stack once, for constructs that need a
/// function of their own.
const SINGLETONS: [&str; 5] = [
    "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a",
    "BucketNotificationsHandler050a0587b7544547bf325f094a3db834",
    "AWS679f53fac002430cb0da5b7982bd2287",
    "CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C",
    "CustomResourceProvider",
];

/// Parts of the logical ids of the functions that drive a user's own provider.
const FRAMEWORK: [&str; 3] = ["frameworkonEvent", "frameworkisComplete", "frameworkonTimeout"];

/// What the CDK wrote by itself in a template, if it is one of its.
pub(crate) fn notes(template: &Template<'_>) -> Notes {
    let by_cdk = template.parameters.contains_key("BootstrapVersion")
        || template.resources.contains_key("CDKMetadata")
        || template.resources.values().any(|item| construct(&item.entry.value).is_some());
    if !by_cdk {
        return Notes::new();
    }
    let own = |id: &str| SINGLETONS.iter().chain(&FRAMEWORK).any(|part| id.contains(part));
    let ids = template.resources.keys().filter(|id| own(id));
    ids.map(|id| (id.clone(), Note { by_tool: true, ..Note::default() })).collect()
}

/// The path of the construct that a resource is made by.
pub(crate) fn construct(resource: &Node) -> Option<&str> {
    resource.get("Metadata")?.get("aws:cdk:path")?.as_str()
}

/// The template that a stack resource calls by the place it is uploaded to: the asset of that hash.
pub(crate) fn uploaded_template(url: &Node, caller: &str, files: &dyn Files) -> Option<String> {
    let hash = last_text(url)?.rsplit('/').next()?.strip_suffix(".json")?;
    let stem = caller.strip_suffix(".template.json")?;
    let beside = directory(caller);
    let own = vec![format!("{stem}.assets.json")];
    // A nested template's assets are listed with those of the stack around it.
    let manifests = files.list(if beside.is_empty() { "." } else { beside }).unwrap_or_default();
    let manifests = manifests.into_iter().filter(|name| name.ends_with(".assets.json"));
    own.into_iter().chain(manifests.map(|name| join(beside, &name))).find_map(|manifest| {
        let root = read(&manifest, files)?;
        let path = root.get("files")?.get(hash)?.get("source")?.get("path")?.as_str()?;
        Some(join(beside, path))
    })
}

/// The templates to judge: without those that lie in a cloud assembly but are not deployed by it
/// (left over from an earlier synthesis), and without copies of deployed ones.
pub(crate) fn deployed<'p>(templates: &[&'p String], files: &dyn Files) -> Vec<&'p String> {
    let mut assemblies: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for path in templates {
        let directory = directory(path);
        assemblies.entry(directory).or_insert_with(|| stacks_of(directory, files));
    }
    let text = |path: &str| {
        let source = files.read(path).ok()?;
        Some(files.sources().get(source))
    };
    let listed = |path: &str| assemblies.get(directory(path)).is_some_and(|all| all.contains(path));
    let is_copy = |path: &str| {
        let Some(own) = text(path) else { return false };
        let stacks = assemblies.get(directory(path)).into_iter().flatten();
        let mut others = stacks.filter_map(|other| text(other));
        others.any(|other| other.text == own.text)
    };
    let all: BTreeSet<&str> = templates.iter().map(|path| path.as_str()).collect();
    let stays = |path: &&&String| {
        let stacks = assemblies.get(directory(path));
        let known = stacks.is_some_and(|stacks| stacks.iter().any(|s| all.contains(s.as_str())));
        if !known || listed(path) {
            return true;
        }
        !path.ends_with(".template.json") && !is_copy(path)
    };
    templates.iter().filter(stays).copied().collect()
}

/// The templates that the cloud assembly in a directory deploys.
fn stacks_of(directory: &str, files: &dyn Files) -> BTreeSet<String> {
    let Some(artifacts) = artifacts(directory, files) else { return BTreeSet::new() };
    let entries = artifacts.as_map().unwrap_or_default().iter();
    entries.filter_map(|entry| Some(join(directory, template_of(&entry.value)?))).collect()
}

/// The region that a cloud assembly deploys a template to; nothing where the CDK leaves that to the
/// one who deploys.
pub(crate) fn region(path: &str, files: &dyn Files) -> Option<Str> {
    if !path.ends_with(".template.json") {
        return None;
    }
    let directory = directory(path);
    let artifacts = artifacts(directory, files)?;
    let mut entries = artifacts.as_map()?.iter();
    let is_own = |artifact: &Node| {
        template_of(artifact).is_some_and(|template| join(directory, template) == path)
    };
    let stack = &entries.find(|entry| is_own(&entry.value))?.value;
    let region = stack.get("environment")?.as_str()?.strip_prefix("aws://")?.split('/').nth(1)?;
    (region != "unknown-region").then(|| region.into())
}

/// The artifacts of the cloud assembly in a directory.
fn artifacts(directory: &str, files: &dyn Files) -> Option<Node> {
    let root = read(&join(directory, "manifest.json"), files)?;
    let NodeKind::Map(sections) = root.kind else { return None };
    sections.into_iter().find(|section| section.key.value == "artifacts").map(|entry| entry.value)
}

/// The file of the template that an artifact deploys.
fn template_of(artifact: &Node) -> Option<&str> {
    if artifact.get("type")?.as_str()? != "aws:cloudformation:stack" {
        return None;
    }
    artifact.get("properties")?.get("templateFile")?.as_str()
}

fn read(path: &str, files: &dyn Files) -> Option<Node> {
    let source = files.read(path).ok()?;
    let text = files.sources().get(source);
    json::read(source, &text.text, &Limits::default()).documents.into_iter().next()
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

/// The last text written in an expression. Recursive, because trees are never deeper than the
/// reader's limit.
fn last_text(node: &Node) -> Option<&str> {
    match &node.kind {
        NodeKind::Scalar(scalar) => Some(&scalar.literal.text),
        NodeKind::List(items) => items.iter().rev().find_map(last_text),
        NodeKind::Map(entries) => entries.iter().rev().find_map(|entry| last_text(&entry.value)),
        NodeKind::Unread(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use iacscan_core::MemoryFiles;
    use iacscan_graph::nodes::Author;

    use crate::{Inputs, lower_templates};

    const MANIFEST: &str = r#"{"artifacts": {
        "Main": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Main.template.json"}}
    }}"#;
    const MAIN: &str = r#"{
        "Parameters": {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/b"}},
        "Resources": {
            "Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Fn::Join": ["", [
                "https://s3.", {"Ref": "AWS::Region"}, "/abc123.json"]]}}},
            "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4B": {"Type": "AWS::Lambda::Function", "Properties": {}},
            "Own": {"Type": "AWS::Lambda::Function", "Properties": {}, "Metadata": {"aws:cdk:path": "Main/Own/Resource"}}
        }
    }"#;
    const INNER: &str =
        r#"{"Resources": {"Inner": {"Type": "AWS::Lambda::Function", "Properties": {}}}}"#;
    const ASSETS: &str =
        r#"{"files": {"abc123": {"source": {"path": "Nested.nested.template.json"}}}}"#;

    #[test]
    fn an_assembly_is_its_deployed_stacks_with_their_nested_ones() {
        let files = MemoryFiles::new()
            .with("cdk.out/manifest.json", MANIFEST)
            .with("cdk.out/Main.template.json", MAIN)
            .with("cdk.out/Main.assets.json", ASSETS)
            .with("cdk.out/Nested.nested.template.json", INNER)
            .with("cdk.out/Old.template.json", INNER)
            .with("cdk.out/copy.json", MAIN);
        let templates = [
            "cdk.out/Main.template.json",
            "cdk.out/Nested.nested.template.json",
            "cdk.out/Old.template.json",
            "cdk.out/copy.json",
        ];
        let templates = templates.map(str::to_owned);
        let lowered = lower_templates(&templates, &files, &Inputs::default());
        let paths: Vec<&str> = lowered.units.iter().map(|unit| unit.path.as_str()).collect();
        assert_eq!(paths, ["cdk.out/Main.template.json"]);
        let functions: Vec<(&str, Author)> = lowered.units[0]
            .functions
            .iter()
            .map(|function| (function.header.address.name().as_str(), function.header.author))
            .collect();
        let log_retention = "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4B";
        let expected =
            [(log_retention, Author::Tool), ("Own", Author::User), ("Inner", Author::User)];
        assert_eq!(functions, expected);
        let own = &lowered.units[0].functions[1].header;
        assert_eq!(own.construct.as_deref(), Some("Main/Own"));
    }

    #[test]
    fn a_template_that_is_asked_for_alone_is_judged() {
        let files = MemoryFiles::new()
            .with("cdk.out/manifest.json", MANIFEST)
            .with("cdk.out/Old.template.json", INNER);
        let templates = ["cdk.out/Old.template.json".to_owned()];
        let lowered = lower_templates(&templates, &files, &Inputs::default());
        assert_eq!(lowered.units.len(), 1);
    }
}
