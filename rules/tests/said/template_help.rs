//! What findings propose goes into a template as that is written.

use iacscan_core::{Finding, Undecided};
use iacscan_rules::Options;

use crate::scan;

const TRUST: &str = "{Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: \
                     lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}";

const BASIC: &str =
    "ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']";

const LOGS: &str = "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: ['logs:CreateLogStream', \
     'logs:PutLogEvents', 'logs:CreateLogGroup'], Resource: 'arn:aws:logs:*:*:log-group:*'}]}";

fn scanned(text: &str) -> (Vec<Finding>, Vec<Undecided>) {
    let scan = scan::scan([("template.yaml", text)], &Options::default());
    (scan.findings, scan.undecided)
}

fn found(text: &str, rule: &str) -> Option<Finding> {
    scanned(text).0.into_iter().find(|finding| finding.rule == rule)
}

fn help(text: &str, rule: &str) -> String {
    found(text, rule).and_then(|finding| finding.help).unwrap_or_default()
}

/// Functions, which run with one role.
fn sharing(properties: &str, beside: &str) -> String {
    let function = |name: &str| {
        format!(
            "  {name}:
    Type: AWS::Lambda::Function
    Properties: {{Role: !GetAtt Role.Arn, Runtime: python3.13, Handler: a.b, Code: {{S3Bucket: a, S3Key: b}}}}
"
        )
    };
    format!(
        "
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {{AssumeRolePolicyDocument: {TRUST}, {BASIC}{properties}}}
{beside}{}{}",
        function("A"),
        function("B")
    )
}

#[test]
fn a_copied_role_has_another_name_and_the_policies_beside_it() {
    let policy = |name: &str, kind: &str, roles: &str| {
        format!(
            "  {name}:
    Type: AWS::IAM::{kind}
    Properties: {{PolicyName: p, {roles}, PolicyDocument: {LOGS}}}
"
        )
    };
    let cases = [
        ("", String::new(), "copy `Role` under a new name, set"),
        (", RoleName: app", String::new(), "under a new name with another `RoleName`, set"),
        (
            "",
            policy("P", "Policy", "Roles: [!Ref Role]")
                + &policy("Q", "ManagedPolicy", "Roles: [!Ref Role]"),
            "under a new name, add `!Ref NewName` to `Roles` of `Q` and `P`, set",
        ),
        (
            "",
            policy("P", "RolePolicy", "RoleName: !Ref Role"),
            "under a new name, copy `P` for it, set",
        ),
    ];
    for (properties, beside, expected) in cases {
        let help = help(&sharing(properties, &beside), "shared-execution-role");
        assert!(help.contains(expected), "{properties}{beside}{help}");
    }
}

