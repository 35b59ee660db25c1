//! What a person who reads a finding for the first time learns from it.

use iacscan_core::{Files, Finding};
use iacscan_rules::{Options, Requirement, RoleDemand, When};

use super::wording::{TRUST, found, worker};
use crate::scan;

/// The only finding of a rule.
fn only(findings: Vec<Finding>, rule: &str) -> Finding {
    let mut found: Vec<Finding> = findings.into_iter().filter(|it| it.rule == rule).collect();
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

/// A template with these properties of the function and of its role.
fn template(function: &str, role: &str, more: &str) -> String {
    format!(
        "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
{function}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]
{role}
{more}
"
    )
}

const BASIC: &str =
    "      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']";

#[test]
fn what_each_instance_lacks_is_said_for_all_of_them() {
    let text = format!(
        r#"
locals {{ jobs = {{ reader = 1, writer = 2 }} }}
resource "aws_lambda_function" "f" {{
  for_each      = local.jobs
  function_name = each.key
  role          = aws_iam_role.r[each.key].arn
  filename      = "app.zip"
  dead_letter_config {{ target_arn = aws_sqs_queue.q[each.key].arn }}
}}
resource "aws_sqs_queue" "q" {{ for_each = local.jobs }}
resource "aws_iam_role" "r" {{
  for_each           = local.jobs
  assume_role_policy = {TRUST}
}}
"#
    );
    let of = |text: &str, rule| only(found(&[("main.tf", text)]), rule);
    let first = |text: &str| {
        let help = of(text, "missing-dead-letter-permission").help.unwrap();
        help.split_once(" in an ").map_or(help.clone(), |(first, _)| first.to_owned())
    };
    assert_eq!(first(&text), "Allow `sqs:SendMessage` on `aws_sqs_queue.q[each.key].arn`");
    let logs = of(&text, "missing-logs-permission").help.unwrap();
    assert!(
        logs.ends_with("on `\"arn:aws:logs:*:*:log-group:/aws/lambda/${each.key}:*\"`."),
        "{logs}"
    );
    // One queue for all of them, and one instance of a queue that is not theirs.
    let shared = text.replace("aws_sqs_queue.q[each.key].arn", "aws_sqs_queue.q[\"reader\"].arn");
    assert_eq!(first(&shared), "Allow `sqs:SendMessage` on `aws_sqs_queue.q[\"reader\"].arn`");
}

#[test]
fn a_requirement_says_where_to_meet_it() {
    let text = worker(
        r#"{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "arn:aws:sqs:eu-west-1:123456789012:jobs" }"#,
    );
    let of = |demand: RoleDemand| {
        let baseline = vec![Requirement { when: When::default(), demand }];
        let options = Options { baseline, ..Options::default() };
        let scan = scan::scan([("main.tf", text.as_str())], &options);
        let at = scan.files.sources();
        let finding = only(scan.findings, "missing-baseline-policy");
        (at.slice(finding.primary().unwrap().span).to_owned(), finding.help.unwrap())
    };
    let role = "resource \"aws_iam_role\" \"this\"";
    for (demand, place, help) in [
        (
            RoleDemand::PermissionsBoundary("arn:aws:iam::123456789012:policy/limit".into()),
            role,
            "Set `permissions_boundary` of `aws_iam_role.this` to \
             `arn:aws:iam::123456789012:policy/limit`.",
        ),
        (
            RoleDemand::PermissionsBoundary("arn:aws:iam::*:policy/limit".into()),
            role,
            "Set `permissions_boundary` of `aws_iam_role.this` to an ARN like \
             `arn:aws:iam::*:policy/limit`.",
        ),
        (
            RoleDemand::ManagedPolicy("AmazonSSMReadOnlyAccess".into()),
            role,
            "Add an `aws_iam_role_policy_attachment` with `role = aws_iam_role.this.name` and \
             `policy_arn = \"arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess\"`.",
        ),
        (
            RoleDemand::Actions(vec!["ssm:GetParameter".into()]),
            "resource \"aws_iam_role_policy\" \"this\"",
            "Allow `ssm:GetParameter` in a policy of the role, on the resources that are meant.",
        ),
    ] {
        assert_eq!(of(demand), (place.to_owned(), help.to_owned()));
    }
}

