//! What findings say to do where a configuration of Terraform is followed to the letter.

use iacscan_rules::Options;

use super::wording::{TRUST, found};
use crate::scan;

/// A role, and a function that runs with it.
fn function(role: &str, function: &str) -> String {
    format!(
        r#"
resource "aws_iam_role" "r" {{
  assume_role_policy = {TRUST}
{role}
}}
resource "aws_lambda_function" "f" {{
  function_name = "f"
  role          = aws_iam_role.r.arn
  filename      = "app.zip"
{function}
}}
"#
    )
}

/// What is said to do by a rule.
fn helps(text: &str, rule: &str) -> Vec<String> {
    let of_rule = found(&[("main.tf", text)]).into_iter().filter(|it| it.rule == rule);
    of_rule.map(|it| super::statement_help::on_one_line(&it.help.unwrap_or_default())).collect()
}

#[test]
fn what_cannot_be_read_may_use_a_role() {
    let role = format!("resource \"aws_iam_role\" \"r\" {{\n  assume_role_policy = {TRUST}\n}}\n");
    for (output, expected) in [
        ("output \"a\" {\n  value = \"${aws_iam_role.r-$$X$$.arn}\"\n}\n", 0),
        ("output \"a\" {\n  value = \"b\"\n}\n", 1),
    ] {
        let found = helps(&format!("{role}{output}"), "unattached-lambda-policy-or-role");
        assert_eq!(found.len(), expected, "{output}");
    }
}

const EXCLUSIVE: &str = r#"
resource "aws_iam_policy_attachment" "x" {
  name       = "x"
  roles      = [aws_iam_role.r.name]
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
}
resource "aws_lambda_function" "g" {
  function_name = "g"
  role          = aws_iam_role.r.arn
  filename      = "app.zip"
}
"#;

#[test]
fn what_is_attached_exclusively_is_neither_removed_nor_copied() {
    let text = format!("{}{EXCLUSIVE}", function("", ""));
    assert_eq!(helps(&text, "exclusive-attachment-conflict").len(), 1);
    assert_eq!(helps(&text, "unused-feature-policy"), Vec::<String>::new());
    let [help] = &helps(&text, "shared-execution-role")[..] else { panic!("{text}") };
    assert!(help.ends_with(
        " Attach with `aws_iam_role_policy_attachment`: two `aws_iam_policy_attachment` of one \
         policy detach each other's roles."
    ));
}

#[test]
fn a_role_is_repeated_with_its_attachments_and_outputs() {
    let role = "  name = \"${var.app}-role\"";
    let text = format!(
        r#"{}
variable "app" {{ default = "orders" }}
resource "aws_iam_role_policy_attachment" "a" {{
  count      = 1
  role       = aws_iam_role.r.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}}
"#,
        function(role, "  for_each = toset([\"a\", \"b\"])")
    );
    assert_eq!(
        helps(&text, "shared-execution-role"),
        ["Give the role, its attachments and its inline policies the `for_each` of \
             `aws_lambda_function.f`, put `-${each.key}` behind its `name`, and refer to \
             `aws_iam_role.r[each.key]` (in outputs to `{ for k, r in aws_iam_role.r : k => r.arn }`), \
             so that each function has one of its own with what it needs. Where one has a `count`, it \
             goes, and its condition into the `for_each`: `CONDITION ? ... : {}`."]
    );
}

/// A statement of the role.
fn allowing(actions: &str, resources: &str) -> String {
    format!(
        r#"
resource "aws_iam_role_policy" "p" {{
  role   = aws_iam_role.r.name
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = [{actions}], Resource = [{resources}] }}]
  }})
}}
"#
    )
}

#[test]
fn a_network_that_inputs_may_make_keeps_what_it_takes() {
    let network = r#"
  vpc_config {
    subnet_ids         = var.subnets
    security_group_ids = var.groups
  }"#;
    let inputs = "variable \"subnets\" { default = [] }\nvariable \"groups\" { default = [] }\n";
    let actions = "\"ec2:CreateNetworkInterface\", \"ec2:DescribeNetworkInterfaces\", \"ec2:DeleteNetworkInterface\", \
                   \"ec2:AttachNetworkInterface\"";
    for (network, expected) in [
        (network, "Lambda itself does not need `ec2:AttachNetworkInterface`: unless"),
        ("", "Lambda itself does not need `ec2:CreateNetworkInterface`, `ec2:Desc"),
    ] {
        let text = [&function("", network), inputs, &allowing(actions, "\"*\"")].concat();
        let [help] = &helps(&text, "wildcard-resource")[..] else { panic!("{text}") };
        assert!(help.contains(expected), "{help}");
    }
}

