//! Help that is followed to the letter mends what it is about, and breaks nothing beside it.

use iacscan_core::Finding;
use iacscan_rules::Options;

use super::wording::TRUST;
use crate::scan;

fn found(path: &str, text: &str, rule: &str) -> Vec<Finding> {
    let mut findings = scan::scan([(path, text)], &Options::default()).findings;
    findings.retain(|finding| finding.rule == rule);
    findings
}

fn helps(path: &str, text: &str, rule: &str) -> Vec<String> {
    found(path, text, rule).into_iter().filter_map(|finding| finding.help).collect()
}

fn module(function: &str, beside: &str) -> String {
    format!(
        "resource \"aws_sqs_queue\" \"q\" {{}}
resource \"aws_dynamodb_table\" \"orders\" {{
  name = \"orders\"
}}
resource \"aws_iam_role\" \"r\" {{
  assume_role_policy = {TRUST}
}}
resource \"aws_lambda_function\" \"f\" {{
  function_name = \"f\"
  role          = aws_iam_role.r.arn
  {function}
}}
{beside}
"
    )
}

fn template(policies: &str) -> String {
    format!(
        "
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: {{Type: AWS::DynamoDB::Table, Properties: {{TableName: orders}}}}
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      CodeUri: src
      Policies:
{policies}
"
    )
}

const RACES: &str = "
resource \"aws_iam_role_policy_attachment\" \"vpc\" {
  role       = aws_iam_role.r.name
  policy_arn = \"arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole\"
}
resource \"aws_iam_role_policy\" \"dead\" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Version = \"2012-10-17\", Statement = [
    { Effect = \"Allow\", Action = [\"sqs:SendMessage\"], Resource = aws_sqs_queue.q.arn }
  ] })
}
";

#[test]
fn what_waits_for_several_policies_is_told_once() {
    let function = "vpc_config {
    subnet_ids = [\"s\"]
    security_group_ids = [\"g\"]
  }
  dead_letter_config { target_arn = aws_sqs_queue.q.arn }";
    let race = "policy-attachment-race";
    let help = helps("main.tf", &module(function, RACES), race);
    let list = "depends_on = [aws_iam_role_policy_attachment.vpc, aws_iam_role_policy.dead]";
    assert_eq!(help, [format!("Add `{list}` to `aws_lambda_function.f`.")]);
    let mended = module(&format!("{function}\n  {list}"), RACES);
    assert!(helps("main.tf", &mended, race).is_empty());
}

#[test]
fn an_item_of_a_list_is_mended_and_not_what_all_of_them_become() {
    let text = |items: &str| {
        module(
            "",
            &format!(
                "locals {{
  policies = [{items}]
}}
resource \"aws_iam_role_policy_attachment\" \"all\" {{
  for_each   = toset(local.policies)
  role       = aws_iam_role.r.name
  policy_arn = \"arn:aws:iam::aws:policy/${{each.key}}\"
}}"
            ),
        )
    };
    let rule = "managed-policy-not-found";
    let wrong = text("\"AWSLambdaBasicExecutionRole\", \"AWSXRayDaemonWriteAccess\"");
    let help = helps("main.tf", &wrong, rule);
    assert_eq!(help, ["Write `service-role/AWSLambdaBasicExecutionRole`."]);
    let mended = text("\"service-role/AWSLambdaBasicExecutionRole\", \"AWSXRayDaemonWriteAccess\"");
    assert!(helps("main.tf", &mended, rule).is_empty());
}

#[test]
fn a_removed_policy_is_not_replaced_by_one_that_administers() {
    let help =
        helps("t.yaml", &template("        - AWSLambdaFullAccess"), "managed-policy-not-found");
    let [help] = help.as_slice() else { panic!("{help:?}") };
    assert!(
        help.starts_with("Remove it, and in a statement under `Policies` of the function allow"),
        "{help}"
    );
    assert!(help.ends_with("lets a function make itself an administrator."), "{help}");
}

#[test]
fn a_broad_policy_gives_way_to_what_stands_beside_it() {
    let rule = "full-access-managed-policy";
    assert_eq!(
        helps("t.yaml", &template("        - AmazonDynamoDBFullAccess"), rule),
        ["Replace it by a policy template of SAM for what is called, for example \
          `DynamoDBCrudPolicy: {TableName: !Ref Orders}`, or a statement where there is no \
          template; remove it if nothing of it is called."]
    );
    let athena = helps("t.yaml", &template("        - AmazonAthenaFullAccess"), rule);
    assert!(
        athena.iter().all(|help| help.contains("Athena uses the same permissions")),
        "{athena:?}"
    );
    assert_eq!(athena.len(), 1);
    let mended = template("        - DynamoDBCrudPolicy: {TableName: !Ref Orders}");
    assert!(helps("t.yaml", &mended, rule).is_empty());
    let attached = "resource \"aws_iam_role_policy_attachment\" \"ddb\" {
  role       = aws_iam_role.r.name
  policy_arn = \"arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess\"
}";
    assert_eq!(
        helps("main.tf", &module("", attached), rule),
        [
            "Remove `aws_iam_role_policy_attachment.ddb`, and in an `aws_iam_role_policy` of the role allow the \
          actions that are called on the ARNs they are called on, for example `dynamodb:PutItem` \
          on `aws_dynamodb_table.orders.arn`."
        ]
    );
}

#[test]
fn entries_of_sam_keep_their_values() {
    let rule = "sam-policies-entry-invalid";
    for (entry, help, mended) in [
        (
            "S3ReadPolicy: {Bucket: foo}",
            "Write `BucketName` in place of `Bucket`.",
            "S3ReadPolicy: {BucketName: foo}",
        ),
        (
            "SQSSendPolicy: {QueueName: q}",
            "Write `SQSSendMessagePolicy` in place of `SQSSendPolicy`, if that is what is meant.",
            "SQSSendMessagePolicy: {QueueName: q}",
        ),
        (
            "service-role/AWSLambdaVPCAccessExecutionRole",
            "Write `AWSLambdaVPCAccessExecutionRole`, or the ARN \
             `arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole`.",
            "AWSLambdaVPCAccessExecutionRole",
        ),
    ] {
        let text = template(&format!("        - {entry}"));
        assert_eq!(helps("t.yaml", &text, rule), [help]);
        assert!(found("t.yaml", &text, "unused-feature-policy").is_empty(), "{entry}");
        let mended = template(&format!("        - {mended}"));
        assert!(helps("t.yaml", &mended, rule).is_empty(), "{mended}");
    }
}
