//! CloudFront: functions at the edge.

use iacscan_core::{Located, Value};
use iacscan_graph::nodes::{EdgeAssociation, Header, ResourceKind};

use super::{Context, values};
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::CloudFront::Distribution" => {
            let header = context.add(declaration, ResourceKind::Distribution, |_| {});
            let Some(value) = declaration.get("DistributionConfig") else { return true };
            associations(context, &header, &value, &["DefaultCacheBehavior"]);
            associations(context, &header, &value, &["CacheBehaviors", "[]"]);
        }
        _ => return false,
    }
    true
}

/// The functions that cache behaviors run.
fn associations(
    context: &mut Context<'_, '_>,
    header: &Header,
    value: &Located<Value>,
    behaviors: &[&str],
) {
    let path = [behaviors, &["LambdaFunctionAssociations", "[]", "LambdaFunctionARN"]].concat();
    for (condition, function) in values::each(value, &path) {
        context.unit.edge_associations.push(EdgeAssociation {
            header: header.clone(),
            span: function.use_span(),
            function: values::when(&condition, iacscan_graph::lower::text(Some(function))),
        });
    }
}
