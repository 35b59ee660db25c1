//! How much a policy grants without any limit: breadth tiers.
//!
//! Tiers are judged by the document alone, over its *unlimited* statements:
//! `Effect: Allow`, no `Condition`, and a resource that leaves nothing out. A
//! name counts in one place, [`Tier::NearlyFullService`].

use std::collections::{BTreeMap, BTreeSet};

use iacscan_core::{Text, Truth};
use serde_json::Value;

use crate::is_effectively_all;

use super::actions::{action, actions_matching, actions_of};
use super::pattern::Pattern;
use super::tier_lists::{
    ADMINISTRATOR_NAMES, DATA_ACTIONS, ESCALATION_ACTIONS, SENSITIVE_SERVICES,
};

/// Breadth tiers, the broadest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Every action, or all but some (`NotAction`).
    Everything,
    /// An action by which the holder can give itself more.
    Escalation,
    /// `svc:*` of five services or more.
    ManyServices,
    /// `svc:*` of a service that holds data, guards or runs the account.
    SensitiveService,
    /// `svc:*` of another service.
    OtherService,
    /// Seven tenths of a service's actions, under an administrator's name.
    NearlyFullService,
    /// Reads or writes data wherever it is.
    BroadData,
}

impl Tier {
    /// A short stable name: `T0` to `T5`, and `NEAR` between the last two.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Everything => "T0",
            Self::Escalation => "T1",
            Self::ManyServices => "T2",
            Self::SensitiveService => "T3",
            Self::OtherService => "T4",
            Self::NearlyFullService => "NEAR",
            Self::BroadData => "T5",
        }
    }
}

/// What the unlimited statements of a document grant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breadth {
    /// The broadest tier that fits, if any does.
    pub tier: Option<Tier>,
    /// The prefixes granted as `svc:*`, in lower case, sorted. Empty for
    /// [`Tier::Everything`] unless they are named too.
    pub full_services: Vec<String>,
    /// The escalation actions granted, sorted.
    pub escalation_actions: Vec<&'static str>,
    /// The services granted nearly in full, sorted by prefix; looked for only
    /// when no broader tier fits.
    pub nearly_full_services: Vec<NearlyFullService>,
    /// The broad data actions granted, sorted.
    pub data_actions: Vec<&'static str>,
}

/// A service of which a policy grants most actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NearlyFullService {
    /// The service prefix.
    pub service: &'static str,
    /// How many of its actions are granted.
    pub granted: usize,
    /// How many it has.
    pub total: usize,
}

/// The tier that `svc:*` alone has: [`Tier::SensitiveService`] or
/// [`Tier::OtherService`], whether or not the prefix is one AWS has.
#[must_use]
pub fn tier_of_service(prefix: &str) -> Tier {
    if contains(SENSITIVE_SERVICES, prefix) { Tier::SensitiveService } else { Tier::OtherService }
}

/// Whether an action lets its holder gain permissions when granted on every
/// resource.
#[must_use]
pub fn is_escalation_action(full_name: &str) -> bool {
    contains(ESCALATION_ACTIONS, full_name)
}

/// Whether an action reads or writes what customers store or send.
#[must_use]
pub fn is_broad_data_action(full_name: &str) -> bool {
    contains(DATA_ACTIONS, full_name)
}

/// The breadth of a policy document under a policy's name.
///
/// What is not shaped as a policy grants nothing.
#[must_use]
pub fn breadth(name: &str, document: &Value) -> Breadth {
    let mut patterns = BTreeSet::new();
    let mut everything = false;
    for statement in members(document.get("Statement")).filter(|s| is_unlimited(s)) {
        everything |= statement.get("NotAction").is_some();
        patterns.extend(
            members(statement.get("Action")).filter_map(Value::as_str).map(str::to_ascii_lowercase),
        );
    }
    let full_services = full_services(&patterns);
    let compiled: Vec<Pattern> = patterns.iter().map(|p| Pattern::new(p)).collect();
    everything |= compiled.iter().any(Pattern::is_every_action);
    let granted = |list: &[&'static str]| -> Vec<&'static str> {
        list.iter()
            .copied()
            .filter(|action| compiled.iter().any(|pattern| pattern.matches(action)))
            .collect()
    };
    let escalation_actions = granted(ESCALATION_ACTIONS);
    let data_actions = granted(DATA_ACTIONS);

    let mut nearly_full_services = Vec::new();
    let tier = if everything {
        Some(Tier::Everything)
    } else if !escalation_actions.is_empty() {
        Some(Tier::Escalation)
    } else if full_services.len() >= MANY_SERVICES {
        Some(Tier::ManyServices)
    } else if let Some(tier) = full_services.iter().map(|s| tier_of_service(s)).min() {
        Some(tier)
    } else {
        if sounds_like_an_administrator(name) {
            nearly_full_services = find_nearly_full_services(&patterns);
        }
        if !nearly_full_services.is_empty() {
            Some(Tier::NearlyFullService)
        } else if !data_actions.is_empty() {
            Some(Tier::BroadData)
        } else {
            None
        }
    };
    Breadth { tier, full_services, escalation_actions, nearly_full_services, data_actions }
}

/// A value, or the members of a list of values.
fn members(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let (list, single) = match value {
        Some(Value::Array(list)) => (list.as_slice(), None),
        other => (&[][..], other),
    };
    list.iter().chain(single)
}

fn is_unlimited(statement: &Value) -> bool {
    statement.get("Effect").and_then(Value::as_str) == Some("Allow")
        && statement.get("Condition").is_none()
        && (statement.get("NotResource").is_some()
            || members(statement.get("Resource"))
                .filter_map(Value::as_str)
                .any(|resource| is_effectively_all(&Text::from(resource)) == Truth::True))
}

fn full_services(patterns: &BTreeSet<String>) -> Vec<String> {
    patterns
        .iter()
        .filter_map(|pattern| pattern.split_once(':'))
        .filter(|(prefix, name)| {
            !prefix.contains(['*', '?']) && name.contains('*') && name.bytes().all(|b| b == b'*')
        })
        .map(|(prefix, _)| prefix.to_owned())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn find_nearly_full_services(patterns: &BTreeSet<String>) -> Vec<NearlyFullService> {
    let mut granted: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
    let actions = patterns.iter().flat_map(|pattern| {
        let exact = (!pattern.contains(['*', '?'])).then(|| action(pattern));
        let expanded = exact.is_none().then(|| actions_matching(pattern));
        exact.flatten().into_iter().chain(expanded.into_iter().flatten())
    });
    for action in actions {
        granted.entry(action.service()).or_default().insert(action.name());
    }
    granted
        .into_iter()
        .map(|(service, names)| NearlyFullService {
            service,
            granted: names.len(),
            total: actions_of(service).count(),
        })
        .filter(|it| it.total >= MIN_ACTIONS && it.granted * 10 >= it.total * 7)
        .collect()
}

fn sounds_like_an_administrator(name: &str) -> bool {
    ADMINISTRATOR_NAMES.iter().any(|part| name.contains(part))
}

/// Whether a list holds an item, but for case.
fn contains(list: &[&str], item: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(item))
}

/// From how many services in full on a policy counts as [`Tier::ManyServices`].
const MANY_SERVICES: usize = 5;

/// A share of fewer actions than these says nothing.
const MIN_ACTIONS: usize = 8;

#[cfg(test)]
#[path = "tier_tests.rs"]
mod tests;
