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
