//! What the help of findings about statements says, by what stands in the statement.

use iacscan_rules::Options;

use crate::scan;

/// A function whose role has this statement, and a bucket.
pub(super) fn template(statement: &str) -> String {
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
{}
  Bucket:
    Type: AWS::S3::Bucket
",
        role(statement)
    )
}

fn role(statement: &str) -> String {
    format!(
        "  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
      Policies:
        - PolicyName: app
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - {{Effect: Allow, {statement}}}
"
    )
}

/// The help of the only finding of a rule.
pub(super) fn help(text: &str, rule: &str) -> Option<String> {
    let found = scan::scan([("template.yaml", text)], &Options::default()).findings;
    let mut of_rule = found.into_iter().filter(|finding| finding.rule == rule);
    let only = of_rule.next()?;
    if of_rule.next().is_some() { None } else { only.help.map(|help| on_one_line(&help)) }
}

/// A help whose sentences stand on lines of their own.
pub(super) fn on_one_line(help: &str) -> String {
    help.lines().map(str::trim_start).collect::<Vec<_>>().join(" ")
}

#[test]
fn help_fits_what_stands_in_the_statement() {
    for (rule, statement, expected) in [
        (
            "privilege-escalation-permission",
            "Action: ['iam:PassRole'], Resource: '*'",
            "Name the role that is passed, `!Sub \"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/NAME\"` \
             (with your own value for `NAME`), and add as a condition the \
             service that it is passed to, which the trust policy of that role names as its principal \
             (for tasks of ECS, `Condition: {StringEquals: {\"iam:PassedToService\": \
             \"ecs-tasks.amazonaws.com\"}}`); if the code passes no role, remove the statement.",
        ),
        (
            "privilege-escalation-permission",
            "Action: ['iam:PassRole', 'scheduler:CreateSchedule', 'ecs:*Task*'], Resource: '*'",
            "Give `iam:PassRole` a statement of its own, which names the role that is passed, \
             `!Sub \"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/NAME\"` \
             (with your own value for `NAME`), \
             with as a condition the service that it is passed to, which the trust policy of that \
             role names as its principal (for tasks of ECS, `Condition: {StringEquals: \
             {\"iam:PassedToService\": \"ecs-tasks.amazonaws.com\"}}`); if the code passes no \
             role, remove it.",
        ),
        (
            "privilege-escalation-permission",
            "Action: ['iam:PassRole', 'scheduler:CreateSchedule', 'ecs:Run*'], Resource: '*'",
            "Give `iam:PassRole` a statement of its own, which names the role that is passed, \
             `!Sub \"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/NAME\"` (with your own value for `NAME`), \
             with `scheduler.amazonaws.com` and `ecs-tasks.amazonaws.com`, which it is passed to, \
             as a condition: `Condition: {StringEquals: {\"iam:PassedToService\": \
             [\"scheduler.amazonaws.com\", \"ecs-tasks.amazonaws.com\"]}}`.",
        ),
        (
            "privilege-escalation-permission",
            "Action: ['iam:PassRole', 'iam:AttachRolePolicy', 'iam:Put*', 'glue:CreateJob'], \
             Resource: '*'",
            "For `iam:PassRole`, give it a statement of its own, which names the \
             role that is passed, `!Sub \"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/NAME\"` \
             (with your own value for `NAME`), with `glue.amazonaws.com`, which it is passed to, as \
             a condition: `Condition: {StringEquals: {\"iam:PassedToService\": \
             \"glue.amazonaws.com\"}}`. For `iam:AttachRolePolicy` and `iam:Put*`, leave \
             identities and policies to the deployment, or give them a statement of their own, \
             which names the one that it changes: `!Sub \"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/NAME\"` (with your own value for `NAME`).",
        ),
        (
            "privilege-escalation-permission",
            "Action: 'iam:PutRolePolicy', Resource: !Sub 'arn:aws:iam::${AWS::AccountId}:role/*'",
            "Leave identities and policies to the deployment, or name in `Resource` the one that \
             it changes: `!Sub \"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/NAME\"` (with your own value for `NAME`).",
        ),
        (
            "privilege-escalation-permission",
            "Action: ['lambda:GetFunction', 'lambda:GetFunctionConfiguration'], Resource: '*'",
            "Name in `Resource` the functions that it reads, as \
             `!Sub \"arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:NAME\"` \
             (with your own value for `NAME`); for its own environment variables it needs no \
             permission.",
        ),
        (
            "privilege-escalation-permission",
            "Action: ['lambda:UpdateFunctionCode', 'dynamodb:Query'], Resource: '*'",
            "Give `lambda:UpdateFunctionCode` a statement of its own, which names the functions \
             that it changes: \
             `!Sub \"arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:NAME\"` \
             (with your own value for `NAME`).",
        ),
        (
            "privilege-escalation-permission",
            "Action: ['sts:AssumeRole', 'ec2:DescribeInstances'], Resource: '*'",
            "Give `sts:AssumeRole` a statement of its own, which names the roles that the code \
             assumes: `!Sub \"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/NAME\"` (with \
             your own value for `NAME`); for a role of another account, write that account's id in \
             place of `${AWS::AccountId}`.",
        ),
        (
            "privilege-escalation-permission",
            "Action: 'sts:AssumeRole', Resource: !Sub 'arn:aws:iam::${AWS::AccountId}:role/*'",
            "Name in `Resource` the roles that the code assumes: \
             `!Sub \"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/NAME\"` (with your own value \
             for `NAME`).",
        ),
        (
            "wildcard-action-on-all-resources",
            "Action: 's3:*', Resource: '*'",
            "List the actions that are called and the ARNs they are called on (`*` for those that \
             take none). IAM Access Analyzer can list most of them from the role's CloudTrail \
             history.",
        ),
        (
            "unknown-iam-action",
            "Action: ['s3:HeadObject'], Resource: 'arn:aws:s3:::orders/*'",
            "Write `s3:GetObject`, which IAM checks for that operation.",
        ),
        (
            "unknown-iam-action",
            "Action: ['s3:HeadObject', 's3:GetObject'], Resource: 'arn:aws:s3:::orders/*'",
            "Remove it: `s3:GetObject` is allowed beside it already.",
        ),
        (
            "unknown-iam-action",
            "Action: ['s3 :GetObject'], Resource: 'arn:aws:s3:::orders/*'",
            "Write `s3:GetObject`. Remove it if the code does not call that. If another one is meant, look it up in the Service \
             Authorization Reference.",
        ),
        (
            "unknown-iam-action",
            "Action: ['s3:GetObjects', 's3:Get*'], Resource: 'arn:aws:s3:::orders/*'",
            "Remove it: `s3:GetObject` is allowed beside it already.",
        ),
        (
            "unknown-iam-action",
            "Action: ['s3:GetObject', 's3:ListObjectsV2'], Resource: 'arn:aws:s3:::orders/*'",
            "Write `s3:ListBucket`, which IAM checks for that operation. It is done to the bucket: \
             add its ARN, without `/*`.",
        ),
        (
            "unknown-iam-action",
            "Action: ['s3:ListObjectsV2'], Resource: ['arn:aws:s3:::orders', 'arn:aws:s3:::orders/*']",
            "Write `s3:ListBucket`, which IAM checks for that operation.",
        ),
        (
            "unknown-iam-action",
            "Action: ['s3:GetObjects', 's3:ListBucket'], Resource: 'arn:aws:s3:::orders'",
            "Write `s3:GetObject`. It is done to objects: add the bucket's ARN with `/*` behind.",
        ),
        (
            "unknown-iam-action",
            "Action: ['s3:ListObjects*'], Resource: ['arn:aws:s3:::orders', 'arn:aws:s3:::orders/*']",
            "Write `s3:ListBucket`, which IAM checks for that operation.",
        ),
        (
            "unknown-iam-action",
            "Action: ['s3:CopyObject'], Resource: 'arn:aws:s3:::orders/*'",
            "Write `s3:PutObject`, which IAM checks for that operation, and `s3:GetObject` on what \
             is copied.",
        ),
        (
            "unknown-iam-action",
            "Action: ['apigateway:GetRestApis'], Resource: 'arn:aws:apigateway:eu-west-1::/restapis'",
            "Write `apigateway:GET`, which IAM checks for that operation.",
        ),
        (
            "unknown-iam-action",
            "Action: ['s3:PutLogEvents'], Resource: '*'",
            "Write `logs:PutLogEvents`. Remove it if the code does not call that. If another one is meant, look it up in the Service \
             Authorization Reference.",
        ),
        (
            "unknown-iam-action",
            "Action: ['dynamodb:ListTags'], Resource: '*'",
            "Write `dynamodb:ListTagsOfResource`. Remove it if the code does not call that. If another one is meant, look it up in the \
             Service Authorization Reference.",
        ),
        (
            "unknown-iam-action",
            "Action: ['sqs:ReadMessage'], Resource: '*'",
            "Remove the statement, or look the name up in the Service Authorization Reference.",
        ),
        (
            "s3-resource-level-mismatch",
            "Action: 's3:GetObject', Resource: !GetAtt Bucket.Arn",
            "Write `!Sub \"${Bucket.Arn}/*\"`.",
        ),
        (
            "s3-resource-level-mismatch",
            "Action: 's3:ListBucket', Resource: !Sub '${Bucket.Arn}/*'",
            "Write `!GetAtt Bucket.Arn`.",
        ),
        (
            "s3-resource-level-mismatch",
            "Action: 's3:ListBucket', Resource: 'arn:aws:s3:::orders/in/*'",
            "Write `arn:aws:s3:::orders`.",
        ),
        (
            "s3-resource-level-mismatch",
            "Action: ['s3:ListBucket', 's3:GetObject'], Resource: 'arn:aws:s3:::orders/*'",
            "Add `arn:aws:s3:::orders` to the resources.",
        ),
        (
            "s3-resource-level-mismatch",
            "Action: ['s3:ListBucket', 's3:GetObject'], Resource: [!If [Has, \
             'arn:aws:s3:::orders/*', !Ref 'AWS::NoValue']]",
            "Add the ARN of the bucket, without `/*`.",
        ),
        (
            "privilege-escalation-permission",
            "Action: 'lambda:UpdateFunctionConfiguration', Resource: '*'",
            "Name in `Resource` the functions that it changes: \
             `!Sub \"arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:NAME\"` \
             (with your own value for `NAME`).",
        ),
        (
            "privilege-escalation-permission",
            "Action: ['lambda:AddPermission', 'lambda:RemovePermission'], Resource: '*'",
            "Name in `Resource` the functions whose permissions it may change, its own where that \
             is the one: \
             `!Sub \"arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:NAME\"` \
             (with your own value for `NAME`).",
        ),
        (
            "unscopable-action-with-resource",
            "Action: 's3:ListAllMyBuckets', Resource: 'arn:aws:s3:::orders'",
            "Write `\"*\"`.",
        ),
        (
            "unscopable-action-with-resource",
            "Action: 's3:ListAllMyBuckets', Resource: ['arn:aws:s3:::orders', 'arn:aws:s3:::bills']",
            "Allow `s3:ListAllMyBuckets` on `*`, in a statement of its own.",
        ),
        (
            "unscopable-action-with-resource",
            "Action: 'cognito-idp:SignUp', Resource: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/p'",
            "Remove `cognito-idp:SignUp`: Cognito asks no policy about this call, and what the \
             app's users may call, functions may call too.",
        ),
    ] {
        assert_eq!(help(&template(statement), rule).as_deref(), Some(expected), "{statement}");
    }
}

