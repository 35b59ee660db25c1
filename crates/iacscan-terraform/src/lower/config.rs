//! AWS Config: rules that functions evaluate.

use iacscan_core::Truth;

use super::{Context, Declaration};

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) -> bool {
    match declaration.kind() {
        "aws_config_config_rule" | "aws_config_organization_custom_rule" => {
            let header = context.other(declaration);
            let path = ["source", "source_identifier"];
            context.triggers(declaration, &header, "config", &path, Truth::False);
            context.triggers(
                declaration,
                &header,
                "config",
                &["lambda_function_arn"],
                Truth::False,
            );
        }
        "aws_config_configuration_recorder" => {
            let header = context.other(declaration);
            context.role_user(&header, "config", declaration.text("role_arn"));
        }
        _ => return false,
    }
    true
}
