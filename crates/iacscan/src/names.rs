//! The name that was probably meant.

/// The candidate nearest to a word, when one is near enough to be a slip of the keyboard.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let word = word.to_lowercase().replace('_', "-");
    // A hostile word may be long; nothing that long is near a name.
    if word.len() > 100 {
        return None;
    }
    let allowed = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The end of a message about an unknown word: the nearest candidate, else all of them when they
/// are few.
pub(crate) fn suggestion(word: &str, candidates: &[&str]) -> Option<String> {
    match nearest(word, candidates.iter().copied()) {
        Some(name) => Some(format!("did you mean `{name}`?")),
        None if candidates.len() <= 10 => {
            let names: Vec<String> = candidates.iter().map(|name| format!("`{name}`")).collect();
            Some(format!("expected one of {}", names.join(", ")))
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised() {
        let names = ["wildcard-action", "wildcard-resource", "admin-policy"];
        let cases = [
            ("wildcard-resorce", Some("wildcard-resource")),
            ("Wildcard_Action", Some("wildcard-action")),
            ("admin-polciy", Some("admin-policy")),
            ("something-else-entirely", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(nearest(word, names), expected, "{word}");
        }
        assert_eq!(suggestion("x", &["on", "off"]).unwrap(), "expected one of `on`, `off`");
    }
}
