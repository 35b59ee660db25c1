//! What features of a function need of its role: one table from which the baseline rules, their
//! suggestions and `iacscan explain` derive.
//!
//! Sources: the AWS Lambda developer guide and the IAM action table.

mod demand;
mod logs;
mod meet;
mod resources;
mod sources;
mod targets;

pub(crate) use demand::{Demand, Lacking, actions_of, lacking};
pub(crate) use logs::granted_elsewhere;
pub(crate) use resources::{
    arn_pattern, durable_execution, durable_versions, edge_log_stream, everything, generated,
    log_group_name, log_stream, streams_of,
};
pub(crate) use sources::{demands, is_enabled, kind_of, source_of};
pub(crate) use targets::deliveries;

use iacscan_core::{Text, Truth};
use iacscan_graph::{Chain, Grant};

/// What one feature needs.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// The feature: "CloudWatch Logs".
    pub feature: &'static str,
    /// The actions, all of them.
    pub actions: &'static [&'static str],
    /// Whether the actions are granted on a resource or on `*` alone.
    pub on: On,
    /// The AWS managed policy that supplies them, by name.
    pub managed: Option<&'static str>,
}

/// What a need's actions are granted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// All resources: the actions cannot be scoped, or AWS checks them unscoped.
    Everything,
    /// A resource that the function's configuration names.
    Resource,
    /// Any resource: the actions know none.
    Somewhere,
    /// Resources of this service and form that the configuration does not name (the parameter group
    /// of a cluster), so that a grant on any resource counts.
    Any(&'static str, &'static str),
}

/// Writing logs to a log group that exists.
pub const LOGS: Need = Need {
    feature: "CloudWatch Logs",
    actions: &["logs:CreateLogStream", "logs:PutLogEvents"],
    on: On::Resource,
    managed: Some("AWSLambdaBasicExecutionRole"),
};

/// Creating the log group at the first invocation.
pub const LOG_GROUP: Need = Need {
    feature: "CloudWatch Logs, when nothing else creates the log group",
    actions: &["logs:CreateLogGroup"],
    on: On::Resource,
    managed: Some("AWSLambdaBasicExecutionRole"),
};

/// Attaching to a VPC: what Lambda checks before it creates or updates the function.
pub const VPC: Need = Need {
    feature: "VPC attachment",
    actions: &[
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DeleteNetworkInterface",
    ],
    on: On::Everything,
    managed: Some("AWSLambdaVPCAccessExecutionRole"),
};

/// The condition key that the calls of a function's code carry, and Lambda's own calls with the
/// function's role do not.
pub(crate) const FUNCTION_OF_CODE: &str = "lambda:SourceFunctionArn";

/// Attaching to a VPC: the rest of what the developer guide lists.
pub const VPC_DOCUMENTED: Need = Need {
    feature: "VPC attachment, as documented",
    actions: &[
        "ec2:DescribeSubnets",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    ],
    on: On::Everything,
    managed: Some("AWSLambdaVPCAccessExecutionRole"),
};

