//! What limits a permission to invoke, in the language and the place where it is written.

use super::invocation_help::found;

#[test]
fn a_source_without_an_account_is_limited_to_the_own_one() {
    let template = |service: &str, source: &str| {
        let resources = format!(
            "  Permission: {{Type: 'AWS::Lambda::Permission', Properties: {{FunctionName: !Ref Function, Action: 'lambda:InvokeFunction', Principal: {service}.amazonaws.com, SourceArn: '{source}'}}}}\n"
        );
        found("t.yaml", &resources, "invoke-permission-without-source").help.unwrap_or_default()
    };
    assert_eq!(
        template("s3", "arn:aws:s3:::orders"),
        "Add `SourceAccount` as `!Ref AWS::AccountId`: a bucket that is deleted can be made again by \
         somebody else."
    );
    assert_eq!(
        template("sns", "arn:aws:sns:eu-west-1:*:orders"),
        "Write the id of your account in place of the `*` that stands for it, or add `SourceAccount` \
         as `!Ref AWS::AccountId`: the source may be somebody else's."
    );
    let resources = "resource \"aws_lambda_permission\" \"app\" {\n  action = \"lambda:InvokeFunction\"\n  function_name = aws_lambda_function.app.function_name\n  principal = \"s3.amazonaws.com\"\n  source_arn = \"arn:aws:s3:::orders\"\n}\n";
    let help = found("main.tf", resources, "invoke-permission-without-source").help;
    assert_eq!(
        help.as_deref(),
        Some(
            "Add `source_account` as `data.aws_caller_identity.current.account_id` (declare `data \
             \"aws_caller_identity\" \"current\" {}`): a bucket that is deleted can be made again by \
             somebody else."
        )
    );
}

#[test]
fn a_resource_policy_is_limited_by_conditions() {
    let resources = "  Policy: {Type: 'AWS::Lambda::ResourcePolicy', Properties: {ResourceArn: !GetAtt Function.Arn, PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: 'lambda:InvokeFunction', Resource: !GetAtt Function.Arn}]}}}\n";
    let help = found("t.yaml", resources, "invoke-permission-without-source").help;
    assert_eq!(
        help.as_deref(),
        Some(
            "Add `aws:SourceArn` as `!Sub \"arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:TOPIC\"` (with your own value for `TOPIC`) to the `Condition` of the statement."
        )
    );
}
