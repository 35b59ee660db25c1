//! String functions. What they cannot change stays as it is: `join`, `format` and the trims keep
//! references and unknown parts in their texts.

use iacscan_core::{List, Located, Segment, Span, Str, Text, Unknown, Value};
use regex::{Captures, Regex};

use super::arguments::text_of;
use super::{Arguments, Outcome, around};
use crate::eval::MOST_TEXT;

fn string(text: impl Into<Str>) -> Outcome {
    Ok(Value::string(text))
}

fn number(value: usize) -> Value {
    Value::Number(iacscan_core::Number::new(smol_str::format_smolstr!("{value}")))
}

pub(super) fn chomp(arguments: &Arguments<'_, '_>) -> Outcome {
    trimmed_end(arguments, &|text| text.trim_end_matches(['\n', '\r']).len())
}

pub(super) fn trimspace(arguments: &Arguments<'_, '_>) -> Outcome {
    let text = arguments.known(0)?;
    keep(arguments, text.trim())
}

pub(super) fn trim(arguments: &Arguments<'_, '_>) -> Outcome {
    let (text, cut) = (arguments.known(0)?, arguments.known(1)?);
    keep(arguments, text.trim_matches(|c| cut.contains(c)))
}

pub(super) fn trimprefix(arguments: &Arguments<'_, '_>) -> Outcome {
    let prefix = arguments.known(1)?;
    let text = arguments.text(0)?;
    if let Ok(known) = arguments.known_text(&text) {
        return keep(arguments, known.strip_prefix(prefix.as_str()).unwrap_or(&known));
    }
    // The beginning is known as far as the prefix goes.
    match text.segments() {
        [Segment::Literal(first), rest @ ..] if first.text.len() >= prefix.len() => {
            let start = if first.text.starts_with(prefix.as_str()) { prefix.len() } else { 0 };
            let mut out = Text::new();
            if let Some(cut) = first.slice(start..first.text.len()) {
                out.push(Segment::Literal(cut));
            }
            rest.iter().for_each(|segment| out.push(segment.clone()));
            Ok(Value::Text(out))
        }
        _ => Err(text.first_unknown().unwrap_or(Unknown::Computed)),
    }
}

pub(super) fn trimsuffix(arguments: &Arguments<'_, '_>) -> Outcome {
    let suffix = arguments.known(1)?;
    let text = arguments.text(0)?;
    if let Ok(known) = arguments.known_text(&text) {
        return keep(arguments, known.strip_suffix(suffix.as_str()).unwrap_or(&known));
    }
    // The end must be known as far as the suffix goes.
    match text.segments() {
        [start @ .., Segment::Literal(last)] if last.text.len() >= suffix.len() => {
            let kept = last.text.strip_suffix(suffix.as_str()).unwrap_or(&last.text).len();
            let mut out = Text::new();
            start.iter().for_each(|segment| out.push(segment.clone()));
            if let Some(cut) = last.slice(0..kept) {
                out.push(Segment::Literal(cut));
            }
            Ok(Value::Text(out))
        }
        _ if !around::may_reach_out(arguments, &text, &suffix) => Ok(Value::Text(text)),
        _ => Err(text.first_unknown().unwrap_or(Unknown::Computed)),
    }
}

/// Cuts the end of a text whose last part is known; `kept` says how much of that part stays.
fn trimmed_end(arguments: &Arguments<'_, '_>, kept: &dyn Fn(&str) -> usize) -> Outcome {
    let text = arguments.text(0)?;
    if let Ok(known) = arguments.known_text(&text) {
        let end = kept(&known);
        return keep(arguments, known.get(..end).unwrap_or_default());
    }
    match text.segments() {
        [start @ .., Segment::Literal(last)] => {
            let end = kept(&last.text);
            if end == 0 || end == last.text.len() {
                return Err(text.first_unknown().unwrap_or(Unknown::Computed));
            }
            let mut out = Text::new();
            start.iter().for_each(|segment| out.push(segment.clone()));
            if let Some(cut) = last.slice(0..end) {
                out.push(Segment::Literal(cut));
            }
            Ok(Value::Text(out))
        }
        _ => Err(text.first_unknown().unwrap_or(Unknown::Computed)),
    }
}

