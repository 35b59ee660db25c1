//! What findings say when one cause shows in several places, and when it shows in none.

mod scan;

use iacscan_core::Finding;
use iacscan_rules::Options;

fn found(files: &[(&str, &str)]) -> Vec<Finding> {
    scan::scan(files.iter().copied(), &Options::default()).findings
}

const TRUST: &str = r#"jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })"#;

/// A function with a role of its own and this statement.
fn worker(statement: &str) -> String {
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
fn a_race_in_each_instance_of_a_module_is_one() {
    let statement = r#"{ Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = var.queue }"#;
    let module = worker(statement)
        + r#"
resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn = var.queue
  function_name    = aws_lambda_function.this.arn
}
"#;
    let root = r#"
resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}
module "worker" {
  source   = "./worker"
  for_each = toset(["big", "small"])
  queue    = aws_sqs_queue.jobs.arn
}
"#;
    let found = found(&[("main.tf", root), ("worker/main.tf", &module)]);
    let races: Vec<&Finding> =
        found.iter().filter(|finding| finding.rule == "policy-attachment-race").collect();
    let [race] = races.as_slice() else { panic!("{found:#?}") };
    assert_eq!(
        race.message,
        "`module.worker[\"big\"].aws_lambda_event_source_mapping.this` and \
         `module.worker[\"small\"].aws_lambda_event_source_mapping.this` may be created before \
         `aws_iam_role_policy.this`, which gives the role the permissions that Lambda checks for \
         an event source"
    );
    assert_eq!(
        race.help.as_deref(),
        Some(
            "Add `depends_on = [aws_iam_role_policy.this]` to \
             `aws_lambda_event_source_mapping.this`."
        )
    );
}

#[test]
fn equal_names_of_two_root_modules_are_counted() {
    let module = worker(r#"{ Effect = "Allow", Action = "sqs:*", Resource = "*" }"#);
    let root = "module \"worker\" {\n  source = \"../worker\"\n  queue  = \"jobs\"\n}\n";
    let files = [("a/main.tf", root), ("b/main.tf", root), ("worker/main.tf", module.as_str())];
    let found = found(&files);
    let wide = found.iter().find(|it| it.rule == "wildcard-action-on-all-resources").unwrap();
    assert_eq!(
        wide.message,
        "this statement allows functions `module.worker.aws_lambda_function.this` (2 of this \
         name) `sqs:*` on every resource"
    );
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
  HasRole: !Not [!Equals [!Ref RoleName, '']]
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
    assert_eq!(of(""), Vec::<&str>::new());
    assert_eq!(of("app"), ["sam-role-shadows-policies"]);
}

#[test]
fn actions_with_different_remedies_are_told_apart() {
    let template = "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Code: {S3Bucket: artifacts, S3Key: app.zip}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
      Policies:
        - PolicyName: streams
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action: ['kinesis:ListStreams', 'kinesis:SubscribeToShard']
                Resource: arn:aws:kinesis:eu-west-1:123456789012:stream/clicks
";
    let found = found(&[("template.yaml", template)]);
    let helps: Vec<&str> = found.iter().filter_map(|finding| finding.help.as_deref()).collect();
    assert_eq!(
        helps,
        [
            "Allow `kinesis:ListStreams` on `*`, in a statement of its own.",
            "Name the consumer: the stream's ARN with `/consumer/NAME:*` behind it.",
        ]
    );
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
        [("var.api_token", "is marked as a secret"), ("variable \"api_token\"", "comes from here"),]
    );
}

