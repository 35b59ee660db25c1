//! How what findings propose is written, and where it goes.

use iacscan_core::{Attribute, Snippet};
use iacscan_graph::nodes::{Header, Role, Waiting};
use iacscan_graph::{Code, Language as _, Proposals, Taken};

use super::Templates;
use crate::snippets;

impl Proposals for Templates {
    fn attaching(&self, policy: &str, role: &Header) -> Option<String> {
        let holder = role.holder();
        // What SAM makes a role from.
        let key = if *holder == role.address { "ManagedPolicyArns" } else { "Policies" };
        Some(format!("add `{policy}` to `{key}`, a new list in the properties of `{holder}`"))
    }

    fn new_policy(&self, role: &Header) -> &'static str {
        if *role.holder() == role.address {
            "a policy under `Policies` of the role"
        } else {
            "a statement under `Policies` of the function"
        }
    }

    fn policy(
        &self,
        role: &Role,
        _: bool,
        allows: &str,
        statements: Vec<Code>,
        _: Taken<'_>,
    ) -> Option<Snippet> {
        Some(snippets::policy(self, role, allows, statements))
    }

    fn policy_templates(
        &self,
        role: &Role,
        templates: Vec<(&'static str, Code)>,
    ) -> Option<Snippet> {
        snippets::policy_templates(self, role, templates)
    }

    fn permission(
        &self,
        trigger: &Header,
        function: &str,
        principal: &str,
        source: &[(&'static str, Code)],
        is_taken: Taken<'_>,
    ) -> Option<Snippet> {
        Some(snippets::permission(self, trigger, function, principal, source, is_taken))
    }

    fn role(
        &self,
        function: &Header,
        policy: &str,
        is_left_out: bool,
        is_taken: Taken<'_>,
    ) -> Option<Snippet> {
        Some(snippets::role(self, function, policy, is_left_out, is_taken))
    }

    fn own_roles(&self, role: &Role, functions: &[&Header], policies: &[&Header]) -> String {
        if functions.iter().all(|it| it.resource_type == "AWS::Serverless::Function") {
            return format!(
                "Leave `Role` out and give each function the `Policies` that it needs: SAM makes a \
                 role for each. Then remove `{}`, unless something else uses it.",
                role.header.address.name()
            );
        }
        let is_named = role.name.iter().any(|name| !matches!(name.item, Attribute::Absent));
        let named = if is_named { " with another `RoleName`" } else { "" };
        // A policy of this type has one role.
        let (copied, listing): (Vec<&Header>, Vec<&Header>) =
            policies.iter().partition(|it| it.resource_type == "AWS::IAM::RolePolicy");
        let names = |all: &[&Header]| {
            let all: Vec<String> =
                all.iter().map(|it| format!("`{}`", it.address.name())).collect();
            all.join(" and ")
        };
        let copied = match copied.as_slice() {
            [] => String::new(),
            all => format!(", copy {} for it", names(all)),
        };
        let listing = match listing.as_slice() {
            [] => String::new(),
            all => format!(", add `{}` to `Roles` of {}", self.alone("NewName"), names(all)),
        };
        format!(
            "Give each function a role of its own: for all but one, copy `{}` under a new \
             name{named}{copied}{listing}, set `Role` of the function to `{}`, and leave in each role what \
             its function needs.",
            role.header.address.name(),
            self.alone("NewName.Arn"),
        )
    }

    fn wait(&self, address: &str, targets: &[&str], waiting: &Waiting) -> String {
        if waiting.listed.is_empty() {
            return match self {
                Self::Yaml => {
                    let targets = targets.join(", ");
                    format!("Add `DependsOn: [{targets}]` to `{address}`, beside its `Type`.")
                }
                Self::Json => {
                    format!("Add `\"DependsOn\": {targets:?}` to `{address}`, beside its `Type`.")
                }
            };
        }
        let targets: Vec<String> = targets.iter().map(|target| format!("`{target}`")).collect();
        format!("Add {} to what `{address}` lists in `DependsOn`.", targets.join(" and "))
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
        "nested stack"
    }
}

#[cfg(test)]
mod tests {
    use iacscan_core::{Address, Span};

    use super::*;

    #[test]
    fn sam_makes_a_role_for_each_function() {
        let header = |kind: &str| Header::new(Address::new("u", "F"), kind, Span::NONE);
        let (sam, plain) = (header("AWS::Serverless::Function"), header("AWS::Lambda::Function"));
        let role = Role::new(header("AWS::IAM::Role"));
        let leave = Templates::Yaml.own_roles(&role, &[&sam, &sam], &[]);
        assert!(leave.starts_with("Leave `Role` out"), "{leave}");
        let copy = Templates::Yaml.own_roles(&role, &[&sam, &plain], &[]);
        assert!(copy.contains("copy `F` under a new name, set"), "{copy}");
    }

    #[test]
    fn json_has_no_short_forms() {
        use iacscan_core::ResourceAttribute::Arn;

        let json = Templates::opened_by(b'{');
        assert_eq!(json.account(None, &[]).expression, r#"{"Ref": "AWS::AccountId"}"#);
        assert_eq!(json.alone("X"), r#"{"Ref": "X"}"#);
        assert_eq!(json.alone("X.Arn"), r#"{"Fn::GetAtt": ["X", "Arn"]}"#);
        assert_eq!(json.alone("N.Outputs.X"), r#"{"Fn::GetAtt": ["N", "Outputs.X"]}"#);
        assert_eq!(json.interpolated("a-${B}".to_owned()), r#"{"Fn::Sub": "a-${B}"}"#);
        assert_eq!(json.attribute("X", "AWS::SQS::Queue", &Arn).as_deref(), Some("X.Arn"));
        let source = json.source("X", "AWS::Events::Rule");
        assert_eq!(source.as_deref(), Some(r#"{"Fn::GetAtt": ["X", "Arn"]}"#));
        assert_eq!(
            json.wait("F", &["P", "Q"], &Waiting::default()),
            r#"Add `"DependsOn": ["P", "Q"]` to `F`, beside its `Type`."#
        );
        assert_eq!(Templates::opened_by(b'R').alone("X.Arn"), "!GetAtt X.Arn");
    }
}
