//! `Globals`: properties that resources of one type inherit.

use iacscan_core::reader::{Entry, Node, NodeKind};
use iacscan_core::{Span, Str};

use crate::call::Call;
use crate::tree;

/// Keys of a function that `Globals.Function` does not take.
pub(crate) const REFUSED: [&str; 4] = ["Role", "Policies", "FunctionName", "Events"];

/// The properties of a resource with what it inherits. What is inherited keeps its place in
/// `Globals`.
pub(crate) fn merged(globals: Option<&Node>, kind: &str, resource: &Node) -> Vec<Entry> {
    let own = properties(resource);
    let section = kind.strip_prefix("AWS::Serverless::").and_then(|name| globals?.get(name));
    let inherited = section.and_then(tree::plain_map).unwrap_or_default();
    let ignored = resource.get("IgnoreGlobals");
    if ignored.and_then(Node::as_str) == Some("*") {
        return own.to_vec();
    }
    let ignored: Vec<&str> = ignored
        .and_then(Node::as_list)
        .map(|names| names.iter().filter_map(Node::as_str).collect())
        .unwrap_or_default();
    let inherited: Vec<&Entry> =
        inherited.iter().filter(|entry| !ignored.contains(&entry.key.value.as_str())).collect();
    merge_entries(&inherited, own)
}

/// Where `Globals` has keys that it does not take, of those a resource inherits.
pub(crate) fn refused(globals: Option<&Node>) -> Vec<(Str, Span)> {
    let section = globals.and_then(|globals| globals.get("Function"));
    section
        .and_then(tree::plain_map)
        .unwrap_or_default()
        .iter()
        .filter(|entry| REFUSED.contains(&entry.key.value.as_str()))
        .map(|entry| (entry.key.value.clone(), entry.key.span))
        .collect()
}

/// The entries of `Properties` as they are written.
pub(crate) fn properties(resource: &Node) -> &[Entry] {
    resource.get("Properties").and_then(tree::plain_map).unwrap_or_default()
}

/// Maps merge, lists are put behind each other, everything else is overridden.
fn merge(global: &Node, local: &Node) -> Node {
    if Call::of(global).is_some() || Call::of(local).is_some() {
        return local.clone();
    }
    let kind = match (&global.kind, &local.kind) {
        (NodeKind::Map(inherited), NodeKind::Map(own)) => {
            NodeKind::Map(merge_entries(&inherited.iter().collect::<Vec<_>>(), own))
        }
        (NodeKind::List(inherited), NodeKind::List(own)) => {
            NodeKind::List(inherited.iter().chain(own).cloned().collect())
        }
        _ => return local.clone(),
    };
    Node { kind, span: local.span, tag: None, open: local.open.or(global.open) }
}

fn merge_entries(inherited: &[&Entry], own: &[Entry]) -> Vec<Entry> {
    let mut result: Vec<Entry> = Vec::new();
    for entry in inherited {
        let local = own.iter().rev().find(|local| local.key.value == entry.key.value);
        result.push(match local {
            Some(local) => {
                Entry { key: local.key.clone(), value: merge(&entry.value, &local.value) }
            }
            None => (*entry).clone(),
        });
    }
    let inherits = |key: &Str| inherited.iter().any(|entry| entry.key.value == *key);
    result.extend(own.iter().filter(|entry| !inherits(&entry.key.value)).cloned());
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sam::tests::{read, written};

    #[test]
    fn maps_merge_lists_join_scalars_yield() {
        let cases = [
            ("{Timeout: 3}", "{Timeout: 5}", "{Timeout: 5}"),
            ("{Layers: [a]}", "{Layers: [b, a]}", "{Layers: [a, b, a]}"),
            (
                "{Environment: {Variables: {A: 1, B: 2}}}",
                "{Environment: {Variables: {B: 3, C: 4}}}",
                "{Environment: {Variables: {A: 1, B: 3, C: 4}}}",
            ),
            ("{VpcConfig: {SubnetIds: [a]}}", "{VpcConfig: null}", "{VpcConfig: null}"),
            ("{VpcConfig: {SubnetIds: [a]}}", "{}", "{VpcConfig: {SubnetIds: [a]}}"),
            ("{VpcConfig: {SubnetIds: [a]}}", "{VpcConfig: !Ref V}", "{VpcConfig: !Ref V}"),
            ("{Tracing: Active}", "{Handler: h}", "{Tracing: Active, Handler: h}"),
        ];
        for (global, local, expected) in cases {
            let globals = read(&format!("{{Function: {global}}}"));
            let resource = read(&format!("{{Properties: {local}}}"));
            let entries = merged(Some(&globals), "AWS::Serverless::Function", &resource);
            let found = tree::map(entries, Span::NONE);
            assert!(tree::same(&found, &read(expected)), "{}", written(&found));
        }
    }

    #[test]
    fn a_resource_may_ignore_globals() {
        let globals = read("{Function: {Tracing: Active, Timeout: 3}}");
        for (ignored, left) in [("'*'", vec![]), ("[Tracing]", vec!["Timeout"])] {
            let resource = read(&format!("{{IgnoreGlobals: {ignored}, Properties: {{}}}}"));
            let entries = merged(Some(&globals), "AWS::Serverless::Function", &resource);
            let keys: Vec<&str> = entries.iter().map(|entry| entry.key.value.as_str()).collect();
            assert_eq!(keys, left);
        }
    }

    #[test]
    fn what_globals_refuse_is_found() {
        let globals = read("{Function: {Role: r, Runtime: x, Events: {}}}");
        let names: Vec<Str> = refused(Some(&globals)).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Role", "Events"]);
    }
}
