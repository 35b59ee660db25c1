//! What `Ref` and `Fn::GetAtt` of a resource mean, by its type.
//!
//! Source: "Return values" of each resource type in the AWS CloudFormation template reference.

use iacscan_core::{Credential, ResourceAttribute, Unknown};

/// What a reference to a resource means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// An attribute.
    Attribute(ResourceAttribute),
    /// An attribute with characters behind it.
    With(ResourceAttribute, &'static str),
    /// What the template does not tell.
    Unknown(Unknown),
}

impl From<ResourceAttribute> for Meaning {
    fn from(attribute: ResourceAttribute) -> Self {
        Self::Attribute(attribute)
    }
}

/// Whether the attributes of a resource come from code of the user.
pub(crate) fn is_custom(resource_type: &str) -> bool {
    resource_type.starts_with("Custom::")
        || resource_type == "AWS::CloudFormation::CustomResource"
        || resource_type.ends_with("::MODULE")
}

/// What `Ref` of a resource means.
pub(crate) fn of_ref(resource_type: &str) -> Meaning {
    use ResourceAttribute::{Arn, Name, UniqueId, Url};
    match resource_type {
        "AWS::Lambda::Function"
        | "AWS::Serverless::Function"
        | "AWS::IAM::Role"
        | "AWS::IAM::User"
        | "AWS::IAM::Group"
        | "AWS::IAM::InstanceProfile"
        | "AWS::Logs::LogGroup"
        | "AWS::S3::Bucket"
        | "AWS::DynamoDB::Table"
        | "AWS::DynamoDB::GlobalTable"
        | "AWS::Serverless::SimpleTable"
        | "AWS::Kinesis::Stream"
        | "AWS::KMS::Alias"
        | "AWS::SSM::Parameter"
        | "AWS::Events::EventBus"
        | "AWS::Events::Rule"
        | "AWS::RDS::DBCluster"
        | "AWS::DocDB::DBCluster"
        | "AWS::CodeBuild::Project"
        | "AWS::SES::EmailIdentity"
        | "AWS::KinesisFirehose::DeliveryStream" => Name.into(),
        "AWS::Lambda::Alias"
        | "AWS::Lambda::Version"
        | "AWS::Lambda::LayerVersion"
        | "AWS::Serverless::LayerVersion"
        | "AWS::Lambda::CodeSigningConfig"
        | "AWS::AppSync::GraphQLApi"
        | "AWS::IAM::ManagedPolicy"
        | "AWS::IAM::OIDCProvider"
        | "AWS::IAM::SAMLProvider"
        | "AWS::SNS::Topic"
        | "AWS::SNS::Subscription"
        | "AWS::Kinesis::StreamConsumer"
        | "AWS::MSK::Cluster"
        | "AWS::MSK::ServerlessCluster"
        | "AWS::Glue::Registry"
        | "AWS::SecretsManager::Secret"
        | "AWS::StepFunctions::StateMachine"
        | "AWS::Serverless::StateMachine"
        | "AWS::StepFunctions::Activity" => Arn.into(),
        "AWS::SQS::Queue" => Url.into(),
        "AWS::Lambda::EventSourceMapping"
        | "AWS::AmazonMQ::Broker"
        | "AWS::KMS::Key"
        | "AWS::KMS::ReplicaKey"
        | "AWS::EFS::FileSystem"
        | "AWS::EFS::AccessPoint"
        | "AWS::ApiGateway::RestApi"
        | "AWS::ApiGatewayV2::Api"
        | "AWS::Serverless::Api"
        | "AWS::Serverless::HttpApi"
        | "AWS::CloudFront::Distribution"
        | "AWS::Cognito::UserPool" => UniqueId.into(),
        "AWS::IAM::AccessKey" => ResourceAttribute::Credential(Credential::KeyId).into(),
        other if is_custom(other) => Meaning::Unknown(Unknown::Computed),
        _ => ResourceAttribute::Other("Ref".into()).into(),
    }
}

