//! What the items of a map have in common, of which one is chosen by a key that is not known: the
//! parts between the colons of an ARN.

use iacscan_core::{Map, Segment, Str, Text, Unknown};

use super::{Evaluator, V};

impl Evaluator<'_> {
    /// The text that any entry of a map is, or what takes the place of one that is not there, as far
    /// as all agree. Nothing is said of them inside `try` and `can`, where a key that is not there
    /// fails without harm.
    pub(super) fn agreed(&self, map: &Map, otherwise: Option<&V>, why: Unknown) -> Option<Text> {
        if map.open.is_some() || self.trying.get() || why == Unknown::Invalid {
            return None;
        }
        let items = map.iter().map(|(_, entry)| &entry.value).chain(otherwise);
        let texts: Vec<_> = items
            .map(|item| item.value.to_text().and_then(|text| text.as_known()))
            .collect::<Option<_>>()?;
        let texts: Vec<&str> = texts.iter().map(Str::as_str).collect();
        common(&texts, why)
    }
}

/// The parts between colons that are the same in all texts, which have as many.
fn common(texts: &[&str], why: Unknown) -> Option<Text> {
    let (first, others) = texts.split_first()?;
    let count = first.split(':').count();
    if !first.starts_with("arn:") || others.iter().any(|other| other.split(':').count() != count) {
        return None;
    }
    let mut out = Text::new();
    for (index, part) in first.split(':').enumerate() {
        if index > 0 {
            out.extend(&Text::from(":"));
        }
        if others.iter().all(|other| other.split(':').nth(index) == Some(part)) {
            out.extend(&Text::literal(part));
        } else {
            out.push(Segment::Unknown(why));
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_the_same_are_known() {
        let agreed = |texts: &[&str]| common(texts, Unknown::Input).map(|text| text.to_string());
        let unknown = Text::unknown(Unknown::Input).to_string();
        assert_eq!(agreed(&["arn:b:c", "arn:x:c"]), Some(format!("arn:{unknown}:c")));
        assert_eq!(agreed(&["arn:b", "arn:b"]).as_deref(), Some("arn:b"));
        assert_eq!(agreed(&["arn:b", "arn:b:c"]), None);
        assert_eq!(agreed(&["{\"a\":1}", "{\"a\":2}"]), None);
        assert_eq!(agreed(&[]), None);
    }
}
