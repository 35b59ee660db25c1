//! What API Gateway needs to write the logs of all its APIs.

use iacscan_graph::{ExecutionRole, RoleLink};
use iacscan_iam::Statement;

use crate::framework::statements::{items, known};

/// The actions of AWS's `AmazonAPIGatewayPushToCloudWatchLogs`, which allows them on all groups: API
/// Gateway checks them when the role is set for the account.
const PUSH_LOGS: &[&str] = &[
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
];

/// Whether a statement is that of a role which API Gateway runs with, and no function.
pub(super) fn pushes_logs(role: &ExecutionRole<'_>, statement: &Statement) -> bool {
    let is_one = |name: &str| PUSH_LOGS.iter().any(|it| it.eq_ignore_ascii_case(name));
    role.functions.is_empty()
        && items(statement.actions.as_ref())
            .iter()
            .all(|item| known(role, &item.item).is_some_and(|name| is_one(&name)))
        && runs_gateway(role)
}

fn runs_gateway(role: &ExecutionRole<'_>) -> bool {
    let graph = role.graph;
    graph.units().iter().enumerate().any(|(index, unit)| {
        let users = unit.role_users.iter().filter(|user| user.service == "apigateway");
        users.map(|user| graph.link_role(index, &user.role)).any(|links| {
            links.iter().any(|link| matches!(link.item, RoleLink::Role(id) if id == role.id))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_actions_are_those_of_the_policy() {
        let policy = iacscan_iam::aws::managed_policy("AmazonAPIGatewayPushToCloudWatchLogs");
        let document = policy.unwrap().document_json;
        assert_eq!(document.matches("\"logs:").count(), PUSH_LOGS.len());
        assert!(PUSH_LOGS.iter().all(|action| document.contains(&format!("\"{action}\""))));
    }
}
