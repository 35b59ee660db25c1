//! Action patterns: `*` for any run of characters, `?` for any one, letters
//! without regard to case.

/// A pattern ready for matching: lower case, runs of `*` collapsed.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    bytes: Vec<u8>,
    /// How many characters a match has at least.
    least: usize,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        let mut bytes = text.to_ascii_lowercase().into_bytes();
        bytes.dedup_by(|a, b| *a == b'*' && *b == b'*');
        let least = bytes.iter().filter(|byte| **byte != b'*').count();
        Self { bytes, least }
    }

    /// What every match begins with: the text before the first wildcard.
    pub(super) fn literal_prefix(&self) -> &str {
        let end = self.bytes.iter().position(|byte| is_wildcard(*byte));
        self.bytes
            .get(..end.unwrap_or(self.bytes.len()))
            .and_then(|prefix| str::from_utf8(prefix).ok())
            .unwrap_or_default()
    }

    /// Whether it matches every action there is or will be.
    pub(super) fn is_every_action(&self) -> bool {
        matches!(self.bytes.as_slice(), b"*" | b"*:*")
    }

    /// Takes time in the order of the pattern's length times the text's, and
    /// a pattern longer than twice the text is refused at once.
    pub(super) fn matches(&self, text: &str) -> bool {
        let text = text.as_bytes();
        if self.least > text.len() {
            return false;
        }
        let (mut p, mut t) = (0, 0);
        // After the last `*` seen, and where in the text its run ends so far.
        let mut retry: Option<(usize, usize)> = None;
        while let Some(byte) = text.get(t) {
            match self.bytes.get(p) {
                Some(b'*') => {
                    p += 1;
                    retry = Some((p, t));
                }
                Some(wanted) if *wanted == b'?' || *wanted == byte.to_ascii_lowercase() => {
                    p += 1;
                    t += 1;
                }
                _ => {
                    let Some((after, run)) = retry else {
                        return false;
                    };
                    p = after;
                    t = run + 1;
                    retry = Some((after, t));
                }
            }
        }
        self.bytes.get(p..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
    }
}

fn is_wildcard(byte: u8) -> bool {
    matches!(byte, b'*' | b'?')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_iam_does() {
        let cases = [
            ("*", "s3:GetObject", true),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("s3:*", "s3:GetObject", true),
            ("S3:get*", "s3:GetObject", true),
            ("s3:*Object", "s3:GetObject", true),
            ("s3:*Object", "s3:GetObjectAcl", false),
            ("s3:Get*A?l", "s3:GetObjectAcl", true),
            ("s3:Get?bject", "s3:GetObject", true),
            ("s3:GetObject?", "s3:GetObject", false),
            ("s3:Get***t", "s3:GetObject", true),
            ("sqs:*", "s3:GetObject", false),
            ("*ab*ab", "abxab", true),
            ("*ab*ab", "abab", true),
            ("*ab*ab", "ab", false),
            ("a*b?d*", "axxbcdzz", true),
        ];
        for (pattern, text, wanted) in cases {
            assert_eq!(Pattern::new(pattern).matches(text), wanted, "{pattern} on {text}");
        }
    }

    #[test]
    fn the_literal_prefix_ends_before_the_first_wildcard() {
        let cases =
            [("s3:Get*", "s3:get"), ("s3:?et*", "s3:"), ("*", ""), ("s3:X", "s3:x"), ("é*", "é")];
        for (pattern, wanted) in cases {
            assert_eq!(Pattern::new(pattern).literal_prefix(), wanted);
        }
    }

    #[test]
    fn a_hostile_pattern_takes_no_time() {
        let many = "*a".repeat(200_000);
        assert!(!Pattern::new(&many).matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaab"));
        let stars = "*".repeat(1_000_000);
        assert!(Pattern::new(&stars).matches("s3:GetObject"));
    }

    /// The definition, word for word, in exponential time.
    fn defined(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), None) => defined(rest, text),
            (Some((b'*', rest)), Some((_, tail))) => defined(rest, text) || defined(pattern, tail),
            (Some((b'?', rest)), Some((_, tail))) => defined(rest, tail),
            (Some((p, rest)), Some((t, tail))) => p.eq_ignore_ascii_case(t) && defined(rest, tail),
            _ => false,
        }
    }

    proptest::proptest! {
        #[test]
        fn matching_agrees_with_its_definition(pattern in "[abA*?]{0,8}", text in "[abB]{0,8}") {
            proptest::prop_assert_eq!(
                Pattern::new(&pattern).matches(&text),
                defined(pattern.as_bytes(), text.as_bytes())
            );
        }
    }
}
