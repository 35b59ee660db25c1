//! What findings say when one cause shows in several places, and when it shows in none.

use iacscan_core::Finding;
use iacscan_rules::Options;

use crate::scan;

pub(super) fn found(files: &[(&str, &str)]) -> Vec<Finding> {
    scan::scan(files.iter().copied(), &Options::default()).findings
}

pub(super) const TRUST: &str = r#"jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })"#;

/// A function with a role of its own and this statement.
pub(super) fn worker(statement: &str) -> String {
    format!(
        r#"
variable "queue" {{}}
resource "aws_iam_role" "this" {{
  assume_role_policy = {TRUST}
}}
resource "aws_iam_role_policy" "this" {{
  role   = aws_iam_role.this.name
  policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*" }},
    {statement}
  ] }})
}}
resource "aws_lambda_function" "this" {{
  function_name = "worker"
  role          = aws_iam_role.this.arn
  filename      = "app.zip"
}}
"#
    )
}

#[test]
fn what_never_exists_is_not_wrong() {
    let of = |default: &str| {
        let text = format!(
            "
Transform: AWS::Serverless-2016-10-31
Parameters:
  RoleName: {{Type: String, Default: '{default}'}}
Conditions:
  HasRole: !Not [!Equals [!Ref RoleName, none]]
Resources:
  Function:
    Type: AWS::Serverless::Function
    Condition: HasRole
    Properties:
      CodeUri: src/
      Role: !Sub 'arn:aws:iam::${{AWS::AccountId}}:role/${{RoleName}}'
      Policies: AWSLambdaBasicExecutionRole
"
        );
        let found = found(&[("template.yaml", text.as_str())]);
        found.iter().map(|finding| finding.rule).collect::<Vec<_>>()
    };
    assert_eq!(of("none"), Vec::<&str>::new());
    assert_eq!(of("app"), ["sam-role-shadows-policies"]);
    // It may be left out, and it may be given.
    assert_eq!(of(""), ["sam-role-shadows-policies"]);
}

#[test]
fn a_secret_input_is_shown_where_it_is_used() {
    let text = r#"
variable "api_token" {
  type      = string
  sensitive = true
}
resource "aws_lambda_function" "this" {
  function_name = "worker"
  role          = "arn:aws:iam::123456789012:role/worker"
  filename      = "app.zip"
  environment {
    variables = { API_TOKEN = var.api_token }
  }
}
"#;
    let found = found(&[("main.tf", text)]);
    let texts: Vec<_> = found
        .iter()
        .flat_map(|finding| &finding.labels)
        .map(|label| (text.get(label.span.range()).unwrap(), label.text.as_str()))
        .collect();
    assert_eq!(
        texts,
        [
            ("var.api_token", "is marked as a secret"),
            ("variable \"api_token\"", "`sensitive` marks it as a secret"),
        ]
    );
}

#[test]
fn a_hidden_parameter_is_named_and_shown() {
    let text = "
Parameters:
  Password: {Type: String, NoEcho: true}
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/app
      Code: {S3Bucket: artifacts, S3Key: app.zip}
      Environment: {Variables: {DB_PASSWORD: !Sub 'x-${Password}'}}
";
    let found = found(&[("template.yaml", text)]);
    let finding = found.iter().find(|it| it.rule == "secret-literal-in-environment").unwrap();
    let expected = "`DB_PASSWORD` of function `Function` shows the value of parameter `Password`, which \
                    `NoEcho` marks as a secret";
    assert_eq!(finding.message, expected);
    let declared = finding.labels.iter().find(|it| it.text == "`NoEcho` marks it as a secret");
    assert_eq!(text.get(declared.unwrap().span.range()), Some("Password"));
}

#[test]
fn a_condition_on_who_may_assume_is_told() {
    let message = |condition: &str| {
        let text = format!(
            r#"
data "aws_caller_identity" "this" {{}}
resource "aws_iam_role" "this" {{
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }},
    {{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ AWS = "arn:aws:iam::${{data.aws_caller_identity.this.account_id}}:root" }}{condition} }}
  ] }})
}}
resource "aws_lambda_function" "this" {{
  function_name = "worker"
  role          = aws_iam_role.this.arn
  filename      = "app.zip"
}}
"#
        );
        let found = found(&[("main.tf", &text)]);
        let trust = found.iter().find(|it| it.rule == "trust-extra-principal").unwrap();
        trust.message.split_once(" may assume").unwrap().0.to_owned()
    };
    assert_eq!(message(""), "identities of the account that are allowed `sts:AssumeRole`");
    assert_eq!(
        message(r#", Condition = { StringEquals = { "sts:ExternalId" = "x" } }"#),
        "identities of the account that are allowed `sts:AssumeRole` (under a condition on `sts:ExternalId`)"
    );
}

#[test]
fn an_exclusive_attachment_is_replaced_by_one_of_its_kind() {
    let help = |whom: &str| {
        let text = format!(
            "resource \"aws_iam_policy_attachment\" \"a\" {{\n  name = \"a\"\n  {whom}\n  \
             policy_arn = \"arn:aws:iam::aws:policy/AmazonSQSFullAccess\"\n}}\n"
        );
        let found = found(&[("main.tf", &text)]);
        found.iter().filter_map(|finding| finding.help.clone()).collect::<Vec<_>>()
    };
    let first = "Then run `terraform state rm aws_iam_policy_attachment.a` before the next apply: \
                 destroying it would detach the policy from all of them.";
    assert_eq!(
        help("roles = [\"r\"]"),
        [format!(
            "Use `aws_iam_role_policy_attachment`, one for each role, with `role` and the same \
             `policy_arn`. {first}"
        )]
    );
    assert_eq!(
        help("users = [\"u\"]"),
        [format!(
            "Use `aws_iam_user_policy_attachment` or `aws_iam_group_policy_attachment`, one for \
             each user or group. {first}"
        )]
    );
}

