//! The configuration that `iacscan init` writes.

/// A commented configuration in which everything is left at its default.
pub const TEMPLATE: &str = include_str!("../../iacscan.template.yaml");
