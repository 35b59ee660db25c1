//! What rules ask.

use std::collections::BTreeMap;

use iacscan_core::Str;
use iacscan_graph::{Chain, ExecutionRole, FunctionId, Graph};
use rayon::prelude::*;

/// What the configuration says to rules.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Per rule id: globs of role names and addresses that it lets pass.
    pub allow_roles: BTreeMap<Str, Vec<Str>>,
}

/// A graph with what every rule shares, computed once.
#[derive(Debug)]
pub struct Context<'g> {
    /// The graph.
    pub graph: &'g Graph,
    /// What the configuration says.
    pub options: &'g Options,
    chains: Vec<Vec<Chain<'g>>>,
    roles: Vec<ExecutionRole<'g>>,
}

impl<'g> Context<'g> {
    pub(crate) fn new(graph: &'g Graph, options: &'g Options) -> Self {
        let ids: Vec<FunctionId> = graph.functions().map(|(id, _)| id).collect();
        Self {
            graph,
            options,
            chains: ids.into_par_iter().map(|id| graph.chains(id)).collect(),
            roles: graph.execution_roles().collect(),
        }
    }

    /// Every function in every feasible branch.
    pub fn chains(&self) -> impl Iterator<Item = &Chain<'g>> {
        self.chains.iter().flatten()
    }

    /// One function in every feasible branch.
    #[must_use]
    pub fn chains_of(&self, function: FunctionId) -> &[Chain<'g>] {
        self.chains.get(function.index()).map_or(&[], Vec::as_slice)
    }

    /// Every execution role with what is attached to it.
    #[must_use]
    pub fn execution_roles(&self) -> &[ExecutionRole<'g>] {
        &self.roles
    }
}
