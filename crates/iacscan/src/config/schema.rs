//! The JSON Schema of `iacscan.yaml`, made from the tables the reader checks against.

use iacscan_core::{RuleMeta, Severity};
use iacscan_rules::Switch;
use serde_json::{Map, Value, json};

use super::EVENT_SOURCES;

/// The JSON Schema (draft 2020-12) of the configuration. With `rules` it knows their ids; without,
/// it takes every id, as the committed one does.
#[must_use]
pub fn schema(rules: &[&RuleMeta]) -> Value {
    let severities = Severity::ALL.map(Severity::as_str);
    let fail_on: Vec<&str> = severities.into_iter().chain(["never"]).collect();
    let texts = json!({"oneOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}},
    ]});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "iacscan.yaml",
        "description": "The configuration of iacscan.",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            "fail-on": {
                "description": "Fail on findings of this severity and above.",
                "enum": fail_on,
                "default": "medium",
            },
            "min-severity": {
                "description": "Report findings of this severity and above.",
                "enum": severities,
                "default": "low",
            },
            "exclude": described(
                "Globs of what is not scanned, relative to this file. A name without `/` matches \
                 at any depth.",
                &texts,
            ),
            "rules": rule_settings(rules, &texts),
            "baseline": {
                "description": "What every execution role of the organisation must carry.",
                "type": ["array", "null"],
                "items": {"$ref": "#/$defs/requirement"},
            },
            "terraform": section("vars", "Values of Terraform variables.", &json!({})),
            "cloudformation": section(
                "parameters",
                "Values of CloudFormation parameters.",
                &json!({"type": ["string", "number", "boolean", "array"]}),
            ),
        },
        "$defs": {
            "rule": one_rule(&texts, &[], rules.is_empty()),
            "requirement": {
                "type": "object",
                "additionalProperties": false,
                "oneOf": [
                    {"required": ["managed-policy"]},
                    {"required": ["actions"]},
                    {"required": ["permissions-boundary"]},
                ],
                "properties": {
                    "when": {
                        "description": "The functions it is asked of; all of them without.",
                        "type": ["object", "null"],
                        "additionalProperties": false,
                        "properties": {
                            "vpc": {"type": "boolean"},
                            "tracing": {"type": "boolean"},
                            "event-source": {"enum": EVENT_SOURCES},
                        },
                    },
                    "managed-policy": {
                        "description": "The name of an AWS managed policy, or an ARN.",
                        "type": "string",
                        "minLength": 1,
                    },
                    "actions": described("Actions that must be granted.", &texts),
                    "permissions-boundary": {
                        "description": "A pattern of the boundary's ARN.",
                        "type": "string",
                        "minLength": 1,
                    },
                },
            },
        },
    })
}

/// The settings of one rule. `open` lets every switch pass.
fn one_rule(texts: &Value, switches: &[Switch], open: bool) -> Value {
    let mut properties = Map::new();
    let severity = json!({
        "description": "The severity of the rule's findings.",
        "enum": Severity::ALL.map(Severity::as_str),
    });
    properties.insert("severity".to_owned(), severity);
    let roles = "Globs over names and addresses of roles the rule says nothing about.";
    properties.insert("allow-roles".to_owned(), described(roles, texts));
    for switch in switches {
        let property = json!({"description": switch.description, "type": "boolean"});
        properties.insert(switch.name.to_owned(), property);
    }
    json!({"oneOf": [
        {"enum": ["off", false, "info", "low", "medium", "high"]},
        {
            "type": ["object", "null"],
            "additionalProperties": if open { json!({"type": "boolean"}) } else { json!(false) },
            "properties": properties,
        },
    ]})
}

fn rule_settings(rules: &[&RuleMeta], texts: &Value) -> Value {
    let description = "Settings of rules by id.";
    if rules.is_empty() {
        return json!({
            "description": description,
            "type": ["object", "null"],
            "propertyNames": {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
            "additionalProperties": {"$ref": "#/$defs/rule"},
        });
    }
    let properties: Map<String, Value> = rules
        .iter()
        .map(|rule| {
            let switches = iacscan_rules::rule(rule.id).map_or(&[][..], |rule| rule.switches());
            let property = if switches.is_empty() {
                json!({"description": rule.summary, "$ref": "#/$defs/rule"})
            } else {
                described(rule.summary, &one_rule(texts, switches, false))
            };
            (rule.id.to_owned(), property)
        })
        .collect();
    json!({
        "description": description,
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties,
    })
}

fn described(description: &str, schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".to_owned(), description.into());
    }
    schema
}

/// A map with one key, itself a map.
fn section(key: &str, description: &str, values: &Value) -> Value {
    json!({
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            key: {
                "description": description,
                "type": ["object", "null"],
                "additionalProperties": values,
            },
        },
    })
}
