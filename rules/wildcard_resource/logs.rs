//! The log groups that the functions of a role write to themselves.

use iacscan_core::Text;
use iacscan_graph::ExecutionRole;
use iacscan_iam::Resolve;

use crate::Context;
use crate::needs::{DEFAULT_GROUPS, log_group_name};

/// The names of the log groups of all functions that run with a role. Never empty.
pub(super) struct OwnGroups(Vec<Text>);

impl OwnGroups {
    /// `None` where a function has others at the edge, or may have in what is not looked at.
    pub(super) fn of(context: &Context<'_>, role: &ExecutionRole<'_>) -> Option<Self> {
        let resolver = role.graph.resolver();
        let mut names: Vec<Text> = Vec::new();
        for user in role.functions {
            let chains = context.chains_of(user.item);
            if context.runs_at_edge(user.item) || chains.iter().any(|it| it.world.leaves_out()) {
                return None;
            }
            for chain in chains {
                let name = resolver.resolve(&log_group_name(chain)).into_owned();
                // What is not known may be another each time.
                if name.first_unknown().is_some() || !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        (!names.is_empty()).then_some(Self(names))
    }

    /// The names besides those of groups that stand beside the statement.
    pub(super) fn besides(&self, declared: &[Text]) -> Self {
        Self(self.0.iter().filter(|name| !declared.contains(name)).cloned().collect())
    }

    pub(super) fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn contain(&self, name: &Text) -> bool {
        name.first_unknown().is_none() && self.0.contains(name)
    }

    /// The name of the only one, or what stands for those of all: `None` where they are not alike.
    pub(super) fn form(&self) -> Option<String> {
        if let [only] = self.0.as_slice()
            && let Some(name) = only.as_known()
        {
            return Some(name.to_string());
        }
        let is_default = |name: &Text| name.known_prefix().starts_with(DEFAULT_GROUPS);
        self.0.iter().all(is_default).then(|| format!("{DEFAULT_GROUPS}${{FunctionName}}"))
    }
}
