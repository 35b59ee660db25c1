//! AppSync: GraphQL APIs.

use iacscan_graph::nodes::ResourceKind;

use super::Lowering;

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_appsync_graphql_api" | "awscc_appsync_graph_ql_api" => |context, declaration| {
            context.add(declaration, ResourceKind::GraphqlApi, |_| {});
        },
        _ => return None,
    };
    Some(lowering)
}