/// A piece of the first argument, with its place when that is one literal.
fn keep(arguments: &Arguments<'_, '_>, piece: &str) -> Outcome {
    let text = arguments.text(0)?;
    if let [Segment::Literal(literal)] = text.segments()
        && let Some(start) = literal.text.find(piece)
        && let Some(cut) = literal.slice(start..start + piece.len())
        && literal.text.matches(piece).count() == 1
    {
        let mut out = Text::new();
        out.push(Segment::Literal(cut));
        return Ok(Value::Text(out));
    }
    string(piece)
}

pub(super) fn lower(arguments: &Arguments<'_, '_>) -> Outcome {
    string(
        arguments.known(0)?.chars().map(|c| one(c.to_lowercase()).unwrap_or(c)).collect::<String>(),
    )
}

pub(super) fn upper(arguments: &Arguments<'_, '_>) -> Outcome {
    string(
        arguments.known(0)?.chars().map(|c| one(c.to_uppercase()).unwrap_or(c)).collect::<String>(),
    )
}

/// The only character of a mapping; letters that become several stay as they are.
fn one(mut mapped: impl Iterator<Item = char>) -> Option<char> {
    let first = mapped.next()?;
    mapped.next().is_none().then_some(first)
}

pub(super) fn title(arguments: &Arguments<'_, '_>) -> Outcome {
    let mut start = true;
    let mut out = String::new();
    for c in arguments.known(0)?.chars() {
        if start {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        start = c.is_whitespace() || (c.is_ascii_punctuation() && c != '\'' && c != '_');
    }
    string(out)
}

pub(super) fn strrev(arguments: &Arguments<'_, '_>) -> Outcome {
    string(arguments.known(0)?.chars().rev().collect::<String>())
}

pub(super) fn substr(arguments: &Arguments<'_, '_>) -> Outcome {
    let text = arguments.known(0)?;
    let (offset, length) = (arguments.whole(1)?, arguments.whole(2)?);
    let characters: Vec<char> = text.chars().collect();
    let count = i64::try_from(characters.len()).unwrap_or(i64::MAX);
    let start = if offset < 0 { count + offset } else { offset };
    if start < 0 {
        return Err(Unknown::Invalid);
    }
    let start = start.min(count);
    let end = if length < 0 { count } else { (start + length).min(count) };
    let index = |at: i64| usize::try_from(at).unwrap_or(0);
    string(
        characters
            .get(index(start)..index(end.max(start)))
            .unwrap_or_default()
            .iter()
            .collect::<String>(),
    )
}

pub(super) fn startswith(arguments: &Arguments<'_, '_>) -> Outcome {
    let prefix = arguments.known(1)?;
    let text = arguments.text(0)?;
    affix(arguments, &text, &prefix, &text.known_prefix(), &|text, affix| text.starts_with(affix))
}

pub(super) fn endswith(arguments: &Arguments<'_, '_>) -> Outcome {
    let suffix = arguments.known(1)?;
    let text = arguments.text(0)?;
    affix(arguments, &text, &suffix, &text.known_suffix(), &|text, affix| text.ends_with(affix))
}

fn affix(
    arguments: &Arguments<'_, '_>,
    text: &Text,
    affix: &str,
    certain: &str,
    has: &dyn Fn(&str, &str) -> bool,
) -> Outcome {
    if let Ok(known) = arguments.known_text(text) {
        return Ok(Value::Bool(has(&known, affix)));
    }
    if certain.len() >= affix.len() {
        return Ok(Value::Bool(has(certain, affix)));
    }
    Err(text.first_unknown().unwrap_or(Unknown::Computed))
}

pub(super) fn strcontains(arguments: &Arguments<'_, '_>) -> Outcome {
    let wanted = arguments.known(1)?;
    let text = arguments.text(0)?;
    if let Ok(known) = arguments.known_text(&text) {
        return Ok(Value::Bool(known.contains(wanted.as_str())));
    }
    let inside = text.segments().iter().any(|segment| {
        matches!(segment, Segment::Literal(literal) if literal.text.contains(wanted.as_str()))
    });
    if inside {
        return Ok(Value::Bool(true));
    }
    Err(text.first_unknown().unwrap_or(Unknown::Computed))
}

pub(super) fn indent(arguments: &Arguments<'_, '_>) -> Outcome {
    let count = usize::try_from(arguments.whole(0)?).map_err(|_| Unknown::Invalid)?;
    let text = arguments.known(1)?;
    if count.saturating_mul(text.lines().count()) > MOST_TEXT {
        return Err(Unknown::Limit);
    }
    string(text.replace('\n', &format!("\n{}", " ".repeat(count))))
}

pub(super) fn join(arguments: &Arguments<'_, '_>) -> Outcome {
    let separator = arguments.text(0)?;
    let mut out = Text::new();
    let mut first = true;
    let mut length = 0;
    for index in 1..arguments.len() {
        let list = arguments.list(index)?;
        for item in &list.items {
            if !first {
                out.extend(&separator);
            }
            first = false;
            match text_of(item) {
                Ok(text) => out.extend(&text),
                Err(Unknown::Invalid) => return Err(Unknown::Invalid),
                Err(unknown) => out.push(Segment::Unknown(unknown)),
            }
            length += 1;
            if length > crate::eval::MOST_ITEMS {
                return Err(Unknown::Limit);
            }
        }
        if let Some(gap) = list.open {
            out.push(Segment::Unknown(gap.unknown));
        }
    }
    Ok(Value::Text(out))
}

pub(super) fn split(arguments: &Arguments<'_, '_>) -> Outcome {
    let separator = arguments.known(0)?;
    let text = arguments.text(1)?;
    let known = match arguments.known_text(&text) {
        Ok(known) => known,
        Err(unknown) => {
            let pieces = arguments.evaluator.split_around(&text, &separator).ok_or(unknown)?;
            let piece = |piece| Located::new(Value::Text(piece), arguments.span);
            return Ok(Value::List(List {
                items: pieces.into_iter().map(piece).collect(),
                open: None,
            }));
        }
    };
    if known.is_empty() || separator.is_empty() {
        let items = if known.is_empty() && separator.is_empty() {
            Vec::new()
        } else if separator.is_empty() {
            known
                .chars()
                .map(|c| Located::new(Value::string(Str::from_iter([c])), arguments.span))
                .collect()
        } else {
            vec![Located::new(Value::string(""), arguments.span)]
        };
        return Ok(Value::List(List { items, open: None }));
    }
    let literal = match text.segments() {
        [Segment::Literal(literal)] => Some(literal),
        _ => None,
    };
    let mut at = 0;
    let mut items = Vec::new();
    for piece in known.split(separator.as_str()) {
        let range = at..at + piece.len();
        at = range.end + separator.len();
        let mut text = Text::new();
        match literal.and_then(|literal| literal.slice(range.clone())) {
            Some(slice) => text.push(Segment::Literal(slice)),
            None => text.extend(&Text::from(piece)),
        }
        let span = literal.and_then(|literal| literal.span(range)).unwrap_or(arguments.span);
        items.push(Located::new(Value::Text(text), span));
    }
    Ok(Value::List(List { items, open: None }))
}

pub(super) fn replace(arguments: &Arguments<'_, '_>) -> Outcome {
    let text = arguments.text(0)?;
    let pattern = arguments.known(1)?;
    let by = arguments.known(2);
    let known = match arguments.known_text(&text) {
        Ok(known) => known,
        Err(unknown) => return around::replace(arguments, &text, &pattern, &by?).ok_or(unknown),
    };
    if let Some(inner) = pattern.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        let regex = compile(inner)?;
        let by = by?;
        return string(regex.replace_all(&known, by.as_str()).into_owned());
    }
    if pattern.is_empty() || !known.contains(pattern.as_str()) {
        if pattern.is_empty() {
            return string(known.replace("", &by?));
        }
        return Ok(Value::Text(text));
    }
    match by {
        Ok(by) => {
            if known.matches(pattern.as_str()).count().saturating_mul(by.len()) > MOST_TEXT {
                return Err(Unknown::Limit);
            }
            string(known.replace(pattern.as_str(), &by))
        }
        Err(_) => {
            // Keeps references in the replacement.
            let by = arguments.text(2)?;
            let mut out = Text::new();
            for (index, piece) in known.split(pattern.as_str()).enumerate() {
                if index > 0 {
                    out.extend(&by);
                }
                out.extend(&Text::from(piece));
            }
            Ok(Value::Text(out))
        }
    }
}

