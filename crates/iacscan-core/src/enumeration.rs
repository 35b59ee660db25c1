//! Things one after the other, as sentences have them.

/// "a", "a and b", "a, b and c".
#[must_use]
pub fn enumerated(items: &[String], word: &str) -> String {
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} {word} {last}", rest.join(", ")),
    }
}

/// The first items, and how many more there are.
#[must_use]
pub fn first_of(mut items: Vec<String>, word: &str, most: usize) -> String {
    let unsaid = items.len().saturating_sub(most);
    items.truncate(most);
    if unsaid > 0 {
        items.push(format!("{unsaid} more"));
    }
    enumerated(&items, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_counted() {
        let of = |n: usize| first_of((0..n).map(|i| i.to_string()).collect(), "or", 2);
        for (n, expected) in [(0, ""), (1, "0"), (2, "0 or 1"), (3, "0, 1 or 1 more")] {
            assert_eq!(of(n), expected);
        }
    }
}
