//! What findings about who may invoke a function tell one to write.

use iacscan_core::Finding;
use iacscan_rules::Options;

use crate::scan;

const TEMPLATE: &str = "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: python3.13
      Handler: app.handler
      Code: {S3Bucket: artifacts, S3Key: app.zip}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
";

const MODULE: &str = r#"
resource "aws_lambda_function" "app" {
  function_name = "app"
  role          = "arn:aws:iam::123456789012:role/app"
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}
"#;

/// The only finding of a rule about these resources beside a function.
pub(super) fn found(path: &str, resources: &str, rule: &str) -> Finding {
    let start = if path.ends_with(".tf") { MODULE } else { TEMPLATE };
    let text = format!("{start}{resources}");
    let findings = scan::scan([(path, text.as_str())], &Options::default()).findings;
    let mut of_rule: Vec<Finding> = findings.into_iter().filter(|it| it.rule == rule).collect();
    assert_eq!(of_rule.len(), 1, "{resources}");
    of_rule.remove(0)
}

#[test]
fn a_source_is_added_in_the_module_that_has_the_permission() {
    let module = format!(
        "variable \"service\" {{}}\n{MODULE}resource \"aws_lambda_permission\" \"app\" {{\n  action = \"lambda:InvokeFunction\"\n  function_name = aws_lambda_function.app.function_name\n  principal = var.service\n}}\n"
    );
    let help = |files: &[(&str, &str)]| {
        let findings = scan::scan(files.iter().copied(), &Options::default()).findings;
        let mut found =
            findings.into_iter().filter(|it| it.rule == "invoke-permission-without-source");
        found.next().and_then(|finding| finding.help).unwrap_or_default()
    };
    let call = "module \"app\" {\n  source  = \"./app\"\n  service = \"sns.amazonaws.com\"\n}\n";
    assert_eq!(
        help(&[("main.tf", call), ("app/main.tf", &module)]),
        "Add `source_arn` as `arn:aws:sns:REGION:ACCOUNT:TOPIC` (with your own values for `REGION`, `ACCOUNT` and `TOPIC`) to `aws_lambda_permission.app`, \
         through an input of its module where only the caller knows the source."
    );
    let call = "module \"app\" {\n  source = \"./app\"\n}\n";
    let written = module.replace("var.service", "\"sns.amazonaws.com\"");
    assert_eq!(
        help(&[("main.tf", call), ("app/main.tf", &written)]),
        "Add `source_arn` as `arn:aws:sns:REGION:ACCOUNT:TOPIC` (with your own values for `REGION`, `ACCOUNT` and `TOPIC`)."
    );
    // Each call has a source of its own.
    let two = format!("{call}{}", call.replace("\"app\"", "\"other\""));
    assert_eq!(
        help(&[("main.tf", &two), ("app/main.tf", &written)]),
        "Add `source_arn` as `arn:aws:sns:REGION:ACCOUNT:TOPIC` (with your own values for `REGION`, `ACCOUNT` and `TOPIC`) to `aws_lambda_permission.app`, \
         through an input of its module where only the caller knows the source."
    );
}

#[test]
fn a_url_by_default_is_shown_at_the_input_that_makes_it() {
    let shown = |argument: &str| {
        let text = format!(
            "module \"app\" {{\n  source = \"terraform-aws-modules/lambda/aws\"\n  function_name = \"a\"\n  create_lambda_function_url = true\n{argument}\n}}\n"
        );
        let findings = scan::scan([("main.tf", text.as_str())], &Options::default()).findings;
        let found = findings.into_iter().find(|it| it.rule == "function-url-without-auth");
        let label = found.and_then(|found| found.labels.into_iter().next());
        label.map(|label| (text.get(label.span.range()).unwrap_or_default().to_owned(), label.text))
    };
    let (place, says) = shown("").unwrap_or_default();
    assert_eq!(place, "create_lambda_function_url = true");
    assert_eq!(says, "the module's default for `authorization_type` is `NONE`, which asks nobody");
    let (place, says) = shown("authorization_type = \"NONE\"").unwrap_or_default();
    assert_eq!((place.as_str(), says.as_str()), ("\"NONE\"", "asks nobody who they are"));
    assert_eq!(shown("authorization_type = \"AWS_IAM\""), None);
}