fn compile(pattern: &str) -> Result<Regex, Unknown> {
    regex::RegexBuilder::new(pattern).size_limit(1 << 20).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => Unknown::Limit,
        _ => Unknown::Invalid,
    })
}

pub(super) fn regex(arguments: &Arguments<'_, '_>) -> Outcome {
    let regex = compile(&arguments.known(0)?)?;
    let text = arguments.known(1)?;
    let captures = regex.captures(&text).ok_or(Unknown::Invalid)?;
    Ok(captured(&regex, &captures, arguments.span))
}

/// Whether a pattern that asks for the service of an ARN (`.*:sqs:.*`) matches the ARN of a resource.
fn matches_service(arguments: &Arguments<'_, '_>, pattern: &str, text: &Text) -> Option<bool> {
    let service = arguments.evaluator.arn_service(text)?;
    let inner = pattern.strip_prefix(".*").unwrap_or(pattern);
    let inner = inner.strip_prefix(':')?;
    let (wanted, rest) = inner.split_once(':')?;
    if !wanted.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return None;
    }
    if wanted != service {
        return Some(false);
    }
    match rest {
        "" | ".*" => Some(true),
        // Names have no slashes.
        ".*/consumer/.*" if service == "kinesis" => {
            Some(arguments.evaluator.is_stream_consumer(text))
        }
        _ => None,
    }
}

