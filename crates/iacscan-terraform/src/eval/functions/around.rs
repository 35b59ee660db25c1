//! What is replaced in the known parts of a text, where that cannot reach into the other parts.

use iacscan_core::{ResourceAttribute, Segment, Text, Value};

use super::Arguments;

/// Replaces around what is not known; `None` where that might hold some of the pattern.
pub(super) fn replace(
    arguments: &Arguments<'_, '_>,
    text: &Text,
    pattern: &str,
    by: &str,
) -> Option<Value> {
    let regex = pattern.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let plain = regex.unwrap_or(pattern);
    let is_plain = !plain.is_empty() && plain.chars().all(|c| ":/_ ,;\"'".contains(c));
    if is_plain && text.segments().iter().all(is_literal_or_pseudo) {
        return Some(Value::Text(in_literals(text, plain, by)));
    }
    if regex.is_some() || may_reach_out(arguments, text, pattern) {
        return None;
    }
    Some(Value::Text(in_literals(&joined(text), pattern, by)))
}

/// Account ids, regions and partitions are made of letters, digits and hyphens.
fn is_literal_or_pseudo(segment: &Segment) -> bool {
    matches!(segment, Segment::Literal(_) | Segment::Pseudo(_))
}

fn in_literals(text: &Text, pattern: &str, by: &str) -> Text {
    let mut out = Text::new();
    for segment in text.segments() {
        match segment {
            Segment::Literal(literal) if literal.text.contains(pattern) => {
                out.extend(&Text::literal(literal.text.replace(pattern, by)));
            }
            other => out.push(other.clone()),
        }
    }
    out
}

/// The text with neighbouring literals as one, where there are several.
fn joined(text: &Text) -> Text {
    let is_literal = |segment: &Segment| matches!(segment, Segment::Literal(_));
    if !text.segments().windows(2).any(|pair| pair.iter().all(is_literal)) {
        return text.clone();
    }
    let mut out = Text::new();
    for segment in text.segments() {
        match segment {
            Segment::Literal(literal) => out.extend(&Text::literal(literal.text.clone())),
            other => out.push(other.clone()),
        }
    }
    out
}

/// Whether some of a place where the pattern stands may be in a part of the text that is no
/// literal. A pattern with a `*` is looked for, which ARNs and names of resources never hold.
pub(super) fn may_reach_out(arguments: &Arguments<'_, '_>, text: &Text, pattern: &str) -> bool {
    let text = joined(text);
    let segments = text.segments();
    let literals = || segments.iter().enumerate().filter_map(|(at, it)| Some((at, known(it)?)));
    if !pattern.contains('*') || !segments.iter().all(|it| is_without_stars(arguments, it)) {
        return true;
    }
    // A `*` of the pattern stands in a literal, and what surrounds it goes on beyond.
    literals().any(|(at, literal)| {
        let star = |is_before: bool| {
            literals().any(|(other, it)| {
                it.contains('*') && if is_before { other < at } else { other > at }
            })
        };
        let before = |part: &str| at > 0 && (!part.contains('*') || star(true));
        let after = |part: &str| at + 1 < segments.len() && (!part.contains('*') || star(false));
        let mut cuts = pattern.char_indices().skip(1).map(|(cut, _)| pattern.split_at(cut));
        cuts.any(|(start, end)| {
            let goes_beyond = || end.strip_prefix(literal).is_some_and(after);
            (before(start) && (literal.starts_with(end) || goes_beyond()))
                || (literal.ends_with(start) && after(end))
        })
    })
}

fn known(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Literal(literal) => Some(&literal.text),
        _ => None,
    }
}

fn is_without_stars(arguments: &Arguments<'_, '_>, segment: &Segment) -> bool {
    match segment {
        Segment::Literal(_) | Segment::Pseudo(_) => true,
        Segment::Input(input) => input.in_name,
        Segment::Reference { target, attribute } => {
            let is_of_arn = matches!(
                attribute,
                ResourceAttribute::Arn | ResourceAttribute::Name | ResourceAttribute::StreamArn
            );
            is_of_arn && arguments.evaluator.service_of(target).is_some()
        }
        Segment::Import(_) | Segment::Unknown(_) => false,
    }
}