#[test]
fn a_trigger_tells_the_source_of_its_permission() {
    let uri = "!Sub 'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations'";
    let api = "  Api: {Type: 'AWS::ApiGateway::RestApi', Properties: {Name: a}}\n";
    let cases = [
        (
            "t.yaml",
            format!("{api}  Method: {{Type: 'AWS::ApiGateway::Method', Properties: {{RestApiId: !Ref Api, HttpMethod: GET, ResourceId: r, Integration: {{Type: AWS_PROXY, Uri: {uri}}}}}}}\n"),
            "      SourceArn: !Sub \"arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*\"",
        ),
        (
            "t.yaml",
            "  Api: {Type: 'AWS::ApiGatewayV2::Api', Properties: {Name: a}}\n  Integration: {Type: 'AWS::ApiGatewayV2::Integration', Properties: {ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Function.Arn}}\n".to_owned(),
            "      SourceArn: !Sub \"arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*\"",
        ),
        (
            "t.yaml",
            "  Bucket: {Type: 'AWS::S3::Bucket', Properties: {NotificationConfiguration: {LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: !GetAtt Function.Arn}]}}}\n".to_owned(),
            "`SourceArn` as `!Sub \"arn:${AWS::Partition}:s3:::BUCKET\"` (with a name that `BucketName` gives `Bucket`: a reference would be a circle) and `SourceAccount` as `!Ref AWS::AccountId`. Let `Bucket` wait for the permission with `DependsOn`: AWS refuses `Bucket` until it is permitted.",
        ),
        (
            "t.yaml",
            "  Topic: {Type: 'AWS::SNS::Topic'}\n  Sub: {Type: 'AWS::SNS::Subscription', Properties: {TopicArn: !Ref Topic, Protocol: lambda, Endpoint: !GetAtt Function.Arn}}\n".to_owned(),
            "      SourceArn: !Ref Topic",
        ),
        (
            "t.yaml",
            "  Group: {Type: 'AWS::Logs::LogGroup'}\n  Filter: {Type: 'AWS::Logs::SubscriptionFilter', Properties: {LogGroupName: !Ref Group, FilterPattern: '', DestinationArn: !GetAtt Function.Arn}}\n".to_owned(),
            " to invoke the function. Let `Filter` wait for the permission with `DependsOn`: AWS refuses `Filter` until it is permitted.\nIn `Resources`:\n  FilterPermission:\n    Type: AWS::Lambda::Permission\n    Properties:\n      Action: lambda:InvokeFunction\n      FunctionName: !Ref Function\n      Principal: logs.amazonaws.com\n      SourceArn: !GetAtt Group.Arn",
        ),
        (
            "t.yaml",
            "  Rotation: {Type: 'AWS::SecretsManager::RotationSchedule', Properties: {SecretId: s, RotationLambdaARN: !GetAtt Function.Arn}}\n".to_owned(),
            "      Principal: secretsmanager.amazonaws.com\n      SourceAccount: !Ref AWS::AccountId",
        ),
        (
            "main.tf",
            "resource \"aws_api_gateway_rest_api\" \"a\" {\n  name = \"a\"\n}\nresource \"aws_api_gateway_integration\" \"i\" {\n  rest_api_id = aws_api_gateway_rest_api.a.id\n  uri = aws_lambda_function.app.invoke_arn\n}\n".to_owned(),
            "    source_arn    = \"${aws_api_gateway_rest_api.a.execution_arn}/*/*\"\n  }",
        ),
        (
            "main.tf",
            "resource \"aws_apigatewayv2_api\" \"a\" {\n  name = \"a\"\n}\nresource \"aws_apigatewayv2_integration\" \"i\" {\n  api_id = aws_apigatewayv2_api.a.id\n  integration_uri = aws_lambda_function.app.invoke_arn\n}\n".to_owned(),
            "    source_arn    = \"${aws_apigatewayv2_api.a.execution_arn}/*/*\"\n  }",
        ),
        (
            "main.tf",
            "resource \"aws_s3_bucket\" \"b\" {}\nresource \"aws_s3_bucket_notification\" \"n\" {\n  bucket = aws_s3_bucket.b.id\n  lambda_function {\n    lambda_function_arn = aws_lambda_function.app.arn\n    events = [\"s3:ObjectCreated:*\"]\n  }\n}\n".to_owned(),
            "`source_arn` as `aws_s3_bucket.b.arn` and `source_account` as `data.aws_caller_identity.current.account_id` (declare `data \"aws_caller_identity\" \"current\" {}`). Let `aws_s3_bucket_notification.n` wait for the permission with `depends_on`: AWS refuses `aws_s3_bucket_notification.n` until it is permitted.",
        ),
        (
            "main.tf",
            "resource \"aws_cloudwatch_event_rule\" \"r\" {\n  schedule_expression = \"rate(1 hour)\"\n}\nresource \"aws_cloudwatch_event_target\" \"t\" {\n  rule = aws_cloudwatch_event_rule.r.name\n  arn  = aws_lambda_function.app.arn\n}\n".to_owned(),
            "    source_arn    = aws_cloudwatch_event_rule.r.arn\n  }",
        ),
        (
            "main.tf",
            "resource \"aws_cloudwatch_log_subscription_filter\" \"f\" {\n  name = \"f\"\n  log_group_name  = \"other\"\n  filter_pattern = \"\"\n  destination_arn = aws_lambda_function.app.arn\n}\n".to_owned(),
            "`source_arn` as `arn:aws:logs:REGION:ACCOUNT:log-group:other:*` (with your own values for `REGION` and `ACCOUNT`). Let `aws_cloudwatch_log_subscription_filter.f` wait for the permission with `depends_on`: AWS refuses `aws_cloudwatch_log_subscription_filter.f` until it is permitted.",
        ),
    ];
    for (path, resources, expected) in cases {
        let finding = found(path, &resources, "trigger-without-invoke-permission");
        let advice = finding.advice().unwrap();
        assert!(advice.ends_with(expected), "{resources}\n{advice}");
    }
}

