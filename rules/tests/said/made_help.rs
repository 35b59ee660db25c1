//! Which resources the help proposes that calls make, that tags are given to, and that no node is
//! made of.

use iacscan_rules::Options;

use crate::scan;

use super::resource_help::{OTHERS, PREFIX, TAG, arn};
use super::statement_help::{help, template};

fn of(actions: &str) -> String {
    let text = template(&format!("Action: [{actions}], Resource: '*'"));
    help(&text, "wildcard-resource").unwrap_or_default()
}

#[test]
fn an_id_that_a_call_makes_is_any() {
    let log = arn("ec2 vpc-flow-log/*");
    for (actions, expected) in [
        ("'ec2:CreateVpc'", format!("{} for `ec2:CreateVpc`.{TAG} If", arn("ec2 vpc/*"))),
        ("'ec2:ModifyVpcAttribute'", format!("{} for", arn("ec2 vpc/VPC_ID"))),
        (
            "'ec2:ModifyVpcAttribute', 'ec2:CreateVpc'",
            format!("{} for `ec2:ModifyVpcAttribute` and `ec2:CreateVpc`.", arn("ec2 vpc/*")),
        ),
        ("'ec2:DeleteFlowLogs'", format!("{log} for `ec2:DeleteFlowLogs`.{TAG}")),
        (
            "'ec2:CreateFlowLogs'",
            format!(
                "{log}, {}, {} and {} for `ec2:CreateFlowLogs`.",
                arn("ec2 network-interface/*"),
                arn("ec2 subnet/SUBNET_ID"),
                arn("ec2 vpc/VPC_ID")
            ),
        ),
        (
            "'cognito-identity:CreateIdentityPool', 'cognito-identity:UpdateIdentityPool'",
            format!(
                "{} for `cognito-identity:UpdateIdentityPool`.{TAG} Leave \
                 `cognito-identity:CreateIdentityPool` on `*`",
                arn("cognito-identity identitypool/*")
            ),
        ),
        (
            "'cognito-idp:CreateUserPoolDomain'",
            format!("{} for", arn("cognito-idp userpool/USER_POOL_ID")),
        ),
        (
            "'autoscaling:CompleteLifecycleAction'",
            format!(
                "{} for `autoscaling:CompleteLifecycleAction`.{PREFIX}",
                arn("autoscaling autoScalingGroup:*:autoScalingGroupName/GROUP_FRIENDLY_NAME")
            ),
        ),
        (
            "'redshift:GetClusterCredentials'",
            format!("{} for", arn("redshift dbuser:CLUSTER_NAME/DB_USER")),
        ),
        (
            "'states:ListExecutions'",
            format!("{} for", arn("states stateMachine:STATE_MACHINE_NAME")),
        ),
    ] {
        let help = of(actions);
        assert!(help.starts_with(&format!("Name the resources: {expected}")), "{help}");
    }
}

#[test]
fn tags_are_given_to_what_the_role_makes() {
    let snapshot = "`!Sub \"arn:${AWS::Partition}:ec2:${AWS::Region}::snapshot/*\"`";
    let others = |name: &str| {
        format!(" If the code calls `{name}` for other resources too, name those as well.")
    };
    assert_eq!(
        of("'ec2:CreateSnapshot', 'ec2:CreateTags'"),
        format!(
            "Name the resources: {snapshot} for `ec2:CreateSnapshot` and `ec2:CreateTags`; {} for \
             `ec2:CreateSnapshot`.{TAG}{} Where the code gives \
             tags only in the calls that make things, `ec2:CreateTags` may have a statement of its own with \
             `Condition: {{StringEquals: {{\"ec2:CreateAction\": \"CreateSnapshot\"}}}}`.",
            arn("ec2 volume/*"),
            others("ec2:CreateTags")
        )
    );
    assert_eq!(
        of("'rds:CreateDBSnapshot', 'rds:AddTagsToResource'"),
        format!(
            "Name the resources: {} for `rds:CreateDBSnapshot` and `rds:AddTagsToResource`; {} for \
             `rds:CreateDBSnapshot`.{PREFIX}{}",
            arn("rds snapshot:SNAPSHOT_NAME"),
            arn("rds db:DB_INSTANCE_NAME"),
            others("rds:AddTagsToResource")
        )
    );
    // What it is done to without making any.
    assert_eq!(
        of("'ec2:StopInstances', 'ec2:DeleteTags'"),
        format!(
            "Name the resources: {} for `ec2:StopInstances` and `ec2:DeleteTags`.{TAG}{} If a call of `ec2:StopInstances` names",
            arn("ec2 instance/*"),
            others("ec2:DeleteTags")
        )
        .split(" If a call")
        .next()
        .unwrap()
    );
    assert_eq!(
        of("'ec2:CreateTags'"),
        format!(
            "For `ec2:CreateTags`, name each kind of resources that the code calls it for, such as {}.",
            arn("ec2 instance/*")
        )
    );
}

