//! Where findings tell one to put a managed policy.

use super::wording::{TRUST, found};

/// What the finding of a rule tells to do first.
fn help(file: &str, text: &str, rule: &str) -> String {
    let found = found(&[(file, text)]);
    let finding = found.iter().find(|finding| finding.rule == rule);
    let help = finding.and_then(|finding| finding.help.clone()).unwrap_or_default();
    help.split(", or").next().unwrap_or_default().to_owned()
}

#[test]
fn a_policy_goes_into_the_list_that_is_there() {
    let configuration = |argument: &str, resources: &str| {
        format!(
            r#"
resource "aws_lambda_function" "this" {{
  function_name = "worker"
  role          = aws_iam_role.this.arn
  filename      = "app.zip"
}}
resource "aws_iam_policy" "queue" {{
  policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "arn:aws:sqs:eu-west-1:123456789012:jobs" }}
  ] }})
}}
resource "aws_iam_role" "this" {{
  assume_role_policy  = {TRUST}
{argument}
}}
{resources}"#
        )
    };
    let template = |property: &str| {
        format!(
            "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: {{Role: !GetAtt Role.Arn, Code: {{S3Bucket: artifacts, S3Key: app.zip}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{Version: \"2012-10-17\", Statement: [{{Effect: Allow, Action: 'sts:AssumeRole', Principal: {{Service: lambda.amazonaws.com}}}}]}}
{property}
"
        )
    };
    let attached = r#"
resource "aws_iam_role_policy_attachment" "queue" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.queue.arn
}
"#;
    let exclusive = r#"
resource "aws_iam_role_policy_attachments_exclusive" "this" {
  role_name   = aws_iam_role.this.name
  policy_arns = [aws_iam_policy.queue.arn]
}
"#;
    let by_resource = "Add an `aws_iam_role_policy_attachment` with `role = aws_iam_role.this.name` and \
                       `policy_arn = \"ARN\"`";
    let cases = [
        ("main.tf", configuration("", attached), by_resource),
        (
            "main.tf",
            configuration("  managed_policy_arns = [aws_iam_policy.queue.arn]", ""),
            "Add `ARN` to `managed_policy_arns`",
        ),
        (
            "main.tf",
            configuration("  managed_policy_arns = []", ""),
            "Add `ARN` to `managed_policy_arns`",
        ),
        ("main.tf", configuration("  managed_policy_arns = null", ""), by_resource),
        (
            "main.tf",
            configuration("", exclusive),
            "Add `ARN` to `policy_arns` of `aws_iam_role_policy_attachments_exclusive.this`",
        ),
        (
            "template.yaml",
            template(""),
            "Add `ARN` to `ManagedPolicyArns`, a new list in the properties of `Role`",
        ),
        (
            "template.yaml",
            template("      ManagedPolicyArns: []"),
            "Add `ARN` to `ManagedPolicyArns`",
        ),
        (
            "template.yaml",
            template(
                "      ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess']",
            ),
            "Add `ARN` to `ManagedPolicyArns`",
        ),
    ];
    for (file, text, expected) in cases {
        let arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
        let help = help(file, &text, "missing-logs-permission");
        assert_eq!(help, expected.replace("ARN", arn), "{text}");
    }
}

#[test]
fn a_policy_of_a_serverless_function_goes_into_its_policies() {
    for (policies, expected) in [
        ("", "Add `ARN` to `Policies`, a new list in the properties of `Function`"),
        ("      Policies: [AmazonS3ReadOnlyAccess]", "Add `ARN` to `Policies`"),
        ("      Policies: [S3ReadPolicy: {BucketName: b}]", "Add `ARN` to `Policies`"),
    ] {
        let text = format!(
            "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
{policies}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Function
      EventSourceArn: arn:aws:sqs:eu-west-1:123456789012:jobs
"
        );
        let arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole";
        let help = help("template.yaml", &text, "missing-event-source-permission");
        assert_eq!(help, expected.replace("ARN", arn));
    }
}

#[test]
fn a_json_template_is_written_as_json() {
    let text = r#"{"Resources": {
  "Function": {"Type": "AWS::Lambda::Function", "Properties": {
    "Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Code": {"S3Bucket": "artifacts", "S3Key": "app.zip"}}},
  "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
  }}}
}}"#;
    assert_eq!(
        help("template.json", text, "missing-logs-permission"),
        "Add `arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole` to \
         `ManagedPolicyArns`, a new list in the properties of `Role`"
    );
}

#[test]
fn roles_of_instances_are_named_with_their_keys() {
    let configuration = |repeat: &str, key: &str| {
        format!(
            r#"
resource "aws_lambda_function" "this" {{
  {repeat}
  function_name = "worker-${{{key}}}"
  role          = aws_iam_role.this[{key}].arn
  filename      = "app.zip"
}}
resource "aws_iam_role" "this" {{
  {repeat}
  assume_role_policy = {TRUST}
}}
"#
        )
    };
    for (repeat, key, expected) in [
        (
            "count = 1",
            "count.index",
            "`count = length(aws_iam_role.this)`, `role = aws_iam_role.this[count.index].name`",
        ),
        (
            "count = 2",
            "count.index",
            "`count = length(aws_iam_role.this)`, `role = aws_iam_role.this[count.index].name`",
        ),
        ("for_each = toset([\"a\"])", "each.key", "`role = aws_iam_role.this[\"a\"].name`"),
        (
            "for_each = toset([\"a\", \"b\"])",
            "each.key",
            "`for_each = aws_iam_role.this`, `role = aws_iam_role.this[each.key].name`",
        ),
    ] {
        let help = help("main.tf", &configuration(repeat, key), "missing-logs-permission");
        let start =
            format!("Add an `aws_iam_role_policy_attachment` with {expected} and `policy_arn");
        assert!(help.starts_with(&start), "{help}");
    }
}

#[test]
fn the_first_statement_of_a_role_is_told_where_to_stand() {
    let template = |role: &str| {
        format!(
            "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
      DeadLetterConfig: {{TargetArn: 'arn:aws:sqs:eu-west-1:123456789012:dead'}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{Version: \"2012-10-17\", Statement: [{{Effect: Allow, Action: 'sts:AssumeRole', Principal: {{Service: lambda.amazonaws.com}}}}]}}
{role}
"
        )
    };
    let own = "      Policies: [{PolicyName: p, PolicyDocument: {Version: '2012-10-17', Statement: \
               [{Effect: Allow, Action: 'logs:*', Resource: '*'}]}}]";
    for (role, place) in [("", " in a policy under `Policies` of the role"), (own, "")] {
        assert_eq!(
            help("template.yaml", &template(role), "missing-dead-letter-permission"),
            format!("Allow `sqs:SendMessage` on `arn:aws:sqs:eu-west-1:123456789012:dead`{place}.")
        );
    }
}