#[test]
fn a_permission_tells_its_source() {
    let api = "  Api: {Type: 'AWS::ApiGatewayV2::Api', Properties: {Name: a}}\n  Integration: {Type: 'AWS::ApiGatewayV2::Integration', Properties: {ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Function.Arn}}\n";
    let cases = [
        (
            api,
            "apigateway",
            "Add `SourceArn` as `!Sub \"arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*\"`.",
        ),
        (
            "",
            "apigateway",
            "Add `SourceArn` as `!Sub \"arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:API_ID/*/*\"` (with your own value for `API_ID`).",
        ),
        (
            "",
            "s3",
            "Add `SourceArn` as `!Sub \"arn:${AWS::Partition}:s3:::BUCKET\"` (with your own value for `BUCKET`) and `SourceAccount` as `!Ref AWS::AccountId`.",
        ),
        ("", "config", "Add `SourceAccount` as `!Ref AWS::AccountId`."),
        ("", "secretsmanager", "Add `SourceAccount` as `!Ref AWS::AccountId`."),
        (
            "",
            "logs.eu-west-1",
            "Add `SourceArn` as `!Sub \"arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:GROUP:*\"` (with your own value for `GROUP`), or for all log groups of the \
             account `SourceAccount` as `!Ref AWS::AccountId`.",
        ),
        (
            "",
            "states.eu-west-1",
            "Remove the permission: `states.eu-west-1` invokes functions with a role of its own, which must allow `lambda:InvokeFunction`.",
        ),
        (
            "",
            "lex",
            "Add `SourceArn` as the ARN of what invokes it, or `SourceAccount` as `!Ref AWS::AccountId`.",
        ),
    ];
    for (others, service, expected) in cases {
        let resources = format!(
            "{others}  Permission: {{Type: 'AWS::Lambda::Permission', Properties: {{FunctionName: !Ref Function, Action: 'lambda:InvokeFunction', Principal: {service}.amazonaws.com}}}}\n"
        );
        let help = found("t.yaml", &resources, "invoke-permission-without-source").help;
        assert_eq!(help.as_deref(), Some(expected), "{service}");
    }
}

