//! `aws_iam_policy_document`: the document that its blocks render, merged with others.
//!
//! Statements with the same `Sid` replace each other: the document's own ones those of its sources,
//! overriding documents all before them, a later one an earlier one. Statements without `Sid`
//! accumulate.

use iacscan_core::{
    Gap, List, Literal, Located, Map, Notation, Segment, Span, Str, Text, Unknown, Value,
};

use crate::eval::branches;
use crate::eval::{V, json, operators};

/// Renders the arguments of the data source as JSON.
pub(super) fn render(config: &Map, header: Span) -> V {
    let part =
        |name: &str| config.get(name).cloned().unwrap_or_else(|| Located::new(Value::Null, header));
    let parts = vec![
        part("source_json"),
        part("source_policy_documents"),
        part("statement"),
        part("override_json"),
        part("override_policy_documents"),
    ];
    branches::combine(header, parts, &mut |parts| {
        let mut merge = Merge { statements: Vec::new(), open: config.open };
        let [source, sources, own, overriding, overrides] = parts.as_slice() else {
            return Located::new(Value::Unknown(Unknown::Invalid), header);
        };
        for document in documents(source).into_iter().chain(documents(sources)) {
            merge.add(&document);
        }
        match &own.value {
            Value::Null => {}
            Value::List(list) => {
                merge.put_all(list.items.iter().map(statement).collect());
                merge.open = merge.open.or(list.open);
            }
            Value::Map(_) => merge.put_all(vec![statement(own)]),
            other => merge.gap(own.span, crate::eval::unknown_of(other)),
        }
        for document in documents(overriding).into_iter().chain(documents(overrides)) {
            merge.add_overriding(&document);
        }
        merge.finish(config, header)
    })
}

/// A document of a list of documents; or the gap there.
enum Part {
    Document(V),
    Gap(Gap),
}

fn documents(value: &V) -> Vec<Part> {
    match &value.value {
        Value::Null => Vec::new(),
        Value::List(list) => {
            let mut out: Vec<Part> =
                list.items.iter().map(|item| Part::Document(item.clone())).collect();
            out.extend(list.open.map(Part::Gap));
            out
        }
        Value::Text(text) if text.is_empty() => Vec::new(),
        _ => vec![Part::Document(value.clone())],
    }
}

struct Merge {
    statements: Vec<V>,
    open: Option<Gap>,
}

impl Merge {
    fn gap(&mut self, span: Span, unknown: Unknown) {
        self.open.get_or_insert(Gap { span, unknown });
    }

    /// Adds the statements of a document. One whose `Sid` is not known may replace any before it
    /// that has one, and may be replaced by any behind it: of such a pair nothing is known.
    fn put_all(&mut self, statements: Vec<V>) {
        let is_unknown = |statement: &V| may_have_sid(statement) && sid(statement).is_none();
        let unknown = statements.iter().find(|statement| is_unknown(statement));
        let has_sid = statements.iter().any(may_have_sid);
        let replaced =
            |old: &V| unknown.is_some() && may_have_sid(old) || has_sid && is_unknown(old);
        if let Some(at) = unknown.or(self.statements.iter().find(|old| is_unknown(old)))
            && self.statements.iter().any(replaced)
        {
            let sid = at.value.as_map().and_then(|map| map.get("Sid")).unwrap_or(at);
            let gap = Gap { span: sid.span, unknown: crate::eval::unknown_of(&sid.value) };
            self.statements.retain(|old| !replaced(old));
            self.open.get_or_insert(gap);
        }
        for statement in statements {
            self.put(statement);
        }
    }

    /// Adds a statement; one of the same `Sid` is replaced in its place.
    fn put(&mut self, statement: V) {
        let sid = sid(&statement);
        let same = sid.as_ref().and_then(|wanted| {
            self.statements.iter_mut().find(|old| self::sid(old).as_ref() == Some(wanted))
        });
        match same {
            Some(old) => *old = statement,
            None => self.statements.push(statement),
        }
    }

    fn add(&mut self, part: &Part) {
        match part {
            Part::Gap(gap) => {
                self.open.get_or_insert(*gap);
            }
            Part::Document(document) => match statements(document) {
                Ok((statements, open)) => {
                    self.open = self.open.or(open);
                    self.put_all(statements);
                }
                Err(gap) => {
                    self.open.get_or_insert(gap);
                }
            },
        }
    }

    /// What is not known of an overriding document may replace every statement that has a `Sid`.
    fn add_overriding(&mut self, part: &Part) {
        let known = match part {
            Part::Gap(_) => false,
            Part::Document(document) => {
                matches!(statements(document), Ok((_, None)))
            }
        };
        if !known {
            self.statements.retain(|statement| !may_have_sid(statement));
        }
        self.add(part);
    }

