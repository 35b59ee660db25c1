//! `format` and `formatlist`. Verbs that print text as it is keep references and unknown parts.

use iacscan_core::{List, Located, Text, Unknown, Value};

use super::arguments::{list_of, text_of};
use super::{Arguments, Outcome};
use crate::eval::{V, json};

pub(super) fn format(arguments: &Arguments<'_, '_>) -> Outcome {
    let spec = arguments.known(0)?;
    let values: Vec<&V> = arguments.values.iter().skip(1).collect();
    formatted(arguments, &spec, &values)
}

pub(super) fn formatlist(arguments: &Arguments<'_, '_>) -> Outcome {
    let spec = arguments.known(0)?;
    let mut length = None;
    let mut open = None;
    for value in arguments.values.iter().skip(1) {
        if let Value::List(list) = &value.value {
            open = open.or(list.open);
            if length.is_some_and(|length| length != list.items.len()) {
                return Err(open.map_or(Unknown::Invalid, |gap| gap.unknown));
            }
            length = Some(list.items.len());
        } else if let Err(unknown) = text_of(value)
            && unknown != Unknown::Invalid
        {
            return Err(unknown);
        }
    }
    let mut items = Vec::new();
    for index in 0..length.unwrap_or(1) {
        let row: Vec<&V> = arguments
            .values
            .iter()
            .skip(1)
            .map(|value| {
                list_of(value).ok().and_then(|list| list.items.get(index)).unwrap_or(value)
            })
            .collect();
        let value = formatted(arguments, &spec, &row)?;
        items.push(Located::new(value, row.first().map_or(arguments.span, |first| first.span)));
    }
    Ok(Value::List(List { items, open }))
}

/// One verb of a format: `%[1]-5.2f`.
struct Verb {
    index: Option<usize>,
    flags: String,
    width: Option<usize>,
    precision: Option<usize>,
    verb: char,
}

fn formatted(arguments: &Arguments<'_, '_>, spec: &str, values: &[&V]) -> Outcome {
    let mut out = Text::new();
    let mut next = 0;
    let mut rest = spec;
    let mut indexed = false;
    while let Some((before, after)) = rest.split_once('%') {
        out.extend(&Text::from(before));
        let (verb, tail) = read_verb(after).ok_or(Unknown::Invalid)?;
        rest = tail;
        if verb.verb == '%' {
            out.extend(&Text::from("%"));
            continue;
        }
        let index = verb.index.unwrap_or(next);
        indexed |= verb.index.is_some();
        next = index + 1;
        let value = values.get(index).ok_or(Unknown::Invalid)?;
        out.extend(&verb.apply(arguments, value)?);
    }
    out.extend(&Text::from(rest));
    if next < values.len() && !indexed {
        // Too many arguments are an error.
        return Err(Unknown::Invalid);
    }
    Ok(Value::Text(out))
}

fn read_verb(text: &str) -> Option<(Verb, &str)> {
    let mut rest = text;
    let mut flags = String::new();
    while let Some(flag) = rest.chars().next().filter(|c| "+- 0#".contains(*c)) {
        flags.push(flag);
        rest = rest.get(1..)?;
    }
    let mut index = None;
    let mut bracket = |rest: &mut &str| -> Option<()> {
        if let Some(inner) = rest.strip_prefix('[') {
            let (number, after) = inner.split_once(']')?;
            index = Some(number.parse::<usize>().ok()?.checked_sub(1)?);
            *rest = after;
        }
        Some(())
    };
    bracket(&mut rest)?;
    let digits = |rest: &mut &str| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(end)?;
        *rest = after;
        number.parse::<usize>().ok().filter(|width| *width < 1_000)
    };
    let width = digits(&mut rest);
    let mut precision = None;
    if let Some(after) = rest.strip_prefix('.') {
        rest = after;
        precision = Some(digits(&mut rest).unwrap_or(0));
    }
    bracket(&mut rest)?;
    let verb = rest.chars().next()?;
    Some((Verb { index, flags, width, precision, verb }, rest.get(verb.len_utf8()..)?))
}

