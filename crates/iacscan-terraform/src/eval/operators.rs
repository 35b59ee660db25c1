//! Operators over values of which parts may be unknown.

use iacscan_core::{Number, Pseudo, ResourceAttribute, Segment, Text, Truth, Unknown, Value};

use super::V;
use crate::syntax::BinaryOperator;

/// Whether two values are equal, as far as it can be told.
pub(crate) fn equal(left: &Value, right: &Value) -> Truth {
    match (left, right) {
        // What another module or a data source yields is there.
        (Value::Null, Value::Unknown(Unknown::External))
        | (Value::Unknown(Unknown::External), Value::Null) => Truth::False,
        (Value::Unknown(_) | Value::OneOf(_), _) | (_, Value::Unknown(_) | Value::OneOf(_)) => {
            Truth::Unknown
        }
        (Value::Null, Value::Null) => Truth::True,
        (Value::Null, other) | (other, Value::Null) => match other {
            // An input without a value may be null.
            Value::Text(text) if is_wholly_unknown(text) => may_be_null(text.first_unknown()),
            Value::List(list) if list.items.is_empty() => {
                may_be_null(list.open.map(|gap| gap.unknown))
            }
            Value::Map(map) if map.entries.is_empty() => {
                may_be_null(map.open.map(|gap| gap.unknown))
            }
            _ => Truth::False,
        },
        (Value::Bool(a), Value::Bool(b)) => Truth::from(a == b),
        (Value::Number(a), Value::Number(b)) => Truth::from(number_eq(a, b)),
        (Value::Text(a), Value::Text(b)) => text_equal(a, b),
        (Value::List(a), Value::List(b)) => {
            if a.open.is_none() && b.open.is_none() && a.items.len() != b.items.len() {
                return Truth::False;
            }
            let items =
                Truth::all(a.items.iter().zip(&b.items).map(|(x, y)| equal(&x.value, &y.value)));
            if a.open.is_some() || b.open.is_some() { Truth::Unknown } else { items }
        }
        (Value::Map(a), Value::Map(b)) => {
            if a.open.is_some() || b.open.is_some() {
                return Truth::Unknown;
            }
            if a.entries.len() != b.entries.len() {
                return Truth::False;
            }
            Truth::all(a.iter().map(|(key, entry)| match b.get(key) {
                None => Truth::False,
                Some(other) => equal(&entry.value.value, &other.value),
            }))
        }
        (Value::Json(a), Value::Json(b)) => equal(&a.value, &b.value),
        (Value::Resource(a), Value::Resource(b)) if a == b => Truth::True,
        (Value::Resource(_), _)
        | (_, Value::Resource(_))
        | (Value::Json(_), Value::Text(_))
        | (Value::Text(_), Value::Json(_)) => Truth::Unknown,
        (Value::Text(text), _) | (_, Value::Text(text)) if is_wholly_unknown(text) => {
            Truth::Unknown
        }
        _ => Truth::False,
    }
}

/// Whether something that is not known for this reason is null: an input may be.
const fn may_be_null(unknown: Option<Unknown>) -> Truth {
    match unknown {
        None | Some(Unknown::External) => Truth::False,
        Some(_) => Truth::Unknown,
    }
}

/// Whether a text has no known part, so that it may be null as well.
pub(crate) fn is_wholly_unknown(text: &Text) -> bool {
    text.as_unknown().is_some()
}

fn number_eq(a: &Number, b: &Number) -> bool {
    a == b || matches!((a.as_f64(), b.as_f64()), (Some(x), Some(y)) if (x - y).abs() < f64::EPSILON)
}