    fn finish(self, config: &Map, header: Span) -> V {
        let mut map = Map { open: None, ..Map::default() };
        let version = config.get("version").filter(|version| !version.value.is_null());
        let version =
            version.cloned().unwrap_or_else(|| Located::new(Value::string("2012-10-17"), header));
        map.insert("Version", version.span, version);
        if let Some(id) = config.get("policy_id").filter(|id| !id.value.is_null()) {
            map.insert("Id", id.span, id.clone());
        }
        let list = List { items: self.statements, open: self.open };
        map.insert("Statement", header, Located::new(Value::List(list), header));
        Located::new(Value::Json(Box::new(Located::new(Value::Map(map), header))), header)
    }
}

fn sid(statement: &V) -> Option<Str> {
    let sid = statement.value.as_map()?.get("Sid")?.value.to_text()?.as_known()?;
    (!sid.is_empty()).then_some(sid)
}

fn may_have_sid(statement: &V) -> bool {
    statement.value.as_map().is_none_or(|map| {
        map.open.is_some()
            || map.get("Sid").is_some_and(|sid| {
                !sid.value.is_null()
                    && sid.value.to_text().is_none_or(|text| text.as_known().as_deref() != Some(""))
            })
    })
}

/// The statements of a document given as JSON.
fn statements(document: &V) -> Result<(Vec<V>, Option<Gap>), Gap> {
    let gap = |unknown| Gap { span: document.span, unknown };
    let parsed;
    let document = match &document.value {
        Value::Json(inner) => inner,
        Value::Null => return Ok((Vec::new(), None)),
        Value::Text(text) if text.is_empty() => return Ok((Vec::new(), None)),
        Value::Text(text) => {
            parsed = json::parse_json(text, document.span);
            &parsed
        }
        other => return Err(gap(crate::eval::unknown_of(other))),
    };
    let Value::Map(map) = &document.value else {
        return Err(gap(crate::eval::unknown_of(&document.value)));
    };
    match map.get("Statement").map(|statement| &statement.value) {
        Some(Value::List(list)) => Ok((list.items.clone(), list.open.or(map.open))),
        Some(Value::Map(_)) => Ok((map.get("Statement").cloned().into_iter().collect(), map.open)),
        Some(other) => Err(gap(crate::eval::unknown_of(other))),
        None => Ok((Vec::new(), map.open)),
    }
}

/// A `statement` block as a statement.
fn statement(block: &V) -> V {
    branches::each(block.clone(), &mut |block| {
        let Value::Map(config) = &block.value else { return block };
        let mut map = Map { open: config.open, notation: Notation::Block, ..Map::default() };
        for (argument, key) in [
            ("sid", "Sid"),
            ("effect", "Effect"),
            ("actions", "Action"),
            ("not_actions", "NotAction"),
            ("resources", "Resource"),
            ("not_resources", "NotResource"),
        ] {
            if let Some(entry) = config.entry(argument)
                && !entry.value.value.is_null()
                && !is_empty_list(&entry.value)
            {
                // In a module that is shown at its call, what the call gives is the nearest there is.
                let at = if entry.key == block.span { entry.value.span } else { entry.key };
                map.insert(key, at, variables(entry.value.clone()));
            }
        }
        let misspelt = config.entries.iter().find(|(name, _)| argument(name).is_some());
        if let Some((_, entry)) = misspelt {
            map.open.get_or_insert(Gap { span: entry.key, unknown: Unknown::Invalid });
        }
        if map.get("Effect").is_none() && config.open.is_none() {
            map.insert("Effect", block.span, Located::new(Value::string("Allow"), block.span));
        }
        for (argument, key) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
            if let Some(entry) = config.entry(argument) {
                map.insert(key, entry.key, principals(&entry.value));
            }
        }
        if let Some(entry) = config.entry("condition") {
            map.insert("Condition", entry.key, conditions(&entry.value));
        }
        block.with(Value::Map(map))
    })
}

/// The argument or block of a statement that a name which is none of them means: one of JSON
/// (`NotAction`), or one in the singular.
pub(in crate::eval) fn argument(written: &str) -> Option<&'static str> {
    const NAMES: [&str; 9] = [
        "sid",
        "effect",
        "actions",
        "not_actions",
        "resources",
        "not_resources",
        "principals",
        "not_principals",
        "condition",
    ];
    let letters = |name: &str| {
        let letters = name.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase());
        letters.collect::<String>().trim_end_matches('s').to_owned()
    };
    let meant = NAMES.into_iter().find(|name| letters(name) == letters(written))?;
    (meant != written).then_some(meant)
}

