//! On whose behalf a service may invoke: what is said to write resolves where it is written.

use iacscan_core::Finding;
use iacscan_rules::Options;

use crate::scan;

fn findings(files: &[(&str, &str)]) -> Vec<Finding> {
    scan::scan(files.iter().copied(), &Options::default()).findings
}

/// A module with a function that anybody's bucket may invoke.
const MODULE: &str = r#"
resource "aws_lambda_function" "app" {
  function_name = "app"
  role          = "arn:aws:iam::123456789012:role/app"
}
resource "aws_lambda_permission" "app" {
  function_name = aws_lambda_function.app.function_name
  action        = "lambda:InvokeFunction"
  principal     = "s3.amazonaws.com"
}
"#;

#[test]
fn the_account_is_what_the_module_declares() {
    let new = "data.aws_caller_identity.current.account_id` (declare `data \
               \"aws_caller_identity\" \"current\" {}`)";
    for (declared, expected) in [
        ("", new),
        ("data \"aws_caller_identity\" \"me\" {}", "data.aws_caller_identity.me.account_id`"),
        ("data \"aws_caller_identity\" \"me\" {\n  count = 2\n}", new),
        ("data \"aws_caller_identity\" \"me\" {\n  provider = aws.other\n}", new),
        (
            "data \"aws_caller_identity\" \"current\" {}",
            "data.aws_caller_identity.current.account_id`",
        ),
    ] {
        let module = format!("{MODULE}{declared}\n");
        let call = "module \"app\" {\n  source = \"./app\"\n}\n";
        for files in [
            vec![("main.tf", module.as_str())],
            vec![("main.tf", call), ("app/main.tf", module.as_str())],
        ] {
            let found = findings(&files);
            let help = found.into_iter().find_map(|it| it.help).unwrap_or_default();
            let (_, account) = help.split_once("`source_account` as `").unwrap_or_default();
            assert_eq!(account, format!("{expected}."), "{declared}");
        }
    }
    // What the caller declares is not known in the module.
    let call =
        "data \"aws_caller_identity\" \"me\" {}\nmodule \"app\" {\n  source = \"./app\"\n}\n";
    let found = findings(&[("main.tf", call), ("app/main.tf", MODULE)]);
    assert!(found.iter().any(|it| it.help.as_ref().is_some_and(|help| help.contains(new))));
}

const TEMPLATE: &str = "
Parameters: {Name: {Type: String}}
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: {Role: 'arn:aws:iam::123456789012:role/app', Code: {S3Bucket: artifacts, S3Key: app.zip}}
";

/// The permission for the function that the help speaks of.
fn permission(service: &str, properties: &str) -> String {
    format!(
        "  Permission: {{Type: 'AWS::Lambda::Permission', Properties: {{FunctionName: !Ref Function, Action: 'lambda:InvokeFunction', Principal: {service}.amazonaws.com, {properties}}}}}\n"
    )
}

fn rules(text: &str) -> Vec<&'static str> {
    findings(&[("t.yaml", text)]).into_iter().map(|finding| finding.rule).collect()
}

/// A bucket that invokes by a property of its own waits for the permission.
#[test]
fn a_bucket_that_waits_is_known_by_its_name() {
    for (name, expected, source) in [
        ("BucketName: orders, ", "`arn:aws:s3:::orders`", "'arn:aws:s3:::orders'"),
        (
            "BucketName: !Ref Name, ",
            "`!Sub \"arn:aws:s3:::${Name}\"`",
            "!Sub \"arn:aws:s3:::${Name}\"",
        ),
        (
            "",
            "`!Sub \"arn:${AWS::Partition}:s3:::BUCKET\"` (with a name that `BucketName` gives `Bucket`: a reference would \
             be a circle)",
            "",
        ),
    ] {
        let bucket = |name: &str, wait: &str| {
            format!(
                "  Bucket: {{Type: 'AWS::S3::Bucket', {wait}Properties: {{{name}NotificationConfiguration: {{LambdaConfigurations: [{{Event: 's3:ObjectCreated:*', Function: !GetAtt Function.Arn}}]}}}}}}\n"
            )
        };
        let text = format!("{TEMPLATE}{}", bucket(name, ""));
        let help = findings(&[("t.yaml", &text)]).into_iter().find_map(|it| it.help);
        let help = help.unwrap_or_default();
        let limits = format!(
            "`SourceArn` as {expected} and `SourceAccount` as `!Ref AWS::AccountId`. Let `Bucket` \
             wait for the permission with `DependsOn`: AWS refuses `Bucket` until it is permitted."
        );
        assert!(help.ends_with(&limits), "{help}");
        let (name, source) = match source {
            "" => ("BucketName: bills, ", "'arn:aws:s3:::bills'"),
            source => (name, source),
        };
        let limits = format!("SourceArn: {source}, SourceAccount: !Ref AWS::AccountId");
        let mended = format!(
            "{TEMPLATE}{}{}",
            bucket(name, "DependsOn: Permission, "),
            permission("s3", &limits)
        );
        assert_eq!(rules(&mended), Vec::<&str>::new(), "{mended}");
    }
}

