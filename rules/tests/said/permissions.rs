//! What findings about missing permissions say, by what the role allows.

use iacscan_core::{Finding, Severity};
use iacscan_rules::Options;

use crate::scan;

/// A function with these properties whose role has these policies, and more resources.
fn template(properties: &str, role: &str, resources: &str) -> String {
    format!(
        "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: python3.13
      Handler: app.handler
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
      {properties}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]
      {role}
{resources}
"
    )
}

/// The basic policy, and a policy that allows actions on a resource.
fn allowing(actions: &str, resource: &str) -> String {
    format!(
        "ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
      Policies:
        - PolicyName: app
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{{Effect: Allow, Action: [{actions}], Resource: {resource}}}]"
    )
}

/// The only finding of a rule.
fn found(text: &str, rule: &str) -> Option<Finding> {
    let found = scan::scan([("template.yaml", text)], &Options::default()).findings;
    let mut of_rule = found.into_iter().filter(|finding| finding.rule == rule);
    let only = of_rule.next()?;
    if of_rule.next().is_some() { None } else { Some(only) }
}

#[test]
fn lambda_refuses_active_tracing_without_segments() {
    for (actions, severity, message) in [
        (
            "'s3:GetObject'",
            Severity::Medium,
            "Lambda refuses to create or update function `Function` with active tracing: role `Role` does not \
             allow `xray:PutTraceSegments` and `xray:PutTelemetryRecords`",
        ),
        (
            "'xray:PutTelemetryRecords'",
            Severity::Medium,
            "Lambda refuses to create or update function `Function` with active tracing: role `Role` does not \
             allow `xray:PutTraceSegments`",
        ),
        (
            "'xray:PutTraceSegments'",
            Severity::Low,
            "telemetry records of function `Function` are lost: role `Role` does not allow \
             `xray:PutTelemetryRecords`",
        ),
    ] {
        let role = allowing(actions, "'*'");
        let found = found(
            &template("TracingConfig: {Mode: Active}", &role, ""),
            "missing-tracing-permission",
        )
        .unwrap();
        assert_eq!((found.severity, found.message.as_str()), (severity, message));
    }
}

#[test]
fn the_policy_for_a_vpc_replaces_the_basic_one_where_that_is_attached() {
    let help = |role: &str| {
        let vpc = "VpcConfig: {SubnetIds: [s-1], SecurityGroupIds: [g-1]}";
        found(&template(vpc, role, ""), "missing-vpc-permission").unwrap().help.unwrap()
    };
    let basic = allowing("'s3:GetObject'", "'*'");
    let replaces =
        "The policy takes the place of `AWSLambdaBasicExecutionRole`, which it contains.";
    assert!(help(&basic).contains(replaces));
    let own =
        basic.replace("'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'", "");
    assert!(!help(&own).contains("AWSLambdaBasicExecutionRole"));
}

const STREAM: &str = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks";
const TABLE: &str = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026";

/// The finding about a mapping whose role has these actions on a resource.
fn mapped(source: &str, actions: &str, resource: &str) -> Option<Finding> {
    let mapping = format!(
        "  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{FunctionName: !Ref Function, StartingPosition: LATEST, EventSourceArn: '{source}'}}
"
    );
    let text = template("Timeout: 3", &allowing(actions, resource), &mapping);
    found(&text, "missing-event-source-permission")
}

#[test]
fn streams_are_read_without_what_is_documented_besides() {
    let core = "'kinesis:DescribeStream', 'kinesis:GetRecords'";
    for (source, actions, severity, message) in [
        (
            STREAM,
            format!("{core}, 'kinesis:GetShardIterator', 'kinesis:ListStreams'"),
            Severity::Low,
            "role `Role` of function `Function` does not allow `kinesis:DescribeStreamSummary` and \
             `kinesis:ListShards`, which AWS documents as needed for the event source",
        ),
        (
            STREAM,
            format!("{core}, 'kinesis:DescribeStreamSummary', 'kinesis:GetShardIterator'"),
            Severity::Low,
            "role `Role` of function `Function` does not allow `kinesis:ListShards`, which AWS \
             documents as needed for the event source",
        ),
        (
            STREAM,
            format!("{core}, 'kinesis:DescribeStreamSummary', 'kinesis:ListShards'"),
            Severity::High,
            "the event source of function `Function` cannot be read: role `Role` does not allow \
             `kinesis:GetShardIterator`",
        ),
        (
            TABLE,
            "'dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'"
                .to_owned(),
            Severity::Low,
            "role `Role` of function `Function` does not allow `dynamodb:ListStreams`, which AWS \
             documents as needed for the event source",
        ),
    ] {
        let found = mapped(source, &actions, &format!("'{source}'")).unwrap();
        assert_eq!((found.severity, found.message.as_str()), (severity, message));
    }
}