fn is_empty_list(value: &V) -> bool {
    value.value.as_list().is_some_and(|list| list.items.is_empty() && list.open.is_none())
}

/// `&{aws:username}` stands for the policy variable `${aws:username}`.
fn variables(mut value: V) -> V {
    match &mut value.value {
        Value::Text(text) => *text = with_variables(text),
        Value::List(list) => {
            for item in &mut list.items {
                let span = item.span;
                let inner = std::mem::replace(item, Located::new(Value::Null, span));
                *item = variables(inner);
            }
        }
        Value::OneOf(branches) => {
            for branch in branches {
                let span = branch.value.span;
                let inner = std::mem::replace(&mut branch.value, Located::new(Value::Null, span));
                branch.value = variables(inner);
            }
        }
        _ => {}
    }
    value
}

fn with_variables(text: &Text) -> Text {
    let has = text
        .segments()
        .iter()
        .any(|segment| matches!(segment, Segment::Literal(literal) if literal.text.contains("&{")));
    if !has {
        return text.clone();
    }
    let mut out = Text::new();
    for segment in text.segments() {
        match segment {
            // The same length: places stay right.
            Segment::Literal(literal) => out.push(Segment::Literal(Literal {
                text: literal.text.replace("&{", "${").into(),
                origin: literal.origin.clone(),
            })),
            other => out.push(other.clone()),
        }
    }
    out
}

/// The blocks of one kind. A map (`principals = { ... }`) stands for one in Terraform 0.11.
fn of_kind(blocks: &V) -> Option<(&[V], Option<Gap>)> {
    match &blocks.value {
        Value::List(list) => Some((&list.items, list.open)),
        Value::Map(_) => Some((std::slice::from_ref(blocks), None)),
        _ => None,
    }
}

/// `principals` blocks as the value of `Principal`.
fn principals(blocks: &V) -> V {
    branches::each(blocks.clone(), &mut |blocks| {
        let Some((items, open)) = of_kind(&blocks) else { return blocks };
        let mut map = Map { open, ..Map::default() };
        for block in items {
            let Value::Map(config) = &block.value else {
                let unknown = crate::eval::unknown_of(&block.value);
                map.open.get_or_insert(Gap { span: block.span, unknown });
                continue;
            };
            let kind = config.get("type").and_then(|kind| kind.value.to_text()?.as_known());
            let identifiers = config.entry("identifiers");
            match (kind, identifiers) {
                (Some(kind), Some(identifiers)) => {
                    let key = config.entry("type").map_or(block.span, |entry| entry.value.span);
                    let value = variables(identifiers.value.clone());
                    if kind == "*" {
                        return value;
                    }
                    append(&mut map, kind, key, value);
                }
                _ => {
                    map.open.get_or_insert(Gap { span: block.span, unknown: Unknown::Computed });
                }
            }
        }
        blocks.with(Value::Map(map))
    })
}

/// `condition` blocks as the value of `Condition`.
fn conditions(blocks: &V) -> V {
    branches::each(blocks.clone(), &mut |blocks| {
        let Some((items, open)) = of_kind(&blocks) else { return blocks };
        let mut map = Map { open, ..Map::default() };
        for block in items {
            let text = |name: &str| {
                let value = block.value.as_map()?.get(name)?;
                Some((value.value.to_text()?.as_known()?, value.span))
            };
            let values = block.value.as_map().and_then(|config| config.get("values"));
            let (Some((test, test_span)), Some((variable, span)), Some(values)) =
                (text("test"), text("variable"), values)
            else {
                map.open.get_or_insert(Gap { span: block.span, unknown: Unknown::Computed });
                continue;
            };
            let entry = map.entries.entry(test).or_insert_with(|| iacscan_core::MapEntry {
                key: test_span,
                value: Located::new(Value::Map(Map::default()), block.span),
            });
            if let Value::Map(inner) = &mut entry.value.value {
                append(inner, variable, span, variables(values.clone()));
            }
        }
        blocks.with(Value::Map(map))
    })
}

/// Adds values under a key, joining those that are there.
fn append(map: &mut Map, key: Str, span: Span, value: V) {
    match map.entries.get_mut(&key) {
        Some(entry) => {
            if let (Value::List(old), Value::List(new)) = (&mut entry.value.value, &value.value) {
                old.items.extend(new.items.iter().cloned());
                old.open = old.open.or(new.open);
            } else {
                let unknown = match operators::equal(&entry.value.value, &value.value) {
                    iacscan_core::Truth::True => return,
                    _ => Unknown::Unsupported,
                };
                map.open.get_or_insert(Gap { span, unknown });
            }
        }
        None => map.insert(key, span, value),
    }
}