#[test]
fn what_gives_power_is_named_before_the_rest() {
    let services = ["s3", "kinesis", "sns", "sqs", "states", "cloudwatch", "lambda"];
    let actions: Vec<String> = services.iter().map(|service| format!("'{service}:*'")).collect();
    let text = template(&format!("Action: [{}], Resource: '*'", actions.join(", ")));
    let found = scan::scan([("template.yaml", text.as_str())], &Options::default()).findings;
    let mut found = found.into_iter().filter(|it| it.rule == "wildcard-action-on-all-resources");
    assert_eq!(
        found.next().unwrap().message,
        "this statement allows function `Function` `lambda:*`, `s3:*`, `kinesis:*`, `sns:*`, \
         `sqs:*` and 2 more on every resource"
    );
}

#[test]
fn help_speaks_of_no_function_where_there_is_none() {
    for (rule, statement) in [
        ("admin-policy", "Action: '*', Resource: '*'"),
        ("wildcard-action", "Action: 's3:Put*', Resource: 'arn:aws:s3:::orders/*'"),
        ("wildcard-action-on-all-resources", "Action: 's3:*', Resource: '*'"),
    ] {
        let help = help(&format!("Resources:\n{}", role(statement)), rule).unwrap();
        assert!(!help.contains("function") && !help.contains("the code"), "{help}");
    }
}