/// Recording X-Ray segments.
pub const TRACING: Need = Need {
    feature: "X-Ray active tracing",
    actions: &["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    on: On::Everything,
    managed: Some("AWSXRayDaemonWriteAccess"),
};

/// Polling a queue.
pub const SQS: Need = Need {
    feature: "SQS event source",
    actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    on: On::Resource,
    managed: Some("AWSLambdaSQSQueueExecutionRole"),
};

/// Reading a stream.
pub const KINESIS: Need = Need {
    feature: "Kinesis event source",
    actions: &[
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
    ],
    on: On::Resource,
    managed: Some("AWSLambdaKinesisExecutionRole"),
};

/// Reading a stream through a consumer of its own; granted on the consumer.
pub const KINESIS_CONSUMER: Need = Need {
    feature: "Kinesis enhanced fan-out",
    actions: &["kinesis:SubscribeToShard"],
    on: On::Resource,
    managed: Some("AWSLambdaKinesisExecutionRole"),
};

/// Reading a table's change stream.
pub const DYNAMODB: Need = Need {
    feature: "DynamoDB stream",
    actions: &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
    on: On::Resource,
    managed: Some("AWSLambdaDynamoDBExecutionRole"),
};

/// Listing change streams, which the developer guide asks for and cannot be scoped.
pub const DYNAMODB_LIST: Need = Need {
    feature: "DynamoDB stream, as documented",
    actions: &["dynamodb:ListStreams"],
    on: On::Somewhere,
    managed: Some("AWSLambdaDynamoDBExecutionRole"),
};

/// Finding the brokers of an MSK cluster.
pub const MSK: Need = Need {
    feature: "MSK event source",
    actions: &["kafka:GetBootstrapBrokers"],
    on: On::Somewhere,
    managed: Some("AWSLambdaMSKExecutionRole"),
};

/// Describing an MSK cluster: either of the two.
pub const MSK_DESCRIBE: Need = Need {
    feature: "MSK event source (one of these)",
    actions: &["kafka:DescribeClusterV2", "kafka:DescribeCluster"],
    on: On::Resource,
    managed: Some("AWSLambdaMSKExecutionRole"),
};

/// Logging in to an MSK cluster with IAM; granted on the cluster.
pub const KAFKA_CONNECT: Need = Need {
    feature: "MSK event source with IAM authentication",
    actions: &["kafka-cluster:Connect"],
    on: On::Resource,
    managed: None,
};

/// Reading a topic of an MSK cluster with IAM; granted on the topic.
pub const KAFKA_TOPIC: Need = Need {
    feature: "MSK event source with IAM authentication: its topic",
    actions: &["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
    on: On::Resource,
    managed: None,
};

/// Joining a consumer group of an MSK cluster with IAM; granted on the group.
pub const KAFKA_GROUP: Need = Need {
    feature: "MSK event source with IAM authentication: its consumer group",
    actions: &["kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup"],
    on: On::Resource,
    managed: None,
};

/// Describing an MQ broker.
pub const MQ: Need = Need {
    feature: "Amazon MQ event source",
    actions: &["mq:DescribeBroker"],
    on: On::Resource,
    managed: None,
};

/// Describing a DocumentDB cluster.
pub const DOCUMENTDB: Need = Need {
    feature: "DocumentDB event source",
    actions: &["rds:DescribeDBClusters"],
    on: On::Any("rds", "cluster:*"),
    managed: None,
};

/// Describing the parameters of a DocumentDB cluster.
pub const DOCUMENTDB_PARAMETERS: Need = Need {
    feature: "DocumentDB event source: parameters of the cluster",
    actions: &["rds:DescribeDBClusterParameters"],
    on: On::Any("rds", "cluster-pg:*"),
    managed: None,
};

/// Describing the subnets of a DocumentDB cluster.
pub const DOCUMENTDB_SUBNETS: Need = Need {
    feature: "DocumentDB event source: subnets of the cluster",
    actions: &["rds:DescribeDBSubnetGroups"],
    on: On::Any("rds", "subgrp:*"),
    managed: None,
};

/// Reading the registry that describes a topic's records.
pub const GLUE_REGISTRY: Need = Need {
    feature: "Kafka schema registry in Glue",
    actions: &["glue:GetRegistry"],
    on: On::Resource,
    managed: Some("AWSGlueSchemaRegistryReadonlyAccess"),
};

/// Reading the schemas of a registry.
pub const GLUE_SCHEMA: Need = Need {
    feature: "Kafka schema registry in Glue: its schemas",
    actions: &["glue:GetSchemaVersion"],
    on: On::Any("glue", "schema/*"),
    managed: Some("AWSGlueSchemaRegistryReadonlyAccess"),
};

/// The network interfaces by which Lambda reaches a source inside a VPC, whether or not the function
/// is attached to one.
pub const SOURCE_NETWORK: Need = Need {
    feature: "event source inside a VPC",
    actions: &[
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeVpcs",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeSubnets",
        "ec2:DescribeSecurityGroups",
    ],
    on: On::Everything,
    managed: Some("AWSLambdaMSKExecutionRole"),
};

/// Reading the credentials of a source.
pub const SECRET: Need = Need {
    feature: "event source with credentials",
    actions: &["secretsmanager:GetSecretValue"],
    on: On::Resource,
    managed: None,
};

/// Reading what a customer's key encrypts.
pub const DECRYPT: Need = Need {
    feature: "event source or credentials encrypted with a customer managed key",
    actions: &["kms:Decrypt"],
    on: On::Resource,
    managed: None,
};

/// Sending to a queue: dead letters, destinations.
pub const SEND: Need = Need {
    feature: "queue as dead letter queue or destination",
    actions: &["sqs:SendMessage"],
    on: On::Resource,
    managed: None,
};

/// Publishing to a topic: dead letters, destinations.
pub const PUBLISH: Need = Need {
    feature: "topic as dead letter queue or destination",
    actions: &["sns:Publish"],
    on: On::Resource,
    managed: None,
};

/// Invoking a function as destination.
pub const INVOKE: Need = Need {
    feature: "function as destination",
    actions: &["lambda:InvokeFunction"],
    on: On::Resource,
    managed: None,
};

/// Putting events on a bus as destination.
pub const PUT_EVENTS: Need = Need {
    feature: "event bus as destination",
    actions: &["events:PutEvents"],
    on: On::Resource,
    managed: None,
};

/// Writing objects to a bucket as destination; granted on its objects.
pub const PUT_OBJECT: Need = Need {
    feature: "bucket as destination",
    actions: &["s3:PutObject"],
    on: On::Resource,
    managed: None,
};

/// Listing a bucket as destination; granted on the bucket.
pub const LIST_BUCKET: Need = Need {
    feature: "bucket as destination",
    actions: &["s3:ListBucket"],
    on: On::Resource,
    managed: None,
};

/// Lambda Insights: its log group.
pub const INSIGHTS: Need = Need {
    feature: "Lambda Insights layer",
    actions: &["logs:CreateLogStream", "logs:PutLogEvents"],
    on: On::Resource,
    managed: Some("CloudWatchLambdaInsightsExecutionRolePolicy"),
};

/// Application Signals: its log group.
pub const SIGNALS_LOGS: Need = Need {
    feature: "Application Signals layer",
    actions: &["logs:CreateLogStream", "logs:PutLogEvents"],
    on: On::Resource,
    managed: Some("CloudWatchLambdaApplicationSignalsExecutionRolePolicy"),
};

/// Application Signals: its traces.
pub const SIGNALS_TRACES: Need = Need {
    feature: "Application Signals layer",
    actions: &["xray:PutTraceSegments"],
    on: On::Everything,
    managed: Some("CloudWatchLambdaApplicationSignalsExecutionRolePolicy"),
};

/// The parameters and secrets extension: one of the two.
pub const SECRETS_EXTENSION: Need = Need {
    feature: "Parameters and Secrets extension (one of these)",
    actions: &["secretsmanager:GetSecretValue", "ssm:GetParameter"],
    on: On::Any("secretsmanager", "secret:NAME-*"),
    managed: Some("AWSSecretsManagerClientReadOnlyAccess"),
};

/// The `AppConfig` extension; versions of it before 2.0.181 use the last one alone.
pub const APPCONFIG_EXTENSION: Need = Need {
    feature: "AppConfig extension",
    actions: &[
        "appconfig:StartConfigurationSession",
        "appconfig:GetLatestConfiguration",
        "appconfig:GetConfiguration",
    ],
    on: On::Any("appconfig", "application/ID/environment/ID/configuration/ID"),
    managed: None,
};

/// Mounting an EFS file system that has a policy.
pub const EFS_MOUNT: Need = Need {
    feature: "EFS mount, when the file system has a policy",
    actions: &["elasticfilesystem:ClientMount"],
    on: On::Resource,
    managed: Some("AmazonElasticFileSystemClientReadWriteAccess"),
};

/// Mounting a file system of S3 Files.
pub const S3_FILES_MOUNT: Need = Need {
    feature: "S3 Files mount",
    actions: &["s3files:ClientMount"],
    on: On::Somewhere,
    managed: None,
};

/// Checkpoints of a durable function; granted on its versions, never on the unqualified function.
pub const DURABLE: Need = Need {
    feature: "durable function",
    actions: &["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"],
    on: On::Resource,
    managed: Some("AWSLambdaBasicDurableExecutionRolePolicy"),
};

/// Every need.
pub const NEEDS: &[Need] = &[
    LOGS,
    LOG_GROUP,
    VPC,
    VPC_DOCUMENTED,
    TRACING,
    SQS,
    KINESIS,
    KINESIS_CONSUMER,
    DYNAMODB,
    DYNAMODB_LIST,
    MSK,
    MSK_DESCRIBE,
    KAFKA_CONNECT,
    KAFKA_TOPIC,
    KAFKA_GROUP,
    MQ,
    DOCUMENTDB,
    DOCUMENTDB_PARAMETERS,
    DOCUMENTDB_SUBNETS,
    GLUE_REGISTRY,
    GLUE_SCHEMA,
    SOURCE_NETWORK,
    SECRET,
    DECRYPT,
    SEND,
    PUBLISH,
    INVOKE,
    PUT_EVENTS,
    PUT_OBJECT,
    LIST_BUCKET,
    INSIGHTS,
    SIGNALS_LOGS,
    SIGNALS_TRACES,
    SECRETS_EXTENSION,
    APPCONFIG_EXTENSION,
    EFS_MOUNT,
    S3_FILES_MOUNT,
    DURABLE,
];

impl Need {
    /// The actions that the role certainly does not allow on the resource, and that no policy of
    /// the resource lets it.
    pub(crate) fn missing(&self, chain: &Chain<'_>, resource: &Text) -> Vec<&'static str> {
        self.lacking(|action| match self.on {
            On::Somewhere | On::Any(..) => chain.allows_somewhere(action),
            On::Everything | On::Resource => chain.allows_or_is_let(action, resource),
        })
    }

    /// The actions that the role certainly does not allow on the resource by these grants.
    pub(crate) fn lacking_by(
        &self,
        chain: &Chain<'_>,
        resource: &Text,
        counts: impl Fn(&Grant<'_>) -> bool,
    ) -> Vec<&'static str> {
        self.lacking(|action| chain.allows_by(action, resource, &counts))
    }

    fn lacking(&self, allowed: impl Fn(&str) -> Truth) -> Vec<&'static str> {
        self.actions.iter().copied().filter(|action| allowed(action).is_false()).collect()
    }

    /// Whether the role allows all actions on the resource.
    pub(crate) fn satisfied(&self, chain: &Chain<'_>, resource: &Text) -> Truth {
        Truth::all(self.actions.iter().map(|action| chain.allows(action, resource)))
    }

    /// The ARN of the managed policy, for help texts.
    pub(crate) fn managed_arn(&self) -> Option<String> {
        Some(iacscan_iam::aws::managed_policy(self.managed?)?.arn("aws"))
    }
}

#[cfg(test)]
mod tests {
    use iacscan_core::World;
    use iacscan_iam::{SymbolicOnly, aws, decide, policy_from_json};

    use super::*;

    /// The suggestion of every need really grants it, and its actions exist.
    #[test]
    fn suggested_policies_grant_what_is_needed() {
        for need in NEEDS {
            for action in need.actions {
                // S3 Files is newer than the table of actions.
                let known = aws::action(action).is_some() || action.starts_with("s3files:");
                assert!(known, "{action}");
            }
            let Some(name) = need.managed else { continue };
            let policy = policy_from_json(aws::managed_policy(name).unwrap().document_json);
            let policy = policy.unwrap();
            let world = World::certain();
            let anything = Text::unknown(iacscan_core::Unknown::Input);
            let granted = |action: &&&str| {
                let statements: Vec<_> = policy.statements.all().collect();
                let truth = decide(statements, action, &anything, &world, &SymbolicOnly).truth;
                // Some suggestions are scoped to the one resource that the need is about.
                if need.on == On::Everything { truth.is_true() } else { !truth.is_false() }
            };
            let count = need.actions.iter().filter(granted).count();
            let enough =
                if need.feature.ends_with("(one of these)") { 1 } else { need.actions.len() };
            assert!(count >= enough, "{name} lacks some of {:?}", need.actions);
        }
    }
}