pub(super) fn regexall(arguments: &Arguments<'_, '_>) -> Outcome {
    let text = arguments.text(1)?;
    match matches_service(arguments, &arguments.known(0)?, &text) {
        Some(false) => return Ok(Value::List(List::default())),
        Some(true) => {
            let found = Value::Text(Text::unknown(Unknown::Computed));
            let items = vec![Located::new(found, arguments.span)];
            return Ok(Value::List(List { items, open: None }));
        }
        None => {}
    }
    let regex = compile(&arguments.known(0)?)?;
    let text = arguments.known(1)?;
    let items = regex
        .captures_iter(&text)
        .map(|captures| Located::new(captured(&regex, &captures, arguments.span), arguments.span))
        .collect();
    Ok(Value::List(List { items, open: None }))
}

/// The whole match without groups, a map with named ones, else a list.
fn captured(regex: &Regex, captures: &Captures<'_>, span: Span) -> Value {
    let group = |index: usize| {
        captures.get(index).map_or(Value::Null, |group| Value::string(group.as_str()))
    };
    if regex.captures_len() == 1 {
        return group(0);
    }
    let names: Vec<&str> = regex.capture_names().flatten().collect();
    if names.is_empty() {
        let items = (1..regex.captures_len()).map(|i| Located::new(group(i), span)).collect();
        return Value::List(List { items, open: None });
    }
    let mut map = iacscan_core::Map::default();
    for name in names {
        let value = captures.name(name).map_or(Value::Null, |group| Value::string(group.as_str()));
        map.insert(name, span, Located::new(value, span));
    }
    Value::Map(map)
}

/// The number of grapheme clusters, which for anything but combining characters is the number of
/// characters.
pub(super) fn characters(text: &str) -> Outcome {
    if text.is_ascii() {
        return Ok(number(text.len()));
    }
    if text.chars().any(|c| ('\u{300}'..='\u{36f}').contains(&c) || c == '\u{200d}') {
        return Err(Unknown::Unsupported);
    }
    Ok(number(text.chars().count()))
}
