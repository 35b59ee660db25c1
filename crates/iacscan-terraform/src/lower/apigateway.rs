//! API Gateway: integrations and authorizers that invoke functions.

use iacscan_graph::nodes::ResourceKind;

use super::{Context, Declaration, Lowering, values};

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_api_gateway_rest_api" | "awscc_apigateway_rest_api" => |context, declaration| {
            context.add(declaration, ResourceKind::Api, |_| {});
        },
        // What makes its integration with it gives it no permission.
        "aws_apigatewayv2_api" | "awscc_apigatewayv2_api" => |context, declaration| {
            let header = context.add(declaration, ResourceKind::Api, |_| {});
            let has_role = values::is_set(declaration.get("credentials_arn"));
            context.triggers(declaration, &header, "apigateway", &["target"], has_role);
            context.role_user(&header, "apigateway", declaration.text("credentials_arn"));
        },
        "aws_api_gateway_integration" => {
            |context, declaration| invoked(context, declaration, "uri", "credentials")
        }
        "awscc_apigateway_method" => |context, declaration| {
            let header = context.other(declaration);
            let has_role = iacscan_core::Truth::Unknown;
            context.triggers(declaration, &header, "apigateway", &["integration", "uri"], has_role);
        },
        "aws_api_gateway_authorizer" | "awscc_apigateway_authorizer" => |context, declaration| {
            invoked(context, declaration, "authorizer_uri", "authorizer_credentials");
        },
        "aws_apigatewayv2_authorizer" | "awscc_apigatewayv2_authorizer" => {
            |context, declaration| {
                invoked(context, declaration, "authorizer_uri", "authorizer_credentials_arn");
            }
        }
        "aws_apigatewayv2_integration" | "awscc_apigatewayv2_integration" => {
            |context, declaration| {
                invoked(context, declaration, "integration_uri", "credentials_arn");
            }
        }
        "aws_api_gateway_account" | "awscc_apigateway_account" => |context, declaration| {
            let header = context.other(declaration);
            let role = declaration.text("cloudwatch_role_arn");
            context.role_user(&header, "apigateway", role);
        },
        _ => return None,
    };
    Some(lowering)
}

/// A resource that invokes the function at `uri`, itself or with a role.
fn invoked(context: &mut Context<'_, '_>, declaration: &Declaration, uri: &str, role: &str) {
    let header = context.other(declaration);
    let has_role = values::is_set(declaration.get(role));
    context.triggers(declaration, &header, "apigateway", &[uri], has_role);
    context.role_user(&header, "apigateway", declaration.text(role));
}
