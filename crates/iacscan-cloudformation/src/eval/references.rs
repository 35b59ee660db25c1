//! `Ref` and `Fn::GetAtt`: parameters, pseudo parameters and resources by name.

use iacscan_core::{Address, Located, ResourceAttribute, Span, Text, Unknown, Value};

use super::{Bindings, Evaluator, bound, pseudo};
use crate::attributes::{self, Meaning};
use crate::call::{Call, Function};

impl<'t> Evaluator<'t> {
    /// The address of a resource of this template.
    pub(crate) fn address(&self, logical_id: &str) -> Address {
        Address::scoped(self.template.unit.clone(), self.template.scope.clone(), logical_id)
    }

    /// `Ref: name`.
    pub(super) fn reference(&self, call: &Call<'t>, bindings: &Bindings) -> Located<Value> {
        if let (Some(name), None) = (call.scalar(), bindings) {
            return self.named(name, call.span, bindings);
        }
        match self.argument(call, bindings).value.to_text().and_then(|text| text.as_known()) {
            Some(name) => self.named(&name, call.span, bindings),
            None => Located::new(Value::Unknown(Unknown::Unsupported), call.span),
        }
    }

    /// What a name means: what a loop binds, a parameter, a pseudo parameter, a resource.
    pub(super) fn named(&self, name: &str, at: Span, bindings: &Bindings) -> Located<Value> {
        if let Some(value) = bound(bindings, name) {
            return value.clone().map(Value::Text).through(at, name);
        }
        if let Some(value) = self.parameter(name, at) {
            return self.with_input(name, value);
        }
        if let Some(value) = pseudo::value(name, at) {
            return value;
        }
        match self.template.resource_type(name) {
            Some(kind) => self.meant(name, attributes::of_ref(kind), at),
            None => Located::new(Value::Unknown(self.undefined()), at),
        }
    }

    /// `Fn::GetAtt: resource.attribute` or `Fn::GetAtt: [resource, attribute]`.
    pub(super) fn attribute(&self, call: &Call<'t>, bindings: &Bindings) -> Located<Value> {
        let unknown = |unknown| Located::new(Value::Unknown(unknown), call.span);
        if let Some([resource, attribute @ ..]) = call.items() {
            let name = |node| self.value(node, bindings).value.to_text()?.as_known();
            let Some(resource) = name(resource) else { return unknown(Unknown::Unsupported) };
            let path: Option<Vec<_>> = attribute.iter().map(name).collect();
            return match path {
                Some(path) if path.is_empty() => unknown(Unknown::Invalid),
                Some(path) => self.attribute_of(&resource, &path.join("."), call.span),
                None if self.template.resource_type(&resource).is_some() => {
                    unknown(Unknown::Computed)
                }
                None => unknown(Unknown::Unsupported),
            };
        }
        let text = self.argument(call, bindings).value.to_text();
        match text.and_then(|text| text.as_known()) {
            Some(text) => match text.split_once('.') {
                Some((resource, attribute)) => self.attribute_of(resource, attribute, call.span),
                None => unknown(Unknown::Invalid),
            },
            None => unknown(Unknown::Unsupported),
        }
    }

    /// An attribute of a resource.
    pub(super) fn attribute_of(&self, resource: &str, attribute: &str, at: Span) -> Located<Value> {
        if let Some(value) = self.output(resource, attribute) {
            let value = value.through(at, smol_str::format_smolstr!("stack {resource}"));
            return self.without_input(value);
        }
        match self.template.resource_type(resource) {
            Some(kind) => self.meant(resource, attributes::of_get_att(kind, attribute), at),
            None => Located::new(Value::Unknown(self.undefined()), at),
        }
    }

    fn meant(&self, resource: &str, meaning: Meaning, at: Span) -> Located<Value> {
        let value = match meaning {
            Meaning::Unknown(unknown) => Value::Unknown(unknown),
            // Nobody gets in by a key that is not active.
            Meaning::Attribute(ResourceAttribute::Credential(part))
                if !self.is_active_key(resource) =>
            {
                let attribute = ResourceAttribute::Other(smol_str::format_smolstr!("{part}"));
                Value::Text(Text::reference(self.address(resource), attribute))
            }
            Meaning::Attribute(attribute) => {
                Value::Text(Text::reference(self.address(resource), attribute))
            }
            Meaning::With(attribute, suffix) => {
                let mut text = Text::reference(self.address(resource), attribute);
                text.extend(&Text::literal(suffix));
                Value::Text(text)
            }
        };
        Located::new(value, at)
    }

    /// Whether an access key is certainly active: its status is not written, or written here or in
    /// a parameter.
    fn is_active_key(&self, resource: &str) -> bool {
        let written = self.template.resources.get(resource).map(|item| &item.entry.value);
        let properties = written.and_then(|written| written.get("Properties"));
        let Some(status) = properties.and_then(|properties| properties.get("Status")) else {
            return true;
        };
        if let Some(text) = status.as_str().filter(|_| status.tag.is_none()) {
            return text == "Active";
        }
        let name = Call::of(status).filter(|call| call.function == Function::Ref);
        let value = name.and_then(|call| self.parameter(call.scalar()?, call.span));
        value.is_some_and(|value| {
            value.value.to_text().is_some_and(|text| text.as_str() == Some("Active"))
        })
    }

    /// Why a name that is not defined is not known.
    fn undefined(&self) -> Unknown {
        self.template.open.map_or(Unknown::Invalid, |gap| gap.unknown)
    }
}
