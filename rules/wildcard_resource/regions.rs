//! Whether resources of several regions may be meant.

use iacscan_graph::ExecutionRole;
use iacscan_iam::{ArnPart, ArnParts, Resolve};

use crate::framework::statements::{Item, items, known};

/// What to say then of an ARN that names the region of the deployment.
pub(super) const REGIONS: &str =
    "For code that works in several regions, write `*` for the region.";

/// Whether a role may list the regions, or is allowed something in any of them.
pub(super) fn speaks_of_several(role: &ExecutionRole<'_>) -> bool {
    let is_in_any = |item: &Item| {
        let text = role.graph.resolver().resolve(&item.item.value);
        let arn = ArnParts::split(&text);
        // Where the account is left open too, nothing is meant by it.
        arn.is_some_and(|arn| {
            let is_open = |part| arn.part(part).as_str() == Some("*");
            is_open(ArnPart::Region) && !is_open(ArnPart::Account)
        })
    };
    let lists = |item: &Item| {
        known(role, &item.item).is_some_and(|name| name.eq_ignore_ascii_case("ec2:DescribeRegions"))
    };
    role.written_statements().iter().any(|reached| {
        items(reached.statement.actions.as_ref()).iter().any(lists)
            || items(reached.statement.resources.as_ref()).iter().any(is_in_any)
    })
}
