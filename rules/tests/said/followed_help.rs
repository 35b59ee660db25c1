//! Help that is followed for each of several findings leaves none of them, and breaks nothing.

use super::statement_help::help;
use crate::scan;
use iacscan_rules::Options;

fn all(text: &str, rule: &str) -> Vec<String> {
    let found = scan::scan([("template.yaml", text)], &Options::default()).findings;
    let of_rule = found.into_iter().filter(|finding| finding.rule == rule);
    of_rule.filter_map(|finding| finding.help).collect()
}

const LAMBDA: &str = "{Service: lambda.amazonaws.com}";

fn template(function: &str, role: &str, trust: &str) -> String {
    format!(
        "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
      {function}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Principal: {trust}, Action: 'sts:AssumeRole'}}]
      {role}
"
    )
}

#[test]
fn one_of_several_useless_policies_is_replaced_by_that_for_logs() {
    let policies = "ManagedPolicyArns:
        - arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole
        - arn:aws:iam::aws:policy/service-role/AWSLambdaDynamoDBExecutionRole";
    let helps = all(&template("Role: !GetAtt Role.Arn", policies, LAMBDA), "unused-feature-policy");
    let [first, second] = helps.as_slice() else { panic!("{helps:?}") };
    assert!(first.contains("AWSLambdaBasicExecutionRole` in its place"), "{first}");
    assert_eq!(second, "Remove it.");
}

#[test]
fn the_name_of_a_secret_has_a_variable_of_its_own() {
    let function = "Role: !GetAtt Role.Arn
      Environment: {Variables: {DB_PASSWORD: hunter2hunter2}}";
    let rule = "secret-literal-in-environment";
    let text = template(function, "Path: /", LAMBDA);
    let said = help(&text, rule).unwrap_or_default();
    assert!(said.starts_with("Replace the secret,"), "{said}");
    assert!(said.contains("(such as `DB_PASSWORD_SECRET_NAME`)"), "{said}");
    let mended = text.replace("DB_PASSWORD: hunter2hunter2", "DB_PASSWORD_SECRET_NAME: orders-db");
    assert_eq!(all(&mended, rule), Vec::<String>::new());
}

#[test]
fn references_and_services_are_written_as_they_have_to_be() {
    for (function, trust, rule, expected) in [
        (
            "Role: !Ref Role.Arn",
            LAMBDA,
            "unresolved-reference",
            "Write `!GetAtt Role.Arn`: CloudFormation refuses the template as it is.",
        ),
        (
            "Role: !GetAtt Role.arn",
            LAMBDA,
            "unresolved-reference",
            "Write `Arn` in place of `arn`: CloudFormation refuses the template as it is.",
        ),
        (
            "Role: !GetAtt Role.Arn",
            "{Service: [ec2.amazonaws.com, Lambda.amazonaws.com]}",
            "trust-missing-lambda",
            "Write `lambda.amazonaws.com`.",
        ),
        (
            "Role: !GetAtt Role.Arn",
            "{Service: [ec2.amazonaws.com, lambda.amazonaws.com]}",
            "trust-extra-principal",
            "Let the role trust `lambda.amazonaws.com` alone. If something passes this role to \
             `ec2.amazonaws.com` (an instance profile, for example), give that a role of its own \
             first.",
        ),
    ] {
        let found = help(&template(function, "Path: /", trust), rule);
        assert_eq!(found.as_deref(), Some(expected), "{function} {trust}");
    }
}

#[test]
fn policy_templates_are_called_with_their_parameters() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      CodeUri: src
      Policies:
        - KMSDecryptPolicy
        - S3FullAccessPolicy: {BucketName: '*'}
";
    assert_eq!(
        help(text, "sam-policies-entry-invalid").as_deref(),
        Some("Write the policy template as a map: `- KMSDecryptPolicy: {KeyId: ...}`.")
    );
    // One `*` is one finding, for however many statements of the template.
    assert_eq!(all(text, "wildcard-resource").len(), 1);
}

#[test]
fn policy_templates_have_entries_of_their_own() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      CodeUri: src
      Policies:
        - SQSSendMessagePolicy: {QueueName: a}
          SNSPublishMessagePolicy: {TopicName: b}
";
    assert_eq!(
        help(text, "sam-policies-entry-invalid").as_deref(),
        Some("Give each of them an entry of its own: put `- ` before `SNSPublishMessagePolicy`.")
    );
}

#[test]
fn wildcards_of_a_service_that_is_not_meant_allow_nothing() {
    let of = |actions: &str, resource: &str| {
        let policies = format!(
            "Policies:
        - PolicyName: p
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{{Effect: Allow, Action: [{actions}], Resource: '{resource}'}}]"
        );
        let text = template("Role: !GetAtt Role.Arn", &policies, LAMBDA);
        let found = scan::scan([("template.yaml", text.as_str())], &Options::default()).findings;
        let of_rule = found.into_iter().filter(|finding| finding.rule == "wildcard-action");
        of_rule.map(|finding| finding.message).collect::<Vec<_>>()
    };
    let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders";
    assert_eq!(of("'kms:*'", table), Vec::<String>::new());
    let found = of("'lambda:*'", "arn:aws:lambda:eu-west-1:123456789012:function:x");
    let [only] = found.as_slice() else { panic!("{found:?}") };
    assert!(only.ends_with("among them `lambda:AddPermission`"), "{only}");
}
