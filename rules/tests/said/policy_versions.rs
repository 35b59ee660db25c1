//! Documents in the policy language of 2008.

use iacscan_core::Severity;
use iacscan_rules::Options;

use crate::scan;

fn found(text: &str) -> Vec<(Severity, String)> {
    let found = scan::scan([("template.yaml", text)], &Options::default()).findings;
    let of_rule = found.into_iter().filter(|finding| finding.rule == "policy-version-outdated");
    of_rule.map(|finding| (finding.severity, finding.message)).collect()
}

#[test]
fn a_policy_variable_is_one_in_a_substituted_text_too() {
    for (resource, expected) in [
        ("'arn:aws:s3:::b/${aws:username}/*'", Severity::Medium),
        ("!Sub 'arn:aws:s3:::b/${!aws:username}/*'", Severity::Medium),
        ("!Sub 'arn:aws:s3:::b/${AWS::Region}/*'", Severity::Low),
    ] {
        let text = format!(
            "
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: .
      Policies: [{{Statement: [{{Effect: Allow, Action: 's3:GetObject', Resource: {resource}}}]}}]
Transform: AWS::Serverless-2016-10-31
"
        );
        let found: Vec<Severity> = found(&text).into_iter().map(|(severity, _)| severity).collect();
        assert_eq!(found, [expected], "{resource}");
    }
}

#[test]
fn a_trust_policy_given_to_sam_is_one_that_somebody_wrote() {
    for (trust, expected) in [
        ("", 0),
        ("AssumeRolePolicyDocument: {Version: '2012-10-17', STATEMENT}", 0),
        ("AssumeRolePolicyDocument: {Version: '2008-10-17', STATEMENT}", 1),
        ("AssumeRolePolicyDocument: {STATEMENT}", 1),
    ] {
        let statement = "Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, \
                         Action: 'sts:AssumeRole'}]";
        let trust = trust.replace("STATEMENT", statement);
        let text = format!(
            "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: .
      {trust}
"
        );
        assert_eq!(found(&text).len(), expected, "{trust}");
    }
}

#[test]
fn a_version_that_there_is_not_is_refused() {
    for (version, is_refused) in
        [("2012-10-17", false), ("2023-01-01", true), ("2012-10-18", true), ("", true)]
    {
        let text = format!(
            "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: .
      Policies: [{{Version: '{version}', Statement: [{{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*'}}]}}]
"
        );
        let found = found(&text);
        let refused = found.iter().any(|(severity, message)| {
            let because = match version {
                "" => "its `Version` is empty".to_owned(),
                _ => format!("there is no version `{version}` of the policy"),
            };
            *severity == Severity::Medium && message.contains(&because)
        });
        assert_eq!((found.len() == 1, refused), (is_refused, is_refused), "{version}");
    }
}
