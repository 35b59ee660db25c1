//! What the help of findings about excess proposes: no more than the statement gives, and nothing
//! that nobody can fill in.

use iacscan_rules::Options;

use super::resource_help::OTHERS;
use super::statement_help::{help, template};
use crate::scan;

/// A function with a role, policies and what stands beside them.
fn configuration(resources: &str, policies: &[(&str, &str)]) -> String {
    let policies = policies.iter().enumerate().map(|(index, (actions, resource))| {
        format!(
            r#"
resource "aws_iam_role_policy" "p{index}" {{
  role   = aws_iam_role.app.name
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = [{actions}], Resource = {resource} }}]
  }})
}}
"#
        )
    });
    format!(
        r#"
resource "aws_lambda_function" "app" {{
  function_name = "app"
  role          = aws_iam_role.app.arn
}}
resource "aws_iam_role" "app" {{
  managed_policy_arns = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
  assume_role_policy  = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }}
  ] }})
}}
{resources}{}"#,
        policies.collect::<String>()
    )
}

/// The help of the first finding of a rule.
fn first(text: &str, rule: &str) -> String {
    let found = scan::scan([("main.tf", text)], &Options::default()).findings;
    let help = found.into_iter().find(|finding| finding.rule == rule).and_then(|it| it.help);
    super::statement_help::on_one_line(&help.unwrap_or_default())
}

#[test]
fn configurations_name_what_an_action_is_done_to() {
    let api = "resource \"aws_api_gateway_rest_api\" \"app\" {}\n";
    let table = "resource \"aws_dynamodb_table\" \"app\" { name = \"app\" }\n";
    let role = r#"
resource "aws_iam_role" "other" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }
  ] })
}
resource "aws_lambda_function" "other" {
  function_name = "other"
  role          = aws_iam_role.other.arn
}
"#;
    for (resources, actions, expected) in [
        (
            api,
            "\"apigateway:GET\"",
            "Name the resources: `aws_api_gateway_rest_api.app.arn` and \
             `\"${aws_api_gateway_rest_api.app.arn}/*\"` for `apigateway:GET`.",
        ),
        (
            table,
            "\"dynamodb:GetRecords\"",
            "Name the resources: `\"${aws_dynamodb_table.app.arn}/stream/*\"` for \
             `dynamodb:GetRecords`.",
        ),
        (
            "",
            "\"ssm:GetParameter\"",
            "Parameters that AWS publishes belong to no account: \
             `arn:aws:ssm:REGION::parameter/aws/service/*`.",
        ),
        ("", "\"ssm:DescribeAssociation\"", "`arn:aws:ssm:REGION:ACCOUNT:association/*`"),
        (
            "",
            "\"cloudfront:CreateInvalidation\"",
            "Put your own values for the words in capitals, and `*` for an id that only the running \
             code learns.",
        ),
        (
            "",
            "\"rds:Start*\"",
            "In place of `rds:Start*`, write the actions of these that the code calls.",
        ),
        ("", "\"rds:Start*\"", "for `rds:StartActivityStream`, `rds:StartDBCluster` and"),
        // The execution role of another function is not what is read.
        (role, "\"iam:GetRole\"", "Name the resources: `arn:aws:iam::ACCOUNT:role/ROLE_NAME` for"),
    ] {
        let text = configuration(resources, &[(actions, "\"*\"")]);
        let help = first(&text, "wildcard-resource");
        assert!(help.contains(expected), "{actions}: {help}");
    }
}

#[test]
fn templates_name_what_an_action_is_done_to() {
    let place = "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${Thing}";
    for (kind, action, expected) in [
        (
            "ApiGateway::RestApi",
            "apigateway:GET",
            format!("`!Sub \"{place}\"` and `!Sub \"{place}/*\"`"),
        ),
        ("DynamoDB::Table", "dynamodb:GetRecords", "`!Sub \"${Thing.Arn}/stream/*\"`".to_owned()),
    ] {
        let text = template(&format!("Action: ['{action}'], Resource: '*'"));
        let text = format!("{text}  Thing: {{Type: 'AWS::{kind}'}}\n");
        let help = help(&text, "wildcard-resource").unwrap();
        let expected = format!("Name the resources: {expected} for `{action}`.{OTHERS}");
        assert!(help.starts_with(&expected), "{help}");
    }
}

