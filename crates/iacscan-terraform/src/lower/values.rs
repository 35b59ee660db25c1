//! From values to attributes of nodes, as Terraform writes them: nested blocks are lists of maps,
//! nested attributes are maps, an empty string is not set.

use iacscan_core::{
    Attribute, Branches, Collection, Condition, Gap, Guarded, Literal, Located, Map, Origin,
    Property, Segment, Span, Str, Text, Truth, Unknown, Value,
};
use iacscan_graph::lower;
use iacscan_iam::PolicyDocument;
use iacscan_iam::aws::{ManagedPolicy, managed_policy};

use crate::eval::parse_json;

/// A text; the empty one is not set.
pub(crate) fn text(value: Option<&Located<Value>>) -> Property<Text> {
    set(lower::text(value))
}

/// A text that may be an input and nothing else; the empty one is not set.
pub(crate) fn symbol(value: Option<&Located<Value>>) -> Property<Text> {
    set(lower::symbol(value))
}

/// The name of a resource; the empty one is not set.
pub(crate) fn name(value: Option<&Located<Value>>) -> Property<Text> {
    set(lower::name(value))
}

fn set(property: Property<Text>) -> Property<Text> {
    let branches = property.0.into_iter().map(|branch| match &branch.item {
        Attribute::Known(text) if text.value.is_empty() => {
            Guarded::new(branch.condition, Attribute::Absent)
        }
        _ => branch,
    });
    Branches(branches.collect())
}

/// A policy document: JSON in a string, or (awscc) a map.
pub(crate) fn policy(value: Option<&Located<Value>>) -> Property<PolicyDocument> {
    let Some(value) = value else { return Property::default() };
    let branches = value.branches().into_iter().flat_map(|(condition, value)| {
        let property = match &value.value {
            Value::Text(text) if text.is_empty() => Property::default(),
            Value::Text(text) => {
                let mut property = lower::policy(Some(&parse_json(text, value.span)));
                let copy_of = text_of_aws(text);
                for branch in &mut property.0 {
                    if let Attribute::Known(document) = &mut branch.item {
                        document.value.copy_of = copy_of;
                        document.value.read_from_text();
                    }
                }
                property
            }
            _ => lower::policy(Some(value)),
        };
        guard(condition, property)
    });
    Branches(branches.collect())
}

/// The AWS managed policy whose text this is, where it comes from AWS.
fn text_of_aws(text: &Text) -> Option<ManagedPolicy> {
    match text.segments() {
        [Segment::Literal(Literal { origin: Origin::ManagedPolicy(name), .. })] => {
            managed_policy(name)
        }
        _ => None,
    }
}

/// Converts what lies under a path of names, in each branch on the way. What is missing is absent;
/// a block that is written several times counts with its first.
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
            Value::List(list) => match (list.items.first(), list.open) {
                (Some(first), _) => at_path(Some(first), path, convert),
                (None, Some(gap)) => unknown(gap.span, gap.unknown),
                (None, None) => Property::default(),
            },
            Value::Map(map) => match (map.get(key), map.open) {
                (None, Some(gap)) => unknown(gap.span, gap.unknown),
                (None, None) => Property::default(),
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

/// Converts the maps of a list (or the only map), in each branch. What is no map leaves a gap.
pub(crate) fn maps<T>(
    value: Option<&Located<Value>>,
    mut convert: impl FnMut(&Located<Value>, &Map) -> Result<Option<T>, Gap>,
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
            Ok(Some(item)) => out.push_when(condition, item),
            Ok(None) => {}
            Err(gap) => out.open(condition, gap),
        }
    }
    out
}

/// Whether an argument or block is set to something.
pub(crate) fn is_set(value: Option<&Located<Value>>) -> Truth {
    let Some(value) = value else { return Truth::False };
    let truths = value.branches().into_iter().map(|(_, value)| match &value.value {
        Value::Null => Truth::False,
        Value::List(list) if !list.items.is_empty() => Truth::True,
        Value::List(list) => list.open.map_or(Truth::False, |_| Truth::Unknown),
        Value::Text(text) if text.is_empty() => Truth::False,
        Value::Unknown(_) => Truth::Unknown,
        _ => Truth::True,
    });
    lower::agree(truths)
}

/// What lies under a path of names, in each branch and each block. What is not known is left out.
pub(crate) fn each<'v>(
    value: &'v Located<Value>,
    path: &[&str],
) -> Vec<(Condition, &'v Located<Value>)> {
    let mut current = vec![(Condition::Always, value)];
    for key in path {
        let mut next = Vec::new();
        for (outer, value) in current {
            for item in lower::items(Some(value)).items {
                let condition = outer.clone().and(item.condition);
                if let Some(found) = item.item.value.as_map().and_then(|map| map.get(key)) {
                    for (inner, found) in found.branches() {
                        next.push((condition.clone().and(inner), found));
                    }
                }
            }
        }
        current = next;
    }
    current
}

/// The entries of a map (or of a block), in each branch.
pub(crate) fn entries(value: &Located<Value>) -> Vec<(Condition, &Str, &Located<Value>)> {
    lower::items(Some(value))
        .items
        .into_iter()
        .filter_map(|item| Some((item.condition, item.item.value.as_map()?)))
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

/// A text as a collection of one.
pub(crate) fn known(property: Property<Text>) -> Collection<Located<Text>> {
    let mut out = Collection::default();
    for branch in property.0 {
        match branch.item {
            Attribute::Known(text) => out.push_when(branch.condition, text),
            Attribute::Unknown(span, unknown) => {
                out.open(branch.condition, Gap { span, unknown });
            }
            Attribute::Absent => {}
        }
    }
    out
}
