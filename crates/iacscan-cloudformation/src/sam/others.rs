//! The other serverless resources, as far as they refer to functions or roles, or others refer to
//! them.

use iacscan_core::reader::Node;

use super::Expansion;
use super::resource::Written;
use super::role::ImplicitRole;
use crate::tree;

/// Expands a serverless resource that is no function.
pub(crate) fn expand(out: &mut Expansion<'_>, written: &Written<'_>) {
    let (kind, properties): (_, &[(&str, &str)]) = match written.kind {
        "AWS::Serverless::Api" => {
            authorizers(out, written);
            stage(out, written, "AWS::ApiGateway::Stage");
            ("AWS::ApiGateway::RestApi", &[("Name", "Name"), ("DefinitionBody", "Body")])
        }
        "AWS::Serverless::HttpApi" | "AWS::Serverless::WebSocketApi" => {
            authorizers(out, written);
            stage(out, written, "AWS::ApiGatewayV2::Stage");
            ("AWS::ApiGatewayV2::Api", &[("Name", "Name"), ("DefinitionBody", "Body")])
        }
        "AWS::Serverless::SimpleTable" => (
            "AWS::DynamoDB::Table",
            &[("TableName", "TableName"), ("SSESpecification", "SSESpecification")],
        ),
        "AWS::Serverless::LayerVersion" => {
            ("AWS::Lambda::LayerVersion", &[("LayerName", "LayerName")])
        }
        "AWS::Serverless::Application" => (
            "AWS::CloudFormation::Stack",
            &[("Location", "TemplateURL"), ("Parameters", "Parameters")],
        ),
        "AWS::Serverless::CapacityProvider" => return capacity_provider(out, written),
        _ => return keep(out, written),
    };
    let properties = properties
        .iter()
        .filter_map(|(name, new)| {
            let entry = written.given(name)?;
            Some(tree::entry_at(*new, entry.key.span, entry.value.clone()))
        })
        .collect();
    out.add(written.becomes(kind, properties));
}

/// A serverless resource that is not known: it is there, and nothing more.
fn keep(out: &mut Expansion<'_>, written: &Written<'_>) {
    let entry = tree::entry_at(written.id.value.clone(), written.id.span, written.node.clone());
    out.keep(&entry);
}

/// The stage of an API.
fn stage(out: &mut Expansion<'_>, written: &Written<'_>, kind: &'static str) {
    let name = written.get("StageName").and_then(tree::plain_text).unwrap_or_default();
    let name: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    let id = written.id_with(&format!("{name}Stage"));
    out.rename(&written.id.value, "Stage", id.clone());
    out.rename(&written.id.value, "Deployment", written.id_with("Deployment"));
    out.add(written.adds(id, kind, written.id.span, Vec::new()));
    let deployment = written.id_with("Deployment");
    let kind = "AWS::ApiGateway::Deployment";
    out.add(written.adds(deployment, kind, written.id.span, Vec::new()));
}

/// The permissions for Lambda authorizers of an API.
fn authorizers(out: &mut Expansion<'_>, written: &Written<'_>) {
    let all = written.get("Auth").and_then(|auth| auth.get("Authorizers"));
    for authorizer in all.and_then(tree::plain_map).unwrap_or_default() {
        let Some(function) = authorizer.value.get("FunctionArn") else { continue };
        let span = function.span;
        let own_role = authorizer.value.get("FunctionInvokeRole").is_some_and(tree::is_given);
        let http = written.kind != "AWS::Serverless::Api";
        let enabled = authorizer.value.get("EnableFunctionDefaultPermissions");
        let enabled = enabled.and_then(Node::as_str);
        let permitted = match enabled {
            Some(text) => text.eq_ignore_ascii_case("true"),
            None => !http,
        };
        if own_role || !permitted {
            continue;
        }
        let arn = tree::sub(
            format!(
                "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{}}}/authorizers/*",
                written.id.value
            ),
            span,
        );
        let properties = vec![
            tree::entry("Action", tree::text("lambda:InvokeFunction", span)),
            tree::entry("FunctionName", function.clone()),
            tree::entry("Principal", tree::text("apigateway.amazonaws.com", span)),
            tree::entry("SourceArn", arn),
        ];
        let id = written.id_with(&format!("{}AuthorizerPermission", authorizer.key.value));
        out.add(written.adds(id, "AWS::Lambda::Permission", span, properties));
    }
}

/// A capacity provider with the role that Lambda operates it with.
fn capacity_provider(out: &mut Expansion<'_>, written: &Written<'_>) {
    let span = written.id.span;
    let (key, role) = match written.given("OperatorRole") {
        Some(entry) => (entry.key.span, entry.value.clone()),
        None => {
            let owner = written.id_with("Operator");
            let mut role = ImplicitRole::new(&owner, span, "lambda.amazonaws.com");
            role.managed("AWSLambdaManagedEC2ResourceOperator", span);
            let id = role.id.clone();
            out.add(written.adds(id.clone(), "AWS::IAM::Role", span, role.properties(None)));
            (span, tree::get_att(&id, "Arn", span))
        }
    };
    let role = tree::map(vec![tree::entry("CapacityProviderOperatorRoleArn", role)], key);
    let properties = vec![tree::entry_at("PermissionsConfig", key, role)];
    out.add(written.becomes("AWS::Lambda::CapacityProvider", properties));
}