impl Verb {
    fn apply(&self, arguments: &Arguments<'_, '_>, value: &V) -> Result<Text, Unknown> {
        let plain = self.width.is_none() && self.precision.is_none();
        let text = match self.verb {
            's' | 'v' if plain && !self.flags.contains('#') => {
                return self.plain(value);
            }
            's' => arguments.known_text(&text_of(value)?)?.to_string(),
            'q' => format!("{:?}", arguments.known_text(&text_of(value)?)?.as_str()),
            't' => crate::eval::operators::boolean(&value.value)?.to_string(),
            'v' if self.flags.contains('#') => {
                let text = json::to_text(value).ok_or(Unknown::Unsupported)?;
                arguments.known_text(&text)?.to_string()
            }
            'v' => arguments.known_text(&self.plain(value)?)?.to_string(),
            'd' => self.signed(format!("{:.0}", whole(value)?)),
            'b' => self.signed(radix(value, 2)?),
            'o' => self.signed(radix(value, 8)?),
            'x' | 'X' => {
                let text = match &value.value {
                    Value::Number(_) => radix(value, 16)?,
                    _ => arguments
                        .known_text(&text_of(value)?)?
                        .bytes()
                        .map(|byte| format!("{byte:02x}"))
                        .collect(),
                };
                if self.verb == 'X' { text.to_uppercase() } else { text }
            }
            'f' | 'F' => {
                let number = crate::eval::operators::number(&value.value)?;
                self.signed(format!("{number:.*}", self.precision.unwrap_or(6)))
            }
            // The scientific forms are left to Terraform.
            _ => return Err(Unknown::Unsupported),
        };
        let text = match (self.verb, self.precision) {
            ('s', Some(precision)) => text.chars().take(precision).collect(),
            _ => text,
        };
        Ok(Text::literal(self.padded(text)))
    }

    /// The default form, unknown parts kept.
    fn plain(&self, value: &V) -> Result<Text, Unknown> {
        match &value.value {
            Value::Unknown(Unknown::Invalid) => Err(Unknown::Invalid),
            Value::Unknown(unknown) => Ok(Text::unknown(*unknown)),
            Value::Null if self.verb == 'v' => Ok(Text::from("null")),
            Value::List(_) | Value::Map(_) if self.verb == 'v' => {
                json::to_text(value).ok_or(Unknown::Unsupported)
            }
            _ => text_of(value),
        }
    }

    fn signed(&self, text: String) -> String {
        if self.flags.contains('+') && !text.starts_with('-') {
            format!("+{text}")
        } else if self.flags.contains(' ') && !text.starts_with('-') {
            format!(" {text}")
        } else {
            text
        }
    }

    fn padded(&self, text: String) -> String {
        let Some(missing) = self.width.and_then(|width| width.checked_sub(text.chars().count()))
        else {
            return text;
        };
        if self.flags.contains('-') {
            return format!("{text}{}", " ".repeat(missing));
        }
        if self.flags.contains('0') {
            let (sign, digits) = match text.strip_prefix(['-', '+']) {
                Some(digits) => (text.get(..1).unwrap_or_default(), digits),
                None => ("", text.as_str()),
            };
            return format!("{sign}{}{digits}", "0".repeat(missing));
        }
        format!("{}{text}", " ".repeat(missing))
    }
}

fn whole(value: &V) -> Result<f64, Unknown> {
    let number = crate::eval::operators::number(&value.value)?;
    if number.fract() == 0.0 { Ok(number) } else { Err(Unknown::Invalid) }
}

fn radix(value: &V, base: u32) -> Result<String, Unknown> {
    let number = whole(value)?;
    if number.abs() > 9e15 {
        return Err(Unknown::Limit);
    }
    // Whole and exact, as was just asked.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let size = number.abs() as u64;
    let digits = match base {
        2 => format!("{size:b}"),
        8 => format!("{size:o}"),
        _ => format!("{size:x}"),
    };
    Ok(if number < 0.0 { format!("-{digits}") } else { digits })
}
