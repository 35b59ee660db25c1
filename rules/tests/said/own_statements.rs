//! Statements of the user's own that nearly give a role what it lacks.

use iacscan_rules::Options;

use crate::mend::mends;
use crate::scan::scan;

/// The help of the only finding of a rule, each remedy of which mends it.
fn help(file: (&str, &str), rule: &str) -> String {
    let before = scan([file], &Options::default());
    let mut found = before.findings.iter();
    let Some(finding) = found.find(|finding| finding.rule == rule) else { return String::new() };
    let files = [(file.0.to_owned(), file.1.to_owned())];
    assert_eq!(mends(&files, &before, finding, &Options::default()), Ok(()));
    finding.help.clone().unwrap_or_default()
}

fn configuration(function: &str, statements: &str) -> String {
    format!(
        r#"
resource "aws_lambda_function" "app" {{
  function_name = "app"
  role          = aws_iam_role.app.arn
  filename      = "app.zip"
  {function}
}}
resource "aws_iam_role" "app" {{
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }}] }})
}}
resource "aws_iam_role_policy" "app" {{
  role   = aws_iam_role.app.id
  policy = jsonencode({{ Version = "2012-10-17", Statement = [{statements}] }})
}}
resource "aws_cloudwatch_log_group" "app" {{
  name = "/aws/lambda/app"
}}
"#
    )
}

const VPC: &str = r#"vpc_config {
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }"#;

#[test]
fn actions_are_added_to_the_statement_that_has_the_others() {
    let logs = |action: &str, resource: &str, more: &str| {
        format!(r#"{{ Effect = "Allow", Action = {action}, Resource = "{resource}"{more} }}"#)
    };
    let own = "arn:aws:logs:*:*:log-group:/aws/lambda/app:*";
    let put = r#""logs:PutLogEvents""#;
    let adds = "Add `logs:CreateLogStream` to the actions of the statement that allows `logs:PutLogEvents`, or ";
    let beside = r#"["s3:GetObject", "logs:PutLogEvents"]"#;
    for (statement, is_near) in [
        (logs(put, own, ""), true),
        (logs(beside, own, ""), true),
        (logs(put, "arn:aws:logs:*:*:*", ""), true),
        (logs(put, own, r#", Condition = { Bool = { "aws:SecureTransport" = "true" } }"#), false),
        (logs(r#""logs:GetLogEvents""#, own, ""), false),
    ] {
        let text = configuration("", &statement);
        let help = help(("main.tf", &text), "missing-logs-permission");
        assert_eq!(help.starts_with(adds), is_near, "{statement}\n{help}");
    }
}

#[test]
fn what_limits_network_interfaces_is_removed() {
    let logs = r#"{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "arn:aws:logs:*:*:log-group:/aws/lambda/app:*" }, "#;
    let core = r#""ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface""#;
    let rest = r#""ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses""#;
    let interfaces = r#""arn:aws:ec2:*:*:network-interface/*""#;
    let condition = r#", Condition = { ArnEquals = { "ec2:Vpc" = "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1" } }"#;
    let of = "the statement that allows `ec2:CreateNetworkInterface`";
    for (actions, resource, more, expected) in [
        (
            format!("{core}, {rest}"),
            interfaces,
            "",
            format!("Write `*` as the resource of {of}, or "),
        ),
        (
            format!("{core}, {rest}"),
            r#""*""#,
            condition,
            format!("Remove the condition from {of}, or "),
        ),
        (
            core.to_owned(),
            interfaces,
            condition,
            format!(
                "Write `*` as the resource of, and remove the condition of {of}, and add \
                 `ec2:DescribeSubnets`, `ec2:AssignPrivateIpAddresses` and \
                 `ec2:UnassignPrivateIpAddresses` to the actions of {of}, or "
            ),
        ),
        (
            format!("{core}, \"s3:GetObject\""),
            interfaces,
            "",
            "Add an `aws_iam_role_policy_attachment`".to_owned(),
        ),
    ] {
        let statement = format!(
            r#"{logs}{{ Effect = "Allow", Action = [{actions}], Resource = {resource}{more} }}"#
        );
        let text = configuration(VPC, &statement);
        let help = help(("main.tf", &text), "missing-vpc-permission");
        assert!(help.starts_with(&expected), "{statement}\n{help}");
    }
}

/// What several roles share, or SAM wrote, is not the place.
#[test]
fn statements_of_others_are_left_alone() {
    let shared = r#"
Resources:
  App:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn, FunctionName: app, Code: {ZipFile: x}, Handler: index.handler, Runtime: python3.13}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}]}
  Other:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ec2.amazonaws.com}}]}
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: logs
      Roles: [!Ref Role, !Ref Other]
      PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: logs:PutLogEvents, Resource: !Sub 'arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/app:*'}]}
  Group:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /aws/lambda/app}
"#;
    let alone = shared.replace(", !Ref Other]", "]");
    for (template, is_near) in [(shared, false), (alone.as_str(), true)] {
        let help = help(("template.yaml", template), "missing-logs-permission");
        let adds = help.starts_with("Add `logs:CreateLogStream` to the actions of");
        assert_eq!(adds, is_near, "{help}");
    }
}

#[test]
fn a_log_group_is_corrected_in_the_words_that_name_it() {
    let statement = |resource: &str| {
        format!(
            r#"{{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = {resource} }}"#
        )
    };
    for (resource, expected) in [
        ("aws_cloudwatch_log_group.app.arn", r#""${aws_cloudwatch_log_group.app.arn}:*""#),
        (
            r#""arn:aws:logs:*:123456789012:log-group:/aws/lambda/ap:*""#,
            "arn:aws:logs:*:123456789012:log-group:/aws/lambda/app:*",
        ),
    ] {
        let text = configuration("", &statement(resource));
        let help = help(("main.tf", &text), "logs-resource-mismatch");
        assert_eq!(help, format!("Write `{expected}`."), "{resource}");
    }
}

/// What the help says is done, and the finding is gone.
#[test]
fn sam_allows_what_a_destination_with_its_type_needs() {
    let template = |kind: &str| {
        format!(
            "
Transform: AWS::Serverless-2016-10-31
Resources:
  Report:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      CodeUri: src/
      Events:
        Orders:
          Type: Kinesis
          Properties:
            Stream: !GetAtt Orders.Arn
            StartingPosition: LATEST
            DestinationConfig: {{OnFailure: {{{kind}Destination: !GetAtt Dlq.Arn}}}}
  Orders: {{Type: AWS::Kinesis::Stream}}
  Dlq: {{Type: AWS::SQS::Queue}}
"
        )
    };
    let found = |kind: &str| {
        let text = template(kind);
        let findings = scan([("t.yaml", text.as_str())], &Options::default()).findings;
        let mut found = findings.into_iter();
        found.find(|finding| finding.rule == "missing-destination-permission")
    };
    let finding = found("").unwrap();
    assert_eq!(
        (finding.message.as_str(), finding.help.as_deref()),
        (
            "failed records of function `Report` do not reach their destination: the role that SAM \
             makes for `Report` does not allow `sqs:SendMessage` on it",
            Some("Add `Type: SQS` beside `Destination`: SAM then allows `sqs:SendMessage` on it.")
        )
    );
    assert!(found("Type: SQS, ").is_none());
}