#[test]
fn all_that_is_everything_is_replaced() {
    let both = "\"arn:aws:s3:::*\", \"arn:aws:s3:::*/*\"";
    let text = [function("", ""), allowing("\"s3:GetObject\"", both)].concat();
    let all = found(&[("main.tf", text.as_str())]);
    let [finding] = &all.iter().filter(|it| it.rule == "wildcard-resource").collect::<Vec<_>>()[..]
    else {
        panic!("{all:?}")
    };
    let help = finding.help.clone().unwrap_or_default();
    let start = "In place of `arn:aws:s3:::*` and `arn:aws:s3:::*/*`, name the resources: ";
    assert!(help.starts_with(start), "{help}");
    assert!(finding.labels.iter().any(|label| label.text == "is every resource too"));
}

#[test]
fn a_permission_for_another_function_is_shown() {
    let rest = |other_target: &str| {
        format!(
            r#"{}
resource "aws_lambda_function" "g" {{
  function_name = "g"
  role          = aws_iam_role.r.arn
  filename      = "app.zip"
}}
resource "aws_cloudwatch_event_rule" "e" {{ schedule_expression = "rate(1 day)" }}
resource "aws_cloudwatch_event_target" "t" {{
  rule = aws_cloudwatch_event_rule.e.name
  arn  = aws_lambda_function.f.arn
}}
{other_target}
resource "aws_lambda_permission" "p" {{
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.g.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.e.arn
}}
"#,
            function("", "")
        )
    };
    let used = r#"resource "aws_cloudwatch_event_target" "u" {
  rule = aws_cloudwatch_event_rule.e.name
  arn  = aws_lambda_function.g.arn
}"#;
    for (other_target, is_shown) in [("", true), (used, false)] {
        let [help] = &helps(&rest(other_target), "trigger-without-invoke-permission")[..] else {
            panic!("{other_target}")
        };
        let end = " `aws_lambda_permission.p` permits the same for `aws_lambda_function.g`, which \
                   `aws_cloudwatch_event_target.t` does not invoke: if that is the mistake, correct \
                   its `function_name` instead; if `aws_lambda_function.g` is the right function, let \
                   that be invoked.";
        assert_eq!(help.ends_with(end), is_shown, "{help}");
    }
}

#[test]
fn topics_and_queues_tell_what_a_mapping_polls() {
    for (what, policy, expected) in [
        ("topics = [\"orders\"]", "service-role/AWSLambdaMSKExecutionRole", 0),
        ("topics = [\"orders\"]", "service-role/AWSLambdaBasicExecutionRole", 1),
        ("batch_size = 1", "service-role/AWSLambdaMSKExecutionRole", 1),
    ] {
        let text = format!(
            r#"{}
variable "source" {{}}
resource "aws_iam_role_policy_attachment" "a" {{
  role       = aws_iam_role.r.name
  policy_arn = "arn:aws:iam::aws:policy/{policy}"
}}
resource "aws_lambda_event_source_mapping" "m" {{
  event_source_arn = var.source
  function_name    = aws_lambda_function.f.arn
  {what}
}}
"#,
            function("", "")
        );
        let scan = scan::scan([("main.tf", text.as_str())], &Options::default());
        let undecided =
            scan.undecided.iter().filter(|it| it.reason.contains("its event source is"));
        let sources = ["missing-event-source-permission"];
        let certain = scan.findings.iter().filter(|it| sources.contains(&it.rule));
        assert_eq!(undecided.count() + certain.count(), expected, "{what} {policy}");
    }
}

#[test]
fn a_broad_policy_holds_more_than_what_is_named() {
    let attached = |policy: &str| {
        format!(
            r#"{}
resource "aws_iam_role_policy_attachment" "a" {{
  role       = aws_iam_role.r.name
  policy_arn = "arn:aws:iam::aws:policy/{policy}"
}}
"#,
            function("", "")
        )
    };
    let broad = helps(&attached("service-role/AWS_ConfigRole"), "broad-data-managed-policy");
    assert_eq!(
        broad,
        ["Remove `aws_iam_role_policy_attachment.a`, and in an `aws_iam_role_policy` of the role \
             allow what the code calls of `AWS_ConfigRole`, `lambda:GetFunction` and \
             `lambda:GetFunctionConfiguration` only on the ARNs they are called on."]
    );
    let [help] = &helps(&attached("AWS_ConfigRole"), "managed-policy-not-found")[..] else {
        panic!()
    };
    assert!(help.ends_with("with what the code calls of it, on named ARNs, is better."), "{help}");
}
