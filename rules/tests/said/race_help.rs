//! What a role is to be given is waited for, so that mending one finding makes no other.

use iacscan_core::{Finding, Severity};
use iacscan_rules::Options;

use super::wording::TRUST;
use crate::scan;

fn findings(path: &str, text: &str) -> Vec<Finding> {
    scan::scan([(path, text)], &Options::default()).findings
}

const WAIT: &str = "with `depends_on`: Lambda checks the permission on creation.";

/// A function whose role writes logs, and what else stands beside.
fn module(role: &str, function: &str, beside: &str) -> String {
    format!(
        "resource \"aws_sqs_queue\" \"q\" {{}}
resource \"aws_iam_role\" \"r\" {{
  assume_role_policy = {TRUST}
  {role}
}}
resource \"aws_iam_role_policy\" \"logs\" {{
  role   = aws_iam_role.r.id
  policy = jsonencode({{ Version = \"2012-10-17\", Statement = [
    {{ Effect = \"Allow\", Action = [\"logs:CreateLogGroup\", \"logs:CreateLogStream\", \"logs:PutLogEvents\"], Resource = \"*\" }}
  ] }})
}}
resource \"aws_lambda_function\" \"f\" {{
  function_name = \"f\"
  role          = aws_iam_role.r.arn
  {function}
}}
{beside}
"
    )
}

#[test]
fn what_lambda_checks_waits_for_the_grant() {
    let dead_letters = "dead_letter_config { target_arn = aws_sqs_queue.q.arn }";
    let vpc = "vpc_config {\n    subnet_ids = [\"s\"]\n    security_group_ids = [\"g\"]\n  }";
    let mapping = |waits: &str| {
        format!(
            "resource \"aws_lambda_event_source_mapping\" \"m\" {{
  event_source_arn = aws_sqs_queue.q.arn
  function_name    = aws_lambda_function.f.arn
  {waits}
}}
"
        )
    };
    let grant = |actions: &str, resource: &str| {
        format!(
            "resource \"aws_iam_role_policy\" \"grant\" {{
  role   = aws_iam_role.r.id
  policy = jsonencode({{ Version = \"2012-10-17\", Statement = [
    {{ Effect = \"Allow\", Action = [{actions}], Resource = {resource} }}
  ] }})
}}
"
        )
    };
    let attached = "resource \"aws_iam_role_policy_attachment\" \"grant\" {
  role       = aws_iam_role.r.name
  policy_arn = \"arn:aws:iam::aws:policy/service-role/AWSLambdaENIManagementAccess\"
}
";
    let queue = "aws_sqs_queue.q.arn";
    let (send, read) = (
        grant("\"sqs:SendMessage\"", queue),
        grant("\"sqs:ReceiveMessage\", \"sqs:DeleteMessage\", \"sqs:GetQueueAttributes\"", queue),
    );
    let wait = |policy: &str| format!("depends_on = [{policy}.grant]");
    let inline = wait("aws_iam_role_policy");
    for (rule, function, beside, waits, mended) in [
        (
            "missing-dead-letter-permission",
            dead_letters,
            String::new(),
            "aws_lambda_function.f",
            module("", &format!("{dead_letters}\n  {inline}"), &send),
        ),
        (
            "missing-vpc-permission",
            vpc,
            String::new(),
            "aws_lambda_function.f",
            module("", &format!("{vpc}\n  {}", wait("aws_iam_role_policy_attachment")), attached),
        ),
        (
            "missing-event-source-permission",
            "",
            mapping(""),
            "aws_lambda_event_source_mapping.m",
            module("", "", &(mapping(&inline) + &read)),
        ),
    ] {
        let found = findings("main.tf", &module("", function, &beside));
        let help = found.iter().find(|it| it.rule == rule).and_then(|it| it.help.clone());
        let help = help.unwrap_or_default();
        assert!(help.ends_with(&format!(" Let `{waits}` wait for it {WAIT}")), "{help}");
        let mut after = findings("main.tf", &mended);
        after.retain(|finding| finding.severity > Severity::Info);
        assert!(after.is_empty(), "{rule} {after:#?}");
    }
}