#[test]
fn the_path_of_a_policy_is_named() {
    for (written, has) in [
        (
            "AWSLambdaBasicExecutionRole",
            "`AWSLambdaBasicExecutionRole` has the path `service-role/`",
        ),
        ("service-role/AWSXRayDaemonWriteAccess", "`AWSXRayDaemonWriteAccess` has no path"),
    ] {
        let arn = format!("arn:aws:iam::aws:policy/{written}");
        let text = template("", &format!("      ManagedPolicyArns: ['{arn}']"), "");
        let message = only(found(&[("t.yaml", &text)]), "managed-policy-not-found").message;
        let expected = format!("there is no AWS managed policy `{arn}`: {has}");
        assert!(message.starts_with(&expected), "{message}");
    }
}

#[test]
fn a_broad_policy_is_replaced_by_one_or_some_of_its_actions() {
    for (policy, message, help) in [
        (
            "AmazonS3ReadOnlyAccess",
            "`AmazonS3ReadOnlyAccess` lets function `Function` use `s3:GetObject` on every \
             resource of the account",
            "Remove it, and in a policy under `Policies` of the role allow what the code \
             calls of `AmazonS3ReadOnlyAccess`, `s3:GetObject` only on the ARNs it is called on.",
        ),
        (
            "AmazonKinesisReadOnlyAccess",
            "`AmazonKinesisReadOnlyAccess` lets function `Function` use `kinesis:GetRecords` on \
             every resource of the account",
            "Remove it, and in a policy under `Policies` of the role allow what the code \
             calls of `AmazonKinesisReadOnlyAccess`, `kinesis:GetRecords` only on the ARNs it is called \
             on.",
        ),
    ] {
        let role = BASIC.replace(']', &format!(", 'arn:aws:iam::aws:policy/{policy}']"));
        let text = template("", &role, "");
        let finding = only(found(&[("t.yaml", &text)]), "broad-data-managed-policy");
        assert_eq!((finding.message.as_str(), finding.help.as_deref()), (message, Some(help)));
    }
}

#[test]
fn what_is_missing_is_one_list() {
    let mapping = "  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Function
      StartingPosition: LATEST
      EventSourceArn: arn:aws:kinesis:eu-west-1:123456789012:stream/clicks";
    let text = template("", BASIC, mapping);
    let message = only(found(&[("t.yaml", &text)]), "missing-event-source-permission").message;
    let list = "does not allow `kinesis:DescribeStream`, `kinesis:GetRecords`, \
                `kinesis:GetShardIterator`, `kinesis:DescribeStreamSummary` and \
                `kinesis:ListShards`";
    assert!(message.ends_with(list), "{message}");
}

#[test]
fn a_policy_for_another_source_says_why_it_is_named() {
    for (source, is_said) in [
        ("arn:aws:mq:eu-west-1:123456789012:broker:orders:b-0123abcd", false),
        ("arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0a1b2c3d-1", true),
    ] {
        let mapping = format!(
            "  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{FunctionName: !Ref Function, EventSourceArn: '{source}'}}"
        );
        let text = template("", BASIC, &mapping);
        let found = only(found(&[("t.yaml", &text)]), "missing-event-source-network-permission");
        let help = found.help.unwrap();
        assert_eq!(help.contains("AWSLambdaMSKExecutionRole"), is_said, "{help}");
    }
}

#[test]
fn a_boundary_of_aws_is_replaced_and_not_changed() {
    let own = "  Limit:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*'}]";
    for (boundary, more, help) in [
        (
            "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
            "",
            "Replace the permissions boundary by one that allows ",
        ),
        ("!Ref Limit", own, "Let the permissions boundary allow "),
    ] {
        let role = format!("{BASIC}\n      PermissionsBoundary: {boundary}");
        let text = template("", &role, more);
        let found = only(found(&[("t.yaml", &text)]), "missing-logs-permission").help.unwrap();
        assert!(found.starts_with(help), "{found}");
    }
}

#[test]
fn a_function_without_a_role_is_told_where_it_goes() {
    let template = "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: {Code: {S3Bucket: artifacts, S3Key: app.zip}}
";
    let configuration = "resource \"aws_lambda_function\" \"f\" {\n  filename = \"app.zip\"\n}\n";
    for (file, text, argument) in [("t.yaml", template, "Role"), ("main.tf", configuration, "role")]
    {
        let help = only(found(&[(file, text)]), "function-without-role").help.unwrap();
        let expected = format!(" and set `{argument}` of the function to its ARN.");
        assert!(help.ends_with(&expected), "{help}");
        assert!(help.contains("(`AWSLambdaBasicExecutionRole` at least)"), "{help}");
    }
}