#[test]
fn what_a_trigger_names_is_no_word_in_capitals() {
    for (trigger, service, expected) in [
        (
            "Type: 'AWS::Logs::SubscriptionFilter', Properties: {LogGroupName: /aws/lambda/orders, FilterPattern: '', DestinationArn: !GetAtt Function.Arn}",
            "logs",
            "!Sub \"arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/orders:*\"",
        ),
        (
            "Type: 'AWS::SNS::Subscription', Properties: {TopicArn: 'arn:aws:sns:eu-west-1:123456789012:orders', Protocol: lambda, Endpoint: !GetAtt Function.Arn}",
            "sns",
            "arn:aws:sns:eu-west-1:123456789012:orders",
        ),
        (
            "Type: 'AWS::ApiGatewayV2::Integration', Properties: {ApiId: abc123, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Function.Arn}",
            "apigateway",
            "!Sub \"arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:abc123/*/*\"",
        ),
    ] {
        let text = format!("{TEMPLATE}  Trigger: {{{trigger}}}\n");
        let help = findings(&[("t.yaml", &text)]).into_iter().find_map(|it| it.help);
        let help = help.unwrap_or_default();
        assert!(help.contains(&format!("`SourceArn` as `{expected}`.")), "{help}");
        let mended = text + &permission(service, &format!("SourceArn: {expected}"));
        assert_eq!(rules(&mended), Vec::<&str>::new(), "{mended}");
    }
}

/// A permission beside another that lets the same source invoke the same function is one too many.
#[test]
fn a_permission_that_another_makes_needless_is_to_be_removed() {
    let help = |other: &str| {
        let text = format!(
            r#"
resource "aws_lambda_function" "app" {{
  function_name = "app"
  role          = "arn:aws:iam::123456789012:role/app"
  filename      = "app.zip"
}}
resource "aws_cloudwatch_event_rule" "daily" {{ schedule_expression = "rate(1 day)" }}
resource "aws_cloudwatch_event_target" "daily" {{
  rule = aws_cloudwatch_event_rule.daily.name
  arn  = aws_lambda_function.app.arn
}}
resource "aws_lambda_permission" "open" {{
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.app.function_name
  principal     = "events.amazonaws.com"
}}
resource "aws_lambda_permission" "daily" {{
  function_name = aws_lambda_function.app.function_name
  {other}
}}
"#
        );
        let found = scan::scan([("main.tf", text.as_str())], &Options::default()).findings;
        let of_rule = found.into_iter().filter(|it| it.rule == "invoke-permission-without-source");
        let open = of_rule.filter(|it| it.fingerprint == "aws_lambda_permission.open");
        open.filter_map(|finding| finding.help).collect::<String>()
    };
    let source = "source_arn = aws_cloudwatch_event_rule.daily.arn";
    let invoke = "action = \"lambda:InvokeFunction\"\n  principal = \"events.amazonaws.com\"";
    assert_eq!(
        help(&format!("{invoke}\n  {source}")),
        "Remove it: `aws_lambda_permission.daily` lets `aws_cloudwatch_event_rule.daily` invoke the \
         function already."
    );
    let added = "Add `source_arn` as `aws_cloudwatch_event_rule.daily.arn`.";
    for other in [
        invoke.to_owned(),
        format!("{invoke}\n  {source}\n  qualifier = \"live\""),
        format!("{}\n  {source}", invoke.replace("events", "s3")),
        format!("{invoke}\n  source_arn = \"arn:aws:events:eu-west-1:123456789012:rule/x\""),
        format!("{invoke}\n  {source}\n  count = var.all ? 1 : 0"),
    ] {
        assert_eq!(help(&other), added, "{other}");
    }
}
