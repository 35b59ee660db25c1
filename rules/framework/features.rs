//! Which features a function uses, and which AWS managed policies are made for them.

use std::collections::BTreeSet;

use iacscan_core::{Attribute, Gap, Property, Span, Truth, Unknown};
use iacscan_graph::nodes::{Function, SourceKind, Tracing};
use iacscan_graph::{Chain, ExecutionRole, FunctionId};

/// A policy that AWS made for one feature.
#[derive(Debug)]
pub(crate) struct FeaturePolicy {
    /// Its name.
    pub(crate) policy: &'static str,
    /// What it is for: "a VPC configuration".
    pub(crate) feature: &'static str,
    /// Whether a function uses that.
    pub(crate) used_by: fn(&ExecutionRole<'_>, FunctionId, &Function) -> Truth,
    /// Whether the code can need it without any configuration that says so.
    pub(crate) by_code: bool,
}

/// Every such policy, sorted by name.
pub(crate) const FEATURE_POLICIES: &[FeaturePolicy] = &[
    FeaturePolicy {
        policy: "AWSLambdaDynamoDBExecutionRole",
        feature: "a DynamoDB stream as event source",
        used_by: |role, id, _| polls(role, id, &[SourceKind::DynamoDb]),
        by_code: false,
    },
    FeaturePolicy {
        policy: "AWSLambdaENIManagementAccess",
        feature: "a VPC configuration",
        used_by: network,
        by_code: false,
    },
    FeaturePolicy {
        policy: "AWSLambdaKinesisExecutionRole",
        feature: "a Kinesis stream as event source",
        used_by: |role, id, _| polls(role, id, &[SourceKind::Kinesis]),
        by_code: false,
    },
    FeaturePolicy {
        policy: "AWSLambdaMSKExecutionRole",
        feature: "a Kafka cluster as event source",
        used_by: |role, id, _| polls(role, id, NETWORK_SOURCES),
        by_code: false,
    },
    FeaturePolicy {
        policy: "AWSLambdaRole",
        feature: "code that invokes functions",
        used_by: |_, _, _| Truth::False,
        by_code: true,
    },
    FeaturePolicy {
        policy: "AWSLambdaSQSQueueExecutionRole",
        feature: "a queue as event source",
        used_by: |role, id, _| polls(role, id, &[SourceKind::Sqs]),
        by_code: false,
    },
    FeaturePolicy {
        policy: "AWSLambdaVPCAccessExecutionRole",
        feature: "a VPC configuration",
        used_by: network,
        by_code: false,
    },
    FeaturePolicy {
        policy: "AWSXRayDaemonWriteAccess",
        feature: "active tracing",
        used_by: traces,
        by_code: true,
    },
    FeaturePolicy {
        policy: "AWSXrayWriteOnlyAccess",
        feature: "active tracing",
        used_by: traces,
        by_code: true,
    },
    FeaturePolicy {
        policy: "CloudWatchLambdaInsightsExecutionRolePolicy",
        feature: "the Lambda Insights layer",
        used_by: |_, _, function| {
            function.container_image.or(has_layer(function, "LambdaInsightsExtension"))
        },
        by_code: false,
    },
];

/// The policy for logs alone.
pub(crate) const BASIC: &str = "AWSLambdaBasicExecutionRole";

/// Policies that contain all of the basic one.
pub(crate) const CONTAIN_BASIC: &[&str] = &[
    "AWSLambdaBasicDurableExecutionRolePolicy",
    "AWSLambdaDynamoDBExecutionRole",
    "AWSLambdaKinesisExecutionRole",
    "AWSLambdaMSKExecutionRole",
    "AWSLambdaSQSQueueExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
];

/// Where a function is attached to a VPC, when it certainly is.
pub(crate) fn vpc_attachment(chain: &Chain<'_>) -> Option<Span> {
    let Some(Attribute::Known(vpc)) = chain.get(&chain.function.vpc) else { return None };
    let attached = vpc.value.attached.and(!chain.function.capacity_provider);
    attached.is_true().then_some(vpc.span)
}

/// What is in doubt when it is not known whether a function is attached to a VPC.
pub(crate) const VPC_FEATURE: &str = "its VPC configuration";

/// Where and why it is not known whether a function is attached to a VPC.
pub(crate) fn vpc_gap(chain: &Chain<'_>) -> Option<Gap> {
    match chain.get(&chain.function.vpc)? {
        Attribute::Absent => None,
        Attribute::Unknown(span, unknown) => Some(Gap { span: *span, unknown: *unknown }),
        Attribute::Known(vpc) => {
            let attached = vpc.value.attached.and(!chain.function.capacity_provider);
            let gap = vpc.value.gap.unwrap_or(Gap { span: vpc.span, unknown: Unknown::Computed });
            attached.is_unknown().then_some(gap)
        }
    }
}

/// Sources that Lambda reaches through network interfaces in a VPC.
const NETWORK_SOURCES: &[SourceKind] =
    &[SourceKind::Msk, SourceKind::SelfManagedKafka, SourceKind::Mq, SourceKind::DocumentDb];

/// Whether Lambda makes network interfaces for a function of the role.
pub(crate) fn is_in_network(role: &ExecutionRole<'_>) -> Truth {
    Truth::any(role.functions.iter().map(|user| match role.graph.function(user.item) {
        Some(function) => network(role, user.item, function),
        None => Truth::Unknown,
    }))
}

/// Whether nothing outside of what is known can run with the role.
pub(crate) fn all_users_are_known(role: &ExecutionRole<'_>) -> bool {
    let graph = role.graph;
    let Some(index) = graph.unit_of_role(role.id) else { return false };
    let Some(unit) = graph.units().get(index) else { return false };
    let exported = unit.exported().any(|target| *target == role.role.header.address);
    !role.functions.is_empty()
        && unit.open_world.is_empty()
        && !exported
        && !graph.unlinked(index).roles
}

fn network(role: &ExecutionRole<'_>, id: FunctionId, function: &Function) -> Truth {
    let attached = in_some_branch(&function.vpc, |vpc| vpc.attached);
    let attached = attached.or(perhaps(function.by_input.vpc));
    attached.or(function.capacity_provider).or(polls(role, id, NETWORK_SOURCES))
}

fn traces(_: &ExecutionRole<'_>, _: FunctionId, function: &Function) -> Truth {
    let active = in_some_branch(&function.tracing, |tracing| match tracing {
        Tracing::Active => Truth::True,
        Tracing::Passive => Truth::False,
    });
    let active = active.or(perhaps(function.by_input.tracing));
    active.or(has_layer(function, "AWSOpenTelemetryDistro")).or(has_layer(function, "aws-otel-"))
}

/// What a value says that need not be the same in another deployment.
const fn perhaps(by_input: bool) -> Truth {
    if by_input { Truth::Unknown } else { Truth::False }
}

/// Whether a feature is in use in some branch: false when it certainly is in none.
fn in_some_branch<T>(property: &Property<T>, is_used: impl Fn(&T) -> Truth) -> Truth {
    Truth::any(property.iter().map(|branch| match &branch.item {
        Attribute::Absent => Truth::False,
        Attribute::Known(value) => is_used(&value.value),
        Attribute::Unknown(..) => Truth::Unknown,
    }))
}

/// Whether some layer's ARN has this part of a name.
fn has_layer(function: &Function, part: &str) -> Truth {
    let by_input = perhaps(function.by_input.layers);
    let known =
        by_input.or(Truth::any(function.layers.all().map(|layer| match layer.value.as_known() {
            Some(arn) => arn.contains(part).into(),
            None if layer.value.to_string().contains(part) => Truth::True,
            None => Truth::Unknown,
        })));
    if function.layers.gaps.is_empty() { known } else { known.or(Truth::Unknown) }
}

/// Whether one of these kinds of sources is polled for the function.
fn polls(role: &ExecutionRole<'_>, id: FunctionId, kinds: &[SourceKind]) -> Truth {
    let graph = role.graph;
    let known = graph.mappings_of(id).iter().filter_map(|link| graph.mapping(link.item));
    let known = Truth::any(known.map(|mapping| match graph.source_kind(mapping) {
        Some(kind) => kinds.contains(&kind).into(),
        None => Truth::Unknown,
    }));
    // A mapping whose function is not known may be one of this function, and so may one elsewhere.
    let unlinked = graph.unit_index(id).is_none_or(|unit| graph.unlinked(unit).mappings);
    if unlinked || graph.is_exported(id) { known.or(Truth::Unknown) } else { known }
}

/// The kinds of sources that are polled for the functions of a role; `None` when one of them is not
/// known.
pub(crate) fn sources_of(role: &ExecutionRole<'_>) -> Option<BTreeSet<SourceKind>> {
    let graph = role.graph;
    role.functions
        .iter()
        .flat_map(|user| graph.mappings_of(user.item))
        .map(|link| graph.source_kind(graph.mapping(link.item)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::FEATURE_POLICIES;

    #[test]
    fn feature_policies_exist() {
        assert!(FEATURE_POLICIES.is_sorted_by_key(|feature| feature.policy));
        for feature in FEATURE_POLICIES {
            assert!(iacscan_iam::aws::managed_policy(feature.policy).is_some());
        }
    }
}
