//! On whose behalf a service invokes a function.

use iacscan_core::Address;
use iacscan_graph::nodes::Header;

use crate::declaration::Declaration;

/// The resource on whose behalf the service invokes: what the trigger says that it belongs to, else
/// the trigger's own resource.
pub(super) fn of(declaration: &Declaration<'_, '_>, header: &Header) -> Option<Address> {
    let Some(property) = property(declaration.kind) else {
        return Some(header.address.clone());
    };
    let owner = declaration.text(property);
    let [only] = owner.0.as_slice() else { return None };
    let (target, _) = only.item.known()?.value.as_reference()?;
    Some(target.clone())
}

/// The property that says what a trigger of this type belongs to.
fn property(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "AWS::ApiGateway::Method" | "AWS::ApiGateway::Authorizer" => "RestApiId",
        "AWS::ApiGatewayV2::Integration" | "AWS::ApiGatewayV2::Authorizer" => "ApiId",
        "AWS::SNS::Subscription" => "TopicArn",
        "AWS::Logs::SubscriptionFilter" => "LogGroupName",
        "AWS::SecretsManager::RotationSchedule" => "SecretId",
        _ => return None,
    })
}
