//! What is fixed about a rule.

use crate::{RuleId, Severity};

/// What is fixed about a rule, for its findings, the list of rules and SARIF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleMeta {
    /// The id: kebab-case, names the bad pattern.
    pub id: RuleId,
    /// One line that says what is wrong: "VPC function cannot manage network interfaces".
    pub summary: &'static str,
    /// The group it belongs to.
    pub group: RuleGroup,
    /// The severity when nothing raises or lowers it.
    pub severity: Severity,
    /// Numbers of the Common Weakness Enumeration it is about.
    pub cwe: &'static [u16],
    /// The rule's page: its `README.md`.
    pub page: &'static str,
}

/// The groups of rules, in the order reports list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RuleGroup {
    /// How a function gets its role and a role its policies.
    Linkage,
    /// Permissions a function needs and lacks.
    Baseline,
    /// Permissions it has and should not.
    Excess,
    /// Roles used by several functions.
    Sharing,
    /// Who may assume the role.
    Trust,
    /// Who may invoke the function.
    Invocation,
    /// Credentials and secrets in the configuration.
    Secrets,
    /// Names and ARNs that cannot work.
    Correctness,
    /// Habits.
    Hygiene,
    /// Problems of the input itself, outside the rules proper.
    Input,
}

impl RuleGroup {
    /// The name in lists and tags.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Linkage => "linkage",
            Self::Baseline => "baseline",
            Self::Excess => "excess",
            Self::Sharing => "sharing",
            Self::Trust => "trust",
            Self::Invocation => "invocation",
            Self::Secrets => "secrets",
            Self::Correctness => "correctness",
            Self::Hygiene => "hygiene",
            Self::Input => "input",
        }
    }
}
