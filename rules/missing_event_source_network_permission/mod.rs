//! A source inside a VPC is polled with a role that cannot manage network interfaces.

use iacscan_core::{RuleGroup, RuleMeta, Severity, Truth};
use iacscan_graph::nodes::{EventSourceMapping, SourceKind};
use iacscan_graph::{Chain, LinkedRole};

use crate::framework::unmet;
use crate::framework::words::code_list;
use crate::needs::{Demand, SOURCE_NETWORK, everything, is_enabled, kind_of};
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
                if !is_in_vpc(chain, mapping).is_true() {
                    continue;
                }
                let missing = SOURCE_NETWORK.missing(chain, &everything("ec2"));
                if !missing.is_empty() {
                    report.in_chain(chain, draft(chain, role, mapping, &missing));
                }
            }
        }
    }
}

/// Whether Lambda reaches the source through interfaces in the source's VPC. Kafka outside of MSK
/// may be public; then nothing names subnets.
fn is_in_vpc(chain: &Chain<'_>, mapping: &EventSourceMapping) -> Truth {
    match kind_of(chain, mapping) {
        Some(SourceKind::Msk | SourceKind::Mq | SourceKind::DocumentDb) => Truth::True,
        Some(SourceKind::SelfManagedKafka) => {
            let named = mapping.access.in_world(&chain.world).any(|access| {
                let kind = access.kind.value.as_str();
                matches!(kind, Some("VPC_SUBNET" | "VPC_SECURITY_GROUP"))
            });
            named.into()
        }
        Some(SourceKind::Sqs | SourceKind::Kinesis | SourceKind::DynamoDb) => Truth::False,
        None => Truth::Unknown,
    }
}

fn draft(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    mapping: &EventSourceMapping,
    missing: &[&'static str],
) -> Draft {
    let actions = code_list(missing.iter().copied());
    let demand = Demand::new(&SOURCE_NETWORK, everything("ec2"));
    let severity = if is_enabled(chain, mapping).is_true() { META.severity } else { Severity::Low };
    let label = "cannot be reached with role {role}";
    let draft = Draft::new(&META, severity, mapping.span, label)
        .message(format!(
            "Lambda cannot reach the event source of {{functions}} in its VPC: role {{role}} \
             does not allow {actions}"
        ))
        .meet(chain, role, &[(demand, missing.to_vec())])
        .label(chain.function.header.span, "is invoked by this mapping");
    unmet(draft, chain, role, &mapping.header, &actions)
}
