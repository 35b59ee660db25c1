//! From values to attributes of nodes, as templates write them.

use iacscan_core::reader::embedded::parse_json;
use iacscan_core::{
    Attribute, Branches, Collection, Condition, Gap, Guarded, Located, Map, Property, Span, Str,
    Truth, Unknown, Value,
};
use iacscan_graph::lower;
use iacscan_iam::PolicyDocument;

/// A policy document, as a map or as JSON in a string.
pub(crate) fn policy(value: Option<&Located<Value>>) -> Property<PolicyDocument> {
    let Some(value) = value else { return Property::default() };
    let branches = value.branches().into_iter().flat_map(|(condition, value)| {
        let property = match &value.value {
            Value::Text(text) => {
                let embedded = parse_json(text, value.span).value;
                lower::policy(Some(&embedded))
            }
            _ => lower::policy(Some(value)),
        };
        guard(condition, property)
    });
    Branches(branches.collect())
}

/// Converts what lies under a path of keys, in each branch on the way. Missing keys are absent.
pub(crate) fn at_path<T>(
    value: Option<&Located<Value>>,
    path: &[&str],
    convert: &impl Fn(Option<&Located<Value>>) -> Property<T>,
) -> Property<T> {
    let (Some(value), Some((key, rest))) = (value, path.split_first()) else {
        return convert(value);
    };
    let branches = value.branches().into_iter().flat_map(|(condition, value)| {
        let property = match &value.value {
            Value::Null => Property::default(),
            Value::Map(map) => match (map.get(key), map.open) {
                (None, Some(gap)) => unknown(gap.span, gap.unknown),
                (inner, _) => at_path(inner, rest, convert),
            },
            Value::Unknown(reason) => unknown(value.span, *reason),
            _ => unknown(value.span, Unknown::Invalid),
        };
        guard(condition, property)
    });
    Branches(branches.collect())
}

/// Not known in any branch.
pub(crate) fn unknown<T>(span: Span, unknown: Unknown) -> Property<T> {
    Property::always(Attribute::Unknown(span, unknown))
}

/// The branches of a property under a condition.
fn guard<T>(
    condition: Condition,
    property: Property<T>,
) -> impl Iterator<Item = Guarded<Attribute<T>>> {
    property
        .0
        .into_iter()
        .map(move |branch| Guarded::new(condition.clone().and(branch.condition), branch.item))
        .filter(|branch| !branch.condition.is_never())
}

/// Converts the maps of a list, in each branch. What is no map leaves a gap.
pub(crate) fn maps<T>(
    value: Option<&Located<Value>>,
    mut convert: impl FnMut(&Located<Value>, &Map) -> Result<T, Gap>,
) -> Collection<T> {
    let found = lower::items(value);
    let mut out = Collection { items: Vec::new(), gaps: found.gaps };
    for item in found.items {
        let condition = item.condition;
        let converted = match &item.item.value {
            Value::Map(map) => convert(item.item, map),
            Value::Unknown(unknown) => Err(Gap { span: item.item.span, unknown: *unknown }),
            _ => Err(Gap { span: item.item.span, unknown: Unknown::Invalid }),
        };
        match converted {
            Ok(item) => out.push_when(condition, item),
            Err(gap) => out.open(condition, gap),
        }
    }
    out
}

/// Whether a property is set to something.
pub(crate) fn is_set(value: Option<&Located<Value>>) -> Truth {
    let Some(value) = value else { return Truth::False };
    let truths = value.branches().into_iter().map(|(_, value)| match &value.value {
        Value::Null => Truth::False,
        Value::Unknown(_) => Truth::Unknown,
        _ => Truth::True,
    });
    lower::agree(truths)
}

/// What lies under a path of keys, in each branch; `[]` stands for the items of a list. What is
/// not known is left out.
pub(crate) fn each<'v>(
    value: &'v Located<Value>,
    path: &[&str],
) -> Vec<(Condition, &'v Located<Value>)> {
    let mut current = vec![(Condition::Always, value)];
    for key in path {
        let mut next = Vec::new();
        for (outer, value) in current {
            if *key == "[]" {
                for item in lower::items(Some(value)).items {
                    next.push((outer.clone().and(item.condition), item.item));
                }
                continue;
            }
            for (inner, value) in value.branches() {
                if let Some(found) = value.value.as_map().and_then(|map| map.get(key)) {
                    next.push((outer.clone().and(inner), found));
                }
            }
        }
        current = next;
    }
    current
}

/// The entries of a map, in each branch.
pub(crate) fn entries(value: &Located<Value>) -> Vec<(Condition, &Str, &Located<Value>)> {
    value
        .branches()
        .into_iter()
        .filter_map(|(condition, value)| Some((condition, value.value.as_map()?)))
        .flat_map(|(condition, map)| {
            map.iter().map(move |(key, entry)| (condition.clone(), key, &entry.value))
        })
        .collect()
}

/// A property in the branches of a condition only; absent in the others.
pub(crate) fn when<T>(condition: &Condition, property: Property<T>) -> Property<T> {
    if condition.is_always() {
        return property;
    }
    let absent = Guarded::new(condition.clone().negate(), Attribute::Absent);
    Branches(guard(condition.clone(), property).chain([absent]).collect())
}
