//! Secrets Manager: secrets, their policies and rotation.

use iacscan_core::Truth;
use iacscan_graph::nodes::ResourceKind;

use super::{Context, Declaration, values};

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) -> bool {
    match declaration.kind() {
        "aws_secretsmanager_secret" | "awscc_secretsmanager_secret" => {
            let header = context.add(declaration, ResourceKind::Secret, |resource| {
                resource.name = declaration.name("name", "name_prefix");
                resource.kms_key = declaration.text("kms_key_id");
            });
            context.own_resource_policy(&header, declaration.policy("policy"));
        }
        "aws_secretsmanager_secret_policy" => {
            let header = context.other(declaration);
            let secret = values::known(declaration.text("secret_arn"));
            context.resource_policy(&header, secret, declaration.policy("policy"));
        }
        "awscc_secretsmanager_resource_policy" => {
            let header = context.other(declaration);
            let secret = values::known(declaration.text("secret_id"));
            context.resource_policy(&header, secret, declaration.policy("resource_policy"));
        }
        "aws_secretsmanager_secret_rotation" | "awscc_secretsmanager_rotation_schedule" => {
            let header = context.other(declaration);
            let path = ["rotation_lambda_arn"];
            context.triggers(declaration, &header, "secretsmanager", &path, Truth::False);
        }
        _ => return false,
    }
    true
}
