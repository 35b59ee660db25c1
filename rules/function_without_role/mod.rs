//! A function has no execution role.

use iacscan_core::{Guarded, RuleGroup, RuleMeta, Severity};
use iacscan_graph::{Chain, RoleState};
use iacscan_iam::aws::managed_policy;

use crate::framework::features::BASIC;
use crate::framework::snippet::taken_beside;
use crate::framework::words::argument;
use crate::{Context, Draft, Report, Rule};

/// `function-without-role`
pub(crate) struct FunctionWithoutRole;

static META: RuleMeta = RuleMeta {
    id: "function-without-role",
    summary: "Lambda function has no execution role",
    group: RuleGroup::Linkage,
    severity: Severity::High,
    cwe: &[1188],
    page: include_str!("README.md"),
};

impl Rule for FunctionWithoutRole {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            // A macro may still give it one.
            let closed = context.graph.unit_of(chain.id).is_some_and(|u| u.open_world.is_empty());
            if matches!(chain.role, RoleState::Missing) && closed {
                report.in_chain(chain, draft(chain));
            }
        }
    }
}

fn draft(chain: &Chain<'_>) -> Draft {
    let header = &chain.function.header;
    let language = chain.graph.unit_of(chain.id).map(|unit| unit.language);
    let policy = managed_policy(BASIC).map(|policy| policy.arn("aws"));
    let is_taken = taken_beside(chain.graph, &header.address);
    let mut left_out = chain.function.role_left_out.iter();
    let left_out = left_out.find(|it| it.condition.holds(&chain.world).is_true());
    let left_out = left_out.filter(|it| it.item.is_somewhere());
    let snippet = language
        .zip(policy)
        .and_then(|(it, policy)| it.role(header, &policy, left_out.is_some(), &is_taken));
    let draft = match left_out {
        Some(Guarded { item, .. }) => {
            Draft::new(&META, META.severity, *item, "leaves it without an execution role")
                .label(header.span, "the function")
        }
        None => Draft::new(&META, META.severity, header.type_span, "has no execution role"),
    };
    let mut draft = draft
        .message("{functions} cannot be created without an execution role")
        .help(format!(
            "Define a role that trusts `lambda.amazonaws.com`, attach what the function needs \
             (`{BASIC}` at least), and set `{}` of the function to its ARN.",
            argument(header, "Role")
        ))
        .holder(header)
        .function(chain.function)
        .fingerprint(header.address.name().as_str());
    if let Some(snippet) = snippet {
        draft = draft.snippet(snippet);
    }
    draft
}
