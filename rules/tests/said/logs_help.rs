//! What the help for logs tells one to allow, by what creates the log group.

use iacscan_rules::Options;

use crate::scan;

fn help(beside: &str) -> Option<String> {
    help_of("missing-logs-permission", beside)
}

fn help_of(rule: &str, beside: &str) -> Option<String> {
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
    findings.into_iter().find(|finding| finding.rule == rule)?.help
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

/// Which region a function at the edge writes its logs in is up to who asks.
#[test]
fn logs_of_the_edge_are_in_any_region() {
    let text = r#"
resource "aws_lambda_function" "app" {
  function_name = "app"
  role          = aws_iam_role.app.arn
  filename      = "app.zip"
  publish       = true
}
resource "aws_iam_role" "app" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] } }] })
}
resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], Resource = "arn:aws:logs:us-east-1:*:log-group:/aws/lambda/app:*" }] })
}
resource "aws_cloudfront_distribution" "web" {
  default_cache_behavior {
    lambda_function_association {
      event_type = "viewer-request"
      lambda_arn = aws_lambda_function.app.qualified_arn
    }
  }
}
"#;
    let findings = scan::scan([("main.tf", text)], &Options::default()).findings;
    let mismatch = findings.iter().find(|finding| finding.rule == "logs-resource-mismatch");
    assert_eq!(
        mismatch.map(|finding| finding.message.as_str()),
        Some(
            "function `aws_lambda_function.app` cannot write logs: role `aws_iam_role.app` allows \
             `logs:CreateLogStream` and `logs:PutLogEvents` on other log groups than \
             `arn:aws:logs:*:ACCOUNT:log-group:/aws/lambda/us-east-1.app:*`"
        )
    );
}

/// What several roles share names the log groups of several functions.
#[test]
fn the_group_of_one_function_is_named_for_its_role_alone() {
    let module = format!(
        r#"
variable "name" {{}}
resource "aws_lambda_function" "app" {{
  function_name = var.name
  role          = aws_iam_role.app.arn
  filename      = "app.zip"
}}
resource "aws_iam_role" "app" {{
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }}] }})
}}
{}"#,
        policy(
            r#"{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*" }"#
        )
    );
    let call = |name: &str| {
        format!("module \"{name}\" {{\n  source = \"./app\"\n  name   = \"{name}\"\n}}\n")
    };
    for (root, expected) in [
        (call("one"), ":log-group:/aws/lambda/one:*`"),
        (call("one") + &call("two"), ":log-group:LOG_GROUP_NAME:*`"),
    ] {
        let files = [("main.tf", root.as_str()), ("app/main.tf", module.as_str())];
        let findings = scan::scan(files, &Options::default()).findings;
        let found: Vec<_> = findings.iter().filter(|it| it.rule == "wildcard-resource").collect();
        let [only] = found.as_slice() else { panic!("{found:#?}") };
        assert!(only.help.as_deref().unwrap().contains(expected), "{only:#?}");
    }
}

/// CloudFormation ends the names that it generates with random characters.
#[test]
fn a_generated_name_is_told_by_its_end() {
    let certain = Some(
        "Write `!Sub \"arn:aws:logs:*:*:log-group:/aws/lambda/${AWS::StackName}-Orders-*:*\"`.",
    );
    let cases = [
        ("${AWS::StackName}-Orders:*", certain),
        ("${Env}-Orders:*", certain),
        ("other:*", certain),
        ("Orders:*", certain),
        ("Orders:log-stream:*", certain),
        ("${AWS::StackName}-Orders-1A2B3C4D:*", None),
        ("other-function:*", None),
        ("${AWS::StackName}:*", None),
        ("${Env}:*", None),
        // `Env` may be `*:log`.
        ("${Env}-stream:*", None),
        ("${!aws:PrincipalTag/app-id}:*", None),
        ("${AWS::StackName}-Orders*", None),
        ("${AWS::StackName}-Orders-*:*", None),
        ("${AWS::StackName}-Order?:*", None),
    ];
    let template = |name: &str, of_function: &str, more: &str| {
        format!(
            r#"
Parameters:
  Env: {{Type: String}}
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      {of_function}
      Role: !GetAtt Role.Arn
      Runtime: python3.13
      Handler: app.handler
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: "sts:AssumeRole"}}]
      Policies:
        - PolicyName: logs
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
                Resource:
                  - !Sub "arn:aws:logs:*:*:log-group:/aws/lambda/{name}"
                  {more}