/// The definition of an API may lie elsewhere.
#[test]
fn the_only_api_beside_a_permission_is_its_source() {
    let api = |name: &str, more: &str| {
        format!(
            "  {name}: {{Type: 'AWS::ApiGateway::RestApi', {more}Properties: {{BodyS3Location: {{Bucket: b, Key: k}}}}}}\n"
        )
    };
    let arn = "Add `SourceArn` as `!Sub \"arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:";
    let placeholder = format!("{arn}API_ID/*/*\"` (with your own value for `API_ID`).");
    for (apis, service, expected) in [
        (api("A", ""), "apigateway", format!("{arn}${{A}}/*/*\"`, if it is `A` that invokes it.")),
        (api("A", "") + &api("B", ""), "apigateway", placeholder.clone()),
        (api("A", "DependsOn: Permission, "), "apigateway", placeholder.clone()),
        (api("A", "Condition: C, "), "apigateway", placeholder),
        (api("A", ""), "sns", "Add `SourceArn` as `!Sub \"arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:TOPIC\"` (with your own value for `TOPIC`).".to_owned()),
    ] {
        let resources = format!(
            "{apis}  Permission: {{Type: 'AWS::Lambda::Permission', Properties: {{FunctionName: !Ref Function, Action: 'lambda:InvokeFunction', Principal: {service}.amazonaws.com}}}}\nConditions: {{C: !Equals [!Ref AWS::Region, a]}}\n"
        );
        let help = found("t.yaml", &resources, "invoke-permission-without-source").help;
        assert_eq!(help, Some(expected), "{apis}");
    }
    let api = "resource \"aws_api_gateway_rest_api\" \"a\" {\n  body = file(\"api.json\")\n}\n";
    let permission = "resource \"aws_lambda_permission\" \"p\" {\n  action = \"lambda:InvokeFunction\"\n  function_name = aws_lambda_function.app.function_name\n  principal = \"apigateway.amazonaws.com\"\n}\n";
    let found = found("main.tf", &format!("{api}{permission}"), "invoke-permission-without-source");
    assert_eq!(
        found.help.as_deref(),
        Some(
            "Add `source_arn` as `\"${aws_api_gateway_rest_api.a.execution_arn}/*/*\"`, if it is \
             `aws_api_gateway_rest_api.a` that invokes it."
        )
    );
}

#[test]
fn what_everybody_may_is_told_by_the_action() {
    let cases = [
        (
            "Action: 'lambda:InvokeFunction'",
            "anybody with an AWS account may invoke function `Function`",
        ),
        (
            "Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: AWS_IAM",
            "this permission opens the URL of function `Function` to signed requests from every AWS account, as far as its own policies allow them",
        ),
        (
            "Action: 'lambda:InvokeFunctionUrl'",
            "this permission opens the URL of function `Function` to every AWS account",
        ),
        (
            "Action: 'lambda:*', SourceArn: '*'",
            "anybody with an AWS account may invoke function `Function`",
        ),
        (
            "Action: !If [Url, 'lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']",
            "a permission for function `Function` is open to every AWS account",
        ),
    ];
    for (action, expected) in cases {
        let resources = format!(
            "  Permission: {{Type: 'AWS::Lambda::Permission', Properties: {{FunctionName: !Ref Function, {action}, Principal: '*'}}}}\n"
        );
        assert_eq!(found("t.yaml", &resources, "public-invoke-permission").message, expected);
    }
}

