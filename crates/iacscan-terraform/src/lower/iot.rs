//! IoT: topic rules, authorizers and provisioning templates that invoke functions.

use iacscan_core::Truth;

use super::Lowering;

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_iot_authorizer" => |context, declaration| {
            let header = context.other(declaration);
            let path = &["authorizer_function_arn"];
            context.triggers(declaration, &header, "iot", path, Truth::False);
        },
        "aws_iot_provisioning_template" => |context, declaration| {
            let header = context.other(declaration);
            let path = &["pre_provisioning_hook", "target_arn"];
            context.triggers(declaration, &header, "iot", path, Truth::False);
        },
        "aws_iot_topic_rule" => |context, declaration| {
            let header = context.other(declaration);
            let paths: [&[&str]; 2] =
                [&["lambda", "function_arn"], &["error_action", "lambda", "function_arn"]];
            for path in paths {
                context.triggers(declaration, &header, "iot", path, Truth::False);
            }
        },
        _ => return None,
    };
    Some(lowering)
}
