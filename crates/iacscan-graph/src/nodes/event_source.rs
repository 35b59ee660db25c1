//! Event source mappings and asynchronous invocation.

use iacscan_core::{Collection, Located, Property, Span, Text, Truth};

use super::Header;

/// A mapping through which Lambda polls a source on behalf of the function's role.
#[derive(Clone, Debug, PartialEq)]
pub struct EventSourceMapping {
    /// Address and places; in SAM the event's place.
    pub header: Header,
    /// The function: name, ARN or reference.
    pub function: Property<Text>,
    /// The ARN of the source; absent for self-managed Kafka.
    pub source: Property<Text>,
    /// What rules point at: the value of the source.
    pub span: Span,
    /// The kind where the frontend knows it without the ARN (SAM's event types).
    pub kind: Option<SourceKind>,
    /// `Enabled`; absent means true.
    pub enabled: Property<bool>,
    /// Kafka: the topics.
    pub topics: Collection<Located<Text>>,
    /// Kafka: the consumer group; absent means one that Lambda names.
    pub consumer_group: Property<Text>,
    /// `SourceAccessConfigurations`.
    pub access: Collection<SourceAccess>,
    /// The schema registry's ARN or URL.
    pub schema_registry: Property<Text>,
    /// URIs of the secrets of the schema registry.
    pub schema_registry_access: Collection<SourceAccess>,
    /// The destination of records that failed.
    pub on_failure: Property<Text>,
    /// SAM made the permissions for the destination (its `Type` was given).
    pub on_failure_typed: Truth,
    /// SAM: `SecretsManagerKmsKeyId`, the key the secrets are encrypted with.
    pub secrets_key: Property<Text>,
}

/// One entry of `SourceAccessConfigurations`.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceAccess {
    /// `Type`, as `BASIC_AUTH` or `VPC_SUBNET`.
    pub kind: Located<Text>,
    /// `URI`: a secret's ARN, a subnet, a security group.
    pub uri: Located<Text>,
}

/// The kinds of event sources that Lambda polls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// Amazon SQS.
    Sqs,
    /// Amazon Kinesis Data Streams, or a consumer of one.
    Kinesis,
    /// The change stream of a DynamoDB table.
    DynamoDb,
    /// Amazon MSK.
    Msk,
    /// Kafka outside of MSK.
    SelfManagedKafka,
    /// Amazon MQ.
    Mq,
    /// Amazon DocumentDB.
    DocumentDb,
}

impl SourceKind {
    /// The kind by the service part of the source's ARN.
    #[must_use]
    pub fn of_service(service: &str) -> Option<Self> {
        Some(match service {
            "sqs" => Self::Sqs,
            "kinesis" => Self::Kinesis,
            "dynamodb" => Self::DynamoDb,
            "kafka" => Self::Msk,
            "mq" => Self::Mq,
            "rds" => Self::DocumentDb,
            _ => return None,
        })
    }

    /// The name in reports: `sqs`, `dynamodb`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sqs => "sqs",
            Self::Kinesis => "kinesis",
            Self::DynamoDb => "dynamodb",
            Self::Msk => "msk",
            Self::SelfManagedKafka => "self-managed-kafka",
            Self::Mq => "mq",
            Self::DocumentDb => "documentdb",
        }
    }
}

/// An MSK cluster, as far as its clients matter.
#[derive(Clone, Debug, PartialEq)]
pub struct KafkaCluster {
    /// Address and places.
    pub header: Header,
    /// Whether clients may log in with IAM.
    pub iam: Property<bool>,
    /// Whether it is a serverless cluster, which the older API does not describe.
    pub serverless: bool,
}

/// Destinations of asynchronous invocations.
#[derive(Clone, Debug, PartialEq)]
pub struct EventInvokeConfig {
    /// Address and places.
    pub header: Header,
    /// The function: name, ARN or reference.
    pub function: Property<Text>,
    /// Where results go.
    pub on_success: Property<Text>,
    /// Where failed events go.
    pub on_failure: Property<Text>,
}