#[test]
fn a_dead_letter_queue_that_cannot_be_written_is_refused() {
    let function = "      DeadLetterConfig: {TargetArn: 'arn:aws:sqs:eu-west-1:123456789012:dead'}";
    let text = template(function, BASIC, "");
    let message = only(found(&[("t.yaml", &text)]), "missing-dead-letter-permission").message;
    assert_eq!(
        message,
        "function `Function` cannot be created or updated with its dead letter queue: role `Role` \
         does not allow `sqs:SendMessage` on it"
    );
}

#[test]
fn what_lambda_checks_in_a_vpc_is_one_or_several() {
    let vpc = "      VpcConfig: {SubnetIds: [s-1], SecurityGroupIds: [g-1]}";
    let (create, all) = ("'ec2:CreateNetworkInterface'", "'ec2:Describe*', 'ec2:Delete*'");
    for (limited, open, words) in [
        (create, all, "allows `ec2:CreateNetworkInterface` in part only, and Lambda checks it on"),
        (
            "'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'",
            "'ec2:Describe*'",
            "`ec2:DeleteNetworkInterface` in part only, and Lambda checks them on",
        ),
    ] {
        let role = format!(
            "{BASIC}
      Policies:
        - PolicyName: network
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - {{Effect: Allow, Action: [{limited}], Resource: 'arn:aws:ec2:*:*:network-interface/*'}}
              - {{Effect: Allow, Action: [{open}], Resource: '*'}}"
        );
        let text = template(vpc, &role, "");
        let finding = only(found(&[("t.yaml", &text)]), "missing-vpc-permission");
        assert!(finding.message.contains(words), "{}", finding.message);
    }
}

#[test]
fn words_have_what_they_speak_of() {
    let trust = TRUST.replace("lambda.amazonaws.com", "ec2.amazonaws.com");
    let other = worker("").replace(TRUST, &trust).replace(",\n    \n", "\n");
    let finding = only(found(&[("main.tf", &other)]), "trust-missing-lambda");
    let help = finding.help.unwrap();
    assert!(help.ends_with(" Remove the other principals that do not need the role."), "{help}");

    let old = TRUST.replace("Version   = \"2012-10-17\"\n", "");
    let old = worker("").replace(TRUST, &old).replace(",\n    \n", "\n");
    let message = only(found(&[("main.tf", &old)]), "policy-version-outdated").message;
    assert!(
        message.ends_with(
            ", which leaves it in the policy language of 2008, without policy variables"
        ),
        "{message}"
    );
}

#[test]
fn a_policy_is_attached_by_its_arn() {
    let of = |written: &str| {
        let text = template("", &format!("      ManagedPolicyArns: ['{written}']"), "");
        found(&[("t.yaml", &text)]).into_iter().find(|it| it.rule == "managed-policy-not-found")
    };
    for written in ["service-role/AWSLambdaBasicExecutionRole", "AWSLambdaBasicExecutionRole"] {
        let finding = of(written).unwrap();
        assert_eq!(
            (finding.message, finding.help.as_deref()),
            (
                format!(
                    "a role takes the ARNs of policies, and `{written}` is none, so that role \
                     `Role` cannot be deployed"
                ),
                Some("Write `arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`.")
            )
        );
    }
    assert!(of("OurOwnPolicy").is_none());
    let sam = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src/, Policies: [AWSLambdaBasicExecutionRole, AmazonS3ReadOnlyAccess]}
";
    let found = found(&[("t.yaml", sam)]);
    assert!(found.iter().all(|it| it.rule != "managed-policy-not-found"), "{found:#?}");
}

#[test]
fn a_role_in_quotes_is_not_known() {
    let json = r#"{"Resources": {
  "Role": {"Type": "AWS::IAM::Role"},
  "Function": {"Type": "AWS::Lambda::Function", "Properties": {
    "Role": "!GetAtt Role.Arn", "Code": {"S3Bucket": "artifacts", "S3Key": "app.zip"}}}}}"#;
    let rules: Vec<&str> = found(&[("t.json", json)]).iter().map(|it| it.rule).collect();
    assert_eq!(rules, ["syntax-error"]);
}
