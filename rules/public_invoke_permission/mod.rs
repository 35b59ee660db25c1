//! A permission lets anybody invoke a function.

use iacscan_core::{Located, RuleGroup, RuleMeta, Severity, Text};
use iacscan_graph::nodes::{Author, InvokePermission};

use crate::framework::invocation::{about_function, is_unlimited, serves_open_url};
use crate::{Context, Draft, Report, Rule};

/// `public-invoke-permission`
pub(crate) struct PublicInvokePermission;

static META: RuleMeta = RuleMeta {
    id: "public-invoke-permission",
    summary: "Anyone may invoke the function",
    group: RuleGroup::Invocation,
    severity: Severity::High,
    cwe: &[306],
    page: include_str!("README.md"),
};

impl Rule for PublicInvokePermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for (index, unit) in context.graph.units().iter().enumerate() {
            for permission in &unit.invoke_permissions {
                if permission.header.author == Author::Tool
                    || !is_unlimited(permission)
                    || !serves_open_url(permission).is_false()
                {
                    continue;
                }
                for branch in permission.principal.iter() {
                    if let Some(principal) = branch.item.known()
                        && principal.value.as_known().is_some_and(|known| known == "*")
                    {
                        let condition =
                            permission.header.condition.clone().and(branch.condition.clone());
                        let draft = draft(principal, permission);
                        let draft = about_function(
                            context,
                            index,
                            &permission.header,
                            &permission.function,
                            draft,
                        );
                        report.when(&condition, draft);
                    }
                }
            }
        }
    }
}

fn draft(principal: &Located<Text>, permission: &InvokePermission) -> Draft {
    Draft::at(&META, META.severity, principal, "anybody")
        .message("anybody with an AWS account may invoke {functions}")
        .help(
            "Name the service or the account that invokes it, and with a service its `SourceArn` \
             and `SourceAccount`; or limit it to an organization with `PrincipalOrgID`.",
        )
        .fingerprint(permission.header.address.name().as_str())
}
