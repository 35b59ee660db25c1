//! What findings say where a boundary or a Deny has its part in it.

use iacscan_rules::Options;

use super::statement_help::template;
use super::wording::{TRUST, found, worker};
use crate::scan;

#[test]
fn what_is_denied_is_not_to_be_allowed_once_more() {
    let module =
        worker(r#"{ Effect = "Deny", Action = "logs:*", Resource = "arn:aws:logs:*:*:*" }"#);
    let remove = "Remove the statement that denies `logs:CreateLogStream` and `logs:PutLogEvents`: \
                  nothing that is attached can allow it again.";
    let allow = " Then allow `logs:CreateLogStream` and `logs:PutLogEvents` in a policy of the \
                 role: none does.";
    for (module, help) in [
        (module.clone(), remove.to_owned()),
        // Nothing else allows it.
        (module.replace("Effect = \"Allow\"", "Effect = \"Deny\""), format!("{remove}{allow}")),
    ] {
        let found = found(&[("main.tf", &module)]);
        let logs = found.iter().find(|it| it.rule == "missing-logs-permission").unwrap();
        assert_eq!(logs.help.as_ref(), Some(&help));
        let labels: Vec<&str> = logs.labels.iter().map(|label| label.text.as_str()).collect();
        let denies = "denies `logs:CreateLogStream` and `logs:PutLogEvents`";
        assert!(labels.contains(&denies), "{labels:?}");
        // What its policies allow is not said to be left out by them.
        let is_refused = !help.contains("none does");
        assert_eq!(logs.message.ends_with("; a statement denies them"), is_refused);
        let of_policies = if is_refused { "allows" } else { "does not allow" };
        assert!(labels.first().is_some_and(|it| it.starts_with(of_policies)), "{labels:?}");
    }
}

#[test]
fn a_boundary_that_may_allow_it_is_not_to_be_widened() {
    let text = format!(
        r#"
variable "logs" {{}}
resource "aws_iam_policy" "boundary" {{
  policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = "logs:*", Resource = var.logs }}
  ] }})
}}
resource "aws_iam_role" "this" {{
  assume_role_policy   = {TRUST}
  permissions_boundary = aws_iam_policy.boundary.arn
}}
resource "aws_lambda_function" "this" {{
  function_name = "worker"
  role          = aws_iam_role.this.arn
  filename      = "app.zip"
}}
"#
    );
    let found = found(&[("main.tf", &text)]);
    let logs = found.iter().find(|it| it.rule == "missing-logs-permission").unwrap();
    let help = logs.help.as_deref().unwrap();
    assert!(help.starts_with("Add an `aws_iam_role_policy_attachment`"), "{help}");
}

#[test]
fn what_neither_boundary_nor_policies_allow_is_to_be_allowed_by_both() {
    let of = |policy: &str| {
        let text = format!(
            r#"
resource "aws_iam_policy" "boundary" {{
  policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = "s3:*", Resource = "*" }}
  ] }})
}}
resource "aws_iam_role" "this" {{
  assume_role_policy   = {TRUST}
  permissions_boundary = aws_iam_policy.boundary.arn
}}
{policy}
resource "aws_lambda_function" "this" {{
  function_name = "worker"
  role          = aws_iam_role.this.arn
  filename      = "app.zip"
}}
"#
        );
        let found = found(&[("main.tf", &text)]);
        let logs = found.iter().find(|it| it.rule == "missing-logs-permission").unwrap();
        (logs.message.clone(), logs.help.clone().unwrap())
    };
    let (message, help) = of("");
    assert_eq!(
        message,
        "function `aws_lambda_function.this` cannot write logs: role `aws_iam_role.this` does not \
         allow `logs:CreateLogStream` and `logs:PutLogEvents`; neither the role's policies nor its \
         permissions boundary allow it"
    );
    assert_eq!(
        help,
        "Let the permissions boundary allow `logs:CreateLogStream` and `logs:PutLogEvents` too: \
         nothing that is attached to the role goes beyond it. Allow `logs:CreateLogStream` and \
         `logs:PutLogEvents` in a policy of the role as well: a boundary gives nothing."
    );
    let (message, help) = of(r#"resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}"#);
    let leaves_out = "`logs:PutLogEvents`; the role's permissions boundary leaves them out";
    assert!(message.ends_with(leaves_out), "{message}");
    assert!(help.ends_with("goes beyond it."), "{help}");
}

#[test]
fn a_deny_for_everybody_is_to_be_changed() {
    let of = |statements: &str| {
        let text = format!(
            r#"
resource "aws_iam_role" "this" {{
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [{statements}] }})
}}
resource "aws_lambda_function" "this" {{
  function_name = "worker"
  role          = aws_iam_role.this.arn
  filename      = "app.zip"
}}
"#
        );
        let found = found(&[("main.tf", &text)]);
        let trust = found.iter().find(|it| it.rule == "trust-missing-lambda").unwrap();
        trust.help.clone().unwrap()
    };
    let deny = r#"{ Effect = "Deny", Action = "sts:AssumeRole", Principal = "*" }"#;
    let allow = r#"{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }"#;
    let change = "Let the statement that denies it name whom it keeps out instead of `*`, which \
                  covers Lambda too: no statement that allows it overrides that one.";
    assert_eq!(of(&format!("{allow}, {deny}")), change);
    assert_eq!(
        of(deny),
        format!(
            "{change} Then let `lambda.amazonaws.com` assume the role by a statement of its own."
        )
    );
}

/// What a statement allows and another denies on everything is allowed to nobody.
#[test]
fn what_is_denied_on_everything_is_no_excess() {
    let allow =
        "Action: ['iam:PassRole', 's3:GetObject', 'dynamodb:*', 'sqs:Send*'], Resource: '*'";
    let excess = |deny: &str| -> Vec<&'static str> {
        let statement = format!("{allow}}}\n              - {{Effect: Deny, {deny}");
        let text = template(&statement);
        let found = scan::scan([("template.yaml", text.as_str())], &Options::default()).findings;
        let mut rules: Vec<&str> = found.iter().map(|it| it.rule).collect();
        rules.retain(|rule| *rule != "missing-logs-permission");
        rules.sort_unstable();
        rules
    };
    let all = [
        "privilege-escalation-permission",
        "wildcard-action-on-all-resources",
        "wildcard-resource",
    ];
    for (deny, expected) in [
        ("Action: 'iam:*', Resource: '*'", &all[1..]),
        ("Action: ['iam:*', 's3:*', 'dynamodb:*'], Resource: '*'", &all[2..]),
        ("Action: '*', Resource: '*'", &[]),
        ("NotAction: 'logs:*', Resource: '*'", &[]),
        // It may not be so, or not of all.
        ("Action: '*', Resource: '*', Condition: {Bool: {'aws:ViaAWSService': 'false'}}", &all),
        ("Action: '*', Resource: 'arn:aws:s3:::orders/*'", &all),
        ("Action: 'dynamodb:Delete*', Resource: '*'", &all),
    ] {
        assert_eq!(excess(deny), expected, "{deny}");
    }
}
