//! What somebody learns who follows the help of findings to the letter.

use iacscan_core::Finding;
use iacscan_rules::{Options, Requirement, RoleDemand, When};

use super::wording::TRUST;
use crate::scan;

/// The message, help and label texts of the only finding of a rule, as one text.
fn said(path: &str, text: &str, rule: &str) -> String {
    let found = all(path, text, rule, &Options::default());
    assert_eq!(found.len(), 1, "{found:#?}");
    found.concat()
}

fn all(path: &str, text: &str, rule: &str, options: &Options) -> Vec<String> {
    let findings = scan::scan([(path, text)], options).findings;
    let words = |finding: &Finding| {
        let mut words = vec![finding.message.clone(), finding.help.clone().unwrap_or_default()];
        words.extend(finding.labels.iter().map(|label| label.text.clone()));
        words.extend(finding.snippet.iter().map(iacscan_core::Snippet::lines));
        words.join("\n")
    };
    findings.iter().filter(|it| it.rule == rule).map(words).collect()
}

fn assert_says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part}\nin\n{said}");
    }
}

/// A function with these arguments and a role with these, that may write its logs.
fn module(function: &str, role: &str, more: &str) -> String {
    format!(
        r#"
resource "aws_lambda_function" "f" {{
  function_name = "f"
  role          = aws_iam_role.r.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
{function}
}}
resource "aws_iam_role" "r" {{
  assume_role_policy = {TRUST}
{role}
}}
{more}
"#
    )
}

const LOGS: &str = r#"
resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.r.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
"#;

fn policy(statement: &str) -> String {
    format!(
        "resource \"aws_iam_role_policy\" \"p\" {{\n  name = \"p\"\n  role = aws_iam_role.r.name\n  policy = jsonencode({{ Version = \
         \"2012-10-17\", Statement = [{{ Effect = \"Allow\", {statement} }}] }})\n}}\n"
    )
}

fn registry(arguments: &str) -> String {
    format!(
        "module \"m\" {{\n  source = \"terraform-aws-modules/lambda/aws\"\n  function_name = \"m\"\n\
         {arguments}\n}}\n"
    )
}

#[test]
fn a_destination_is_refused_where_it_is_set() {
    let destination = |target: &str| {
        format!(
            "{LOGS}resource \"aws_lambda_function_event_invoke_config\" \"c\" {{\n  function_name = \
             aws_lambda_function.f.function_name\n  destination_config {{\n    on_failure {{\n      \
             destination = {target}.arn\n    }}\n  }}\n}}\nresource \"aws_sqs_queue\" \"q\" {{}}\n\
             resource \"aws_s3_bucket\" \"b\" {{}}\n"
        )
    };
    let rule = "missing-destination-permission";
    let found = said("main.tf", &module("", "", &destination("aws_sqs_queue.q")), rule);
    assert_says(
        &found,
        &[
            "the destination for failed events of function `aws_lambda_function.f` cannot be set: role",
            "Let `aws_lambda_function_event_invoke_config.c` wait for it with `depends_on`",
        ],
    );
    let found = said("main.tf", &module("", "", &destination("aws_s3_bucket.b")), rule);
    assert_says(&found, &["failed events of function `aws_lambda_function.f` do not reach their"]);
    assert!(!found.contains("wait for it"), "{found}");
    let given = policy("Action = \"sqs:SendMessage\", Resource = aws_sqs_queue.q.arn");
    let text = module("", "", &(destination("aws_sqs_queue.q") + &given));
    let found = said("main.tf", &text, "policy-attachment-race");
    assert_says(
        &found,
        &["`aws_lambda_function_event_invoke_config.c` may be created before", "a destination"],
    );
}

#[test]
fn what_one_list_removes_is_one_finding() {
    let attach = |name: &str, policy: &str| {
        format!(
            "resource \"aws_iam_role_policy_attachment\" \"{name}\" {{\n  role = \
             aws_iam_role.r.name\n  policy_arn = \"arn:aws:iam::aws:policy/{policy}\"\n}}\n"
        )
    };
    let role = "  managed_policy_arns = [\"arn:aws:iam::aws:policy/service-role/\
                AWSLambdaBasicExecutionRole\"]";
    let more = attach("a", "AWSXRayDaemonWriteAccess") + &attach("b", "AmazonSQSReadOnlyAccess");
    let text = module("", role, &more);
    let rule = "exclusive-attachment-conflict";
    assert_says(
        &said("main.tf", &text, rule),
        &[
            "removes what `aws_iam_role_policy_attachment.a` and \
             `aws_iam_role_policy_attachment.b` attach, and they attach it again",
            "is attached here\nis attached here",
        ],
    );
    let call = "module \"m\" {\n  source = \"./m\"\n}\n";
    let inside = module("", role, &attach("a", "AWSXRayDaemonWriteAccess"));
    let files = [("root/main.tf", call), ("root/m/main.tf", inside.as_str())];
    let findings = scan::scan(files, &Options::default()).findings;
    let helps: Vec<&str> =
        findings.iter().filter(|it| it.rule == rule).filter_map(|it| it.help.as_deref()).collect();
    assert!(
        !helps.is_empty() && helps.iter().all(|it| it.contains("`role = aws_iam_role.r.name`"))
    );
}

