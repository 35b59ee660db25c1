//! One cause that shows in several instances, modules or statements is one finding.

use iacscan_core::{Finding, Severity};

use super::wording::{TRUST, found, worker};

#[test]
fn a_race_in_each_instance_of_a_module_is_one() {
    let statement = r#"{ Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = var.queue }"#;
    let module = worker(statement)
        + r#"
resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn = var.queue
  function_name    = aws_lambda_function.this.arn
}
"#;
    let root = r#"
resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}
module "worker" {
  source   = "./worker"
  for_each = toset(["big", "small"])
  queue    = aws_sqs_queue.jobs.arn
}
"#;
    let found = found(&[("main.tf", root), ("worker/main.tf", &module)]);
    let races: Vec<&Finding> =
        found.iter().filter(|finding| finding.rule == "policy-attachment-race").collect();
    let [race] = races.as_slice() else { panic!("{found:#?}") };
    assert_eq!(
        race.message,
        "`module.worker[\"big\"].aws_lambda_event_source_mapping.this` and \
         `module.worker[\"small\"].aws_lambda_event_source_mapping.this` may be created before \
         `aws_iam_role_policy.this`, which gives the role the permissions that Lambda checks for \
         an event source"
    );
    assert_eq!(
        race.help.as_deref(),
        Some(
            "Add `depends_on = [aws_iam_role_policy.this]` to \
             `aws_lambda_event_source_mapping.this`."
        )
    );
}

#[test]
fn equal_names_of_two_root_modules_are_counted() {
    let module = worker(r#"{ Effect = "Allow", Action = "sqs:*", Resource = "*" }"#);
    let root = "module \"worker\" {\n  source = \"../worker\"\n  queue  = \"jobs\"\n}\n";
    let files = [("a/main.tf", root), ("b/main.tf", root), ("worker/main.tf", module.as_str())];
    let found = found(&files);
    let wide = found.iter().find(|it| it.rule == "wildcard-action-on-all-resources").unwrap();
    assert_eq!(
        wide.message,
        "this statement allows functions `module.worker.aws_lambda_function.this` (2 of this \
         name) `sqs:*` on every resource"
    );
}

#[test]
fn actions_with_different_remedies_are_told_apart() {
    let template = "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Code: {S3Bucket: artifacts, S3Key: app.zip}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
      Policies:
        - PolicyName: streams
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action: ['kinesis:ListStreams', 'kinesis:SubscribeToShard']
                Resource: arn:aws:kinesis:eu-west-1:123456789012:stream/clicks
";
    let found = found(&[("template.yaml", template)]);
    let helps: Vec<&str> = found.iter().filter_map(|finding| finding.help.as_deref()).collect();
    assert_eq!(
        helps,
        [
            "Allow `kinesis:ListStreams` on `*`, in a statement of its own.",
            "Name the consumer: the stream's ARN with `/consumer/NAME:*` behind it.",
        ]
    );
}

#[test]
fn a_role_that_lacks_something_in_each_instance_is_one() {
    let module = worker(
        r#"{ Effect = "Allow", Action = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"], Resource = "*" }"#,
    )
    .replace(
        "filename ",
        "vpc_config {
    subnet_ids         = [\"subnet-1\"]
    security_group_ids = [\"sg-1\"]
  }
  filename ",
    );
    let root = "module \"worker\" {\n  source = \"./worker\"\n  count  = 2\n  queue  = \"\"\n}\n";
    let found = found(&[("main.tf", root), ("worker/main.tf", &module)]);
    let messages: Vec<&str> = found
        .iter()
        .filter(|finding| finding.rule == "missing-vpc-permission")
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(
        messages,
        ["role `aws_iam_role.this` (2 instances) of functions \
          `module.worker[0].aws_lambda_function.this` and \
          `module.worker[1].aws_lambda_function.this` does not allow `ec2:DescribeSubnets`, \
          `ec2:AssignPrivateIpAddresses` and `ec2:UnassignPrivateIpAddresses`, which AWS \
          documents as needed in a VPC"]
    );
}

/// Two root modules that each give the role of one module to functions of their own.
#[test]
fn roles_of_two_root_modules_are_shared_apart() {
    let role = format!(
        "resource \"aws_iam_role\" \"this\" {{\n  assume_role_policy = {TRUST}\n}}\n\
         output \"arn\" {{\n  value = aws_iam_role.this.arn\n}}\n"
    );
    let root = |names: &[&str]| {
        let functions = names.iter().map(|name| {
            format!(
                "resource \"aws_lambda_function\" \"{name}\" {{\n  function_name = \"{name}\"\n  \
                 role = module.role.arn\n  filename = \"app.zip\"\n}}\n"
            )
        });
        format!("module \"role\" {{\n  source = \"../role\"\n}}\n{}", functions.collect::<String>())
    };
    let (api, jobs) = (root(&["get", "put"]), root(&["big", "small", "tiny"]));
    let files = [("api/main.tf", api.as_str()), ("jobs/main.tf", &jobs), ("role/main.tf", &role)];
    let found = found(&files);
    let shared: Vec<&Finding> =
        found.iter().filter(|finding| finding.rule == "shared-execution-role").collect();
    let messages: Vec<&str> = shared.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "functions `aws_lambda_function.get` and `aws_lambda_function.put` share role \
             `module.role.aws_iam_role.this`, so that each has what any of them is given",
            "functions `aws_lambda_function.big`, `aws_lambda_function.small` and \
             `aws_lambda_function.tiny` share role `module.role.aws_iam_role.this`, so that each \
             has what any of them is given",
        ]
    );
}

