//! Why a value is not known.

use std::fmt;

use crate::Span;

/// Why a value is not known. Every unknown is counted and can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unknown {
    /// An input without a value: a parameter or a variable without default.
    Input,
    /// Decided when the infrastructure is created: a generated name, a computed attribute.
    Computed,
    /// Decided outside what was scanned: a data source, an import, a remote module, a secret.
    External,
    /// What another stack exports under a name that is not known.
    Exported,
    /// One of several things that have the same name.
    Several,
    /// Made by code that runs at the deployment: a macro.
    Code,
    /// Written in a way this scanner does not evaluate.
    Unsupported,
    /// Depends on itself.
    Cycle,
    /// Larger than a scan may make it.
    Limit,
    /// Looked up in a mapping that does not have the key, or not every key that it may be.
    Unmapped,
    /// Written wrongly, which is a finding of its own.
    Invalid,
    /// Perhaps set where something is written wrongly, which is a finding of its own.
    Unread,
}

impl Unknown {
    /// The reason as the end of a sentence: "could not be decided: it is ...".
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Input => "an input without a value",
            Self::Computed => "known only after deployment",
            Self::External => "defined outside the scanned files",
            Self::Exported => "an import whose name is not known",
            Self::Several => "one of several of that name in the scan",
            Self::Code => "up to code that a scan does not run",
            Self::Unsupported => "an expression that is not evaluated",
            Self::Cycle => "defined by itself",
            Self::Limit => "larger than a scan may make it",
            Self::Unmapped => "looked up in a mapping that has no entry for it",
            Self::Invalid => "not valid",
            Self::Unread => "perhaps written in a part that could not be read",
        }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

/// A place where something is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The text that could not be evaluated.
    pub span: Span,
    /// Why.
    pub unknown: Unknown,
}
