//! Collects what one rule says.

use iacscan_core::{Condition, Finding, Gap, RuleMeta, Span};
use iacscan_graph::Chain;

use super::doubt::Doubt;
use super::merge::{Scope, merge};
use crate::needs::{Demand, all_met};
use crate::{Context, Draft};

/// Collects what one rule says.
#[derive(Debug)]
pub struct Report<'c> {
    context: &'c Context<'c>,
    meta: &'static RuleMeta,
    drafts: Vec<(Draft, Scope)>,
    doubts: Vec<Doubt>,
}

impl<'c> Report<'c> {
    pub(crate) const fn new(context: &'c Context<'c>, meta: &'static RuleMeta) -> Self {
        Self { context, meta, drafts: Vec::new(), doubts: Vec::new() }
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

    /// Says that it is not known whether, or how, a function uses a feature: a noun, as "its
    /// tracing mode". Nothing is in doubt where the role allows all that it may need: these demands.
    pub(crate) fn perhaps_used(
        &mut self,
        chain: &Chain<'_>,
        feature: &'static str,
        gap: Gap,
        demands: &[Demand],
    ) {
        if !all_met(chain, demands).is_true() {
            self.perhaps_lacking(chain, feature, gap, demands);
        }
    }

    /// Says so where the role is known not to allow all of it as it has to be allowed.
    pub(crate) fn perhaps_lacking(
        &mut self,
        chain: &Chain<'_>,
        feature: &'static str,
        gap: Gap,
        demands: &[Demand],
    ) {
        self.doubts.extend(Doubt::of_use(chain, feature, gap, demands));
    }

    /// Says that it is not known whether the configuration requires of a role what it lacks, for
    /// how the function uses a feature is not known.
    pub(crate) fn perhaps_required(
        &mut self,
        chain: &Chain<'_>,
        feature: &'static str,
        gap: Gap,
        lack: &str,
    ) {
        self.doubts.extend(Doubt::of_requirement(chain, feature, gap, lack));
    }

    /// Says that it is not known how a function uses a feature, and with it something about
    /// `subject` that follows: "whether …".
    pub(crate) fn perhaps(
        &mut self,
        chain: &Chain<'_>,
        feature: &'static str,
        subject: &'static str,
        gap: Gap,
        what: &str,
    ) {
        self.doubts.extend(Doubt::of_consequence(chain, feature, subject, gap, what));
    }

    /// Says, where it is so, that it is not known whether the role allows what a feature needs,
    /// which stands at `at`.
    pub(crate) fn perhaps_allowed(
        &mut self,
        chain: &Chain<'_>,
        feature: &'static str,
        at: Span,
        demands: &[Demand],
    ) {
        self.doubts.extend(Doubt::of_permission(chain, feature, at, demands));
    }

    pub(crate) fn finish(self) -> (Vec<Finding>, Vec<Doubt>) {
        (merge(self.context, self.drafts), self.doubts)
    }
}