fn text_equal(a: &Text, b: &Text) -> Truth {
    // A deployment goes to the commercial partition unless the configuration says otherwise.
    for (text, other) in [(a, b), (b, a)] {
        if let ([Segment::Pseudo(Pseudo::Partition)], Some(known)) =
            (text.segments(), other.as_known())
        {
            return Truth::from(known == "aws");
        }
    }
    if let (Some(a), Some(b)) = (a.as_known(), b.as_known()) {
        return Truth::from(a == b);
    }
    if a == b && a.first_unknown().is_none() {
        return Truth::True;
    }
    let differ = |x: &str, y: &str| {
        let length = x.len().min(y.len());
        x.as_bytes().get(..length) != y.as_bytes().get(..length)
    };
    let reversed = |text: &str| text.chars().rev().collect::<String>();
    if differ(&a.known_prefix(), &b.known_prefix())
        || differ(&reversed(&a.known_suffix()), &reversed(&b.known_suffix()))
    {
        return Truth::False;
    }
    // A known text that is shorter than what is certain of the other one.
    for (known, other) in [(a, b), (b, a)] {
        if let Some(known) = known.as_known()
            && known.len() < least_length(other)
        {
            return Truth::False;
        }
    }
    Truth::Unknown
}

/// The least number of bytes of a text: an ARN, a name and an account id are never empty.
fn least_length(text: &Text) -> usize {
    text.segments()
        .iter()
        .map(|segment| match segment {
            Segment::Literal(literal) => literal.text.len(),
            Segment::Reference {
                attribute: ResourceAttribute::Arn | ResourceAttribute::Name,
                ..
            }
            | Segment::Pseudo(_) => 1,
            Segment::Reference { .. }
            | Segment::Import(_)
            | Segment::Input(_)
            | Segment::Unknown(_) => 0,
        })
        .sum()
}

/// The value as a number: numbers, and strings that hold one.
pub(crate) fn number(value: &Value) -> Result<f64, Unknown> {
    match value {
        Value::Number(number) => number.as_f64().ok_or(Unknown::Invalid),
        Value::Text(text) => match text.as_known() {
            Some(known) => known.trim().parse().map_err(|_| Unknown::Invalid),
            None => Err(text.first_unknown().unwrap_or(Unknown::Computed)),
        },
        Value::Unknown(unknown) => Err(*unknown),
        _ => Err(Unknown::Invalid),
    }
}

/// The value as a boolean: booleans, and the strings `true` and `false`.
pub(crate) fn boolean(value: &Value) -> Result<bool, Unknown> {
    match value {
        Value::Bool(bool) => Ok(*bool),
        Value::Text(text) => match text.as_known().as_deref() {
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            Some(_) => Err(Unknown::Invalid),
            None => Err(text.first_unknown().unwrap_or(Unknown::Computed)),
        },
        Value::Unknown(unknown) => Err(*unknown),
        _ => Err(Unknown::Invalid),
    }
}

/// A number as Terraform has it: whole numbers exactly, fractions as far as a scan needs them.
pub(crate) fn number_value(value: f64) -> Result<Value, Unknown> {
    if !value.is_finite() {
        return Err(Unknown::Invalid);
    }
    if value.abs() >= 9e15 {
        // Beyond what is exact here.
        return Err(Unknown::Limit);
    }
    Ok(Value::Number(Number::from(if value == 0.0 { 0.0 } else { value })))
}

/// Arithmetic and comparison; equality and logic have their own ways.
pub(crate) fn arithmetic(operator: BinaryOperator, left: &V, right: &V) -> Result<Value, Unknown> {
    let (a, b) = (number(&left.value)?, number(&right.value)?);
    let result = match operator {
        BinaryOperator::Less => return Ok(Value::Bool(a < b)),
        BinaryOperator::LessOrEqual => return Ok(Value::Bool(a <= b)),
        BinaryOperator::Greater => return Ok(Value::Bool(a > b)),
        BinaryOperator::GreaterOrEqual => return Ok(Value::Bool(a >= b)),
        BinaryOperator::Add => a + b,
        BinaryOperator::Subtract => a - b,
        BinaryOperator::Multiply => a * b,
        BinaryOperator::Divide => a / b,
        BinaryOperator::Modulo => a % b,
        BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::And
        | BinaryOperator::Or => return Err(Unknown::Unsupported),
    };
    number_value(result)
}
