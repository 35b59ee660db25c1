//! What the help for logs tells one to allow, by what creates the log group.

use iacscan_rules::Options;

use crate::scan;

fn help(beside: &str) -> Option<String> {
    let text = format!(
        r#"
resource "aws_lambda_function" "app" {{
  function_name = "app"
  role          = aws_iam_role.app.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}}
resource "aws_iam_role" "app" {{
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }}] }})
}}
{beside}
"#
    );
    let findings = scan::scan([("main.tf", text.as_str())], &Options::default()).findings;
    findings.into_iter().find(|finding| finding.rule == "missing-logs-permission")?.help
}

fn policy(statement: &str) -> String {
    format!(
        r#"
resource "aws_iam_role_policy" "app" {{
  role   = aws_iam_role.app.id
  policy = jsonencode({{ Version = "2012-10-17", Statement = [{statement}] }})
}}
"#
    )
}

#[test]
fn the_group_is_to_be_created_where_nothing_else_does() {
    let all = "allow `logs:CreateLogGroup`, `logs:CreateLogStream` and `logs:PutLogEvents` on";
    let writing = "allow `logs:CreateLogStream` and `logs:PutLogEvents` on";
    let other = r#"resource "aws_cloudwatch_log_group" "other" { name = "/aws/lambda/other" }"#;
    let own = r#"resource "aws_cloudwatch_log_group" "own" { name = "/aws/lambda/app" }"#;
    let open =
        "variable \"name\" {}\nresource \"aws_cloudwatch_log_group\" \"own\" { name = var.name }";
    let creating = policy(
        r#"{ Effect = "Allow", Action = "logs:CreateLogGroup", Resource = "arn:aws:logs:*:*:*" }"#,
    );
    let denying = policy(r#"{ Effect = "Deny", Action = "logs:CreateLogGroup", Resource = "*" }"#);
    for (beside, expected) in [
        ("", all),
        (other, all),
        (own, writing),
        (open, writing),
        (creating.as_str(), writing),
        (denying.as_str(), writing),
    ] {
        let help = help(beside).unwrap_or_default();
        assert!(help.contains(expected), "{beside}\n{help}");
    }
}
