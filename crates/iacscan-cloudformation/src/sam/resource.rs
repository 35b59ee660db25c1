//! A serverless resource as its author wrote it, and the resources made of it.

use iacscan_core::reader::{Entry, Node};
use iacscan_core::{Located, Span, Str};

use super::globals;
use crate::notes::Note;
use crate::tree;

/// Attributes of a resource that what is generated for it takes over. `Metadata` is among them so
/// that its suppressions hold for the generated parts.
const PASSED_ON: [&str; 4] = ["Condition", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"];

/// A serverless resource as its author wrote it, with what it inherits.
#[derive(Debug)]
pub(crate) struct Written<'t> {
    /// Its logical id.
    pub(crate) id: &'t Located<Str>,
    /// All of it.
    pub(crate) node: &'t Node,
    /// Its type.
    pub(crate) kind: &'t str,
    /// Where its type is written.
    pub(crate) type_span: Span,
    /// Its properties.
    pub(crate) properties: Vec<Entry>,
    /// Where they are written.
    pub(crate) properties_key: Span,
}

impl<'t> Written<'t> {
    /// The resource of an entry of `Resources`, when it is a serverless one.
    pub(crate) fn of(entry: &'t Entry, globals: Option<&Node>) -> Option<Self> {
        let kind = entry.value.get("Type")?;
        let name = tree::plain_text(kind)?.trim();
        if !name.starts_with("AWS::Serverless::") {
            return None;
        }
        let properties_key = entry.value.entry("Properties").map(|entry| entry.key.span);
        Some(Self {
            id: &entry.key,
            node: &entry.value,
            kind: name,
            type_span: kind.span,
            properties: globals::merged(globals, name, &entry.value),
            properties_key: properties_key.unwrap_or(entry.key.span),
        })
    }

    /// A property, the last one of duplicates.
    pub(crate) fn entry(&self, name: &str) -> Option<&Entry> {
        self.properties.iter().rev().find(|entry| entry.key.value == name)
    }

    /// The value of a property.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.entry(name).map(|entry| &entry.value)
    }

    /// A property that says something.
    pub(crate) fn given(&self, name: &str) -> Option<&Entry> {
        self.entry(name).filter(|entry| tree::is_given(&entry.value))
    }

    /// A logical id made of its own.
    pub(crate) fn id_with(&self, suffix: &str) -> Str {
        smol_str::format_smolstr!("{}{suffix}", self.id.value)
    }

    /// The attributes that generated resources take over.
    pub(crate) fn passed_on(&self) -> Vec<Entry> {
        let entries = self.node.as_map().unwrap_or_default();
        let passes = |entry: &&Entry| PASSED_ON.contains(&entry.key.value.as_str());
        entries.iter().filter(passes).cloned().collect()
    }

    /// All its attributes but the ones SAM takes for itself.
    pub(crate) fn attributes(&self) -> Vec<Entry> {
        let own = ["Type", "Properties", "Connectors", "IgnoreGlobals"];
        let entries = self.node.as_map().unwrap_or_default();
        let stays = |entry: &&Entry| !own.contains(&entry.key.value.as_str());
        entries.iter().filter(stays).cloned().collect()
    }

    /// The resource it becomes itself, under its own logical id.
    pub(crate) fn becomes(&self, kind: &'static str, properties: Vec<Entry>) -> Generated {
        Generated {
            id: self.id.clone(),
            kind,
            type_span: self.type_span,
            properties: Some((self.properties_key, properties)),
            attributes: self.attributes(),
            note: Note { written_type: Some(self.kind.into()), ..Note::default() },
        }
    }

    /// A resource that SAM adds because of what stands at `span`.
    pub(crate) fn adds(
        &self,
        id: impl Into<Str>,
        kind: &'static str,
        span: Span,
        properties: Vec<Entry>,
    ) -> Generated {
        Generated {
            id: Located::new(id.into(), span),
            kind,
            type_span: span,
            properties: Some((span, properties)),
            attributes: self.passed_on(),
            note: Note { by_tool: true, made_of: Some(self.id.value.clone()), ..Note::default() },
        }
    }
}

/// A resource that a serverless resource stands for.
#[derive(Debug)]
pub(crate) struct Generated {
    /// Its logical id.
    pub(crate) id: Located<Str>,
    /// Its type.
    pub(crate) kind: &'static str,
    /// The place of its type.
    pub(crate) type_span: Span,
    /// `Properties` with the place of the key.
    pub(crate) properties: Option<(Span, Vec<Entry>)>,
    /// Its other attributes.
    pub(crate) attributes: Vec<Entry>,
    /// What is known about it beyond that.
    pub(crate) note: Note,
}

impl Generated {
    /// Replaces the condition under which it exists.
    pub(crate) fn when(&mut self, condition: Node) {
        self.attributes.retain(|entry| entry.key.value != "Condition");
        self.attributes.push(tree::entry("Condition", condition));
    }

    /// The entry of `Resources` that it is, and the note about it.
    pub(crate) fn into_entry(self) -> (Entry, Note) {
        let mut entries = vec![tree::entry("Type", tree::text(self.kind, self.type_span))];
        entries.extend(self.attributes);
        if let Some((span, properties)) = self.properties {
            entries.push(tree::entry_at("Properties", span, tree::map(properties, span)));
        }
        let value = tree::map(entries, self.id.span);
        (Entry { key: self.id, value }, self.note)
    }
}
