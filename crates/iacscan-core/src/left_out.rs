//! What the source describes and a deployment does not have.

use crate::{Span, Str};

/// A function or a role that no deployment has by what inputs are set to or hold by default, so
/// that silence about it is visible. That it is not there is decided: it is not [`Undecided`].
///
/// [`Undecided`]: crate::Undecided
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// Its address.
    pub subject: Str,
    /// What it is.
    pub kind: LeftOutKind,
    /// What leaves it out: "its `count` is 0".
    pub reason: String,
    /// Its header.
    pub span: Span,
}

/// What is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOutKind {
    /// A Lambda function.
    Function,
    /// An IAM role.
    Role,
}

impl LeftOutKind {
    /// The name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Role => "role",
        }
    }
}
