//! What a statement allows on the role that it reaches, by how its resource is written.

use iacscan_rules::Options;

use crate::scan;

/// The rules that speak of a statement with these actions on this resource.
fn rules(function_role: &str, actions: &str, resource: &str) -> Vec<(&'static str, String)> {
    let template = template(function_role, actions, resource);
    let found = scan::scan([("template.yaml", template.as_str())], &Options::default()).findings;
    found.into_iter().map(|finding| (finding.rule, finding.message)).collect()
}

fn template(function_role: &str, actions: &str, resource: &str) -> String {
    format!(
        "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: {function_role}
      Runtime: python3.13
      Handler: app.handler
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: app
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
      Policies:
        - PolicyName: app
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{{Effect: Allow, Action: [{actions}], Resource: {resource}}}]
"
    )
}

#[test]
fn the_role_itself_is_known_by_the_arn_that_the_function_names() {
    let (literal, own) = ("arn:aws:iam::123456789012:role/app", "!GetAtt Role.Arn");
    let both = &["privilege-escalation-permission", "self-assume-without-trust"][..];
    for (function_role, resource, expected) in [
        (literal, literal, both),
        (literal, "!Sub 'arn:aws:iam::${AWS::AccountId}:role/app'", both),
        (literal, "arn:aws:iam::999999999999:role/app", &[]),
        (own, "!Sub 'arn:aws:iam::${AWS::AccountId}:role/app'", both),
        (own, literal, &[]),
    ] {
        let actions = "'iam:PutRolePolicy', 'sts:AssumeRole'";
        let found = rules(function_role, actions, resource);
        let found: Vec<&str> = found.iter().map(|(rule, _)| *rule).collect();
        assert_eq!(found, expected, "{function_role} {resource}");
    }
}

#[test]
fn every_role_is_as_much_as_everything() {
    let literal = "arn:aws:iam::123456789012:role/app";
    let own = "!GetAtt Role.Arn";
    let every = "function `Function` can gain other permissions with";
    for (function_role, resource, expected) in [
        (own, "'arn:aws:iam::*:role/*'", "`iam:PassRole` and `sts:AssumeRole` on every role"),
        (own, "'arn:aws:iam::*:role*'", "`iam:PassRole` and `sts:AssumeRole` on every role"),
        (
            own,
            "!Sub 'arn:aws:iam::${AWS::AccountId}:role/*'",
            "`iam:PassRole` and `sts:AssumeRole` on every role",
        ),
        (
            literal,
            "'arn:aws:iam::123456789012:role/*'",
            "`iam:PassRole` and `sts:AssumeRole` on every role",
        ),
        (
            own,
            "'arn:aws:iam::123456789012:role/*'",
            "`iam:PassRole` and `sts:AssumeRole` on every role of an account",
        ),
        (
            literal,
            "'arn:aws:iam::210987654321:role/*'",
            "`sts:AssumeRole` on every role of an account",
        ),
        (own, "'arn:aws:iam::*:role/app-*'", ""),
        (own, "'arn:aws:iam::*:user/*'", ""),
    ] {
        let found = rules(function_role, "'iam:PassRole', 'sts:AssumeRole'", resource);
        let found = found.iter().find(|(rule, _)| *rule == "privilege-escalation-permission");
        let message = found.map_or("", |(_, message)| message);
        let expected =
            if expected.is_empty() { String::new() } else { format!("{every} {expected}") };
        assert_eq!(message, expected, "{function_role} {resource}");
    }
}

/// At most one of two accounts is the function's own. Roles are taken in any.
#[test]
fn of_two_accounts_none_is_meant() {
    let of = |account: &str, kind: &str| format!("!Sub 'arn:aws:iam::{account}:{kind}/*'");
    let (one, other, here) = ("111111111111", "222222222222", "${AWS::AccountId}");
    for (resources, expected) in [
        ([of(one, "role"), of(one, "user")], &["every role of an account", "every user"][..]),
        ([of(one, "role"), of(other, "user")], &[]),
        ([of(here, "role"), of(one, "user")], &["every role"]),
        ([of(one, "role"), "!GetAtt Queue.Arn".to_owned()], &["every role of an account"]),
        ([of(one, "role").replace("iam::", "iam:eu-west-1:"), of(one, "user/app-")], &[]),
    ] {
        let actions = "'iam:AttachRolePolicy', 'iam:CreateAccessKey'";
        let resources = format!("[{}]", resources.join(", "));
        let queue = "Resources:\n  Queue: {Type: AWS::SQS::Queue}\n";
        let text = template("!GetAtt Role.Arn", actions, &resources);
        let text = text.replace("Resources:\n", queue);
        let found = scan::scan([("template.yaml", text.as_str())], &Options::default()).findings;
        let found = found.iter().filter(|it| it.rule == "privilege-escalation-permission");
        let found: Vec<&str> =
            found.filter_map(|it| it.message.split_once(" on ")).map(|(_, on)| on).collect();
        assert_eq!(found, expected, "{resources}");
    }
    let both = format!("[{}, {}]", of(one, "role"), of(other, "role"));
    let found = rules("!GetAtt Role.Arn", "'sts:AssumeRole'", &both);
    assert!(found.iter().any(|(rule, _)| *rule == "privilege-escalation-permission"), "{found:?}");
}

