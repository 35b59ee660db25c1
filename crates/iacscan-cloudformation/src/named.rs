//! How policies name resources that nothing else needs to know of.
//!
//! Source: "Return values" of each resource type in the AWS CloudFormation template reference.

/// What an ARN is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum With {
    /// An attribute, which is the ARN.
    Attribute(&'static str),
    /// `Ref`, which is the ARN.
    Ref,
    /// `Ref`, which is what the ARN ends in.
    Last,
}

use With::{Attribute, Last, Ref};

/// Type, kind in the service authorization reference.
const KINDS: &[(&str, &str, With)] = &[
    ("AWS::ApiGateway::RestApi", "apigateway:RestApi", Last),
    ("AWS::ApiGatewayV2::Api", "apigateway:Api", Last),
    ("AWS::Athena::WorkGroup", "athena:workgroup", Last),
    ("AWS::AutoScaling::AutoScalingGroup", "autoscaling:autoScalingGroup", Last),
    ("AWS::Backup::BackupVault", "backup:backupVault", Attribute("BackupVaultArn")),
    ("AWS::Batch::JobQueue", "batch:job-queue", Ref),
    ("AWS::Bedrock::KnowledgeBase", "bedrock:knowledge-base", Attribute("KnowledgeBaseArn")),
    ("AWS::CloudWatch::Alarm", "cloudwatch:alarm", Attribute("Arn")),
    ("AWS::CodeCommit::Repository", "codecommit:repository", Attribute("Arn")),
    ("AWS::CodePipeline::Pipeline", "codepipeline:pipeline", Last),
    ("AWS::Cognito::IdentityPool", "cognito-identity:identitypool", Last),
    ("AWS::EC2::Instance", "ec2:instance", Last),
    ("AWS::EC2::SecurityGroup", "ec2:security-group", Last),
    ("AWS::EC2::Subnet", "ec2:subnet", Last),
    ("AWS::EC2::VPC", "ec2:vpc", Last),
    ("AWS::ECR::Repository", "ecr:repository", Attribute("Arn")),
    ("AWS::ECS::Cluster", "ecs:cluster", Attribute("Arn")),
    ("AWS::ECS::Service", "ecs:service", Ref),
    ("AWS::ECS::TaskDefinition", "ecs:task-definition", Ref),
    ("AWS::ElastiCache::CacheCluster", "elasticache:cluster", Last),
    ("AWS::ElastiCache::ReplicationGroup", "elasticache:replicationgroup", Last),
    ("AWS::ElasticLoadBalancingV2::Listener", "elasticloadbalancing:listener/app", Ref),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", "elasticloadbalancing:listener-rule/app", Ref),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "elasticloadbalancing:loadbalancer/app/", Ref),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "elasticloadbalancing:targetgroup", Ref),
    ("AWS::Elasticsearch::Domain", "es:domain", Attribute("Arn")),
    ("AWS::Glue::Crawler", "glue:crawler", Last),
    ("AWS::Glue::Database", "glue:database", Last),
    ("AWS::Glue::Job", "glue:job", Last),
    ("AWS::OpenSearchService::Domain", "es:domain", Attribute("Arn")),
    ("AWS::RDS::DBInstance", "rds:db", Attribute("DBInstanceArn")),
    ("AWS::Redshift::Cluster", "redshift:cluster", Last),
    ("AWS::SES::ContactList", "ses:contact-list", Last),
    ("AWS::SSM::Document", "ssm:document", Last),
    ("AWS::StepFunctions::Activity", "states:activity", Ref),
    ("AWS::Timestream::Database", "timestream:database", Attribute("Arn")),
    ("AWS::Timestream::Table", "timestream:table", Attribute("Arn")),
    ("AWS::Transfer::Server", "transfer:server", Attribute("Arn")),
    ("AWS::WAFv2::IPSet", "wafv2:ipset", Attribute("Arn")),
];

/// The kind of a type, and what its ARN is written with.
pub(crate) fn of(resource_type: &str) -> Option<(&'static str, With)> {
    let (_, kind, with) = KINDS.iter().find(|(known, ..)| *known == resource_type)?;
    Some((kind, *with))
}
