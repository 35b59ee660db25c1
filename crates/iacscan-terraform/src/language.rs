//! How Terraform writes references.

mod proposals;
mod statements;

use iacscan_core::{Pseudo, ResourceAttribute, Text};
use iacscan_graph::{Account, Language, Named, Spelled};

use crate::eval::{attribute_name, name_argument};
use crate::named;
pub(crate) use proposals::key;

/// The language of configurations.
#[derive(Debug)]
pub(crate) struct Configurations;

/// The attributes that a reference is written with, those of few types first.
const ATTRIBUTES: [&str; 9] = [
    "topic_arn",
    "policy_arn",
    "layer_version_arn",
    "consumer_arn",
    "alias_arn",
    "function_arn",
    "stream_arn",
    "arn",
    "url",
];

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

    fn named(&self, name: &str, resource_type: &str) -> Option<(&'static str, Named)> {
        let (kind, attribute, behind) = named::of(resource_type)?;
        Some((kind, Named::Arn(format!("{name}.{attribute}"), behind)))
    }

    fn pseudo(&self, pseudo: Pseudo) -> Option<Spelled> {
        // The others take data sources, which may not be there.
        (pseudo == Pseudo::Partition).then_some(Spelled::Literally("aws"))
    }

    fn source(&self, name: &str, resource_type: &str) -> Option<String> {
        match resource_type {
            _ if self.is_api(resource_type) => {
                Some(self.interpolated(format!("${{{name}.execution_arn}}/*/*")))
            }
            // The bucket must wait for the permission.
            "awscc_apigateway_rest_api" | "awscc_apigatewayv2_api" | "awscc_s3_bucket" => None,
            "aws_cloudwatch_log_group" => Some(self.interpolated(format!("${{{name}.arn}}:*"))),
            _ => self.attribute(name, resource_type, &ResourceAttribute::Arn),
        }
    }

    fn is_api(&self, resource_type: &str) -> bool {
        matches!(resource_type, "aws_api_gateway_rest_api" | "aws_apigatewayv2_api")
    }

    fn may_generate_role_name(&self, _: &str, resource_type: &str, generated: &str) -> bool {
        // `awscc` leaves the name to the service.
        resource_type != "aws_iam_role"
            || generated.strip_prefix("terraform-").is_some_and(|unique| {
                unique.len() >= 26 && unique.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
    }

    fn may_generate_function_name(&self, _: &Text) -> bool {
        // `aws` requires one, `awscc` leaves it to the service.
        true
    }

    fn generated_function_name(&self, _: &str) -> Option<Text> {
        None
    }

    fn account(&self, declared: Option<&str>, taken: &[&str]) -> Account {
        if let Some(declared) = declared {
            return Account { expression: format!("{declared}.account_id"), declare: None };
        }
        let name = |name: &str| format!("data.aws_caller_identity.{name}");
        let is_free = |free: &&str| !taken.contains(&name(free).as_str());
        let free = ["current", "this"].into_iter().find(is_free).unwrap_or("here");
        Account {
            expression: format!("{}.account_id", name(free)),
            declare: Some(format!("data \"aws_caller_identity\" \"{free}\" {{}}")),
        }
    }

    fn entry(&self, key: &str, text: &str) -> String {
        format!("{key} = \"{text}\"")
    }

    fn alone(&self, expression: &str) -> String {
        expression.to_owned()
    }

    fn interpolated(&self, text: String) -> String {
        format!("\"{text}\"")
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
            ("awscc_kinesis_stream_consumer", Arn, "x.consumer_arn"),
            ("awscc_lambda_alias", Arn, "x.alias_arn"),
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

    #[test]
    fn names_of_roles_are_generated() {
        let cases = [
            ("aws_iam_role", "terraform-20240102030405060700000001", true),
            ("aws_iam_role", "terraform-20240102030405060700000abc", true),
            ("aws_iam_role", "terraform-deployer", false),
            ("aws_iam_role", "deployer", false),
            ("awscc_iam_role", "deployer", true),
        ];
        for (kind, generated, expected) in cases {
            let may = Configurations.may_generate_role_name("x", kind, generated);
            assert_eq!(may, expected, "{kind} {generated}");
        }
    }

    #[test]
    fn sources_have_expressions() {
        let cases = [
            ("aws_api_gateway_rest_api", Some("\"${x.execution_arn}/*/*\"")),
            ("aws_apigatewayv2_api", Some("\"${x.execution_arn}/*/*\"")),
            ("awscc_apigatewayv2_api", None),
            ("aws_cloudwatch_log_group", Some("\"${x.arn}:*\"")),
            ("awscc_logs_log_group", Some("x.arn")),
            ("aws_s3_bucket", Some("x.arn")),
            ("awscc_s3_bucket", None),
            ("aws_sns_topic", Some("x.arn")),
            ("awscc_sns_topic", Some("x.topic_arn")),
            ("aws_cloudwatch_event_rule", Some("x.arn")),
            ("aws_cognito_user_pool", Some("x.arn")),
            ("aws_iot_topic_rule", Some("x.arn")),
            ("aws_iot_provisioning_template", Some("x.arn")),
        ];
        for (kind, expected) in cases {
            assert_eq!(Configurations.source("x", kind).as_deref(), expected, "{kind}");
        }
    }
}
