//! AppSync: GraphQL APIs.

use iacscan_graph::nodes::ResourceKind;

use super::Context;
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    let is_api = declaration.kind == "AWS::AppSync::GraphQLApi";
    if is_api {
        context.add(declaration, ResourceKind::GraphqlApi, |_| {});
    }
    is_api
}
