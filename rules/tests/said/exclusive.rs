//! Two that each claim to be the only owner of a policy or of a role's policies.

use iacscan_core::Finding;
use iacscan_rules::Options;

use super::wording::TRUST;
use crate::scan;

/// What the rule finds in a module with a function, its role, one more role and a policy.
fn found(role: &str, more: &str) -> Vec<Finding> {
    let text = format!(
        r#"
variable "x" {{
  type = bool
}}
resource "aws_lambda_function" "f" {{
  function_name = "f"
  role          = aws_iam_role.r.arn
  filename      = "app.zip"
}}
resource "aws_iam_role" "r" {{
  assume_role_policy = {TRUST}
{role}
}}
resource "aws_iam_role" "s" {{
  assume_role_policy = {TRUST}
}}
resource "aws_iam_policy" "p" {{
  policy = jsonencode({{ Version = "2012-10-17", Statement = [] }})
}}
{more}
"#
    );
    let findings = scan::scan([("main.tf", text.as_str())], &Options::default()).findings;
    findings.into_iter().filter(|it| it.rule == "exclusive-attachment-conflict").collect()
}

fn owner(name: &str, count: &str) -> String {
    format!(
        "resource \"aws_iam_policy_attachment\" \"{name}\" {{\n  count = {count}\n  name = \
         \"{name}\"\n  roles = [aws_iam_role.r.name]\n  policy_arn = aws_iam_policy.p.arn\n}}\n"
    )
}

fn attached(name: &str, role: &str, policy: &str) -> String {
    format!(
        "resource \"aws_iam_role_policy_attachment\" \"{name}\" {{\n  role = \
         aws_iam_role.{role}.name\n  policy_arn = {policy}\n}}\n"
    )
}

#[test]
fn owners_that_are_never_both_there_take_nothing_from_each_other() {
    let (when, unless) = ("var.x ? 1 : 0", "var.x ? 0 : 1");
    for (counts, expected) in [
        (&["1", "1"][..], &[None][..]),
        (&[when, "1"], &[Some("`var.x` is true")]),
        (&[when, unless], &[]),
        (&[when, unless, unless], &[Some("`var.x` is false")]),
    ] {
        let owners = counts.iter().zip(["a", "b", "c"]).map(|(count, name)| owner(name, count));
        let found = found("", &owners.collect::<String>());
        let when: Vec<Option<&str>> = found.iter().map(|it| it.when.as_deref()).collect();
        assert_eq!(when, expected, "{counts:?}");
    }
}

#[test]
fn an_owner_takes_its_policy_from_each_role_that_it_does_not_list() {
    let policy = "aws_iam_policy.p.arn";
    let others = attached("b", "s", policy)
        + &attached("c", "r", policy)
        + &attached("d", "s", policy)
        + &attached("e", "s", "\"arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess\"");
    let found = found("", &(owner("a", "1") + &others));
    let messages: Vec<&str> = found.iter().map(|it| it.message.as_str()).collect();
    for (name, is_said) in [("b", true), ("c", false), ("d", true), ("e", false)] {
        let name = format!("`aws_iam_role_policy_attachment.{name}` attaches it to");
        assert_eq!(messages.iter().any(|it| it.contains(&name)), is_said, "{name} {messages:?}");
    }
}

#[test]
fn what_an_argument_removes_is_one_finding_whatever_is_attached_later() {
    let role = "  managed_policy_arns = [\"arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess\"]";
    let sqs = "\"arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess\"";
    let before = found(role, &attached("a", "r", sqs));
    let later = attached("a", "r", sqs) + &attached("b", "r", "aws_iam_policy.p.arn");
    let after = found(role, &later);
    let fingerprints = |found: &[Finding]| -> Vec<String> {
        found.iter().map(|it| it.fingerprint.clone()).collect()
    };
    assert_eq!(before.len(), 1);
    assert_eq!(fingerprints(&before), fingerprints(&after));
}
