//! What a call of a module writes to give the role inside of it more.

use iacscan_core::Finding;
use iacscan_rules::Options;

use crate::mend;
use crate::scan::scan;

/// What findings of a rule tell to do about a configuration, each done and looked at again.
fn helps(files: &[(&str, &str)], rule: &str) -> Vec<String> {
    let before = scan(files.iter().copied(), &Options::default());
    let texts: Vec<(String, String)> =
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let found: Vec<&Finding> = before.findings.iter().filter(|it| it.rule == rule).collect();
    for finding in &found {
        let mended = mend::mends(&texts, &before, finding, &Options::default());
        assert_eq!(mended, Ok(()));
    }
    found.iter().filter_map(|finding| finding.help.clone()).collect()
}

fn call(arguments: &str) -> String {
    format!(
        r#"
resource "aws_sqs_queue" "failed" {{}}
resource "aws_sqs_queue" "jobs" {{}}
module "orders" {{
  source        = "terraform-aws-modules/lambda/aws"
  version       = "~> 8.0"
  function_name = "orders"
{arguments}
}}
"#
    )
}

#[test]
fn a_module_is_told_by_its_own_inputs() {
    let queue = "  event_source_mapping = { jobs = { event_source_arn = aws_sqs_queue.jobs.arn } }";
    let read = "allow `sqs:ReceiveMessage`, `sqs:DeleteMessage` and `sqs:GetQueueAttributes` on \
                `aws_sqs_queue.jobs.arn` in `policy_statements` of `module.orders`";
    let policy = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole";
    let policies = format!(
        "Add `{policy}` to `policies` of `module.orders`, with `attach_policies = true` and their \
         number as `number_of_policies`"
    );
    let one = format!("Set `attach_policy = true` and `policy = \"{policy}\"` in `module.orders`");
    let with = "with `attach_policy_statements = true`";
    for (rule, arguments, help) in [
        (
            "missing-logs-permission",
            "  attach_cloudwatch_logs_policy = false".to_owned(),
            "Set `attach_cloudwatch_logs_policy = true` in `module.orders`.".to_owned(),
        ),
        (
            "missing-tracing-permission",
            "  tracing_mode = \"Active\"".to_owned(),
            "Set `attach_tracing_policy = true` in `module.orders`.".to_owned(),
        ),
        (
            "missing-vpc-permission",
            "  vpc_subnet_ids = [\"s\"]\n  vpc_security_group_ids = [\"g\"]".to_owned(),
            "Set `attach_network_policy = true` in `module.orders`.".to_owned(),
        ),
        (
            "missing-dead-letter-permission",
            "  dead_letter_target_arn = aws_sqs_queue.failed.arn".to_owned(),
            "Set `attach_dead_letter_policy = true` in `module.orders`.".to_owned(),
        ),
        (
            "missing-destination-permission",
            "  create_async_event_config = true\n  destination_on_failure = aws_sqs_queue.failed.arn"
                .to_owned(),
            "Set `attach_async_event_policy = true` in `module.orders`.".to_owned(),
        ),
        ("missing-event-source-permission", queue.to_owned(), format!("{one}, or {read}, {with}.")),
        (
            "missing-event-source-permission",
            format!(
                "{queue}\n  attach_policy_statements = true\n  policy_statements = {{\n    \
                 s3 = {{ effect = \"Allow\", actions = [\"s3:GetObject\"], resources = \
                 [\"arn:aws:s3:::b/*\"] }}\n  }}"
            ),
            format!("{one}, or {read}."),
        ),
    ] {
        assert_eq!(helps(&[("main.tf", &call(&arguments))], rule), [help], "{arguments}");
    }
    let taken = call(&format!(
        "{queue}\n  attach_policy = true\n  policy = \
         \"arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess\""
    ));
    let found = scan([("main.tf", taken.as_str())], &Options::default()).findings;
    let source = found.iter().find(|it| it.rule == "missing-event-source-permission").unwrap();
    assert_eq!(source.help, Some(format!("{policies}, or {read}, {with}.")));
}

#[test]
fn an_installed_module_is_told_by_the_same_inputs() {
    let module = r#"
variable "function_name" {}
variable "tracing_mode" { default = null }
variable "attach_tracing_policy" { default = false }
resource "aws_iam_role" "lambda" {
  count              = 1
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
}
resource "aws_iam_role_policy_attachment" "tracing" {
  count      = var.attach_tracing_policy ? 1 : 0
  role       = aws_iam_role.lambda[0].name
  policy_arn = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
}
resource "aws_lambda_function" "this" {
  count         = 1
  function_name = var.function_name
  role          = aws_iam_role.lambda[0].arn
  filename      = "app.zip"
  tracing_config { mode = var.tracing_mode }
}
"#;
    let manifest = r#"{"Modules": [{"Key": "", "Dir": "."}, {"Key": "orders", "Dir": ".terraform/modules/orders"}]}"#;
    let root = call("  tracing_mode = \"Active\"");
    let files = [
        ("main.tf", root.as_str()),
        (".terraform/modules/modules.json", manifest),
        (".terraform/modules/orders/main.tf", module),
    ];
    assert_eq!(
        helps(&files, "missing-tracing-permission"),
        ["Set `attach_tracing_policy = true` in `module.orders`."]
    );
    let found = scan(files, &Options::default()).findings;
    assert!(found.iter().all(|finding| finding.rule != "unresolved-reference"));
}

#[test]
fn what_is_written_at_a_call_is_named_as_there() {
    let inner = r#"
resource "aws_sqs_queue" "jobs" {}
module "worker" {
  source                          = "cloudposse/lambda-function/aws"
  version                         = "0.6.1"
  function_name                   = "worker"
  dead_letter_config_target_arn   = aws_sqs_queue.jobs.arn
}
"#;
    let root = "module \"app\" {\n  source = \"./app\"\n}\n";
    let found = scan([("main.tf", root), ("app/main.tf", inner)], &Options::default()).findings;
    let lack = found.iter().find(|it| it.rule == "missing-dead-letter-permission").unwrap();
    assert_eq!(
        lack.help.as_deref(),
        Some(
            "Allow `sqs:SendMessage` on `aws_sqs_queue.jobs.arn` in `inline_iam_policy` of \
             `module.worker`."
        )
    );
}
