//! What is proposed where a resource is not always there.

use iacscan_core::Unknown;
use iacscan_rules::Options;

use crate::scan;

const TEMPLATE: &str = "
Parameters:
  Env: {Type: String, Default: prod}
  Queues: {Type: String}
Conditions:
  Scheduled: !Equals [!Ref Env, prod]
  Queued: !Equals [!Ref Queues, 'yes']
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn, Runtime: python3.13, Handler: a.b, Code: {S3Bucket: b, S3Key: k}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
";

const MODULE: &str = r#"
variable "on" {
  default = true
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::123456789012:role/f"
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}
resource "aws_cloudwatch_event_target" "r" {
  COUNT
  rule = RULE.name
  arn  = aws_lambda_function.f.arn
}
resource "aws_lambda_permission" "r" {
  PERMITTED
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f.arn
  principal     = "events.amazonaws.com"
}
resource "aws_cloudwatch_event_rule" "r" {
  COUNT
  schedule_expression = "rate(1 day)"
}
"#;

fn helps(path: &str, text: &str, rule: &str) -> Vec<String> {
    let findings = scan::scan([(path, text)], &Options::default()).findings;
    let of_rule = findings.into_iter().filter(|finding| finding.rule == rule);
    of_rule.filter_map(|finding| finding.help).collect()
}

#[test]
fn a_source_that_may_be_gone_is_not_named() {
    let (named, form) = (
        "Add `SourceArn` as `!GetAtt Rule.Arn`.",
        "Add `SourceArn` as `!Sub \"arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/RULE\"` (with your own value for `RULE`).",
    );
    let cases = [
        ("", "", named),
        ("Condition: Scheduled,", "", form),
        ("Condition: Scheduled,", "Condition: Scheduled,", named),
        ("", "Condition: Scheduled,", named),
    ];
    for (rule, permission, expected) in cases {
        let text = format!(
            "{TEMPLATE}  Rule: {{{rule} Type: 'AWS::Events::Rule', Properties: {{ScheduleExpression: rate(1 day), Targets: [{{Id: f, Arn: !GetAtt F.Arn}}]}}}}\n  \
             Permission: {{{permission} Type: 'AWS::Lambda::Permission', Properties: {{Action: 'lambda:InvokeFunction', FunctionName: !Ref F, Principal: events.amazonaws.com}}}}\n"
        );
        let said = helps("t.yaml", &text, "invoke-permission-without-source");
        assert_eq!(said, [expected], "{rule} {permission}");
    }
    let (count, form) = (
        "count = var.on ? 1 : 0",
        "Add `source_arn` as `arn:aws:events:REGION:ACCOUNT:rule/RULE` (with your own values for `REGION`, `ACCOUNT` and `RULE`).",
    );
    let cases = [
        ("", "", "Add `source_arn` as `aws_cloudwatch_event_rule.r.arn`."),
        (count, "", form),
        (count, count, "Add `source_arn` as `aws_cloudwatch_event_rule.r[0].arn`."),
    ];
    for (rule, permission, expected) in cases {
        let name = if rule.is_empty() { "" } else { "[0]" };
        let text = MODULE
            .replace("COUNT", rule)
            .replace("PERMITTED", permission)
            .replace("RULE", &format!("aws_cloudwatch_event_rule.r{name}"));
        let said = helps("main.tf", &text, "invoke-permission-without-source");
        assert_eq!(said, [expected], "{rule} {permission}");
    }
}

#[test]
fn a_permission_on_what_may_be_gone_says_so() {
    let text = format!(
        "{TEMPLATE}  Queue: {{Type: 'AWS::SQS::Queue', Condition: Queued}}\n  \
         Mapping: {{Type: 'AWS::Lambda::EventSourceMapping', Condition: Queued, Properties: {{FunctionName: !Ref F, EventSourceArn: !GetAtt Queue.Arn}}}}\n"
    );
    let said = helps("t.yaml", &text, "missing-event-source-permission");
    let note = "Where `Queued` leaves `Queue` out, the statement must not name it.";
    assert!(matches!(said.as_slice(), [only] if only.contains(note)), "{said:?}");
    let said = helps(
        "t.yaml",
        &text.replace(", Condition: Queued", ""),
        "missing-event-source-permission",
    );
    assert!(matches!(said.as_slice(), [only] if !only.contains("leaves")), "{said:?}");
}

