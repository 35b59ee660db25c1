//! Which features depend on a policy that should not be there, so that advice to replace it names
//! what has to go with it.

use std::collections::BTreeSet;

use iacscan_core::{Finding, Located, RuleId, Severity, Step, Text};
use iacscan_graph::{Attached, Chain, ExecutionRole, Grant, Reached};
use iacscan_iam::aws::Tier;
use iacscan_iam::{Case, Resolve, matches_pattern};
use indexmap::{IndexMap, IndexSet};

use super::features::{BASIC, CONTAIN_BASIC};
use super::remedies::phrase;
use super::words::list;
use crate::{Context, Report, rule};

/// The rules that report what a feature lacks, and the feature in their name.
const FEATURES: &[(RuleId, &str)] = &[
    ("missing-logs-permission", LOGS),
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

const LOGS: &str = "logs";

/// What this reports as low is documented as needed, and nothing fails without it.
const NETWORK: RuleId = "missing-vpc-permission";

/// Advice, and behind it what features need that nothing gives but one of the grants to remove.
pub(crate) fn with_depending(
    advice: &str,
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    is_removed: impl Fn(&Grant<'_>) -> bool,
) -> String {
    let replacing = replacing(context, role, is_removed, |_| false);
    replacing.map_or_else(|| advice.to_owned(), |replacing| replacing.behind(advice))
}

/// What has to go with advice to replace a policy or a part of it.
pub(crate) struct Replacing {
    steps: Vec<String>,
    /// It is to let functions write their logs, and nothing else.
    pub(crate) is_for_logs: bool,
}

impl Replacing {
    /// The advice, and what has to go with it.
    pub(crate) fn behind(&self, advice: &str) -> String {
        let steps = self.steps();
        format!("{advice} Parts of the configuration depend on it too: in its place {steps}.")
    }

    /// What is to be done, as the end of a sentence.
    pub(crate) fn steps(&self) -> String {
        self.steps.join(", and ")
    }
}

/// What the features need that only the wildcards of a statement give, where what it allows by name
/// stays.
pub(crate) fn replacing_wildcards(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    wildcards: &[&Located<Text>],
) -> Option<Replacing> {
    let items = reached.statement.actions.iter().flat_map(|actions| &actions.items.items);
    let staying: Vec<Text> = items
        .filter(|item| !wildcards.iter().any(|wildcard| std::ptr::eq(*wildcard, &item.item)))
        .map(|item| role.graph.resolver().resolve(&item.item.value).into_owned())
        .collect();
    let allows = |action: &str| {
        let action = Text::literal(action);
        staying.iter().any(|it| matches_pattern(it, &action, Case::Insensitive).is_true())
    };
    replacing(context, role, |grant| std::ptr::eq(grant.statement, reached.statement), allows)
}

/// What features need that nothing gives but one of the grants to remove, of which the actions that
/// stay are still allowed.
fn replacing(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    is_removed: impl Fn(&Grant<'_>) -> bool,
    stays: impl Fn(&str) -> bool,
) -> Option<Replacing> {
    let is_met = |finding: &Finding| {
        finding.remedies.iter().any(|remedy| {
            remedy.iter().all(|step| match step {
                Step::Allow { actions, .. } => actions.iter().all(|action| stays(action)),
                _ => false,
            })
        })
    };
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
        return None;
    }
    // Each of several broad policies is to go: none of them is what another's features are left to.
    let counts = |grant: &Grant<'_>| is_removed(grant) || !is_broad(grant.attached);
    let with = context.with_chains(chains.iter().filter_map(|chain| chain.keeping(counts)));
    let goes = |grant: &Grant<'_>| !is_removed(grant) && counts(grant);
    let without = context.with_chains(chains.iter().filter_map(|chain| chain.keeping(goes)));
    let mut purposes: IndexMap<Step, IndexSet<&str>> = IndexMap::new();
    for (id, feature) in FEATURES {
        let known: BTreeSet<String> = reported(&with, id).map(|finding| finding.message).collect();
        let lost = reported(&without, id).filter(|finding| !known.contains(&finding.message));
        let lost = lost.filter(|finding| !is_met(finding));
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
    let is_for_logs = purposes.values().flatten().all(|feature| *feature == LOGS);
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
    (!steps.is_empty()).then_some(Replacing { steps, is_for_logs })
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
