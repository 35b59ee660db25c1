//! What an organisation asks of every execution role.

use iacscan_core::Str;

/// One thing that execution roles must carry.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The functions it is asked of; all when it names nothing.
    pub when: When,
    /// What is asked.
    pub demand: RoleDemand,
}

/// The functions a [`Requirement`] is asked of: those that match everything named.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// Functions with (or without) a VPC configuration.
    pub vpc: Option<bool>,
    /// Functions with (or without) active tracing.
    pub tracing: Option<bool>,
    /// Functions with an event source of this kind, as [`SourceKind::as_str`] spells it.
    ///
    /// [`SourceKind::as_str`]: iacscan_graph::nodes::SourceKind::as_str
    pub event_source: Option<Str>,
}

/// What a [`Requirement`] asks of the role.
#[derive(Clone, Debug)]
pub enum RoleDemand {
    /// This managed policy is attached: the name of an AWS managed policy, or an ARN in which `*`
    /// and `?` are wildcards.
    ManagedPolicy(Str),
    /// These actions are granted on some resource.
    Actions(Vec<Str>),
    /// A permissions boundary whose ARN matches this pattern is set.
    PermissionsBoundary(Str),
}
