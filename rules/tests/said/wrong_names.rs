//! The wrong name of a managed policy is one finding, whatever the policy it means allows.

use iacscan_rules::Options;

use crate::scan;

#[test]
fn a_wrong_name_is_one_finding() {
    for name in [
        "AmazonS3ReadOnlyAcces",
        "AWSLambdaReadOnlyAccess",
        "AWSXrayDaemonWriteAccess",
        "AmazonS3FullAcces",
        "AdministratorAcces",
    ] {
        let template = format!(
            "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: python3.13
      Handler: app.handler
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
        - arn:aws:iam::aws:policy/{name}
"
        );
        let scan = scan::scan([("template.yaml", template.as_str())], &Options::default());
        let rules: Vec<&str> = scan.findings.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, ["managed-policy-not-found"], "{name}");
    }
}
