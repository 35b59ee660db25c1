//! A template: its sections and resources with their places, nothing evaluated.

use iacscan_core::reader::{Entry, Node};
use iacscan_core::{Gap, Span, Str};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::Inputs;
use crate::eval::{Bindings, Evaluator, generates_entries, is_loop, key, loop_body};

/// The entries of a section by name, in the order they were written; of duplicate keys the last
/// one. Loops are unrolled.
pub(crate) type Section<'t> = IndexMap<Str, Item<'t>, FxBuildHasher>;

/// One entry of a section.
#[derive(Clone, Debug)]
pub(crate) struct Item<'t> {
    /// The key and everything under it, as written.
    pub(crate) entry: &'t Entry,
    /// What the loops around it bind.
    pub(crate) bindings: Bindings,
}

impl<'t> Item<'t> {
    /// The value of a key directly under the entry.
    pub(crate) fn get(&self, key: &str) -> Option<&'t Node> {
        self.entry.value.get(key)
    }
}

/// A template and where it stands in its unit.
#[derive(Debug)]
pub(crate) struct Template<'t> {
    /// The display path of its unit.
    pub(crate) unit: Str,
    /// The nested stack it is, as logical ids; empty for the unit's own template.
    pub(crate) scope: Str,
    /// The region it is deployed to, when that is known.
    pub(crate) region: Option<Str>,
    /// The whole document.
    pub(crate) root: &'t Node,
    /// `Parameters`.
    pub(crate) parameters: Section<'t>,
    /// `Mappings`.
    pub(crate) mappings: Section<'t>,
    /// `Conditions`.
    pub(crate) conditions: Section<'t>,
    /// `Resources`.
    pub(crate) resources: Section<'t>,
    /// `Outputs`.
    pub(crate) outputs: Section<'t>,
    /// The transforms it asks for.
    pub(crate) transforms: Vec<Transform<'t>>,
    /// Why it may define more names than are written in it.
    pub(crate) open: Option<Gap>,
    /// Serverless resources: what a transform makes for them is named after them. Nothing where
    /// other names may come to exist too.
    pub(crate) named_after: Option<Vec<Str>>,
    /// Loops whose rounds are not all known.
    pub(crate) loop_gaps: Vec<Gap>,
}

/// A section with its loops unrolled.
struct Unrolled<'t> {
    section: Section<'t>,
    gaps: Vec<Gap>,
}

impl<'t> Unrolled<'t> {
    /// Adds entries, as often as the loops around and inside of them say.
    fn add<'s>(&mut self, eval: &Evaluator<'s>, entries: &'t [Entry], bindings: &Bindings)
    where
        't: 's,
    {
        for entry in entries {
            if is_loop(entry) {
                let (rounds, gap) = eval.rounds(entry, bindings);
                self.gaps.extend(gap);
                for bindings in rounds {
                    self.add(eval, loop_body(entry), &bindings);
                }
            } else if generates_entries(entry).is_none() {
                match key(entry, bindings) {
                    Ok(name) => {
                        let bindings = bindings.clone();
                        self.section.insert(name, Item { entry, bindings });
                    }
                    Err(gap) => self.gaps.push(gap),
                }
            }
        }
    }
}

/// A transform that CloudFormation runs over the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Transform<'t> {
    /// Its name.
    pub(crate) name: &'t str,
    /// Where it is named.
    pub(crate) span: Span,
    /// Whether it is given anything.
    pub(crate) has_parameters: bool,
}

/// What a template may name of a serverless function besides its version and its alias, whose names
/// are replaced where it has them.
const OTHER_PARTS: [&str; 2] = ["DestinationQueue", "DestinationTopic"];

/// What a transform means for the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransformKind {
    /// The serverless application model.
    Sam,
    /// One that adds no resource and changes none that matter here.
    Harmless,
    /// A file that is not in the scan takes its place.
    Include,
    /// A macro, which may add and change anything.
    Macro,
}

impl Transform<'_> {
    /// What it means for the template.
    pub(crate) fn kind(&self) -> TransformKind {
        let harmless = [
            "AWS::LanguageExtensions",
            "AWS::Include",
            "AWS::SecretsManager-",
            "AWS::CodeDeployBlueGreen",
            "AWS::ServiceCatalog",
        ];
        if self.name.starts_with("AWS::Serverless-") {
            TransformKind::Sam
        } else if self.name == "AWS::Include" && self.has_parameters {
            TransformKind::Include
        } else if harmless.iter().any(|prefix| self.name.starts_with(prefix)) {
            TransformKind::Harmless
        } else {
            TransformKind::Macro
        }
    }
}

