//! How the language of a unit writes what findings propose.

mod proposals;
mod statements;

use std::fmt::Debug;

use iacscan_core::{Pseudo, ResourceAttribute, Text};

pub use proposals::Proposals;
pub use statements::{Statements, json_condition, json_principal, json_texts, json_trusting};

/// How a language writes references. Each frontend has one, so that a rule can say what to write
/// without knowing the language.
pub trait Language: Statements + Proposals + Debug + Sync {
    /// What stands between `${` and `}` for an attribute of a resource of this type that is called
    /// `name` there; `None` where the language has no expression for it.
    fn attribute(
        &self,
        name: &str,
        resource_type: &str,
        attribute: &ResourceAttribute,
    ) -> Option<String>;

    /// How a policy names a resource of this type that is called `name` there, of which no node is
    /// made: the kind that it is in the service authorization reference (`athena:workgroup`), and
    /// what that is written with.
    fn named(&self, name: &str, resource_type: &str) -> Option<(&'static str, Named)>;

    /// What a text writes for a value of the place it is deployed to; `None` where that takes more
    /// than an expression.
    fn pseudo(&self, pseudo: Pseudo) -> Option<Spelled>;

    /// What a permission to invoke names as its source for a resource of this type that is called
    /// `name`; `None` where the language has no expression for it, or one that makes a circle.
    fn source(&self, name: &str, resource_type: &str) -> Option<String>;

    /// Whether resources of this type are APIs, which may define what they invoke in a text of their
    /// own.
    fn is_api(&self, resource_type: &str) -> bool;

    /// Whether a role of this type that is given no name, and is called `name` there, may get this
    /// one.
    fn may_generate_role_name(&self, name: &str, resource_type: &str, generated: &str) -> bool;

    /// Whether a function that is given no name may get one that this stands for, which has no
    /// wildcards.
    fn may_generate_function_name(&self, generated: &Text) -> bool;

    /// A pattern for the name of a function that is given none, and is called `name` there; `None`
    /// where nothing about it is certain.
    fn generated_function_name(&self, name: &str) -> Option<Text>;

    /// What writes the id of the account that is deployed to, where `declared` is what says it
    /// there; `taken` are the names that cannot be declared.
    fn account(&self, declared: Option<&str>, taken: &[&str]) -> Account;

    /// A key of a map with a text as its value, which YAML would take for something else.
    fn entry(&self, key: &str, text: &str) -> String;

    /// An expression on its own.
    fn alone(&self, expression: &str) -> String;

    /// A text in which expressions stand in `${}`, with its quotes.
    fn interpolated(&self, text: String) -> String;
}

/// What writes the id of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// An expression.
    pub expression: String,
    /// What to declare for it, where nothing is.
    pub declare: Option<String>,
}

/// What the ARN of a resource is written with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// An expression, and characters behind it.
    Arn(String, &'static str),
    /// An expression for what it ends in.
    Last(String),
}

/// A value in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelled {
    /// As it is.
    Literally(&'static str),
    /// By an expression in `${}`.
    By(&'static str),
}