#[test]
fn a_stream_that_is_perhaps_read_is_in_doubt_beside_what_is_missing() {
    let stream = "  Other:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Function, StartingPosition: LATEST, EventSourceArn: 'arn:aws:kinesis:eu-west-1:123456789012:stream/clicks'}
Parameters: {Stream: {Type: String}}
";
    let actions = "'kinesis:DescribeStream', 'kinesis:GetRecords', 'kinesis:GetShardIterator'";
    let text = template("Timeout: 3", &allowing(actions, "!Ref Stream"), stream);
    let scan = scan::scan([("template.yaml", text.as_str())], &Options::default());
    assert_eq!(found(&text, "missing-event-source-permission").unwrap().severity, Severity::Low);
    assert_eq!(scan.undecided.len(), 1, "{:#?}", scan.undecided);
}

#[test]
fn advice_to_replace_a_policy_names_what_features_need_of_it() {
    let managed = |names: &str| {
        let arns: Vec<String> =
            names.split(' ').map(|name| format!("'arn:aws:iam::aws:policy/{name}'")).collect();
        format!("ManagedPolicyArns: [{}]", arns.join(", "))
    };
    let full = "Remove it, and in a policy under `Policies` of the role allow the actions that are called on the \
                ARNs they are called on.";
    let admin = "Replace it by a policy that lists the actions that are called and the ARNs they \
                 are called on. IAM Access Analyzer can generate one from the role's CloudTrail \
                 history.";
    let basic = "service-role/AWSLambdaBasicExecutionRole";
    for (rule, properties, policies, advice, depending) in [
        (
            "full-access-managed-policy",
            "Timeout: 3",
            managed("CloudWatchLogsFullAccess"),
            full,
            " Parts of the configuration depend on it too: in its place add \
             `arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole` to `ManagedPolicyArns` \
             for logs.",
        ),
        (
            "full-access-managed-policy",
            "Timeout: 3",
            managed(&format!("CloudWatchLogsFullAccess {basic}")),
            full,
            "",
        ),
        // Another that is to be replaced keeps nothing up.
        (
            "full-access-managed-policy",
            "Timeout: 3",
            managed("CloudWatchLogsFullAccess AdministratorAccess"),
            full,
            " Parts of the configuration depend on it too: in its place add \
             `arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole` to `ManagedPolicyArns` \
             for logs.",
        ),
        // What it adds to the permissions that Lambda checks is documented alone.
        (
            "full-access-managed-policy",
            "VpcConfig: {SubnetIds: [s-1], SecurityGroupIds: [g-1]}",
            allowing(
                "'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface'",
                "'*'",
            )
            .replace(basic, &format!("{basic}', 'arn:aws:iam::aws:policy/SecretsManagerReadWrite")),
            full,
            "",
        ),
        (
            "admin-policy",
            "VpcConfig: {SubnetIds: [s-1], SecurityGroupIds: [g-1]}
      TracingConfig: {Mode: Active}
      DeadLetterConfig: {TargetArn: 'arn:aws:sqs:eu-west-1:123456789012:dead'}",
            managed("AdministratorAccess"),
            admin,
            " Parts of the configuration depend on it too: in its place add \
             `arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole` to \
             `ManagedPolicyArns` for logs \
             and the VPC configuration, and add `arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess` to `ManagedPolicyArns` for \
             active tracing, and allow `sqs:SendMessage` on \
             `arn:aws:sqs:eu-west-1:123456789012:dead` in a policy under `Policies` of the role for \
             the dead letter queue.",
        ),
        (
            "admin-policy",
            "Timeout: 3",
            allowing("'*'", "'*'").replace(basic, "AWSXRayDaemonWriteAccess"),
            admin,
            " Parts of the configuration depend on it too: in its place add \
             `arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole` to `ManagedPolicyArns` \
             for logs.",
        ),
    ] {
        let text = template(properties, &policies, "");
        assert_eq!(
            found(&text, rule).unwrap().help,
            Some(format!("{advice}{depending}")),
            "{policies}"
        );
    }
}

#[test]
fn what_another_policy_completes_depends_on_that_one_alone() {
    let of = |names: &[&str]| {
        let arns: Vec<String> =
            names.iter().map(|name| format!("'arn:aws:iam::aws:policy/{name}'")).collect();
        let policies = format!("ManagedPolicyArns: [{}]", arns.join(", "));
        let stream = "  Stream: {Type: 'AWS::Kinesis::Stream'}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Function, StartingPosition: LATEST, EventSourceArn: !GetAtt Stream.Arn}
";
        let text = template("Timeout: 3", &policies, stream);
        let found = scan::scan([("template.yaml", text.as_str())], &Options::default()).findings;
        let found = found.into_iter().filter(|it| it.rule == "full-access-managed-policy");
        let depends = |help: Option<String>| help.unwrap().contains("for the event source");
        found.map(|it| depends(it.help)).collect::<Vec<bool>>()
    };
    let basic = "service-role/AWSLambdaBasicExecutionRole";
    // The first lets functions describe streams, and not read them.
    assert_eq!(of(&[basic, "AmazonDynamoDBFullAccess", "AmazonKinesisFullAccess"]), [false, true]);
}