impl<'t> Template<'t> {
    /// The template that a document is.
    pub(crate) fn new(unit: Str, scope: Str, root: &'t Node) -> Self {
        let section = |name: &str| {
            let entries = root.get(name).and_then(Node::as_map).unwrap_or_default();
            let mut section = Section::default();
            for entry in entries.iter().filter(|entry| generates_entries(entry).is_none()) {
                section.insert(entry.key.value.clone(), Item { entry, bindings: None });
            }
            section
        };
        Self {
            unit,
            scope,
            region: None,
            root,
            parameters: section("Parameters"),
            mappings: section("Mappings"),
            conditions: section("Conditions"),
            resources: section("Resources"),
            outputs: section("Outputs"),
            transforms: transforms(root),
            open: None,
            named_after: None,
            loop_gaps: Vec::new(),
        }
    }

    /// Unrolls the loops of the sections that may have some, in place.
    pub(crate) fn unroll(&mut self, inputs: &Inputs) {
        let sections = [("Conditions", 0), ("Resources", 1), ("Outputs", 2)];
        for (name, which) in sections {
            let entries = self.root.get(name).and_then(Node::as_map).unwrap_or_default();
            if !entries.iter().any(is_loop) {
                continue;
            }
            let mut unrolled = Unrolled { section: Section::default(), gaps: Vec::new() };
            unrolled.add(&Evaluator::new(self, inputs), entries, &None);
            self.loop_gaps.extend(unrolled.gaps);
            match which {
                0 => self.conditions = unrolled.section,
                1 => self.resources = unrolled.section,
                _ => self.outputs = unrolled.section,
            }
        }
    }

    /// Whether the template asks for SAM's transform.
    pub(crate) fn is_sam(&self) -> bool {
        self.transforms.iter().any(|transform| transform.kind() == TransformKind::Sam)
    }

    /// Whether a name that is not written may come to exist.
    pub(crate) fn may_define(&self, name: &str) -> bool {
        match (&self.named_after, self.open) {
            (Some(_), _) if name.starts_with("Serverless") => true,
            // No logical id has a dot: it is a part of a serverless resource, or nothing.
            (Some(ids), _) => match name.split_once('.') {
                Some((id, part)) => {
                    let made = !self.is_serverless_function(id) || OTHER_PARTS.contains(&part);
                    made && ids.iter().any(|serverless| serverless == id)
                }
                None => ids.iter().any(|id| name.starts_with(id.as_str())),
            },
            (None, open) => open.is_some(),
        }
    }

    /// The serverless function whose version or alias this name is that it does not have.
    pub(crate) fn unpublished<'n>(&self, name: &'n str) -> Option<&'n str> {
        let (id, part) = name.split_once('.')?;
        let named = matches!(part, "Alias" | "Version");
        (named && self.is_serverless_function(id)).then_some(id)
    }

    /// Whether SAM makes this function.
    fn is_serverless_function(&self, id: &str) -> bool {
        let is_serverless = |ids: &Vec<Str>| ids.iter().any(|serverless| serverless == id);
        self.named_after.as_ref().is_some_and(is_serverless)
            && self.resource_type(id) == Some("AWS::Lambda::Function")
    }

    /// The type of a resource, when there is a resource of that name.
    pub(crate) fn resource_type(&self, logical_id: &str) -> Option<&'t str> {
        let resource = self.resources.get(logical_id)?;
        Some(resource.get("Type").and_then(Node::as_str).unwrap_or_default())
    }
}

/// `Transform: name`, a list of names, or `Fn::Transform` with a name at the top.
fn transforms(root: &Node) -> Vec<Transform<'_>> {
    ["Transform", "Fn::Transform"]
        .into_iter()
        .filter_map(|key| root.get(key))
        .flat_map(|node| match node.as_list() {
            Some(items) => items.iter().collect::<Vec<_>>(),
            None => vec![node],
        })
        .filter_map(transform)
        .collect()
}

fn transform(node: &Node) -> Option<Transform<'_>> {
    let named = match node.as_str() {
        Some(_) => node,
        None => node.get("Name")?,
    };
    let has_parameters = node.get("Parameters").is_some();
    Some(Transform { name: named.as_str()?, span: named.span, has_parameters })
}