#[test]
fn a_policy_that_writes_logs_is_not_replaced_where_another_does() {
    let of = |policies: &str| {
        let text = format!(
            "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src
      Role: !GetAtt Role.Arn
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole']
      {policies}
"
        );
        help(&text, "unused-feature-policy").unwrap()
    };
    assert_eq!(
        of(""),
        "Attach `arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole` in its place, \
         which lets functions write logs."
    );
    assert_eq!(
        of(
            "Policies: [{PolicyName: logs, PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: ['logs:CreateLogStream', 'logs:Put*'], Resource: '*'}]}}]"
        ),
        "Remove it."
    );
}

#[test]
fn what_only_the_wide_statement_gives_is_to_be_given_otherwise() {
    let narrow = template(
        "Action: 'logs:*', Resource: !Sub 'arn:aws:logs:*:*:log-group:/aws/lambda/${Function}:*'",
    );
    let basic =
        "ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']";
    let wide = template("Action: 'logs:*', Resource: '*'");
    let attached = "AWSLambdaBasicExecutionRole` to `ManagedPolicyArns`, a new list in the properties \
                    of `Role` for logs.";
    // AWS's policy would allow more than a statement on one group.
    let allowed = "in its place allow `logs:CreateLogGroup`, `logs:CreateLogStream` and \
                   `logs:PutLogEvents` on";
    for (rule, text, said) in
        [("wildcard-action-on-all-resources", wide, attached), ("wildcard-action", narrow, allowed)]
    {
        for (text, is_needed) in [(text.clone(), false), (text.replace(basic, ""), true)] {
            let help = help(&text, rule).unwrap();
            assert_eq!(help.contains(said), is_needed, "{help}");
        }
    }
}

