//! A language in which nothing is said.

use iacscan_core::{Notation, Pseudo, ResourceAttribute, Snippet, Text};

use crate::nodes::{Header, Role};
use crate::{Proposals, Statements};

#[derive(Debug)]
pub(super) struct Unwritten;

impl crate::Language for Unwritten {
    fn attribute(&self, _: &str, _: &str, _: &ResourceAttribute) -> Option<String> {
        None
    }

    fn named(&self, _: &str, _: &str) -> Option<(&'static str, crate::Named)> {
        None
    }

    fn pseudo(&self, _: Pseudo) -> Option<crate::Spelled> {
        None
    }

    fn source(&self, _: &str, _: &str) -> Option<String> {
        None
    }

    fn is_api(&self, _: &str) -> bool {
        false
    }

    fn may_generate_role_name(&self, _: &str, _: &str, _: &str) -> bool {
        true
    }

    fn may_generate_function_name(&self, _: &Text) -> bool {
        true
    }

    fn generated_function_name(&self, _: &str) -> Option<Text> {
        None
    }

    fn account(&self, _: Option<&str>, _: &[&str]) -> crate::Account {
        crate::Account { expression: String::new(), declare: None }
    }

    fn entry(&self, _: &str, text: &str) -> String {
        text.to_owned()
    }

    fn alone(&self, expression: &str) -> String {
        expression.to_owned()
    }

    fn interpolated(&self, text: String) -> String {
        text
    }
}

impl Statements for Unwritten {
    fn condition(&self, _: Notation, _: &str, key: &str, _: &[&str]) -> String {
        key.to_owned()
    }

    fn denying(&self, _: Notation) -> &'static str {
        "Deny"
    }

    fn principal(&self, _: Notation, services: &[&str]) -> String {
        services.concat()
    }

    fn trusting(&self, _: Notation, services: &[&str]) -> String {
        services.concat()
    }
}

impl Proposals for Unwritten {
    fn attaching(&self, _: &str, _: &Header) -> Option<String> {
        None
    }

    fn new_policy(&self, _: &Header) -> &'static str {
        ""
    }

    fn policy(
        &self,
        _: &Role,
        _: bool,
        _: &str,
        _: Vec<crate::Code>,
        _: crate::Taken<'_>,
    ) -> Option<Snippet> {
        None
    }

    fn policy_templates(&self, _: &Role, _: Vec<(&'static str, crate::Code)>) -> Option<Snippet> {
        None
    }

    fn permission(
        &self,
        _: &Header,
        _: &str,
        _: &str,
        _: &[(&'static str, crate::Code)],
        _: crate::Taken<'_>,
    ) -> Option<Snippet> {
        None
    }

    fn role(&self, _: &Header, _: &str, _: bool, _: crate::Taken<'_>) -> Option<Snippet> {
        None
    }

    fn own_roles(&self, _: &Role, _: &[&Header], _: &[&Header]) -> String {
        String::new()
    }

    fn wait(&self, _: &str, _: &[&str], _: &crate::nodes::Waiting) -> String {
        String::new()
    }

    fn wait_by_output(&self, _: &str, _: &str) -> Option<String> {
        None
    }

    fn wait_for_grant(&self, _: &str, _: &Header) -> Option<(String, String)> {
        None
    }

    fn each(&self, _: &str, text: &str) -> String {
        text.to_owned()
    }

    fn same_instance(&self, _: &str, _: &str) -> Option<String> {
        None
    }

    fn call(&self) -> &'static str {
        "call"
    }
}
