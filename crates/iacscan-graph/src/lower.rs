//! From values to node attributes: what both frontends lower with.

use iacscan_core::{
    Address, Attribute, Branch, Branches, Collection, Condition, Gap, Guarded, Located, Property,
    Span, Text, Truth, Unknown, Value,
};
use iacscan_iam::{PolicyDocument, parse_policy, texts_of};

use crate::nodes::Vpc;

/// Converts each branch of a value; a missing value is absent.
pub fn property<T>(
    value: Option<&Located<Value>>,
    convert: impl Fn(&Located<Value>) -> Attribute<T>,
) -> Property<T> {
    let Some(value) = value else { return Property::default() };
    Branches(
        value
            .branches()
            .into_iter()
            .map(|(condition, value)| {
                let attribute = match &value.value {
                    Value::Null => Attribute::Absent,
                    Value::Unknown(unknown) => Attribute::Unknown(value.span, *unknown),
                    _ => convert(value),
                };
                Guarded::new(condition, attribute)
            })
            .collect(),
    )
}

/// A scalar as text. Text with unknown parts is known as far as it goes; text of which nothing is
/// known is unknown.
#[must_use]
pub fn text(value: Option<&Located<Value>>) -> Property<Text> {
    property(value, |value| match value.value.to_text() {
        Some(text) => match text.as_unknown() {
            Some(unknown) => Attribute::Unknown(value.span, unknown),
            None => Attribute::Known(value.with(text)),
        },
        None => Attribute::Unknown(value.span, Unknown::Invalid),
    })
}

/// A text that may be an input and nothing else.
#[must_use]
pub fn symbol(value: Option<&Located<Value>>) -> Property<Text> {
    property(value, |value| match value.value.to_text() {
        Some(text) => match text.as_unknown().filter(|_| !text.is_symbolic()) {
            Some(unknown) => Attribute::Unknown(value.span, unknown),
            None => Attribute::Known(value.with(text)),
        },
        None => Attribute::Unknown(value.span, Unknown::Invalid),
    })
}

/// The name of a resource, which may be an input and nothing else.
#[must_use]
pub fn name(value: Option<&Located<Value>>) -> Property<Text> {
    let mut property = symbol(value);
    for branch in &mut property.0 {
        if let Attribute::Known(name) = &mut branch.item {
            name.value = std::mem::take(&mut name.value).into_name();
        }
    }
    property
}

/// A value where texts that an input leaves empty, which stand at such places, are not known: an
/// empty default of what has to be something says that it is given at deployment.
#[must_use]
pub fn awaited(value: &Located<Value>, is_default: &dyn Fn(Span) -> bool) -> Located<Value> {
    match &value.value {
        Value::Text(text) if text.is_empty() && is_default(value.span) => {
            let mut unknown = value.with(Value::Unknown(Unknown::Input));
            unknown.span = value.use_span();
            unknown.via = None;
            unknown
        }
        Value::OneOf(branches) => {
            let branches = branches.iter().map(|branch| Branch {
                condition: branch.condition.clone(),
                value: awaited(&branch.value, is_default),
            });
            value.with(Value::OneOf(branches.collect()))
        }
        _ => value.clone(),
    }
}

/// Whether a list certainly has an item.
#[must_use]
pub fn lists<T>(list: &Collection<T>) -> bool {
    list.items.iter().any(|item| item.condition.is_always())
}

/// A boolean, in the spellings both languages accept (`true`, `"true"`, YAML 1.1's `yes`).
#[must_use]
pub fn flag(value: Option<&Located<Value>>) -> Property<bool> {
    property(value, |value| match &value.value {
        Value::Bool(flag) => Attribute::Known(value.with(*flag)),
        other => match other.to_text().and_then(|text| text.as_known()) {
            Some(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => Attribute::Known(value.with(true)),
                "false" | "no" | "off" | "0" => Attribute::Known(value.with(false)),
                _ => Attribute::Unknown(value.span, Unknown::Invalid),
            },
            None => Attribute::Unknown(value.span, Unknown::Unsupported),
        },
    })
}

