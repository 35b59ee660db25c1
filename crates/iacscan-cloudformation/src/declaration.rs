//! One resource of a template as lowering sees it.

use iacscan_core::reader::{Entry, Node, NodeKind};
use iacscan_core::{
    Collection, Condition, Gap, Located, Property, Span, Str, Suppression, Text, Unknown, Value,
};
use iacscan_graph::lower;
use iacscan_graph::nodes::Header;
use iacscan_iam::PolicyDocument;

use crate::call::Call;
use crate::cdk;
use crate::eval::{Bindings, Evaluator, generates_entries, is_loop};
use crate::lower::values;

/// A resource of a template. Its properties are evaluated when they are asked for.
#[derive(Clone)]
pub(crate) struct Declaration<'e, 't> {
    /// The evaluator of its template.
    pub(crate) eval: &'e Evaluator<'t>,
    /// Its logical id, with what loops bind in it.
    pub(crate) logical_id: Str,
    /// Its type as written, empty when there is none.
    pub(crate) kind: &'t str,
    /// The logical id and everything under it.
    pub(crate) entry: &'t Entry,
    /// What the loops around it bind.
    pub(crate) bindings: Bindings,
    /// Names of resources that it refers to.
    pub(crate) depends_on: Vec<Str>,
}

impl<'e, 't> Declaration<'e, 't> {
    /// The node of its properties.
    pub(crate) fn properties(&self) -> Option<&'t Node> {
        self.entry.value.get("Properties")
    }

    /// The entry of a property.
    pub(crate) fn entry(&self, key: &str) -> Option<&'t Entry> {
        self.properties().filter(|node| Call::of(node).is_none())?.entry(key)
    }

    /// Where a property's key is written.
    pub(crate) fn key(&self, key: &str) -> Option<Span> {
        self.entry(key).map(|entry| entry.key.span)
    }

    /// Why there may be properties that are not known.
    pub(crate) fn gap(&self) -> Option<Gap> {
        let resource = &self.entry.value;
        let inside = |node: &Node| {
            node.open
                .map(|unknown| Gap { span: node.span, unknown })
                .or_else(|| node.as_map()?.iter().find_map(generates_entries))
        };
        let properties = self.properties();
        properties
            .and_then(|node| match Call::of(node) {
                Some(call) => Some(Gap { span: call.span, unknown: Unknown::External }),
                None if matches!(node.kind, NodeKind::Unread(Unknown::Invalid)) => {
                    Some(Gap { span: node.span, unknown: Unknown::Unread })
                }
                None if node.as_map().is_none() && !is_empty(node) => {
                    Some(Gap { span: node.span, unknown: Unknown::Invalid })
                }
                None => inside(node),
            })
            .or_else(|| inside(resource))
    }

    /// The value of a property. One that is not there where more may be than is known is unknown.
    pub(crate) fn get(&self, key: &str) -> Option<Located<Value>> {
        if let Some(entry) = self.entry(key) {
            return Some(self.eval.value(&entry.value, &self.bindings));
        }
        let gap = self.gap()?;
        if self.properties().and_then(Node::as_map).is_some_and(|map| map.iter().any(is_loop)) {
            let all = self.eval.value(self.properties()?, &self.bindings).value;
            let map = all.as_map()?;
            if map.open.is_none() || map.get(key).is_some() {
                return map.get(key).cloned();
            }
        }
        Some(Located::new(Value::Unknown(gap.unknown), gap.span))
    }

    /// The value of a property in which parameters without a value are themselves.
    pub(crate) fn get_with_inputs(&self, key: &str) -> Option<Located<Value>> {
        match self.entry(key) {
            Some(entry) => Some(self.eval.with_inputs(&entry.value, &self.bindings)),
            None => self.get(key),
        }
    }

    /// A property that names the resource.
    pub(crate) fn name(&self, key: &str) -> Property<Text> {
        lower::name(self.get_with_inputs(key).as_ref())
    }

    /// A name under a path of keys.
    pub(crate) fn name_at(&self, key: &str, path: &[&str]) -> Property<Text> {
        values::at_path(self.get_with_inputs(key).as_ref(), path, &lower::name)
    }

    /// A property as text that may be a parameter and nothing else.
    pub(crate) fn symbol(&self, key: &str) -> Property<Text> {
        lower::symbol(self.get_with_inputs(key).as_ref())
    }

    /// A property as a policy of a role.
    pub(crate) fn role_policy(&self, key: &str) -> Property<PolicyDocument> {
        self.read_policy(self.get_with_inputs(key).as_ref())
    }

    /// A property as text.
    pub(crate) fn text(&self, key: &str) -> Property<Text> {
        lower::text(self.get(key).as_ref())
    }

    /// A property as texts.
    pub(crate) fn texts(&self, key: &str) -> Collection<Located<Text>> {
        lower::texts(self.get(key).as_ref())
    }

    /// A property as texts that may be parameters and nothing else.
    pub(crate) fn symbols(&self, key: &str) -> Collection<Located<Text>> {
        lower::texts(self.get_with_inputs(key).as_ref())
    }

    /// A property as a policy document.
    pub(crate) fn policy(&self, key: &str) -> Property<PolicyDocument> {
        self.read_policy(self.get(key).as_ref())
    }

    /// A value of it as a policy document.
    pub(crate) fn read_policy(&self, value: Option<&Located<Value>>) -> Property<PolicyDocument> {
        value.into_iter().for_each(|value| self.eval.look_for_json(value));
        values::policy(value)
    }

    /// A text under a path of keys.
    pub(crate) fn text_at(&self, key: &str, path: &[&str]) -> Property<Text> {
        values::at_path(self.get(key).as_ref(), path, &lower::text)
    }

    /// The condition that it exists under.
    pub(crate) fn condition(&self) -> Condition {
        match self.entry.value.get("Condition") {
            Some(node) => self.eval.choice(node, &self.bindings),
            None => Condition::Always,
        }
    }

    /// Address and places.
    pub(crate) fn header(&self) -> Header {
        let address = self.eval.address(&self.logical_id);
        let mut header = Header::new(address, self.kind, self.entry.key.span);
        if let Some(kind) = self.entry.value.get("Type") {
            header.type_span = kind.span;
        }
        header.condition = self.condition();
        header.under = self.entry.value.get("Condition").and_then(Node::as_str).map(Str::from);
        header.depends_on = self.depends_on.iter().map(|name| self.eval.address(name)).collect();
        if self.entry.value.get("DependsOn").is_some() {
            header.waiting.listed.push(header.address.name().clone());
        }
        header.suppressions = self.suppressions();
        let construct = cdk::construct(&self.entry.value);
        header.construct =
            construct.map(|path| path.strip_suffix("/Resource").unwrap_or(path).into());
        header
    }

    /// `Metadata: {iacscan: {ignore: [{rule: id, reason: text}]}}`.
    fn suppressions(&self) -> Vec<Suppression> {
        let ignore = self
            .entry
            .value
            .get("Metadata")
            .and_then(|metadata| metadata.get("iacscan"))
            .and_then(|own| own.get("ignore"));
        let suppression = |item: &Node| {
            let rule = item.get("rule").and_then(|rule| Some((rule.as_str()?, rule.span)));
            let (rule, span) = rule.unwrap_or(("", item.span));
            let reason = item.get("reason").and_then(Node::as_str).map(Str::from);
            Suppression { rule: rule.into(), reason, span }
        };
        let Some(ignore) = ignore else { return Vec::new() };
        match ignore.as_list() {
            Some(items) => items.iter().map(suppression).collect(),
            None => vec![suppression(ignore)],
        }
    }
}

/// A key without a value.
fn is_empty(node: &Node) -> bool {
    node.as_str().is_some_and(|text| text.is_empty() || text == "~" || text == "null")
}