#[test]
fn a_url_is_shown_with_what_makes_it_grave() {
    let statement = |action: &str, resource: &str| {
        format!(
            "  Policy: {{Type: 'AWS::IAM::RolePolicy', Properties: {{RoleName: !Ref Role, PolicyName: p, PolicyDocument: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Action: {action}, Resource: {resource}}}]}}}}}}\n"
        )
    };
    let url = "  Url: {Type: 'AWS::Lambda::Url', Properties: {TargetFunctionArn: !Ref Function, AuthType: NONE}}\n";
    for (action, resource, shown) in [
        ("'sqs:SendMessage'", "'arn:aws:sqs:eu-west-1:123456789012:jobs'", None),
        ("['s3:*', 'sqs:SendMessage']", "'arn:aws:s3:::b/*'", Some("'s3:*'")),
    ] {
        let resources = format!("{}{url}", statement(action, resource));
        let finding = found("t.yaml", &resources, "function-url-without-auth");
        let text = format!("{TEMPLATE}{resources}");
        let label = finding.labels.iter().find(|it| it.text == "more than it should allow");
        let label = label.map(|label| text.get(label.span.range()).unwrap_or_default());
        assert_eq!(label, shown, "{action}");
    }
    let help = found("t.yaml", url, "function-url-without-auth").help.unwrap_or_default();
    assert_eq!(
        help,
        "Set `AuthType` to `AWS_IAM`. Callers then sign their requests; CloudFront and other \
         accounts need two permissions: `lambda:InvokeFunctionUrl` with `FunctionUrlAuthType` \
         `AWS_IAM` instead of `NONE`, and `lambda:InvokeFunction` with `InvokedViaFunctionUrl` \
         `true`. Browsers cannot sign: let CloudFront do so for them with origin access control \
         (what they post then needs its SHA-256 in `x-amz-content-sha256`), or put an API with an \
         authorizer in the place of the URL. A webhook of another company can do none of this: \
         check its signature in the code, and suppress the finding with that reason."
    );
}

#[test]
fn a_source_that_a_variable_leaves_empty_is_given_at_deployment() {
    let permission = |source: &str| {
        format!(
            "resource \"aws_lambda_permission\" \"app\" {{\n  action = \"lambda:InvokeFunction\"\n  \
             function_name = aws_lambda_function.app.arn\n  principal = \"sns.amazonaws.com\"\n  \
             {source}\n}}\n"
        )
    };
    let variable = |default: &str| format!("variable \"topic\" {{\n  default = {default}\n}}\n");
    let cases = [
        ("", "", true),
        ("\"\"", "source_arn = \"\"", true),
        ("\"\"", "source_arn = var.topic", false),
        ("\"\"", "source_arn = \"${var.topic}\"", false),
        ("\"\"", "source_account = var.topic", false),
        // Left out on purpose.
        ("null", "source_arn = var.topic", true),
    ];
    for (default, source, expected) in cases {
        let text = format!("{MODULE}{}{}", variable(default), permission(source));
        let findings = scan::scan([("main.tf", text.as_str())], &Options::default()).findings;
        let rule = "invoke-permission-without-source";
        assert_eq!(findings.iter().any(|it| it.rule == rule), expected, "{default} {source}");
    }
    let cases = [
        ("", true),
        ("SourceArn: !Ref Given,", false),
        ("SourceAccount: !Ref Given,", false),
        ("SourceArn: '*',", true),
    ];
    for (source, expected) in cases {
        let text = format!(
            "Parameters: {{Given: {{Type: String, Default: ''}}}}{TEMPLATE}  Permission: {{Type: 'AWS::Lambda::Permission', \
             Properties: {{FunctionName: !Ref Function, Action: 'lambda:InvokeFunction', {source} Principal: sns.amazonaws.com}}}}\n"
        );
        let findings = scan::scan([("t.yaml", text.as_str())], &Options::default()).findings;
        let rule = "invoke-permission-without-source";
        assert_eq!(findings.iter().any(|it| it.rule == rule), expected, "{source}");
    }
}

