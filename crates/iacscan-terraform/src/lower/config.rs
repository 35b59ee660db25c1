//! AWS Config: rules that functions evaluate.

use iacscan_core::Truth;

use super::Lowering;

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_config_config_rule" | "aws_config_organization_custom_rule" => {
            |context, declaration| {
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
        }
        "aws_config_configuration_recorder" => |context, declaration| {
            let header = context.other(declaration);
            context.role_user(&header, "config", declaration.text("role_arn"));
        },
        _ => return None,
    };
    Some(lowering)
}
