//! Who a trust policy lets in, by what it says.

use iacscan_core::{Finding, Severity};
use iacscan_rules::Options;

use crate::scan;

/// A function whose role trusts Lambda and, by one more statement, others.
fn template(function_role: &str, name: &str, statement: &str) -> String {
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
  AppRole:
    Type: AWS::IAM::Role
    Properties:
      {name}
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}
          - {statement}
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
"
    )
}

/// The findings of a rule.
fn found(path: &str, text: &str, rule: &str) -> Vec<Finding> {
    let mut found = scan::scan([(path, text)], &Options::default()).findings;
    found.retain(|finding| finding.rule == rule);
    found
}

fn severities(found: &[Finding]) -> Vec<Severity> {
    found.iter().map(|finding| finding.severity).collect()
}

const REFERENCE: &str = "!GetAtt AppRole.Arn";

fn allowing(principal: &str) -> String {
    format!("{{Effect: Allow, Principal: {{AWS: {principal}}}, Action: 'sts:AssumeRole'}}")
}

#[test]
fn another_role_is_told_from_the_role_itself() {
    let literal = "arn:aws:iam::123456789012:role/app";
    let (low, medium) = (&[Severity::Low][..], &[Severity::Medium][..]);
    for (function_role, name, principal, expected) in [
        (REFERENCE, "", "arn:aws:iam::999999999999:role/deployer", low),
        (REFERENCE, "", "!Sub 'arn:aws:iam::${AWS::AccountId}:role/deployer'", low),
        (REFERENCE, "", "arn:aws:iam::999999999999:role/shop-AppRole-1A2B3C4D5E6F", &[]),
        (REFERENCE, "", "arn:aws:iam::999999999999:role/shop-Deployer-1A2B3C4D5E6F", low),
        (REFERENCE, "RoleName: app", "arn:aws:iam::999999999999:role/app", &[]),
        (REFERENCE, "RoleName: app", "arn:aws:iam::999999999999:role/deployer", low),
        (REFERENCE, "RoleName: !Sub 'app-${X}'", "arn:aws:iam::999999999999:role/app-x", &[]),
        (REFERENCE, "RoleName: !Sub 'app-${X}'", "arn:aws:iam::999999999999:role/deployer", low),
        (REFERENCE, "RoleName: !Ref X", "arn:aws:iam::999999999999:role/deployer", &[]),
        (REFERENCE, "Path: !Ref X", "arn:aws:iam::999999999999:role/x/deployer", low),
        (REFERENCE, "", "arn:aws:iam::999999999999:root", low),
        (REFERENCE, "", "'999999999999'", low),
        (literal, "RoleName: app", "arn:aws:iam::123456789012:root", low),
        (literal, "RoleName: app", "arn:aws:iam::999999999999:root", medium),
        (literal, "RoleName: app", "arn:aws:iam::123456789012:role/app", &[]),
        (literal, "RoleName: app", "arn:aws:iam::123456789012:role/deployer", low),
        (literal, "RoleName: app", "arn:aws:iam::999999999999:role/deployer", medium),
        (literal, "RoleName: app", "arn:aws:iam::999999999999:role/app", medium),
    ] {
        let text = template(function_role, name, &allowing(principal));
        let text = format!("Parameters: {{X: {{Type: String}}}}\n{text}");
        let found = found("template.yaml", &text, "trust-extra-principal");
        assert_eq!(severities(&found), expected, "{function_role} {name} {principal}");
        assert!(found.iter().all(|it| !it.message.contains("other account")), "{found:?}");
    }
}

#[test]
fn names_that_terraform_generates_are_told_from_others() {
    for (name, principal, expected) in [
        ("", "deployer", 1),
        ("", "terraform-20240102030405060700000001", 0),
        ("name_prefix = \"app-\"", "deployer", 1),
        ("name_prefix = \"app-\"", "app-20240102030405060700000001", 0),
        ("name = var.name", "deployer", 0),
    ] {
        let text = format!(
            "variable \"name\" {{ type = string }}
resource \"aws_lambda_function\" \"app\" {{
  function_name = \"app\"
  role          = aws_iam_role.app.arn
}}
resource \"aws_iam_role\" \"app\" {{
  {name}
  assume_role_policy = jsonencode({{
    Version = \"2012-10-17\"
    Statement = [{{
      Effect    = \"Allow\"
      Principal = {{
        Service = \"lambda.amazonaws.com\"
        AWS     = \"arn:aws:iam::999999999999:role/{principal}\"
      }}
      Action    = \"sts:AssumeRole\"
    }}]
  }})
}}
"
        );
        let found = found("main.tf", &text, "trust-extra-principal");
        assert_eq!(found.len(), expected, "{name} {principal}");
    }
}