#[test]
fn two_owners_of_a_policy_are_both_replaced() {
    let all = |name: &str, role: &str| {
        format!(
            "resource \"aws_iam_policy_attachment\" \"{name}\" {{\n  name = \"{name}\"\n  roles = \
             [aws_iam_role.{role}.name]\n  policy_arn = aws_iam_policy.p.arn\n}}\n"
        )
    };
    let one = |role: &str| {
        format!(
            "resource \"aws_iam_role_policy_attachment\" \"one\" {{\n  role = \
             aws_iam_role.{role}.name\n  policy_arn = aws_iam_policy.p.arn\n}}\n"
        )
    };
    let shared = format!(
        "{LOGS}resource \"aws_iam_role\" \"s\" {{\n  assume_role_policy = {TRUST}\n}}\nresource \
         \"aws_iam_policy\" \"p\" {{\n  policy = jsonencode({{ Version = \"2012-10-17\", Statement \
         = [{{ Effect = \"Allow\", Action = \"sqs:SendMessage\", Resource = \
         \"arn:aws:sqs:eu-west-1:123456789012:q\" }}] }})\n}}\n"
    );
    let rule = "exclusive-attachment-conflict";
    let text = module("", "", &(shared.clone() + &all("a", "r") + &all("b", "s")));
    assert_says(
        &said("main.tf", &text, rule),
        &[
            "in place of both",
            "`terraform state rm aws_iam_policy_attachment.a aws_iam_policy_attachment.b`",
        ],
    );
    let text = module("", "", &(shared.clone() + &all("a", "r") + &one("s")));
    assert_says(
        &said("main.tf", &text, rule),
        &[
            "`aws_iam_policy_attachment.a` takes the policy from the role that \
             `aws_iam_role_policy_attachment.one` attaches it to",
            "`terraform state rm aws_iam_policy_attachment.a`",
        ],
    );
    let text = module("", "", &(shared + &all("a", "r") + &one("r")));
    assert_eq!(self::all("main.tf", &text, rule, &Options::default()), Vec::<String>::new());
}

#[test]
fn what_a_statement_is_replaced_by_says_what_depends_on_it() {
    let text = module("", "", &policy("NotAction = \"iam:*\", Resource = \"*\""));
    assert_says(
        &said("main.tf", &text, "allow-with-not-action"),
        &[
            "List the actions that are needed in `Action`. Parts of the configuration depend on it \
             too: in its place ",
            "for logs. To forbid",
            "the statement then allows nothing, and a `Deny` with `NotAction` forbids everything else",
        ],
    );
}

#[test]
fn a_right_action_on_something_else_is_shown() {
    let mapping = |more: &str| {
        format!(
            "{LOGS}resource \"aws_dynamodb_table\" \"t\" {{}}\nresource \
             \"aws_lambda_event_source_mapping\" \"m\" {{\n  event_source_arn = \
             aws_dynamodb_table.t.stream_arn\n  function_name = aws_lambda_function.f.arn\n  \
             starting_position = \"LATEST\"\n{more}}}\n"
        )
    };
    let statement = policy(
        "Action = [\"dynamodb:DescribeStream\", \"dynamodb:GetRecords\", \
         \"dynamodb:GetShardIterator\", \"dynamodb:ListStreams\"], Resource = \
         aws_dynamodb_table.t.arn",
    );
    let rule = "missing-event-source-permission";
    let found = said("main.tf", &module("", "", &(mapping("") + &statement)), rule);
    assert_says(&found, &["`dynamodb:GetShardIterator` on the stream", "\nis not the stream"]);
    let found = said("main.tf", &module("", "", &mapping("  enabled = false\n")), rule);
    assert_says(&found, &[", which is disabled, cannot be read once it is enabled: role"]);
    assert!(!found.contains("is not the stream"), "{found}");
}

