//! Which features depend on a policy that should not be there, so that advice to replace it names
//! what has to go with it.

use std::collections::BTreeSet;

use iacscan_core::{Finding, RuleId, Severity, Step};
use iacscan_graph::{Attached, Chain, ExecutionRole, Grant};
use iacscan_iam::aws::Tier;
use indexmap::{IndexMap, IndexSet};

use super::features::{BASIC, CONTAIN_BASIC};
use super::remedies::phrase;
use super::words::list;
use crate::{Context, Report, rule};

/// The rules that report what a feature lacks, and the feature in their name.
const FEATURES: &[(RuleId, &str)] = &[
    ("missing-logs-permission", "logs"),
    (NETWORK, "the VPC configuration"),
    ("missing-tracing-permission", "active tracing"),
    ("missing-layer-permission", "the layer"),
    ("missing-event-source-permission", "the event source"),
    ("missing-event-source-network-permission", "the network of the event source"),
    ("missing-source-secret-permission", "the credentials or key of the event source"),
    ("missing-dead-letter-permission", "the dead letter queue"),
    ("missing-destination-permission", "the destination"),
    ("missing-file-system-permission", "the file system"),
    ("missing-durable-permission", "durable executions"),
];

/// What this reports as low is documented as needed, and nothing fails without it.
const NETWORK: RuleId = "missing-vpc-permission";

/// Advice, and behind it what features need that nothing gives but one of the grants to remove.
pub(crate) fn with_depending(
    advice: &str,
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    is_removed: impl Fn(&Grant<'_>) -> bool,
) -> String {
    let chains: Vec<&Chain<'_>> = role
        .functions
        .iter()
        .flat_map(|user| context.chains_of(user.item))
        .filter(|chain| {
            chain
                .closed()
                .is_some_and(|closed| closed.id == role.id && closed.grants.iter().any(&is_removed))
        })
        .collect();
    if chains.is_empty() {
        return advice.to_owned();
    }
    // Each of several broad policies is to go: none of them is what another's features are left to.
    let stays = |grant: &Grant<'_>| is_removed(grant) || !is_broad(grant.attached);
    let with = context.with_chains(chains.iter().filter_map(|chain| chain.keeping(stays)));
    let goes = |grant: &Grant<'_>| !is_removed(grant) && stays(grant);
    let without = context.with_chains(chains.iter().filter_map(|chain| chain.keeping(goes)));
    let mut purposes: IndexMap<Step, IndexSet<&str>> = IndexMap::new();
    for (id, feature) in FEATURES {
        let known: BTreeSet<String> = reported(&with, id).map(|finding| finding.message).collect();
        let lost = reported(&without, id).filter(|finding| !known.contains(&finding.message));
        for step in lost.filter_map(|finding| finding.remedies.into_iter().next()).flatten() {
            purposes.entry(step).or_default().insert(feature);
        }
    }
    let contains_basic = |step: &Step| attaches(step).is_some_and(|it| CONTAIN_BASIC.contains(&it));
    if let Some(at) = purposes.keys().position(contains_basic)
        && let Some(basic) = purposes.keys().position(|step| attaches(step) == Some(BASIC))
        && let Some((_, features)) = purposes.get_index(basic)
    {
        let features = features.clone();
        if let Some((_, served)) = purposes.get_index_mut(at) {
            *served = features.into_iter().chain(served.drain(..)).collect();
        }
        purposes.shift_remove_index(basic);
    }
    let unit = context.graph.resolver().unit_of(&role.role.header.address);
    let language = unit.map(|unit| unit.language);
    // A list that is not there yet is written once.
    let are_several = purposes.keys().filter(|step| attaches(step).is_some()).count() > 1;
    let steps = purposes.into_iter().map(|(mut step, features)| {
        if let Step::Attach { new, .. } = &mut step
            && are_several
        {
            *new = None;
        }
        let features = list(features.iter().map(|&feature| feature.to_owned()));
        format!("{} for {features}", phrase(&step, language))
    });
    let steps: Vec<String> = steps.collect();
    if steps.is_empty() {
        return advice.to_owned();
    }
    format!(
        "{advice} Parts of the configuration depend on it too: in its place {}.",
        steps.join(", and ")
    )
}

/// The name of the policy that a step attaches.
fn attaches(step: &Step) -> Option<&str> {
    match step {
        Step::Attach { policy, .. } => policy.rsplit('/').next(),
        _ => None,
    }
}

/// Whether a policy is one of AWS's that administer or grant whole services.
fn is_broad(attached: &Attached) -> bool {
    let tier = attached.existing_aws().and_then(|policy| policy.breadth.tier);
    tier.is_some_and(|tier| tier != Tier::BroadData)
}

/// What a rule about a lack reports that a feature fails without.
fn reported(context: &Context<'_>, id: RuleId) -> impl Iterator<Item = Finding> + use<> {
    let findings = rule(id).map(|rule| {
        let mut report = Report::new(context, rule.meta());
        rule.check(context, &mut report);
        report.finish().0
    });
    let remarks = if id == NETWORK { Severity::Low } else { Severity::Info };
    findings.unwrap_or_default().into_iter().filter(move |finding| finding.severity > remarks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_about_what_features_need_is_asked() {
        let asked: BTreeSet<RuleId> = FEATURES.iter().map(|(id, _)| *id).collect();
        let needed: BTreeSet<RuleId> =
            crate::needs::NEEDS.iter().flat_map(|need| need.rules).copied().collect();
        assert_eq!(asked, needed);
    }
}
