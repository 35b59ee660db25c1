//! The rules a scan knows, and which of them it checks.

use std::collections::BTreeSet;

use iacscan_core::{RuleGroup, RuleId, RuleMeta};
use iacscan_graph::Graph;
use iacscan_rules::{Checked, INPUT_RULES, RULES, RoleDemand};

use crate::config::{Config, Demand, Requirement};
use crate::names;

/// Reported by the suppressions themselves.
pub(crate) const UNUSED_SUPPRESSION: RuleId = "unused-suppression";
/// Reported by the suppressions themselves.
pub(crate) const INVALID_SUPPRESSION: RuleId = "invalid-suppression";

/// Every rule, sorted by id.
#[must_use]
pub(crate) fn all() -> Vec<&'static RuleMeta> {
    let checked = RULES.iter().map(|rule| rule.meta());
    let mut rules: Vec<&'static RuleMeta> = INPUT_RULES.iter().chain(checked).collect();
    rules.sort_by_key(|rule| rule.id);
    rules
}

/// Runs the selected rules over a graph, on the threads of the current rayon pool.
pub(crate) fn check(graph: &Graph, config: &Config, selection: &Selection) -> Checked {
    let allow_roles = config
        .rules
        .iter()
        .filter(|(_, settings)| !settings.allow_roles.is_empty())
        .map(|(rule, settings)| (iacscan_core::Str::from(*rule), settings.allow_roles.clone()))
        .collect();
    let baseline = config.baseline.iter().map(requirement).collect();
    let switches = config
        .rules
        .iter()
        .flat_map(|(rule, settings)| settings.switches.iter().map(|switch| (*rule, *switch)))
        .collect();
    let options = iacscan_rules::Options { allow_roles, baseline, switches };
    iacscan_rules::check(graph, &options, |rule| selection.contains(rule))
}

/// An entry of the configuration's `baseline` as rules take it.
fn requirement(entry: &Requirement) -> iacscan_rules::Requirement {
    iacscan_rules::Requirement {
        when: iacscan_rules::When {
            vpc: entry.when.vpc,
            tracing: entry.when.tracing,
            event_source: entry.when.event_source.clone(),
        },
        demand: match &entry.demand {
            Demand::ManagedPolicy(policy) => RoleDemand::ManagedPolicy(policy.value.clone()),
            Demand::Actions(actions) => {
                RoleDemand::Actions(actions.iter().map(|action| action.value.clone()).collect())
            }
            Demand::PermissionsBoundary(boundary) => {
                RoleDemand::PermissionsBoundary(boundary.value.clone())
            }
        },
    }
}

/// The rule with this id.
///
/// # Errors
///
/// An id that no rule has, with the nearest one.
pub(crate) fn find(id: &str) -> Result<&'static RuleMeta, UnknownRule> {
    let rules = all();
    let unknown = || UnknownRule {
        id: id.to_owned(),
        nearest: names::nearest(id, rules.iter().map(|rule| rule.id)).map(str::to_owned),
    };
    rules.iter().find(|rule| rule.id == id).copied().ok_or_else(unknown)
}

/// An id that no rule has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule `{id}`{}", hint(.nearest.as_deref()))]
pub(crate) struct UnknownRule {
    id: String,
    nearest: Option<String>,
}

fn hint(nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None => "; `iacscan rules` lists them".to_owned(),
    }
}

/// Which rules are checked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// Only these; all when there are none.
    select: BTreeSet<RuleId>,
    ignore: BTreeSet<RuleId>,
}

impl Selection {
    /// Those of `select` (all when it is empty) without those of `ignore`.
    ///
    /// # Errors
    ///
    /// At the first id that no rule has.
    pub(crate) fn new(select: &[String], ignore: &[String]) -> Result<Self, UnknownRule> {
        let ids = |ids: &[String]| -> Result<BTreeSet<RuleId>, UnknownRule> {
            ids.iter().map(|id| find(id.trim()).map(|rule| rule.id)).collect()
        };
        Ok(Self { select: ids(select)?, ignore: ids(ignore)? })
    }

    /// The rules of a group alone.
    pub(crate) fn group(group: RuleGroup) -> Self {
        let rules = all().into_iter().filter(|rule| rule.group == group);
        Self { select: rules.map(|rule| rule.id).collect(), ignore: BTreeSet::new() }
    }

    /// Turns a rule off. One that was selected by name stays on.
    pub(crate) fn turn_off(&mut self, rule: RuleId) {
        if !self.select.contains(rule) {
            self.ignore.insert(rule);
        }
    }

    /// Whether a rule is checked.
    #[must_use]
    pub(crate) fn contains(&self, rule: &str) -> bool {
        (self.select.is_empty() || self.select.contains(rule)) && !self.ignore.contains(rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn rules_are_sorted_and_unique() {
        let rules = all();
        assert!(rules.is_sorted_by(|a, b| a.id < b.id));
        assert_eq!(find("syntax-error").unwrap().id, "syntax-error");
    }

    #[test]
    fn selections_name_rules() {
        let error = Selection::new(&ids(&["syntax-eror"]), &[]).unwrap_err();
        assert!(error.to_string().contains("did you mean `syntax-error`?"), "{error}");
        let error = Selection::new(&[], &ids(&["quite-something-else"])).unwrap_err();
        assert!(error.to_string().contains("`iacscan rules`"), "{error}");

        let mut some = Selection::new(&ids(&["syntax-error", " duplicate-key"]), &[]).unwrap();
        assert!(some.contains("duplicate-key") && !some.contains("limit-exceeded"));
        some.turn_off("syntax-error");
        assert!(some.contains("syntax-error"), "named on the command line");

        let mut all = Selection::new(&[], &ids(&["syntax-error"])).unwrap();
        all.turn_off("limit-exceeded");
        assert!(all.contains("duplicate-key"));
        assert!(!all.contains("syntax-error") && !all.contains("limit-exceeded"));
    }
}