#[test]
fn a_role_that_lacks_something_in_each_instance_is_one() {
    let module = worker(
        r#"{ Effect = "Allow", Action = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"], Resource = "*" }"#,
    )
    .replace(
        "filename ",
        "vpc_config {
    subnet_ids         = [\"subnet-1\"]
    security_group_ids = [\"sg-1\"]
  }
  filename ",
    );
    let root = "module \"worker\" {\n  source = \"./worker\"\n  count  = 2\n  queue  = \"\"\n}\n";
    let found = found(&[("main.tf", root), ("worker/main.tf", &module)]);
    let messages: Vec<&str> = found
        .iter()
        .filter(|finding| finding.rule == "missing-vpc-permission")
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(
        messages,
        ["role `aws_iam_role.this` (2 instances) of functions \
          `module.worker[0].aws_lambda_function.this` and \
          `module.worker[1].aws_lambda_function.this` does not allow `ec2:DescribeSubnets`, \
          `ec2:AssignPrivateIpAddresses` and `ec2:UnassignPrivateIpAddresses`, which AWS \
          documents as needed in a VPC"]
    );
}

/// Two root modules that each give the role of one module to functions of their own.
#[test]
fn roles_of_two_root_modules_are_shared_apart() {
    let role = format!(
        "resource \"aws_iam_role\" \"this\" {{\n  assume_role_policy = {TRUST}\n}}\n\
         output \"arn\" {{\n  value = aws_iam_role.this.arn\n}}\n"
    );
    let root = |names: &[&str]| {
        let functions = names.iter().map(|name| {
            format!(
                "resource \"aws_lambda_function\" \"{name}\" {{\n  function_name = \"{name}\"\n  \
                 role = module.role.arn\n  filename = \"app.zip\"\n}}\n"
            )
        });
        format!("module \"role\" {{\n  source = \"../role\"\n}}\n{}", functions.collect::<String>())
    };
    let (api, jobs) = (root(&["get", "put"]), root(&["big", "small", "tiny"]));
    let files = [("api/main.tf", api.as_str()), ("jobs/main.tf", &jobs), ("role/main.tf", &role)];
    let found = found(&files);
    let shared: Vec<&Finding> =
        found.iter().filter(|finding| finding.rule == "shared-execution-role").collect();
    let messages: Vec<&str> = shared.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "functions `aws_lambda_function.get` and `aws_lambda_function.put` share role \
             `module.role.aws_iam_role.this`, so that each has what any of them needs",
            "functions `aws_lambda_function.big`, `aws_lambda_function.small` and \
             `aws_lambda_function.tiny` share role `module.role.aws_iam_role.this`, so that each \
             has what any of them needs",
        ]
    );
}

/// What is written elsewhere is no place to make a resource wait.
#[test]
fn a_race_is_shown_at_the_resource_that_should_wait() {
    let statement = r#"{ Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = values(var.queue)[*].arn }"#;
    let module = worker(statement)
        + r#"
resource "aws_lambda_event_source_mapping" "this" {
  for_each         = var.queue
  event_source_arn = lookup(each.value, "arn", null)
  function_name    = aws_lambda_function.this.arn
}
"#;
    let root = r#"
resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}
module "worker" {
  source = "./worker"
  queue  = { jobs = { arn = aws_sqs_queue.jobs.arn } }
}
"#;
    let found = found(&[("main.tf", root), ("worker/main.tf", &module)]);
    let races: Vec<&str> = found
        .iter()
        .filter(|finding| finding.rule == "policy-attachment-race")
        .filter_map(|finding| module.get(finding.primary()?.span.range()))
        .collect();
    assert_eq!(races, ["resource \"aws_lambda_event_source_mapping\" \"this\""]);
}

