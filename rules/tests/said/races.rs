//! Which resource is told to wait for a policy.

use super::wording::{TRUST, found, worker};

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

/// A second `depends_on` would be refused.
#[test]
fn what_waits_already_is_told_to_wait_for_more() {
    let terraform = |list: &str| {
        format!(
            r#"
resource "aws_iam_role" "this" {{
  assume_role_policy = {TRUST}
}}
resource "aws_iam_role_policy" "this" {{
  role   = aws_iam_role.this.id
  policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.failed.arn }}
  ] }})
}}
resource "aws_sqs_queue" "failed" {{}}
resource "aws_lambda_function" "this" {{
  function_name = "worker"
  role          = aws_iam_role.this.arn
  filename      = "app.zip"
  dead_letter_config {{ target_arn = aws_sqs_queue.failed.arn }}
  {list}
}}
"#
        )
    };
    let template = |kind: &str, list: &str| {
        format!(
            r#"
Transform: AWS::Serverless-2016-10-31
Resources:
  Failed: {{Type: AWS::SQS::Queue}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{Version: "2012-10-17", Statement: [{{Effect: Allow, Action: sts:AssumeRole, Principal: {{Service: lambda.amazonaws.com}}}}]}}
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: failed
      Roles: [!Ref Role]
      PolicyDocument: {{Version: "2012-10-17", Statement: [{{Effect: Allow, Action: ["sqs:*"], Resource: !GetAtt Failed.Arn}}]}}
  Function:
    Type: {kind}
    {list}
    Properties:
      Role: !GetAtt Role.Arn
"#
        )
    };
    let function = |list: &str| {
        let text = template("AWS::Lambda::Function", list);
        text + "      DeadLetterConfig: {TargetArn: !GetAtt Failed.Arn}\n"
    };
    let event = |list: &str| {
        let text = template("AWS::Serverless::Function", list);
        text + "      Events: {Jobs: {Type: SQS, Properties: {Queue: !GetAtt Failed.Arn}}}\n"
    };
    let cases = [
        (
            "main.tf",
            terraform(""),
            "Add `depends_on = [aws_iam_role_policy.this]` to `aws_lambda_function.this`.",
        ),
        (
            "main.tf",
            terraform("depends_on = [aws_sqs_queue.failed]"),
            "Add `aws_iam_role_policy.this` to the `depends_on` list of `aws_lambda_function.this`.",
        ),
        (
            "template.yaml",
            function(""),
            "Add `DependsOn: [Policy]` to `Function`, beside its `Type`.",
        ),
        (
            "template.yaml",
            function("DependsOn: Failed"),
            "Add `Policy` to what `Function` lists in `DependsOn`.",
        ),
        ("template.yaml", event(""), "Add `DependsOn: [Policy]` to `Function`, beside its `Type`."),
        (
            "template.yaml",
            event("DependsOn: [Failed]"),
            "Add `Policy` to what `Function` lists in `DependsOn`.",
        ),
    ];
    for (name, text, expected) in cases {
        let found = found(&[(name, text.as_str())]);
        let race = found.iter().find(|finding| finding.rule == "policy-attachment-race");
        assert_eq!(race.and_then(|race| race.help.as_deref()), Some(expected), "{text}");
    }
}

/// Terraform refuses `depends_on` at the call of a module that configures providers.
#[test]
fn a_call_that_takes_no_list_is_not_told_to_wait() {
    let roles = format!(
        r#"
resource "aws_iam_role" "this" {{
  assume_role_policy = {TRUST}
}}
resource "aws_iam_role_policy" "failed" {{
  role = aws_iam_role.this.id
  policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "arn:aws:sqs:us-east-1:123456789012:failed" }}
  ] }})
}}
output "arn" {{ value = aws_iam_role.this.arn }}
"#
    );
    let root = r#"
module "roles" {
  source = "./roles"
}
module "worker" {
  source = "./worker"
  role   = module.roles.arn
}
"#;
    for (provider, expected) in [
        ("", "Add `depends_on = [module.roles]` to the call of `module.worker`."),
        (
            "provider \"aws\" {}",
            "Add `depends_on = [module.roles]` to the call of `module.worker`.",
        ),
        (
            "provider \"aws\" { region = \"us-east-1\" }",
            "Add `depends_on = [aws_iam_role_policy.failed]` to the output of `module.roles` that \
             gives the role: the call of `module.worker` can have none, since its module has a \
             `provider` block of its own.",
        ),
    ] {
        let worker = format!(
            r#"
{provider}
variable "role" {{}}
resource "aws_lambda_function" "this" {{
  function_name = "worker"
  role          = var.role
  filename      = "app.zip"
  handler       = "app.handler"
  runtime       = "python3.13"
  dead_letter_config {{ target_arn = "arn:aws:sqs:us-east-1:123456789012:failed" }}
}}
"#
        );
        let files =
            [("main.tf", root), ("roles/main.tf", roles.as_str()), ("worker/main.tf", &worker)];
        let found = found(&files);
        let race = found.iter().find(|it| it.rule == "policy-attachment-race").unwrap();
        assert_eq!(race.help.as_deref(), Some(expected), "{provider}");
    }
}

/// Resources cannot wait for those of another stack; the stacks themselves can.
#[test]
fn stacks_are_told_to_wait_for_stacks() {
    let role = r#"
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}]}
"#;
    let main = format!(
        r#"
Resources:
  Failed: {{Type: AWS::SQS::Queue}}{role}
  Policies:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: ./policies.yaml, Parameters: {{Failed: !GetAtt Failed.Arn, Role: !Ref Role}}}}
  Worker:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: ./worker.yaml, Parameters: {{Failed: !GetAtt Failed.Arn, Role: !GetAtt Role.Arn}}}}
