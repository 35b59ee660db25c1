//! What the call of a module gives is shown where the call gives it, also where the module that is
//! not installed makes something else of it.

use iacscan_rules::Options;

use super::scan;

const CALL: &str = r#"
module "fn" {
  source        = "terraform-aws-modules/lambda/aws"
  version       = "8.1.0"
  function_name = "orders"
  handler       = "app.handler"
  runtime       = "python3.13"
  source_path   = "src"
GIVEN
}

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}
"#;

#[test]
fn what_a_call_gives_is_shown_at_its_argument() {
    for (given, rule, shown) in [
        (
            r#"file_system_arn = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1"
            file_system_local_mount_path = "/mnt/a""#,
            "missing-file-system-permission",
            r#""arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1""#,
        ),
        (
            r#"trusted_entities = ["ec2.amazonaws.com"]"#,
            "trust-extra-principal",
            r#""ec2.amazonaws.com""#,
        ),
        (
            r#"attach_policy_statements = true
            policy_statements = { all = { effect = "Allow", not_actions = ["iam:*"], resources = ["*"] } }"#,
            "allow-with-not-action",
            r#"["iam:*"]"#,
        ),
        (
            "event_source_mapping = { jobs = { event_source_arn = aws_sqs_queue.jobs.arn } }",
            "missing-event-source-permission",
            "aws_sqs_queue.jobs.arn",
        ),
        (
            r#"create_current_version_allowed_triggers = false
            allowed_triggers = { topic = { service = "sns" } }"#,
            "invoke-permission-without-source",
            r#""sns""#,
        ),
    ] {
        let text = CALL.replace("GIVEN", given);
        let findings = scan::scan([("main.tf", text.as_str())], &Options::default()).findings;
        let found: Vec<_> = findings.iter().filter(|finding| finding.rule == rule).collect();
        let [finding] = found.as_slice() else { panic!("{rule}: {findings:?}") };
        let primary = finding.primary().map(|label| label.span.range());
        assert_eq!(primary.and_then(|range| text.get(range)), Some(shown), "{rule}");
        let passages = finding.labels.iter().filter(|label| label.text.contains("comes through"));
        assert_eq!(passages.count(), 0, "{rule}");
    }
}

#[test]
fn a_feature_that_a_call_turns_on_is_shown_at_its_argument() {
    for (given, label, shown) in [
        (r#"tracing_mode = "Active""#, "records traces", r#""Active""#),
        (
            r#"vpc_subnet_ids = ["subnet-1"]
            vpc_security_group_ids = ["sg-1"]"#,
            "attaches the function to a VPC",
            r#"["subnet-1"]"#,
        ),
    ] {
        let text = CALL.replace("GIVEN", given);
        let findings = scan::scan([("main.tf", text.as_str())], &Options::default()).findings;
        let mut labels = findings.iter().flat_map(|finding| &finding.labels);
        let found = labels.find(|it| it.text == label).map(|it| it.span.range());
        assert_eq!(found.and_then(|range| text.get(range)), Some(shown), "{label}");
    }
}
