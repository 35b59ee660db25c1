//! Secrets Manager: secrets, their policies and rotation.

use iacscan_core::Truth;
use iacscan_graph::nodes::ResourceKind;

use super::{Lowering, values};

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_secretsmanager_secret" | "awscc_secretsmanager_secret" => |context, declaration| {
            let header = context.add(declaration, ResourceKind::Secret, |resource| {
                resource.name = declaration.name("name", "name_prefix");
                resource.kms_key = declaration.text("kms_key_id");
            });
            context.own_resource_policy(&header, declaration.policy("policy"));
        },
        "aws_secretsmanager_secret_policy" => |context, declaration| {
            let header = context.other(declaration);
            let secret = values::known(declaration.text("secret_arn"));
            context.resource_policy(&header, secret, declaration.policy("policy"));
        },
        "awscc_secretsmanager_resource_policy" => |context, declaration| {
            let header = context.other(declaration);
            let secret = values::known(declaration.text("secret_id"));
            context.resource_policy(&header, secret, declaration.policy("resource_policy"));
        },
        "aws_secretsmanager_secret_rotation" | "awscc_secretsmanager_rotation_schedule" => {
            |context, declaration| {
                let header = context.other(declaration);
                let path = ["rotation_lambda_arn"];
                context.triggers(declaration, &header, "secretsmanager", &path, Truth::False);
            }
        }
        _ => return None,
    };
    Some(lowering)
}
