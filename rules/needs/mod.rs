//! What features of a function need of its role, from which the baseline rules and their
//! suggestions derive.

mod demand;
mod logs;
mod meet;
mod resources;
mod sources;
mod table;
mod targets;
#[cfg(test)]
mod tests;

pub(crate) use demand::{Demand, Lacking, actions_of, all_met, lacking};
pub(crate) use logs::{granted_elsewhere, may_write_at_edge};
pub(crate) use resources::{
    arn_pattern, durable_execution, durable_versions, edge_log_stream, everything, generated,
    log_group_name, log_stream, streams_of,
};
pub(crate) use sources::{access_gap, demands, demands_of_any, is_enabled, kind_of, source_of};
pub(crate) use table::*;
pub(crate) use targets::{Target, deliveries, deliveries_to_any};

use iacscan_core::{Text, Truth};
use iacscan_graph::{Chain, Grant};

/// What one feature needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    /// The actions, all of them.
    pub(crate) actions: &'static [&'static str],
    /// Whether the actions are granted on a resource or on `*` alone.
    pub(crate) on: On,
    /// The AWS managed policy that supplies them, by name.
    pub(crate) managed: Option<&'static str>,
}

/// What a need's actions are granted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    /// All resources: the actions cannot be scoped, or AWS checks them unscoped.
    Everything,
    /// A resource that the function's configuration names.
    Resource,
    /// Any resource: the actions know none.
    Somewhere,
    /// Resources of this service and form that the configuration does not name (the parameter group
    /// of a cluster), so that a grant on any resource counts.
    Any(&'static str, &'static str),
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
            On::Everything | On::Resource => chain.allows_or_is_let(action, resource),
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