#[test]
fn a_policy_is_said_to_grant_what_is_no_whole_service_too() {
    let role = "ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSLambdaExecute']";
    let found = found(&template("Timeout: 3", role, ""), "full-access-managed-policy").unwrap();
    assert_eq!(
        found.message,
        "`AWSLambdaExecute` allows function `Function` every action of `logs`, and `s3:GetObject` and \
         `s3:PutObject`, on every resource"
    );
}

#[test]
fn what_a_vpc_needs_besides_is_all_there_is_to_add() {
    let vpc = "VpcConfig: {SubnetIds: [a], SecurityGroupIds: [b]}";
    let help = |actions: &str| {
        let text = template(vpc, &allowing(actions, "'*'"), "");
        found(&text, "missing-vpc-permission").and_then(|it| it.help).unwrap_or_default()
    };
    let tested = "'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', \
                  'ec2:DeleteNetworkInterface'";
    let rest = help(&format!("{tested}, 'ec2:AssignPrivateIpAddresses'"));
    let (adds, _) = rest.split_once(", or ").unwrap_or_default();
    assert_eq!(
        adds,
        "Add `ec2:DescribeSubnets` and `ec2:UnassignPrivateIpAddresses` to the actions of the \
         statement that allows `ec2:CreateNetworkInterface`"
    );
    let all = help("'s3:GetObject'");
    for action in ["ec2:CreateNetworkInterface", "ec2:UnassignPrivateIpAddresses"] {
        assert!(all.contains(action), "{all}");
    }
}

#[test]
fn what_sam_ignores_is_to_be_removed() {
    let of = |keys: &str, globals: &str| {
        let text = format!(
            "
Transform: AWS::Serverless-2016-10-31
Globals: {{Function: {{Runtime: python3.13{globals}}}}}
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/app
      Handler: app.handler
      CodeUri: src
{keys}"
        );
        found(&text, "sam-role-shadows-policies").and_then(|finding| finding.help)
    };
    for (keys, globals, expected) in [
        (
            "      Policies: [AWSLambda_FullAccess]\n",
            "",
            "Remove `Policies`, which has no effect. What the function needs of it has to be \
             written in the role; or remove `Role`, and SAM makes a role with it for the function; \
             leave in `Policies` no more than the function needs.",
        ),
        (
            "      RolePath: /a/\n      Policies: [AWSLambda_FullAccess]\n",
            "",
            "Remove `Policies` and `RolePath`, which have no effect. What the function needs of \
             them has to be written in the role; or remove `Role`, and SAM makes a role with them \
             for the function; leave in `Policies` no more than the function needs.",
        ),
        (
            "",
            ", RolePath: /a/",
            "Remove `RolePath` from `Globals`. What the function needs of it has to be written in \
             the role.",
        ),
    ] {
        assert_eq!(of(keys, globals).as_deref(), Some(expected), "{keys}{globals}");
    }
}

#[test]
fn the_extension_is_given_what_the_code_asks_it_for() {
    const LAYER: &str = "Layers: ['arn:aws:lambda:eu-west-1:015030872274:layer:\
                         AWS-Parameters-and-Secrets-Lambda-Extension:12']";
    let arn = |of: &str| {
        format!(
            "`!Sub \"arn:${{AWS::Partition}}:{}\"`",
            of.replacen(' ', ":${AWS::Region}:${AWS::AccountId}:", 1)
        )
    };
    let ways = format!(
        "Allow `secretsmanager:GetSecretValue` on {}, or allow `ssm:GetParameter` on {}. The first \
         is for a secret, the second for a parameter: write its name for `NAME`, and keep `-*`, \
         which stands for what AWS adds to the name of a secret.",
        arn("secretsmanager secret:NAME-*"),
        arn("ssm parameter/NAME")
    );
    let text = template(LAYER, "Path: /", "");
    let own = found(&text, "missing-layer-permission").unwrap();
    assert_eq!(own.help.unwrap_or_default(), ways);
    let sam = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Report:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: src/, LAYER}