#[test]
fn a_permission_of_an_open_url_is_limited_to_what_comes_through_it() {
    let help = |text: &str, path: &str| {
        let findings = scan::scan([(path, text)], &Options::default()).findings;
        let found = findings.into_iter().find(|it| it.rule == "public-invoke-permission");
        found.and_then(|found| found.help).unwrap_or_default()
    };
    let template = |auth_type: &str, more: &str| {
        format!(
            "Resources:\n  App: {{Type: 'AWS::Lambda::Function', Properties: {{Code: {{ZipFile: a}}, Role: !Ref R}}}}\n  \
             Url: {{Type: 'AWS::Lambda::Url', Properties: {{TargetFunctionArn: !GetAtt App.Arn, AuthType: {auth_type}}}}}\n  \
             Anybody: {{Type: 'AWS::Lambda::Permission', Properties: {{FunctionName: !Ref App, Action: 'lambda:InvokeFunction', Principal: '*'{more}}}}}\n"
        )
    };
    let through = "Set `InvokedViaFunctionUrl` to `true`: the URL of the function, which is open to all, \
                   needs this permission for calls that come through it alone, beside the one for \
                   `lambda:InvokeFunctionUrl` with `FunctionUrlAuthType` set to `NONE`. Without the \
                   URL, remove both.";
    assert_eq!(help(&template("NONE", ""), "t.yaml"), through);
    assert_eq!(help(&template("NONE", ", InvokedViaFunctionUrl: true"), "t.yaml"), "");
    assert!(
        help(&template("AWS_IAM", ""), "t.yaml").starts_with("Write in `Principal` the service")
    );
    let text = r#"
resource "aws_lambda_function" "app" {
  function_name = "app"
  role          = var.role
}
resource "aws_lambda_function_url" "app" {
  function_name      = aws_lambda_function.app.function_name
  authorization_type = "NONE"
}
resource "aws_lambda_permission" "app" {
  function_name = aws_lambda_function.app.function_name
  action        = "lambda:InvokeFunction"
  principal     = "*"
}
"#;
    assert!(help(text, "main.tf").starts_with("Set `invoked_via_function_url` to `true`"));
}

#[test]
fn a_target_group_comes_after_the_permission_that_it_needs() {
    let text = "Resources:\n  App: {Type: 'AWS::Lambda::Function', Properties: {Code: {ZipFile: a}, Role: !Ref R}}\n  \
                Balancer: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref App, Action: 'lambda:InvokeFunction', Principal: elasticloadbalancing.amazonaws.com}}\n";
    let findings = scan::scan([("t.yaml", text)], &Options::default()).findings;
    let found = findings.into_iter().find(|it| it.rule == "invoke-permission-without-source");
    let help = found.and_then(|found| found.help).unwrap_or_default();
    assert_eq!(help, "Add `SourceAccount` as `!Ref AWS::AccountId`.");
}

#[test]
fn an_account_is_taken_from_what_its_module_declares() {
    let help = |data: &str, providers: &str| {
        let module = format!(
            r#"
{data}
resource "aws_s3_bucket" "b" {{}}
resource "aws_lambda_function" "app" {{
  function_name = "app"
  role          = var.role
}}
resource "aws_lambda_permission" "app" {{
  function_name = aws_lambda_function.app.function_name
  action        = "lambda:InvokeFunction"
  principal     = "s3.amazonaws.com"
  source_arn    = aws_s3_bucket.b.arn
}}
"#
        );
        let root = format!(
            "provider \"aws\" {{\n  alias = \"x\"\n}}\nmodule \"m\" {{\n  source = \"./m\"\n{providers}}}\n"
        );
        let files = [("main.tf", root.as_str()), ("m/main.tf", module.as_str())];
        let findings = scan::scan(files, &Options::default()).findings;
        let found = findings.into_iter().find(|it| it.rule == "invoke-permission-without-source");
        found.and_then(|found| found.help).unwrap_or_default()
    };
    let declared = "data \"aws_caller_identity\" \"current\" {}";
    let other = "data \"aws_caller_identity\" \"current\" {\n  provider = aws.y\n}";
    let mapped = "  providers = { aws = aws.x }\n";
    for (data, providers, account) in [
        (declared, "", "`data.aws_caller_identity.current.account_id`:"),
        (declared, mapped, "`data.aws_caller_identity.current.account_id`:"),
        (
            other,
            "",
            "`data.aws_caller_identity.this.account_id` (declare `data \"aws_caller_identity\" \
             \"this\" {}`):",
        ),
        (
            "",
            mapped,
            "`data.aws_caller_identity.current.account_id` (declare `data \"aws_caller_identity\" \
             \"current\" {}`):",
        ),
    ] {
        let help = help(data, providers);
        assert!(help.starts_with(&format!("Add `source_account` as {account}")), "{help}");
    }
}

