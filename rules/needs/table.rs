//! Every need that is known.
//!
//! Sources: the AWS Lambda developer guide and the IAM action table.

use super::{Enough, Need, On};

/// Writing logs to a log group that exists.
pub(crate) const LOGS: Need = Need {
    feature: "logs",
    rules: &["missing-logs-permission"],
    enough: Enough::All,
    actions: &["logs:CreateLogStream", "logs:PutLogEvents"],
    on: On::Resource("the log group"),
    managed: Some("AWSLambdaBasicExecutionRole"),
};

/// Creating the log group at the first invocation.
pub(crate) const LOG_GROUP: Need = Need {
    feature: "a log group that nothing else creates",
    rules: &["missing-logs-permission"],
    enough: Enough::All,
    actions: &["logs:CreateLogGroup"],
    on: On::Resource("the log group"),
    managed: Some("AWSLambdaBasicExecutionRole"),
};

/// Attaching to a VPC: what Lambda checks before it creates or updates the function.
pub(crate) const VPC: Need = Need {
    feature: "a VPC configuration: what Lambda tests",
    rules: &["missing-vpc-permission"],
    enough: Enough::All,
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
    feature: "a VPC configuration: what AWS documents besides",
    rules: &["missing-vpc-permission"],
    enough: Enough::All,
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
    feature: "active tracing",
    rules: &["missing-tracing-permission", "missing-layer-permission"],
    enough: Enough::All,
    actions: &["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    on: On::Everything,
    managed: Some("AWSXRayDaemonWriteAccess"),
};

/// Polling a queue.
pub(crate) const SQS: Need = Need {
    feature: "an SQS queue as event source",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    on: On::Resource("the queue"),
    managed: Some("AWSLambdaSQSQueueExecutionRole"),
};

/// Reading a stream: what mappings do not work without.
pub(crate) const KINESIS: Need = Need {
    feature: "a Kinesis stream as event source",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator"],
    on: On::Resource("the stream"),
    managed: Some("AWSLambdaKinesisExecutionRole"),
};

/// Reading a stream: the rest of what the developer guide lists, which it did not always.
pub(crate) const KINESIS_DOCUMENTED: Need = Need {
    feature: "a Kinesis stream as event source: what AWS documents besides",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["kinesis:DescribeStreamSummary", "kinesis:ListShards"],
    on: On::Resource("the stream"),
    managed: Some("AWSLambdaKinesisExecutionRole"),
};

/// Reading a stream through a consumer of its own; granted on the consumer.
pub(crate) const KINESIS_CONSUMER: Need = Need {
    feature: "a consumer of a Kinesis stream",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["kinesis:SubscribeToShard"],
    on: On::Resource("the consumer"),
    managed: Some("AWSLambdaKinesisExecutionRole"),
};

/// Reading a table's change stream.
pub(crate) const DYNAMODB: Need = Need {
    feature: "a DynamoDB stream as event source",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
    on: On::Resource("the stream"),
    managed: Some("AWSLambdaDynamoDBExecutionRole"),
};

/// Listing change streams, which the developer guide asks for and cannot be scoped.
pub(crate) const DYNAMODB_LIST: Need = Need {
    feature: "a DynamoDB stream as event source: what AWS documents besides",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["dynamodb:ListStreams"],
    on: On::Somewhere,
    managed: Some("AWSLambdaDynamoDBExecutionRole"),
};

/// Finding the brokers of an MSK cluster.
pub(crate) const MSK: Need = Need {
    feature: "an MSK cluster as event source",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["kafka:GetBootstrapBrokers"],
    on: On::Somewhere,
    managed: Some("AWSLambdaMSKExecutionRole"),
};

/// Describing an MSK cluster: either of the two.
pub(crate) const MSK_DESCRIBE: Need = Need {
    feature: "an MSK cluster as event source",
    rules: &["missing-event-source-permission"],
    enough: Enough::One,
    actions: &["kafka:DescribeClusterV2", "kafka:DescribeCluster"],
    on: On::Resource("the cluster"),
    managed: Some("AWSLambdaMSKExecutionRole"),
};

/// Describing a serverless MSK cluster, which the older of the two does not do.
pub(crate) const MSK_DESCRIBE_SERVERLESS: Need = Need {
    feature: "a serverless MSK cluster as event source",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["kafka:DescribeClusterV2"],
    on: On::Resource("the cluster"),
    managed: Some("AWSLambdaMSKExecutionRole"),
};

/// Logging in to an MSK cluster with IAM; granted on the cluster.
pub(crate) const KAFKA_CONNECT: Need = Need {
    feature: "an MSK cluster with IAM authentication",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["kafka-cluster:Connect"],
    on: On::Resource("the cluster"),
    managed: None,
};

/// Reading a topic of an MSK cluster with IAM; granted on the topic.
pub(crate) const KAFKA_TOPIC: Need = Need {
    feature: "an MSK cluster with IAM authentication",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
    on: On::Resource("the topic"),
    managed: None,
};

/// Joining a consumer group of an MSK cluster with IAM; granted on the group.
pub(crate) const KAFKA_GROUP: Need = Need {
    feature: "an MSK cluster with IAM authentication",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup"],
    on: On::Resource("the consumer group"),
    managed: None,
};

/// Describing an MQ broker.
pub(crate) const MQ: Need = Need {
    feature: "an Amazon MQ broker as event source",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["mq:DescribeBroker"],
    on: On::Resource("the broker"),
    managed: None,
};

/// Describing a DocumentDB cluster.
pub(crate) const DOCUMENTDB: Need = Need {
    feature: "a DocumentDB cluster as event source",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["rds:DescribeDBClusters"],
    on: On::Any("rds", "cluster:*"),
    managed: None,
};

/// Describing the parameters of a DocumentDB cluster.
pub(crate) const DOCUMENTDB_PARAMETERS: Need = Need {
    feature: "a DocumentDB cluster as event source",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["rds:DescribeDBClusterParameters"],
    on: On::Any("rds", "cluster-pg:*"),
    managed: None,
};

/// Describing the subnets of a DocumentDB cluster.
pub(crate) const DOCUMENTDB_SUBNETS: Need = Need {
    feature: "a DocumentDB cluster as event source",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["rds:DescribeDBSubnetGroups"],
    on: On::Any("rds", "subgrp:*"),
    managed: None,
};

/// Reading the registry that describes a topic's records.
pub(crate) const GLUE_REGISTRY: Need = Need {
    feature: "a Glue schema registry",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["glue:GetRegistry"],
    on: On::Resource("the registry"),
    managed: Some("AWSGlueSchemaRegistryReadonlyAccess"),
};

/// Reading the schemas of a registry.
pub(crate) const GLUE_SCHEMA: Need = Need {
    feature: "a Glue schema registry",
    rules: &["missing-event-source-permission"],
    enough: Enough::All,
    actions: &["glue:GetSchemaVersion"],
    on: On::Any("glue", "schema/*"),
    managed: Some("AWSGlueSchemaRegistryReadonlyAccess"),
};

/// The network interfaces by which Lambda reaches a source inside a VPC, whether or not the function
/// is attached to one.
pub(crate) const SOURCE_NETWORK: Need = Need {
    feature: "MSK, Amazon MQ, DocumentDB, or Kafka inside a VPC",
    rules: &["missing-event-source-network-permission"],
    enough: Enough::All,
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
pub(crate) const SECRET: Need = Need {
    feature: "credentials of an event source or schema registry",
    rules: &["missing-source-secret-permission"],
    enough: Enough::All,
    actions: &["secretsmanager:GetSecretValue"],
    on: On::Resource("the secret"),
    managed: None,
};

/// Reading what a customer's key encrypts.
pub(crate) const DECRYPT: Need = Need {
    feature: "a queue, stream or secret with a key of your own",
    rules: &["missing-source-secret-permission"],
    enough: Enough::All,
    actions: &["kms:Decrypt"],
    on: On::Resource("the key"),
    managed: None,
};

/// Sending to a queue: dead letters, destinations.
pub(crate) const SEND: Need = Need {
    feature: "a queue for dead letters or as destination",
    rules: &["missing-dead-letter-permission", "missing-destination-permission"],
    enough: Enough::All,
    actions: &["sqs:SendMessage"],
    on: On::Resource("the queue"),
    managed: None,
};

/// Publishing to a topic: dead letters, destinations.
pub(crate) const PUBLISH: Need = Need {
    feature: "a topic for dead letters or as destination",
    rules: &["missing-dead-letter-permission", "missing-destination-permission"],
    enough: Enough::All,
    actions: &["sns:Publish"],
    on: On::Resource("the topic"),
    managed: None,
};

/// Invoking a function as destination.
pub(crate) const INVOKE: Need = Need {
    feature: "a function as destination",
    rules: &["missing-destination-permission"],
    enough: Enough::All,
    actions: &["lambda:InvokeFunction"],
    on: On::Resource("the function"),
    managed: None,
};

/// Putting events on a bus as destination.
pub(crate) const PUT_EVENTS: Need = Need {
    feature: "an event bus as destination",
    rules: &["missing-destination-permission"],
    enough: Enough::All,
    actions: &["events:PutEvents"],
    on: On::Resource("the event bus"),
    managed: None,
};

/// Writing objects to a bucket as destination; granted on its objects.
pub(crate) const PUT_OBJECT: Need = Need {
    feature: "a bucket as destination",
    rules: &["missing-destination-permission"],
    enough: Enough::All,
    actions: &["s3:PutObject"],
    on: On::Resource("the objects of the bucket"),
    managed: None,
};

/// Listing a bucket as destination; granted on the bucket.
pub(crate) const LIST_BUCKET: Need = Need {
    feature: "a bucket as destination",
    rules: &["missing-destination-permission"],
    enough: Enough::All,
    actions: &["s3:ListBucket"],
    on: On::Resource("the bucket"),
    managed: None,
};

/// Lambda Insights: its log group.
pub(crate) const INSIGHTS: Need = Need {
    feature: "the Lambda Insights layer",
    rules: &["missing-layer-permission"],
    enough: Enough::All,
    actions: &["logs:CreateLogStream", "logs:PutLogEvents"],
    on: On::Resource("the log group `/aws/lambda-insights`"),
    managed: Some("CloudWatchLambdaInsightsExecutionRolePolicy"),
};

/// Application Signals: its log group.
pub(crate) const SIGNALS_LOGS: Need = Need {
    feature: "the Application Signals layer",
    rules: &["missing-layer-permission"],
    enough: Enough::All,
    actions: &["logs:CreateLogStream", "logs:PutLogEvents"],
    on: On::Resource("the log group `/aws/application-signals/data`"),
    managed: Some("CloudWatchLambdaApplicationSignalsExecutionRolePolicy"),
};

/// Application Signals: its traces.
pub(crate) const SIGNALS_TRACES: Need = Need {
    feature: "the Application Signals layer",
    rules: &["missing-layer-permission"],
    enough: Enough::All,
    actions: &["xray:PutTraceSegments"],
    on: On::Everything,
    managed: Some("CloudWatchLambdaApplicationSignalsExecutionRolePolicy"),
};

/// The parameters and secrets extension: one of the two.
pub(crate) const SECRETS_EXTENSION: Need = Need {
    feature: "the Parameters and Secrets extension",
    rules: &["missing-layer-permission"],
    enough: Enough::One,
    actions: &["secretsmanager:GetSecretValue", "ssm:GetParameter"],
    on: On::Any("secretsmanager", "secret:NAME-*"),
    managed: Some("AWSSecretsManagerClientReadOnlyAccess"),
};

/// What a policy names for [`SECRETS_EXTENSION`] to fetch parameters.
pub(crate) const PARAMETER: (&str, &str) = ("ssm", "parameter/NAME");

/// The `AppConfig` extension; versions of it before 2.0.181 use the last one alone.
pub(crate) const APPCONFIG_EXTENSION: Need = Need {
    feature: "the AppConfig extension",
    rules: &["missing-layer-permission"],
    enough: Enough::First(2),
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
    feature: "an EFS file system that has a policy",
    rules: &["missing-file-system-permission"],
    enough: Enough::All,
    actions: &["elasticfilesystem:ClientMount"],
    on: On::Resource("the file system"),
    managed: Some("AmazonElasticFileSystemClientReadWriteAccess"),
};

/// Mounting a file system of S3 Files.
pub(crate) const S3_FILES_MOUNT: Need = Need {
    feature: "a file system of S3 Files",
    rules: &["missing-file-system-permission"],
    enough: Enough::All,
    actions: &["s3files:ClientMount"],
    on: On::Somewhere,
    managed: None,
};

/// Checkpoints of a durable function; granted on its versions, never on the unqualified function.
pub(crate) const DURABLE: Need = Need {
    feature: "a durable configuration",
    rules: &["missing-durable-permission"],
    enough: Enough::All,
    actions: &["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"],
    on: On::Resource("versions of the function, not the unqualified function"),
    managed: Some("AWSLambdaBasicDurableExecutionRolePolicy"),
};

/// Every need, in the order in which pages list them.
pub(crate) const NEEDS: &[Need] = &[
    LOGS,
    LOG_GROUP,
    VPC,
    VPC_DOCUMENTED,
    TRACING,
    SQS,
    KINESIS,
    KINESIS_DOCUMENTED,
    KINESIS_CONSUMER,
    DYNAMODB,
    DYNAMODB_LIST,
    MSK,
    MSK_DESCRIBE,
    MSK_DESCRIBE_SERVERLESS,
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