#[test]
fn a_document_of_several_roles_is_one_finding() {
    let role = |name: &str| {
        format!(
            "resource \"aws_iam_role\" \"{name}\" {{\n  assume_role_policy = {TRUST}\n}}\n\
             resource \"aws_iam_role_policy\" \"{name}\" {{\n  role = aws_iam_role.{name}.name\n  \
             policy = data.aws_iam_policy_document.all.json\n}}\n\
             resource \"aws_lambda_function\" \"{name}\" {{\n  function_name = \"{name}\"\n  \
             role = aws_iam_role.{name}.arn\n  filename = \"app.zip\"\n}}\n"
        )
    };
    let text = format!(
        "data \"aws_iam_policy_document\" \"all\" {{\n  statement {{\n    actions = [\"sqs:*\"]\n    \
         resources = [\"*\"]\n  }}\n}}\n{}{}",
        role("a"),
        role("b")
    );
    let found = found(&[("main.tf", &text)]);
    let wide = found.iter().filter(|it| it.rule == "wildcard-action-on-all-resources");
    assert_eq!(wide.count(), 1);
}

#[test]
fn statements_of_one_policy_are_one_that_may_be_late() {
    let statements = r#"
    { Effect = "Allow", Action = "sqs:*Message", Resource = var.queue },
    { Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = var.queue }"#;
    let text = worker(statements)
        + r#"
resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn = "arn:aws:sqs:eu-west-1:123456789012:jobs"
  function_name    = aws_lambda_function.this.arn
}
"#;
    let text = text.replace("var.queue", "\"arn:aws:sqs:eu-west-1:123456789012:jobs\"");
    let found = found(&[("main.tf", &text)]);
    assert!(found.iter().any(|it| it.rule == "policy-attachment-race"), "{found:#?}");
}

#[test]
fn what_brings_a_resource_in_is_called_as_its_language_does() {
    let nested = "
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: app.handler, Code: {S3Bucket: b, S3Key: k}}
";
    let root = "
Resources:
  Workers:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./nested.yaml}
";
    let module = "resource \"aws_lambda_function\" \"this\" {
  function_name = \"worker\"
  filename      = \"app.zip\"
}
";
    let call = "module \"worker\" {\n  source = \"./worker\"\n}\n";
    for (files, expected) in [
        ([("template.yaml", root), ("nested.yaml", nested)], "this nested stack brings it in"),
        ([("main.tf", call), ("worker/main.tf", module)], "this module call brings it in"),
    ] {
        let found = found(&files);
        let missing = found.iter().find(|finding| finding.rule == "function-without-role").unwrap();
        assert!(missing.labels.iter().any(|label| label.text == expected), "{missing:#?}");
    }
}

/// Nothing is shared by it yet; what is attached to it next is.
#[test]
fn a_role_that_allows_nothing_is_shared_without_harm() {
    let with = |policy: &str| {
        let text = format!(
            r#"
variable "policy" {{ type = string }}
resource "aws_lambda_function" "f" {{
  for_each      = toset(["a", "b"])
  function_name = each.key
  role          = aws_iam_role.r.arn
  filename      = "app.zip"
}}
resource "aws_iam_role" "r" {{ assume_role_policy = {TRUST} }}
{policy}
"#
        );
        let found = found(&[("main.tf", text.as_str())]);
        let shared = found.into_iter().find(|it| it.rule == "shared-execution-role").unwrap();
        (shared.severity, shared.message)
    };
    let attach = |arn: &str| {
        format!(
            "resource \"aws_iam_role_policy_attachment\" \"p\" {{\n  role = aws_iam_role.r.name\n  policy_arn = {arn}\n}}\n"
        )
    };
    let (severity, message) = with("");
    assert_eq!(severity, Severity::Info);
    assert!(message.ends_with("so that each has what any of them is given"), "{message}");
    let logs = "\"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole\"";
    assert_eq!(with(&attach(logs)).0, Severity::Info);
    assert_eq!(
        with(&attach("\"arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess\"")).0,
        Severity::Medium
    );
    assert_eq!(with(&attach("var.policy")).0, Severity::Medium);
}

