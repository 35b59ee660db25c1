//! From values to policy documents: all spellings, every branch.

use iacscan_core::reader::embedded;
use iacscan_core::{
    Attribute, Branches, Collection, Condition, Gap, Guarded, Located, Map, Property, Span, Text,
    Unknown, Value,
};

use crate::{
    ConditionEntry, Conditions, Effect, Elements, PolicyDocument, Principal, PrincipalKind,
    Principals, Statement,
};

/// Reads a policy document from a map or from JSON in a string. What cannot be read is unknown,
/// and only that.
#[must_use]
pub fn parse_policy(value: &Located<Value>) -> Property<PolicyDocument> {
    let branches = value
        .branches()
        .into_iter()
        .flat_map(|(condition, value)| match &value.value {
            Value::Json(inner) => parse_policy(inner)
                .0
                .into_iter()
                .map(|branch| Guarded::new(condition.clone().and(branch.condition), branch.item))
                .collect(),
            Value::Text(text) => {
                vec![Guarded::new(condition, parse_json_text(value, text))]
            }
            other => vec![Guarded::new(condition, parse_branch(value, other))],
        })
        .collect();
    Branches(branches)
}

/// A document written as JSON in a string; its places are those inside the string.
fn parse_json_text(located: &Located<Value>, text: &Text) -> Attribute<PolicyDocument> {
    let embedded = embedded::parse_json(text, located.span);
    if embedded.problems.iter().any(|problem| problem.kind.is_of_syntax()) {
        let unknown = text.first_unknown().unwrap_or(Unknown::Invalid);
        return Attribute::Unknown(located.span, unknown);
    }
    let parsed = embedded.value;
    match parse_branch(&parsed, &parsed.value) {
        Attribute::Known(mut document) => {
            document.via.clone_from(&located.via);
            document.value.read_from_text();
            Attribute::Known(document)
        }
        other => other,
    }
}

fn parse_branch(located: &Located<Value>, value: &Value) -> Attribute<PolicyDocument> {
    match value {
        Value::Null => Attribute::Absent,
        Value::Map(map) => Attribute::Known(located.with(document(located, map))),
        Value::Unknown(unknown) => Attribute::Unknown(located.span, *unknown),
        _ => Attribute::Unknown(located.span, Unknown::Invalid),
    }
}

fn document(located: &Located<Value>, map: &Map) -> PolicyDocument {
    let version = match map.get("Version") {
        None => map.open.map_or(Attribute::Absent, |gap| Attribute::Unknown(gap.span, gap.unknown)),
        Some(value) => text_attribute(value),
    };
    let mut statements = Collection::default();
    if let Some(value) = map.get("Statement") {
        collect_statements(value, &Condition::Always, &mut statements);
    }
    if let Some(gap) = map.open {
        statements.open(Condition::Always, gap);
    }
    PolicyDocument { span: located.span, version, statements, copy_of: None }
}

fn text_attribute(value: &Located<Value>) -> Attribute<Text> {
    match value.value.to_text() {
        Some(text) => match text.first_unknown() {
            Some(unknown) => Attribute::Unknown(value.span, unknown),
            None => Attribute::Known(value.with(text)),
        },
        None if value.value.is_null() => Attribute::Absent,
        None => Attribute::Unknown(value.span, Unknown::Unsupported),
    }
}

fn collect_statements(
    value: &Located<Value>,
    condition: &Condition,
    out: &mut Collection<Statement>,
) {
    for (inner, value) in value.branches() {
        let condition = condition.clone().and(inner);
        match &value.value {
            Value::Null => {}
            Value::List(list) => {
                for item in &list.items {
                    collect_statements(item, &condition, out);
                }
                if let Some(gap) = list.open {
                    out.open(condition, gap);
                }
            }
            Value::Map(map) => statement(value.span, map, &condition, out),
            other => {
                let unknown = other.as_unknown().unwrap_or(Unknown::Invalid);
                out.open(condition, Gap { span: value.span, unknown });
            }
        }
    }
}

