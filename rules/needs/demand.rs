//! A need with the resource it is about.

use iacscan_core::{Text, Truth};
use iacscan_graph::Chain;
use indexmap::IndexSet;

use super::resources::arn;
use super::{Enough, Need, On};
use crate::framework::words::{all_code, code_choice, code_list};

/// A need with the resource it is about.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    /// The need.
    pub(crate) need: &'static Need,
    /// What AWS checks the actions on.
    pub(crate) resource: Text,
    /// What a policy names to allow them on it.
    pub(crate) named: Text,
    /// Whether it works without, though AWS documents the need.
    pub(crate) documented_only: bool,
    /// The AWS managed policy to attach for it, by name.
    pub(crate) managed: Option<&'static str>,
}

/// A demand with the actions that are certainly missing.
pub(crate) type Lacking = (Demand, Vec<&'static str>);

impl Demand {
    /// A need on the resource that a policy names too.
    pub(crate) fn new(need: &'static Need, resource: Text) -> Self {
        let named = match need.on {
            On::Resource(_) => resource.clone(),
            On::Everything | On::Somewhere => Text::from("*"),
            On::Any(service, form) => arn(service, form),
        };
        Self { need, resource, named, documented_only: false, managed: need.managed }
    }

    /// As it is, with what a policy names.
    pub(crate) fn named(self, named: Text) -> Self {
        Self { named, ..self }
    }

    /// As it is, where AWS's policy for the need is made for something else.
    pub(crate) fn by_statement(self) -> Self {
        Self { managed: None, ..self }
    }

    /// As it is, where it works without.
    pub(crate) fn documented(self) -> Self {
        Self { documented_only: true, ..self }
    }

    /// Whether one of the actions is enough.
    pub(crate) fn is_choice(&self) -> bool {
        self.need.enough != Enough::All
    }

    /// The actions in groups of which each takes one.
    pub(crate) fn each(&self) -> impl Iterator<Item = &'static [&'static str]> {
        let actions = self.need.actions;
        let size = if self.is_choice() { actions.len().max(1) } else { 1 };
        actions.chunks(size)
    }

    /// The actions that are certainly missing.
    pub(crate) fn missing(&self, chain: &Chain<'_>) -> Vec<&'static str> {
        let missing = self.need.missing(chain, &self.resource);
        let met = missing.len() < self.need.actions.len();
        if self.is_choice() && met { Vec::new() } else { missing }
    }

    /// Whether the role allows what is demanded, or the resource lets it.
    pub(crate) fn met(&self, chain: &Chain<'_>) -> Truth {
        let actions = self.need.actions.iter();
        let allowed = actions.map(|action| self.need.allowed(chain, action, &self.resource));
        if self.is_choice() { Truth::any(allowed) } else { Truth::all(allowed) }
    }

    /// The actions of which it is not known whether the role allows them.
    pub(crate) fn open<'c>(
        &'c self,
        chain: &'c Chain<'_>,
    ) -> impl Iterator<Item = &'static str> + 'c {
        let is_open = |action: &&str| self.need.allowed(chain, action, &self.resource).is_unknown();
        self.need.actions.iter().copied().filter(is_open)
    }

    /// The actions that the role does not certainly allow; none of a choice of which it allows one.
    pub(crate) fn not_allowed(&self, chain: &Chain<'_>) -> Vec<&'static str> {
        if self.met(chain).is_true() {
            return Vec::new();
        }
        let is_allowed = |action: &&str| self.need.allowed(chain, action, &self.resource).is_true();
        self.need.actions.iter().copied().filter(|action| !is_allowed(action)).collect()
    }

    /// The missing actions in a sentence: "`a` and `b`", "`a` or `b`".
    pub(crate) fn actions(&self, missing: &[&str]) -> String {
        let list = missing.iter().copied();
        match self.need.enough {
            Enough::All => code_list(list),
            Enough::One => code_choice(list),
            Enough::First(count) => {
                let (first, others) = missing.split_at(count.min(missing.len()));
                let (first, others) = (first.iter().copied(), others.iter().copied());
                format!("{}, or {}", code_list(first), code_choice(others))
            }
        }
    }

    /// The actions that are enough.
    pub(super) fn enough<'m>(&self, missing: &'m [&'static str]) -> &'m [&'static str] {
        let count = match self.need.enough {
            Enough::All => missing.len(),
            Enough::One => 1,
            Enough::First(count) => count,
        };
        missing.get(..count).unwrap_or(missing)
    }
}

/// Whether all of the demands are met.
pub(crate) fn all_met(chain: &Chain<'_>, demands: &[Demand]) -> Truth {
    Truth::all(demands.iter().map(|demand| demand.met(chain)))
}

/// The demands that are certainly not met.
pub(crate) fn lacking(
    chain: &Chain<'_>,
    demands: impl IntoIterator<Item = Demand>,
) -> Vec<Lacking> {
    demands
        .into_iter()
        .map(|demand| {
            let missing = demand.missing(chain);
            (demand, missing)
        })
        .filter(|(_, missing)| !missing.is_empty())
        .collect()
}

/// The missing actions of all demands in a sentence; `None` when nothing is missing.
pub(crate) fn actions_of(lacking: &[Lacking]) -> Option<String> {
    let (choices, all): (Vec<&Lacking>, Vec<&Lacking>) =
        lacking.iter().partition(|(demand, missing)| demand.is_choice() && missing.len() > 1);
    let all: IndexSet<&str> = all.iter().flat_map(|(_, missing)| missing).copied().collect();
    let mut parts = vec![all_code(all)];
    parts.extend(choices.iter().map(|(demand, missing)| demand.actions(missing)));
    parts.retain(|part| !part.is_empty());
    (!parts.is_empty()).then(|| parts.join(", and "))
}
