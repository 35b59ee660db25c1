//! How the language of a unit writes what findings propose.

use std::fmt::Debug;

use iacscan_core::{Notation, Pseudo, ResourceAttribute, Snippet, Text};

use crate::nodes::{Header, Role, Waiting};
use crate::{Code, Taken};

/// How a language writes references. Each frontend has one, so that a rule can say what to write
/// without knowing the language.
pub trait Language: Debug + Sync {
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

    /// A condition of a statement: what a key has to be, one of these.
    fn condition(&self, notation: Notation, operator: &str, key: &str, values: &[&str]) -> String;

    /// The effect of a statement that denies, as code.
    fn denying(&self, notation: Notation) -> &'static str;

    /// How a statement of a trust policy names these services.
    fn principal(&self, notation: Notation, services: &[&str]) -> String;

    /// A statement of a trust policy that lets these services assume the role.
    fn trusting(&self, notation: Notation, services: &[&str]) -> String;

    /// What to add, and where, so that a managed policy is attached to a role of which nothing lists
    /// the policies yet.
    fn attaching(&self, policy: &str, role: &Header) -> Option<String>;

    /// What [`Language::attaching`] says for an instance of a role, for each of its block.
    fn attaching_each(&self, role: &str, attaching: &str) -> String {
        self.each(role, attaching)
    }

    /// Where a statement for a role goes that has no policy of the user's own.
    fn new_policy(&self, role: &Header) -> &'static str;

    /// A policy of a role's own of these statements, that is called after what it allows; `every`
    /// where it is for each instance of the role's block. `None` where the role takes none that
    /// stands by itself.
    fn policy(
        &self,
        role: &Role,
        every: bool,
        allows: &str,
        statements: Vec<Code>,
        is_taken: Taken<'_>,
    ) -> Option<Snippet>;

    /// Policy templates of SAM with their parameters, for the function that it makes a role for;
    /// `None` where the role is another.
    fn policy_templates(
        &self,
        role: &Role,
        templates: Vec<(&'static str, Code)>,
    ) -> Option<Snippet>;

    /// A permission to invoke a function, an expression, that stands beside the resource at
    /// `trigger`; `None` where the language has none by itself.
    fn permission(
        &self,
        trigger: &Header,
        function: &str,
        principal: &str,
        source: &[(&'static str, Code)],
        is_taken: Taken<'_>,
    ) -> Option<Snippet>;

    /// A role for a function that has none, with an AWS managed policy; `is_left_out` where the
    /// function says so itself, in a place that its ARN goes to.
    fn role(
        &self,
        function: &Header,
        policy: &str,
        is_left_out: bool,
        is_taken: Taken<'_>,
    ) -> Option<Snippet>;

    /// What to do so that each of these functions has a role of its own instead of this one, which
    /// `policies` name as theirs.
    fn own_roles(&self, role: &Role, functions: &[&Header], policies: &[&Header]) -> String;

    /// What to write so that the resource at `address`, of which `waiting` says where that can be
    /// written, waits for those at `targets`.
    fn wait(&self, address: &str, targets: &[&str], waiting: &Waiting) -> String;

    /// What to write so that the resource at `address`, which refers to what the module of `target`
    /// hands out, waits for that too where its own module cannot; `None` where nothing does that.
    fn wait_by_output(&self, address: &str, target: &str) -> Option<String>;

    /// A text that is about one instance of a repeated resource, as the block of all its instances
    /// says it: `aws_sqs_queue.q[each.key].arn` for `aws_sqs_queue.q["jobs"].arn`.
    fn each(&self, instance: &str, text: &str) -> String;

    /// What to say where the resource at `address` is to wait for what is given to a role beside
    /// it, or in a module that is called beside it; `None` where the role itself takes it, or lies elsewhere.
    fn wait_for_grant(&self, address: &str, role: &Header) -> Option<String>;

    /// An expression on its own.
    fn alone(&self, expression: &str) -> String;

    /// The resource at `address` as a block writes it that has the key of that instance, `own` being
    /// the address of its own; `None` where its key is another, or there is none.
    fn same_instance(&self, address: &str, own: &str) -> Option<String>;

    /// What brings in resources that are written in another folder or file.
    fn call(&self) -> &'static str;

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

/// The key and value with which JSON writes a condition of a statement, as code: what a key has to
/// be, one of these.
#[must_use]
pub fn json_condition(operator: &str, key: &str, values: &[&str]) -> String {
    let values = json_texts(values);
    format!("`\"Condition\": {{\"{operator}\": {{\"{key}\": {values}}}}}`")
}

/// The key and value with which JSON names services as the principal of a statement, as code.
#[must_use]
pub fn json_principal(services: &[&str]) -> String {
    format!("`\"Principal\": {{\"Service\": {}}}`", json_texts(services))
}

/// A statement of JSON that lets services assume a role, as code.
#[must_use]
pub fn json_trusting(services: &[&str]) -> String {
    format!(
        "`{{\"Effect\": \"Allow\", \"Principal\": {{\"Service\": {}}}, \"Action\": \
         \"sts:AssumeRole\"}}`",
        json_texts(services)
    )
}

/// A text, or the list of several, as JSON and HCL write them.
#[must_use]
pub fn json_texts(texts: &[&str]) -> String {
    match texts {
        [only] => format!("\"{only}\""),
        several => {
            let quoted: Vec<String> = several.iter().map(|text| format!("\"{text}\"")).collect();
            format!("[{}]", quoted.join(", "))
        }
    }
}