/// Reads one statement; an effect with alternatives makes one statement for each.
fn statement(span: Span, map: &Map, condition: &Condition, out: &mut Collection<Statement>) {
    let sid = map.get("Sid").and_then(|value| Some(value.with(value.value.to_text()?)));
    let effects = match map.get("Effect") {
        Some(value) => value.branches().into_iter().map(|(c, v)| (c, effect(v))).collect(),
        None => vec![(
            Condition::Always,
            map.open.map_or(Attribute::Absent, |gap| Attribute::Unknown(gap.span, gap.unknown)),
        )],
    };
    for (inner, effect) in effects {
        out.push_when(
            condition.clone().and(inner),
            Statement {
                span,
                sid: sid.clone(),
                effect,
                actions: elements(map, "Action", "NotAction"),
                resources: elements(map, "Resource", "NotResource"),
                principals: principals(map),
                conditions: conditions(map),
                notation: map.notation,
            },
        );
    }
}

fn effect(value: &Located<Value>) -> Attribute<Effect> {
    match text_attribute(value) {
        Attribute::Known(text) => match text.value.as_known().as_deref() {
            Some("Allow") => Attribute::Known(value.with(Effect::Allow)),
            Some("Deny") => Attribute::Known(value.with(Effect::Deny)),
            Some(_) => Attribute::Unknown(value.span, Unknown::Invalid),
            None => Attribute::Unknown(value.span, Unknown::External),
        },
        Attribute::Absent => Attribute::Absent,
        Attribute::Unknown(span, unknown) => Attribute::Unknown(span, unknown),
    }
}

fn elements(map: &Map, plain: &str, not: &str) -> Option<Elements> {
    let (entry, negated) = match (map.entry(plain), map.entry(not)) {
        (Some(entry), _) => (entry, false),
        (None, Some(entry)) => (entry, true),
        (None, None) => {
            let gap = map.open?;
            return Some(Elements { key: gap.span, negated: false, items: not_read(gap) });
        }
    };
    Some(Elements { key: entry.key, negated, items: texts_of(&entry.value) })
}

/// What stands in a gap: anything.
fn not_read<T>(gap: Gap) -> Collection<T> {
    let mut out = Collection::default();
    out.open(Condition::Always, gap);
    out
}

/// A scalar or a list of scalars as a set of texts, in every branch.
#[must_use]
pub fn texts_of(value: &Located<Value>) -> Collection<Located<Text>> {
    let mut out = Collection::default();
    collect_texts(value, &Condition::Always, &mut |condition, item| match item {
        Ok(text) => out.push_when(condition, text),
        Err(gap) => out.open(condition, gap),
    });
    out
}

fn collect_texts(
    value: &Located<Value>,
    condition: &Condition,
    out: &mut dyn FnMut(Condition, Result<Located<Text>, Gap>),
) {
    for (inner, value) in value.branches() {
        let condition = condition.clone().and(inner);
        match &value.value {
            Value::Null => {}
            Value::List(list) => {
                for item in &list.items {
                    collect_texts(item, &condition, out);
                }
                if let Some(gap) = list.open {
                    out(condition, Err(gap));
                }
            }
            Value::Unknown(unknown) => {
                out(condition, Err(Gap { span: value.span, unknown: *unknown }));
            }
            other => out(
                condition,
                match other.to_text() {
                    Some(text) => Ok(value.with(text)),
                    None => Err(Gap { span: value.span, unknown: Unknown::Invalid }),
                },
            ),
        }
    }
}

