//! Every resource, as far as references to it need.

use iacscan_core::{Property, Text, Truth};

use super::Header;

/// Any resource: what its ARN looks like and what it is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Address and places.
    pub header: Header,
    /// What it is.
    pub kind: ResourceKind,
    /// Its name as it stands in its ARN; absent when AWS generates it.
    pub name: Property<Text>,
    /// Roles, policies: the path in front of the name; absent means `/`.
    pub path: Property<Text>,
    /// Aliases, versions, consumers: what it belongs to.
    pub parent: Property<Text>,
    /// The key it is encrypted with.
    pub kms_key: Property<Text>,
    /// Tables: whether they have indexes.
    pub indexes: Truth,
}

/// What a resource is, as far as its ARN tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceKind {
    /// Lambda function.
    Function,
    /// Alias of a function; its name is the alias.
    FunctionAlias,
    /// Version of a function.
    FunctionVersion,
    /// Lambda layer version.
    LayerVersion,
    /// IAM role.
    Role,
    /// Customer managed policy.
    Policy,
    /// IAM user.
    User,
    /// Instance profile.
    InstanceProfile,
    /// CloudWatch log group.
    LogGroup,
    /// SQS queue.
    Queue,
    /// SNS topic.
    Topic,
    /// S3 bucket.
    Bucket,
    /// DynamoDB table.
    Table,
    /// Kinesis stream.
    Stream,
    /// Consumer of a Kinesis stream.
    StreamConsumer,
    /// MSK cluster.
    KafkaCluster,
    /// Amazon MQ broker.
    Broker,
    /// DocumentDB (or RDS) cluster.
    DatabaseCluster,
    /// Glue schema registry.
    SchemaRegistry,
    /// KMS key.
    Key,
    /// KMS alias; its name is `alias/...`.
    KeyAlias,
    /// Secrets Manager secret.
    Secret,
    /// SSM parameter.
    Parameter,
    /// `EventBridge` bus.
    EventBus,
    /// `EventBridge` rule.
    EventRule,
    /// Step Functions state machine.
    StateMachine,
    /// EFS file system.
    FileSystem,
    /// EFS access point.
    AccessPoint,
    /// API Gateway API.
    Api,
    /// Firehose stream.
    DeliveryStream,
    /// `CodeBuild` project.
    BuildProject,
    /// Cognito user pool.
    UserPool,
    /// What holds resources of its own: a nested stack.
    Stack,
    /// SES identity: an address or a domain, which is its name.
    EmailIdentity,
    /// AppSync GraphQL API.
    GraphqlApi,
    /// CloudFront distribution.
    Distribution,
    /// Anything else.
    Other,
}

impl Resource {
    /// A resource of which nothing but the kind is known.
    #[must_use]
    pub fn new(header: Header, kind: ResourceKind) -> Self {
        Self {
            header,
            kind,
            name: Property::default(),
            path: Property::default(),
            parent: Property::default(),
            kms_key: Property::default(),
            indexes: Truth::Unknown,
        }
    }
}
