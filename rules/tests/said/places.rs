//! What is proposed fits the place it is written at.

use super::wording::{TRUST, found};

fn help(files: &[(&str, &str)], rule: &str) -> String {
    let found = found(files);
    let finding = found.iter().find(|finding| finding.rule == rule);
    finding.and_then(|finding| finding.help.clone()).unwrap_or_default()
}

/// A function whose role has a policy, and what stands beside it.
fn module(policy: &str) -> String {
    format!(
        r#"
resource "aws_sqs_queue" "jobs" {{}}
resource "aws_s3_bucket" "orders" {{}}
resource "aws_iam_role" "this" {{
  name               = "worker"
  assume_role_policy = {TRUST}
}}
resource "aws_iam_role_policy" "this" {{
  role   = aws_iam_role.this.name
  policy = {policy}
}}
"#
    )
}

fn function(repeated: &str) -> String {
    format!(
        r#"
resource "aws_lambda_function" "this" {{
  {repeated}
  function_name = "worker"
  role          = aws_iam_role.this.arn
  filename      = "app.zip"
}}
"#
    )
}

#[test]
fn a_reference_in_a_text_of_json_has_its_marks() {
    let heredoc = |statement: &str| {
        let json = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{statement}]}}");
        module(&format!("<<EOF\n{json}\nEOF")) + &function("")
    };
    let own = |statement: &str| {
        let object = format!("{{ Version = \"2012-10-17\", Statement = [{statement}] }}");
        module(&format!("jsonencode({object})")) + &function("")
    };
    let send = r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}"#;
    let list = r#"{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "${aws_s3_bucket.orders.arn}/*"}"#;
    for (text, rule, expected) in [
        (heredoc(send), "wildcard-resource", "`\"${aws_sqs_queue.jobs.arn}\"`"),
        (own(send), "wildcard-resource", "`aws_sqs_queue.jobs.arn`"),
        (heredoc(list), "s3-resource-level-mismatch", "`\"${aws_s3_bucket.orders.arn}\"`"),
        (own(list), "s3-resource-level-mismatch", "`aws_s3_bucket.orders.arn`"),
    ] {
        let help = help(&[("main.tf", &text)], rule);
        assert!(help.contains(expected), "{text}{help}");
    }
}

#[test]
fn roles_of_several_functions_have_several_names() {
    let policy = r#"jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "arn:aws:sqs:eu-west-1:123456789012:jobs" }] })"#;
    for (repeated, expected) in [
        (
            "for_each = toset([\"a\", \"b\"])",
            "Give the role, its attachments and its inline policies the `for_each` of \
             `aws_lambda_function.this`, put `-${each.key}` behind its `name`, and refer to \
             `aws_iam_role.this[each.key]` (in outputs to `{ for k, r in aws_iam_role.this : k => r.arn \
             }`), so that each function has one of its own with what it \
             needs.",
        ),
        (
            "count = 2",
            "Give the role, its attachments and its inline policies the `count` of \
             `aws_lambda_function.this`, put `-${count.index}` behind its `name`, and refer to \
             `aws_iam_role.this[count.index]` (in outputs to `aws_iam_role.this[*].arn`), so that each function has one of its own with what it \
             needs.",
        ),
    ] {
        let text = module(policy) + &function(repeated);
        assert_eq!(help(&[("main.tf", &text)], "shared-execution-role"), expected);
        // A name that is not known is the same for each all the same.
        let text = text.replacen("\"worker\"", "\"worker-${terraform.workspace}\"", 1);
        let help = help(&[("main.tf", &text)], "shared-execution-role");
        assert!(help.contains("` in its `name` where that is written, and refer to"), "{help}");
    }
}

#[test]
fn a_permission_stands_where_its_source_can_be_named() {
    let function = "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: {Role: 'arn:aws:iam::123456789012:role/app', Code: {S3Bucket: artifacts, S3Key: app.zip}}
Outputs:
  Arn: {Value: !GetAtt Function.Arn}
";
    let root = "
Resources:
  Nested: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: ./function.yaml}}
  Api: {Type: 'AWS::ApiGateway::RestApi', Properties: {Name: orders}}
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Nested.Outputs.Arn}/invocations
";
    let files = [("root.yaml", root), ("function.yaml", function)];
    let help = help(&files, "trigger-without-invoke-permission");
    assert!(
        help.starts_with("Add, beside `Method`, a Lambda permission for the function"),
        "{help}"
    );
}

#[test]
fn a_function_of_cloudformation_is_no_key() {
    let text = "
Resources:
  !If [IsProd, Queue, Topic]:
    Type: AWS::SQS::Queue
";
    let found = found(&[("template.yaml", text)]);
    let broken = found.iter().find(|finding| finding.rule == "syntax-error").unwrap();
    assert_eq!(
        broken.message,
        "`!If` stands where the name of a key belongs; it can stand for a value only"
    );
}