#[test]
fn a_name_that_an_input_carries_is_not_all_that_takes_it() {
    let module = r#"
variable "role" {}
resource "aws_iam_role_policy" "this" {
  role   = var.role
  policy = "{}"
}
resource "aws_transfer_connector" "this" {
  access_role = var.role
}
"#;
    let root = format!(
        "resource \"aws_iam_role\" \"this\" {{\n  assume_role_policy = {TRUST}\n}}\n\
         module \"connector\" {{\n  source = \"./connector\"\n  role = aws_iam_role.this.arn\n}}\n"
    );
    let found = found(&[("main.tf", &root), ("connector/main.tf", module)]);
    let kind = found.iter().find(|it| it.rule == "role-reference-kind").unwrap();
    assert_eq!(
        kind.help.as_deref(),
        Some(
            "Let `module.connector.aws_iam_role_policy.this` have `aws_iam_role.this.name`; what \
             else takes `var.role` may need the ARN."
        )
    );
}

#[test]
fn a_url_is_closed_in_the_words_of_its_language() {
    let help = |file: &str, text: &str| {
        let found = found(&[(file, text)]);
        let url = found.iter().find(|it| it.rule == "function-url-without-auth").unwrap();
        url.help.clone().unwrap().split('.').next().unwrap().to_owned()
    };
    let configuration = "resource \"aws_lambda_function_url\" \"u\" {\n  function_name = \"f\"\n  \
                         authorization_type = \"NONE\"\n}\n";
    assert_eq!(help("main.tf", configuration), "Set `authorization_type` to `AWS_IAM`");
    let template = "Resources:\n  Url: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE, \
                    TargetFunctionArn: f}}\n";
    assert_eq!(help("template.yaml", template), "Set `AuthType` to `AWS_IAM`");
}

#[test]
fn what_holds_in_all_branches_has_no_condition() {
    let text = r#"
resource "aws_iam_role" "this" {
  assume_role_policy = TRUST
}
resource "aws_iam_role_policy" "this" {
  role   = aws_iam_role.this.name
  policy = templatefile("policy.json", { key = uuid() })
}
resource "aws_lambda_function" "this" {
  function_name = "worker"
  role          = aws_iam_role.this.arn
  filename      = "app.zip"
}
"#;
    let policy = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
  %{ if key != "" ~}
  , {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "${key}"}
  %{ endif ~}
]}"#;
    let text = text.replace("TRUST", TRUST);
    let found = found(&[("main.tf", &text), ("policy.json", policy)]);
    let wide = found.iter().find(|it| it.rule == "wildcard-action-on-all-resources").unwrap();
    assert_eq!(wide.when, None);
}

#[test]
fn logs_of_the_edge_need_a_role_for_the_edge() {
    let case = include_str!("../cases/52-edge-elsewhere.tf");
    let rules = |text: &str| {
        found(&[("main.tf", text)]).into_iter().map(|finding| finding.rule).collect::<Vec<_>>()
    };
    assert_eq!(rules(case), Vec::<&str>::new());
    let without = case.replace(", \"edgelambda.amazonaws.com\"", "");
    assert_eq!(rules(&without), ["logs-resource-mismatch"]);
}

#[test]
fn what_names_no_function_of_the_scan_is_no_role() {
    let permission = r#"
variable "function" {}
resource "aws_lambda_permission" "bucket" {
  function_name = var.function
  action        = "lambda:InvokeFunction"
  principal     = "s3.amazonaws.com"
  source_arn    = "arn:aws:s3:::orders"
}
"#;
    let found = found(&[("main.tf", permission)]);
    let [only] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(
        only.message,
        "`s3` may invoke the function for whoever owns the source: its ARN names no account"
    );
}

#[test]
fn an_action_that_does_not_exist_is_all_that_does_nothing() {
    let text = worker(
        r#"{ Effect = "Allow", Action = ["s3:HeadObject", "s3:GetObject"], Resource = "arn:aws:s3:::orders/*" }"#,
    );
    let found = found(&[("main.tf", text.as_str())]);
    let unknown = found.iter().find(|it| it.rule == "unknown-iam-action").unwrap();
    assert_eq!(
        unknown.message,
        "there is no action `s3:HeadObject`: naming it gives function `aws_lambda_function.this` \
         nothing"
    );
}

#[test]
fn what_does_nothing_is_told_by_what_it_would_do() {
    for (effect, key, expected) in [
        ("Allow", "Action", "gives function `aws_lambda_function.this` nothing"),
        ("Deny", "Action", "denies function `aws_lambda_function.this` nothing"),
        ("Allow", "NotAction", "leaves nothing out for function `aws_lambda_function.this`"),
    ] {
        let text = worker(&format!(
            r#"{{ Effect = "{effect}", {key} = ["s3:GetObjects", "sqs:*"], Resource = "arn:aws:s3:::b/*" }}"#
        ));
        let found = found(&[("main.tf", text.as_str())]);
        let unknown = found.iter().find(|it| it.rule == "unknown-iam-action").unwrap();
        let expected = format!("there is no action `s3:GetObjects`: naming it {expected}");
        assert_eq!(unknown.message, expected);
    }
}
