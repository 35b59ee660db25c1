//! How Terraform writes references.

use iacscan_core::{Pseudo, ResourceAttribute};
use iacscan_graph::{Language, Spelled};

use crate::eval::{attribute_name, name_argument};

/// The language of configurations.
#[derive(Debug)]
pub(crate) struct Configurations;

/// The attributes that a reference is written with, those of few types first.
const ATTRIBUTES: [&str; 6] =
    ["topic_arn", "policy_arn", "layer_version_arn", "stream_arn", "arn", "url"];

impl Language for Configurations {
    fn attribute(
        &self,
        name: &str,
        resource_type: &str,
        attribute: &ResourceAttribute,
    ) -> Option<String> {
        let written = ATTRIBUTES.into_iter().chain([name_argument(resource_type)]);
        let mut meant = written.filter(|it| attribute_name(resource_type, it) == *attribute);
        Some(format!("{name}.{}", meant.next()?))
    }

    fn pseudo(&self, pseudo: Pseudo) -> Option<Spelled> {
        // The others take data sources, which may not be there.
        (pseudo == Pseudo::Partition).then_some(Spelled::Literally("aws"))
    }

    fn alone(&self, expression: &str) -> String {
        expression.to_owned()
    }

    fn interpolated(&self, text: String) -> String {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_have_expressions() {
        use ResourceAttribute::{Arn, Name, StreamArn};
        let cases = [
            ("aws_sqs_queue", Arn, "x.arn"),
            ("awscc_sns_topic", Arn, "x.topic_arn"),
            ("awscc_iam_managed_policy", Arn, "x.policy_arn"),
            ("aws_dynamodb_table", StreamArn, "x.stream_arn"),
            ("aws_lambda_function", Name, "x.function_name"),
            ("aws_lambda_layer_version", Name, "x.layer_name"),
            ("aws_msk_cluster", Name, "x.cluster_name"),
            ("aws_s3_bucket", Name, "x.bucket"),
        ];
        for (kind, attribute, expected) in cases {
            let written = Configurations.attribute("x", kind, &attribute);
            assert_eq!(written.as_deref(), Some(expected), "{kind} {attribute:?}");
        }
    }
}
