//! Collects what one rule says.

use iacscan_core::{Condition, Finding, RuleMeta};
use iacscan_graph::Chain;

use super::merge::{Scope, merge};
use crate::{Context, Draft};

/// Collects what one rule says.
#[derive(Debug)]
pub struct Report<'c> {
    context: &'c Context<'c>,
    meta: &'static RuleMeta,
    drafts: Vec<(Draft, Scope)>,
}

impl<'c> Report<'c> {
    pub(crate) const fn new(context: &'c Context<'c>, meta: &'static RuleMeta) -> Self {
        Self { context, meta, drafts: Vec::new() }
    }

    /// The rule.
    #[must_use]
    pub const fn meta(&self) -> &'static RuleMeta {
        self.meta
    }

    /// Reports what is wrong with a function in one branch. When it is wrong in some branches only,
    /// the finding says in which.
    pub fn in_chain(&mut self, chain: &Chain<'_>, draft: Draft) {
        self.drafts.push((draft, Scope::Chain(chain.id, chain.world.clone())));
    }

    /// Reports what is wrong whenever a condition holds.
    pub fn when(&mut self, condition: &Condition, draft: Draft) {
        self.drafts.push((draft, Scope::When(condition.clone())));
    }

    /// Reports what is wrong in every branch.
    pub fn always(&mut self, draft: Draft) {
        self.drafts.push((draft, Scope::When(Condition::Always)));
    }

    pub(crate) fn finish(self) -> Vec<Finding> {
        merge(self.context, self.drafts)
    }
}