/// A scalar or a list of scalars as a set of texts.
#[must_use]
pub fn texts(value: Option<&Located<Value>>) -> Collection<Located<Text>> {
    value.map(texts_of).unwrap_or_default()
}

/// A policy document.
#[must_use]
pub fn policy(value: Option<&Located<Value>>) -> Property<PolicyDocument> {
    value.map_or_else(Property::default, parse_policy)
}

/// The values under a path of map keys, in each branch on the way. Missing keys yield nothing; a
/// part that is not known yields its gap.
#[must_use]
pub fn descend<'v>(
    value: &'v Located<Value>,
    path: &[&str],
) -> Vec<Guarded<Result<&'v Located<Value>, Gap>>> {
    let mut current = vec![(Condition::Always, Ok(value))];
    for key in path {
        current = current
            .into_iter()
            .flat_map(|(condition, value)| match value {
                Err(gap) => vec![(condition, Err(gap))],
                Ok(value) => value
                    .branches()
                    .into_iter()
                    .filter_map(|(inner, value)| {
                        let condition = condition.clone().and(inner);
                        match &value.value {
                            Value::Map(map) => match map.get(key) {
                                Some(value) => Some((condition, Ok(value))),
                                None => map.open.map(|gap| (condition, Err(gap))),
                            },
                            Value::Unknown(unknown) => {
                                let gap = Gap { span: value.span, unknown: *unknown };
                                Some((condition, Err(gap)))
                            }
                            _ => None,
                        }
                    })
                    .collect(),
            })
            .collect();
    }
    current.into_iter().map(|(condition, value)| Guarded::new(condition, value)).collect()
}

/// The items of a value that should be a list, in each branch; a map or a scalar counts as a list
/// of one.
#[must_use]
pub fn items(value: Option<&Located<Value>>) -> Collection<&Located<Value>> {
    fn collect<'v>(
        value: &'v Located<Value>,
        condition: &Condition,
        out: &mut Collection<&'v Located<Value>>,
    ) {
        for (inner, value) in value.branches() {
            let condition = condition.clone().and(inner);
            match &value.value {
                Value::Null => {}
                Value::List(list) => {
                    for item in &list.items {
                        collect(item, &condition, out);
                    }
                    if let Some(gap) = list.open {
                        out.open(condition, gap);
                    }
                }
                Value::Unknown(unknown) => {
                    out.open(condition, Gap { span: value.span, unknown: *unknown });
                }
                _ => out.push_when(condition, value),
            }
        }
    }
    let mut out = Collection::default();
    if let Some(value) = value {
        collect(value, &Condition::Always, &mut out);
    }
    out
}

/// Whether a list certainly has items, certainly has none, or neither.
#[must_use]
pub fn has_items(value: Option<&Located<Value>>) -> Truth {
    let Some(value) = value else { return Truth::False };
    let truths = value.branches().into_iter().map(|(_, value)| match &value.value {
        Value::Null => Truth::False,
        Value::List(list) => {
            // An item that may vanish (a branch without a value) does not count as one.
            let some = Truth::any(list.items.iter().map(is_present));
            match list.open {
                Some(_) => some.or(Truth::Unknown),
                None => some,
            }
        }
        Value::Unknown(_) | Value::OneOf(_) => Truth::Unknown,
        Value::Text(text) => text.as_str().map_or(Truth::True, |known| (!known.is_empty()).into()),
        Value::Bool(_) | Value::Number(_) | Value::Map(_) | Value::Json(_) | Value::Resource(_) => {
            Truth::True
        }
    });
    agree(truths)
}

/// Whether a list has items, in each of its branches.
pub fn occupied(value: Option<&Located<Value>>) -> Property<bool> {
    let branches = value.into_iter().flat_map(Located::branches);
    let branches = branches.map(|(condition, list)| {
        let attribute = match has_items(Some(list)) {
            Truth::True => Attribute::Known(list.with(true)),
            Truth::False => Attribute::Known(list.with(false)),
            Truth::Unknown => {
                let gap = why_unknown(list);
                Attribute::Unknown(gap.span, gap.unknown)
            }
        };
        Guarded::new(condition, attribute)
    });
    let branches: Vec<_> = branches.collect();
    if branches.is_empty() { Property::default() } else { Branches(branches) }
}