"#
    );
    let policies = r#"
Parameters: {Failed: {Type: String}, Role: {Type: String}}
Resources:
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: failed
      Roles: [!Ref Role]
      PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: sqs:SendMessage, Resource: !Ref Failed}]}
"#;
    let worker = r#"
Parameters: {Failed: {Type: String}, Role: {Type: String}}
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: {Role: !Ref Role, DeadLetterConfig: {TargetArn: !Ref Failed}}
"#;
    // What has the name of the function in another stack is not the function.
    let beside = policies.replace(
        "Policy:\n",
        "Function: {Type: AWS::SNS::Topic}\n  Policy:\n    DependsOn: Function\n",
    );
    for policies in [policies, beside.as_str()] {
        let files =
            [("main.yaml", main.as_str()), ("policies.yaml", policies), ("worker.yaml", worker)];
        let found = found(&files);
        let race = found.iter().find(|it| it.rule == "policy-attachment-race").unwrap();
        assert_eq!(
            race.help.as_deref(),
            Some("Add `DependsOn: [Policies]` to `Worker`, beside its `Type`.")
        );
    }
}

/// What waits for one policy has one thing to change.
#[test]
fn one_policy_that_is_not_awaited_is_one_finding() {
    let network = r#"{ Effect = "Allow", Action = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"], Resource = "*" }"#;
    let send = r#"{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "*" }"#;
    let text = format!(
        r#"
resource "aws_lambda_function" "this" {{
  function_name = "worker"
  role          = aws_iam_role.this.arn
  filename      = "app.zip"
  vpc_config {{
    subnet_ids         = ["subnet-0a1b2c3d"]
    security_group_ids = ["sg-0a1b2c3d"]
  }}
  dead_letter_config {{ target_arn = aws_sqs_queue.failed.arn }}
}}
resource "aws_sqs_queue" "failed" {{}}
resource "aws_iam_role" "this" {{
  assume_role_policy = {TRUST}
}}
resource "aws_iam_role_policy" "this" {{
  role   = aws_iam_role.this.name
  policy = jsonencode({{ Version = "2012-10-17", Statement = [{network}, {send}] }})
}}
"#
    );
    let found = found(&[("main.tf", &text)]);
    let races: Vec<&str> = found
        .iter()
        .filter(|finding| finding.rule == "policy-attachment-race")
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(
        races,
        ["`aws_lambda_function.this` may be created before `aws_iam_role_policy.this`, which \
             gives the role the permissions that Lambda checks for a VPC configuration and a dead \
             letter queue"]
    );
}

/// What hands out the queue may hand it out after the policy.
#[test]
fn an_output_that_leads_here_waits_where_the_call_cannot() {
    let root = r#"
module "queue" {
  source = "./queue"
  role   = module.worker.role
}
module "worker" {
  source = "./worker"
  queue  = module.queue.arn
}
"#;
    let queue = r#"
variable "role" {}
resource "aws_sqs_queue" "jobs" {}
resource "aws_iam_role_policy" "jobs" {
  role = var.role
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = aws_sqs_queue.jobs.arn }
  ] })
}
output "arn" { value = aws_sqs_queue.jobs.arn }
"#;
    let worker = |role: &str| {
        format!(
            r#"
variable "queue" {{}}
resource "aws_iam_role" "app" {{
  {role}
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }}] }})
}}
resource "aws_lambda_function" "app" {{
  function_name = "app"
  role          = aws_iam_role.app.arn
  filename      = "app.zip"
}}
resource "aws_lambda_event_source_mapping" "jobs" {{
  event_source_arn = var.queue
  function_name    = aws_lambda_function.app.arn
}}
output "role" {{ value = aws_iam_role.app.name }}
"#
        )
    };
    for (role, expected) in [
        (
            "",
            "Add `depends_on = [aws_iam_role_policy.jobs]` to the output of `module.queue` that \
             leads here. At the call of `module.worker` it would be a circle.",
        ),
        // The role would wait for its own policy.
        ("description = var.queue", "Write the permissions into the role itself"),
    ] {
        let files =
            [("main.tf", root), ("queue/main.tf", queue), ("worker/main.tf", &worker(role))];
        let found = found(&files);
        let race = found.iter().find(|it| it.rule == "policy-attachment-race").unwrap();
        assert!(race.help.as_deref().unwrap().starts_with(expected), "{race:#?}");
    }
}

/// What polls for a function waits for all that the function waits for.
#[test]
fn one_list_makes_the_function_and_its_mapping_wait() {
    let text = r#"
resource "aws_sqs_queue" "jobs" {}
resource "aws_sqs_queue" "failed" {}
resource "aws_iam_role" "app" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "jobs" {
  role = aws_iam_role.app.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = aws_sqs_queue.jobs.arn },
    { Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.failed.arn }
  ] })
}
resource "aws_lambda_function" "app" {
  function_name = "app"
  role          = aws_iam_role.app.arn
  filename      = "app.zip"
  dead_letter_config { target_arn = aws_sqs_queue.failed.arn }
}
resource "aws_lambda_event_source_mapping" "jobs" {
  event_source_arn = aws_sqs_queue.jobs.arn
  function_name    = FUNCTION
}
"#;
    for (function, expected) in [("aws_lambda_function.app.arn", 1), ("\"app\"", 2)] {
        let found = found(&[("main.tf", &text.replace("FUNCTION", function))]);
        let races = found.iter().filter(|it| it.rule == "policy-attachment-race");
        assert_eq!(races.count(), expected, "{function}");
    }
}