#[test]
fn versions_are_those_of_the_function_that_is_named() {
    let durable = "  durable_config {\n    execution_timeout = 60\n  }";
    let statement = policy(
        "Action = [\"lambda:CheckpointDurableExecution\", \"lambda:GetDurableExecutionState\"], \
         Resource = aws_lambda_function.f.arn",
    );
    let text = module(durable, "", &(LOGS.to_owned() + &statement));
    assert_says(
        &said("main.tf", &text, "missing-durable-permission"),
        &[
            "Write `\"${aws_lambda_function.f.arn}:*\"` as the resource of the statement that names",
            "means no version of the function",
        ],
    );
}

#[test]
fn a_log_group_without_its_streams_is_called_so() {
    let statement = policy(
        "Action = [\"logs:CreateLogStream\", \"logs:PutLogEvents\"], Resource = \
         \"arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f\"",
    );
    assert_says(
        &said("main.tf", &module("", "", &statement), "logs-resource-mismatch"),
        &["on the log group, and not on its streams `", "\nis the log group without its streams"],
    );
}

#[test]
fn what_a_module_takes_is_written_at_its_call() {
    let edge = registry("  publish = true")
        + "resource \"aws_cloudfront_distribution\" \"d\" {\n  default_cache_behavior {\n    \
           lambda_function_association {\n      event_type = \"viewer-request\"\n      lambda_arn = \
           module.m.lambda_function_qualified_arn\n    }\n  }\n}\n";
    let found = said("main.tf", &edge, "edge-trust-missing");
    assert_says(&found, &["Set `lambda_at_edge = true` in `module.m`."]);
    let found = said("main.tf", &edge, "logs-resource-mismatch");
    assert_says(&found, &["Set `lambda_at_edge = true` in `module.m`."]);
    assert!(!found.contains("nor is this"), "{found}");
    let mount = registry(
        "  file_system_arn = \
         \"arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1\"\n  \
         file_system_local_mount_path = \"/mnt/x\"",
    );
    assert_says(
        &said("main.tf", &mount, "missing-file-system-permission"),
        &["Set `vpc_subnet_ids`, `vpc_security_group_ids` and `attach_network_policy = true` in \
           `module.m`, with subnets from which"],
    );
}

#[test]
fn what_an_organisation_asks_for_is_written_where_the_role_takes_it() {
    let asked = |demand| Requirement { when: When::default(), demand };
    let options = Options {
        baseline: vec![
            asked(RoleDemand::Actions(vec!["kms:Decrypt".into()])),
            asked(RoleDemand::PermissionsBoundary("arn:aws:iam::123456789012:policy/b".into())),
        ],
        ..Options::default()
    };
    let found = all("main.tf", &registry(""), "missing-baseline-policy", &options).concat();
    assert_says(
        &found,
        &[
            "Allow `kms:Decrypt` in `policy_statements` of `module.m`, with \
             `attach_policy_statements = true`, on the resources",
            "Set `role_permissions_boundary = \"arn:aws:iam::123456789012:policy/b\"` in `module.m`.",
        ],
    );
    let sam = "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: \
               AWS::Serverless::Function\n    Properties: {Runtime: python3.13, Handler: a.b, \
               CodeUri: src/}\n";
    let found = all("t.yaml", sam, "missing-baseline-policy", &options).concat();
    assert_says(&found, &["Allow `kms:Decrypt` in a statement under `Policies` of the function"]);
}

#[test]
fn a_role_that_sam_makes_is_given_a_trust_policy() {
    let text = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Edge:\n    Type: \
                AWS::Serverless::Function\n    Properties: {Runtime: python3.13, Handler: a.b, \
                CodeUri: src/, AutoPublishAlias: live}\n  D:\n    Type: \
                AWS::CloudFront::Distribution\n    Properties:\n      DistributionConfig:\n        \
                DefaultCacheBehavior:\n          LambdaFunctionAssociations:\n            - \
                {EventType: viewer-request, LambdaFunctionARN: !Ref Edge.Version}\n";
    assert_says(
        &said("t.yaml", text, "edge-trust-missing"),
        &["Give `Edge` an `AssumeRolePolicyDocument` with `Version: \"2012-10-17\"` and, in its \
           `Statement`, `- {Effect: Allow, Principal: {Service: [lambda.amazonaws.com, \
           edgelambda.amazonaws.com]}, Action: \"sts:AssumeRole\"}`."],
    );
}

