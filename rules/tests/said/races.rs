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
