//! Of what stands between the markers of a merge that is not resolved, nothing is certain.

use iacscan_core::Unknown;
use iacscan_rules::Options;

use super::wording::TRUST;
use crate::scan;

/// What is found beside the one syntax error.
fn rules(path: &str, text: &str) -> Vec<&'static str> {
    let findings = scan::scan([(path, text)], &Options::default()).findings;
    let errors = findings.iter().filter(|it| it.rule == "syntax-error");
    let messages: Vec<&str> = errors.map(|it| it.message.as_str()).collect();
    let is_conflict = |it: &&str| it.contains("erge conflict is not resolved here");
    assert!(messages.len() == 1 && messages.iter().all(is_conflict), "{messages:?}\n{text}");
    findings.iter().map(|it| it.rule).filter(|rule| *rule != "syntax-error").collect()
}

fn merge(ours: &str, theirs: &str) -> String {
    format!("<<<<<<< HEAD\n{ours}||||||| base\n=======\n{theirs}>>>>>>> feature\n")
}

const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const SQS: &str = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess";

#[test]
fn a_module_is_read_around_a_conflict() {
    let function = |name: &str, role: &str| {
        format!(
            "resource \"aws_lambda_function\" \"{name}\" {{\n  function_name = \"{name}\"\n  role = {role}\n  filename = \"app.zip\"\n}}\n"
        )
    };
    let role = |inside: &str| {
        format!("resource \"aws_iam_role\" \"r\" {{\n  assume_role_policy = {TRUST}\n{inside}}}\n")
    };
    let arn = "aws_iam_role.r.arn";
    let attach = |name: &str, arn: &str| {
        format!(
            "resource \"aws_iam_role_policy_attachment\" \"{name}\" {{\n  role = aws_iam_role.r.name\n  policy_arn = \"{arn}\"\n}}\n"
        )
    };
    let managed = |arns: &str| format!("  managed_policy_arns = [\n{arns}  ]\n");
    let (admin, sqs) = (format!("    \"{ADMIN}\",\n"), format!("    \"{SQS}\",\n"));
    let environment = |variables: &str| {
        function("f", arn).replace(
            "  filename",
            &format!("  environment {{\n    variables = {{\n{variables}    }}\n  }}\n  filename"),
        )
    };
    let token = "      TOKEN = \"ghp_16C7e42F292c6912E7710c838347Ae178B4a\"\n";
    let region = "      AWS_REGION = \"eu-west-1\"\n";
    let reserved = "static-credentials-in-environment";
    for (text, expected) in [
        // Whole resources on the sides: a function, and what is attached to its role.
        (role("") + &merge(&function("f", "\"\""), &function("g", arn)), &[][..]),
        (role("") + &function("f", arn) + &merge(&attach("a", ADMIN), &attach("b", SQS)), &[]),
        (role("") + &function("f", arn) + &merge("", &attach("b", ADMIN)), &[]),
        (merge(&role(""), &role(&managed(&admin))) + &function("f", arn), &[]),
        // What is certain stays so.
        (
            role("") + &function("f", arn) + &attach("c", ADMIN) + &merge(&attach("a", SQS), ""),
            &["admin-policy"],
        ),
        // Arguments, items and entries.
        (role(&merge(&managed(&admin), &managed(&sqs))) + &function("f", arn), &[]),
        (role(&managed(&merge(&admin, &sqs))) + &function("f", arn), &[]),
        (role("") + &environment(&merge(token, "")), &["missing-logs-permission"]),
        (
            role("") + &environment(&(region.to_owned() + &merge(token, ""))),
            &["missing-logs-permission", reserved],
        ),
        // Sides that begin what ends behind them.
        (
            role("")
                + &merge(
                    "resource \"aws_lambda_function\" \"f\" {\n",
                    "resource \"aws_lambda_function\" \"g\" {\n",
                )
                + "  function_name = \"f\"\n  filename = \"app.zip\"\n}\n",
            &[],
        ),
    ] {
        assert_eq!(rules("main.tf", &text), expected, "{text}");
    }
}

