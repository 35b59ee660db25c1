//! What the value of an environment variable says about itself.

use super::names::words;

/// Bits per character: how evenly a text uses its characters.
pub(super) fn entropy(text: &str) -> f64 {
    let mut counts = std::collections::BTreeMap::new();
    for c in text.chars() {
        *counts.entry(c).or_insert(0_u32) += 1;
    }
    let length = f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX));
    counts
        .values()
        .map(|count| {
            let share = f64::from(*count) / length;
            -share * share.log2()
        })
        .sum()
}

/// Whether the form alone says that it is a secret, whatever the variable is called: private keys
/// and the tokens of services that mark theirs.
pub(super) fn has_token_form(text: &str) -> bool {
    let text = text.trim();
    if text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----") {
        return true;
    }
    TOKENS.iter().any(|(prefix, least)| {
        text.strip_prefix(prefix).is_some_and(|rest| {
            rest.len() >= *least
                && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
                && entropy(rest) > 3.0
                && !is_filler(rest)
        })
    })
}

/// Prefixes of tokens, and how much follows at least.
const TOKENS: &[(&str, usize)] = &[
    ("ghp_", 36),
    ("gho_", 36),
    ("ghs_", 36),
    ("ghu_", 36),
    ("github_pat_", 60),
    ("glpat-", 20),
    ("npm_", 36),
    ("rk_live_", 20),
    ("sk_live_", 20),
    ("shpat_", 32),
    ("xoxb-", 20),
    ("xoxp-", 20),
];

/// Whether a value stands for one that is filled in elsewhere, or is no secret by its form: empty,
/// a switch, an ARN, a URL, a path, a template.
pub(super) fn is_placeholder(text: &str, name: &str) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if text.is_empty() || NOTHING.contains(&lower.as_str()) || is_filler(text) {
        return true;
    }
    if lower.starts_with("arn:") || lower.contains("://") || text.starts_with(['/', '.', '~']) {
        return true;
    }
    if text.contains("{{") || text.contains("${") || text.starts_with('<') || text.starts_with('[')
    {
        return true;
    }
    if is_encrypted(text) || text.starts_with("pk_live_") || text.starts_with("pk_test_") {
        return true;
    }
    // The value says what the name says: `api-key` for `API_KEY`.
    let said = words(&lower);
    let own = words(name);
    !said.is_empty()
        && said.iter().all(|word| own.contains(word) || FILLERS.contains(&word.as_str()))
}

/// Whether a text is a secret only to who has another key: what KMS or sops encrypted, or a hash.
fn is_encrypted(text: &str) -> bool {
    let of_kms = (text.starts_with("AQICA") || text.starts_with("AQECA")) && text.len() >= 120;
    of_kms
        || text.starts_with("ENC[")
        || ["$2a$", "$2b$", "$2y$", "$argon2"].iter().any(|mark| text.starts_with(mark))
}

/// Whether a text says itself that it is no real value.
fn is_filler(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let plain: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    let one_character = |text: &str| {
        let mut characters = text.chars();
        characters.next().is_none_or(|first| characters.all(|c| c == first))
    };
    one_character(&plain)
        || [
            "changeme",
            "example",
            "placeholder",
            "replaceme",
            "replacewith",
            "todo",
            "xxxx",
            "dummy",
            "redacted",
            "insertyour",
            "yourkey",
            "yourtoken",
            "yoursecret",
            "yourpassword",
        ]
        .iter()
        .any(|mark| plain.contains(mark))
        || words(text).first().is_some_and(|word| word == "your" || word == "my")
}

/// Values that are no secret.
const NOTHING: &[&str] = &[
    "default",
    "disabled",
    "enabled",
    "false",
    "fake",
    "local",
    "mock",
    "n/a",
    "na",
    "nil",
    "no",
    "none",
    "null",
    "off",
    "on",
    "tbd",
    "test",
    "testing",
    "true",
    "undefined",
    "unset",
    "yes",
];

/// Words that make no secret of the variable's own words.
const FILLERS: &[&str] =
    &["a", "an", "dev", "fake", "here", "my", "some", "test", "the", "value", "your"];

/// Whether a text may be a password: not a name that speaks of one, as `prod-db-password`.
pub(super) fn may_be_password(text: &str) -> bool {
    text.len() >= 3 && !text.contains(char::is_whitespace) && !speaks_of_secrets(text)
}

/// Whether a text may be a key or a token: long enough, not a name of several words, not a number.
pub(super) fn may_be_key(text: &str) -> bool {
    text.len() >= 8
        && !text.contains(char::is_whitespace)
        && !text.chars().all(|c| c.is_ascii_digit())
        && !speaks_of_secrets(text)
        && !is_name(text)
}

/// Whether a text is random as only machines are.
pub(super) fn looks_random(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    text.len() >= 16
        && !text.contains(char::is_whitespace)
        && digits >= 2
        && letters >= 4
        && entropy(text) > 3.2
        && !is_name(text)
        && !speaks_of_secrets(text)
}

/// Whether one of its words is about secrets: it is the name of one.
fn speaks_of_secrets(text: &str) -> bool {
    let words = words(text);
    words.len() > 1
        && words.iter().any(|word| {
            matches!(
                word.as_str(),
                "apikey"
                    | "credential"
                    | "credentials"
                    | "key"
                    | "keys"
                    | "password"
                    | "secret"
                    | "secrets"
                    | "token"
                    | "tokens"
            )
        })
}

/// Whether a text is words joined by separators, as names and paths are, or an id in groups.
fn is_name(text: &str) -> bool {
    let mut parts = text.split(['-', '_', '.', '/', ':']).peekable();
    let first = parts.next().unwrap_or_default();
    if parts.peek().is_none() {
        return false;
    }
    let is_word = |part: &str| {
        let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
        part.len() <= 20
            && letters.chars().all(|c| c.is_ascii_alphabetic())
            && part.len() - letters.len() <= 4
    };
    is_word(first) && parts.all(is_word)
}
