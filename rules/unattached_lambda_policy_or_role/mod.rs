//! A role or a policy that was prepared for a function and that nothing uses; where the
//! configuration asks for it, permissions that Lambda alone uses and the code has too.

mod open_interfaces;

use std::collections::BTreeSet;

use iacscan_core::{Address, RuleGroup, RuleMeta, Severity};
use iacscan_graph::nodes::{Author, Header};
use iacscan_graph::{ExecutionRole, Unit};

use crate::framework::trust::{TrustPolicy, allows_assuming, policies, principals, trusts_service};
use crate::{Context, Draft, Report, Rule, Switch};

/// `unattached-lambda-policy-or-role`
pub(crate) struct UnattachedLambdaPolicyOrRole;

static META: RuleMeta = RuleMeta {
    id: "unattached-lambda-policy-or-role",
    summary: "Role or policy that nothing uses",
    group: RuleGroup::Hygiene,
    severity: Severity::Info,
    cwe: &[1164],
    page: include_str!("README.md"),
};

static SWITCHES: [Switch; 1] = [open_interfaces::REQUIRED];

impl Rule for UnattachedLambdaPolicyOrRole {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn switches(&self) -> &'static [Switch] {
        &SWITCHES
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        let used: Vec<BTreeSet<&Address>> = context.graph.units().iter().map(used).collect();
        let is_used = |unit: usize, header: &Header| {
            used.get(unit).is_none_or(|used| used.contains(&header.address))
        };
        for role in context.execution_roles() {
            let header = &role.role.header;
            let Some(unit) = context.graph.unit_of_role(role.id) else { continue };
            if role.functions.is_empty()
                && is_whole(context, unit)
                && is_own(header)
                && trusts_lambda_alone(role)
                && !is_used(unit, header)
            {
                report.when(&header.condition, idle_role(header));
            }
        }
        for (index, unit) in context.graph.units().iter().enumerate() {
            if unit.functions.is_empty() || !is_whole(context, index) {
                continue;
            }
            for policy in &unit.policies {
                let header = &policy.header;
                let attached = !policy.roles.is_empty() || !policy.roles.gaps.is_empty();
                if is_own(header) && !attached && !is_used(index, header) {
                    report.when(&header.condition, idle_policy(header));
                }
            }
        }
        if context.options.asks(META.id, &open_interfaces::REQUIRED) {
            for chain in context.chains() {
                if let Some(draft) = open_interfaces::draft(chain) {
                    report.in_chain(chain, draft);
                }
            }
        }
    }
}

/// Whether everything of a deployment is known.
fn is_whole(context: &Context<'_>, unit: usize) -> bool {
    let is_open = |unit: &Unit| !unit.open_world.is_empty() || unit.is_unread;
    !context.graph.units().get(unit).is_none_or(is_open) && !context.graph.unlinked(unit).roles
}

/// Whether a resource is the user's, and not one of a module that others call too.
fn is_own(header: &Header) -> bool {
    header.author == Author::User && header.calls.is_empty()
}

/// What other resources or the outputs of a deployment name. A resource that gives a role its
/// policies does not use the role.
fn used(unit: &Unit) -> BTreeSet<&Address> {
    let giving: BTreeSet<&Address> = unit
        .attachments
        .iter()
        .map(|attachment| &attachment.header)
        .filter(|header| header.author == Author::User)
        .map(|header| &header.address)
        .collect();
    let policies: BTreeSet<&Address> =
        unit.policies.iter().map(|policy| &policy.header.address).collect();
    let mut used = BTreeSet::new();
    for resource in &unit.resources {
        let header = &resource.header;
        let gives = giving.contains(&header.address) || policies.contains(&header.address);
        // An attachment uses the policy that it attaches.
        used.extend(header.depends_on.iter().filter(|target| !gives || policies.contains(target)));
    }
    used.extend(unit.handed_out.iter().chain(&unit.given_away));
    used
}

/// Whether Lambda, and certainly nobody else, may assume the role.
fn trusts_lambda_alone(role: &ExecutionRole<'_>) -> bool {
    let alone = |policy: &TrustPolicy<'_>| {
        trusts_service(policy, "lambda").is_true()
            && policy.document.statements.gaps.is_empty()
            && policy
                .document
                .statements
                .all()
                .filter(|statement| allows_assuming(role, statement))
                .all(|statement| {
                    principals(statement)
                        .all(|principal| principal.item.is_service("lambda").is_true())
                })
    };
    let policies = policies(role);
    !policies.is_empty() && policies.iter().all(alone)
}

fn idle_role(header: &Header) -> Draft {
    Draft::new(&META, META.severity, header.span, "no function runs with it")
        .message(format!(
            "role `{}` trusts Lambda alone, and no function runs with it",
            header.address
        ))
        .help("Remove it, or give it to the function it is for.")
        .holder(header)
        .subject(&header.address)
        .fingerprint(header.address.name().as_str())
}

fn idle_policy(header: &Header) -> Draft {
    Draft::new(&META, META.severity, header.span, "nothing attaches it")
        .message(format!("policy `{}` is attached to nothing", header.address))
        .help("Remove it, or attach it to the role it is for.")
        .holder(header)
        .subject(&header.address)
        .fingerprint(header.address.name().as_str())
}
