//! Cognito: user pool triggers and identity pool roles.

use iacscan_core::Truth;

use super::{Context, Declaration, values};

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) -> bool {
    match declaration.kind() {
        "aws_cognito_user_pool" | "awscc_cognito_user_pool" => {
            let header = context.other(declaration);
            let Some(value) = declaration.get("lambda_config") else { return true };
            for (condition, key, trigger) in values::entries(value) {
                if key == "kms_key_id" {
                    continue;
                }
                let senders = values::each(trigger, &["lambda_arn"]);
                if senders.is_empty() {
                    context.trigger(&header, "cognito-idp", &condition, trigger, Truth::False);
                }
                for (inner, function) in senders {
                    let condition = condition.clone().and(inner);
                    context.trigger(&header, "cognito-idp", &condition, function, Truth::False);
                }
            }
        }
        "aws_cognito_identity_pool_roles_attachment" => {
            let header = context.other(declaration);
            let Some(value) = declaration.get("roles") else { return true };
            for (condition, _, role) in values::entries(value) {
                let role = values::when(&condition, values::text(Some(role)));
                context.role_user(&header, "cognito-identity", role);
            }
        }
        _ => return false,
    }
    true
}