/// What stands by name beside a wildcard stays when that goes; what only the wildcard gives does not.
#[test]
fn what_is_allowed_by_name_beside_a_wildcard_is_not_given_again() {
    let of = |actions: &str, rule: &str, resource: &str| {
        let text = template(&format!("Action: [{actions}], Resource: {resource}"));
        let basic = "ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']";
        help(&text.replace(basic, ""), rule).unwrap()
    };
    let on_all = "wildcard-action-on-all-resources";
    let named = "'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'";
    for (actions, rule, resource, is_said) in [
        (format!("'ec2:*', {named}"), on_all, "'*'", false),
        (format!("'ec2:*', {named}, 'logs:*'"), on_all, "'*'", false),
        ("'ec2:*', 'logs:*'".to_owned(), on_all, "'*'", true),
        ("'ec2:*', 'logs:*', 'logs:PutLogEvents'".to_owned(), on_all, "'*'", true),
        (
            format!("'logs:*', {named}"),
            "wildcard-action",
            "!Sub 'arn:aws:logs:*:*:log-group:/aws/lambda/${Function}:*'",
            false,
        ),
    ] {
        let help = of(&actions, rule, resource);
        assert_eq!(help.contains("depend on it too"), is_said, "{actions}: {help}");
    }
    let alone = of("'logs:*'", on_all, "'*'");
    assert!(alone.starts_with("Remove this statement, and in its place add"), "{alone}");
    assert!(
        alone.contains("AWSLambdaBasicExecutionRole") && !alone.contains("Analyzer"),
        "{alone}"
    );
}

