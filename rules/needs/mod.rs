//! What features of a function need of its role: one table from which the baseline rules, their
//! suggestions and the sections *What is needed* of their pages derive.

mod demand;
mod logs;
mod meet;
mod own;
mod resources;
mod sources;
mod table;
mod targets;
#[cfg(test)]
mod tests;

pub(crate) use demand::{Demand, Lacking, actions_of, all_met, lacking};
pub(crate) use logs::{granted_elsewhere, may_be_own, may_write_at_edge, missing_logs};
pub(crate) use meet::{can_be_given, choice_of, said_of_policies};
pub(crate) use own::is_unlimited;
pub(crate) use resources::{
    DEFAULT_GROUPS, arn, arn_pattern, durable_execution, durable_versions, edge_log_stream,
    everything, generated, log_group, log_group_name, log_stream, split, streams_of,
};
pub(crate) use sources::{
    access_gap, demands, is_checked, is_enabled, kind_of, possible_demands, source_gap, source_of,
};
pub(crate) use table::*;
pub(crate) use targets::{Target, deliveries, deliveries_to_any, is_checked_destination};

use iacscan_core::{RuleId, Text, Truth};
use iacscan_graph::{Chain, Grant};

/// What one feature needs.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// The feature, as words of a sentence.
    pub feature: &'static str,
    /// The rules that report its lack.
    pub rules: &'static [RuleId],
    /// The actions.
    pub actions: &'static [&'static str],
    /// How many of the actions it takes.
    pub enough: Enough,
    /// What the actions are granted on.
    pub on: On,
    /// The AWS managed policy that supplies them, by name.
    pub managed: Option<&'static str>,
}

/// How many of a need's actions it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enough {
    /// All of them.
    All,
    /// Any one.
    One,
    /// Any one, as older versions of a feature differ from newer ones, which take so many of the
    /// first.
    First(usize),
}

/// What a need's actions are granted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// All resources: the actions cannot be scoped, or AWS checks them unscoped.
    Everything,
    /// A resource that the function's configuration names, in words.
    Resource(&'static str),
    /// Any resource: the actions know none, or several kinds.
    Somewhere,
    /// Resources of this service and form that the configuration does not name (the parameter group
    /// of a cluster), so that a grant on any resource counts.
    Any(&'static str, &'static str),
}

/// What the features that a rule is about need, in the order of its page.
pub fn needs(rule: &str) -> impl Iterator<Item = &'static Need> {
    NEEDS.iter().filter(move |need| need.rules.contains(&rule))
}

impl Need {
    /// The actions that the role certainly does not allow on the resource, and that no policy of
    /// the resource lets it.
    pub(crate) fn missing(&self, chain: &Chain<'_>, resource: &Text) -> Vec<&'static str> {
        self.lacking(|action| self.allowed(chain, action, resource))
    }

    /// Whether the role allows one of the actions on the resource, or the resource lets it.
    fn allowed(&self, chain: &Chain<'_>, action: &str, resource: &Text) -> Truth {
        match self.on {
            On::Somewhere | On::Any(..) => chain.allows_somewhere(action),
            On::Everything | On::Resource(_) => chain.allows_or_is_let(action, resource),
        }
    }

    /// The actions that the role certainly does not allow on the resource by these grants.
    pub(crate) fn lacking_by(
        &self,
        chain: &Chain<'_>,
        resource: &Text,
        counts: impl Fn(&Grant<'_>) -> bool,
    ) -> Vec<&'static str> {
        self.lacking(|action| chain.allows_by(action, resource, &counts))
    }

    fn lacking(&self, allowed: impl Fn(&str) -> Truth) -> Vec<&'static str> {
        self.actions.iter().copied().filter(|action| allowed(action).is_false()).collect()
    }

    /// Whether the role allows all actions on the resource.
    pub(crate) fn satisfied(&self, chain: &Chain<'_>, resource: &Text) -> Truth {
        Truth::all(self.actions.iter().map(|action| chain.allows(action, resource)))
    }

    /// The ARN of the managed policy, for help texts.
    pub(crate) fn managed_arn(&self) -> Option<String> {
        Some(iacscan_iam::aws::managed_policy(self.managed?)?.arn("aws"))
    }
}
