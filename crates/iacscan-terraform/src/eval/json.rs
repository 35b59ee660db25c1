//! JSON: values from text, text from values.

use iacscan_core::reader::embedded;
use iacscan_core::{Located, Segment, Span, Text, Unknown, Value};

use super::V;

/// The value that a JSON text holds; [`Unknown::Invalid`] when it is no JSON.
pub(crate) fn parse_json(text: &Text, at: Span) -> V {
    let parsed = embedded::parse_json(text, at);
    if parsed.problems.iter().any(|problem| problem.kind.is_of_syntax()) {
        return Located::new(Value::Unknown(Unknown::Invalid), at);
    }
    parsed.value
}

/// The JSON of a value as Terraform writes it: keys sorted, `<`, `>` and `&` escaped. `None` when
/// it has alternatives or cannot be written.
pub(crate) fn to_text(value: &V) -> Option<Text> {
    let mut out = Text::new();
    write(value, &mut out)?;
    Some(out)
}

fn push(out: &mut Text, text: impl Into<iacscan_core::Str>) {
    out.extend(&Text::literal(text));
}

fn write(value: &Located<Value>, out: &mut Text) -> Option<()> {
    match &value.value {
        Value::Null => push(out, "null"),
        Value::Bool(value) => push(out, if *value { "true" } else { "false" }),
        Value::Number(number) => push(out, number.as_str()),
        Value::Text(text) => write_string(text, out),
        Value::List(list) => {
            if list.open.is_some() {
                out.push(Segment::Unknown(Unknown::Computed));
                return Some(());
            }
            push(out, "[");
            for (index, item) in list.items.iter().enumerate() {
                if index > 0 {
                    push(out, ",");
                }
                write(item, out)?;
            }
            push(out, "]");
        }
        Value::Map(map) => {
            if map.open.is_some() {
                out.push(Segment::Unknown(Unknown::Computed));
                return Some(());
            }
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(b.0));
            push(out, "{");
            for (index, (key, entry)) in entries.into_iter().enumerate() {
                if index > 0 {
                    push(out, ",");
                }
                write_string(&Text::literal(key.clone()), out);
                push(out, ":");
                write(&entry.value, out)?;
            }
            push(out, "}");
        }
        Value::Json(inner) => write_string(&to_text(inner)?, out),
        Value::Unknown(unknown) => out.push(Segment::Unknown(*unknown)),
        Value::Resource(_) | Value::OneOf(_) => return None,
    }
    Some(())
}

fn write_string(text: &Text, out: &mut Text) {
    push(out, "\"");
    for segment in text.segments() {
        match segment {
            Segment::Literal(literal) => push(out, escape(&literal.text)),
            other => out.push(other.clone()),
        }
    }
    push(out, "\"");
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c if c.is_control() && c.is_ascii() => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}
