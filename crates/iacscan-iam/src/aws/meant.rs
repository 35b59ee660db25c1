//! The action that was meant by a name that is none.

use super::actions::{AccessLevel, Action, action, actions_of, service, services};
use super::nearest::nearest;

/// The action that somebody most likely meant by `full_name`: of the same name where one service
/// alone has it, else of the service itself, by a slip or by more or fewer words. None where the verb
/// would be another, or where several are as likely.
#[must_use]
pub fn nearest_action(full_name: &str) -> Option<Action> {
    let (prefix, name) = full_name.split_once(':')?;
    let Some(service) = service(prefix) else {
        let prefix = nearest(prefix, services().map(|service| service.prefix))?;
        return by_slip(prefix, name);
    };
    of_sister(service.prefix, name)
        .or_else(|| by_slip(service.prefix, name))
        .or_else(|| elsewhere(service.prefix, name))
        .or_else(|| by_words(service.prefix, name))
        .or_else(|| by_reading(service.prefix, name))
}

/// The pattern that a pattern of no action most likely means: the same with its name spelt as some
/// actions of the service begin, for `Recieve*` as `Receive*`.
#[must_use]
pub fn nearest_pattern(full_name: &str) -> Option<String> {
    let (prefix, pattern) = full_name.split_once(':')?;
    let stem = pattern.strip_suffix('*').filter(|stem| !stem.contains(['*', '?']))?;
    let prefix = service(prefix)?.prefix;
    let mut beginnings: Vec<&str> = actions_of(prefix)
        .flat_map(|action| {
            let name = action.name();
            let ends = name.char_indices().skip(1).filter(|(_, c)| c.is_ascii_uppercase());
            ends.map(|(end, _)| end).chain([name.len()]).filter_map(move |end| name.get(..end))
        })
        .collect();
    beginnings.sort_unstable();
    beginnings.dedup();
    Some(format!("{prefix}:{}*", nearest(stem, beginnings.into_iter())?))
}

/// The action that a name without a service means: another mark stands between the two.
#[must_use]
pub fn action_by_other_mark(name: &str) -> Option<Action> {
    let (prefix, name) = name.split_once(['.', '/', ';', '-', '_', ' '])?;
    action(&format!("{prefix}:{}", name.trim_start()))
}

/// The action of this name in the one service that has it of those whose prefix begins with this
/// prefix, or that this one begins with.
fn of_sister(prefix: &str, name: &str) -> Option<Action> {
    let sisters = services().map(|service| service.prefix).filter(|other| {
        *other != prefix
            && (other.starts_with(prefix) || prefix.starts_with(other))
            && !is_edition(prefix, other)
    });
    let mut named = sisters.filter_map(|sister| action(&format!("{sister}:{name}")));
    let first = named.next()?;
    named.next().is_none().then_some(first)
}

/// Whether two services have the same API over again, as S3 has it on Outposts: who names one of
/// them does not mean the other.
fn is_edition(prefix: &str, other: &str) -> bool {
    let all = actions_of(other).count();
    let shared =
        actions_of(other).filter(|it| action(&format!("{prefix}:{}", it.name())).is_some()).count();
    shared * EDITION > all
}

/// One action in so many has its name from elsewhere in an edition of a service.
const EDITION: usize = 3;

/// The action of the service that differs by a slip.
fn by_slip(prefix: &str, name: &str) -> Option<Action> {
    let verb = verb(name);
    let has_verb = actions_of(prefix).any(|it| self::verb(it.name()).eq_ignore_ascii_case(verb));
    let is_likely = |candidate: &&str| {
        let other = self::verb(candidate);
        if has_verb {
            other.eq_ignore_ascii_case(verb)
        } else {
            // A verb that the service does not have may be one of its own, misspelt.
            strsim::osa_distance(&other.to_ascii_lowercase(), &verb.to_ascii_lowercase()) <= 1
                || !is_word(verb)
        }
    };
    let names = actions_of(prefix).map(|it| it.name()).filter(is_likely);
    action(&format!("{prefix}:{}", nearest(name, names)?))
}

/// The action of the service that reads the same, as some services describe and others get it.
fn by_reading(prefix: &str, name: &str) -> Option<Action> {
    [("Describe", "Get"), ("Get", "Describe")].into_iter().find_map(|(written, other)| {
        let what = name.strip_prefix(written)?;
        action(&format!("{prefix}:{other}{what}"))
    })
}

/// Whether something begins as the names of actions do: with a capital, and goes on in small letters.
fn is_word(verb: &str) -> bool {
    verb.len() > 1 && verb.starts_with(|c: char| c.is_ascii_uppercase())
}

/// The action of this name in the only service that has it.
fn elsewhere(prefix: &str, name: &str) -> Option<Action> {
    let mut named = services().filter_map(|other| action(&format!("{}:{name}", other.prefix)));
    let first = named.next()?;
    // Shorter names are of things that several services have.
    let is_meant = words(name) > 2 && !is_edition(prefix, first.service());
    (named.next().is_none() && is_meant).then_some(first)
}

