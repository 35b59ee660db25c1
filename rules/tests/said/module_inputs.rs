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

/// A function in a module of its own, with what its module and the root hold besides.
fn in_a_module(root: &str, module: &str) -> Vec<String> {
    let function = r#"
resource "aws_lambda_function" "fn" {
  function_name = "fn"
  role          = aws_iam_role.fn.arn
  dead_letter_config {
    target_arn = var.failed.arn
  }
}
resource "aws_iam_role" "fn" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}
variable "failed" {}
output "arn" { value = aws_lambda_function.fn.arn }
"#;
    let own = r#"
resource "aws_sqs_queue" "failed" {}
resource "aws_sqs_queue" "jobs" {}
"#;
    let (root, module) = (format!("{own}{root}"), format!("{function}{module}"));
    let files = [("main.tf", root.as_str()), ("fn/main.tf", module.as_str())];
    let found = scan(files, &Options::default()).findings;
    let is_it = |it: &&Finding| {
        matches!(it.rule, "missing-dead-letter-permission" | "missing-event-source-permission")
    };
    let texts = |it: &Finding| {
        let code = it.snippet.as_ref().map(iacscan_core::Snippet::lines).unwrap_or_default();
        format!("{}\n{code}", it.help.as_deref().unwrap_or_default())
    };
    found.iter().filter(is_it).map(texts).collect()
}

#[test]
fn a_role_in_a_module_is_given_what_its_module_can_name() {
    let mapping = |source: &str, function: &str| {
        format!(
            "resource \"aws_lambda_event_source_mapping\" \"jobs\" {{\n  event_source_arn = \
             {source}\n  function_name = {function}\n}}\n"
        )
    };
    let whole = "module \"fn\" {\n  source = \"./fn\"\n  failed = aws_sqs_queue.failed\n";
    let both = format!("{whole}  jobs = aws_sqs_queue.jobs.arn\n}}\n");
    let module =
        format!("variable \"jobs\" {{}}\n{}", mapping("var.jobs", "aws_lambda_function.fn.arn"));
    let said = in_a_module(&both, &module);
    let [failed, queue] = said.as_slice() else { panic!("{said:?}") };
    assert!(failed.contains("Allow `sqs:SendMessage` on `var.failed.arn`"), "{failed}");
    assert!(failed.contains("Resource = var.failed.arn"), "{failed}");
    assert!(queue.contains("`sqs:GetQueueAttributes` on `var.jobs`"), "{queue}");
    // What is not passed is to be.
    let root = format!("{whole}}}\n{}", mapping("aws_sqs_queue.jobs.arn", "module.fn.arn"));
    let said = in_a_module(&root, "");
    let note = "Pass `aws_sqs_queue.jobs.arn` to the module of the role.";
    assert!(said.iter().any(|text| text.contains(note)), "{said:?}");
}

#[test]
fn what_a_module_hands_out_is_named_by_its_output() {
    let root = r#"
module "queue" {
  source = "./queue"
}
resource "aws_lambda_function" "fn" {
  function_name = "fn"
  role          = aws_iam_role.fn.arn
  dead_letter_config {
    target_arn = module.queue.arn
  }
}
resource "aws_iam_role" "fn" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}
"#;
    let queue =
        "resource \"aws_sqs_queue\" \"q\" {}\noutput \"arn\" { value = aws_sqs_queue.q.arn }\n";
    let helps =
        helps(&[("main.tf", root), ("queue/main.tf", queue)], "missing-dead-letter-permission");
    let [help] = helps.as_slice() else { panic!("{helps:?}") };
    assert!(help.starts_with("Allow `sqs:SendMessage` on `module.queue.arn`"), "{help}");
}

#[test]
fn what_a_module_attaches_goes_with_the_arguments_that_attach_it() {
    let (read, dead) = ("AmazonS3FullAccess", "service-role/AWSLambdaSQSQueueExecutionRole");
    let policy = |name: &str| format!("\"arn:aws:iam::aws:policy/{name}\"");
    let many = |number: usize, names: &str| {
        format!("  attach_policies = true\n  number_of_policies = {number}\n  policies = [{names}]")
    };
    let in_place = "from `module.orders`, and in `policy_statements` of `module.orders`, with \
                    `attach_policy_statements = true`, allow the actions";
    for (arguments, at, help) in [
        (
            "  attach_network_policy = true".to_owned(),
            "true",
            "Remove `attach_network_policy` from `module.orders`.".to_owned(),
        ),
        (
            "  attach_tracing_policy = true".to_owned(),
            "true",
            "Remove `attach_tracing_policy` from `module.orders`.".to_owned(),
        ),
        (
            format!("  attach_policy = true\n  policy = {}", policy(read)),
            read,
            format!("Remove `attach_policy` and `policy` {in_place}"),
        ),
        (
            many(1, &policy(dead)),
            dead,
            "Remove `attach_policies`, `policies` and `number_of_policies` from `module.orders`."
                .to_owned(),
        ),
        (
            many(2, &format!("{}, {}", policy("AWSLambda_ReadOnlyAccess"), policy(dead))),
            dead,
            "Remove it from `policies` of `module.orders`, and lower `number_of_policies`."
                .to_owned(),
        ),
    ] {
        let text = call(&arguments);
        let scanned = scan([("main.tf", text.as_str())], &Options::default());
        let is_it = |it: &&Finding| {
            matches!(it.rule, "full-access-managed-policy" | "unused-feature-policy")
        };
        let [finding] = scanned.findings.iter().filter(is_it).collect::<Vec<_>>()[..] else {
            panic!("{arguments}: {:?}", scanned.findings)
        };
        let said = finding.help.as_deref().unwrap_or_default();
        assert!(said.starts_with(&help), "{said}");
        let span = finding.primary().map(|label| label.span).unwrap_or(iacscan_core::Span::NONE);
        let written = text.get(span.start as usize..span.end as usize).unwrap_or_default();
        assert!(written.contains(at), "{written}");
    }
}

