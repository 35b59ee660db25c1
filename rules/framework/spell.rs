//! How the language of a unit writes a text that stands in a policy.

use iacscan_core::{Address, Pseudo, ResourceAttribute, Segment, Text};
use iacscan_graph::{Chain, Format, Graph};

use super::instances::split;

/// A text as the policies of the chain's role write it: an ARN as it stands between quotes, or a
/// reference. What is not known, or cannot be named there without a circle, is `*`.
pub(crate) fn spell(chain: &Chain<'_>, text: &Text) -> String {
    let format = chain.graph.unit_of(chain.id).map_or(Format::CloudFormation, |unit| unit.format);
    let from =
        chain.linked().map_or(&chain.function.header.address, |role| &role.role.header.address);
    let part = |target: &Address, attribute: &ResourceAttribute| {
        // The function waits for its role.
        if *target == chain.function.header.address || *target == *from {
            return None;
        }
        inside(chain.graph, format, from, target, attribute)
    };
    if let Some((target, attribute)) = text.as_reference()
        && let Some(part) = part(target, attribute)
    {
        return alone(format, &part);
    }
    let (mut out, mut refers) = (String::new(), false);
    for segment in text.segments() {
        let written = match segment {
            Segment::Literal(literal) => {
                out.push_str(&literal.text);
                continue;
            }
            Segment::Pseudo(Pseudo::Partition) if format == Format::Terraform => {
                out.push_str("aws");
                continue;
            }
            Segment::Reference { target, attribute } => part(target, attribute),
            Segment::Pseudo(pseudo) => in_place(format, *pseudo).map(str::to_owned),
            Segment::Import(_) | Segment::Unknown(_) => None,
        };
        match written {
            Some(part) => {
                refers = true;
                out.push_str(&format!("${{{part}}}"));
            }
            None if out.ends_with('*') => {}
            None => out.push('*'),
        }
    }
    if refers && format != Format::Terraform { format!("!Sub {out}") } else { out }
}

/// A reference to an attribute of a resource, where the language of the resource's unit has one.
pub(crate) fn reference(
    graph: &Graph,
    target: &Address,
    attribute: &ResourceAttribute,
) -> Option<String> {
    let format = graph.resolver().unit_of(target)?.format;
    Some(alone(format, &inside(graph, format, target, target, attribute)?))
}

fn alone(format: Format, part: &str) -> String {
    match format {
        Format::Terraform => part.to_owned(),
        _ if part.contains('.') => format!("!GetAtt {part}"),
        _ => format!("!Ref {part}"),
    }
}

/// What stands between `${` and `}` for an attribute of a resource, written beside `from`.
fn inside(
    graph: &Graph,
    format: Format,
    from: &Address,
    target: &Address,
    attribute: &ResourceAttribute,
) -> Option<String> {
    if target.unit() != from.unit() || target.scope() != from.scope() {
        return None;
    }
    let kind = graph.resolver().resource(target)?.header.resource_type.as_str();
    if format == Format::Terraform {
        let (modules, name) = split(target.name());
        let name = if split(from.name()).0 == modules { name } else { target.name().as_str() };
        return Some(format!("{name}.{}", terraform(kind, attribute)?));
    }
    Some(match template(kind, attribute)? {
        "" => target.name().to_string(),
        attribute => format!("{}.{attribute}", target.name()),
    })
}

fn terraform(kind: &str, attribute: &ResourceAttribute) -> Option<&'static str> {
    Some(match (attribute, kind) {
        (ResourceAttribute::Arn, _) => "arn",
        (ResourceAttribute::StreamArn, _) => "stream_arn",
        (ResourceAttribute::Name, "aws_lambda_function" | "awscc_lambda_function") => {
            "function_name"
        }
        (ResourceAttribute::Name, "aws_s3_bucket") => "bucket",
        (ResourceAttribute::Name, "aws_msk_cluster" | "aws_msk_serverless_cluster") => {
            "cluster_name"
        }
        (ResourceAttribute::Name, kind) if kind.starts_with("aws_") => "name",
        _ => return None,
    })
}

/// The attribute of a template's resource; empty where `Ref` stands for it.
fn template(kind: &str, attribute: &ResourceAttribute) -> Option<&'static str> {
    Some(match (attribute, kind) {
        (
            ResourceAttribute::Arn,
            "AWS::IAM::ManagedPolicy"
            | "AWS::Kinesis::StreamConsumer"
            | "AWS::Lambda::Alias"
            | "AWS::Lambda::Version"
            | "AWS::MSK::Cluster"
            | "AWS::MSK::ServerlessCluster"
            | "AWS::SNS::Topic"
            | "AWS::SecretsManager::Secret"
            | "AWS::StepFunctions::StateMachine"
            | "AWS::Serverless::StateMachine",
        )
        | (
            ResourceAttribute::Name,
            "AWS::DynamoDB::Table"
            | "AWS::IAM::Role"
            | "AWS::Kinesis::Stream"
            | "AWS::Lambda::Function"
            | "AWS::Logs::LogGroup"
            | "AWS::S3::Bucket"
            | "AWS::Serverless::Function"
            | "AWS::Serverless::SimpleTable",
        ) => "",
        (ResourceAttribute::Arn, "AWS::RDS::DBCluster") => "DBClusterArn",
        (ResourceAttribute::Arn, "AWS::DocDB::DBCluster") => return None,
        (ResourceAttribute::Arn, _) => "Arn",
        (ResourceAttribute::StreamArn, _) => "StreamArn",
        (ResourceAttribute::Name, "AWS::SQS::Queue") => "QueueName",
        (ResourceAttribute::Name, "AWS::SNS::Topic") => "TopicName",
        _ => return None,
    })
}

/// What a template calls a place's value; Terraform needs data sources for them.
const fn in_place(format: Format, pseudo: Pseudo) -> Option<&'static str> {
    Some(match (format, pseudo) {
        (Format::Terraform, _) => return None,
        (_, Pseudo::Partition) => "AWS::Partition",
        (_, Pseudo::Region) => "AWS::Region",
        (_, Pseudo::AccountId) => "AWS::AccountId",
        (_, Pseudo::UrlSuffix) => "AWS::URLSuffix",
        (_, Pseudo::StackName) => "AWS::StackName",
        (_, Pseudo::StackId) => "AWS::StackId",
    })
}