#[test]
fn what_is_too_much_is_divided() {
    let help = of("'sqs:SendMessage', 'sns:Publish', 'kms:Decrypt', 'dynamodb:PutItem', \
                   'lambda:InvokeFunction', 'events:PutEvents', 'kinesis:PutRecord', \
                   'ssm:GetParameter', 'firehose:PutRecord', 'codebuild:StartBuild'");
    assert!(
        help.contains(&format!("{} for `ssm:GetParameter`.", arn("ssm parameter/PARAMETER_NAME")))
    );
    assert!(help.contains(
        " Give the actions of `firehose` and `codebuild` statements of their own, and scan again to be \
         told which resources they have."
    ));
    let (moved, later) = (
        "'sqs:SendMessage', 'sns:Publish', 'kms:Decrypt', 'dynamodb:PutItem', \
         'lambda:InvokeFunction', 'events:PutEvents', 'kinesis:PutRecord', 'ssm:GetParameter'",
        "'s3:GetObject', 'codebuild:StartBuild', 's3:HeadBucket', 'sqs:NoSuchAction'",
    );
    let help = of(&format!("{moved}, {later}, 'xray:PutTraceSegments'"));
    assert!(
        help.ends_with(
            "Leave `xray:PutTraceSegments` on `*` and move the rest, but for the actions of `s3` and \
             `codebuild`, to a new statement beside this one: it cannot be limited."
        ),
        "{help}"
    );
    let many = "'xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'ec2:DescribeImages', \
                'ec2:DescribeVolumes', 'ec2:DescribeSnapshots', 'ec2:DescribeInstances', \
                'ec2:DescribeKeyPairs', 'ec2:DescribeAddresses', 'ec2:DescribeRegions'";
    let help = of(&format!("{moved}, {later}, {many}"));
    assert!(
        help.contains(&format!(
            "Move {} and `ssm:GetParameter` to a new statement beside this one and leave the rest on `*`",
            moved.replace(", 'ssm:GetParameter'", "").replace('\'', "`")
        )),
        "{help}"
    );
    let help = of("'glue:*', 'sqs:SendMessage', 'organizations:ListAccounts', 'ec2:DescribeVpcs'");
    assert_eq!(
        help,
        format!(
            "Name the resources: {} for `sqs:SendMessage`.{PREFIX} Leave `glue:*`, \
             `organizations:ListAccounts` and `ec2:DescribeVpcs` on `*` and move the rest to a \
             new statement beside this one: of `glue:*` the actions that are called have to be listed first, \
             and nothing limits `organizations:ListAccounts` and `ec2:DescribeVpcs`.",
            arn("sqs QUEUE_NAME")
        )
    );
    let help = of("'ec2:Modify*'");
    assert!(
        help.starts_with(
            "In place of `ec2:Modify*`, list the actions that the code calls: they are done to "
        ),
        "{help}"
    );
}

#[test]
fn what_no_node_is_made_of_is_named_too() {
    let declared = |resource: &str, actions: &str| {
        let text = template(&format!("Action: [{actions}], Resource: '*'"));
        help(&format!("{text}  {resource}\n"), "wildcard-resource").unwrap()
    };
    for (kind, action, expected) in [
        ("Athena::WorkGroup", "athena:StartQueryExecution", arn("athena workgroup/${Thing}")),
        (
            "Cognito::IdentityPool",
            "cognito-identity:DescribeIdentityPool",
            arn("cognito-identity identitypool/${Thing}"),
        ),
        ("SSM::Document", "ssm:GetDocument", arn("ssm document/${Thing}")),
        ("ECS::Cluster", "ecs:ListContainerInstances", "`!GetAtt Thing.Arn`".to_owned()),
        ("RDS::DBInstance", "rds:RebootDBInstance", "`!GetAtt Thing.DBInstanceArn`".to_owned()),
        ("OpenSearchService::Domain", "es:ESHttpPost", "`!Sub \"${Thing.Arn}/*\"`".to_owned()),
        ("StepFunctions::Activity", "states:GetActivityTask", "`!Ref Thing`".to_owned()),
        (
            "AutoScaling::AutoScalingGroup",
            "autoscaling:SetDesiredCapacity",
            arn("autoscaling autoScalingGroup:*:autoScalingGroupName/${Thing}"),
        ),
    ] {
        assert_eq!(
            declared(&format!("Thing: {{Type: 'AWS::{kind}'}}"), &format!("'{action}'")),
            format!("Name the resources: {expected} for `{action}`.{OTHERS}"),
            "{kind}"
        );
    }
    // The function makes such itself.
    let role = "Other: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {}}}";
    assert!(declared(role, "'iam:GetRole'").contains("`!GetAtt Other.Arn` for `iam:GetRole`"));
    assert!(!declared(role, "'iam:GetRole', 'iam:DeleteRole'").contains("Other"));

    let configuration = r#"
resource "aws_iam_role" "app" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }
  ] })
}
resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect   = "Allow"
    Action   = ["athena:StartQueryExecution", "glue:UpdateTable", "ecs:RunTask", "ecs:UpdateService"]
    Resource = "*"
  }] })
}
resource "aws_athena_workgroup" "reports" { name = "reports" }
resource "aws_glue_catalog_table" "reports" {
  name          = "reports"
  database_name = "reports"
}
resource "aws_ecs_task_definition" "job" {}
resource "aws_ecs_service" "job" {}
"#;
    let found = scan::scan([("main.tf", configuration)], &Options::default());
    let wide = found.findings.iter().find(|it| it.rule == "wildcard-resource").unwrap();
    let help = wide.help.as_deref().unwrap();
    for named in [
        "`aws_athena_workgroup.reports.arn` for `athena:StartQueryExecution`",
        "`aws_glue_catalog_table.reports.arn`",
        "`\"${aws_ecs_task_definition.job.arn_without_revision}:*\"` for `ecs:RunTask`",
        "`aws_ecs_service.job.id` for `ecs:UpdateService`",
    ] {
        assert!(help.contains(named), "{named}: {help}");
    }
}
