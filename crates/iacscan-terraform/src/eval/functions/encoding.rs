//! Encodings.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iacscan_core::reader::embedded;
use iacscan_core::{List, Located, Map, Text, Unknown, Value};

use super::{Arguments, Outcome};
use crate::eval::{V, json};

pub(super) fn base64encode(arguments: &Arguments<'_, '_>) -> Outcome {
    Ok(Value::string(STANDARD.encode(arguments.known(0)?.as_bytes())))
}

pub(super) fn base64decode(arguments: &Arguments<'_, '_>) -> Outcome {
    let bytes = STANDARD.decode(arguments.known(0)?.as_bytes()).map_err(|_| Unknown::Invalid)?;
    Ok(Value::string(String::from_utf8(bytes).map_err(|_| Unknown::Invalid)?))
}

pub(super) fn textencodebase64(arguments: &Arguments<'_, '_>) -> Outcome {
    let text = arguments.known(0)?;
    let bytes = match arguments.known(1)?.to_ascii_uppercase().as_str() {
        "UTF-8" => text.as_bytes().to_vec(),
        "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => return Err(Unknown::Unsupported),
    };
    Ok(Value::string(STANDARD.encode(bytes)))
}

pub(super) fn textdecodebase64(arguments: &Arguments<'_, '_>) -> Outcome {
    let bytes = STANDARD.decode(arguments.known(0)?.as_bytes()).map_err(|_| Unknown::Invalid)?;
    let units = |read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| read(*pair)).collect();
        String::from_utf16(&units).map_err(|_| Unknown::Invalid)
    };
    let text = match arguments.known(1)?.to_ascii_uppercase().as_str() {
        "UTF-8" => String::from_utf8(bytes.clone()).map_err(|_| Unknown::Invalid)?,
        "UTF-16LE" => units(u16::from_le_bytes)?,
        "UTF-16BE" => units(u16::from_be_bytes)?,
        _ => return Err(Unknown::Unsupported),
    };
    Ok(Value::string(text))
}

pub(super) fn urlencode(arguments: &Arguments<'_, '_>) -> Outcome {
    let mut out = String::new();
    for byte in arguments.known(0)?.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    Ok(Value::string(out))
}

pub(super) fn urldecode(arguments: &Arguments<'_, '_>) -> Outcome {
    let text = arguments.known(0)?;
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let mut digit = || {
                    let digit = char::from(bytes.next()?).to_digit(16)?;
                    u8::try_from(digit).ok()
                };
                let (Some(high), Some(low)) = (digit(), digit()) else {
                    return Err(Unknown::Invalid);
                };
                out.push(high * 16 + low);
            }
            other => out.push(other),
        }
    }
    Ok(Value::string(String::from_utf8(out).map_err(|_| Unknown::Invalid)?))
}

pub(super) fn jsondecode(arguments: &Arguments<'_, '_>) -> Outcome {
    let value = arguments.value(0)?;
    match &value.value {
        Value::Json(inner) => Ok(inner.value.clone()),
        Value::Text(text) => {
            // Text that holds unknown parts outside of strings stays unknown as a whole.
            let parsed = json::parse_json(text, value.span);
            match parsed.value {
                Value::Unknown(unknown) => Err(unknown),
                known => Ok(known),
            }
        }
        _ => Err(super::arguments::reason(&value.value)),
    }
}

pub(super) fn yamldecode(arguments: &Arguments<'_, '_>) -> Outcome {
    let value = arguments.value(0)?;
    let text = match &value.value {
        Value::Json(inner) => return Ok(inner.value.clone()),
        Value::Text(text) => text,
        other => return Err(super::arguments::reason(other)),
    };
    match embedded::parse_yaml(text, value.span).value.value {
        Value::Unknown(unknown) => Err(unknown),
        known => Ok(known),
    }
}

/// YAML with every string quoted, as Terraform writes it.
pub(super) fn yamlencode(arguments: &Arguments<'_, '_>) -> Outcome {
    fn write(value: &V, indent: usize, out: &mut Text) -> Option<()> {
        let push = |out: &mut Text, text: &str| out.extend(&Text::from(text));
        let line = |out: &mut Text, indent: usize| {
            out.extend(&Text::literal(format!("\n{}", "  ".repeat(indent))));
        };
        match &value.value {
            Value::List(List { items, open: None }) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        line(out, indent);
                    }
                    push(out, "- ");
                    write(item, indent + 1, out)?;
                }
            }
            Value::Map(map) if map.open.is_none() && !map.entries.is_empty() => {
                let mut entries: Vec<_> = map.iter().collect();
                entries.sort_by(|a, b| a.0.cmp(b.0));
                for (index, (key, entry)) in entries.into_iter().enumerate() {
                    if index > 0 {
                        line(out, indent);
                    }
                    out.extend(&json::to_text(&value.with(Value::string(key.clone())))?);
                    push(out, ":");
                    match &entry.value.value {
                        Value::Map(inner) if !inner.entries.is_empty() => {
                            line(out, indent + 1);
                            write(&entry.value, indent + 1, out)?;
                        }
                        Value::List(inner) if !inner.items.is_empty() => {
                            line(out, indent);
                            write(&entry.value, indent, out)?;
                        }
                        // Which of the forms above it takes is not known.
                        Value::Unknown(unknown) => {
                            out.push(iacscan_core::Segment::Unknown(*unknown));
                        }
                        _ => {
                            push(out, " ");
                            write(&entry.value, indent + 1, out)?;
                        }
                    }
                }
            }
            _ => out.extend(&json::to_text(value)?),
        }
        Some(())
    }
    let value = arguments.value(0)?;
    if let Value::Unknown(unknown) = &value.value {
        return Err(*unknown);
    }
    let mut out = Text::new();
    write(value, 0, &mut out).ok_or(Unknown::Unsupported)?;
    out.extend(&Text::from("\n"));
    Ok(Value::Text(out))
}

pub(super) fn csvdecode(arguments: &Arguments<'_, '_>) -> Outcome {
    let text = arguments.known(0)?;
    let rows = csv_rows(&text).ok_or(Unknown::Invalid)?;
    let mut rows = rows.into_iter();
    let header = rows.next().ok_or(Unknown::Invalid)?;
    let mut items = Vec::new();
    for row in rows {
        if row.len() != header.len() {
            return Err(Unknown::Invalid);
        }
        let mut map = Map::default();
        for (name, cell) in header.iter().zip(row) {
            let cell = Located::new(Value::string(cell), arguments.span);
            map.insert(name.as_str(), arguments.span, cell);
        }
        items.push(Located::new(Value::Map(map), arguments.span));
    }
    Ok(Value::List(List { items, open: None }))
}

/// The rows of RFC 4180 text; `None` when a quoted field does not end.
fn csv_rows(text: &str) -> Option<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && characters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                if !(row.is_empty() && cell.is_empty()) {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
            }
            other => cell.push(other),
        }
    }
    if quoted {
        return None;
    }
    if !(row.is_empty() && cell.is_empty()) {
        row.push(cell);
        rows.push(row);
    }
    Some(rows)
}
