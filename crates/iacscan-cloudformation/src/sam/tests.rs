//! What SAM's transform makes of small templates.

use iacscan_core::Sources;
use iacscan_core::reader::{self, Limits, Node, NodeKind};

use super::*;

/// The tree of a YAML text.
pub(crate) fn read(text: &str) -> Node {
    let source = Sources::new().add("t.yaml", text);
    let mut documents = reader::yaml::read(source, text, &Limits::default()).documents;
    documents.pop().unwrap_or_else(|| tree::list(Vec::new(), Span::NONE))
}

/// A tree in one line, calls in their short form.
pub(crate) fn written(node: &Node) -> String {
    let tag = node.tag.as_ref().map(|tag| format!("!{} ", tag.value)).unwrap_or_default();
    let content = match &node.kind {
        NodeKind::Scalar(scalar) => scalar.literal.text.to_string(),
        NodeKind::List(items) => {
            let items: Vec<String> = items.iter().map(written).collect();
            format!("[{}]", items.join(", "))
        }
        NodeKind::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|entry| format!("{}: {}", entry.key.value, written(&entry.value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        NodeKind::Unread(unknown) => format!("<{unknown:?}>"),
    };
    format!("{tag}{content}")
}

fn expanded(template: &str) -> Expanded {
    expand(&read(template), &Inputs::default(), None)
}

/// One property of a resource of an expanded template, in one line.
fn property(expanded: &Expanded, path: &[&str]) -> String {
    let mut node = expanded.root.get("Resources");
    for key in path {
        node = node.and_then(|node| node.get(key));
    }
    node.map(written).unwrap_or_else(|| "nothing".to_owned())
}

/// The names of the AWS managed policies of the role `FRole`, in order.
fn managed(expanded: &Expanded) -> Vec<String> {
    let path = ["FRole", "Properties", "ManagedPolicyArns"];
    let mut node = expanded.root.get("Resources");
    for key in path {
        node = node.and_then(|node| node.get(key));
    }
    let items = node.and_then(Node::as_list).unwrap_or_default();
    let name = |item: &Node| {
        let text = written(item);
        let (_, name) = text.trim_end_matches('}').rsplit_once('/')?;
        Some(name.to_owned())
    };
    items.iter().map(|item| name(item).unwrap_or_else(|| written(item))).collect()
}

fn function(properties: &str) -> Expanded {
    expanded(&format!(
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {{{properties}}}\n"
    ))
}

const BASIC: &str = "AWSLambdaBasicExecutionRole";

#[test]
fn what_sam_adds_to_the_role() {
    let sqs = "Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}}";
    let cases: [(&str, &[&str], &str); 14] = [
        ("", &[BASIC], "nothing"),
        (
            "DurableConfig: {ExecutionTimeout: 1}",
            &["AWSLambdaBasicDurableExecutionRolePolicy"],
            "nothing",
        ),
        ("Tracing: Active", &[BASIC, "AWSXrayWriteOnlyAccess"], "nothing"),
        ("Tracing: PassThrough", &[BASIC, "AWSXrayWriteOnlyAccess"], "nothing"),
        ("Tracing: Disabled", &[BASIC], "nothing"),
        ("VpcConfig: {SubnetIds: []}", &[BASIC, "AWSLambdaVPCAccessExecutionRole"], "nothing"),
        ("VpcConfig: {}", &[BASIC], "nothing"),
        (sqs, &[BASIC, "AWSLambdaSQSQueueExecutionRole"], "nothing"),
        (
            "Policies: [AWSLambdaBasicExecutionRole, AmazonSQSFullAccess]",
            &[BASIC, "AmazonSQSFullAccess"],
            "nothing",
        ),
        (
            "DeadLetterQueue: {Type: SQS, TargetArn: a}",
            &[BASIC],
            "[{PolicyName: DeadLetterQueuePolicy, PolicyDocument: {Version: 2012-10-17, \
             Statement: [{Effect: Allow, Action: [sqs:SendMessage], Resource: a}]}, \
             SAM policy template: DeadLetterQueuePolicy}]",
        ),
        (
            "EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: EventBridge, Destination: b}}}",
            &[BASIC],
            "[{PolicyName: FEventInvokeConfigOnFailureEventBridgePolicy, PolicyDocument: \
             {Version: 2012-10-17, Statement: [{Effect: Allow, Action: [events:PutEvents], \
             Resource: b}]}, \
             SAM policy template: FEventInvokeConfigOnFailureEventBridgePolicy}]",
        ),
        (
            "Events: {E: {Type: Kinesis, Properties: {Stream: s, DestinationConfig: {OnFailure: {Destination: d}}}}}",
            &[BASIC, "AWSLambdaKinesisExecutionRole"],
            "nothing",
        ),
        (
            "Events: {E: {Type: Kinesis, Properties: {Stream: s, DestinationConfig: {OnFailure: {Type: SNS, Destination: d}}}}}",
            &[BASIC, "AWSLambdaKinesisExecutionRole"],
            "[{PolicyName: FESNSPolicy, PolicyDocument: {Version: 2012-10-17, Statement: \
             [{Effect: Allow, Action: [sns:Publish], Resource: d}]}, \
             SAM policy template: FESNSPolicy}]",
        ),
        (
            "Events: {E: {Type: MQ, Properties: {Broker: b, SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: s}]}}}",
            &[BASIC],
            "[{PolicyName: SamAutoGeneratedAMQPolicy, PolicyDocument: {Version: 2012-10-17, \
             Statement: [{Effect: Allow, Action: [secretsmanager:GetSecretValue], Resource: s}, \
             {Effect: Allow, Action: [mq:DescribeBroker], Resource: b}]}, \
             SAM policy template: SamAutoGeneratedAMQPolicy}]",
        ),
    ];
    for (properties, names, inline) in cases {
        let expanded = function(properties);
        assert_eq!(managed(&expanded), names, "{properties}");
        assert_eq!(
            property(&expanded, &["FRole", "Properties", "Policies"]),
            inline,
            "{properties}"
        );
        assert_eq!(property(&expanded, &["F", "Properties", "Role"]), "{Fn::GetAtt: [FRole, Arn]}");
        assert!(expanded.notes["FRole"].implicit);
    }
}

#[test]
fn a_role_puts_the_implicit_one_aside() {
    let expanded = function("Role: r, Policies: [a], RolePath: /p/, Tracing: Active");
    assert_eq!(property(&expanded, &["F", "Properties", "Role"]), "r");
    assert_eq!(property(&expanded, &["FRole"]), "nothing");
    let keys: Vec<&str> =
        expanded.notes["F"].shadowed.iter().map(|it| it.entry.key.value.as_str()).collect();
    assert_eq!(keys, ["Policies", "RolePath"]);
}

#[test]
fn a_role_under_a_condition() {
    let cases = [
        ("[C, r, !Ref AWS::NoValue]", "[C, r, {Fn::GetAtt: [FRole, Arn]}]", "NOTC"),
        ("[C, !Ref AWS::NoValue, r]", "[C, {Fn::GetAtt: [FRole, Arn]}, r]", "C"),
        ("[C, r, s]", "", ""),
    ];
    for (role, expected, condition) in cases {
        let expanded = expanded(&format!(
            "Conditions: {{C: !Equals [a, b]}}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    \
             Properties: {{Role: !If {role}, Policies: [a]}}\n"
        ));
        let found = property(&expanded, &["F", "Properties", "Role"]);
        if condition.is_empty() {
            assert_eq!(property(&expanded, &["FRole"]), "nothing");
            assert_eq!(expanded.notes["F"].shadowed.len(), 1);
            continue;
        }
        assert_eq!(found, format!("{{Fn::If: {expected}}}"), "{role}");
        assert_eq!(property(&expanded, &["FRole", "Condition"]), condition);
        assert!(expanded.root.get("Conditions").unwrap().get(condition).is_some());
        assert!(expanded.notes["F"].shadowed.is_empty());
    }
}

#[test]
fn events_become_the_resources_they_stand_for() {
    let alias = "AutoPublishAlias: live, Events: {E: {Type: SQS, Properties: {Queue: q}}}";
    let cases = [
        (
            "Events: {E: {Type: SQS, Properties: {Queue: q, Enabled: false}}}",
            "FE",
            "{FunctionName: {Ref: F}, Enabled: false, EventSourceArn: q}",
        ),
        (alias, "FE", "{FunctionName: {Ref: FAliaslive}, EventSourceArn: q}"),
        (
            "Events: {E: {Type: SNS, Properties: {Topic: t}}}",
            "FEPermission",
            "{Action: lambda:InvokeFunction, FunctionName: {Ref: F}, Principal: sns.amazonaws.com, SourceArn: t}",
        ),
        (
            "Events: {E: {Type: AlexaSkill}}",
            "FEPermission",
            "{Action: lambda:InvokeFunction, FunctionName: {Ref: F}, Principal: alexa-appkit.amazon.com}",
        ),
        (
            "Events: {E: {Type: Schedule, Properties: {Schedule: rate(1 day)}}}",
            "FE",
            "{ScheduleExpression: rate(1 day), Targets: [{Arn: {Fn::GetAtt: [F, Arn]}, Id: FELambdaTarget}]}",
        ),
        (
            "FunctionUrlConfig: {AuthType: NONE}",
            "FUrl",
            "{TargetFunctionArn: {Ref: F}, AuthType: NONE}",
        ),
    ];
    for (properties, id, expected) in cases {
        let expanded = function(properties);
        assert_eq!(property(&expanded, &[id, "Properties"]), expected, "{properties}");
    }
    let api = function("Events: {E: {Type: Api, Properties: {Path: '/a/{b}/', Method: get}}}");
    let source = property(&api, &["FEPermissionProd", "Properties", "SourceArn"]);
    assert!(source.contains("Route: GET/a/*"), "{source}");
    assert_ne!(property(&api, &["ServerlessRestApi"]), "nothing");
}

#[test]
fn events_change_the_resources_of_the_template() {
    let expanded = expanded(concat!(
        "Resources:\n",
        "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events:\n",
        "        B: {Type: S3, Properties: {Bucket: !Ref Bucket, Events: 's3:ObjectCreated:*'}}\n",
        "        P: {Type: Cognito, Properties: {UserPool: !Ref Pool, Trigger: PreSignUp}}\n",
        "  Bucket: {Type: AWS::S3::Bucket}\n",
        "  Pool: {Type: AWS::Cognito::UserPool}\n",
    ));
    let path = ["Bucket", "Properties", "NotificationConfiguration", "LambdaConfigurations"];
    let arn = "{Fn::GetAtt: [F, Arn]}";
    let notification = format!("[{{Function: {arn}, Event: s3:ObjectCreated:*}}]");
    assert_eq!(property(&expanded, &path), notification);
    let trigger = property(&expanded, &["Pool", "Properties", "LambdaConfig", "PreSignUp"]);
    assert_eq!(trigger, arn);
}

#[test]
fn connectors_become_policies_and_permissions() {
    let expanded = expanded(concat!(
        "Resources:\n",
        "  F: {Type: AWS::Serverless::Function}\n",
        "  T:\n    Type: AWS::Serverless::SimpleTable\n",
        "  A: {Type: AWS::SNS::Topic, Connectors: {Hook: {Properties: {Destination: {Id: F}, Permissions: [Write]}}}}\n",
        "  C:\n    Type: AWS::Serverless::Connector\n    Properties:\n",
        "      Source: {Id: F}\n      Destination: {Id: T}\n      Permissions: [Read]\n",
    ));
    assert_eq!(property(&expanded, &["CPolicy", "Properties", "Roles"]), "[{Ref: FRole}]");
    let document = property(&expanded, &["CPolicy", "Properties", "PolicyDocument"]);
    assert!(document.contains("dynamodb:GetItem"), "{document}");
    assert!(!document.contains("dynamodb:PutItem"), "{document}");
    assert!(document.contains("{Fn::GetAtt: [T, Arn]}"), "{document}");
    let permission = ["AHookWriteLambdaPermission", "Properties", "SourceArn"];
    assert_eq!(property(&expanded, &permission), "{Ref: A}");
}

#[test]
fn a_connector_finds_the_role_of_a_rule_by_its_target() {
    for (target, destination) in
        [("!GetAtt B.Arn", "{Id: B}"), ("arn", "{Type: AWS::Events::EventBus, Arn: arn}")]
    {
        let expanded = expanded(&format!(
            "Resources:\n  B: {{Type: AWS::Events::EventBus}}\n  R:\n    Type: AWS::Events::Rule\n    Properties:\n      \
             Targets: [{{Arn: other, RoleArn: !GetAtt O.Arn}}, {{Arn: {target}, RoleArn: !GetAtt T.Arn}}]\n  C:\n    \
             Type: AWS::Serverless::Connector\n    Properties:\n      Source: {{Id: R}}\n      \
             Destination: {destination}\n      Permissions: [Write]\n"
        ));
        assert_eq!(property(&expanded, &["CPolicy", "Properties", "Roles"]), "[{Ref: T}]");
    }
}

#[test]
fn what_starts_a_state_machine_has_a_role_of_its_own() {
    let machine = |properties: &str| {
        expanded(&format!(
            "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties: {{DefinitionUri: d, {properties}}}\n"
        ))
    };
    let rule = "Events: {E: {Type: EventBridgeRule, Properties: {Pattern: {source: [a]}, DeadLetterConfig: {Type: SQS}}}}";
    let given = "Events: {E: {Type: Schedule, Properties: {Schedule: s, RoleArn: r}}}";
    let schedule = "Events: {E: {Type: ScheduleV2, Properties: {ScheduleExpression: s, DeadLetterConfig: {Arn: q}}}}";
    let method = "Events: {E: {Type: Api, Properties: {RestApiId: a, Path: /, Method: get}}}";
    let alias = "AutoPublishAlias: live, UseAliasAsEventTarget: true, PermissionsBoundary: b, ";
    let start =
        |target: &str| format!("Action: [states:StartExecution], Resource: {{Ref: {target}}}");
    let cases = [
        (rule.to_owned(), start("M"), "events.amazonaws.com"),
        (schedule.to_owned(), start("M"), "scheduler.amazonaws.com"),
        (method.to_owned(), start("M"), "apigateway.amazonaws.com"),
        (format!("{alias}{rule}"), start("MAliaslive"), "events.amazonaws.com"),
    ];
    for (properties, statement, service) in cases {
        let expanded = machine(&properties);
        let role = property(&expanded, &["MERole", "Properties"]);
        assert!(role.contains(&statement) && role.contains(service), "{properties}: {role}");
        assert_eq!(role.contains("PermissionsBoundary: b"), properties.contains("Boundary"));
    }
    let with_queue = machine(rule);
    let target = property(&with_queue, &["ME", "Properties", "Targets"]);
    assert!(target.contains("RoleArn: {Fn::GetAtt: [MERole, Arn]}"), "{target}");
    assert_eq!(
        property(&with_queue, &["MEQueuePolicy", "Properties", "Queues"]),
        "[{Ref: MEQueue}]"
    );
    let sends = property(&machine(schedule), &["MERole", "Properties", "Policies"]);
    assert!(sends.contains("Action: [sqs:SendMessage], Resource: q"), "{sends}");
    let with_role = machine(given);
    assert_eq!(property(&with_role, &["MERole"]), "nothing");
    assert!(property(&with_role, &["ME", "Properties", "Targets"]).contains("RoleArn: r"));
}

#[test]
fn data_sources_of_an_api_have_roles_of_their_own() {
    let expanded = expanded(concat!(
        "Resources:\n",
        "  F: {Type: AWS::Serverless::Function}\n",
        "  T: {Type: AWS::Serverless::SimpleTable}\n",
        "  G:\n    Type: AWS::Serverless::GraphQLApi\n    Properties:\n",
        "      Auth: {Type: AWS_LAMBDA, LambdaAuthorizer: {AuthorizerUri: !GetAtt F.Arn}}\n",
        "      DataSources:\n",
        "        Lambda: {Work: {FunctionArn: !GetAtt F.Arn}, Own: {FunctionArn: f, ServiceRoleArn: r}}\n",
        "        DynamoDb: {Read: {TableName: !Ref T, TableArn: !GetAtt T.Arn, Permissions: [Read]}}\n",
    ));
    let roles = |id: &str| property(&expanded, &[id, "Properties", "Roles"]);
    let document = |id: &str| property(&expanded, &[id, "Properties", "PolicyDocument"]);
    let invoke = "GWorkLambdaDataSourceToLambdaConnectorPolicy";
    assert_eq!(roles(invoke), "[{Ref: GWorkLambdaDataSourceRole}]");
    assert!(document(invoke).contains("lambda:InvokeFunction"), "{}", document(invoke));
    let read = "GReadDynamoDBDataSourceToTableConnectorPolicy";
    assert_eq!(roles(read), "[{Ref: GReadDynamoDBDataSourceRole}]");
    assert!(document(read).contains("dynamodb:GetItem"), "{}", document(read));
    assert!(!document(read).contains("dynamodb:PutItem"), "{}", document(read));
    let own = ["GOwnLambdaDataSource", "Properties", "ServiceRoleArn"];
    assert_eq!(property(&expanded, &own), "r");
    assert_eq!(property(&expanded, &["GOwnLambdaDataSourceRole"]), "nothing");
    let permission = "GToLambdaAuthConnector1WriteLambdaPermission";
    let principal = property(&expanded, &[permission, "Properties", "Principal"]);
    assert_eq!(principal, "appsync.amazonaws.com");
    assert_ne!(property(&expanded, &["GCloudWatchRole"]), "nothing");
}

#[test]
fn what_is_generated_stands_where_its_cause_is_written() {
    let text = "Globals:\n  Function:\n    Tracing: Active\nResources:\n  F:\n    Type: AWS::Serverless::Function\n";
    let expanded = expanded(text);
    let role = expanded.root.get("Resources").and_then(|all| all.get("FRole")).unwrap();
    let items = role.get("Properties").and_then(|all| all.get("ManagedPolicyArns"));
    let places: Vec<&str> = items
        .and_then(Node::as_list)
        .unwrap()
        .iter()
        .map(|item| text.get(item.span.range()).unwrap())
        .collect();
    assert_eq!(places, ["F", "Tracing"]);
}

#[test]
fn loops_around_functions_are_unrolled() {
    let expanded = expanded(concat!(
        "Parameters: {Names: {Type: CommaDelimitedList, Default: 'a, b-c'}}\n",
        "Resources:\n",
        "  Fn::ForEach::Functions:\n",
        "  - Name\n",
        "  - !Ref Names\n",
        "  - F&{Name}:\n",
        "      Type: AWS::Serverless::Function\n",
        "      Properties: {FunctionName: !Sub '${Name}-x', Handler: !Ref Name}\n",
    ));
    let names = [("Fa", "a"), ("Fbc", "b-c")];
    for (id, name) in names {
        let written = property(&expanded, &[id, "Properties", "FunctionName"]);
        assert_eq!(written, format!("!Sub {name}-x"));
        assert_eq!(property(&expanded, &[id, "Properties", "Handler"]), name);
        assert_ne!(property(&expanded, &[&format!("{id}Role")]), "nothing");
    }
}