/// The only action of the service whose name goes on for a word where this one ends, or the longest that only
/// reads and ends a word earlier: `GetSecretValue` for `GetSecret`, `Decrypt` for `DecryptKey`.
fn by_words(prefix: &str, name: &str) -> Option<Action> {
    let goes_on = |long: &str, short: &str| {
        let rest = long.get(short.len()..).unwrap_or_default();
        let begins = long.get(..short.len()).is_some_and(|it| it.eq_ignore_ascii_case(short));
        begins && rest.starts_with(|c: char| c.is_ascii_uppercase())
    };
    let mut longer = actions_of(prefix).filter(|it| {
        let long = it.name();
        // `ListTagsOfResource`
        let end = long.strip_suffix("OfResource").or_else(|| long.strip_suffix("ForResource"));
        let is_near =
            words(long) == words(name) + 1 || end.is_some_and(|end| end.eq_ignore_ascii_case(name));
        words(name) > 1 && goes_on(long, name) && is_near
    });
    if let Some(first) = longer.next() {
        return longer.next().is_none().then_some(first);
    }
    let shorter = actions_of(prefix).filter(|it| {
        let short = it.name();
        let reads = matches!(it.level, AccessLevel::Read | AccessLevel::List);
        goes_on(name, short) && words(name) == words(short) + 1 && (reads || words(short) == 1)
    });
    shorter.max_by_key(|it| it.name().len())
}

/// The first word of a name.
fn verb(name: &str) -> &str {
    let end = name.char_indices().skip(1).find(|(_, c)| !c.is_ascii_lowercase());
    end.map_or(name, |(end, _)| name.get(..end).unwrap_or(name))
}

fn words(name: &str) -> usize {
    name.chars().filter(char::is_ascii_uppercase).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_of_no_action_is_answered_with_one_of_some() {
        let cases = [
            ("sqs:Recieve*", Some("sqs:Receive*")),
            ("SQS:SendMesage*", Some("sqs:SendMessage*")),
            ("dynamodb:Qeury*", Some("dynamodb:Query*")),
            ("s3:Frobnicate*", None),
            ("s3:*Objekt", None),
            ("s3:Ge?Objekt*", None),
            ("nosuchservice:Get*", None),
        ];
        for (pattern, expected) in cases {
            assert_eq!(nearest_pattern(pattern).as_deref(), expected, "{pattern}");
        }
    }

    #[test]
    fn another_mark_stands_for_the_colon() {
        let cases = [
            ("sqs.SendMessage", Some("sqs:SendMessage")),
            ("s3/getobject", Some("s3:GetObject")),
            ("sqs.Whatever", None),
            ("SendMessage", None),
        ];
        for (name, expected) in cases {
            let meant = action_by_other_mark(name).map(|action| action.full_name);
            assert_eq!(meant, expected, "{name}");
        }
    }

    #[test]
    fn a_mistaken_action_is_answered_with_the_one_that_was_meant() {
        let cases = [
            ("s3:GetObjects", Some("s3:GetObject")),
            ("S3:PutObjct", Some("s3:PutObject")),
            ("s3:putobject_", Some("s3:PutObject")),
            ("dynamo:PutItem", None),
            ("dynamobd:PutItem", Some("dynamodb:PutItem")),
            ("sqs:SendMessages", Some("sqs:SendMessage")),
            ("sqs:Whatever", None),
            ("s3vectors:DescribeIndex", Some("s3vectors:GetIndex")),
            ("s3vectors:DescribeIndexes", None),
            ("iam:PasRole", Some("iam:PassRole")),
            ("nonsense", None),
            // Sisters.
            ("kafka:Connect", Some("kafka-cluster:Connect")),
            ("kafka-cluster:GetBootstrapBrokers", Some("kafka:GetBootstrapBrokers")),
            ("rds:ExecuteStatement", Some("rds-data:ExecuteStatement")),
            ("rds:Connect", Some("rds-db:connect")),
            ("s3:GetTableBucket", Some("s3tables:GetTableBucket")),
            ("s3:GetBucket", None),
            // The other way round, or something else.
            ("sqs:ReadMessage", None),
            ("ecr:GetImage", None),
            // Other services.
            ("s3:PutLogEvents", Some("logs:PutLogEvents")),
            ("cloudwatch:PutLogEvents", Some("logs:PutLogEvents")),
            ("kinesis:PutRecordBatch", Some("firehose:PutRecordBatch")),
            ("apigateway:Invoke", None),
            // Words.
            ("dynamodb:ListTags", Some("dynamodb:ListTagsOfResource")),
            ("secretsmanager:GetSecret", Some("secretsmanager:GetSecretValue")),
            ("kms:DecryptKey", Some("kms:Decrypt")),
            ("sns:PublishMessage", Some("sns:Publish")),
            ("lambda:GetFunctionCode", Some("lambda:GetFunction")),
            ("dynamodb:DeleteTableItem", None),
            ("dynamodb:Get", None),
            ("cloudwatch:PutMetric", None),
        ];
        for (name, wanted) in cases {
            assert_eq!(nearest_action(name).map(|it| it.full_name), wanted, "{name}");
        }
    }
}
