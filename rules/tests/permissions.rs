//! What findings about missing permissions say, by what the role allows.

mod scan;

use iacscan_core::{Finding, Severity};
use iacscan_rules::Options;

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
fn found(text: &str, rule: &str) -> Finding {
    let found = scan::scan([("template.yaml", text)], &Options::default()).findings;
    let of_rule: Vec<Finding> = found.into_iter().filter(|finding| finding.rule == rule).collect();
    let [only] = of_rule.as_slice() else { panic!("{text}\n{of_rule:#?}") };
    only.clone()
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
        );
        assert_eq!((found.severity, found.message.as_str()), (severity, message));
    }
}

const STREAM: &str = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks";
const TABLE: &str = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026";

/// The finding about a mapping whose role has these actions on a resource.
fn mapped(source: &str, actions: &str, resource: &str) -> Finding {
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
            "'dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'".to_owned(),
            Severity::Low,
            "role `Role` of function `Function` does not allow `dynamodb:ListStreams`, which AWS \
             documents as needed for the event source",
        ),
    ] {
        let found = mapped(source, &actions, &format!("'{source}'"));
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
    assert_eq!(found(&text, "missing-event-source-permission").severity, Severity::Low);
    assert_eq!(scan.undecided.len(), 1, "{:#?}", scan.undecided);
}
