//! What an organisation asks of roles of which it is not known whether it asks it of them.

use iacscan_rules::{Options, Requirement, RoleDemand, When};

use crate::scan;

/// The reasons for which something could not be decided about a function with these properties.
fn undecided(properties: &str, policy: &str) -> Vec<String> {
    let text = format!(
        "
Parameters:
  Mode: {{Type: String}}
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
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
        - arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess
        - arn:aws:iam::aws:policy/{policy}
"
    );
    let requirement = Requirement {
        when: When { tracing: Some(true), ..When::default() },
        demand: RoleDemand::ManagedPolicy("AmazonS3ReadOnlyAccess".into()),
    };
    let options = Options { baseline: vec![requirement], ..Options::default() };
    let scan = scan::scan([("t.yaml", text.as_str())], &options);
    assert!(!scan.findings.iter().any(|it| it.rule == "missing-baseline-policy"));
    scan.undecided.into_iter().map(|it| it.reason).collect()
}

#[test]
fn a_feature_that_is_not_known_leaves_it_undecided() {
    let open = "      TracingConfig: {Mode: !Ref Mode}";
    let reasons = undecided(open, "AmazonSQSReadOnlyAccess");
    let [only] = reasons.as_slice() else { panic!("{reasons:?}") };
    assert!(only.starts_with("its tracing mode is "), "{only}");
    assert!(
        only.ends_with(
            ", and with it whether role `Role` must have managed policy `AmazonS3ReadOnlyAccess`"
        ),
        "{only}"
    );
    assert_eq!(undecided(open, "AmazonS3ReadOnlyAccess"), Vec::<String>::new());
    assert_eq!(undecided("", "AmazonSQSReadOnlyAccess"), Vec::<String>::new());
}