/// The attribute that is meant by one that differs from it in upper and lower case alone.
pub(crate) fn written_wrong(resource_type: &str, attribute: &str) -> Option<&'static str> {
    let meant = match resource_type {
        "AWS::SNS::Topic" => "TopicArn",
        "AWS::DynamoDB::Table"
        | "AWS::IAM::Role"
        | "AWS::KMS::Key"
        | "AWS::Kinesis::Stream"
        | "AWS::Lambda::Function"
        | "AWS::Logs::LogGroup"
        | "AWS::S3::Bucket"
        | "AWS::SQS::Queue"
        | "AWS::Serverless::Function" => "Arn",
        _ => return None,
    };
    (attribute != meant && attribute.eq_ignore_ascii_case(meant)).then_some(meant)
}

/// What `Fn::GetAtt` of a resource means.
pub(crate) fn of_get_att(resource_type: &str, attribute: &str) -> Meaning {
    use ResourceAttribute::{Arn, Name, Other, StreamArn, UniqueId, Url};
    match (resource_type, attribute) {
        (other, _) if is_custom(other) => Meaning::Unknown(Unknown::Computed),
        ("AWS::CloudFormation::Stack" | "AWS::Serverless::Application", _) => {
            Meaning::Unknown(Unknown::External)
        }
        // They have none.
        (
            "AWS::CloudFront::Distribution"
            | "AWS::DocDB::DBCluster"
            | "AWS::SES::EmailIdentity"
            | "AWS::SSM::Parameter",
            "Arn",
        ) => Other("Arn".into()).into(),
        ("AWS::CloudFront::Distribution", "Id") | ("AWS::AppSync::GraphQLApi", "ApiId") => {
            UniqueId.into()
        }
        ("AWS::Logs::LogGroup", "Arn") => Meaning::With(Arn, ":*"),
        ("AWS::SQS::Queue", "QueueName")
        | ("AWS::SNS::Topic", "TopicName")
        | ("AWS::Events::EventBus", "Name")
        | ("AWS::StepFunctions::StateMachine" | "AWS::Serverless::StateMachine", "Name") => {
            Name.into()
        }
        ("AWS::IAM::AccessKey", "SecretAccessKey") => {
            ResourceAttribute::Credential(Credential::SecretKey).into()
        }
        ("AWS::SQS::Queue", "QueueUrl") | ("AWS::Lambda::Url", "FunctionUrl") => Url.into(),
        ("AWS::SNS::Topic", "TopicArn")
        | ("AWS::IAM::ManagedPolicy", "PolicyArn")
        | ("AWS::Kinesis::StreamConsumer", "ConsumerARN")
        | ("AWS::Lambda::Alias", "AliasArn")
        | ("AWS::Lambda::Version", "FunctionArn")
        | ("AWS::Lambda::LayerVersion", "LayerVersionArn")
        | ("AWS::SecretsManager::Secret", "Id")
        | ("AWS::RDS::DBCluster", "DBClusterArn")
        | ("AWS::IoT::ProvisioningTemplate", "TemplateArn")
        | (_, "Arn") => Arn.into(),
        ("AWS::IAM::Role", "RoleId")
        | ("AWS::IAM::ManagedPolicy", "PolicyId")
        | ("AWS::KMS::Key", "KeyId")
        | ("AWS::EFS::FileSystem", "FileSystemId")
        | ("AWS::EFS::AccessPoint", "AccessPointId")
        | ("AWS::ApiGateway::RestApi", "RestApiId")
        | ("AWS::ApiGatewayV2::Api", "ApiId")
        | ("AWS::DynamoDB::Table", "TableId")
        | ("AWS::Kinesis::Stream", "StreamId") => UniqueId.into(),
        (
            "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" | "AWS::Serverless::SimpleTable",
            "StreamArn",
        ) => StreamArn.into(),
        (_, other) => Other(other.into()).into(),
    }
}
