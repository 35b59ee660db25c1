//! What is left undecided when it is not known whether a function is attached to a VPC.

use iacscan_rules::Options;

use super::wording::TRUST;
use crate::scan;

#[test]
fn an_unknown_network_leaves_undecided_what_follows_from_it() {
    let reasons = |file_system: &str, depends_on: &str| {
        let text = format!(
            r#"
module "vpc" {{
  source = "example.com/org/vpc/aws"
}}
resource "aws_lambda_function" "this" {{
  function_name = "worker"
  role          = aws_iam_role.this.arn
  filename      = "app.zip"
  {file_system}
  vpc_config {{
    subnet_ids         = module.vpc.private_subnets
    security_group_ids = ["sg-1"]
  }}
  {depends_on}
}}
resource "aws_iam_role" "this" {{
  assume_role_policy  = {TRUST}
}}
resource "aws_iam_role_policy_attachment" "vpc" {{
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
}}
"#
        );
        let undecided = scan::scan([("main.tf", text.as_str())], &Options::default()).undecided;
        undecided.into_iter().map(|it| it.reason).collect::<Vec<_>>()
    };
    let start = "its VPC configuration is defined outside the scanned files, and with it whether";
    let race = format!("{start} it must wait for `aws_iam_role_policy_attachment.vpc`");
    let mount = format!("{start} it can reach the file system that it mounts");
    let file_system = r#"file_system_config {
    arn              = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1"
    local_mount_path = "/mnt/e"
  }"#;
    let waits = "depends_on = [aws_iam_role_policy_attachment.vpc]";
    assert_eq!(reasons("", ""), std::slice::from_ref(&race));
    assert_eq!(reasons("", waits), Vec::<String>::new());
    assert_eq!(reasons(file_system, waits), std::slice::from_ref(&mount));
    assert_eq!(reasons(file_system, ""), [mount, race]);
}

#[test]
fn an_unknown_network_leaves_undecided_what_aws_documents_beyond_what_it_checks() {
    let text = |actions: &str| {
        format!(
            r#"
variable "subnets" {{}}
resource "aws_lambda_function" "this" {{
  function_name = "worker"
  role          = aws_iam_role.this.arn
  filename      = "app.zip"
  vpc_config {{
    subnet_ids         = var.subnets
    security_group_ids = ["sg-1"]
  }}
}}
resource "aws_iam_role" "this" {{
  assume_role_policy  = {TRUST}
  inline_policy {{
    policy = jsonencode({{
      Version   = "2012-10-17"
      Statement = [{{ Effect = "Allow", Action = [{actions} "logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*" }}]
    }})
  }}
}}
"#
        )
    };
    let undecided = |actions: &str| {
        let text = text(actions);
        let undecided = scan::scan([("main.tf", text.as_str())], &Options::default()).undecided;
        undecided.into_iter().map(|it| it.reason).collect::<Vec<_>>()
    };
    let core = r#""ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface","#;
    let all = format!(
        r#"{core} "ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses","#
    );
    let open = "its VPC configuration is an input without a value, and role `aws_iam_role.this` does \
                not allow `ec2:DescribeSubnets`, `ec2:AssignPrivateIpAddresses` and \
                `ec2:UnassignPrivateIpAddresses`, which it may need";
    assert_eq!(undecided(core), [open]);
    assert_eq!(undecided(&all), Vec::<String>::new());
}
