//! Cases that scanners get wrong and that need more than one function and its role: which rules
//! speak, at any severity.

use iacscan_core::{MemoryFiles, Severity};
use iacscan_rules::{Options, check};

/// A template or a root module, and the rules that speak with their severities.
struct Case {
    name: &'static str,
    text: &'static str,
    expected: &'static [(&'static str, Severity)],
}

const CASES: &[Case] = &[
    Case {
        name: "02 the basic policy beside the one for a VPC",
        text: "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Code: {S3Bucket: artifacts, S3Key: app.zip}
      VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
        - arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole
",
        expected: &[("unused-feature-policy", Severity::Info)],
    },
    Case {
        name: "15 logs:Create* and logs:Put* on every log group",
        text: "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Code: {S3Bucket: artifacts, S3Key: app.zip}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      Policies:
        - PolicyName: logs
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action: ['logs:Create*', 'logs:Put*']
                Resource: !Sub 'arn:${AWS::Partition}:logs:*:*:*'
",
        expected: &[("wildcard-resource", Severity::Info)],
    },
    Case {
        name: "20 a role in one branch, policies in the other",
        text: "
Transform: AWS::Serverless-2016-10-31
Parameters:
  RoleArn: {Type: String}
Conditions:
  UseOwn: !Not [!Equals [!Ref RoleArn, '']]
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: app.handler
      Runtime: python3.13
      Role: !If [UseOwn, !Ref RoleArn, !Ref AWS::NoValue]
      Policies:
        - S3ReadPolicy: {BucketName: orders}
",
        expected: &[],
    },
    Case {
        name: "34 and 35 spellings of Lambda, and conditions on it",
        text: "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Code: {S3Bucket: artifacts, S3Key: app.zip}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: [!Sub 'lambda.${AWS::URLSuffix}', edgelambda.amazonaws.com]}
            Action: 'sts:AssumeRole'
            Condition: {StringEquals: {'aws:SourceAccount': '123456789012'}}
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
",
        expected: &[],
    },
    Case {
        name: "an administrator's statement is one finding",
        text: "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Code: {S3Bucket: artifacts, S3Key: app.zip}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      Policies:
        - PolicyName: all
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{Effect: Allow, Action: ['*', 'iam:PassRole', 's3:GetObject'], Resource: '*'}]
",
        expected: &[("admin-policy", Severity::High)],
    },
    Case {
        name: "a service in full on everything is one finding",
        text: "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Code: {S3Bucket: artifacts, S3Key: app.zip}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
      Policies:
        - PolicyName: all
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]
",
        expected: &[("wildcard-action-on-all-resources", Severity::High)],
    },
];

#[test]
fn cases_of_whole_templates() {
    for Case { name, text, expected } in CASES {
        let files = MemoryFiles::new().with("template.yaml", *text);
        let templates = ["template.yaml".to_owned()];
        let inputs = iacscan_cloudformation::Inputs::default();
        let lowered = iacscan_cloudformation::lower_templates(&templates, &files, &inputs);
        let graph = iacscan_graph::link(lowered.units);
        let mut found: Vec<(&str, Severity)> = check(&graph, &Options::default(), |_| true)
            .iter()
            .map(|finding| (finding.rule, finding.severity))
            .collect();
        found.sort_unstable();
        assert_eq!(found, *expected, "{name}");
    }
}

#[test]
fn secrets_are_never_shown() {
    let secret = "correct-horse-7-battery";
    let template = format!(
        "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/app
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
      Environment: {{Variables: {{DB_PASSWORD: {secret}, KEY_ID: AKIAQ3EGUXNFWZJ2T5LK}}}}
"
    );
    let files = MemoryFiles::new().with("template.yaml", template.as_str());
    let templates = ["template.yaml".to_owned()];
    let inputs = iacscan_cloudformation::Inputs::default();
    let lowered = iacscan_cloudformation::lower_templates(&templates, &files, &inputs);
    let graph = iacscan_graph::link(lowered.units);
    let findings = check(&graph, &Options::default(), |_| true);
    let rules: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["secret-literal-in-environment", "static-credentials-in-environment"]);
    let said = format!("{findings:?}");
    assert!(!said.contains(secret) && !said.contains("AKIAQ3EGUXNFWZJ2T5LK"), "{said}");
    let hidden = iacscan_rules::secret_spans(&graph);
    let texts: Vec<&str> = hidden.iter().filter_map(|span| template.get(span.range())).collect();
    assert_eq!(texts, [secret, "AKIAQ3EGUXNFWZJ2T5LK"]);
}
