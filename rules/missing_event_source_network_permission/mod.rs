//! A source inside a VPC is polled with a role that cannot manage network interfaces.

use iacscan_core::{Gap, RuleGroup, RuleMeta, Severity};
use iacscan_graph::nodes::{EventSourceMapping, SourceKind};
use iacscan_graph::{Chain, LinkedRole};

use crate::framework::unmet;
use crate::framework::words::code_list;
use crate::needs::{Demand, SOURCE_NETWORK, access_gap, everything, is_enabled, kind_of};
use crate::{Context, Draft, Report, Rule};

/// `missing-event-source-network-permission`
pub(crate) struct MissingEventSourceNetworkPermission;

static META: RuleMeta = RuleMeta {
    id: "missing-event-source-network-permission",
    summary: "Kafka, MQ or DocumentDB mapping lacks network interface permissions",
    group: RuleGroup::Baseline,
    severity: Severity::High,
    cwe: &[284],
    page: include_str!("README.md"),
};

impl Rule for MissingEventSourceNetworkPermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let Some(role) = chain.closed() else { continue };
            for (_, mapping) in chain.mappings() {
                let demand = Demand::new(&SOURCE_NETWORK, everything("ec2"));
                if let Some(gap) = network_gap(chain, mapping) {
                    report.perhaps_used(chain, FEATURE, gap, std::slice::from_ref(&demand));
                }
                if !is_in_vpc(chain, mapping) {
                    continue;
                }
                let missing = demand.missing(chain);
                if missing.is_empty() {
                    report.perhaps_allowed(chain, FEATURE, mapping.span, &[demand]);
                } else {
                    report.in_chain(chain, draft(chain, role, mapping, &missing));
                }
            }
        }
    }
}

/// What is in doubt.
const FEATURE: &str = "the network of its event source";

/// Whether Lambda certainly reaches the source through interfaces in the source's VPC. Kafka outside
/// of MSK may be public; then nothing names subnets.
fn is_in_vpc(chain: &Chain<'_>, mapping: &EventSourceMapping) -> bool {
    match kind_of(chain, mapping) {
        Some(SourceKind::Msk | SourceKind::Mq | SourceKind::DocumentDb) => true,
        Some(SourceKind::SelfManagedKafka) => mapping.access.in_world(&chain.world).any(|access| {
            let kind = access.kind.value.as_str();
            matches!(kind, Some("VPC_SUBNET" | "VPC_SECURITY_GROUP"))
        }),
        Some(SourceKind::Sqs | SourceKind::Kinesis | SourceKind::DynamoDb) | None => false,
    }
}

/// Where and why it is not known whether Kafka outside of MSK is inside a VPC.
fn network_gap(chain: &Chain<'_>, mapping: &EventSourceMapping) -> Option<Gap> {
    let may_be =
        kind_of(chain, mapping) == Some(SourceKind::SelfManagedKafka) && !is_in_vpc(chain, mapping);
    if may_be { access_gap(chain, &mapping.access, mapping.span) } else { None }
}

fn draft(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    mapping: &EventSourceMapping,
    missing: &[&'static str],
) -> Draft {
    let actions = code_list(missing.iter().copied());
    let kind = kind_of(chain, mapping);
    let demand = Demand::new(&SOURCE_NETWORK, everything("ec2"));
    let demand = match kind {
        // The policy is made for MSK.
        Some(SourceKind::Mq | SourceKind::DocumentDb) => demand.by_statement(),
        _ => demand,
    };
    let severity = if is_enabled(chain, mapping).is_true() { META.severity } else { Severity::Low };
    let label = "cannot be reached with role {role}";
    let draft = Draft::new(&META, severity, mapping.span, label)
        .message(format!(
            "Lambda cannot reach the event source of {{functions}} in its VPC: role {{role}} \
             does not allow {actions}"
        ))
        .meet(chain, role, &[(demand, missing.to_vec())]);
    let draft = if kind == Some(SourceKind::Msk) {
        draft.waits_for_grant(chain, role, &mapping.header)
    } else {
        draft
    };
    let draft = draft.label(chain.function.header.span, "is invoked by this mapping");
    unmet(draft, chain, role, &mapping.header, &actions)
}
