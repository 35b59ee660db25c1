//! The parts of a plan that matter, read as a stream: values and expressions of resources that
//! lowering looks at are kept, everything else is passed over without being held.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;

/// The output of `terraform show -json`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Plan {
    pub(super) format_version: Option<String>,
    #[serde(default)]
    pub(super) planned_values: PlannedValues,
    #[serde(default)]
    pub(super) configuration: Configuration,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct PlannedValues {
    #[serde(default)]
    pub(super) root_module: PlannedModule,
}

/// A module instance with its resources.
#[derive(Debug, Default, Deserialize)]
pub(super) struct PlannedModule {
    #[serde(default)]
    pub(super) address: String,
    #[serde(default)]
    pub(super) resources: Vec<Planned>,
    #[serde(default)]
    pub(super) child_modules: Vec<PlannedModule>,
}

/// One instance of a resource with the values that are known.
#[derive(Debug, Default)]
pub(super) struct Planned {
    pub(super) address: String,
    pub(super) is_data: bool,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) values: Json,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Configuration {
    #[serde(default)]
    pub(super) root_module: ConfigModule,
}

/// The configuration of a module.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ConfigModule {
    #[serde(default)]
    pub(super) resources: Vec<ConfigResource>,
    #[serde(default)]
    pub(super) module_calls: BTreeMap<String, ConfigCall>,
    #[serde(default)]
    pub(super) outputs: BTreeMap<String, ConfigOutput>,
}

/// A resource as configured: for each argument a constant, or what it refers to.
#[derive(Debug, Default)]
pub(super) struct ConfigResource {
    pub(super) is_data: bool,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) expressions: Json,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ConfigCall {
    #[serde(default)]
    pub(super) expressions: BTreeMap<String, Json>,
    #[serde(default)]
    pub(super) module: ConfigModule,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ConfigOutput {
    #[serde(default)]
    pub(super) expression: Json,
}

/// Whether lowering looks at the arguments of resources of this type.
fn matters(kind: &str) -> bool {
    kind.starts_with("aws_") || kind.starts_with("awscc_")
}

/// Reads `address`, `mode`, `type` and `name`, and one more field where the type matters.
struct Fields {
    address: String,
    is_data: bool,
    kind: String,
    name: String,
    content: Json,
}

struct FieldsVisitor(&'static str);

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields {
            address: String::new(),
            is_data: false,
            kind: String::new(),
            name: String::new(),
            content: Json::Null,
        };
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "address" => fields.address = map.next_value()?,
                "mode" => fields.is_data = map.next_value::<String>()? == "data",
                "type" => fields.kind = map.next_value()?,
                "name" => fields.name = map.next_value()?,
                // Types come first in what Terraform writes; without one nothing is dropped.
                key if key == self.0 && (fields.kind.is_empty() || matters(&fields.kind)) => {
                    fields.content = map.next_value()?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(fields)
    }
}

impl<'de> Deserialize<'de> for Planned {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Fields { address, is_data, kind, name, content } =
            deserializer.deserialize_map(FieldsVisitor("values"))?;
        Ok(Self { address, is_data, kind, name, values: content })
    }
}

impl<'de> Deserialize<'de> for ConfigResource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Fields { is_data, kind, name, content, .. } =
            deserializer.deserialize_map(FieldsVisitor("expressions"))?;
        Ok(Self { is_data, kind, name, expressions: content })
    }
}