/// Users, groups, policies and functions are as roles.
#[test]
fn every_one_of_a_kind_is_as_much_as_everything() {
    let own = "!GetAtt Role.Arn";
    let account = |resource: &str| format!("!Sub 'arn:aws:iam::${{AWS::AccountId}}:{resource}'");
    let function = "'arn:aws:lambda:*:*:function:*'".to_owned();
    let here = "!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:*'".to_owned();
    for (actions, resource, expected) in [
        (
            "'iam:CreateAccessKey'",
            account("user/*"),
            "gain other permissions with `iam:CreateAccessKey` on every user",
        ),
        (
            "'iam:AddUserToGroup'",
            account("group/*"),
            "give others permissions with `iam:AddUserToGroup` on every group",
        ),
        (
            "'iam:CreatePolicyVersion'",
            account("policy/*"),
            "give others permissions with `iam:CreatePolicyVersion` on every customer managed policy",
        ),
        (
            "'lambda:UpdateFunctionCode'",
            function.clone(),
            "gain other permissions with `lambda:UpdateFunctionCode` on every function",
        ),
        (
            "'lambda:AddPermission'",
            here.clone(),
            "give others permissions with `lambda:AddPermission` on every function of the region",
        ),
        (
            "'lambda:GetFunction'",
            function,
            "read the environment variables of every function with `lambda:GetFunction`",
        ),
        (
            "'lambda:GetFunction'",
            here,
            "read the environment variables of every function of the region with \
             `lambda:GetFunction`",
        ),
        ("'iam:CreateAccessKey'", account("user/team/*"), ""),
        // In another account nobody does this, so that this is the one that is meant.
        (
            "'iam:CreateAccessKey'",
            "'arn:aws:iam::123456789012:user/*'".to_owned(),
            "gain other permissions with `iam:CreateAccessKey` on every user",
        ),
        ("'iam:CreateUser', 'iam:AddUserToGroup'", account("user/*"), ""),
        ("'lambda:GetFunction'", "'arn:aws:lambda:*:*:function:app-*'".to_owned(), ""),
        ("'lambda:GetFunction'", "'arn:aws:lambda:*:123456789012:function:*'".to_owned(), ""),
        ("'lambda:InvokeFunction'", "'arn:aws:lambda:*:*:function:*'".to_owned(), ""),
    ] {
        let found = rules(own, actions, &resource);
        let found = found.iter().find(|(rule, _)| *rule == "privilege-escalation-permission");
        let message = found.map_or("", |(_, message)| message);
        let message = message.strip_prefix("function `Function` can ").unwrap_or(message);
        assert_eq!(message, expected, "{actions} {resource}");
    }
}

/// A reference of the role to itself would be a circle.
#[test]
fn a_role_that_trusts_itself_names_itself_as_text() {
    let template = |principal: &str| {
        format!(
            "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: {{Role: !GetAtt Role.Arn, Code: {{S3Bucket: artifacts, S3Key: app.zip}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com{principal}}}, Action: 'sts:AssumeRole'}}]
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      Roles: [!Ref Role]
      PolicyName: app
      PolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Action: 'sts:AssumeRole', Resource: !GetAtt Role.Arn}}]
"
        )
    };
    let found = |principal: &str| {
        let text = template(principal);
        scan::scan([("template.yaml", text.as_str())], &Options::default()).findings
    };
    let help =
        found("").into_iter().find(|it| it.rule == "self-assume-without-trust").unwrap().help;
    assert_eq!(
        help.as_deref(),
        Some(
            "Remove this statement: the function has the role already. If the code cannot do \
             without it, write the role's ARN as text into its trust policy once the role exists: \
             a role cannot name itself when it is made."
        )
    );
    let text = ", AWS: 'arn:aws:iam::123456789012:role/shop-Role-1A2B3C4D5E6F'";
    let rules: Vec<&str> = found(text).iter().map(|finding| finding.rule).collect();
    assert!(!rules.iter().any(|rule| rule.contains("trust")), "{rules:?}");
}

#[test]
fn a_function_goes_on_assuming_other_roles() {
    let own = "!Sub 'arn:aws:iam::${AWS::AccountId}:role/app'";
    let other = "'arn:aws:iam::111122223333:role/reader'";
    let list = format!("[{other}, {own}]");
    for (actions, resource, expected) in [
        ("'sts:AssumeRole'", own, "Remove this statement"),
        ("'s3:ListAllMyBuckets', 'sts:AssumeRole'", own, "Remove `sts:AssumeRole`"),
        ("'sts:AssumeRole'", &list, "Take the role's own ARN out of the resources"),
        (
            "'sts:AssumeRole', 'sts:TagSession'",
            &list,
            "Take the role's own ARN out of the resources",
        ),
        (
            "'iam:GetRole', 'sts:AssumeRole'",
            &list,
            "Give `sts:AssumeRole` a statement of its own with the other resources alone",
        ),
    ] {
        let template = template("!GetAtt Role.Arn", actions, resource);
        let found = scan::scan([("template.yaml", template.as_str())], &Options::default());
        let own = found.findings.iter().find(|it| it.rule == "self-assume-without-trust").unwrap();
        let help = own.help.as_deref().unwrap();
        let removal = help.strip_suffix(
            ": the function has the role already. If the code cannot do without it, write the \
             role's ARN as text into its trust policy once the role exists: a role cannot name \
             itself when it is made.",
        );
        assert_eq!(removal, Some(expected), "{actions} {resource}");
    }
}
