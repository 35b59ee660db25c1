//! Statements of a permission policy that stand in a trust policy, which IAM refuses with them.

use iacscan_core::{Span, Text};
use iacscan_graph::Graph;
use iacscan_iam::{Case, Resolve, Statement, matches_pattern};

use super::statements::is_every_action;

/// What a statement of a trust policy has that none may have, or has not that each must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misplaced {
    /// `Resource` or `NotResource`, beside a principal.
    WithResource(Span),
    /// It has no principal.
    WithoutPrincipal,
}

impl Misplaced {
    /// `None` for a statement that may stand there.
    pub(crate) fn of(statement: &Statement) -> Option<Self> {
        if statement.principals.is_none() {
            return Some(Self::WithoutPrincipal);
        }
        let resources = statement.resources.as_ref()?;
        let is_there = resources.items.items.iter().any(|item| item.condition.is_always());
        is_there.then_some(Self::WithResource(resources.key))
    }
}

/// What a trust policy can allow.
const TRUST: &[&str] = &[
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
];

/// Whether an action, or one that a pattern covers, is one of a trust policy.
pub(crate) fn is_of_trust(pattern: &str) -> bool {
    is_every_action(pattern) || TRUST.iter().any(|action| covers(pattern, action))
}

/// Whether an action, or one that a pattern covers, lets the role be assumed.
pub(crate) fn assumes(pattern: &str) -> bool {
    TRUST.iter().any(|action| action.starts_with("sts:AssumeRole") && covers(pattern, action))
}

/// Whether an action pattern covers an action.
pub(crate) fn covers(pattern: &str, action: &str) -> bool {
    matches_pattern(&Text::literal(pattern), &Text::literal(action), Case::Insensitive).is_true()
}

/// Whether a statement names an action that is none of a trust policy.
pub(crate) fn names_others(graph: &Graph, statement: &Statement) -> bool {
    let mut actions = statement.actions.iter().flat_map(|actions| actions.items.all());
    actions.any(|action| {
        graph.resolver().resolve(&action.value).as_known().is_some_and(|name| !is_of_trust(&name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_of_trust_policies() {
        for pattern in ["sts:AssumeRole", "sts:*", "STS:assumerole", "sts:AssumeRole*", "*"] {
            assert!(is_of_trust(pattern), "{pattern}");
        }
        assert!(!is_of_trust("sts:AssumeRoles"));
        assert!(is_of_trust("sts:TagSession") && !assumes("sts:TagSession"));
    }
}