/// Where and why it is not known whether a list has items.
fn why_unknown(list: &Located<Value>) -> Gap {
    let at = |value: &Located<Value>| match &value.value {
        Value::Unknown(unknown) => Some(Gap { span: value.span, unknown: *unknown }),
        _ => None,
    };
    let inside = match &list.value {
        Value::List(items) => items.open.or_else(|| items.items.iter().find_map(at)),
        _ => at(list),
    };
    inside.unwrap_or(Gap { span: list.span, unknown: Unknown::Computed })
}

/// A VPC configuration: Lambda attaches the function when there are subnets and security groups.
#[must_use]
pub fn vpc(subnets: &Property<bool>, groups: &Property<bool>, key: Span) -> Property<Vpc> {
    let has = |list: &Attribute<bool>| match list {
        Attribute::Absent => Truth::False,
        Attribute::Known(has) => has.value.into(),
        Attribute::Unknown(..) => Truth::Unknown,
    };
    let mut branches = Vec::new();
    for subnet in subnets.iter() {
        for group in groups.iter() {
            let condition = subnet.condition.clone().and(group.condition.clone());
            if subnets.0.len() > 1 && condition.is_feasible().is_false() {
                continue;
            }
            let attached = has(&subnet.item).and(has(&group.item));
            let item = if attached.is_false() {
                Attribute::Absent
            } else {
                let gap = subnet.item.gap().or_else(|| group.item.gap());
                Attribute::Known(Located::new(Vpc { attached, gap }, key))
            };
            branches.push(Guarded::new(condition, item));
        }
    }
    Branches(branches)
}

/// What all say; unknown when they differ, false when nobody says anything.
#[must_use]
pub fn agree(truths: impl IntoIterator<Item = Truth>) -> Truth {
    let mut truths = truths.into_iter();
    let Some(first) = truths.next() else { return Truth::False };
    if truths.all(|truth| truth == first) { first } else { Truth::Unknown }
}

/// Whether a text is certainly this one in every branch.
#[must_use]
pub fn is_text(property: &Property<Text>, expected: &str) -> Truth {
    agree(property.iter().map(|branch| match &branch.item {
        Attribute::Absent => Truth::False,
        Attribute::Known(text) => match text.value.as_known() {
            Some(text) => Truth::from(text == expected),
            None => Truth::Unknown,
        },
        Attribute::Unknown(..) => Truth::Unknown,
    }))
}

fn is_present(item: &Located<Value>) -> Truth {
    let branches = item.branches();
    let absent = branches.iter().filter(|(_, value)| value.value.is_null()).count();
    if absent == 0 {
        Truth::True
    } else if absent == branches.len() {
        Truth::False
    } else {
        Truth::Unknown
    }
}

/// Collects the resources that a value refers to.
pub fn references(value: &Located<Value>, out: &mut Vec<Address>) {
    match &value.value {
        Value::Text(text) => out.extend(text.references().map(|(target, _)| target.clone())),
        Value::Resource(address) => out.push(address.clone()),
        Value::List(list) => list.items.iter().for_each(|item| references(item, out)),
        Value::Map(map) => map.iter().for_each(|(_, entry)| references(&entry.value, out)),
        Value::Json(inner) => references(inner, out),
        Value::OneOf(branches) => {
            branches.iter().for_each(|branch| references(&branch.value, out));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Unknown(_) => {}
    }
}

/// Places an attribute's span elsewhere: at the key that configures the feature.
#[must_use]
pub fn at_key<T>(property: Property<T>, key: Span) -> Property<T> {
    Branches(
        property
            .0
            .into_iter()
            .map(|branch| {
                let attribute = match branch.item {
                    Attribute::Known(mut located) => {
                        located.span = key;
                        Attribute::Known(located)
                    }
                    Attribute::Unknown(_, unknown) => Attribute::Unknown(key, unknown),
                    Attribute::Absent => Attribute::Absent,
                };
                Guarded::new(branch.condition, attribute)
            })
            .collect(),
    )
}
