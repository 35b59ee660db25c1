//! A corpus of what is a secret and what only looks like one. The secrets are invented.

use iacscan_core::{Address, Located, Span, Text, Unknown, Value};
use iacscan_graph::Format;
use iacscan_graph::nodes::{EnvironmentVariable, Function, Header, SecretSource};

use super::{Leak, leaking};

fn leak_of(variables: &[(&str, Value, Option<SecretSource>)]) -> Vec<Leak> {
    let mut function = Function::new(Header::new(Address::new("t", "F"), "t", Span::NONE));
    for (name, value, secret) in variables {
        function.environment.push(EnvironmentVariable {
            name: Located::new((*name).into(), Span::NONE),
            value: Located::new(value.clone(), Span::NONE),
            secret: *secret,
            secret_input: None,
            is_secret_itself: true,
            plain_parameter: secret.is_none(),
        });
    }
    leaking(&function, Format::CloudFormation).into_iter().map(|leaking| leaking.leak).collect()
}

fn one(name: &str, value: &str) -> Option<Leak> {
    leak_of(&[(name, Value::string(value), None)]).first().copied()
}

#[test]
fn credentials() {
    let id = Some(Leak::AccessKeyId);
    let secret = Some(Leak::SecretKey);
    let cases = [
        ("KEY", "AKIAQ3EGUXNFWZJ2T5LK", id),
        ("KEY", "id=ASIAQ3EGUXNFWZJ2T5LK;", id),
        ("AWS_ACCESS_KEY_ID", "AKIAQ3EGUXNFWZJ2T5LK", id),
        ("AWS_SECRET_ACCESS_KEY", "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", secret),
        ("UPLOADER_SECRET_ACCESS_KEY", "t9Hq2Lw8/ZrXkVbN4mPs+JcYdF6gTuAeR1oWiB3K", secret),
        // A reserved name is wrong whatever its value is.
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE", Some(Leak::Reserved)),
        ("AWS_REGION", "eu-west-1", Some(Leak::Reserved)),
        ("_HANDLER", "app.handler", Some(Leak::Reserved)),
        // Examples and fillers.
        ("KEY", "AKIAIOSFODNN7EXAMPLE", None),
        ("KEY", "AKIAXXXXXXXXXXXXXXXX", None),
        ("KEY", "AKIA0000000000000000", None),
        ("UPLOADER_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None),
        // Part of something longer.
        ("KEY", "XAKIAQ3EGUXNFWZJ2T5LK", None),
        ("KEY", "AKIAQ3EGUXNFWZJ2T5LKQQ", None),
        // 40 characters that are none.
        ("COMMIT", "4b825dc642cb6eb9a060e54bf8d69288fbee4904", None),
        ("TABLE", "OrdersServiceProductionEventStoreTable01", None),
        ("BUCKET", "company-data-lake-raw-events-eu-central-1", None),
        ("BUNDLE", "t9Hq2Lw8/ZrXkVbN4mPs+JcYdF6gTuAeR1oWiB3K", None),
    ];
    for (name, value, expected) in cases {
        assert_eq!(one(name, value), expected, "{name}={value}");
    }
}

#[test]
fn a_secret_key_beside_its_id() {
    let text = |text: &str| Value::string(text);
    let both = [
        ("UPLOAD_ID", text("AKIAQ3EGUXNFWZJ2T5LK"), None),
        ("UPLOAD_VALUE", text("t9Hq2Lw8/ZrXkVbN4mPs+JcYdF6gTuAeR1oWiB3K"), None),
    ];
    assert_eq!(leak_of(&both), [Leak::AccessKeyId, Leak::SecretKey]);
}

#[test]
fn secrets_by_name_and_form() {
    let some = [
        ("DB_PASSWORD", "hunter2"),
        ("dbPassword", "Tr0ub4dor&3"),
        ("MYSQL_PWD", "s3cr3t!"),
        ("REDIS_PASS", "correcthorse"),
        ("DB_PASSWORD", "12345678"),
        ("STRIPE_API_KEY", "sk_test_4eC39HqLyjWDarjtT1zdp7dc"),
        ("API_KEY", "5f4dcc3b5aa765d61d8327deb882cf99"),
        ("JWT_SECRET", "kX2v9QpLmZ7rT4wN"),
        ("CLIENT_SECRET", "supersecretvalue99"),
        ("SLACK_TOKEN", "T0ken4You2Keep"),
        ("APP_SECRET_VALUE", "kX2v9QpLmZ7rT4wNsB8d"),
        ("SECRET", "kX2v9QpLmZ7rT4wNsB8d"),
        ("ANYTHING", "ghp_q8ZrXkVbN4mPsJcYdF6gTuAeR1oWiB3KLw2H"),
        ("ANYTHING", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"),
        ("HASH_SECRET", "kX2v9QpLmZ7rT4wNsB8d"),
        ("CIPHER_PASSWORD", "kX2v9QpLmZ7rT4wNsB8d"),
        ("PUBLIC_API_SECRET", "kX2v9QpLmZ7rT4wNsB8d"),
        ("ENCRYPTED_DB_PASSWORD", "kX2v9QpLmZ7rT4wNsB8d"),
    ];
    for (name, value) in some {
        assert_eq!(one(name, value), Some(Leak::Secret), "{name}={value}");
    }
}

#[test]
fn what_only_looks_like_a_secret() {
    let none = [
        // Names of variables that hold something about secrets.
        ("DB_PASSWORD_ARN", "hunter2"),
        ("SECRET_NAME", "kX2v9QpLmZ7rT4wNsB8d"),
        ("TOKEN_URL", "kX2v9QpLmZ7rT4wNsB8d"),
        ("SECRET_ID", "kX2v9QpLmZ7rT4wNsB8d"),
        ("KMS_KEY_ID", "1234abcd-12ab-34cd-56ef-1234567890ab"),
        ("PASSWORD_MIN_LENGTH", "12"),
        ("TOKEN_TTL", "3600"),
        ("TOKENS_TABLE", "sessions"),
        ("PASSWORD_HASH", "5f4dcc3b5aa765d61d8327deb882cf99"),
        ("PARTITION_KEY", "customerIdentifier"),
        ("SORT_KEY", "createdAtTimestamp"),
        ("PRIMARY_KEY", "kX2v9QpLmZ7rT4wNsB8d"),
        ("PWD", "/var/task"),
        // Values that say where the secret is.
        ("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"),
        ("DB_PASSWORD", "/prod/db/password"),
        ("DB_PASSWORD", "prod-db-password"),
        ("DB_SECRET", "prod/orders/db"),
        ("DB_SECRET", "orders-db-credentials-20240101"),
        ("API_TOKEN", "https://auth.example.com/oauth/token"),
        ("JWT_SECRET", "{{resolve:secretsmanager:jwt}}"),
        ("SECRET", "my-app-secret"),
        ("SECRETS", "database"),
        // What others may see: encrypted, hashed, or made for everybody.
        ("kmsEncryptedToken", "AQICAHiZpQ7rT4wNsB8dkX2v9QpLmZ7rT4wNsB8d"),
        ("STRIPE_PUBLISHABLE_API_KEY", "kX2v9QpLmZ7rT4wNsB8d"),
        ("NEXT_PUBLIC_API_KEY", "kX2v9QpLmZ7rT4wNsB8d"),
        ("STRIPE_API_KEY", "pk_live_kX2v9QpLmZ7rT4wNsB8d"),
        ("DB_PASSWORD", "ENC[AES256_GCM,data:kX2v9QpLmZ7r,iv:T4wNsB8d,tag:Lm,type:str]"),
        ("ADMIN_PASSWORD", "$2b$12$kX2v9QpLmZ7rT4wNsB8dkeX2v9QpLmZ7rT4wNsB8dkX2v9QpLmZ7r"),
        // Values that are none.
        ("DB_PASSWORD", ""),
        ("DB_PASSWORD", "changeme"),
        ("DB_PASSWORD", "CHANGE_ME"),
        ("DB_PASSWORD", "<your password>"),
        ("DB_PASSWORD", "password"),
        ("DB_PASSWORD", "********"),
        ("DB_PASSWORD", "xxxxxxxx"),
        ("DB_PASSWORD", "example"),
        ("API_KEY", "your-api-key"),
        ("API_KEY", "api-key"),
        ("API_KEY", "REPLACE_ME_PLEASE"),
        ("API_TOKEN", "true"),
        ("API_TOKEN", "none"),
        ("API_TOKEN", "42"),
        ("AUTH_KEY", "x-authorization-header"),
        ("BUCKET", "company-data-lake-raw-events-eu-central-1"),
        ("DIGEST", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("ENDPOINT", "https://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod"),
    ];
    for (name, value) in none {
        assert_eq!(one(name, value), None, "{name}={value}");
    }
}

#[test]
fn inputs_marked_as_secret() {
    let named = |name, unknown, source| {
        leak_of(&[(name, Value::Text(Text::unknown(unknown)), source)]).first().copied()
    };
    let leaks = |unknown, source| named("VALUE", unknown, source);
    let (input, secret) = (Some(SecretSource::Input), Some(SecretSource::Secret));
    assert_eq!(leaks(Unknown::Input, input), Some(Leak::SecretInput));
    assert_eq!(leaks(Unknown::External, secret), Some(Leak::LookedUp));
    assert_eq!(leaks(Unknown::Input, None), None);
    // What says where a secret is may be kept beside secrets, and marked as they are.
    for name in ["CLUSTER_ID", "BASE_URL", "secretArn", "UserName"] {
        assert_eq!(named(name, Unknown::External, secret), None, "{name}");
        assert_eq!(named(name, Unknown::Input, input), None, "{name}");
    }
}

#[test]
fn parameters_in_plain_text_that_are_called_secrets() {
    let leak = |name, unknown| {
        leak_of(&[(name, Value::Text(Text::unknown(unknown)), None)]).first().copied()
    };
    for name in ["BOT_TOKEN", "DB_PASSWORD", "apiKey"] {
        assert_eq!(leak(name, Unknown::External), Some(Leak::PlainParameter), "{name}");
        assert_eq!(leak(name, Unknown::Input), None, "{name}");
    }
    for name in ["TABLE", "SECRET_NAME", "TOKEN_URL", "SECRET"] {
        assert_eq!(leak(name, Unknown::External), None, "{name}");
    }
}
