//! How policies name resources that nothing else needs to know of.

/// Type, kind in the service authorization reference.
const KINDS: &[(&str, &str)] = &[
    ("aws_alb", "elasticloadbalancing:loadbalancer/app/"),
    ("aws_alb_listener", "elasticloadbalancing:listener/app"),
    ("aws_alb_listener_rule", "elasticloadbalancing:listener-rule/app"),
    ("aws_alb_target_group", "elasticloadbalancing:targetgroup"),
    ("aws_api_gateway_rest_api", "apigateway:RestApi"),
    ("aws_apigatewayv2_api", "apigateway:Api"),
    ("aws_athena_workgroup", "athena:workgroup"),
    ("aws_autoscaling_group", "autoscaling:autoScalingGroup"),
    ("aws_backup_vault", "backup:backupVault"),
    ("aws_batch_job_queue", "batch:job-queue"),
    ("aws_bedrockagent_knowledge_base", "bedrock:knowledge-base"),
    ("aws_cloudwatch_metric_alarm", "cloudwatch:alarm"),
    ("aws_codecommit_repository", "codecommit:repository"),
    ("aws_codepipeline", "codepipeline:pipeline"),
    ("aws_cognito_identity_pool", "cognito-identity:identitypool"),
    ("aws_db_instance", "rds:db"),
    ("aws_ecr_repository", "ecr:repository"),
    ("aws_ecs_cluster", "ecs:cluster"),
    ("aws_ecs_service", "ecs:service"),
    ("aws_ecs_task_definition", "ecs:task-definition"),
    ("aws_elasticache_cluster", "elasticache:cluster"),
    ("aws_elasticache_replication_group", "elasticache:replicationgroup"),
    ("aws_elasticsearch_domain", "es:domain"),
    ("aws_glue_catalog_database", "glue:database"),
    ("aws_glue_catalog_table", "glue:table"),
    ("aws_glue_crawler", "glue:crawler"),
    ("aws_glue_job", "glue:job"),
    ("aws_instance", "ec2:instance"),
    ("aws_lambda_event_source_mapping", "lambda:eventSourceMapping"),
    ("aws_lb", "elasticloadbalancing:loadbalancer/app/"),
    ("aws_lb_listener", "elasticloadbalancing:listener/app"),
    ("aws_lb_listener_rule", "elasticloadbalancing:listener-rule/app"),
    ("aws_lb_target_group", "elasticloadbalancing:targetgroup"),
    ("aws_opensearch_domain", "es:domain"),
    ("aws_redshift_cluster", "redshift:cluster"),
    ("aws_sagemaker_endpoint", "sagemaker:endpoint"),
    ("aws_security_group", "ec2:security-group"),
    ("aws_ses_template", "ses:template"),
    ("aws_sesv2_contact_list", "ses:contact-list"),
    ("aws_sfn_activity", "states:activity"),
    ("aws_ssm_document", "ssm:document"),
    ("aws_subnet", "ec2:subnet"),
    ("aws_timestreamwrite_database", "timestream:database"),
    ("aws_timestreamwrite_table", "timestream:table"),
    ("aws_transfer_server", "transfer:server"),
    ("aws_vpc", "ec2:vpc"),
    ("aws_wafv2_ip_set", "wafv2:ipset"),
];

/// The kind of a type, the attribute with the ARN and what stands behind it.
pub(crate) fn of(resource_type: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let at = KINDS.binary_search_by_key(&resource_type, |(known, _)| known).ok()?;
    let (_, kind) = KINDS.get(at)?;
    Some(match resource_type {
        "aws_ecs_service" | "aws_sfn_activity" => (kind, "id", ""),
        "aws_ecs_task_definition" => (kind, "arn_without_revision", ":*"),
        _ => (kind, "arn", ""),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_sorted() {
        assert!(KINDS.is_sorted());
        assert_eq!(of("aws_athena_workgroup"), Some(("athena:workgroup", "arn", "")));
        assert_eq!(of("aws_sfn_activity"), Some(("states:activity", "id", "")));
        assert_eq!(of("aws_route_table"), None);
    }
}
