//! API Gateway: APIs, integrations, authorizers.

use iacscan_core::{Condition, Located, Truth, Value};
use iacscan_graph::nodes::{Header, ResourceKind};

use super::{Context, values};
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::ApiGateway::RestApi" | "AWS::ApiGatewayV2::Api" => {
            let header = context.add(declaration, ResourceKind::Api, |_| {});
            if let Some(body) = declaration.get("Body") {
                definition(context, &header, &body);
            }
            // What makes its integration with it gives it no permission.
            if let Some(target) = declaration.get("Target") {
                let has_role = values::is_set(declaration.get("CredentialsArn").as_ref());
                let always = Condition::Always;
                context.trigger(&header, "apigateway", &always, &target, has_role);
            }
            if declaration.entry("CredentialsArn").is_some() {
                context.role_user(&header, "apigateway", declaration.text("CredentialsArn"));
            }
        }
        "AWS::ApiGateway::Method" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            let Some(value) = declaration.get("Integration") else { return true };
            for (condition, integration) in value.branches() {
                let Some(map) = integration.value.as_map() else { continue };
                let has_role = values::is_set(map.get("Credentials"));
                if let Some(uri) = map.get("Uri") {
                    context.trigger(&header, "apigateway", &condition, uri, has_role);
                }
            }
            context.role_users(
                declaration,
                &header,
                "apigateway",
                &[&["Integration", "Credentials"]],
            );
        }
        "AWS::ApiGateway::Authorizer" => {
            invoked(context, declaration, "AuthorizerUri", "AuthorizerCredentials");
        }
        "AWS::ApiGatewayV2::Authorizer" => {
            invoked(context, declaration, "AuthorizerUri", "AuthorizerCredentialsArn");
        }
        "AWS::ApiGatewayV2::Integration" => {
            invoked(context, declaration, "IntegrationUri", "CredentialsArn");
        }
        "AWS::ApiGateway::Account" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            context.role_user(&header, "apigateway", declaration.text("CloudWatchRoleArn"));
        }
        _ => return false,
    }
    true
}

/// A resource that invokes the function at `uri`, itself or with a role.
fn invoked<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
    uri: &str,
    role: &str,
) {
    let header = context.add(declaration, ResourceKind::Other, |_| {});
    let has_role = match declaration.entry(role) {
        Some(_) => values::is_set(declaration.get(role).as_ref()),
        None => Truth::False,
    };
    if let Some(uri) = declaration.get(uri) {
        context.trigger(&header, "apigateway", &Condition::Always, &uri, has_role);
    }
    context.role_user(&header, "apigateway", declaration.text(role));
}

/// The functions that an API's `OpenAPI` definition invokes.
fn definition(context: &mut Context<'_, '_>, header: &Header, body: &Located<Value>) {
    const INTEGRATION: &str = "x-amazon-apigateway-integration";
    for (outer, paths) in values::each(body, &["paths"]) {
        for (inner, _, path) in values::entries(paths) {
            for (innermost, _, method) in values::entries(path) {
                let condition = outer.clone().and(inner.clone()).and(innermost);
                for (own, integration) in values::each(method, &[INTEGRATION]) {
                    let Some(map) = integration.value.as_map() else { continue };
                    let has_role = values::is_set(map.get("credentials"));
                    if let Some(uri) = map.get("uri") {
                        let condition = condition.clone().and(own);
                        context.trigger(header, "apigateway", &condition, uri, has_role);
                    }
                }
            }
        }
    }
}
