//! IoT: topic rules that invoke functions.

use iacscan_core::Truth;

use super::{Context, Declaration};

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) -> bool {
    match declaration.kind() {
        "aws_iot_topic_rule" => {
            let header = context.other(declaration);
            let paths: [&[&str]; 2] =
                [&["lambda", "function_arn"], &["error_action", "lambda", "function_arn"]];
            for path in paths {
                context.triggers(declaration, &header, "iot", path, Truth::False);
            }
        }
        _ => return false,
    }
    true
}