#[test]
fn nothing_is_asked_for_that_another_statement_allows() {
    let key = "resource \"aws_kms_key\" \"app\" {}\n";
    let all = ("\"kms:Decrypt\"", "\"*\"");
    let beside = ("\"kms:Decrypt\", \"kms:Encrypt\"", "aws_kms_key.app.arn");
    let said = "`kms:Decrypt` on `aws_kms_key.app.arn` is allowed by another statement";
    let asked = "Name the resources: `aws_kms_key.app.arn` for";
    for (policies, is_allowed) in [(&[all] as &[_], false), (&[all, beside], true)] {
        let help = first(&configuration(key, policies), "wildcard-resource");
        assert_eq!(help.contains(said), is_allowed, "{help}");
        assert_eq!(help.contains(asked), !is_allowed, "{help}");
    }
}

#[test]
fn a_role_is_passed_to_the_service_that_it_trusts() {
    let role = |service: &str| {
        format!(
            r#"
resource "aws_iam_role" "task" {{
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "{service}" }} }}
  ] }})
}}
"#
        )
    };
    let passes = [("\"iam:PassRole\"", "\"*\""), ("\"ecs:RunTask\"", "\"arn:aws:ecs:*:*:x\"")];
    for (service, expected) in [
        ("ecs-tasks.amazonaws.com", "Name the role that is passed, `aws_iam_role.task.arn`, and"),
        (
            "states.amazonaws.com",
            "Name the role that is passed, `arn:aws:iam::ACCOUNT:role/NAME` (with your own values",
        ),
    ] {
        let text = configuration(&role(service), &passes);
        let help = first(&text, "privilege-escalation-permission");
        assert!(help.starts_with(expected), "{help}");
    }
    // It needs a statement of its own, which that finding asks for.
    let beside = [("\"iam:PassRole\", \"sqs:SendMessage\"", "\"*\"")];
    let text = configuration(&role("ecs-tasks.amazonaws.com"), &beside);
    let help = first(&text, "wildcard-resource");
    assert!(!help.contains("PassRole"), "{help}");
}

#[test]
fn wildcards_on_named_resources_are_answered_with_actions() {
    let queue = r#"
resource "aws_sqs_queue" "app" {}
resource "aws_lambda_event_source_mapping" "app" {
  event_source_arn = aws_sqs_queue.app.arn
  function_name    = aws_lambda_function.app.arn
}
"#;
    let methods = "List the actions that are called, which for API Gateway are methods of HTTP";
    for (resources, actions, resource, expected) in [
        (
            queue,
            "\"sqs:*\"",
            "aws_sqs_queue.app.arn",
            "in its place allow `sqs:ReceiveMessage`, `sqs:DeleteMessage` and \
             `sqs:GetQueueAttributes` on `aws_sqs_queue.app.arn` for the event source.",
        ),
        (queue, "\"sqs:*\"", "aws_sqs_queue.app.arn", "such as `sqs:ReceiveMessage` and"),
        (
            "",
            "\"rds:Start*\"",
            "\"arn:aws:rds:eu-west-1:123456789012:db:app\"",
            "List the actions that are called, of `rds:StartActivityStream`, `rds:StartDBCluster`, \
             `rds:StartDBInstance`, ",
        ),
        ("", "\"apigateway:*\"", "\"arn:aws:apigateway:eu-west-1::/restapis/abc/*\"", methods),
    ] {
        let text = configuration(resources, &[(actions, resource)]);
        let help = first(&text, "wildcard-action");
        assert!(help.contains(expected), "{actions}: {help}");
    }
    let text = configuration("", &[("\"apigateway:*\"", "\"*\"")]);
    let help = first(&text, "wildcard-action-on-all-resources");
    assert!(help.starts_with(methods), "{help}");
}

#[test]
fn the_only_action_goes_with_its_statement() {
    for (actions, expected) in [
        ("'s3:Frobnicate'", "Remove the statement, or look the name up in"),
        ("'s3:Frobnicate', 's3:GetObject'", "Remove it, or look the name up in"),
        ("'dynamo:GetItem'", "Write `dynamodb:GetItem`."),
        ("'stepfunctions:*'", "The actions of the service begin with `states:`"),
    ] {
        let text = template(&format!("Action: [{actions}], Resource: 'arn:aws:s3:::b/*'"));
        let help = help(&text, "unknown-iam-action").unwrap();
        assert!(help.starts_with(expected), "{help}");
    }
}

#[test]
fn a_service_that_is_not_in_the_data_is_counted() {
    let text = template("Action: ['nosuchservice:Do'], Resource: 'arn:aws:s3:::b/*'");
    let found = scan::scan([("template.yaml", text.as_str())], &Options::default());
    let counted = found.undecided.iter().filter(|it| it.reason.contains("`nosuchservice:Do`"));
    assert_eq!(counted.count(), 1);
}
