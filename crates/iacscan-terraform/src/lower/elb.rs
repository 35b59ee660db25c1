//! Elastic Load Balancing: target groups that invoke functions.

use iacscan_core::Truth;

use super::Lowering;

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_lb_target_group_attachment" | "aws_alb_target_group_attachment" => {
            |context, declaration| {
                let header = context.other(declaration);
                let service = "elasticloadbalancing";
                context.triggers(declaration, &header, service, &["target_id"], Truth::False);
            }
        }
        _ => return None,
    };
    Some(lowering)
}
