//! Every need that is known.
//!
//! Sources: the AWS Lambda developer guide and the IAM action table.

use super::{Need, On};

/// Writing logs to a log group that exists.
pub(crate) const LOGS: Need = Need {
    actions: &["logs:CreateLogStream", "logs:PutLogEvents"],
    on: On::Resource,
    managed: Some("AWSLambdaBasicExecutionRole"),
};

/// Creating the log group at the first invocation.
pub(crate) const LOG_GROUP: Need = Need {
    actions: &["logs:CreateLogGroup"],
    on: On::Resource,
    managed: Some("AWSLambdaBasicExecutionRole"),
};

/// Attaching to a VPC: what Lambda checks before it creates or updates the function.
pub(crate) const VPC: Need = Need {
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
pub(crate) const VPC_DOCUMENTED: Need = Need {
    actions: &[
        "ec2:DescribeSubnets",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    ],
    on: On::Everything,
    managed: Some("AWSLambdaVPCAccessExecutionRole"),
};

/// Recording X-Ray segments.
pub(crate) const TRACING: Need = Need {
    actions: &["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    on: On::Everything,
    managed: Some("AWSXRayDaemonWriteAccess"),
};

/// Polling a queue.
pub(crate) const SQS: Need = Need {
    actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    on: On::Resource,
    managed: Some("AWSLambdaSQSQueueExecutionRole"),
};

/// Reading a stream.
pub(crate) const KINESIS: Need = Need {
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
pub(crate) const KINESIS_CONSUMER: Need = Need {
    actions: &["kinesis:SubscribeToShard"],
    on: On::Resource,
    managed: Some("AWSLambdaKinesisExecutionRole"),
};

/// Reading a table's change stream.
pub(crate) const DYNAMODB: Need = Need {
    actions: &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
    on: On::Resource,
    managed: Some("AWSLambdaDynamoDBExecutionRole"),
};

/// Listing change streams, which the developer guide asks for and cannot be scoped.
pub(crate) const DYNAMODB_LIST: Need = Need {
    actions: &["dynamodb:ListStreams"],
    on: On::Somewhere,
    managed: Some("AWSLambdaDynamoDBExecutionRole"),
};

/// Finding the brokers of an MSK cluster.
pub(crate) const MSK: Need = Need {
    actions: &["kafka:GetBootstrapBrokers"],
    on: On::Somewhere,
    managed: Some("AWSLambdaMSKExecutionRole"),
};

/// Describing an MSK cluster: either of the two.
pub(crate) const MSK_DESCRIBE: Need = Need {
    actions: &["kafka:DescribeClusterV2", "kafka:DescribeCluster"],
    on: On::Resource,
    managed: Some("AWSLambdaMSKExecutionRole"),
};

/// Describing a serverless MSK cluster, which the older of the two does not do.
pub(crate) const MSK_DESCRIBE_SERVERLESS: Need = Need {
    actions: &["kafka:DescribeClusterV2"],
    on: On::Resource,
    managed: Some("AWSLambdaMSKExecutionRole"),
};

/// Logging in to an MSK cluster with IAM; granted on the cluster.
pub(crate) const KAFKA_CONNECT: Need =
    Need { actions: &["kafka-cluster:Connect"], on: On::Resource, managed: None };

/// Reading a topic of an MSK cluster with IAM; granted on the topic.
pub(crate) const KAFKA_TOPIC: Need = Need {
    actions: &["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
    on: On::Resource,
    managed: None,
};

/// Joining a consumer group of an MSK cluster with IAM; granted on the group.
pub(crate) const KAFKA_GROUP: Need = Need {
    actions: &["kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup"],
    on: On::Resource,
    managed: None,
};

/// Describing an MQ broker.
pub(crate) const MQ: Need =
    Need { actions: &["mq:DescribeBroker"], on: On::Resource, managed: None };

/// Describing a DocumentDB cluster.
pub(crate) const DOCUMENTDB: Need =
    Need { actions: &["rds:DescribeDBClusters"], on: On::Any("rds", "cluster:*"), managed: None };

/// Describing the parameters of a DocumentDB cluster.
pub(crate) const DOCUMENTDB_PARAMETERS: Need = Need {
    actions: &["rds:DescribeDBClusterParameters"],
    on: On::Any("rds", "cluster-pg:*"),
    managed: None,
};

/// Describing the subnets of a DocumentDB cluster.
pub(crate) const DOCUMENTDB_SUBNETS: Need = Need {
    actions: &["rds:DescribeDBSubnetGroups"],
    on: On::Any("rds", "subgrp:*"),
    managed: None,
};

/// Reading the registry that describes a topic's records.
pub(crate) const GLUE_REGISTRY: Need = Need {
    actions: &["glue:GetRegistry"],
    on: On::Resource,
    managed: Some("AWSGlueSchemaRegistryReadonlyAccess"),
};

/// Reading the schemas of a registry.
pub(crate) const GLUE_SCHEMA: Need = Need {
    actions: &["glue:GetSchemaVersion"],
    on: On::Any("glue", "schema/*"),
    managed: Some("AWSGlueSchemaRegistryReadonlyAccess"),
};

/// The network interfaces by which Lambda reaches a source inside a VPC, whether or not the function
/// is attached to one.
pub(crate) const SOURCE_NETWORK: Need = Need {
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
pub(crate) const SECRET: Need =
    Need { actions: &["secretsmanager:GetSecretValue"], on: On::Resource, managed: None };

/// Reading what a customer's key encrypts.
pub(crate) const DECRYPT: Need =
    Need { actions: &["kms:Decrypt"], on: On::Resource, managed: None };

/// Sending to a queue: dead letters, destinations.
pub(crate) const SEND: Need =
    Need { actions: &["sqs:SendMessage"], on: On::Resource, managed: None };

/// Publishing to a topic: dead letters, destinations.
pub(crate) const PUBLISH: Need =
    Need { actions: &["sns:Publish"], on: On::Resource, managed: None };

/// Invoking a function as destination.
pub(crate) const INVOKE: Need =
    Need { actions: &["lambda:InvokeFunction"], on: On::Resource, managed: None };

/// Putting events on a bus as destination.
pub(crate) const PUT_EVENTS: Need =
    Need { actions: &["events:PutEvents"], on: On::Resource, managed: None };

/// Writing objects to a bucket as destination; granted on its objects.
pub(crate) const PUT_OBJECT: Need =
    Need { actions: &["s3:PutObject"], on: On::Resource, managed: None };

/// Listing a bucket as destination; granted on the bucket.
pub(crate) const LIST_BUCKET: Need =
    Need { actions: &["s3:ListBucket"], on: On::Resource, managed: None };

/// Lambda Insights: its log group.
pub(crate) const INSIGHTS: Need = Need {
    actions: &["logs:CreateLogStream", "logs:PutLogEvents"],
    on: On::Resource,
    managed: Some("CloudWatchLambdaInsightsExecutionRolePolicy"),
};

/// Application Signals: its log group.
pub(crate) const SIGNALS_LOGS: Need = Need {
    actions: &["logs:CreateLogStream", "logs:PutLogEvents"],
    on: On::Resource,
    managed: Some("CloudWatchLambdaApplicationSignalsExecutionRolePolicy"),
};

/// Application Signals: its traces.
pub(crate) const SIGNALS_TRACES: Need = Need {
    actions: &["xray:PutTraceSegments"],
    on: On::Everything,
    managed: Some("CloudWatchLambdaApplicationSignalsExecutionRolePolicy"),
};

/// The parameters and secrets extension: one of the two.
pub(crate) const SECRETS_EXTENSION: Need = Need {
    actions: &["secretsmanager:GetSecretValue", "ssm:GetParameter"],
    on: On::Any("secretsmanager", "secret:NAME-*"),
    managed: Some("AWSSecretsManagerClientReadOnlyAccess"),
};

/// The `AppConfig` extension; versions of it before 2.0.181 use the last one alone.
pub(crate) const APPCONFIG_EXTENSION: Need = Need {
    actions: &[
        "appconfig:StartConfigurationSession",
        "appconfig:GetLatestConfiguration",
        "appconfig:GetConfiguration",
    ],
    on: On::Any("appconfig", "application/ID/environment/ID/configuration/ID"),
    managed: None,
};

/// Mounting an EFS file system that has a policy.
pub(crate) const EFS_MOUNT: Need = Need {
    actions: &["elasticfilesystem:ClientMount"],
    on: On::Resource,
    managed: Some("AmazonElasticFileSystemClientReadWriteAccess"),
};

/// Mounting a file system of S3 Files.
pub(crate) const S3_FILES_MOUNT: Need =
    Need { actions: &["s3files:ClientMount"], on: On::Somewhere, managed: None };

/// Checkpoints of a durable function; granted on its versions, never on the unqualified function.
pub(crate) const DURABLE: Need = Need {
    actions: &["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"],
    on: On::Resource,
    managed: Some("AWSLambdaBasicDurableExecutionRolePolicy"),
};
