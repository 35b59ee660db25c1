//! On whose behalf a service invokes a function.

use iacscan_graph::nodes::{Header, Origin};

use super::Declaration;

/// The resource on whose behalf the service invokes: what the trigger says that it belongs to, else
/// the trigger's own resource.
pub(super) fn of(declaration: &Declaration, header: &Header) -> Option<Origin> {
    let Some(property) = property(declaration.kind()) else {
        return Some(Origin::Resource(header.address.clone()));
    };
    Origin::of(&declaration.text(property))
}

/// The property that says what a trigger of this type belongs to.
fn property(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "aws_api_gateway_integration"
        | "awscc_apigateway_method"
        | "aws_api_gateway_authorizer"
        | "awscc_apigateway_authorizer" => "rest_api_id",
        "aws_apigatewayv2_integration"
        | "awscc_apigatewayv2_integration"
        | "aws_apigatewayv2_authorizer"
        | "awscc_apigatewayv2_authorizer" => "api_id",
        "aws_s3_bucket_notification" => "bucket",
        "aws_sns_topic_subscription" | "awscc_sns_subscription" => "topic_arn",
        "aws_cloudwatch_event_target" => "rule",
        "aws_cloudwatch_log_subscription_filter" | "awscc_logs_subscription_filter" => {
            "log_group_name"
        }
        "aws_lb_target_group_attachment" | "aws_alb_target_group_attachment" => "target_group_arn",
        "aws_secretsmanager_secret_rotation" => "secret_id",
        _ => return None,
    })
}
