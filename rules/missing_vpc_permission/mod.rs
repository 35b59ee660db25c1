//! A function attaches to a VPC and its role cannot manage network interfaces.

use iacscan_core::{RuleGroup, RuleMeta, Severity, Span, Text, Truth};
use iacscan_graph::{Chain, LinkedRole};

use crate::framework::features::{BASIC, VPC_FEATURE, vpc_attachment, vpc_gap};
use crate::framework::words::code_list;
use crate::needs::{
    Demand, Lacking, Need, VPC, VPC_DOCUMENTED, can_be_given, everything, is_unlimited,
    said_of_policies,
};
use crate::{Context, Draft, Report, Rule};

/// `missing-vpc-permission`
pub(crate) struct MissingVpcPermission;

static META: RuleMeta = RuleMeta {
    id: "missing-vpc-permission",
    summary: "VPC function cannot manage network interfaces",
    group: RuleGroup::Baseline,
    severity: Severity::High,
    cwe: &[],
    page: include_str!("README.md"),
};

impl Rule for MissingVpcPermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let interfaces = everything("ec2");
            if let Some(gap) = vpc_gap(chain) {
                let is_met = is_met(chain, &interfaces)
                    .and(Truth::from(left_out(chain, &interfaces).is_empty()));
                let demands = [&VPC, &VPC_DOCUMENTED].map(|it| Demand::new(it, interfaces.clone()));
                if !is_met.is_true() {
                    report.perhaps_lacking(chain, VPC_FEATURE, gap, &demands);
                }
            }
            let (Some(vpc), Some(role)) = (vpc_attachment(chain), chain.closed()) else { continue };
            let missing = VPC.missing(chain, &interfaces);
            let limited = VPC.lacking_by(chain, &interfaces, is_unlimited);
            if !missing.is_empty() {
                let scoped = missing.iter().all(|a| chain.allows_somewhere(a).is_true());
                report.in_chain(chain, lacks(chain, role, vpc, &missing, scoped));
            } else if !limited.is_empty() {
                report.in_chain(chain, lacks(chain, role, vpc, &limited, true));
            } else if VPC.satisfied(chain, &interfaces).is_true() {
                let rest = left_out(chain, &interfaces);
                if !rest.is_empty() {
                    report.in_chain(chain, lacks_the_rest(chain, role, vpc, &rest));
                }
            } else if is_met(chain, &interfaces).is_unknown() {
                let demand = Demand::new(&VPC, interfaces);
                report.perhaps_allowed(chain, VPC_FEATURE, vpc, &[demand]);
            }
        }
    }
}

/// Documented as needed, but not part of `AWSLambdaENIManagementAccess`: a function does without.
const LEFT_OUT_BY_AWS: &str = "ec2:DescribeSubnets";

/// Whether the role allows what Lambda checks, without conditions.
fn is_met(chain: &Chain<'_>, interfaces: &Text) -> Truth {
    let allowed = VPC.actions.iter().map(|action| {
        chain.allows(action, interfaces).and(chain.allows_by(action, interfaces, is_unlimited))
    });
    Truth::all(allowed)
}

/// What is documented as needed beside what Lambda checks, where the role is made for functions in
/// a VPC by hand and lacks it.
fn left_out(chain: &Chain<'_>, interfaces: &Text) -> Vec<&'static str> {
    if is_granted_by_aws(chain, interfaces) {
        return Vec::new();
    }
    let rest = VPC_DOCUMENTED.missing(chain, interfaces);
    if rest.iter().any(|action| *action != LEFT_OUT_BY_AWS) { rest } else { Vec::new() }
}

/// Whether policies of AWS grant it; those for other features leave some of the rest out.
fn is_granted_by_aws(chain: &Chain<'_>, interfaces: &Text) -> bool {
    Truth::all(
        VPC.actions.iter().map(|action| {
            chain.allows_by(action, interfaces, |grant| grant.attached.aws().is_some())
        }),
    )
    .is_true()
}

fn lacks(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    vpc: Span,
    missing: &[&str],
    scoped: bool,
) -> Draft {
    let actions = code_list(missing.iter().copied());
    let tested = (Demand::new(&VPC, everything("ec2")), VPC.actions.to_vec());
    let scoped = scoped && can_be_given(chain, role, &tested);
    let (what, why) = if scoped {
        (
            format!("allows {actions} in part only"),
            if missing.len() == 1 {
                ", and Lambda checks it on `*` without conditions"
            } else {
                ", and Lambda checks them on `*` without conditions"
            },
        )
    } else {
        (format!("does not allow {actions}"), "")
    };
    let needed = [(&VPC, VPC.actions), (&VPC_DOCUMENTED, VPC_DOCUMENTED.actions)];
    let message = format!("{{functions}} cannot attach to the VPC: role {{role}} {what}{why}");
    let draft = draft(chain, role, vpc, META.severity, (&what, message), &needed);
    if !scoped {
        return draft;
    }
    // What to change of a statement is said at it.
    if draft.changes_statement() {
        return draft;
    }
    partial_grants(chain, role, missing)
        .fold(draft, |draft, span| draft.label(span, "allows it for some of what Lambda needs"))
}

/// The statements that grant some of it.
fn partial_grants<'c>(
    chain: &'c Chain<'_>,
    role: &'c LinkedRole<'_>,
    actions: &'c [&str],
) -> impl Iterator<Item = Span> + 'c {
    let resolver = chain.graph.resolver();
    role.grants.iter().map(|grant| grant.statement).filter_map(move |statement| {
        let elements = statement.actions.as_ref().filter(|_| statement.is_allow())?;
        let any = actions.iter().any(|action| {
            let action = Text::literal(*action);
            let case = iacscan_iam::Case::Insensitive;
            elements.matches(&action, case, &chain.world, resolver).is_true()
        });
        any.then_some(statement.span)
    })
}

fn lacks_the_rest(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    vpc: Span,
    rest: &[&'static str],
) -> Draft {
    let what = format!("does not allow {}", code_list(rest.iter().copied()));
    let message =
        format!("role {{role}} of {{functions}} {what}, which AWS documents as needed in a VPC");
    draft(chain, role, vpc, Severity::Low, (&what, message), &[(&VPC_DOCUMENTED, rest)])
}

fn draft(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    vpc: Span,
    severity: Severity,
    (what, message): (&str, String),
    needed: &[(&'static Need, &[&'static str])],
) -> Draft {
    let lacking: Vec<Lacking> = needed
        .iter()
        .map(|(need, actions)| (Demand::new(need, everything("ec2")), actions.to_vec()))
        .collect();
    let (span, holder) = crate::framework::lacking(role);
    let label = said_of_policies(chain, role, &lacking, what.to_owned());
    let draft = Draft::new(&META, severity, span, label)
        .message(message)
        .holder(holder)
        .function(chain.function)
        .label(vpc, "attaches the function to a VPC")
        .path_to_role(chain)
        .fingerprint(role.role.header.address.name().as_str())
        .meet(chain, role, &lacking);
    let has_basic = role
        .attached
        .iter()
        .any(|attached| attached.aws().is_some_and(|policy| policy.record.name == BASIC));
    let draft = if has_basic {
        draft.note(format!("The policy takes the place of `{BASIC}`, which it contains."))
    } else {
        draft
    };
    if severity == META.severity {
        draft.waits_for_grant(chain, role, &chain.function.header)
    } else {
        draft
    }
}
