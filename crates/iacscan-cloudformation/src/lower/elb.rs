//! Elastic Load Balancing: target groups that invoke functions.

use iacscan_core::Truth;
use iacscan_graph::nodes::ResourceKind;

use super::{Context, values};
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    let is_group = declaration.kind == "AWS::ElasticLoadBalancingV2::TargetGroup";
    if is_group {
        let header = context.add(declaration, ResourceKind::Other, |_| {});
        let Some(value) = declaration.get("Targets") else { return true };
        for (condition, function) in values::each(&value, &["[]", "Id"]) {
            let service = "elasticloadbalancing";
            context.trigger(&header, service, &condition, function, Truth::False);
        }
    }
    is_group
}