#[test]
fn what_the_role_itself_holds_is_there_with_it() {
    let list = "managed_policy_arns = [\"arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess\"]";
    let dead_letters = "dead_letter_config { target_arn = aws_sqs_queue.q.arn }";
    let in_list = module(list, dead_letters, "");
    let template = "
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Function:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn, DeadLetterConfig: {TargetArn: !GetAtt Queue.Arn}, Code: {S3Bucket: artifacts, S3Key: app.zip}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
";
    for (path, text) in [("main.tf", in_list.as_str()), ("t.yaml", template)] {
        let found = findings(path, text);
        let dead = found.iter().find(|it| it.rule == "missing-dead-letter-permission").unwrap();
        assert!(!dead.help.as_ref().unwrap().contains("wait"), "{dead:#?}");
    }
}

#[test]
fn what_a_caller_cannot_make_wait_is_given_at_the_call() {
    let text = r#"
module "worker" {
  source        = "terraform-aws-modules/lambda/aws"
  version       = "7.2.0"
  function_name = "worker"
  handler       = "app.handler"
  runtime       = "python3.12"
  source_path   = "src"
  event_source_mapping = {
    jobs = { event_source_arn = "arn:aws:sqs:eu-west-1:123456789012:jobs" }
  }
}
ATTACHED
"#;
    let attached = r#"
resource "aws_iam_role_policy_attachment" "jobs" {
  role       = module.worker.lambda_role_name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
}
"#;
    let own = r#"
resource "aws_iam_role_policy" "jobs" {
  role   = module.worker.lambda_role_name
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = "*" }
  ] })
}
"#;
    for (beside, expected) in [
        (
            attached,
            "Remove `aws_iam_role_policy_attachment.jobs` and set `attach_policy = true` and \
             `policy = \"arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole\"` in \
             `module.worker` instead.",
        ),
        (
            own,
            "Remove `aws_iam_role_policy.jobs` and write its statements in `policy_statements` of \
             `module.worker`, with `attach_policy_statements = true` instead.",
        ),
    ] {
        let found = findings("main.tf", &text.replace("ATTACHED", beside));
        let race = found.into_iter().find(|it| it.rule == "policy-attachment-race").unwrap();
        assert_eq!(race.help.as_deref(), Some(expected));
    }
}

#[test]
fn what_lies_in_a_module_of_others_is_said_to() {
    let manifest = r#"{"Modules": [{"Key": "", "Source": "", "Dir": "."},
        {"Key": "m", "Source": "registry.terraform.io/acme/worker/aws", "Version": "1.0.0", "Dir": ".terraform/modules/m"}]}"#;
    let call = "module \"m\" {\n  source  = \"acme/worker/aws\"\n  version = \"1.0.0\"\n}\n";
    let vpc = "vpc_config {\n    subnet_ids = [\"s\"]\n    security_group_ids = [\"g\"]\n  }";
    let attached = "resource \"aws_iam_role_policy_attachment\" \"vpc\" {
  role       = aws_iam_role.r.name
  policy_arn = \"arn:aws:iam::aws:policy/service-role/AWSLambdaENIManagementAccess\"
}
";
    let inside = module("", vpc, attached);
    let found = scan::scan(
        [
            ("main.tf", call),
            (".terraform/modules/modules.json", manifest),
            (".terraform/modules/m/main.tf", &inside),
        ],
        &Options::default(),
    );
    let race = found.findings.iter().find(|it| it.rule == "policy-attachment-race").unwrap();
    let help = race.help.as_deref().unwrap();
    assert!(help.starts_with("Nothing at the call of `module.m` makes it wait"), "{help}");
}
