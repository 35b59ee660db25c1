//! Which permissions let a trigger invoke its function.

use iacscan_rules::Options;

use crate::scan;

const TEMPLATE: &str = "
Parameters: {Stage: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: {Role: 'arn:aws:iam::123456789012:role/app', Runtime: python3.13, Handler: app.handler, Code: {S3Bucket: artifacts, S3Key: app.zip}}
  Alias: {Type: 'AWS::Lambda::Alias', Properties: {FunctionName: !Ref Function, FunctionVersion: '1', Name: live}}
  Topic: {Type: 'AWS::SNS::Topic'}
  Other: {Type: 'AWS::SNS::Topic'}
  Named: {Type: 'AWS::SNS::Topic', Properties: {TopicName: orders}}
  Rule: {Type: 'AWS::Events::Rule', Properties: {EventBusName: bus, Name: hourly}}
";

/// The conditions of the findings of the rule where a topic or a rule invokes `target`.
fn found(service: &str, target: &str, permission: &str) -> Vec<Option<String>> {
    let trigger = match service {
        "events" => format!(
            "  Timer: {{Type: 'AWS::Events::Rule', Properties: {{EventBusName: bus, Name: daily, Targets: [{{Id: a, Arn: {target}}}]}}}}"
        ),
        _ => format!(
            "  Subscription: {{Type: 'AWS::SNS::Subscription', Properties: {{TopicArn: !Ref {service}, Protocol: lambda, Endpoint: {target}}}}}"
        ),
    };
    let text = format!("{TEMPLATE}{trigger}\n  Permission: {{Type: {permission}}}\n");
    let findings = scan::scan([("t.yaml", text.as_str())], &Options::default()).findings;
    let of_rule = findings.into_iter().filter(|it| it.rule == "trigger-without-invoke-permission");
    of_rule.map(|finding| finding.when).collect()
}

#[test]
fn a_permission_is_for_a_service_a_source_and_a_qualifier() {
    let (arn, alias) = ("!GetAtt Function.Arn", "!Ref Alias");
    let sns = "Principal: sns.amazonaws.com";
    let cases = [
        ("Topic", arn, sns.to_owned(), true),
        ("Topic", arn, "Principal: '*'".into(), true),
        ("Topic", arn, "Principal: !Ref Stage".into(), true),
        ("Topic", arn, "Principal: !Sub 'sns.${AWS::Region}.amazonaws.com'".into(), true),
        ("Topic", arn, "Principal: !Sub 'logs.${AWS::Region}.amazonaws.com'".into(), false),
        ("Topic", arn, "Principal: '123456789012'".into(), false),
        ("Topic", arn, "Principal: !Ref AWS::AccountId".into(), false),
        ("Topic", arn, "Principal: '*', InvokedViaFunctionUrl: true".into(), false),
        ("Topic", arn, format!("{sns}, SourceArn: !Ref Topic"), true),
        ("Topic", arn, format!("{sns}, SourceArn: !Ref Stage"), true),
        ("Topic", arn, format!("{sns}, SourceArn: !Ref Other"), false),
        ("Topic", arn, format!("{sns}, SourceArn: 'arn:aws:sns:eu-west-1:123456789012:x'"), true),
        ("Named", arn, format!("{sns}, SourceArn: 'arn:aws:sns:eu-west-1:123456789012:orders'"), true),
        ("Named", arn, format!("{sns}, SourceArn: 'arn:aws:sns:eu-west-1:123456789012:x'"), false),
        ("Named", arn, format!("{sns}, SourceArn: 'arn:aws:sns:*:*:*'"), true),
        ("events", arn, "Principal: events.amazonaws.com, SourceArn: !GetAtt Timer.Arn".into(), true),
        ("events", arn, "Principal: events.amazonaws.com, SourceArn: 'arn:aws:events:eu-west-1:123456789012:rule/bus/daily'".into(), true),
        ("events", arn, "Principal: events.amazonaws.com, SourceArn: 'arn:aws:events:eu-west-1:123456789012:rule/bus/hourly'".into(), false),
        ("events", arn, "Principal: events.amazonaws.com, SourceArn: !GetAtt Rule.Arn".into(), false),
        ("Topic", alias, sns.into(), false),
    ];
    for (service, target, rest, permitted) in cases {
        let permission = format!(
            "'AWS::Lambda::Permission', Properties: {{FunctionName: !Ref Function, Action: 'lambda:InvokeFunction', {rest}}}"
        );
        assert_eq!(
            found(service, target, &permission).is_empty(),
            permitted,
            "{service} {target} {rest}"
        );
    }
    for (target, function, action, permitted) in [
        (alias, "!Ref Alias", "lambda:InvokeFunction", true),
        (alias, "!Sub '${Function}:live'", "lambda:InvokeFunction", true),
        (alias, "!Sub '${Function}:test'", "lambda:InvokeFunction", false),
        (alias, "!Sub '${Function}:${Stage}'", "lambda:InvokeFunction", true),
        (arn, "!Ref Alias", "lambda:InvokeFunction", true),
        (arn, "!Ref Stage", "lambda:InvokeFunction", true),
        (arn, "!Ref Function", "lambda:*", true),
        (arn, "!Ref Function", "lambda:GetFunction", false),
        (arn, "!Ref Function", "lambda:InvokeFunctionUrl", false),
    ] {
        let permission = format!(
            "'AWS::Lambda::Permission', Properties: {{FunctionName: {function}, Action: '{action}', {sns}}}"
        );
        assert_eq!(
            found("Topic", target, &permission).is_empty(),
            permitted,
            "{target} {function} {action}"
        );
    }
}

#[test]
fn a_permission_may_be_there_in_one_branch() {
    let properties = "Properties: {FunctionName: !Ref Function, Action: 'lambda:InvokeFunction', Principal: sns.amazonaws.com}";
    let permission = format!("'AWS::Lambda::Permission', Condition: IsProd, {properties}");
    let when = found("Topic", "!GetAtt Function.Arn", &permission);
    assert_eq!(when, [Some("`IsProd` is false".to_owned())]);
    let target = "!If [IsProd, !GetAtt Function.Arn, !Ref AWS::NoValue]";
    assert!(found("Topic", target, &permission).is_empty());
}

#[test]
fn a_resource_policy_may_permit_anything() {
    let policy = "'AWS::Lambda::ResourcePolicy', Properties: {ResourceArn: !GetAtt Function.Arn, PolicyDocument: {Version: '2012-10-17', Statement: []}}";
    assert!(found("Topic", "!GetAtt Function.Arn", policy).is_empty());
}

/// AWS: "destinationArn for vendor lambda cannot be used with roleArn".
#[test]
fn a_log_subscription_invokes_with_no_role() {
    let help = |role: &str, permitted: bool| {
        let mut text = format!(
            "{TEMPLATE}  Filter: {{Type: 'AWS::Logs::SubscriptionFilter', Properties: {{LogGroupName: /app, FilterPattern: '', DestinationArn: !GetAtt Function.Arn{role}}}}}\n"
        );
        if permitted {
            text += "  Permission: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref Function, Action: 'lambda:InvokeFunction', Principal: logs.amazonaws.com}}\n";
        }
        let findings = scan::scan([("t.yaml", text.as_str())], &Options::default()).findings;
        let of_rule =
            findings.into_iter().find(|it| it.rule == "trigger-without-invoke-permission");
        of_rule.and_then(|finding| finding.help)
    };
    let literal = ", RoleArn: 'arn:aws:iam::123456789012:role/app'";
    let without =
        "Take `RoleArn` out of `Filter`: AWS takes no role where the destination is a function.";
    for (role, refused) in [
        ("", false),
        (literal, true),
        (", RoleArn: !If [IsProd, !Ref Stage, !Ref AWS::NoValue]", false),
    ] {
        let said = help(role, false).unwrap_or_default();
        assert!(said.contains("`lambda:InvokeFunction`"), "{role}: {said}");
        assert_eq!(said.ends_with(without), refused, "{role}: {said}");
    }
    assert_eq!(help(literal, true), None);
}

/// One permission lets all methods of an API invoke a function, and all targets of a rule.
#[test]
fn what_one_permission_lets_through_is_one_finding() {
    let method = |name: &str, api: &str, function: &str| {
        format!(
            "  {name}: {{Type: 'AWS::ApiGateway::Method', Properties: {{RestApiId: !Ref {api}, ResourceId: r, HttpMethod: GET, AuthorizationType: NONE, Integration: {{Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: !Sub 'arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{function}/invocations'}}}}}}\n"
        )
    };
    let rule = |targets: &str| {
        format!("  Timer: {{Type: 'AWS::Events::Rule', Properties: {{Targets: [{targets}]}}}}\n")
    };
    let apis = "  Api: {Type: 'AWS::ApiGateway::RestApi', Properties: {Name: a}}\n  Second: {Type: 'AWS::ApiGateway::RestApi', Properties: {Name: b}}\n";
    let (function, alias) = ("${Function.Arn}", "${Alias}");
    let lambda =
        "{Id: a, Arn: !GetAtt Function.Arn}, {Id: b, Input: '{}', Arn: !GetAtt Function.Arn}";
    let cases = [
        (method("Get", "Api", function), 1, "`Get` cannot", 0),
        (
            [method("Get", "Api", function), method("Put", "Api", function)].concat(),
            1,
            "`Get` and `Put` cannot",
            1,
        ),
        (
            [method("Get", "Api", function), method("Put", "Second", function)].concat(),
            2,
            "`Get` cannot",
            0,
        ),
        (
            [method("Get", "Api", function), method("Put", "Api", alias)].concat(),
            2,
            "`Get` cannot",
            0,
        ),
        (rule(lambda), 1, "`Timer` cannot", 1),
    ];
    for (triggers, count, message, others) in cases {
        let text = format!("{TEMPLATE}{apis}{triggers}");
        let findings = scan::scan([("t.yaml", text.as_str())], &Options::default()).findings;
        let of_rule = findings.iter().filter(|it| it.rule == "trigger-without-invoke-permission");
        let found: Vec<_> = of_rule.collect();
        assert_eq!(found.len(), count, "{triggers}");
        let first = found[0];
        assert!(first.message.starts_with(message), "{}", first.message);
        let labels = first.labels.iter().filter(|label| label.text == "nor is this");
        assert_eq!(labels.count(), others, "{triggers}");
    }
}

/// Each kind of resource that invokes a function, as it is written in both languages, without a
/// permission and with one for its service.
#[test]
fn what_invokes_a_function_needs_a_permission() {
    let templates = [
        (
            "apigateway",
            "Type: 'AWS::ApiGatewayV2::Api', Properties: {Name: a, ProtocolType: HTTP, Target: !GetAtt Function.Arn}",
        ),
        (
            "elasticloadbalancing",
            "Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Function.Arn}]}",
        ),
        (
            "ses",
            "Type: 'AWS::SES::ReceiptRule', Properties: {RuleSetName: a, Rule: {Actions: [{StopAction: {Scope: RuleSet}}, {LambdaAction: {FunctionArn: !GetAtt Function.Arn}}]}}",
        ),
        (
            "config",
            "Type: 'AWS::Config::ConfigRule', Properties: {Source: {Owner: CUSTOM_LAMBDA, SourceIdentifier: !GetAtt Function.Arn}}",
        ),
        (
            "secretsmanager",
            "Type: 'AWS::SecretsManager::RotationSchedule', Properties: {SecretId: a, RotationLambdaARN: !GetAtt Function.Arn}",
        ),
        (
            "logs",
            "Type: 'AWS::Logs::SubscriptionFilter', Properties: {LogGroupName: a, FilterPattern: '', DestinationArn: !GetAtt Function.Arn}",
        ),
        (
            "iot",
            "Type: 'AWS::IoT::TopicRule', Properties: {TopicRulePayload: {Sql: s, Actions: [{Lambda: {FunctionArn: !GetAtt Function.Arn}}]}}",
        ),
        (
            "iot",
            "Type: 'AWS::IoT::Authorizer', Properties: {AuthorizerFunctionArn: !GetAtt Function.Arn}",
        ),
        (
            "iot",
            "Type: 'AWS::IoT::ProvisioningTemplate', Properties: {TemplateBody: '{}', ProvisioningRoleArn: a, PreProvisioningHook: {TargetArn: !GetAtt Function.Arn}}",
        ),
        (
            "cognito-idp",
            "Type: 'AWS::Cognito::UserPool', Properties: {LambdaConfig: {PreSignUp: !GetAtt Function.Arn}}",
        ),
        (
            "s3",
            "Type: 'AWS::S3::Bucket', Properties: {NotificationConfiguration: {LambdaConfigurations: [{Event: e, Function: !GetAtt Function.Arn}]}}",
        ),
    ];
    let modules = [
        (
            "apigateway",
            "aws_apigatewayv2_api",
            "name = \"a\"\n  protocol_type = \"HTTP\"\n  target = aws_lambda_function.app.arn",
        ),
        (
            "elasticloadbalancing",
            "aws_lb_target_group_attachment",
            "target_group_arn = \"a\"\n  target_id = aws_lambda_function.app.arn",
        ),
        (
            "ses",
            "aws_ses_receipt_rule",
            "name = \"a\"\n  rule_set_name = \"a\"\n  lambda_action {\n    function_arn = aws_lambda_function.app.arn\n    position = 1\n  }",
        ),
        (
            "config",
            "aws_config_config_rule",
            "name = \"a\"\n  source {\n    owner = \"CUSTOM_LAMBDA\"\n    source_identifier = aws_lambda_function.app.arn\n  }",
        ),
        (
            "secretsmanager",
            "aws_secretsmanager_secret_rotation",
            "secret_id = \"a\"\n  rotation_lambda_arn = aws_lambda_function.app.arn",
        ),
        (
            "iot",
            "aws_iot_authorizer",
            "name = \"a\"\n  authorizer_function_arn = aws_lambda_function.app.arn",
        ),
        (
            "iot",
            "aws_iot_provisioning_template",
            "name = \"a\"\n  template_body = \"{}\"\n  provisioning_role_arn = \"a\"\n  pre_provisioning_hook {\n    target_arn = aws_lambda_function.app.arn\n  }",
        ),
        (
            "logs",
            "aws_cloudwatch_log_subscription_filter",
            "log_group_name = \"a\"\n  filter_pattern = \"\"\n  destination_arn = aws_lambda_function.app.arn",
        ),
    ];
    let count = |path: &str, text: &str| {
        let findings = scan::scan([(path, text)], &Options::default()).findings;
        findings.iter().filter(|it| it.rule == "trigger-without-invoke-permission").count()
    };
    for permitted in ["", "events", "right"] {
        let service_of = |right| if permitted == "right" { right } else { permitted };
        let expected = usize::from(permitted != "right");
        for (service, trigger) in templates {
            let permission = match service_of(service) {
                "" => String::new(),
                other => format!(
                    "  Permission: {{Type: 'AWS::Lambda::Permission', Properties: {{Action: 'lambda:InvokeFunction', FunctionName: !Ref Function, Principal: {other}.amazonaws.com}}}}\n"
                ),
            };
            let text = format!("{TEMPLATE}  Trigger: {{{trigger}}}\n{permission}");
            assert_eq!(count("t.yaml", &text), expected, "{service} {permitted}");
        }
        for (service, kind, arguments) in modules {
            let permission = match service_of(service) {
                "" => String::new(),
                other => format!(
                    "resource \"aws_lambda_permission\" \"app\" {{\n  action = \"lambda:InvokeFunction\"\n  function_name = aws_lambda_function.app.function_name\n  principal = \"{other}.amazonaws.com\"\n}}\n"
                ),
            };
            let text = format!(
                "resource \"aws_lambda_function\" \"app\" {{\n  function_name = \"app\"\n  role = \"arn:aws:iam::123456789012:role/app\"\n}}\nresource \"{kind}\" \"app\" {{\n  {arguments}\n}}\n{permission}"
            );
            assert_eq!(count("main.tf", &text), expected, "{kind} {permitted}");
        }
    }
    // A role needs no permission, and a URL is no function.
    for properties in [
        "Target: !GetAtt Function.Arn, CredentialsArn: 'arn:aws:iam::123456789012:role/api'",
        "Target: 'https://example.com'",
    ] {
        let text = format!(
            "{TEMPLATE}  Trigger: {{Type: 'AWS::ApiGatewayV2::Api', Properties: {{{properties}}}}}\n"
        );
        assert_eq!(count("t.yaml", &text), 0, "{properties}");
    }
}

/// A stack may subscribe a function that another one gives it.
#[test]
fn a_trigger_may_be_given_the_function_of_another_stack() {
    let root = |given: &str| {
        format!(
            "Resources:\n  App: {{Type: 'AWS::CloudFormation::Stack', Properties: {{TemplateURL: app.yaml}}}}\n  Topics: {{Type: 'AWS::CloudFormation::Stack', Properties: {{TemplateURL: topics.yaml, Parameters: {{Endpoint: {given}}}}}}}\n"
        )
    };
    let app = "
Resources:
  Function: {Type: 'AWS::Lambda::Function', Properties: {Role: 'arn:aws:iam::123456789012:role/app', Runtime: python3.13, Handler: app.handler, Code: {S3Bucket: artifacts, S3Key: app.zip}}}
  Queue: {Type: 'AWS::SQS::Queue'}
Outputs:
  Function: {Value: !GetAtt Function.Arn}
  Queue: {Value: !GetAtt Queue.Arn}
";
    let topics = "
Parameters: {Endpoint: {Type: String}}
Resources:
  Rule: {Type: 'AWS::Events::Rule', Properties: {Targets: [{Id: a, Arn: !Ref Endpoint}]}}
";
    let permission = "  Permission: {Type: 'AWS::Lambda::Permission', Properties: {Action: 'lambda:InvokeFunction', FunctionName: !Ref Endpoint, Principal: events.amazonaws.com}}\n";
    let both = format!("{topics}{permission}");
    for (given, topics, expected) in [
        ("!GetAtt App.Outputs.Function", topics, 1),
        ("!GetAtt App.Outputs.Function", both.as_str(), 0),
        ("!GetAtt App.Outputs.Queue", topics, 0),
        ("!Sub '${AWS::StackName}'", topics, 0),
    ] {
        let root = root(given);
        let files = [("root.yaml", root.as_str()), ("app.yaml", app), ("topics.yaml", topics)];
        let findings = scan::scan(files, &Options::default()).findings;
        let found = findings.iter().filter(|it| it.rule == "trigger-without-invoke-permission");
        assert_eq!(found.count(), expected, "{given}");
    }
}

/// One permission serves them all, whenever they are there.
#[test]
fn triggers_that_one_permission_serves_are_one_finding_whatever_their_conditions() {
    let subscription = |name: &str, condition: &str| {
        format!(
            "  {name}:
    Type: AWS::SNS::Subscription
    Condition: {condition}
    Properties: {{Protocol: lambda, TopicArn: !Ref Topic, Endpoint: !GetAtt Function.Arn}}
"
        )
    };
    let text = format!(
        "Parameters: {{Stage: {{Type: String}}}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsTest: !Equals [!Ref Stage, test]
Resources:
  Topic: {{Type: AWS::SNS::Topic}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/app
      Runtime: python3.13
      Handler: app.handler
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
{}{}",
        subscription("Live", "IsProd"),
        subscription("Trial", "IsTest")
    );
    let found = scan::scan([("template.yaml", text.as_str())], &Options::default()).findings;
    let found: Vec<&str> = found
        .iter()
        .filter(|finding| finding.rule == "trigger-without-invoke-permission")
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found.iter().all(|it| it.contains("`Live`") && it.contains("`Trial`")), "{found:?}");
}
