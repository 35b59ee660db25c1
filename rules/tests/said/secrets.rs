//! Secrets are found and never shown.

use iacscan_rules::{Options, secret_spans};

use crate::scan;

const SECRET: &str = "correct-horse-7-battery";
const KEY: &str = "AKIAQ3EGUXNFWZJ2T5LK";

#[test]
fn secrets_are_never_shown() {
    let template = format!(
        "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/app
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
      Environment: {{Variables: {{DB_PASSWORD: {SECRET}, KEY_ID: {KEY}}}}}
"
    );
    let scan = scan::scan([("template.yaml", template.as_str())], &Options::default());
    let rules: Vec<&str> = scan.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["secret-literal-in-environment", "static-credentials-in-environment"]);
    let said = format!("{:?}", scan.findings);
    assert!(!said.contains(SECRET) && !said.contains(KEY), "{said}");
    let hidden = secret_spans(&scan.graph);
    let texts: Vec<&str> = hidden.iter().filter_map(|span| template.get(span.range())).collect();
    assert_eq!(texts, [SECRET, KEY]);
}

/// What nobody gets in by gives nobody in; what is said of it is the secret that it still is.
#[test]
fn a_key_that_is_encrypted_or_not_active_lets_nobody_in() {
    let of_rule = |path: &str, text: &str| {
        let findings = scan::scan([(path, text)], &Options::default()).findings;
        let rules = findings.iter().map(|it| it.rule);
        let mut rules: Vec<&str> = rules.filter(|rule| rule.ends_with("-environment")).collect();
        rules.sort_unstable();
        rules
    };
    let (keys, secret) = ("static-credentials-in-environment", "secret-literal-in-environment");
    for (arguments, part, expected) in [
        ("", "secret", &[keys][..]),
        ("status = \"Active\"", "secret", &[keys]),
        ("status = var.active", "secret", &[keys]),
        ("pgp_key = null", "secret", &[keys]),
        ("pgp_key = \"keybase:app\"", "secret", &[]),
        ("pgp_key = \"keybase:app\"", "ses_smtp_password_v4", &[]),
        ("pgp_key = \"keybase:app\"", "encrypted_secret", &[]),
        ("pgp_key = \"keybase:app\"", "id", &[keys]),
        ("pgp_key = var.open", "secret", &[]),
        ("status = \"Inactive\"", "secret", &[secret]),
        ("status = \"Inactive\"", "id", &[]),
        ("status = var.open", "secret", &[secret]),
    ] {
        let text = format!(
            r#"
variable "open" {{ type = string }}
variable "active" {{ default = "Active" }}
resource "aws_iam_access_key" "app" {{
  user = "app"
  {arguments}
}}
resource "aws_lambda_function" "app" {{
  function_name = "app"
  role          = "arn:aws:iam::123456789012:role/app"
  filename      = "app.zip"
  environment {{
    variables = {{ UPLOAD_SECRET = aws_iam_access_key.app.{part} }}
  }}
}}
"#
        );
        assert_eq!(of_rule("main.tf", &text), expected, "{arguments} {part}");
    }
    for (status, part, expected) in [
        ("", "!GetAtt Key.SecretAccessKey", &[keys][..]),
        (", Status: Active", "!Ref Key", &[keys]),
        (", Status: !Ref Active", "!Ref Key", &[keys]),
        (", Status: Inactive", "!Ref Key", &[]),
        (", Status: Inactive", "!GetAtt Key.SecretAccessKey", &[]),
        (", Status: !Ref Open", "!GetAtt Key.SecretAccessKey", &[]),
    ] {
        let text = format!(
            "
Parameters: {{Open: {{Type: String}}, Active: {{Type: String, Default: Active}}}}
Resources:
  Key: {{Type: 'AWS::IAM::AccessKey', Properties: {{UserName: app{status}}}}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: 'arn:aws:iam::123456789012:role/app'
      Runtime: python3.13
      Handler: app.handler
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
      Environment: {{Variables: {{UPLOAD_SECRET: {part}}}}}
"
        );
        assert_eq!(of_rule("template.yaml", &text), expected, "{status} {part}");
    }
}
