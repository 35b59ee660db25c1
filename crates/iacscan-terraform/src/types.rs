//! Type constraints of variables, and the conversions they ask for.

use iacscan_core::{Gap, List, Located, Map, Text, Unknown, Value};
use indexmap::IndexMap;

use crate::syntax::{Expr, ExprKind, Key};
use iacscan_core::Str;

/// A type constraint.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    Any,
    Bool,
    Number,
    String,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>),
    Object(IndexMap<Str, Field>),
    Tuple(Vec<Type>),
}

/// An attribute of an object type.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) kind: Type,
    pub(crate) optional: bool,
    /// The default of an optional attribute.
    pub(crate) default: Option<Expr>,
}

impl Type {
    /// Reads a constraint; what is no type accepts anything.
    pub(crate) fn read(expr: &Expr) -> Self {
        match &expr.kind {
            // Terraform 0.11 wrote the types as strings.
            ExprKind::Variable(name) => Self::named(name),
            ExprKind::Text(literal) => Self::named(&literal.text),
            ExprKind::Call(call) => {
                let inner = || Box::new(call.arguments.first().map_or(Self::Any, Self::read));
                match call.name.text.as_str() {
                    "list" => Self::List(inner()),
                    "set" => Self::Set(inner()),
                    "map" => Self::Map(inner()),
                    "tuple" => match call.arguments.first().map(|argument| &argument.kind) {
                        Some(ExprKind::List(items)) => {
                            Self::Tuple(items.iter().map(Self::read).collect())
                        }
                        _ => Self::Any,
                    },
                    "object" => match call.arguments.first().map(|argument| &argument.kind) {
                        Some(ExprKind::Object(items)) => Self::Object(
                            items
                                .iter()
                                .filter_map(|item| match &item.key {
                                    Key::Name(name) => {
                                        Some((name.text.clone(), Field::read(&item.value)))
                                    }
                                    Key::Expr(_) => None,
                                })
                                .collect(),
                        ),
                        _ => Self::Any,
                    },
                    _ => Self::Any,
                }
            }
            _ => Self::Any,
        }
    }

    /// Reads a constraint that says a type down to its last part.
    pub(crate) fn read_whole(expr: &Expr) -> Option<Self> {
        is_type(expr).then(|| Self::read(expr))
    }

    fn named(name: &str) -> Self {
        match name {
            "bool" => Self::Bool,
            "number" => Self::Number,
            "string" => Self::String,
            "list" => Self::List(Box::new(Self::Any)),
            "set" => Self::Set(Box::new(Self::Any)),
            "map" => Self::Map(Box::new(Self::Any)),
            _ => Self::Any,
        }
    }

    /// Converts a value as an assignment does. A value that does not fit stays as it is: whether it
    /// is an error is Terraform's affair. `default` evaluates the default of an optional attribute.
    pub(crate) fn convert(
        &self,
        value: Located<Value>,
        default: &mut dyn FnMut(&Expr) -> Located<Value>,
    ) -> Located<Value> {
        let Located { value: inner, span, via } = value;
        let converted = match (self, inner) {
            (_, Value::OneOf(mut branches)) => {
                for branch in &mut branches {
                    let inner =
                        std::mem::replace(&mut branch.value, Located::new(Value::Null, span));
                    branch.value = self.convert(inner, default);
                }
                Value::OneOf(branches)
            }
            (Self::Bool, Value::Text(text)) => match text.as_known().as_deref() {
                Some("true") => Value::Bool(true),
                Some("false") => Value::Bool(false),
                _ => not_converted(text),
            },
            (Self::Number, Value::Text(text)) => match text.as_known() {
                Some(known) if known.parse::<f64>().is_ok() => {
                    Value::Number(iacscan_core::Number::new(known))
                }
                _ => not_converted(text),
            },
            (Self::String, Value::Number(number)) => Value::string(number.as_str()),
            (Self::String, Value::Bool(bool)) => Value::string(if bool { "true" } else { "false" }),
            (Self::String, Value::Unknown(unknown)) => Value::Text(Text::unknown(unknown)),
            (Self::List(item), Value::List(list)) => {
                Value::List(convert_items(item, list, default))
            }
            (Self::Set(item), Value::List(list)) => {
                Value::List(crate::eval::to_set(convert_items(item, list, default)))
            }
            (Self::Tuple(types), Value::List(mut list)) => {
                for (item, kind) in list.items.iter_mut().zip(types) {
                    let inner = std::mem::replace(item, Located::new(Value::Null, span));
                    *item = kind.convert(inner, default);
                }
                Value::List(list)
            }
            (Self::Map(item), Value::Map(mut map)) => {
                for entry in map.entries.values_mut() {
                    let inner =
                        std::mem::replace(&mut entry.value, Located::new(Value::Null, span));
                    entry.value = item.convert(inner, default);
                }
                for (_, value) in &mut map.unnamed.entries {
                    let inner = std::mem::replace(value, Located::new(Value::Null, span));
                    *value = item.convert(inner, default);
                }
                Value::Map(map)
            }
            (Self::Object(fields), Value::Map(map)) => {
                Value::Map(convert_object(fields, map, span, default))
            }
            (_, other) => other,
        };
        Located { value: converted, span, via }
    }