#[test]
fn a_policy_that_a_list_has_twice_is_one() {
    let found = |arns: &str| {
        let text = format!(
            r#"
resource "aws_lambda_function" "f" {{
  function_name = "f"
  role          = aws_iam_role.r.arn
  filename      = "app.zip"
}}
resource "aws_iam_role" "r" {{
  assume_role_policy  = {TRUST}
  managed_policy_arns = [{arns}]
}}
"#
        );
        let found = found(&[("main.tf", text.as_str())]);
        let of_policies =
            ["admin-policy", "full-access-managed-policy", "managed-policy-not-found"];
        let found = found.into_iter().filter(|it| of_policies.contains(&it.rule));
        let again = |finding: &Finding| {
            let labels = finding.labels.iter();
            labels.filter(|label| label.text == "the same policy again").count()
        };
        found.map(|it| (it.rule, again(&it))).collect::<Vec<_>>()
    };
    let files = "\"arn:aws:iam::aws:policy/AmazonS3FullAccess\"";
    let admin = "\"arn:aws:iam::aws:policy/AdministratorAccess\"";
    let wrong = "\"arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole\"";
    let full = "full-access-managed-policy";
    assert_eq!(found(&format!("{files}, {files}")), [(full, 1)]);
    assert_eq!(
        found(&format!("{files}, {admin}, {files}, {files}")),
        [("admin-policy", 0), (full, 2)]
    );
    assert_eq!(found(&format!("{wrong}, {wrong}")), [("managed-policy-not-found", 1)]);
}

/// One text cannot name the resources of different actions.
#[test]
fn a_statement_written_once_has_its_resources_from_where_its_actions_come_from() {
    let of = |actions: [&str; 2], written: &str, resources: &str| {
        let text = format!(
            r#"
locals {{ audits = {{ a = ["{}"], b = ["{}"] }} }}
data "aws_iam_policy_document" "audit" {{
  for_each = local.audits
  statement {{
    actions   = {written}
    resources = {resources}
  }}
}}
resource "aws_iam_role" "audit" {{
  for_each           = local.audits
  name               = "audit-${{each.key}}"
  assume_role_policy = {TRUST}
}}
resource "aws_iam_role_policy" "audit" {{
  for_each = local.audits
  role     = aws_iam_role.audit[each.key].id
  policy   = data.aws_iam_policy_document.audit[each.key].json
}}
resource "aws_lambda_function" "audit" {{
  for_each      = local.audits
  function_name = "audit-${{each.key}}"
  role          = aws_iam_role.audit[each.key].arn
}}
"#,
            actions[0], actions[1]
        );
        let rules = ["wildcard-resource", "privilege-escalation-permission"];
        let found = found(&[("main.tf", text.as_str())]);
        let found = found.into_iter().filter(|it| rules.contains(&it.rule));
        found.map(|it| it.help.unwrap_or_default()).collect::<Vec<_>>()
    };
    let words = "This statement is written once for several roles and gets a list of actions for \
                 each: let it get a list of resources for each in the same way, in place of `*`, \
                 written next to the actions of the role.";
    let different = ["rds:DescribeDBClusters", "lambda:GetFunction"];
    let helps = of(different, "each.value", r#"["*"]"#);
    assert_eq!(helps.len(), 2, "{helps:#?}");
    assert!(helps.iter().all(|help| help.starts_with(words)), "{helps:#?}");
    for (actions, written, resources, count) in [
        (["rds:DescribeDBClusters"; 2], "each.value", r#"["*"]"#, 1),
        (different, r#"["rds:DescribeDBClusters"]"#, r#"["*"]"#, 1),
        (different, "each.value", r#"[each.key == "a" ? "*" : "arn:aws:s3:::audits"]"#, 1),
    ] {
        let helps = of(actions, written, resources);
        assert_eq!(helps.len(), count, "{helps:#?}");
        assert!(!helps.iter().any(|help| help.contains("written once")), "{helps:#?}");
    }
}

/// What waits for what one role is given is named in one finding.
#[test]
fn functions_that_lack_the_same_of_one_role_are_one_finding() {
    let function = |name: &str| {
        format!(
            r#"
resource "aws_lambda_function" "{name}" {{
  function_name = "{name}"
  role          = aws_iam_role.r.arn
  filename      = "app.zip"
  vpc_config {{
    subnet_ids         = ["subnet-0123"]
    security_group_ids = ["sg-0123"]
  }}
  tracing_config {{
    mode = "Active"
  }}
}}
"#
        )
    };
    let text = format!(
        "resource \"aws_iam_role\" \"r\" {{\n  assume_role_policy = {TRUST}\n}}\n{}{}",
        function("b"),
        function("a")
    );
    let found = found(&[("main.tf", &text)]);
    for rule in ["missing-vpc-permission", "missing-tracing-permission"] {
        let of_rule: Vec<&Finding> = found.iter().filter(|it| it.rule == rule).collect();
        let [one] = of_rule.as_slice() else { panic!("{rule}: {of_rule:#?}") };
        assert!(
            one.message.contains("`aws_lambda_function.a` and `aws_lambda_function.b`"),
            "{rule}"
        );
        let help = one.help.as_deref().unwrap_or_default();
        assert!(
            help.contains(
                "Let `aws_lambda_function.a` and `aws_lambda_function.b` wait for it with `depends_on`"
            ),
            "{rule}: {help}"
        );
    }
}