#[test]
fn a_trigger_in_a_module_is_let_in_by_what_its_module_is_given() {
    let module = r#"
variable "topic" {}
resource "aws_lambda_function" "fn" {
  function_name = "fn"
  role          = "arn:aws:iam::123456789012:role/fn"
}
resource "aws_sns_topic_subscription" "fn" {
  topic_arn = var.topic
  protocol  = "lambda"
  endpoint  = aws_lambda_function.fn.arn
}
"#;
    let root = r#"
resource "aws_sns_topic" "a" {}
resource "aws_sns_topic" "b" {}
module "a" {
  source = "./fn"
  topic  = aws_sns_topic.a.arn
}
module "b" {
  source = "./fn"
  topic  = aws_sns_topic.b.arn
}
"#;
    let found = scan([("main.tf", root), ("fn/main.tf", module)], &Options::default()).findings;
    let is_it = |it: &&Finding| it.rule == "trigger-without-invoke-permission";
    let [finding] = found.iter().filter(is_it).collect::<Vec<_>>()[..] else { panic!("{found:?}") };
    let code = finding.snippet.as_ref().map(iacscan_core::Snippet::lines).unwrap_or_default();
    assert!(code.contains("source_arn    = var.topic"), "{code}");
    assert!(finding.message.starts_with(
        "`module.a.aws_sns_topic_subscription.fn` and `module.b.aws_sns_topic_subscription.fn` \
         cannot invoke functions"
    ));
}

#[test]
fn what_is_to_be_limited_names_what_its_module_is_given() {
    let module = r#"
variable "table" {}
resource "aws_lambda_function" "fn" {
  function_name = "fn"
  role          = aws_iam_role.fn.arn
  tracing_config {
    mode = "Active"
  }
}
resource "aws_iam_role" "fn" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}
resource "aws_iam_role_policy" "fn" {
  role   = aws_iam_role.fn.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "dynamodb:GetItem", Resource = "*" }]
  })
}
"#;
    let root = r#"
resource "aws_dynamodb_table" "orders" {}
resource "aws_dynamodb_table" "others" {}
module "fn" {
  source = "./fn"
  table  = aws_dynamodb_table.orders.arn
}
"#;
    let helps = helps(&[("main.tf", root), ("fn/main.tf", module)], "wildcard-resource");
    let [help] = helps.as_slice() else { panic!("{helps:?}") };
    assert!(help.contains("`var.table` for `dynamodb:GetItem`"), "{help}");
    assert!(!help.contains("others"), "{help}");
}

#[test]
fn a_function_waits_for_the_module_of_its_role() {
    let trust = "jsonencode({ Version = \"2012-10-17\", Statement = [{ Effect = \"Allow\", \
                 Principal = { Service = \"lambda.amazonaws.com\" }, Action = \"sts:AssumeRole\" }] })";
    let role = format!(
        "variable \"name\" {{ default = \"\" }}\nresource \"aws_iam_role\" \"fn\" {{\n  \
         assume_role_policy = {trust}\n}}\noutput \"arn\" {{ value = aws_iam_role.fn.arn }}\n"
    );
    let root = |more: &str| {
        format!(
            "module \"role\" {{\n  source = \"./role\"\n{more}}}\nresource \
             \"aws_lambda_function\" \"fn\" {{\n  function_name = \"fn\"\n  role = \
             module.role.arn\n  tracing_config {{\n    mode = \"Active\"\n  }}\n}}\n"
        )
    };
    let alarm = "resource \"aws_cloudwatch_metric_alarm\" \"a\" { alarm_name = var.name }\n";
    let of_function = "  name = aws_lambda_function.fn.function_name\n";
    let wait = "wait for it with `depends_on = [module.role]`";
    for (root, role, waits) in [
        (root(""), role.clone(), true),
        // That would be a circle.
        (root(of_function), format!("{role}{alarm}"), false),
    ] {
        let files = [("main.tf", root.as_str()), ("role/main.tf", role.as_str())];
        let helps = helps(&files, "missing-tracing-permission");
        let [help] = helps.as_slice() else { panic!("{helps:?}") };
        assert_eq!(help.contains(wait), waits, "{help}");
    }
}
