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
