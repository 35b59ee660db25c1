//! Resources that findings propose.

use iacscan_core::{Naming, ResourceAttribute, Snippet};
use iacscan_graph::instances::{block, split};
use iacscan_graph::nodes::{Header, Role};
use iacscan_graph::{Code, Language as _, Taken, free_name};

use crate::code::{arguments, json_encoded};
use crate::language::{Configurations, key};

/// An `aws_iam_role_policy` for a role.
pub(crate) fn policy(
    role: &Role,
    every: bool,
    allows: &str,
    statements: Vec<Code>,
    is_taken: Taken<'_>,
) -> Option<Snippet> {
    let Role { header, exclusive_inline, .. } = role;
    if header.resource_type != "aws_iam_role" || header.in_json || exclusive_inline.is_some() {
        return None;
    }
    let instance = split(header.address.name()).1;
    let (own, repeated) = (block(instance), key(instance));
    let (name, repetition) = match repeated {
        None => (instance.to_owned(), None),
        // The policy is there when the role is.
        Some((_, index @ "count.index")) if !every && header.under.is_some() => {
            let count = header.under.as_ref().map(ToString::to_string).unwrap_or_default();
            (format!("{own}[{index}]"), Some(("count", count)))
        }
        Some(_) if !every => (instance.to_owned(), None),
        Some((_, index @ "each.key")) => {
            (format!("{own}[{index}]"), Some(("for_each", own.to_owned())))
        }
        Some((_, index)) => (format!("{own}[{index}]"), Some(("count", format!("length({own})")))),
    };
    let role = expression(&name, &header.resource_type, &ResourceAttribute::Name)?;
    let mut entries: Vec<(&str, Code)> = Vec::new();
    if let Some((argument, value)) = repetition {
        entries.push((argument, Code::Expression(value)));
    }
    entries.push(("role", role));
    entries.push(("policy", json_encoded(&Code::document(statements), 2)));
    let label = format!("{}_{}", label(own), words(allows));
    Some(one(own, "aws_iam_role_policy", (&label, None), &entries, is_taken))
}

/// An `aws_lambda_permission` for a function.
pub(crate) fn permission(
    trigger: &Header,
    function: &str,
    principal: &str,
    source: &[(&'static str, Code)],
    is_taken: Taken<'_>,
) -> Option<Snippet> {
    if trigger.in_json {
        return None;
    }
    let own = block(trigger.address.name());
    let mut entries = Vec::new();
    if let Some((_, index)) = key(split(trigger.address.name()).1) {
        // What a list repeats takes a permission for each that nobody can write for one.
        let count = trigger.under.as_ref().filter(|_| index == "count.index")?;
        entries.push(("count", Code::Expression(count.to_string())));
    }
    entries.extend([
        ("action", Code::text("lambda:InvokeFunction")),
        ("function_name", Code::Expression(function.to_owned())),
        ("principal", Code::text(principal)),
    ]);
    for (property, code) in source {
        let argument = match *property {
            "SourceArn" => "source_arn",
            "SourceAccount" => "source_account",
            _ => "event_source_token",
        };
        entries.push((argument, code.clone()));
    }
    let service = principal.split('.').next().unwrap_or(principal);
    let longer = format!("{}_{}", label(own), words(service));
    let names = (label(own), Some(longer));
    Some(one(own, "aws_lambda_permission", names, &entries, is_taken))
}

/// An `aws_iam_role` for a function, with a managed policy attached.
pub(crate) fn role(function: &Header, policy: &str, is_taken: Taken<'_>) -> Option<Snippet> {
    if function.resource_type != "aws_lambda_function" || function.in_json {
        return None;
    }
    let own = block(function.address.name());
    let label = label(own);
    let (label, role) = resource(
        "aws_iam_role",
        label,
        &[
            ("name", Code::text(format!("{label}-execution"))),
            ("assume_role_policy", json_encoded(&Code::trusting_lambda(), 2)),
        ],
        is_taken,
    );
    let (_, attachment) = resource(
        "aws_iam_role_policy_attachment",
        &format!("{label}_logs"),
        &[
            ("role", Code::Expression(format!("aws_iam_role.{label}.name"))),
            ("policy_arn", Code::text(policy)),
        ],
        is_taken,
    );
    let argument = arguments(&[("role", Code::Expression(format!("aws_iam_role.{label}.arn")))], 2);
    let code = format!("{role}\n\n{attachment}\n\n# in `{own}`\n{}", argument.trim());
    // Its label is of the function's own.
    Some(Snippet { place: format!("Beside `{own}`"), code, named: None })
}

fn expression(name: &str, kind: &str, attribute: &ResourceAttribute) -> Option<Code> {
    Configurations.attribute(name, kind, attribute).map(Code::Expression)
}

/// A block beside another, with this label, and a longer one where that is another's.
fn one(
    own: &str,
    kind: &str,
    (name, longer): (&str, Option<String>),
    entries: &[(&str, Code)],
    is_taken: Taken<'_>,
) -> Snippet {
    let (name, code) = resource(kind, name, entries, is_taken);
    let named = Naming { among: kind.to_owned(), name, longer, between: "_" };
    Snippet { place: format!("Beside `{own}`"), code, named: Some(named) }
}

/// The label of a block, and the block.
fn resource(
    kind: &str,
    label: &str,
    entries: &[(&str, Code)],
    is_taken: Taken<'_>,
) -> (String, String) {
    let label = free_name(label, "_", &|label| is_taken(&format!("{kind}.{label}")));
    let written = format!("resource \"{kind}\" \"{label}\" {{\n{}}}", arguments(entries, 2));
    (label, written)
}

/// The name in the header of a block.
fn label(own: &str) -> &str {
    own.rsplit('.').next().unwrap_or(own)
}

/// `SendMessage` as `send_message`.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut before = '_';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push('_');
        }
        words.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' });
        before = letter;
    }
    words
}

