//! What the name of an environment variable says about its value.

/// What a variable of this name is expected to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something people choose: any text may be one.
    Password,
    /// A key or token that a machine made.
    Key,
    /// A secret, or the name of one.
    Ambiguous,
}

/// Names that Lambda keeps for itself: it refuses functions that set them.
const RESERVED: &[&str] = &[
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];

/// Whether Lambda keeps the name for itself.
pub(super) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Names under which Lambda gives a function the credentials of its role.
const CREDENTIALS: &[&str] =
    &["AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// Whether Lambda keeps the name for the credentials of the role.
pub(crate) fn is_of_role_credentials(name: &str) -> bool {
    CREDENTIALS.contains(&name)
}

/// Whether the name is that of the secret part of an AWS access key.
pub(super) fn is_aws_secret(name: &str) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    name.ends_with("secretaccesskey")
        || name.ends_with("secretkey")
        || (name.contains("aws") && name.ends_with("secret"))
}

/// Whether the variable holds what something is called by or found at, which is no secret even
/// where it is kept beside secrets.
pub(super) fn is_of_a_name(name: &str) -> bool {
    words(name).last().is_some_and(|word| matches!(word.as_str(), "arn" | "id" | "name" | "url"))
}

/// Whether the variable holds a URL.
pub(super) fn is_of_a_url(name: &str) -> bool {
    words(name).last().is_some_and(|word| word == "url")
}

/// Whether the variable holds the URL of a webhook: whoever has it may post there.
pub(super) fn is_of_a_webhook(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words.as_slice(), [.., "webhook", "url"] | [.., "web", "hook", "url"])
}

/// What the last words of a name say. `DB_PASSWORD` is a password, `PASSWORD_TABLE` a table.
pub(super) fn kind(name: &str) -> Option<Kind> {
    // The working directory.
    if name == "PWD" {
        return None;
    }
    let words = words(name);
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    if is_open(&words) {
        return None;
    }
    while let [.., "value" | "text" | "plain" | "plaintext" | "string"] = words.as_slice() {
        words.pop();
    }
    match words.as_slice() {
        [.., "password" | "passwd" | "passphrase" | "pwd" | "pass"] => Some(Kind::Password),
        [.., qualifier, "key"] if KEYS.contains(qualifier) => Some(Kind::Key),
        [.., qualifier, "secret"] if SECRETS.contains(qualifier) => Some(Kind::Key),
        [.., "apikey" | "pat" | "privatekey" | "secretkey" | "token"] => Some(Kind::Key),
        [.., "secret" | "secrets" | "credential" | "credentials"] => Some(Kind::Ambiguous),
        _ => None,
    }
}

/// Whether what a variable holds may be seen: a key that is made for everybody, or what is of no use
/// without another key.
fn is_open(words: &[&str]) -> bool {
    let is_key = words.last().is_some_and(|word| word.ends_with("key"));
    let says = |open: &[&str]| words.iter().any(|word| open.contains(word));
    let is_for_all = is_key && says(&["public", "publishable"]);
    let is_encrypted =
        words.iter().rev().nth(1).is_some_and(|it| ["encrypted", "hashed"].contains(it));
    is_for_all || is_encrypted
}

/// What stands before `key` where the key is a secret.
const KEYS: &[&str] =
    &["access", "api", "auth", "encryption", "license", "master", "private", "secret", "signing"];

/// What stands before `secret` where it is the secret itself.
const SECRETS: &[&str] = &[
    "app",
    "application",
    "client",
    "cookie",
    "hmac",
    "jwt",
    "oauth",
    "session",
    "shared",
    "signing",
    "webhook",
];

/// The words of a name in lower case, at separators and humps.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous_lower = false;
    let mut fresh = true;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            fresh = true;
            continue;
        }
        if fresh || (previous_lower && c.is_ascii_uppercase()) {
            words.push(String::new());
            fresh = false;
        }
        if let Some(word) = words.last_mut() {
            word.push(c.to_ascii_lowercase());
        }
        previous_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    words
}