fn principals(map: &Map) -> Option<Principals> {
    let (entry, negated) = match (map.entry("Principal"), map.entry("NotPrincipal")) {
        (Some(entry), _) => (entry, false),
        (None, Some(entry)) => (entry, true),
        (None, None) => {
            let gap = map.open?;
            return Some(Principals { key: gap.span, negated: false, items: not_read(gap) });
        }
    };
    let mut items = Collection::default();
    for (condition, value) in entry.value.branches() {
        match &value.value {
            Value::Null => {}
            Value::Map(kinds) => {
                for (kind, entry) in kinds.iter() {
                    let kind = match kind.as_str() {
                        "AWS" => PrincipalKind::Aws,
                        "Service" => PrincipalKind::Service,
                        "Federated" => PrincipalKind::Federated,
                        _ => PrincipalKind::Other,
                    };
                    principal_values(kind, entry.key, &entry.value, &condition, &mut items);
                }
                if let Some(gap) = kinds.open {
                    items.open(condition, gap);
                }
            }
            other => match other.as_unknown() {
                // Of any kind, and of several.
                Some(unknown) => items.open(condition, Gap { span: value.span, unknown }),
                None => {
                    principal_values(PrincipalKind::Any, entry.key, value, &condition, &mut items);
                }
            },
        }
    }
    Some(Principals { key: entry.key, negated, items })
}

fn principal_values(
    kind: PrincipalKind,
    key: Span,
    value: &Located<Value>,
    condition: &Condition,
    items: &mut Collection<Principal>,
) {
    collect_texts(value, condition, &mut |condition, item| match item {
        Ok(value) => items.push_when(condition, Principal { kind, key, value }),
        Err(gap) => items.open(condition, gap),
    });
}

fn conditions(map: &Map) -> Conditions {
    let Some(entry) = map.entry("Condition") else {
        return Conditions { key: None, entries: map.open.map(not_read).unwrap_or_default() };
    };
    let mut entries = Collection::default();
    for (condition, value) in entry.value.branches() {
        match &value.value {
            Value::Null => {}
            Value::Map(operators) => {
                for (operator, keys) in operators.iter() {
                    let operator = Located::new(Text::literal(operator.clone()), keys.key);
                    condition_keys(&operator, &keys.value, &condition, &mut entries);
                }
                if let Some(gap) = operators.open {
                    entries.open(condition, gap);
                }
            }
            other => {
                let unknown = other.as_unknown().unwrap_or(Unknown::Invalid);
                entries.open(condition, Gap { span: value.span, unknown });
            }
        }
    }
    Conditions { key: Some(entry.key), entries }
}

fn condition_keys(
    operator: &Located<Text>,
    value: &Located<Value>,
    condition: &Condition,
    entries: &mut Collection<ConditionEntry>,
) {
    for (inner, value) in value.branches() {
        let condition = condition.clone().and(inner);
        match &value.value {
            Value::Map(keys) => {
                for (key, entry) in keys.iter() {
                    entries.push_when(
                        condition.clone(),
                        ConditionEntry {
                            operator: operator.clone(),
                            key: Located::new(Text::literal(key.clone()), entry.key),
                            values: texts_of(&entry.value),
                        },
                    );
                }
                if let Some(gap) = keys.open {
                    entries.open(condition, gap);
                }
            }
            Value::Null => {}
            other => {
                let unknown = other.as_unknown().unwrap_or(Unknown::Invalid);
                entries.open(condition, Gap { span: value.span, unknown });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use iacscan_core::{Origin, Sources};

    use super::*;

    #[test]
    fn a_document_in_a_string_keeps_its_places() {
        let file = r#"policy = {"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
        let sources = Sources::new();
        let source = sources.add("f", file);
        let json = file.get(9..).unwrap();
        let text = Text::located_literal(json, Origin::At(source, 9));
        let value = Located::new(Value::Text(text), Span::new(source, 9, file.len()));
        let parsed = parse_policy(&value);
        let document = parsed.0.first().unwrap().item.known().unwrap();
        let statement = document.value.statements.all().next().unwrap();
        assert!(statement.is_allow());
        let action = statement.actions.as_ref().unwrap().items.all().next().unwrap();
        assert_eq!(sources.slice(action.span), "\"s3:*\"");
    }

    #[test]
    fn what_is_no_document_is_unknown() {
        for text in ["", "no json", "[1]", "{\"Statement\":"] {
            let value = Located::new(Value::string(text), Span::NONE);
            let parsed = parse_policy(&value);
            assert!(parsed.0.iter().all(|branch| branch.item.known().is_none()), "{text}");
        }
    }
}
