//! Services that run code or move data with a role of the user's.

use super::Lowering;

/// Resource type, principal's short name, paths of the roles.
type RoleFields = (&'static str, &'static str, &'static [&'static [&'static str]]);

/// Which arguments name roles that a service assumes.
const ROLE_FIELDS: &[RoleFields] = &[
    (
        "aws_apprunner_service",
        "build.apprunner",
        &[&["source_configuration", "authentication_configuration", "access_role_arn"]],
    ),
    (
        "aws_apprunner_service",
        "tasks.apprunner",
        &[&["instance_configuration", "instance_role_arn"]],
    ),
    ("aws_appsync_datasource", "appsync", &[&["service_role_arn"]]),
    ("aws_appsync_graphql_api", "appsync", &[&["log_config", "cloudwatch_logs_role_arn"]]),
    ("aws_appautoscaling_target", "application-autoscaling", &[&["role_arn"]]),
    ("aws_backup_selection", "backup", &[&["iam_role_arn"]]),
    ("aws_batch_compute_environment", "batch", &[&["service_role"]]),
    ("aws_bedrockagent_agent", "bedrock", &[&["agent_resource_role_arn"]]),
    ("aws_cloudformation_stack_set", "cloudformation", &[&["administration_role_arn"]]),
    ("aws_cloudtrail", "cloudtrail", &[&["cloud_watch_logs_role_arn"]]),
    ("aws_db_instance", "monitoring.rds", &[&["monitoring_role_arn"]]),
    ("aws_db_proxy", "rds", &[&["role_arn"]]),
    ("aws_dlm_lifecycle_policy", "dlm", &[&["execution_role_arn"]]),
    (
        "aws_dms_endpoint",
        "dms",
        &[&["service_access_role"], &["s3_settings", "service_access_role_arn"]],
    ),
    ("aws_ecs_service", "ecs", &[&["iam_role"]]),
    ("aws_ecs_task_definition", "ecs-tasks", &[&["task_role_arn"], &["execution_role_arn"]]),
    ("aws_eks_cluster", "eks", &[&["role_arn"]]),
    ("aws_eks_fargate_profile", "eks-fargate-pods", &[&["pod_execution_role_arn"]]),
    ("aws_eks_node_group", "ec2", &[&["node_role_arn"]]),
    ("aws_emr_cluster", "elasticmapreduce", &[&["service_role"], &["autoscaling_role"]]),
    ("aws_fis_experiment_template", "fis", &[&["role_arn"]]),
    ("aws_flow_log", "vpc-flow-logs", &[&["iam_role_arn"]]),
    ("aws_glue_crawler", "glue", &[&["role"]]),
    ("aws_glue_dev_endpoint", "glue", &[&["role_arn"]]),
    ("aws_glue_job", "glue", &[&["role_arn"]]),
    ("aws_kinesisanalyticsv2_application", "kinesisanalytics", &[&["service_execution_role"]]),
    ("aws_mwaa_environment", "airflow", &[&["execution_role_arn"]]),
    ("aws_redshift_cluster", "redshift", &[&["iam_roles"]]),
    ("aws_sagemaker_model", "sagemaker", &[&["execution_role_arn"]]),
    ("aws_sagemaker_notebook_instance", "sagemaker", &[&["role_arn"]]),
    ("aws_transfer_server", "transfer", &[&["logging_role"]]),
    ("aws_transfer_user", "transfer", &[&["role"]]),
];

/// How a resource of this type is lowered; nothing when it is of none of the services.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    role_fields(kind).next()?;
    Some(|context, declaration| {
        let header = context.other(declaration);
        for (_, service, paths) in role_fields(declaration.kind()) {
            context.role_users(declaration, &header, service, paths);
        }
    })
}

/// A service has one entry for each of the principals that it assumes roles as.
fn role_fields(kind: &str) -> impl Iterator<Item = &'static RoleFields> {
    ROLE_FIELDS.iter().filter(move |(known, ..)| *known == kind)
}