#[test]
fn instances_that_may_be_gone_are_one_finding() {
    let text = MODULE.replace("COUNT", "").replace("PERMITTED", "").replace(
        "\"arn:aws:iam::123456789012:role/f\"",
        "aws_iam_role.f.arn\n  dead_letter_config {\n    target_arn = aws_sqs_queue.dead[0].arn\n  }",
    );
    let text = format!(
        "{text}{}",
        r#"
variable "queues" {
  default = ["a", "b"]
}
resource "aws_sqs_queue" "q" {
  for_each = toset(var.queues)
}
resource "aws_sqs_queue" "dead" {
  count = 1
}
resource "aws_lambda_event_source_mapping" "m" {
  for_each         = toset(var.queues)
  event_source_arn = aws_sqs_queue.q[each.key].arn
  function_name    = aws_lambda_function.f.arn
}
resource "aws_iam_role" "f" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}
"#
    );
    let said = helps("main.tf", &text, "missing-event-source-permission");
    let note =
        "Where `toset(var.queues)` leaves `aws_sqs_queue.q` out, the statement must not name it.";
    assert!(matches!(said.as_slice(), [only] if only.contains(note)), "{said:?}");
    let said = helps("main.tf", &text, "missing-dead-letter-permission");
    let allow = "Allow `sqs:SendMessage` on `aws_sqs_queue.dead[0].arn` in an \
                 `aws_iam_role_policy` of the role. Let";
    assert!(matches!(said.as_slice(), [only] if only.starts_with(allow)), "{said:?}");
}

#[test]
fn past_the_bound_it_is_said_that_inputs_are_left_out() {
    let template = |count: usize| {
        let numbers = || 0..count;
        let parameters: String =
            numbers().map(|n| format!("  P{n}: {{Type: String, Default: ''}}\n")).collect();
        let conditions: String =
            numbers().map(|n| format!("  Has{n}: !Not [!Equals [!Ref P{n}, '']]\n")).collect();
        let names: String = numbers()
            .map(|n| format!(", !If [Has{n}, 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess', !Ref 'AWS::NoValue']"))
            .collect();
        let attached = "'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'";
        TEMPLATE
            .replace("Parameters:\n", &format!("Parameters:\n{parameters}"))
            .replace("Conditions:\n", &format!("Conditions:\n{conditions}"))
            .replace(attached, &format!("{attached}{names}"))
            .replace("Handler: a.b,", "Handler: a.b, TracingConfig: {Mode: Active},")
    };
    let said = |count: usize| {
        let scan = scan::scan([("t.yaml", &*template(count))], &Options::default());
        let mut of_rule = scan.findings.iter().filter(|it| it.rule == "missing-tracing-permission");
        let when = of_rule.next().map(|finding| finding.when.clone());
        let summaries = scan.graph.functions().filter_map(|(id, _)| scan.graph.summary(id));
        let open: Vec<_> = summaries
            .map(|summary| {
                let limits = summary.undecided.iter();
                let limits = limits.filter(|it| it.gap.unknown == Unknown::Limit);
                (summary.complete, limits.map(|it| it.reason.clone()).collect::<Vec<_>>())
            })
            .collect();
        (when, open)
    };
    assert_eq!(said(8), (Some(None), vec![(true, Vec::new())]));
    let when = "every input with an empty default is left out";
    let reason =
        format!("its conditions have too many combinations: it was looked at only where {when}");
    assert_eq!(said(9), (Some(Some(when.to_owned())), vec![(false, vec![reason])]));
}

#[test]
fn what_an_empty_input_leaves_out_is_said_plainly() {
    let text = r#"
variable "policies" {
  type = list(string)
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}
resource "aws_iam_role_policy_attachment" "a" {
  for_each   = toset(var.policies)
  role       = aws_iam_role.r.name
  policy_arn = each.value
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.r.arn
  filename      = "app.zip"
}
"#;
    let found = super::wording::found(&[("main.tf", text)]);
    let logs = found.iter().find(|it| it.rule == "missing-logs-permission").unwrap();
    let labels: Vec<&str> = logs.labels.iter().map(|it| it.text.as_str()).collect();
    assert!(labels.contains(&"when `var.policies` is empty"), "{labels:?}");
    assert_eq!(logs.when.as_deref(), Some("`var.policies` is empty"));
}

/// Each of several functions may have the finding in branches of its own.
#[test]
fn the_branches_of_every_function_are_said() {
    let text = r#"
variable "x" {
  type = bool
}
resource "aws_iam_role" "r" {
  for_each           = var.x ? toset(["a"]) : toset(["b"])
  name               = each.key
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_lambda_function" "a" {
  function_name = "a"
  role          = "arn:aws:iam::123456789012:role/a"
  filename      = "app.zip"
}
resource "aws_lambda_function" "b" {
  function_name = "b"
  role          = "arn:aws:iam::123456789012:role/b"
  filename      = "app.zip"
}
"#;
    let findings = scan::scan([("main.tf", text)], &Options::default()).findings;
    let of_logs = findings.iter().filter(|it| it.rule == "missing-logs-permission");
    let when: Vec<_> = of_logs.map(|it| it.when.as_deref()).collect();
    assert_eq!(when, [Some("`var.x` is true, or `var.x` is false")]);
}