/// A function with a dead letter queue, whose role may not send to it.
fn sending(policies: &str) -> String {
    format!(
        "
Conditions: {{X: !Equals [!Ref AWS::Region, eu-west-1]}}
Resources:
  Dead: {{Type: AWS::SQS::Queue}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {TRUST}
      {BASIC}
{policies}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: python3.13
      Handler: a.b
      Code: {{S3Bucket: a, S3Key: b}}
      DeadLetterConfig: {{TargetArn: !GetAtt Dead.Arn}}
"
    )
}

#[test]
fn a_policy_is_an_item_of_the_list_that_there_is() {
    let item = "{PolicyName: p, PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, \
                Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*'}]}}";
    let item_of = "As an item of `Policies` of `Role`";
    for (policies, place, starts) in [
        (
            String::new(),
            "In the `Properties` of `Role` (the item alone if it has `Policies` by then)"
                .to_owned(),
            "Policies:\n  - PolicyName: ",
        ),
        (format!("      Policies:\n        - {item}"), item_of.to_owned(), "- PolicyName: "),
        (format!("      Policies: [{item}]"), item_of.to_owned(), "{PolicyName: "),
        ("      Policies: []".to_owned(), item_of.to_owned(), "{PolicyName: "),
        (
            format!("      Policies: !If [X, [{item}], !Ref AWS::NoValue]"),
            format!("{item_of}, in each list of its `Fn::If`"),
            "{PolicyName: ",
        ),
    ] {
        let text = sending(&policies);
        let snippet = found(&text, "missing-dead-letter-permission").and_then(|it| it.snippet);
        let snippet = snippet.unwrap();
        assert_eq!(snippet.place, place, "{policies}");
        assert!(snippet.code.starts_with(starts), "{policies} {}", snippet.code);
        if starts == "{PolicyName: " && !policies.contains("!If") {
            let pasted = text.replace("Policies: [", &format!("Policies: [{}, ", snippet.code));
            assert_eq!(found(&pasted, "missing-dead-letter-permission"), None, "{pasted}");
            assert_eq!(found(&pasted, "syntax-error"), None, "{pasted}");
        }
    }
}

#[test]
fn what_is_left_out_is_shown_where_that_is_written() {
    for (role, expected) in [
        ("!Ref AWS::NoValue", Some("AWS::NoValue")),
        ("!If [X, !GetAtt Role.Arn, !Ref AWS::NoValue]", Some("AWS::NoValue")),
        ("{Ref: AWS::NoValue}", Some("AWS::NoValue")),
        ("!GetAtt Role.Arn", None),
    ] {
        let text = sending("").replacen("Role: !GetAtt Role.Arn", &format!("Role: {role}"), 1);
        let finding = found(&text, "function-without-role");
        let shown = finding.as_ref().and_then(|it| {
            let primary = it.labels.first()?;
            text.get(primary.span.range())
        });
        assert_eq!(shown.map(|it| it.contains("NoValue")), expected.map(|_| true), "{role}");
        if let Some(snippet) = finding.and_then(|it| it.snippet) {
            let end = "# in place of AWS::NoValue in Role of Function\n!GetAtt FunctionRole.Arn";
            assert!(snippet.code.ends_with(end), "{}", snippet.code);
        }
    }
}

/// A function of SAM with events, and a permission that says nothing of its source.
fn with_events(events: &str, principal: &str, beside: &str) -> String {
    format!(
        "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: a.b
      CodeUri: src
      Events: {events}
  Permission:
    Type: AWS::Lambda::Permission
    Properties: {{Action: 'lambda:InvokeFunction', FunctionName: !Ref Function, Principal: {principal}}}
{beside}"
    )
}

#[test]
fn what_sam_permits_needs_no_other_permission() {
    let api = "{E: {Type: Api, Properties: {Path: /a, Method: get}}}";
    let daily = "{E: {Type: Schedule, Properties: {Schedule: rate(1 day)}}}";
    let rule = "  Rule:
    Type: AWS::Events::Rule
    Properties: {ScheduleExpression: rate(1 day), Targets: [{Id: a, Arn: !GetAtt Function.Arn}]}
";
    for (events, principal, beside, expected) in [
        (daily, "events.amazonaws.com", "", "Remove it: SAM permits the event already."),
        (
            api,
            "apigateway.amazonaws.com",
            "",
            "Remove it: SAM permits the event already. If something else is to invoke the function \
             too, add `SourceArn` as ",
        ),
        (daily, "events.amazonaws.com", rule, "Add `SourceArn` as "),
        (daily, "apigateway.amazonaws.com", "", "Add `SourceArn` as "),
    ] {
        let text = with_events(events, principal, beside);
        let help = help(&text, "invoke-permission-without-source");
        assert!(help.starts_with(expected), "{text}{help}");
    }
}

#[test]
fn a_function_with_policies_leaves_a_role_of_others() {
    let function = |name: &str, policies: &str| {
        format!(
            "  {name}:
    Type: AWS::Serverless::Function
    Properties: {{Role: !GetAtt Role.Arn, Runtime: python3.13, Handler: a.b, CodeUri: src{policies}}}
"
        )
    };
    let text = |other: &str| {
        format!(
            "
Transform: AWS::Serverless-2016-10-31
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {{AssumeRolePolicyDocument: {TRUST}, {BASIC}}}
{}{other}",
            function("A", ", Policies: [AdministratorAccess]")
        )
    };
    let (shared, own) = (text(&function("B", "")), text(""));
    assert_eq!(
        help(&shared, "sam-role-shadows-policies"),
        "Remove `Role`, which other functions have too, and SAM makes a role with `Policies` for \
         this one; leave in `Policies` no more than the function needs."
    );
    assert!(help(&own, "sam-role-shadows-policies").starts_with("Remove `Policies`, which has"));
}

#[test]
fn a_parameter_stands_for_its_default() {
    let text = format!(
        "
Parameters:
  Dead: {{Type: String, Default: 'arn:aws:sqs:eu-west-1:123456789012:dead'}}
  Name: {{Type: String, Default: jobs}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {{AssumeRolePolicyDocument: {TRUST}, {BASIC}}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: python3.13
      Handler: a.b
      Code: {{S3Bucket: a, S3Key: b}}
      DeadLetterConfig: {{TargetArn: !Ref Dead}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Function
      EventSourceArn: !Sub 'arn:aws:sqs:eu-west-1:123456789012:${{Name}}'
"
    );
    for (rule, expected) in [
        ("missing-dead-letter-permission", "on `!Ref Dead`"),
        (
            "missing-event-source-permission",
            "on `!Sub \"arn:aws:sqs:eu-west-1:123456789012:${Name}\"`",
        ),
    ] {
        let help = help(&text, rule);
        assert!(help.contains(expected), "{help}");
    }
}

#[test]
fn one_item_of_several_is_replaced() {
    let text = |actions: &str, resources: &str| {
        sending(&format!(
            "      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{{Effect: Allow, Action: {actions}, Resource: {resources}}}]"
        ))
    };
    for (rule, actions, resources, expected) in [
        (
            "wildcard-action",
            "['s3:GetObject', 'sqs:*']",
            "!GetAtt Dead.Arn",
            "In place of `sqs:*`, list the actions",
        ),
        ("wildcard-action", "'sqs:*'", "!GetAtt Dead.Arn", "List the actions"),
        (
            "wildcard-action-on-all-resources",
            "['sqs:SendMessage', 's3:*']",
            "'*'",
            "In place of `s3:*`, list the actions",
        ),
        (
            "wildcard-resource",
            "'sqs:SendMessage'",
            "[!GetAtt Dead.Arn, '*']",
            "Remove `*`: the statement names `!GetAtt Dead.Arn` already.",
        ),
        (
            "wildcard-resource",
            "'sqs:SendMessage'",
            "['arn:aws:sqs:eu-west-1:123456789012:a', '*']",
            "In place of `*`, name the resources: `!GetAtt Dead.Arn` for",
        ),
        ("wildcard-resource", "'sqs:SendMessage'", "'*'", "Name the resources: "),
        (
            "wildcard-resource",
            "['s3:GetObject', 'sqs:SendMessage']",
            "['arn:aws:s3:::*', !GetAtt Dead.Arn]",
            "In place of `arn:aws:s3:::*`, name the resources: ",
        ),
    ] {
        let help = help(&text(actions, resources), rule);
        assert!(help.starts_with(expected), "{actions} {resources} {help}");
        assert!(!resources.contains("s3:::*") || !help.contains("sqs"), "{help}");
    }
}

#[test]
fn a_parameter_may_say_which_secret_is_looked_up() {
    let variables = "      Environment: {Variables: {PASSWORD: !Sub '{{resolve:secretsmanager:${Secret}:SecretString:password}}'}}\n      DeadLetterConfig";
    let text = sending("").replace("      DeadLetterConfig", variables);
    let text = format!("Parameters: {{Secret: {{Type: String, NoEcho: true}}}}{text}");
    let said = help(&text, "secret-literal-in-environment");
    assert!(said.starts_with("Give the function the secret's ARN"), "{said}");
}

#[test]
fn running_needs_nothing_of_the_api_of_lambda() {
    let text = sending("").replace(
        "service-role/AWSLambdaBasicExecutionRole'",
        "service-role/AWSLambdaBasicExecutionRole', 'arn:aws:iam::aws:policy/AWSLambda_FullAccess'",
    );
    let said = help(&text, "admin-policy");
    assert!(said.starts_with("Remove it if the code does not call the API of Lambda. "), "{said}");
    assert!(said.contains(" Else replace it by a policy that lists"), "{said}");
}

#[test]
fn a_secret_that_is_looked_up_is_given_by_its_name() {
    for (value, expected) in [
        (
            "{{resolve:secretsmanager:db:SecretString:password}}",
            "Give the function the secret's ARN",
        ),
        ("{{resolve:ssm-secure:/app/password:1}}", "Give the function the parameter's name"),
        ("{{resolve:ssm:/app/password}}", "Keep it in Secrets Manager or in a SecureString"),
    ] {
        let text = sending("").replace(
            "      DeadLetterConfig",
            &format!(
                "      Environment: {{Variables: {{PASSWORD: '{value}'}}}}\n      DeadLetterConfig"
            ),
        );
        let help = help(&text, "secret-literal-in-environment");
        assert!(help.starts_with(expected), "{value} {help}");
    }
}

#[test]
fn sam_lets_its_functions_write_logs() {
    for (policy, is_said) in [("AWSLambdaExecute", true), ("AmazonSQSFullAccess", false)] {
        let text = format!(
            "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties: {{Runtime: python3.13, Handler: a.b, CodeUri: src, Policies: [{policy}]}}
"
        );
        let help = help(&text, "full-access-managed-policy");
        let said = help.ends_with("SAM itself lets the function write its logs.");
        assert_eq!(said, is_said, "{help}");
    }
    for (actions, is_said) in [("'logs:*', 'sqs:*'", true), ("'sqs:*'", false)] {
        let text = format!(
            "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: a.b
      CodeUri: src
      Policies: [{{Statement: [{{Effect: Allow, Action: [{actions}], Resource: '*'}}]}}]
"
        );
        let help = help(&text, "wildcard-action-on-all-resources");
        let said = help.ends_with("SAM itself lets the function write its logs.");
        assert_eq!(said, is_said, "{help}");
    }
}
