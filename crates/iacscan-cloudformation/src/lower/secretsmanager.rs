//! Secrets Manager: secrets, their policies and rotation.

use iacscan_core::{Condition, Truth};
use iacscan_graph::nodes::ResourceKind;

use super::Context;
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::SecretsManager::Secret" => {
            context.add_named(declaration, ResourceKind::Secret, "Name", &["KmsKeyId"]);
        }
        "AWS::SecretsManager::ResourcePolicy" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            let secret = declaration.texts("SecretId");
            context.resource_policy(&header, secret, declaration.policy("ResourcePolicy"));
        }
        "AWS::SecretsManager::RotationSchedule" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            if let Some(function) = declaration.get("RotationLambdaARN") {
                context.trigger(
                    &header,
                    "secretsmanager",
                    &Condition::Always,
                    &function,
                    Truth::False,
                );
            }
        }
        _ => return false,
    }
    true
}
