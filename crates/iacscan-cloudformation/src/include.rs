//! `AWS::Include`: parts of a template in files of their own.
//!
//! A file that lies in the scan takes the place of the transform that names it; one that does not
//! (`s3://...`) leaves the transform, which is not known.

use iacscan_core::reader::{self, Entry, Limits, Node, NodeKind};

use crate::call::{Call, Function};
use crate::stacks::local_path;
use crate::statics::Statics;
use crate::units::World;

/// How many files one template may include.
const MOST: usize = 100;

/// A template with the local files it includes in their place; nothing when it includes none.
pub(crate) fn included(root: &Node, path: &str, world: &World<'_>) -> Option<Node> {
    if !names_include(root) {
        return None;
    }
    let statics = Statics::new(root, world.inputs);
    let mut includer = Includer { statics, path, world, left: MOST };
    let mut result = root.clone();
    includer.whole(&mut result);
    includer.parts(&mut result);
    Some(result)
}

/// Whether a tree asks for the transform anywhere. Recursive, because trees are never deeper than
/// the reader's limit.
fn names_include(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Scalar(scalar) => scalar.literal.text == "AWS::Include",
        NodeKind::List(items) => items.iter().any(names_include),
        NodeKind::Map(entries) => entries.iter().any(|entry| names_include(&entry.value)),
        NodeKind::Unread(_) => false,
    }
}

/// The local files that a template includes, directly.
pub(crate) fn locations(node: &Node, statics: &Statics<'_>, path: &str, found: &mut Vec<String>) {
    match &node.kind {
        NodeKind::Scalar(_) | NodeKind::Unread(_) => {}
        NodeKind::List(items) => {
            items.iter().for_each(|item| locations(item, statics, path, found));
        }
        NodeKind::Map(entries) => {
            found.extend(location(node, statics, path));
            entries.iter().for_each(|entry| locations(&entry.value, statics, path, found));
        }
    }
}

/// The local file that a transform names.
fn location(transform: &Node, statics: &Statics<'_>, path: &str) -> Option<String> {
    if transform.get("Name")?.as_str()? != "AWS::Include" {
        return None;
    }
    let location = statics.text(transform.get("Parameters")?.get("Location")?)?;
    local_path(path, &location)
}

struct Includer<'i> {
    statics: Statics<'i>,
    path: &'i str,
    world: &'i World<'i>,
    left: usize,
}

impl Includer<'_> {
    /// `Transform: {Name: AWS::Include, ...}` at the top: the file is merged into the template and
    /// the transform is done.
    fn whole(&mut self, root: &mut Node) {
        let Some(transform) = root.get("Transform").cloned() else { return };
        let transforms = match transform.as_list() {
            Some(items) => items.to_vec(),
            None => vec![transform.clone()],
        };
        let mut left = Vec::new();
        for transform in transforms {
            match self.file(&transform).map(|file| file.kind) {
                Some(NodeKind::Map(sections)) => merge(root, sections, 2),
                _ => left.push(transform),
            }
        }
        if let NodeKind::Map(entries) = &mut root.kind
            && let Some(entry) = entries.iter_mut().find(|entry| entry.key.value == "Transform")
        {
            entry.value = Node { kind: NodeKind::List(left), ..transform };
        }
    }

    /// `Fn::Transform` anywhere inside.
    fn parts(&mut self, node: &mut Node) {
        if let Some(call) = Call::of(node)
            && call.function == Function::Transform
            && let Some(included) = self.file(call.argument)
        {
            *node = included;
            return;
        }
        match &mut node.kind {
            NodeKind::List(items) => items.iter_mut().for_each(|item| self.parts(item)),
            NodeKind::Map(entries) => {
                entries.iter_mut().for_each(|entry| self.parts(&mut entry.value));
                self.beside(node);
            }
            NodeKind::Scalar(_) | NodeKind::Unread(_) => {}
        }
    }

    /// `Fn::Transform` beside other keys of a map: the keys of the file join them.
    fn beside(&mut self, node: &mut Node) {
        let NodeKind::Map(entries) = &mut node.kind else { return };
        let found = entries.iter().enumerate().find_map(|(index, entry)| {
            if entry.key.value != "Fn::Transform" {
                return None;
            }
            match self.file(&entry.value)?.kind {
                NodeKind::Map(included) => Some((index, included)),
                _ => None,
            }
        });
        if let Some((index, included)) = found {
            entries.remove(index);
            merge(node, included, 1);
        }
    }

    /// The file that a transform names.
    fn file(&mut self, transform: &Node) -> Option<Node> {
        let path = location(transform, &self.statics, self.path).filter(|_| self.left > 0)?;
        let source = self.world.files.read(&path).ok()?;
        let text = self.world.files.sources().get(source);
        let documents = reader::read(source, &text.text, &Limits::default()).documents;
        self.left -= 1;
        documents.into_iter().next()
    }
}

/// Adds entries to a map; what both have stays as the map has it, or merges as deep as `levels`.
fn merge(node: &mut Node, included: Vec<Entry>, levels: usize) {
    let NodeKind::Map(entries) = &mut node.kind else { return };
    for entry in included {
        match entries.iter_mut().find(|own| own.key.value == entry.key.value) {
            None => entries.push(entry),
            Some(own) if levels > 1 => {
                if let NodeKind::Map(inner) = entry.value.kind {
                    merge(&mut own.value, inner, levels - 1);
                }
            }
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use iacscan_core::{Files, MemoryFiles};

    use super::*;
    use crate::Inputs;
    use crate::sam::tests::written;

    #[test]
    fn files_take_the_place_of_what_names_them() {
        let include =
            |file: &str| format!("{{Name: AWS::Include, Parameters: {{Location: {file}}}}}");
        let cases = [
            (format!("{{a: {{Fn::Transform: {}}}}}", include("list.yaml")), "{a: [1, 2]}"),
            (format!("{{a: !Transform {}}}", include("./list.yaml")), "{a: [1, 2]}"),
            (
                format!("{{a: {{b: 1, Fn::Transform: {}}}}}", include("map.yaml")),
                "{a: {b: 1, R: {c: 3}}}",
            ),
            (
                format!("{{Transform: {}, Resources: {{S: 1}}}}", include("whole.yaml")),
                "{Transform: [], Resources: {S: 1, R: 2}}",
            ),
            (
                format!("{{a: {{Fn::Transform: {}}}}}", include("s3://b/k")),
                "{a: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}}}",
            ),
        ];
        for (text, expected) in cases {
            let files = MemoryFiles::new()
                .with("t.yaml", text.as_str())
                .with("list.yaml", "[1, 2]")
                .with("map.yaml", "{b: 2, R: {c: 3}}")
                .with("whole.yaml", "{Resources: {R: 2}}");
            let source = files.read("t.yaml").unwrap();
            let root = reader::read(source, &text, &Limits::default()).documents.remove(0);
            let inputs = Inputs::default();
            let world = World { files: &files, inputs: &inputs };
            let found = included(&root, "t.yaml", &world).unwrap();
            assert_eq!(written(&found), expected);
        }
    }
}