#[cfg(test)]
mod tests {
    use iacscan_core::{Address, Span};

    use super::*;

    fn header(address: &str, kind: &str) -> Header {
        Header::new(Address::new("u", address), kind, Span::NONE)
    }

    #[test]
    fn policies_stand_beside_their_role() {
        let statement =
            || Code::allowing(&["sqs:SendMessage".to_owned()], &["aws_sqs_queue.q.arn".to_owned()]);
        let policy_of = |address: &str, every| {
            let role = Role::new(header(address, "aws_iam_role"));
            policy(&role, every, "SendMessage", vec![statement()], &|_| false).map(|it| it.lines())
        };
        let rest = "\n    policy = jsonencode({\n      Version = \"2012-10-17\"\n      Statement = \
                    [{\n        Effect   = \"Allow\"\n        Action   = \"sqs:SendMessage\"\n        \
                    Resource = aws_sqs_queue.q.arn\n      }]\n    })\n  }";
        let cases = [
            ("aws_iam_role.r", false, "    role = aws_iam_role.r.name"),
            ("module.m[\"x\"].aws_iam_role.r", true, "    role = aws_iam_role.r.name"),
            ("aws_iam_role.r[\"a\"]", false, "    role = aws_iam_role.r[\"a\"].name"),
            (
                "aws_iam_role.r[\"a\"]",
                true,
                "    for_each = aws_iam_role.r\n    role     = aws_iam_role.r[each.key].name",
            ),
            (
                "aws_iam_role.r[0]",
                true,
                "    count = length(aws_iam_role.r)\n    role  = aws_iam_role.r[count.index].name",
            ),
        ];
        for (address, every, role) in cases {
            assert_eq!(
                policy_of(address, every).as_deref(),
                Some(
                    format!(
                        "Beside `aws_iam_role.r`:\n  resource \"aws_iam_role_policy\" \
                         \"r_send_message\" {{\n{role}{rest}"
                    )
                    .as_str()
                ),
                "{address} {every}"
            );
        }
        let other = Role::new(header("awscc_iam_role.r", "awscc_iam_role"));
        assert_eq!(policy(&other, false, "SendMessage", vec![statement()], &|_| false), None);
    }

    #[test]
    fn permissions_stand_beside_their_trigger() {
        let trigger = header("aws_cloudwatch_event_rule.nightly", "aws_cloudwatch_event_rule");
        let source =
            [("SourceArn", Code::Expression("aws_cloudwatch_event_rule.nightly.arn".to_owned()))];
        let written = |trigger: &Header| {
            let function = "aws_lambda_function.f.function_name";
            permission(trigger, function, "events.amazonaws.com", &source, &|_| false)
                .map(|it| it.code)
        };
        assert_eq!(
            written(&trigger).unwrap_or_default(),
            "resource \"aws_lambda_permission\" \"nightly\" {\n  action        = \
             \"lambda:InvokeFunction\"\n  function_name = aws_lambda_function.f.function_name\n  \
             principal     = \"events.amazonaws.com\"\n  source_arn    = \
             aws_cloudwatch_event_rule.nightly.arn\n}"
        );
        let mut counted = header("aws_x.nightly[0]", "aws_x");
        assert_eq!(written(&counted), None);
        counted.under = Some("var.on ? 1 : 0".into());
        let code = written(&counted).unwrap_or_default();
        assert!(code.contains("\n  count         = var.on ? 1 : 0\n"), "{code}");
        assert_eq!(written(&header("aws_x.nightly[\"a\"]", "aws_x")), None);
    }

    #[test]
    fn a_role_comes_with_its_trust_and_its_attachment() {
        let function = header("aws_lambda_function.f", "aws_lambda_function");
        let written =
            role(&function, "arn:aws:iam::aws:policy/P", &|name| name == "aws_iam_role.f")
                .map(|it| it.code);
        let written = written.unwrap_or_default();
        for part in [
            "resource \"aws_iam_role\" \"f_2\" {",
            "Principal = {\n        Service = \"lambda.amazonaws.com\"\n      }",
            "policy_arn = \"arn:aws:iam::aws:policy/P\"",
            "# in `aws_lambda_function.f`\nrole = aws_iam_role.f_2.arn",
        ] {
            assert!(written.contains(part), "{written}");
        }
    }
}