"#
        )
    };
    let help = |text: &str| {
        let findings = scan::scan([("t.yaml", text)], &Options::default()).findings;
        let about_logs = ["logs-resource-mismatch", "missing-logs-permission"];
        let found = findings.into_iter().find(|finding| about_logs.contains(&finding.rule))?;
        assert_eq!(found.rule, "logs-resource-mismatch");
        found.help
    };
    for (name, expected) in cases {
        assert_eq!(help(&template(name, "", "")).as_deref(), expected, "{name}");
    }
    for (of_function, more) in [
        ("FunctionName: !Sub \"${Env}-Orders\"", ""),
        ("FunctionName: !Ref Env", ""),
        ("LoggingConfig: {LogGroup: !Ref Env}", ""),
        ("", "- \"arn:aws:logs:*:*:log-group:/aws/lambda/*:*\""),
        ("", "- !Ref Env"),
    ] {
        let text = template("${Env}-Orders:*", of_function, more);
        assert_eq!(help(&text), None, "{of_function} {more}");
    }
}

#[test]
fn the_groups_of_a_function_at_the_edge_are_named_as_they_are_there() {
    let distribution = r#"
resource "aws_cloudwatch_log_group" "own" { name = "/aws/lambda/app" }
resource "aws_cloudfront_distribution" "site" {
  default_cache_behavior {
    lambda_function_association {
      event_type = "viewer-request"
      lambda_arn = aws_lambda_function.app.qualified_arn
    }
  }
}
"#;
    let help = help(distribution).unwrap_or_default();
    assert!(
        help.ends_with(
            "allow `logs:CreateLogGroup`, `logs:CreateLogStream` and `logs:PutLogEvents` on \
             `arn:aws:logs:*:*:log-group:/aws/lambda/us-east-1.app:*`."
        ),
        "{help}"
    );
}

/// A reference to what waits for the function would keep the function from waiting for the policy.
#[test]
fn a_group_that_waits_for_the_function_is_named_by_its_arn() {
    for (name, expected) in [
        ("/aws/lambda/app", "`\"${aws_cloudwatch_log_group.own.arn}:*\"`"),
        (
            "/aws/lambda/${aws_lambda_function.app.function_name}",
            "`arn:aws:logs:REGION:ACCOUNT:log-group:/aws/lambda/app:*`",
        ),
    ] {
        let beside = policy(
            r#"{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*" }"#,
        );
        let text = format!(
            "{beside}resource \"aws_cloudwatch_log_group\" \"own\" {{\n  name = \"{name}\"\n}}\n"
        );
        let help = help_of("wildcard-resource", &text).unwrap_or_default();
        assert!(help.starts_with(&format!("Name the resources: {expected}")), "{help}");
    }
}

/// A function writes to its own log group, whatever other groups stand beside it.
#[test]
fn the_own_group_is_named_for_writing_logs() {
    let second = r#"
resource "aws_lambda_function" "second" {
  function_name = "second"
  role          = aws_iam_role.app.arn
  filename      = "app.zip"
}
"#;
    let group = |label: &str, name: &str| {
        format!("resource \"aws_cloudwatch_log_group\" \"{label}\" {{\n  name = \"{name}\"\n}}\n")
    };
    let (other, own) = (group("other", "/ecs/app"), group("own", "/aws/lambda/app"));
    let of_second = group("second", "/aws/lambda/second");
    let of_label = |label: &str| format!("`\"${{aws_cloudwatch_log_group.{label}.arn}}:*\"`");
    let form = |name: &str| format!("`arn:aws:logs:REGION:ACCOUNT:log-group:/aws/lambda/{name}:*`");
    for (beside, expected) in [
        (other.clone(), form("app")),
        (other.clone() + &own, of_label("own")),
        (own.clone() + second, format!("{} and {}", of_label("own"), form("second"))),
        (other.clone() + second, form("FUNCTION_NAME")),
        (own + &of_second + second, format!("{} and {}", of_label("own"), of_label("second"))),
    ] {
        let policy = policy(
            r#"{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*" }"#,
        );
        let help = help_of("wildcard-resource", &format!("{policy}{beside}")).unwrap_or_default();
        let expected = format!(
            "Name the resources: {expected} for `logs:CreateLogStream` and `logs:PutLogEvents`."
        );
        assert!(help.starts_with(&expected), "{beside}\n{help}");
    }
}