"
    .replace("LAYER", LAYER);
    let made = found(&sam, "missing-layer-permission").unwrap();
    assert_eq!(
        made.help.unwrap_or_default(),
        format!(
            "{ways} In `Policies`, `AWSSecretsManagerGetSecretValuePolicy` gives the first and \
             `SSMParameterReadPolicy` the second: keep the one that is used."
        )
    );
    let code = made.snippet.map(|it| it.lines()).unwrap_or_default();
    assert!(code.starts_with("In the `Properties` of `Report` ("), "{code}");
    assert!(code.contains("- AWSSecretsManagerGetSecretValuePolicy:\n        SecretArn: !Sub"));
    assert!(code.ends_with("- SSMParameterReadPolicy:\n        ParameterName: NAME"), "{code}");
    for given in ["secretsmanager:GetSecretValue", "ssm:GetParameter"] {
        let text = template(LAYER, &allowing(given, "'arn:aws:x:eu-west-1:1:a'"), "");
        assert_eq!(found(&text, "missing-layer-permission"), None, "{given}");
    }
}

#[test]
fn the_configurations_extension_is_given_what_its_newer_versions_take() {
    let layer =
        "Layers: ['arn:aws:lambda:us-east-1:027255383542:layer:AWS-AppConfig-Extension:128']";
    let text = template(layer, &allowing("'s3:GetObject'", "'arn:aws:s3:::b/*'"), "");
    let help = found(&text, "missing-layer-permission").and_then(|it| it.help).unwrap_or_default();
    assert!(
        help.starts_with(
            "Allow `appconfig:StartConfigurationSession` and `appconfig:GetLatestConfiguration` on"
        ),
        "{help}"
    );
    let older = template(layer, &allowing("'appconfig:GetConfiguration'", "'*'"), "");
    assert_eq!(found(&older, "missing-layer-permission"), None);
}

/// What a key that is not known chooses from a map is what all of it agrees on.
#[test]
fn a_layer_that_the_region_chooses_is_the_same_one() {
    let configuration = |layer: &str, name: &str| {
        format!(
            r#"
variable "region" {{}}
locals {{
  layers = {{
    us-east-1 = "arn:aws:lambda:us-east-1:580247275435:layer:{name}:52"
    eu-west-1 = "arn:aws:lambda:eu-west-1:580247275436:layer:AWS-AppConfig-Extension:49"
  }}
}}
resource "aws_lambda_function" "app" {{
  function_name = "app"
  role          = aws_iam_role.app.arn
  layers        = [{layer}]
}}
resource "aws_iam_role" "app" {{
  name                = "app"
  managed_policy_arns = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
  assume_role_policy  = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }}] }})
}}
"#
        )
    };
    let configurations = "AWS-AppConfig-Extension";
    for (layer, name, expected) in [
        ("local.layers[var.region]", configurations, true),
        ("lookup(local.layers, var.region)", configurations, true),
        ("local.layers[var.region]", "Other", false),
        ("lookup(local.layers, var.region, \"\")", configurations, false),
        ("try(local.layers[var.region], \"\")", configurations, false),
    ] {
        let text = configuration(layer, name);
        let found = scan::scan([("main.tf", text.as_str())], &Options::default()).findings;
        let is_found = found.iter().any(|it| it.rule == "missing-layer-permission");
        assert_eq!(is_found, expected, "{layer} {name}");
    }
}

/// What reads a function invokes nothing, whoever may; two statements that are each on the wrong
/// level do not allow for one another.
#[test]
fn what_allows_nothing_is_no_excuse_and_no_danger() {
    let permission = |action: &str| {
        format!(
            "
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {{Role: 'arn:aws:iam::123456789012:role/f', Runtime: python3.13, Handler: a.b, Code: {{S3Bucket: b, S3Key: k}}}}
  P:
    Type: AWS::Lambda::Permission
    Properties: {{FunctionName: !Ref F, Principal: s3.amazonaws.com, Action: '{action}'}}
"
        )
    };
    let count = |text: &str, rule: &str| {
        let findings = scan::scan([("t.yaml", text)], &Options::default()).findings;
        findings.iter().filter(|it| it.rule == rule).count()
    };
    let without_source = "invoke-permission-without-source";
    for (action, expected) in
        [("lambda:InvokeFunction", 1), ("lambda:*", 1), ("lambda:GetFunction", 0)]
    {
        assert_eq!(count(&permission(action), without_source), expected, "{action}");
    }
    let role = |statements: &str| {
        format!(
            "
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {{Role: !GetAtt R.Arn, Runtime: python3.13, Handler: a.b, Code: {{S3Bucket: b, S3Key: k}}}}
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]}}
      Policies: [{{PolicyName: p, PolicyDocument: {{Version: '2012-10-17', Statement: [{statements}]}}}}]
"
        )
    };
    let list = |resource: &str| {
        format!("{{Effect: Allow, Action: 's3:ListBucket', Resource: 'arn:aws:s3:::{resource}'}}")
    };
    for (resources, expected) in [(["a/*", "b/*"], 2), (["a/*", "b"], 0)] {
        let statements = resources.map(list).join(", ");
        assert_eq!(
            count(&role(&statements), "s3-resource-level-mismatch"),
            expected,
            "{resources:?}"
        );
    }
}
