//! What findings tell one to write can be pasted as it stands between the backticks.

use iacscan_rules::Options;

use super::wording::TRUST;
use crate::scan;

/// The help of the only finding, and the rules that report something of the text once the whole of
/// `old` is what the help says to write.
fn pasted(path: &str, text: &str, old: &str) -> (String, Vec<&'static str>) {
    let scanned = |text: &str| scan::scan([(path, text)], &Options::default()).findings.into_iter();
    let help = scanned(text).find_map(|finding| finding.help).unwrap_or_default();
    let new = help.split('`').nth(1).unwrap_or_default();
    let rules = scanned(&text.replace(old, new)).map(|finding| finding.rule).collect();
    (help, rules)
}

#[test]
fn in_a_module() {
    for (action, old, expected) in [
        ("s3:GetObject", "aws_s3_bucket.orders.arn", "Write `\"${aws_s3_bucket.orders.arn}/*\"`."),
        ("s3:ListBucket", "\"${aws_s3_bucket.orders.arn}/*\"", "Write `aws_s3_bucket.orders.arn`."),
        ("s3:ListAllMyBuckets", "aws_s3_bucket.orders.arn", "Write `\"*\"`."),
        ("s3:ListAllMyBuckets", "\"arn:aws:s3:::orders\"", "Write `\"*\"`."),
    ] {
        let text = format!(
            "resource \"aws_s3_bucket\" \"orders\" {{}}
resource \"aws_lambda_function\" \"app\" {{
  function_name = \"app\"
  role          = aws_iam_role.app.arn
}}
resource \"aws_iam_role\" \"app\" {{
  managed_policy_arns = [\"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole\"]
  assume_role_policy  = {TRUST}
}}
resource \"aws_iam_role_policy\" \"app\" {{
  role   = aws_iam_role.app.id
  policy = jsonencode({{ Version = \"2012-10-17\", Statement = [
    {{ Effect = \"Allow\", Action = \"{action}\", Resource = {old} }}
  ] }})
}}
"
        );
        assert_eq!(pasted("main.tf", &text, old), (expected.to_owned(), vec![]), "{action} {old}");
    }
}

/// A flow mapping ends at a brace that no quotes enclose.
#[test]
fn in_a_template_in_either_style() {
    for (action, old, expected) in [
        ("s3:GetObject", "!GetAtt Orders.Arn", "Write `!Sub \"${Orders.Arn}/*\"`."),
        ("s3:ListBucket", "!Sub \"${Orders.Arn}/*\"", "Write `!GetAtt Orders.Arn`."),
        ("s3:ListAllMyBuckets", "!GetAtt Orders.Arn", "Write `\"*\"`."),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::orders", "Write `\"*\"`."),
        ("s3:ListAllMyBuckets", "'arn:aws:s3:::orders'", "Write `\"*\"`."),
    ] {
        for statement in [
            format!("{{Effect: Allow, Action: '{action}', Resource: {old}}}"),
            format!(
                "\n              - Effect: Allow\n                Action: {action}\n                \
                 Resource: {old}"
            ),
        ] {
            let is_flow = statement.starts_with('{');
            let statements = if is_flow { format!(" [{statement}]") } else { statement };
            let text = format!(
                "
Resources:
  Orders: {{Type: AWS::S3::Bucket}}
  Function:
    Type: AWS::Lambda::Function
    Properties: {{Role: !GetAtt Role.Arn, Code: {{S3Bucket: artifacts, S3Key: app.zip}}}}
  Role:
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
            Statement:{statements}
"
            );
            let found = pasted("t.yaml", &text, old);
            assert_eq!(found, (expected.to_owned(), vec![]), "{action} {old} {is_flow}");
        }
    }
}

/// What stands in a text is written as JSON.
#[test]
fn conditions_of_a_policy_that_is_a_text() {
    let statement = r#"{"Effect": "Allow", "Action": ["ec2:CreateSnapshot", "ec2:CreateTags"], "Resource": "*"}"#;
    let document = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    let json = "`\"Condition\": {\"StringEquals\": {\"ec2:CreateAction\": \"CreateSnapshot\"}}`";
    let hcl = "`Condition = { StringEquals = { \"ec2:CreateAction\" = \"CreateSnapshot\" } }`";
    for (policy, expected) in [
        (format!("<<EOF\n{document}\nEOF\n"), json),
        ("file(\"policy.json\")".to_owned(), json),
        (format!("jsonencode({})", document.replace(':', " =").replace("ec2 =", "ec2:")), hcl),
    ] {
        let text = format!(
            "resource \"aws_lambda_function\" \"app\" {{
  function_name = \"app\"
  role          = aws_iam_role.app.arn
}}
resource \"aws_iam_role\" \"app\" {{
  assume_role_policy  = {TRUST}
}}
resource \"aws_iam_role_policy\" \"app\" {{
  role   = aws_iam_role.app.id
  policy = {policy}
}}
"
        );
        let files = [("main.tf", text.as_str()), ("policy.json", document.as_str())];
        let found = scan::scan(files, &Options::default()).findings;
        let found = found.iter().find(|it| it.rule == "wildcard-resource").unwrap();
        let help = found.help.as_deref().unwrap();
        assert!(help.contains(&format!("a statement of its own with {expected}")), "{help}");
    }
}

/// What is written as JSON takes no blocks beside it.
#[test]
fn nothing_of_another_syntax_is_proposed_in_json() {
    let json = r#"{"resource": {
  "aws_sqs_queue": {"q": {"name": "q"}},
  "aws_iam_role": {"r": {"assume_role_policy": "TRUST"}},
  "aws_lambda_function": {"f": {
    "function_name": "f",
    "role": "${aws_iam_role.r.arn}",
    "dead_letter_config": {"target_arn": "${aws_sqs_queue.q.arn}"}
  }}
}}"#;
    let json = json.replace(
        "TRUST",
        r#"{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": {\"Service\": \"lambda.amazonaws.com\"}}]}"#,
    );
    let findings =
        scan::scan([("a.tf", ""), ("main.tf.json", json.as_str())], &Options::default()).findings;
    let found = findings.iter().find(|it| it.rule == "missing-dead-letter-permission");
    let found = found.map(|it| (it.help.is_some(), it.snippet.is_some()));
    assert_eq!(found, Some((true, false)));
}