    /// The value of this type when nothing but the type is known.
    pub(crate) fn unknown(&self, unknown: Unknown, gap: Gap) -> Value {
        match self {
            Self::String => Value::Text(Text::unknown(unknown)),
            Self::List(_) | Self::Set(_) => {
                Value::List(List { items: Vec::new(), open: Some(gap) })
            }
            Self::Map(_) => Value::Map(Map { open: Some(gap), ..Map::default() }),
            _ => Value::Unknown(unknown),
        }
    }
}

/// A text as a number or a boolean: what an input becomes is no longer the input.
fn not_converted(text: Text) -> Value {
    text.first_unknown().map_or(Value::Text(text), Value::Unknown)
}

/// Whether an expression is a type and nothing but a type; defaults may be anything.
fn is_type(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Variable(name) => {
            matches!(name.as_str(), "any" | "bool" | "number" | "string" | "list" | "set" | "map")
        }
        ExprKind::Call(call) => {
            let known = ["list", "set", "map", "tuple", "object", "optional"];
            known.contains(&call.name.text.as_str()) && call.arguments.first().is_some_and(is_type)
        }
        ExprKind::List(items) => items.iter().all(is_type),
        ExprKind::Object(items) => items.iter().all(|item| is_type(&item.value)),
        _ => false,
    }
}

impl Field {
    fn read(expr: &Expr) -> Self {
        if let ExprKind::Call(call) = &expr.kind
            && call.name.text == "optional"
        {
            return Self {
                kind: call.arguments.first().map_or(Type::Any, Type::read),
                optional: true,
                default: call.arguments.get(1).cloned(),
            };
        }
        Self { kind: Type::read(expr), optional: false, default: None }
    }
}

fn convert_items(
    kind: &Type,
    mut list: List,
    default: &mut dyn FnMut(&Expr) -> Located<Value>,
) -> List {
    for item in &mut list.items {
        let span = item.span;
        let inner = std::mem::replace(item, Located::new(Value::Null, span));
        *item = kind.convert(inner, default);
    }
    list
}

/// An object has the attributes of its type and no others; absent optional ones are null or their
/// default.
fn convert_object(
    fields: &IndexMap<Str, Field>,
    mut map: Map,
    span: iacscan_core::Span,
    default: &mut dyn FnMut(&Expr) -> Located<Value>,
) -> Map {
    let mut out = Map { open: map.open, ..Map::default() };
    for (name, field) in fields {
        let given = map.entries.shift_remove(name.as_str());
        let key = given.as_ref().map_or(span, |entry| entry.key);
        let value = match given {
            Some(entry) if entry.value.value.is_null() && field.default.is_some() => None,
            Some(entry) => Some(field.kind.convert(entry.value, default)),
            None => None,
        };
        let value = match (value, &field.default) {
            (Some(value), _) => value,
            (None, _) if map.open.is_some() => continue,
            (None, Some(expr)) => {
                let value = default(expr);
                field.kind.convert(value, default)
            }
            (None, None) if field.optional => Located::new(Value::Null, span),
            (None, None) => continue,
        };
        out.insert(name.clone(), key, value);
    }
    out
}