#[test]
fn the_account_of_a_bucket_that_is_not_known_is_asked_for() {
    let terraform = |source: &str| {
        format!(
            "variable \"source\" {{}}\n{MODULE}resource \"aws_lambda_permission\" \"app\" {{\n  \
             action = \"lambda:InvokeFunction\"\n  function_name = \
             aws_lambda_function.app.function_name\n  {source}\n}}\n"
        )
    };
    let template = |source: &str| {
        format!(
            "Parameters: {{Given: {{Type: String}}}}{TEMPLATE}  Permission: {{Type: 'AWS::Lambda::Permission', \
             Properties: {{FunctionName: !Ref Function, Action: 'lambda:InvokeFunction', {source}}}}}\n"
        )
    };
    for (path, text, expected) in [
        ("main.tf", terraform("principal = \"s3.amazonaws.com\"\n  source_arn = var.source"), true),
        (
            "main.tf",
            terraform(
                "principal = \"s3.amazonaws.com\"\n  source_arn = var.source\n  \
                 source_account = var.source",
            ),
            false,
        ),
        (
            "main.tf",
            terraform("principal = \"sns.amazonaws.com\"\n  source_arn = var.source"),
            false,
        ),
        ("t.yaml", template("Principal: s3.amazonaws.com, SourceArn: !Ref Given"), true),
        ("t.yaml", template("Principal: sns.amazonaws.com, SourceArn: !Ref Given"), false),
    ] {
        let findings = scan::scan([(path, text.as_str())], &Options::default()).findings;
        let rule = "invoke-permission-without-source";
        assert_eq!(findings.iter().any(|it| it.rule == rule), expected, "{text}");
    }
}

#[test]
fn a_permission_of_an_open_url_is_limited_also_where_the_function_is_elsewhere() {
    let open = "resource \"aws_lambda_permission\" \"url\" {\n  function_name = \"FUNCTION\"\n  \
                action = \"lambda:InvokeFunctionUrl\"\n  principal = \"*\"\n  \
                function_url_auth_type = \"NONE\"\n}\nresource \"aws_lambda_permission\" \"app\" {\n  \
                function_name = \"app\"\n  action = \"lambda:InvokeFunction\"\n  principal = \"*\"\n}\n";
    for (function, expected) in [("app", true), ("other", false)] {
        let text = open.replace("FUNCTION", function);
        let findings = scan::scan([("main.tf", text.as_str())], &Options::default()).findings;
        let found = findings.into_iter().find(|it| it.rule == "public-invoke-permission");
        let help = found.and_then(|found| found.help).unwrap_or_default();
        let limited = help.starts_with("Set `invoked_via_function_url` to `true`");
        assert_eq!(limited, expected, "{help}");
    }
}

#[test]
fn a_device_is_let_in_by_what_names_the_function() {
    let permission = "  Permission: {Type: 'AWS::Lambda::Permission', Properties: {Action: 'lambda:InvokeFunction', FunctionName: !Ref Function, Principal: iot.amazonaws.com}}\n";
    let template = "  Fleet: {Type: 'AWS::IoT::ProvisioningTemplate', Properties: {TemplateBody: '{}', ProvisioningRoleArn: a, PreProvisioningHook: {TargetArn: !GetAtt Function.Arn}}}\n";
    let authorizer = "  Devices: {Type: 'AWS::IoT::Authorizer', Properties: {AuthorizerFunctionArn: !GetAtt Function.Arn}}\n";
    for (beside, expected) in [
        ("", "Add `SourceAccount` as `!Ref AWS::AccountId`."),
        (template, "Add `SourceArn` as `!GetAtt Fleet.TemplateArn`."),
        (authorizer, "Add `SourceArn` as `!GetAtt Devices.Arn`."),
    ] {
        let rule = "invoke-permission-without-source";
        let finding = found("t.yaml", &format!("{permission}{beside}"), rule);
        assert_eq!(finding.help.as_deref(), Some(expected));
    }
}
