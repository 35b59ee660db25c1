//! Services whose resources are of interest for the roles they assume alone.

use iacscan_graph::nodes::ResourceKind;

use super::Context;
use crate::declaration::Declaration;

/// Resource type, principal's short name, paths of the roles.
type RoleFields = (&'static str, &'static str, &'static [&'static [&'static str]]);

/// Which properties name roles that a service assumes.
const ROLE_FIELDS: &[RoleFields] = &[
    (
        "AWS::AppRunner::Service",
        "build.apprunner",
        &[&["SourceConfiguration", "AuthenticationConfiguration", "AccessRoleArn"]],
    ),
    (
        "AWS::AppRunner::Service",
        "tasks.apprunner",
        &[&["InstanceConfiguration", "InstanceRoleArn"]],
    ),
    ("AWS::AppSync::DataSource", "appsync", &[&["ServiceRoleArn"]]),
    ("AWS::AppSync::GraphQLApi", "appsync", &[&["LogConfig", "CloudWatchLogsRoleArn"]]),
    ("AWS::ApplicationAutoScaling::ScalableTarget", "application-autoscaling", &[&["RoleARN"]]),
    ("AWS::Batch::ComputeEnvironment", "batch", &[&["ServiceRole"]]),
    (
        "AWS::Batch::JobDefinition",
        "ecs-tasks",
        &[&["ContainerProperties", "JobRoleArn"], &["ContainerProperties", "ExecutionRoleArn"]],
    ),
    ("AWS::Bedrock::Agent", "bedrock", &[&["AgentResourceRoleArn"]]),
    ("AWS::CloudFormation::StackSet", "cloudformation", &[&["AdministrationRoleARN"]]),
    ("AWS::CloudTrail::Trail", "cloudtrail", &[&["CloudWatchLogsRoleArn"]]),
    ("AWS::DMS::Endpoint", "dms", &[&["S3Settings", "ServiceAccessRoleArn"]]),
    ("AWS::EC2::FlowLog", "vpc-flow-logs", &[&["DeliverLogsPermissionArn"]]),
    ("AWS::ECS::Service", "ecs", &[&["Role"]]),
    ("AWS::ECS::TaskDefinition", "ecs-tasks", &[&["TaskRoleArn"], &["ExecutionRoleArn"]]),
    ("AWS::EKS::Cluster", "eks", &[&["RoleArn"]]),
    ("AWS::EKS::FargateProfile", "eks-fargate-pods", &[&["PodExecutionRoleArn"]]),
    ("AWS::EKS::Nodegroup", "ec2", &[&["NodeRole"]]),
    ("AWS::EMR::Cluster", "elasticmapreduce", &[&["ServiceRole"], &["AutoScalingRole"]]),
    ("AWS::FIS::ExperimentTemplate", "fis", &[&["RoleArn"]]),
    ("AWS::Glue::Crawler", "glue", &[&["Role"]]),
    ("AWS::Glue::DevEndpoint", "glue", &[&["RoleArn"]]),
    ("AWS::Glue::Job", "glue", &[&["Role"]]),
    ("AWS::KinesisAnalyticsV2::Application", "kinesisanalytics", &[&["ServiceExecutionRole"]]),
    ("AWS::RDS::DBInstance", "monitoring.rds", &[&["MonitoringRoleArn"]]),
    ("AWS::RDS::DBProxy", "rds", &[&["RoleArn"]]),
    ("AWS::Redshift::Cluster", "redshift", &[&["IamRoles", "[]"]]),
    ("AWS::SageMaker::Model", "sagemaker", &[&["ExecutionRoleArn"]]),
    ("AWS::SageMaker::NotebookInstance", "sagemaker", &[&["RoleArn"]]),
    ("AWS::Transfer::Server", "transfer", &[&["LoggingRole"]]),
    ("AWS::Transfer::User", "transfer", &[&["Role"]]),
];

/// Lowers a resource of one of the services; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    // A service has one entry for each of the principals that it assumes roles as.
    let mut fields = ROLE_FIELDS.iter().filter(|(kind, ..)| *kind == declaration.kind).peekable();
    if fields.peek().is_none() {
        return false;
    }
    let header = context.add(declaration, ResourceKind::Other, |_| {});
    for (_, service, paths) in fields {
        context.role_users(declaration, &header, service, paths);
    }
    true
}
