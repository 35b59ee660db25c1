//! What an IAM access key gives of itself.

use std::rc::Rc;

use iacscan_core::{Credential, Located, ResourceAttribute, Span, Text, Unknown, Value};

use super::body::Resource;
use super::{Evaluator, V, branches};

impl Evaluator<'_> {
    /// A part of an access key. With a PGP key the provider hands out what is encrypted alone; and
    /// nobody gets in by a key that is not active.
    pub(super) fn credential(
        &self,
        resource: &Rc<Resource>,
        part: Credential,
        name: &str,
        span: Span,
    ) -> V {
        let reference = |attribute| {
            let text = Text::reference(resource.address.clone(), attribute);
            Located::new(Value::Text(text), span)
        };
        let argument = |name: &str| {
            let value = self.argument(resource, name);
            value.map_or_else(|| Located::new(Value::Null, span), |value| self.copy(&value))
        };
        branches::each(argument("status"), &mut |status| {
            let is_active = match &status.value {
                Value::Null => true,
                Value::Text(text) => text.as_str() == Some("Active"),
                _ => false,
            };
            let attribute = if is_active {
                ResourceAttribute::Credential(part)
            } else {
                ResourceAttribute::Other(name.into())
            };
            if part == Credential::KeyId {
                return reference(attribute);
            }
            branches::each(argument("pgp_key"), &mut |key| match &key.value {
                Value::Null => reference(attribute.clone()),
                Value::Text(text) if text.is_empty() => reference(attribute.clone()),
                Value::Text(text) if text.first_unknown().is_none() => {
                    Located::new(Value::Null, span)
                }
                _ => Located::new(Value::Unknown(Unknown::Computed), span),
            })
        })
    }
}