#[test]
fn conditions_that_let_everybody_pass_limit_nobody() {
    let organization = "aws:PrincipalOrgID";
    for (operator, key, value, expected) in [
        ("StringEquals", organization, "o-abc", Severity::Low),
        ("StringLike", organization, "o-*", Severity::Low),
        ("StringLike", organization, "'*'", Severity::High),
        ("StringEquals", organization, "'*'", Severity::Low),
        ("StringNotEquals", organization, "o-abc", Severity::High),
        ("StringEqualsIfExists", organization, "o-abc", Severity::High),
        ("ForAllValues:StringLike", "aws:PrincipalOrgPaths", "o-abc/*", Severity::High),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-abc/*", Severity::Low),
        ("ArnLike", "aws:PrincipalArn", "['*', 'arn:aws:iam::1:role/x']", Severity::High),
        ("ArnLikeIfExists", "aws:PrincipalArn", "'arn:aws:iam::1:role/x'", Severity::Low),
        ("Null", "sts:ExternalId", "'false'", Severity::High),
        ("IpAddress", "aws:SourceIp", "0.0.0.0/0", Severity::High),
        ("IpAddress", "aws:SourceIp", "192.0.2.0/24", Severity::Low),
        ("Bool", "aws:MultiFactorAuthPresent", "'true'", Severity::High),
    ] {
        let statement = format!(
            "{{Effect: Allow, Principal: '*', Action: 'sts:AssumeRole', \
             Condition: {{'{operator}': {{'{key}': {value}}}}}}}"
        );
        let text = template(REFERENCE, "", &statement);
        let found = found("template.yaml", &text, "trust-allows-anyone");
        assert_eq!(severities(&found), [expected], "{operator} {key} {value}");
    }
}

/// Of `AWS: "*"` AWS says only for anonymous users that it is the same as `*`.
#[test]
fn what_denies_lambda_is_to_be_taken_away() {
    for (who, expected) in [
        (
            "Principal: '*'",
            "Let the statement that denies it name whom it keeps out instead of `*`, which covers \
             Lambda too: no statement that allows it overrides that one.",
        ),
        (
            "Principal: {Service: lambda.amazonaws.com}",
            "Take `lambda.amazonaws.com` out of the statement that denies it.",
        ),
        (
            "NotPrincipal: {AWS: 'arn:aws:iam::123456789012:root'}",
            "Remove the statement that denies it: AWS takes no `NotPrincipal` in the trust policy \
             of a role, and whom no statement allows may not assume it anyway.",
        ),
        ("Principal: {AWS: '*'}", ""),
        ("NotPrincipal: {Service: lambda.amazonaws.com}", ""),
    ] {
        let statement = format!("{{Effect: Deny, {who}, Action: 'sts:AssumeRole'}}");
        let text = template(REFERENCE, "", &statement);
        let found = found("template.yaml", &text, "trust-missing-lambda");
        let help = found.first().and_then(|finding| finding.help.as_deref());
        assert_eq!(help.unwrap_or_default(), expected, "{who}");
    }
}

/// A root module with a function whose role has this trust policy.
fn module(trust: &str) -> String {
    format!(
        "resource \"aws_lambda_function\" \"app\" {{
  function_name = \"app\"
  role          = aws_iam_role.app.arn
}}
resource \"aws_iam_role\" \"app\" {{
  managed_policy_arns = [\"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole\"]
  assume_role_policy  = {trust}
}}
"
    )
}

/// What the help says is written where anybody is named.
#[test]
fn who_assumes_a_role_is_named_in_the_language_of_the_source() {
    let json = "\"Principal\": {\"Service\": \"lambda.amazonaws.com\"}";
    let block = "`principals` block with `type = \"Service\"` and `identifiers = \
                 [\"lambda.amazonaws.com\"]`";
    let hcl = "Principal = { Service = \"lambda.amazonaws.com\" }";
    let name = |written: &str| format!("Name who assumes the role: {written}.");
    let (in_json, in_hcl) = (name(&format!("`{json}`")), name(&format!("`{hcl}`")));
    let in_block = name(&format!("a {block}"));
    let statement = |principal: &str| {
        format!("{{\"Effect\": \"Allow\", {principal}, \"Action\": \"sts:AssumeRole\"}}")
    };
    let heredoc = |principal: &str| {
        let statement = statement(principal);
        module(&format!(
            "<<EOF\n{{\"Version\": \"2012-10-17\", \"Statement\": [{statement}]}}\nEOF"
        ))
    };
    let template = |principal: &str| {
        format!(
            "{{\"Resources\": {{\"Function\": {{\"Type\": \"AWS::Lambda::Function\", \"Properties\": \
             {{\"Role\": {{\"Fn::GetAtt\": [\"Role\", \"Arn\"]}}, \"Code\": {{\"ZipFile\": \"x\"}}}}}}, \
             \"Role\": {{\"Type\": \"AWS::IAM::Role\", \"Properties\": {{\"ManagedPolicyArns\": \
             [\"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole\"], \
             \"AssumeRolePolicyDocument\": {{\"Version\": \"2012-10-17\", \"Statement\": [{}]}}}}}}}}}}",
            statement(principal)
        )
    };
    let jsonencode = |principal: &str| {
        let statement = statement(principal);
        module(&format!("jsonencode({{Version = \"2012-10-17\", Statement = [{statement}]}})"))
    };
    let document = |principals: &str| {
        let start = module("data.aws_iam_policy_document.app.json");
        format!(
            "{start}data \"aws_iam_policy_document\" \"app\" {{
  statement {{
    actions = [\"sts:AssumeRole\"]
    principals {{
      {principals}
    }}
  }}
}}
"
        )
    };
    let anybody = "\"Principal\": \"*\"";
    let (everyone, lambda) = (
        "type = \"*\"\nidentifiers = [\"*\"]",
        "type = \"Service\"\nidentifiers = [\"lambda.amazonaws.com\"]",
    );
    for (path, open, closed, expected) in [
        ("t.json", template(anybody), template(json), &in_json),
        ("main.tf", jsonencode(anybody), jsonencode(hcl), &in_hcl),
        ("main.tf", heredoc(anybody), heredoc(json), &in_json),
        ("main.tf", document(everyone), document(lambda), &in_block),
    ] {
        let found = found(path, &open, "trust-allows-anyone");
        let helps: Vec<_> = found.into_iter().filter_map(|finding| finding.help).collect();
        assert_eq!(helps, [expected.as_str()], "{open}");
        let left = scan::scan([(path, closed.as_str())], &Options::default()).findings;
        assert!(left.is_empty(), "{closed} {left:#?}");
    }
}

#[test]
fn a_statement_of_trust_is_a_block_among_blocks() {
    let trust = "data.aws_iam_policy_document.app.json";
    let text = module(trust)
        + "data \"aws_iam_policy_document\" \"app\" {
  statement {
    actions = [\"sts:AssumeRole\"]
    principals {
      type        = \"Service\"
      identifiers = [\"ecs-tasks.amazonaws.com\"]
    }
  }
}
";
    let found = found("main.tf", &text, "trust-missing-lambda");
    let help = found.into_iter().find_map(|finding| finding.help).unwrap_or_default();
    assert!(
        help.starts_with(
            "Add to its trust policy a `statement` block with `actions = [\"sts:AssumeRole\"]` and a \
             `principals` block with `type = \"Service\"` and `identifiers = \
             [\"lambda.amazonaws.com\"]`."
        ),
        "{help}"
    );
}

/// Terraform 0.11 took a map for a block.
#[test]
fn a_map_is_read_as_the_block_that_it_stands_for() {
    for (written, principals, rules) in [
        ("principals {", "type = \"Service\", identifiers = [\"lambda.amazonaws.com\"]", &[][..]),
        ("principals = {", "type = \"Service\", identifiers = [\"lambda.amazonaws.com\"]", &[]),
        ("principals = {", "type = \"AWS\", identifiers = [\"*\"]", &["trust-allows-anyone"]),
    ] {
        let principals = principals.replace(", identifiers", "\n identifiers");
        let text = format!(
            r#"
resource "aws_lambda_function" "app" {{
  function_name = "app"
  role          = aws_iam_role.app.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}}
data "aws_iam_policy_document" "trust" {{
  statement {{
    actions = ["sts:AssumeRole"]
    {written}
      {principals}
    }}
  }}
}}
resource "aws_iam_role" "app" {{
  assume_role_policy = data.aws_iam_policy_document.trust.json
}}
resource "aws_iam_role_policy_attachment" "logs" {{
  role       = aws_iam_role.app.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}}
"#
        );
        let found = scan::scan([("main.tf", text.as_str())], &Options::default()).findings;
        let mut found: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
        found.sort_unstable();
        assert_eq!(found, rules, "{text}");
    }
}

#[test]
fn a_principal_that_is_an_input_may_be_anyone() {
    for (kind, principal, expected) in [
        ("string", "var.who", 0),
        ("any", "var.who", 0),
        ("string", "\"${var.who}\"", 0),
        ("string", "{ Service = var.who }", 0),
        ("string", "{ AWS = var.who }", 0),
        ("string", "{ AWS = [\"111122223333\", var.who] }", 0),
        ("string", "{ AWS = \"arn:aws:iam::111122223333:role/${var.who}\" }", 1),
        ("string", "{ Federated = var.who }", 1),
    ] {
        let text = format!(
            "
variable \"who\" {{ type = {kind} }}
resource \"aws_lambda_function\" \"f\" {{
  function_name = \"f\"
  role          = aws_iam_role.r.arn
  filename      = \"app.zip\"
}}
resource \"aws_iam_role\" \"r\" {{
  assume_role_policy = jsonencode({{
    Version   = \"2012-10-17\"
    Statement = [{{ Effect = \"Allow\", Action = \"sts:AssumeRole\", Principal = {principal} }}]
  }})
}}
"
        );
        let found = found("main.tf", &text, "trust-missing-lambda");
        assert_eq!(found.len(), expected, "{kind} {principal}");
    }
}

/// No such resource can assume the role: there is nothing that two run with.
#[test]
fn who_is_not_let_in_does_not_run_with_the_role() {
    let users = "
  Profile:
    Type: AWS::IAM::InstanceProfile
    Properties: {Roles: [!Ref AppRole]}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {TaskRoleArn: !GetAtt AppRole.Arn}
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties: {RoleArn: !GetAtt AppRole.Arn, DefinitionString: '{}'}
  Project:
    Type: AWS::CodeBuild::Project
    Properties: {ServiceRole: !GetAtt AppRole.Arn}
";
    let extra = |service: &str| {
        format!(
            "!If [Shared, {{Effect: Allow, Principal: {{Service: {service}}}, \
             Action: 'sts:AssumeRole'}}, !Ref 'AWS::NoValue']"
        )
    };
    for (statement, expected) in [
        ("!Ref 'AWS::NoValue'".to_owned(), &[][..]),
        (extra("ec2.amazonaws.com"), &["service `ec2.amazonaws.com` may assume role `AppRole`"]),
        (
            extra("ecs-tasks.amazonaws.com"),
            &["service `ecs-tasks.amazonaws.com` may assume role `AppRole`"],
        ),
        (
            extra("states.amazonaws.com"),
            &["service `states.amazonaws.com` may assume role `AppRole`"],
        ),
        (
            extra("codebuild.amazonaws.com"),
            &["service `codebuild.amazonaws.com` may assume role `AppRole`"],
        ),
        (extra("glue.amazonaws.com"), &["service `glue.amazonaws.com` may assume role `AppRole`"]),
        (extra("!Ref Service"), &[]),
    ] {
        let text = format!(
            "Parameters: {{Stage: {{Type: String}}, Service: {{Type: String}}}}
Conditions: {{Shared: !Equals [!Ref Stage, prod]}}
{}{users}",
            template(REFERENCE, "", &statement)
        );
        let found = found("template.yaml", &text, "trust-extra-principal");
        let said: Vec<&str> =
            found.iter().filter_map(|it| it.message.split_once(',').map(|it| it.0)).collect();
        assert_eq!(said, expected, "{statement}");
        assert!(found.iter().all(|it| it.when.is_some()), "{found:?}");
    }
}

/// Of `AWS: "*"` it is not known whether it means services: it is certain of nobody else either.
#[test]
fn whom_a_statement_denies_may_not_assume_the_role() {
    let deny = |who: &str, condition: &str| {
        format!("{{Effect: Deny, Principal: {who}, Action: 'sts:AssumeRole'{condition}}}")
    };
    let other =
        "{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}";
    let anyone = "{Effect: Allow, Principal: '*', Action: 'sts:AssumeRole'}";
    let but =
        |who: &str, condition: &str| deny(who, condition).replacen("Principal", "NotPrincipal", 1);
    let everybody_but = "{Effect: Allow, NotPrincipal: {AWS: 'arn:aws:iam::888888888888:root'}, \
                         Action: 'sts:AssumeRole'}";
    let account = allowing("arn:aws:iam::999999999999:root");
    let not_of = ", Condition: {StringNotEquals: {'aws:PrincipalOrgID': o-abc}}";
    let of = ", Condition: {StringEquals: {'aws:PrincipalAccount': '111122223333'}}";
    let insecure = ", Condition: {Bool: {'aws:SecureTransport': 'false'}}";
    let (extra, open) = ("trust-extra-principal", "trust-allows-anyone");
    let (low, medium, high) =
        (&[Severity::Low][..], &[Severity::Medium][..], &[Severity::High][..]);
    for (allowed, denied, rule, expected) in [
        (other, deny("'*'", ""), extra, &[][..]),
        (other, deny("{AWS: '*'}", ""), extra, &[]),
        (other, deny("{Service: ec2.amazonaws.com}", ""), extra, &[]),
        (other, deny("{Service: glue.amazonaws.com}", ""), extra, medium),
        (
            other,
            "{Effect: Deny, NotPrincipal: {Service: [lambda.amazonaws.com, ec2.amazonaws.com]}, \
             Action: 'sts:AssumeRole'}"
                .to_owned(),
            extra,
            medium,
        ),
        (other, deny("'*'", insecure), extra, medium),
        (&account, deny("{AWS: '*'}", ""), extra, &[]),
        (&account, deny("{AWS: 'arn:aws:iam::999999999999:root'}", ""), extra, &[]),
        (&account, deny("{AWS: 'arn:aws:iam::888888888888:root'}", ""), extra, low),
        (anyone, deny("{AWS: '*'}", ""), open, &[]),
        (anyone, deny("{AWS: '*'}", not_of), open, low),
        (anyone, deny("'*'", not_of), open, low),
        (anyone, deny("'*'", of), open, high),
        (anyone, deny("'*'", insecure), open, high),
        (anyone, deny("{AWS: 'arn:aws:iam::888888888888:root'}", ""), open, high),
        (anyone, but("{Service: lambda.amazonaws.com}", ""), open, &[]),
        (anyone, but("{AWS: 'arn:aws:iam::888888888888:root'}", ""), open, &[]),
        (anyone, but("{AWS: 'arn:aws:iam::888888888888:root'}", not_of), open, low),
        (anyone, but("{AWS: 'arn:aws:iam::888888888888:root'}", of), open, high),
        (anyone, but("{AWS: '*'}", ""), open, high),
        (anyone, but("{AWS: !Ref Who}", ""), open, &[]),
        (anyone, deny("{AWS: !Ref Who}", ""), open, &[]),
        (everybody_but, deny("'*'", ""), open, &[]),
        (everybody_but, deny("'*'", not_of), open, low),
        (everybody_but, deny("'*'", of), open, high),
    ] {
        let text = template(REFERENCE, "", &format!("{allowed}\n          - {denied}"));
        let text = format!("Parameters: {{Who: {{Type: String}}}}\n{text}");
        let found = found("template.yaml", &text, rule);
        assert_eq!(severities(&found), expected, "{allowed} {denied}");
    }
}

#[test]
fn what_a_denial_leaves_is_by_its_conditions() {
    let (low, high) = (&[Severity::Low][..], &[Severity::High][..]);
    for (condition, expected) in [
        ("Bool: {'aws:PrincipalIsAWSService': 'false'}", low),
        ("Bool: {'aws:PrincipalIsAWSService': false}", low),
        ("BoolIfExists: {'aws:PrincipalIsAWSService': 'false'}", low),
        ("Bool: {'aws:PrincipalIsAWSService': 'true'}", high),
        ("Bool: {'aws:PrincipalIsAWSService': !Ref Who}", &[]),
        ("Bool: {'aws:ViaAWSService': 'false'}", low),
        ("StringEquals: {'aws:PrincipalIsAWSService': 'false'}", &[]),
        ("'Null': {'aws:PrincipalServiceName': 'true'}", low),
        ("'Null': {'aws:PrincipalServiceName': 'false'}", high),
        ("'Null': {'aws:PrincipalArn': 'false'}", low),
        ("StringNotEquals: {'aws:PrincipalArn': 'arn:aws:iam::888888888888:role/x'}", low),
        ("ArnNotLike: {'aws:PrincipalArn': '*'}", high),
        ("ArnLike: {'aws:PrincipalArn': '*'}", low),
        ("ArnLike: {'aws:PrincipalArn': 'arn:aws:iam::888888888888:role/*'}", high),
        ("ArnLike: {'aws:PrincipalArn': 'arn:aws:iam::*:role/*'}", &[]),
        ("StringEquals: {'aws:PrincipalAccount': '888888888888'}", high),
        ("StringEquals: {'aws:PrincipalAccount': !Ref Who}", &[]),
        ("StringEquals: {'aws:PrincipalType': [User, AssumedRole, Account]}", &[]),
        ("StringEqualsIfExists: {'aws:SourceAccount': '888888888888'}", low),
        ("IpAddress: {'aws:SourceIp': 192.0.2.0/24}", high),
        ("NotIpAddress: {'aws:SourceIp': 192.0.2.0/24}", low),
        ("IpAddress: {'aws:SourceIp': [0.0.0.0/1, 128.0.0.0/1]}", &[]),
        ("NotIpAddress: {'aws:SourceIp': [0.0.0.0/1, 128.0.0.0/1]}", &[]),
        ("'Null': {'aws:SourceIp': 'false'}", &[]),
        ("'Null': {'aws:SourceIp': 'true'}", high),
        ("Bool: {'aws:SecureTransport': 'true'}", &[]),
        ("StringLike: {'aws:UserAgent': '*'}", &[]),
        ("DateGreaterThan: {'aws:CurrentTime': '2020-01-01T00:00:00Z'}", &[]),
        ("StringNotEquals: {'aws:RequestedRegion': eu-west-1}", high),
        ("!Ref Who", &[]),
        (
            "{Bool: {'aws:PrincipalIsAWSService': 'false'}, \
             StringEquals: {'aws:PrincipalAccount': '888888888888'}}",
            high,
        ),
        (
            "{Bool: {'aws:PrincipalIsAWSService': 'false'}, \
             StringNotEquals: {'aws:PrincipalOrgID': o-abc}}",
            low,
        ),
    ] {
        let condition = match condition.strip_prefix(['{', '!']) {
            Some(_) => condition.to_owned(),
            None => format!("{{{condition}}}"),
        };
        let statements = format!(
            "{{Effect: Allow, Principal: '*', Action: 'sts:AssumeRole'}}
          - {{Effect: Deny, Principal: '*', Action: 'sts:AssumeRole', Condition: {condition}}}"
        );
        let text = template(REFERENCE, "", &statements);
        let text = format!("Parameters: {{Who: {{Type: String}}}}\n{text}");
        let found = found("template.yaml", &text, "trust-allows-anyone");
        assert_eq!(severities(&found), expected, "{condition}");
    }
}

/// Whom a trust policy lets in that stands elsewhere is not known; who uses the role is.
#[test]
fn who_uses_a_role_with_an_unknown_trust_policy_is_reported() {
    let module = r#"
variable "trust" {}
resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = var.trust
}
resource "aws_lambda_function" "worker" {
  function_name = "worker"
  role          = aws_iam_role.app.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}
resource "aws_ecs_task_definition" "task" {
  family                = "task"
  task_role_arn         = aws_iam_role.app.arn
  container_definitions = "[]"
}
"#;
    let found = found("main.tf", module, "trust-extra-principal");
    let said: Vec<&str> = found.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "`aws_ecs_task_definition.task` uses role `aws_iam_role.app`, whose permissions are those \
          of function `aws_lambda_function.worker`"
        ]
    );
}

#[test]
fn each_role_of_a_service_is_used_by_the_principal_that_assumes_it() {
    for (principal, argument, property) in [
        (
            "build",
            "access_role_arn = ",
            "SourceConfiguration: {AuthenticationConfiguration: {AccessRoleArn: ",
        ),
        ("tasks", "instance_role_arn = ", "InstanceConfiguration: {InstanceRoleArn: "),
    ] {
        let terraform = format!(
            "resource \"aws_lambda_function\" \"app\" {{
  function_name = \"app\"
  role          = aws_iam_role.app.arn
}}
resource \"aws_apprunner_service\" \"app\" {{
  service_name = \"app\"
  source_configuration {{
    authentication_configuration {{
      access_role_arn = aws_iam_role.app.arn
    }}
  }}
  instance_configuration {{
    instance_role_arn = aws_iam_role.app.arn
  }}
}}
resource \"aws_iam_role\" \"app\" {{
  assume_role_policy = jsonencode({{
    Version = \"2012-10-17\"
    Statement = [{{
      Effect    = \"Allow\"
      Principal = {{ Service = [\"lambda.amazonaws.com\", \"{principal}.apprunner.amazonaws.com\"] }}
      Action    = \"sts:AssumeRole\"
    }}]
  }})
}}
"
        );
        assert_eq!(uses("main.tf", &terraform), [argument], "{principal}");
        let statement = format!(
            "{{Effect: Allow, Principal: {{Service: {principal}.apprunner.amazonaws.com}}, Action: 'sts:AssumeRole'}}"
        );
        let service = "  Service:
    Type: AWS::AppRunner::Service
    Properties:
      SourceConfiguration: {AuthenticationConfiguration: {AccessRoleArn: !GetAtt AppRole.Arn}}
      InstanceConfiguration: {InstanceRoleArn: !GetAtt AppRole.Arn}
";
        let template = template(REFERENCE, "", &statement) + service;
        assert_eq!(uses("template.yaml", &template), [property], "{principal}");
    }
}

/// What stands on their lines before the roles that other services use.
fn uses<'t>(path: &str, text: &'t str) -> Vec<&'t str> {
    let found = found(path, text, "trust-extra-principal");
    let labels = found.into_iter().flat_map(|finding| finding.labels);
    let uses = labels.filter(|label| label.text == "uses it there");
    uses.filter_map(|label| text.get(..label.span.range().start)?.lines().last())
        .map(str::trim_start)
        .collect()
}

/// What is to change stands there once.
#[test]
fn a_document_that_several_roles_share_is_one_cause() {
    let module = |principals: &str, trusts: [&str; 2]| {
        let of = |name: &str, trust: &str| {
            format!(
                r#"
resource "aws_lambda_function" "{name}" {{
  function_name = "{name}"
  role          = aws_iam_role.{name}.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}}
resource "aws_iam_role" "{name}" {{
  name               = "{name}"
  assume_role_policy = {trust}
}}
"#
            )
        };
        format!(
            r#"
locals {{
  trust = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ {principals} }} }}]
  }})
}}
{}{}"#,
            of("a", trusts[0]),
            of("b", trusts[1])
        )
    };
    let lambda = "Service = \"lambda.amazonaws.com\"";
    let own = "jsonencode({
    Statement = [{
      Effect    = \"Allow\"
      Action    = \"sts:AssumeRole\"
      Principal = { Service = [\"lambda.amazonaws.com\", \"ec2.amazonaws.com\"] }
    }]
  })";
    let shared = ["local.trust"; 2];
    let both = "roles `aws_iam_role.a` and `aws_iam_role.b`";
    for (rule, principals, trusts, expected) in [
        (
            "trust-extra-principal",
            "Service = [\"lambda.amazonaws.com\", \"ec2.amazonaws.com\"]",
            shared,
            &[both][..],
        ),
        (
            "trust-extra-principal",
            "Service = [\"lambda.amazonaws.com\", \"ec2.amazonaws.com\"]",
            ["local.trust", own],
            &["role `aws_iam_role.a`", "role `aws_iam_role.b`"],
        ),
        ("trust-extra-principal", lambda, shared, &[]),
        ("trust-allows-anyone", "AWS = \"*\"", shared, &[both]),
        ("trust-missing-lambda", "Service = \"lambda.aws.com\"", shared, &[both]),
    ] {
        let found = found("main.tf", &module(principals, trusts), rule);
        let mut said: Vec<&str> = found
            .iter()
            .filter_map(|it| expected.iter().copied().find(|roles| it.message.contains(roles)))
            .collect();
        said.sort_unstable();
        assert_eq!(said, expected, "{rule} {principals} {found:#?}");
        assert_eq!(found.len(), expected.len(), "{rule} {principals}");
        let subjects = found.iter().map(|it| it.subjects.len()).sum::<usize>();
        assert!(found.is_empty() || subjects == 2, "{rule} {principals}");
    }
}

/// What is written, followed literally, mends: nothing that the role needs is to be taken away.
#[test]
fn trust_that_misses_lambda_is_mended_where_it_slips() {
    let statement = |principal: &str, action: &str| {
        format!(
            "jsonencode({{\n  Version = \"2012-10-17\"\n  Statement = [{{ Effect = \"Allow\", Principal = \
             {principal}, Action = \"{action}\" }}]\n}})"
        )
    };
    let service = |name: &str| format!("{{ Service = \"{name}\" }}");
    let lambda = service("lambda.amazonaws.com");
    for (principal, action, place, expected) in [
        (
            &lambda,
            "sts:AssumeRoleWithWebIdentity",
            "\"sts:AssumeRoleWithWebIdentity\"",
            "Write `sts:AssumeRole`.",
        ),
        (
            &"{ AWS = \"lambda.amazonaws.com\" }".to_owned(),
            "sts:AssumeRole",
            "AWS",
            "Write `Service`.",
        ),
        (
            &service("edgelambda.amazonaws.com"),
            "sts:AssumeRole",
            "assume_role_policy",
            "Write in its trust policy `Principal = { Service = [\"edgelambda.amazonaws.com\", \
             \"lambda.amazonaws.com\"] }`.",
        ),
        (
            &"{ AWS = [\"arn:aws:iam::123456789012:root\", \"lambda.amazonaws.com\"] }".to_owned(),
            "sts:AssumeRole",
            "\"lambda.amazonaws.com\"",
            "Add to its trust policy `{ Effect = \"Allow\", Principal = { Service = \
             \"lambda.amazonaws.com\" }, Action = \"sts:AssumeRole\" }`. Take `lambda.amazonaws.com` \
             out of where it stands: it is a name of a service.",
        ),
    ] {
        let text = module(&statement(principal, action));
        let found = found("main.tf", &text, "trust-missing-lambda");
        let said: Vec<_> = found
            .iter()
            .map(|it| {
                let place = it.primary().and_then(|label| text.get(label.span.range()));
                (place.unwrap_or_default(), it.help.as_deref().unwrap_or_default())
            })
            .collect();
        assert_eq!(said, [(place, expected)], "{text}");
    }
}

/// The block of another statement is all that the role needs.
#[test]
fn a_statement_for_anybody_is_removed_where_lambda_is_trusted_beside_it() {
    let text = template(REFERENCE, "", "{Effect: Allow, Principal: '*', Action: 'sts:AssumeRole'}");
    let found = found("template.yaml", &text, "trust-allows-anyone");
    let helps: Vec<_> = found.into_iter().filter_map(|finding| finding.help).collect();
    assert_eq!(
        helps,
        [
            "Remove this statement: another one lets `lambda.amazonaws.com` assume the role. Whoever \
          else needs the role has to be named."
        ]
    );
}

/// What Lambda does with a function is not what it does to have a role.
#[test]
fn an_action_in_place_of_the_one_that_assumes_is_one_finding() {
    let text = "Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'lambda:InvokeFunction'}
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: python3.13
      Handler: app.handler
      Code: {S3Bucket: artifacts, S3Key: app.zip}
";
    let found = scan::scan([("template.yaml", text)], &Options::default()).findings;
    let rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["trust-missing-lambda"]);
}

/// IAM refuses a trust policy with a statement of another policy in it: for its actions that is one
/// finding, without such it keeps Lambda out.
#[test]
fn statements_of_a_permission_policy_have_no_place() {
    let place = "a policy under `Policies` of the role";
    let moved = |what: &str| {
        format!("Move what {what} to {place}: a trust policy says only who may assume the role.")
    };
    let unknown = "unknown-iam-action";
    let missing = "trust-missing-lambda";
    for (statement, rule, expected) in [
        ("{Effect: Allow, Action: 's3:GetObject', Resource: '*'}", unknown, moved("it allows")),
        (
            "{Effect: Allow, Action: ['s3:GetObject', 's3:PutObject'], Resource: '*'}
          - {Effect: Allow, Action: 'sqs:SendMessage', Resource: '*'}
          - {Effect: Allow, Action: 'sts:AssumeRole', Resource: '*'}",
            unknown,
            moved("they allow"),
        ),
        (
            "{Effect: Allow, Action: 'sts:AssumeRole', Resource: '*'}",
            missing,
            format!(
                "If the role is to assume others, move what the statement allows to {place}; else \
                 name who may assume the role as its `Principal`."
            ),
        ),
        (
            "{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole', Resource: '*'}",
            missing,
            "Remove it: a trust policy is about the role it belongs to.".to_owned(),
        ),
    ] {
        let text = template(REFERENCE, "", statement);
        let all = scan::scan([("template.yaml", text.as_str())], &Options::default()).findings;
        let of_both: Vec<(&str, Option<String>)> = all
            .into_iter()
            .filter(|it| [unknown, missing].contains(&it.rule))
            .map(|it| (it.rule, it.help))
            .collect();
        assert_eq!(of_both, [(rule, Some(expected))], "{statement}");
    }
    // What may be left out is not known to be there.
    let perhaps = "{Effect: Allow, Principal: {Service: edgelambda.amazonaws.com}, Action: 'sts:AssumeRole', Resource: !Ref 'AWS::NoValue'}";
    assert_eq!(found("template.yaml", &template(REFERENCE, "", perhaps), missing).len(), 0);
}

#[test]
fn a_data_source_with_resources_is_no_trust_policy() {
    let text = r#"
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
  statement {
    actions   = ["sts:AssumeRole"]
    resources = ["*"]
  }
}
resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_lambda_function" "app" {
  function_name = "app"
  role          = aws_iam_role.app.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}
"#;
    assert_eq!(severities(&found("main.tf", text, "trust-missing-lambda")), [Severity::High]);
}

#[test]
fn an_action_that_is_mended_takes_no_resource() {
    let trusting = "Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'";
    for (resource, is_told) in [("", false), (", Resource: '*'", true)] {
        let mistaken = format!(
            "Principal: {{Service: lambda.amazonaws.com}}, Action: 'lambda:InvokeFunction'{resource}"
        );
        let statement =
            "{Effect: Allow, Principal: {AWS: '123456789012'}, Action: 'sts:AssumeRole'}";
        let text = template(REFERENCE, "", statement).replace(trusting, &mistaken);
        let found = found("template.yaml", &text, "trust-missing-lambda");
        let [finding] = found.as_slice() else { panic!("{found:?}") };
        let help = finding.help.clone().unwrap_or_default();
        assert_eq!(help.contains("Remove `Resource` too"), is_told, "{help}");
    }
}

/// Those that are seen to use the role are named; of the others it is said that they may.
#[test]
fn services_of_which_no_user_is_seen_may_have_one() {
    let text = r#"
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = ["lambda.amazonaws.com", "states.amazonaws.com", "rds.amazonaws.com"] }, Action = "sts:AssumeRole" }] })
}
resource "aws_sfn_state_machine" "m" {
  name       = "m"
  role_arn   = aws_iam_role.r.arn
  definition = "{}"
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.r.arn
  filename      = "app.zip"
}
"#;
    let findings = scan::scan([("main.tf", text)], &Options::default()).findings;
    let found = findings.iter().find(|it| it.rule == "trust-extra-principal").unwrap();
    assert_eq!(
        found.help.as_deref(),
        Some(
            "Give `aws_sfn_state_machine.m` a role of its own, and let this one trust \
             `lambda.amazonaws.com` alone. If something passes this role to `rds.amazonaws.com` (a \
             database, for example), give that a role of its own first."
        )
    );
}
