//! How a language writes the resources that findings propose, and where they go.

use iacscan_core::Snippet;

use crate::nodes::{Header, Role, Waiting};
use crate::{Code, Taken};

/// How a language says what to add to a configuration, and to which place.
pub trait Proposals {
    /// What to add, and where, so that a managed policy is attached to a role of which nothing lists
    /// the policies yet.
    fn attaching(&self, policy: &str, role: &Header) -> Option<String>;

    /// What [`Proposals::attaching`] says for an instance of a role, for each of its block.
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

    /// Where the resource at `address` is to wait for what is given to a role beside it, or in a
    /// module that is called beside it: its name there, and the argument to write; `None` where the
    /// role itself takes it, or lies elsewhere.
    fn wait_for_grant(&self, address: &str, role: &Header) -> Option<(String, String)>;

    /// A text that is about one instance of a repeated resource, as the block of all its instances
    /// says it: `aws_sqs_queue.q[each.key].arn` for `aws_sqs_queue.q["jobs"].arn`.
    fn each(&self, instance: &str, text: &str) -> String;

    /// The resource at `address` as a block writes it that has the key of that instance, `own` being
    /// the address of its own; `None` where its key is another, or there is none.
    fn same_instance(&self, address: &str, own: &str) -> Option<String>;

    /// What brings in resources that are written in another folder or file.
    fn call(&self) -> &'static str;
}
