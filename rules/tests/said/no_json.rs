//! Policies that are no JSON, which nobody takes.

use iacscan_rules::Options;

use crate::scan;

/// The messages and places of what is wrong with a text, and the other rules that find something.
fn found(
    path: &str,
    text: &str,
    more: &[(&str, &str)],
) -> (Vec<(String, String)>, Vec<&'static str>) {
    let files = more.iter().copied().chain([(path, text)]);
    let scan = scan::scan(files, &Options::default());
    let sources = iacscan_core::Files::sources(&scan.files);
    let (errors, others): (Vec<_>, Vec<_>) =
        scan.findings.iter().partition(|finding| finding.rule == "syntax-error");
    let said = |it: &&iacscan_core::Finding| {
        let shown = it.primary().map(|label| sources.slice(label.span).to_string());
        (it.message.clone(), shown.unwrap_or_default())
    };
    (errors.iter().map(said).collect(), others.iter().map(|it| it.rule).collect())
}

#[test]
fn a_policy_that_is_no_json_is_said_where_it_is_written() {
    let statement = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    let right = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    let comma = right.replace("]}", ",]}");
    let heredoc = |inside: &str| format!("<<EOF\n{inside}\nEOF");
    let comma_said = ("a comma behind the last item", ",");
    for (policy, expected, is_judged) in [
        (heredoc(&right), None, true),
        (heredoc(&comma), Some(comma_said), false),
        (format!("local.{}", "broken"), Some(("a value is missing here", "}")), false),
        ("file(\"broken.json\")".to_owned(), Some(("not a JSON value", "Version")), false),
        ("file(\"absent.json\")".to_owned(), None, false),
        // What is put in may make it right.
        (heredoc(&comma.replace("2012-10-17", "${var.version}")), None, false),
        (heredoc("${var.version}"), None, false),
        (heredoc(&right.replace(statement, "{{ statements }}")), None, false),
        ("var.policy".to_owned(), None, false),
    ] {
        let text = format!(
            r#"
variable "version" {{ type = string }}
variable "policy" {{ default = "none" }}
locals {{ broken = "{{\"Statement\": }}" }}
resource "aws_lambda_function" "f" {{
  function_name = "f"
  role          = aws_iam_role.r.arn
  filename      = "app.zip"
}}
resource "aws_iam_role" "r" {{
  assume_role_policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }}]
  }})
}}
resource "aws_iam_role_policy" "p" {{
  role   = aws_iam_role.r.id
  policy = {policy}
}}
"#
        );
        let (errors, others) = found("main.tf", &text, &[("broken.json", "Version: 2012-10-17\n")]);
        let said =
            |(why, at): (&str, &str)| (format!("This policy is no JSON: {why}"), at.to_owned());
        assert_eq!(errors, expected.map(said).into_iter().collect::<Vec<_>>(), "{policy}");
        let rules: &[&str] = if is_judged { &["admin-policy"] } else { &[] };
        let others: Vec<_> =
            others.into_iter().filter(|it| *it != "unresolved-reference").collect();
        assert_eq!(others, rules, "{policy}");
    }
}

#[test]
fn a_policy_in_a_string_of_a_template_is_json() {
    let broken = r#"{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\" \"Action\": \"*\"}]}"#;
    for (policy, expected) in [
        (format!("\"{broken}\""), 1),
        (format!("{{\"Fn::Sub\": \"{}\"}}", broken.replace("*", "${AWS::Region}")), 1),
        (format!("{{\"Fn::Sub\": \"{}\"}}", broken.replace("*", "${Open}")), 0),
        ("{\"Ref\": \"Open\"}".to_owned(), 0),
        ("{\"Ref\": \"Given\"}".to_owned(), 0),
        ("\"${file(policy.json)}\"".to_owned(), 0),
        (r#"{"Version": "2012-10-17", "Statement": []}"#.to_owned(), 0),
    ] {
        let text = format!(
            r#"{{"Parameters": {{"Open": {{"Type": "String"}}, "Given": {{"Type": "String", "Default": "none"}}}},
"Resources": {{"Policy": {{"Type": "AWS::IAM::ManagedPolicy", "Properties": {{"PolicyDocument": {policy}}}}}}}}}
"#
        );
        let (errors, _) = found("template.json", &text, &[]);
        assert_eq!(errors.len(), expected, "{policy}: {errors:?}");
        let is_said = |(message, _): &(String, String)| {
            message == "this policy is no JSON: a comma is missing before this"
        };
        assert!(errors.iter().all(is_said), "{errors:?}");
    }
}