/// A function runs with a role: what is done to users is done for others.
#[test]
fn what_a_dangerous_action_does_is_true_of_it() {
    let gain = "can gain other permissions with";
    let give = "can give others permissions with";
    let both = "can gain other permissions, and give them to others, with";
    let (everything, own) = ("'*'", "!GetAtt Role.Arn");
    for (actions, resource, message, label) in [
        ("iam:AttachUserPolicy", everything, give, "gives any user any permission"),
        ("iam:PutUserPolicy", everything, give, "gives any user any permission"),
        ("iam:PutGroupPolicy", everything, give, "gives the users of any group any permission"),
        ("iam:AddUserToGroup", everything, give, "gives any user what any group is allowed"),
        ("iam:CreateRole", everything, give, "makes roles for whomever it names"),
        ("lambda:AddPermission", everything, give, "lets others invoke functions"),
        ("iam:CreateAccessKey", everything, gain, "makes credentials of other users"),
        (
            "iam:CreatePolicyVersion",
            everything,
            give,
            "rewrites any customer managed policy, and the role has none",
        ),
        (
            "iam:PutRolePolicy",
            everything,
            gain,
            "gives any role any permission, the function's own too",
        ),
        (
            "iam:PutUserPolicy, iam:CreateAccessKey",
            everything,
            both,
            "gives any user any permission",
        ),
        (
            "iam:Put*",
            everything,
            both,
            "covers `iam:PutRolePolicy`, which gives any role any permission, the function's own too",
        ),
        (
            "iam:AttachRolePolicy",
            own,
            "change what the role allows",
            "gives the role any permission",
        ),
        (
            "iam:UpdateAssumeRolePolicy",
            own,
            "change who may assume it",
            "changes who may assume a role",
        ),
        (
            "iam:UpdateAssumeRolePolicy, iam:PutRolePolicy",
            own,
            "change what the role allows and who may assume it",
            "changes who may assume a role",
        ),
    ] {
        // A role of a fixed name, so that no statement refers to the role that holds it.
        let resource = if resource == own { "'arn:aws:iam::*:role/app'" } else { resource };
        let text = template(&format!("Action: [{actions}], Resource: {resource}"));
        let text = text.replace(
            "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n",
            "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: app\n",
        );
        let found = scan::scan([("template.yaml", text.as_str())], &Options::default()).findings;
        let found = found.iter().find(|it| it.rule == "privilege-escalation-permission").unwrap();
        assert!(found.message.contains(message), "{actions}: {}", found.message);
        assert_eq!(found.primary().map(|it| it.text.as_str()), Some(label), "{actions}");
    }
    // A policy of the account's own, which the function may rewrite too.
    let text = template("Action: 'iam:CreatePolicyVersion', Resource: '*'").replace(
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::123456789012:policy/app",
    );
    let found = scan::scan([("template.yaml", text.as_str())], &Options::default()).findings;
    let found = found.iter().find(|it| it.rule == "privilege-escalation-permission").unwrap();
    assert!(found.message.contains(gain), "{}", found.message);
}

/// API Gateway checks them on all groups when it is given the role.
#[test]
fn the_role_that_api_gateway_logs_with_keeps_its_star() {
    let logs = "'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogGroups', \
                'logs:DescribeLogStreams', 'logs:PutLogEvents', 'logs:GetLogEvents', \
                'logs:FilterLogEvents'";
    let account = "  Account:
    Type: AWS::ApiGateway::Account
    Properties: {CloudWatchRoleArn: !GetAtt Role.Arn}
";
    for (more, account, is_found) in
        [("", account, false), ("", "", true), (", 'logs:DeleteLogGroup'", account, true)]
    {
        let template = format!(
            "
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Principal: {{Service: [lambda.amazonaws.com, apigateway.amazonaws.com]}}, Action: 'sts:AssumeRole'}}]
      Policies:
        - PolicyName: logs
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{{Effect: Allow, Action: [{logs}{more}], Resource: '*'}}]
{account}"
        );
        let findings = scan::scan([("t.yaml", template.as_str())], &Options::default()).findings;
        let found = findings.iter().any(|it| it.rule == "wildcard-resource");
        assert_eq!(found, is_found, "{more} {account}");
    }
}

/// What the environment tells the code of is used, all of it; the keys of AWS's own need no grant.
#[test]
fn parameters_that_the_code_is_told_of_are_named_together() {
    let text = r#"
resource "aws_ssm_parameter" "plain" { name = "/app/plain" }
resource "aws_ssm_parameter" "secret" { name = "/app/secret" }
resource "aws_lambda_function" "app" {
  function_name = "app"
  role          = aws_iam_role.app.arn
  filename      = "app.zip"
  environment {
    variables = {
      PLAIN  = aws_ssm_parameter.plain.name
      SECRET = aws_ssm_parameter.secret.name
    }
  }
}
resource "aws_iam_role" "app" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["ssm:GetParameter", "kms:Decrypt"], Resource = "*" }] })
}
"#;
    let findings = scan::scan([("main.tf", text)], &Options::default()).findings;
    let found = findings.into_iter().find(|it| it.rule == "wildcard-resource").unwrap();
    let help = found.help.unwrap();
    let both = "`aws_ssm_parameter.plain.arn` and `aws_ssm_parameter.secret.arn` for \
                `ssm:GetParameter`";
    let keys = "Keys of AWS's own, such as `alias/aws/ssm`, need no grant: if no other is used, \
                remove `kms:Decrypt`.";
    assert!(help.contains(both) && help.contains(keys), "{help}");
}
