//! CloudFront: functions at the edge.

use iacscan_graph::nodes::{EdgeAssociation, Header, ResourceKind};

use super::{Context, Declaration, Lowering, values};

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_cloudfront_distribution" => |context, declaration| {
            let header = context.add(declaration, ResourceKind::Distribution, |_| {});
            for behavior in ["default_cache_behavior", "ordered_cache_behavior"] {
                associations(context, declaration, &header, behavior);
            }
        },
        _ => return None,
    };
    Some(lowering)
}

/// The functions that cache behaviors run.
fn associations(
    context: &mut Context<'_, '_>,
    declaration: &Declaration,
    header: &Header,
    behavior: &str,
) {
    let Some(value) = declaration.get(behavior) else { return };
    for (condition, function) in values::each(value, &["lambda_function_association", "lambda_arn"])
    {
        context.unit.edge_associations.push(EdgeAssociation {
            header: header.clone(),
            span: function.use_span(),
            function: values::when(&condition, values::text(Some(function))),
        });
    }
}