#[test]
fn a_template_is_read_around_a_conflict() {
    let function = |name: &str, rest: &str| {
        format!(
            "  {name}:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.13\n      Handler: app.handler\n      Code: {{S3Bucket: artifacts, S3Key: app.zip}}\n{rest}"
        )
    };
    let arn = "      Role: !GetAtt Role.Arn\n";
    let role = |inside: &str| {
        format!(
            "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Version: '2012-10-17'\n        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]\n{inside}"
        )
    };
    let managed = |arn: &str| format!("      ManagedPolicyArns:\n        - {arn}\n");
    let head = "Resources:\n".to_owned();
    let admin = &["admin-policy"][..];
    for (text, expected) in [
        (head.clone() + &role("") + &merge(&function("F", ""), &function("G", arn)), &[][..]),
        (head.clone() + &merge(&role(""), &role(&managed(ADMIN))) + &function("F", arn), &[]),
        (head.clone() + &function("F", &merge("", arn)) + &role(&managed(ADMIN)), admin),
        (head.clone() + &function("F", arn) + &role(&merge(&managed(ADMIN), &managed(SQS))), &[]),
        (
            head.clone()
                + &function("F", arn)
                + &role(&format!(
                    "      ManagedPolicyArns:\n{}        - {ADMIN}\n",
                    merge(&format!("        - {SQS}\n"), "")
                )),
            admin,
        ),
        // Sides that differ in the key of what stands behind them.
        (
            head.clone()
                + &role("")
                + &merge("  F:\n", "  G:\n")
                + "    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.13\n",
            &[],
        ),
        // In JSON nothing is read behind it.
        (
            format!(
                "{{\"Resources\": {{\n{}\n}}}}\n",
                merge("\"F\": {\"Type\": \"AWS::Lambda::Function\", \"Properties\": {}}\n", "")
            ),
            &[],
        ),
    ] {
        let path = if text.starts_with('{') { "template.json" } else { "template.yaml" };
        assert_eq!(rules(path, &text), expected, "{text}");
    }
}

/// Nothing is wrong with a reference to what was not read.
#[test]
fn a_role_in_a_conflict_was_not_read() {
    let function = |role: &str| {
        format!(
            "  F:\n    Type: AWS::Lambda::Function\n    Properties:\n{role}      Code: {{ZipFile: x}}\n"
        )
    };
    let given = "      Role: !GetAtt R.Arn\n";
    let role = |more: &str| {
        format!("  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Path: /{more}/\n")
    };
    let of_json = format!(
        "{{\"Resources\": {{\n\"F\": {{\"Type\": \"AWS::Lambda::Function\", \"Properties\": {{\"Role\": \
         {{\"Fn::GetAtt\": [\"R\", \"Arn\"]}}}}}},\n{}}}}}\n",
        merge(
            "\"R\": {\"Type\": \"AWS::IAM::Role\"}\n",
            "\"R\": {\"Type\": \"AWS::IAM::Role\", \"Properties\": {}}\n"
        )
    );
    let block = |path: &str| {
        format!(
            "resource \"aws_iam_role\" \"r\" {{\n  path = \"/{path}/\"\n  assume_role_policy = {TRUST}\n}}\n"
        )
    };
    let of_module = format!(
        "resource \"aws_lambda_function\" \"f\" {{\n  function_name = \"f\"\n  role = aws_iam_role.r.arn\n  \
         filename = \"app.zip\"\n}}\n{}",
        merge(&block("a"), &block("b"))
    );
    for (path, text) in [
        ("t.yaml", format!("Resources:\n{}{}", function(given), merge(&role("a"), &role("b")))),
        ("t.yaml", format!("Resources:\n{}{}", merge(&role("a"), &role("b")), function(given))),
        (
            "t.yaml",
            format!(
                "Resources:\n{}{}",
                role("a"),
                function(&merge(given, "      Role: !GetAtt Other.Arn\n"))
            ),
        ),
        ("t.json", of_json),
        ("main.tf", of_module),
    ] {
        assert_eq!(rules(path, &text), [""; 0], "{text}");
        let graph = scan::scan([(path, text.as_str())], &Options::default()).graph;
        let summaries: Vec<_> = graph.functions().filter_map(|(id, _)| graph.summary(id)).collect();
        let [summary] = summaries.as_slice() else { panic!("{summaries:?} {text}") };
        let why: Vec<Unknown> = summary.undecided.iter().map(|it| it.gap.unknown).collect();
        assert!(!summary.complete && why == [Unknown::Unread], "{summary:?}\n{text}");
    }
}