#[test]
fn what_is_denied_is_not_to_be_allowed_once_more() {
    let module =
        worker(r#"{ Effect = "Deny", Action = "logs:*", Resource = "arn:aws:logs:*:*:*" }"#);
    let found = found(&[("main.tf", &module)]);
    let logs = found.iter().find(|it| it.rule == "missing-logs-permission").unwrap();
    assert_eq!(
        logs.help.as_deref(),
        Some(
            "Remove the statement that denies `logs:CreateLogStream` and `logs:PutLogEvents`: \
             nothing that is attached can allow it again."
        )
    );
    let labels: Vec<&str> = logs.labels.iter().map(|label| label.text.as_str()).collect();
    assert!(labels.contains(&"denies it"), "{labels:?}");
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
    assert!(help.starts_with("Attach "), "{help}");
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
    assert!(message.ends_with("`logs:PutLogEvents`"), "{message}");
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
    assert_eq!(message(""), "everybody in the account");
    assert_eq!(
        message(r#", Condition = { StringEquals = { "sts:ExternalId" = "x" } }"#),
        "everybody in the account (under a condition on `sts:ExternalId`)"
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
    assert_eq!(
        help("roles = [\"r\"]"),
        ["Use `aws_iam_role_policy_attachment`, one for each role."]
    );
    assert_eq!(
        help("users = [\"u\"]"),
        [
            "Use `aws_iam_user_policy_attachment` or `aws_iam_group_policy_attachment`, one for each \
          user or group."
        ]
    );
}

#[test]
fn a_document_of_several_roles_is_one_finding() {
    let role = |name: &str| {
        format!(
            "resource \"aws_iam_role\" \"{name}\" {{\n  assume_role_policy = {TRUST}\n}}\n\
             resource \"aws_iam_role_policy\" \"{name}\" {{\n  role = aws_iam_role.{name}.name\n  \
             policy = data.aws_iam_policy_document.all.json\n}}\n\
             resource \"aws_lambda_function\" \"{name}\" {{\n  function_name = \"{name}\"\n  \
             role = aws_iam_role.{name}.arn\n  filename = \"app.zip\"\n}}\n"
        )
    };
    let text = format!(
        "data \"aws_iam_policy_document\" \"all\" {{\n  statement {{\n    actions = [\"sqs:*\"]\n    \
         resources = [\"*\"]\n  }}\n}}\n{}{}",
        role("a"),
        role("b")
    );
    let found = found(&[("main.tf", &text)]);
    let wide = found.iter().filter(|it| it.rule == "wildcard-action-on-all-resources");
    assert_eq!(wide.count(), 1);
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
fn statements_of_one_policy_are_one_that_may_be_late() {
    let statements = r#"
    { Effect = "Allow", Action = "sqs:*Message", Resource = var.queue },
    { Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = var.queue }"#;
    let text = worker(statements)
        + r#"
resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn = "arn:aws:sqs:eu-west-1:123456789012:jobs"
  function_name    = aws_lambda_function.this.arn
}
"#;
    let text = text.replace("var.queue", "\"arn:aws:sqs:eu-west-1:123456789012:jobs\"");
    let found = found(&[("main.tf", &text)]);
    assert!(found.iter().any(|it| it.rule == "policy-attachment-race"), "{found:#?}");
}

#[test]
fn a_url_is_closed_in_the_words_of_its_language() {
    let help = |file: &str, text: &str| {
        let found = found(&[(file, text)]);
        let url = found.iter().find(|it| it.rule == "function-url-without-auth").unwrap();
        url.help.clone().unwrap().split(',').next().unwrap().to_owned()
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
    let case = include_str!("cases/52-edge-elsewhere.tf");
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
fn nothing_is_told_to_wait_in_a_circle() {
    let module = format!(
        r#"
variable "queue" {{}}
resource "aws_iam_role" "this" {{
  assume_role_policy = {TRUST}
}}
resource "aws_lambda_function" "this" {{
  function_name = "worker"
  role          = aws_iam_role.this.arn
  filename      = "app.zip"
  handler       = "app.handler"
  runtime       = "python3.13"
  dead_letter_config {{ target_arn = var.queue }}
}}
output "role" {{ value = aws_iam_role.this.id }}
"#
    );
    let root = r#"
resource "aws_sqs_queue" "failed" {}
module "worker" {
  source = "./worker"
  queue  = aws_sqs_queue.failed.arn
}
resource "aws_iam_role_policy" "failed" {
  role = module.worker.role
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.failed.arn }
  ] })
}
"#;
    let found = found(&[("main.tf", root), ("worker/main.tf", &module)]);
    let race = found.iter().find(|it| it.rule == "policy-attachment-race").unwrap();
    assert_eq!(
        race.help.as_deref(),
        Some(
            "Write the permissions into the role itself, or make the role and its policies apart \
             from `module.worker.aws_lambda_function.this`: `aws_iam_role_policy.failed` depends \
             on what would have to wait for it."
        )
    );
}

#[test]
fn what_brings_a_resource_in_is_called_as_its_language_does() {
    let nested = "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: app.handler, Code: {S3Bucket: b, S3Key: k}}
";
    let root = "
Resources:
  Workers:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./nested.yaml}
";
    let module = "resource \"aws_lambda_function\" \"this\" {
  function_name = \"worker\"
  filename      = \"app.zip\"
}
";
    let call = "module \"worker\" {\n  source = \"./worker\"\n}\n";
    for (files, expected) in [
        ([("template.yaml", root), ("nested.yaml", nested)], "this nested stack brings it in"),
        ([("main.tf", call), ("worker/main.tf", module)], "this module call brings it in"),
    ] {
        let found = found(&files);
        let missing = found.iter().find(|finding| finding.rule == "function-without-role").unwrap();
        assert!(missing.labels.iter().any(|label| label.text == expected), "{missing:#?}");
    }
}