#[test]
fn a_policy_goes_where_nothing_removes_it() {
    let queue = "  dead_letter_config { target_arn = aws_sqs_queue.q.arn }";
    let inline = "  inline_policy {\n    name = \"own\"\n    policy = jsonencode({ Version = \
                  \"2012-10-17\", Statement = [{ Effect = \"Allow\", Action = \"sns:Publish\", \
                  Resource = \"arn:aws:sns:eu-west-1:123456789012:t\" }] })\n  }";
    let more = format!("{LOGS}resource \"aws_sqs_queue\" \"q\" {{}}\n");
    let rule = "missing-dead-letter-permission";
    assert_says(
        &said("main.tf", &module(queue, inline, &more), rule),
        &["on `aws_sqs_queue.q.arn` in a further `inline_policy` of the role"],
    );
    let attached = "resource \"aws_iam_role_policy_attachment\" \"s3\" {\n  role = \
                    aws_iam_role.r.name\n  policy_arn = \
                    \"arn:aws:iam::aws:policy/AmazonS3FullAccess\"\n}\n";
    let text = module("", inline, &(more.clone() + attached));
    assert_says(
        &said("main.tf", &text, "full-access-managed-policy"),
        &["in a further `inline_policy` of the role allow "],
    );
    let set = "resource \"aws_iam_role_policies_exclusive\" \"x\" {\n  role_name = \
               aws_iam_role.r.name\n  policy_names = []\n}\n";
    assert_says(
        &said("main.tf", &module(queue, "", &(more + set)), rule),
        &["in an `aws_iam_role_policy` of the role with a `name` that `policy_names` of \
           `aws_iam_role_policies_exclusive.x` lists"],
    );
}

#[test]
fn a_policy_that_is_listed_at_times_is_not_added_again() {
    let text = "
Parameters:
  Stage: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt R.Arn, Runtime: python3.13, Handler: a.b, Code: {S3Bucket: b, S3Key: k}}
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      ManagedPolicyArns:
        - !If [IsProd, 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole', !Ref 'AWS::NoValue']
        - arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess
";
    assert_says(
        &said("t.yaml", text, "missing-logs-permission"),
        &["Take `arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole` in \
           `ManagedPolicyArns` out of the condition that it stands under, or allow"],
    );
}

#[test]
fn permissions_of_wildcard_sources_say_which_wildcard() {
    let permission = |service: &str, source: &str| {
        format!(
            "{LOGS}resource \"aws_lambda_permission\" \"p\" {{\n  action = \
             \"lambda:InvokeFunction\"\n  function_name = aws_lambda_function.f.function_name\n  \
             principal = \"{service}.amazonaws.com\"\n  source_arn = \"{source}\"\n}}\n"
        )
    };
    let rule = "invoke-permission-without-source";
    for (service, source, expected) in [
        (
            "apigateway",
            "arn:aws:execute-api:*:123456789012:*/*/*",
            "Write the id of the API in place of the `*` behind the account id.",
        ),
        (
            "events",
            "arn:aws:events:*:*:rule/*",
            "Write the id of your account in place of the `*` that stands for it, or add `source_account`",
        ),
    ] {
        let text = module("", "", &permission(service, source));
        assert_says(&said("main.tf", &text, rule), &[expected]);
    }
}

#[test]
fn the_plainest_way_to_more_is_named() {
    let attached = "resource \"aws_iam_role_policy_attachment\" \"all\" {\n  role = \
                    aws_iam_role.r.name\n  policy_arn = \
                    \"arn:aws:iam::aws:policy/AWSLambda_FullAccess\"\n}\n";
    let text = module("", "", attached);
    assert_says(
        &said("main.tf", &text, "admin-policy"),
        &["allows `lambda:UpdateFunctionCode` on everything, by which more permissions are gained"],
    );
}

#[test]
fn the_log_group_of_insights_has_to_be_created() {
    let layers = "  layers = [\"arn:aws:lambda:eu-west-1:580247275435:layer:\
                  LambdaInsightsExtension:53\"]";
    let logs = policy(
        "Action = [\"logs:CreateLogStream\", \"logs:PutLogEvents\"], Resource = \
         \"arn:aws:logs:*:*:log-group:/aws/lambda/f:*\"",
    );
    let rule = "missing-layer-permission";
    let found = said("main.tf", &module(layers, "", &logs), rule);
    assert_says(&found, &[" A statement has to allow `logs:CreateLogGroup` on it too: "]);
}
