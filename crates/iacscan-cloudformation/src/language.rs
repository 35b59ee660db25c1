//! How templates write references.

use iacscan_core::{Attribute, Notation, Pseudo, ResourceAttribute, Segment, Snippet, Text};
use iacscan_graph::nodes::{Header, Role, Waiting};
use iacscan_graph::{
    Account, Code, Language, Named, Spelled, Taken, json_condition, json_principal, json_texts,
    json_trusting,
};

use crate::attributes::{Meaning, of_get_att, of_ref};
use crate::named::{self, With};
use crate::snippets;

/// The language of templates.
#[derive(Debug)]
pub(crate) enum Templates {
    /// With the short forms of functions.
    Yaml,
    /// Which has no short forms.
    Json,
}

impl Templates {
    /// The language of a template whose text opens with this.
    pub(crate) const fn opened_by(first: u8) -> &'static Self {
        if matches!(first, b'{') { &Self::Json } else { &Self::Yaml }
    }

    /// Whether a statement that is written so is JSON.
    const fn is_json(&self, notation: Notation) -> bool {
        matches!((self, notation), (Self::Json, _) | (_, Notation::Text))
    }
}

/// A text, or the list of several, as YAML writes names of services.
fn yaml_texts(texts: &[&str]) -> String {
    match texts {
        [only] => (*only).to_owned(),
        several => format!("[{}]", several.join(", ")),
    }
}

/// Whether a generated name of CloudFormation may end in this: 12 or 13 characters as of today.
fn may_be_random(text: &str) -> bool {
    text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The logical ids that leave the name of a stack half of the characters of a function's name: 64
/// without the random part and what joins them. Where they are longer, names are shortened sooner.
const LONGEST_ID: usize = 24;

/// The attributes that a reference is written with, those of few types first.
const ATTRIBUTES: [&str; 7] =
    ["StreamArn", "QueueName", "TopicName", "DBClusterArn", "TemplateArn", "Arn", "QueueUrl"];

impl Language for Templates {
    fn attribute(
        &self,
        name: &str,
        resource_type: &str,
        attribute: &ResourceAttribute,
    ) -> Option<String> {
        let wanted = Meaning::Attribute(attribute.clone());
        if of_ref(resource_type) == wanted {
            return Some(name.to_owned());
        }
        let found = ATTRIBUTES.iter().find(|written| of_get_att(resource_type, written) == wanted);
        Some(format!("{name}.{}", found?))
    }

    fn named(&self, name: &str, resource_type: &str) -> Option<(&'static str, Named)> {
        let (kind, with) = named::of(resource_type)?;
        let by = match with {
            With::Attribute(attribute) => Named::Arn(format!("{name}.{attribute}"), ""),
            With::Ref => Named::Arn(name.to_owned(), ""),
            With::Last => Named::Last(name.to_owned()),
        };
        Some((kind, by))
    }

    fn pseudo(&self, pseudo: Pseudo) -> Option<Spelled> {
        Some(Spelled::By(match pseudo {
            Pseudo::Partition => "AWS::Partition",
            Pseudo::Region => "AWS::Region",
            Pseudo::AccountId => "AWS::AccountId",
            Pseudo::UrlSuffix => "AWS::URLSuffix",
            Pseudo::StackName => "AWS::StackName",
            Pseudo::StackId => "AWS::StackId",
        }))
    }

    fn source(&self, name: &str, resource_type: &str) -> Option<String> {
        match resource_type {
            _ if self.is_api(resource_type) => Some(self.interpolated(format!(
                "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{name}}}/*/*"
            ))),
            // It must wait for the permission.
            "AWS::S3::Bucket" => None,
            "AWS::Logs::LogGroup" => Some(self.alone(&format!("{name}.Arn"))),
            _ => {
                let arn = self.attribute(name, resource_type, &ResourceAttribute::Arn)?;
                Some(self.alone(&arn))
            }
        }
    }

    fn is_api(&self, resource_type: &str) -> bool {
        matches!(
            resource_type,
            "AWS::ApiGateway::RestApi"
                | "AWS::ApiGatewayV2::Api"
                | "AWS::Serverless::Api"
                | "AWS::Serverless::HttpApi"
        )
    }

    fn may_generate_role_name(&self, name: &str, _: &str, generated: &str) -> bool {
        // `STACK-LOGICALID-RANDOM`, of which the first two may be shortened.
        let mut parts = generated.rsplitn(3, '-');
        let (random, id, stack) = (parts.next(), parts.next(), parts.next());
        let is_id = id.is_some_and(|id| !id.is_empty() && name.starts_with(id));
        random.is_some_and(may_be_random) && is_id && stack.is_some_and(|stack| !stack.is_empty())
    }

    fn may_generate_function_name(&self, generated: &Text) -> bool {
        // What is before the random part may be shortened.
        match generated.known_suffix().rsplit_once('-') {
            Some((_, random)) => may_be_random(random),
            None => generated.as_known().is_none(),
        }
    }

    fn generated_function_name(&self, name: &str) -> Option<Text> {
        if name.len() > LONGEST_ID {
            return None;
        }
        let mut text = Text::new();
        text.push(Segment::Pseudo(Pseudo::StackName));
        text.extend(&Text::literal(format!("-{name}-*")));
        Some(text)
    }

    fn account(&self, _: Option<&str>, _: &[&str]) -> Account {
        Account { expression: self.alone("AWS::AccountId"), declare: None }
    }

    fn condition(&self, notation: Notation, operator: &str, key: &str, values: &[&str]) -> String {
        if self.is_json(notation) {
            return json_condition(operator, key, values);
        }
        // Keys with a colon need quotes in flow style.
        let values = json_texts(values);
        format!("`Condition: {{{operator}: {{\"{key}\": {values}}}}}`")
    }

    fn entry(&self, key: &str, text: &str) -> String {
        match self {
            Self::Yaml => format!("{key}: \"{text}\""),
            Self::Json => format!("\"{key}\": \"{text}\""),
        }
    }

    fn denying(&self, notation: Notation) -> &'static str {
        if self.is_json(notation) { "`\"Effect\": \"Deny\"`" } else { "`Effect: Deny`" }
    }

    fn principal(&self, notation: Notation, services: &[&str]) -> String {
        if self.is_json(notation) {
            return json_principal(services);
        }
        format!("`Principal: {{Service: {}}}`", yaml_texts(services))
    }

    fn trusting(&self, notation: Notation, services: &[&str]) -> String {
        if self.is_json(notation) {
            return json_trusting(services);
        }
        format!(
            "`- {{Effect: Allow, Principal: {{Service: {}}}, Action: \"sts:AssumeRole\"}}`",
            yaml_texts(services)
        )
    }

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
            return "Leave `Role` out and give each function the `Policies` that it needs: SAM makes \
                    a role for each."
                .to_owned();
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

    fn each(&self, _: &str, text: &str) -> String {
        text.to_owned()
    }

    fn wait_by_output(&self, _: &str, _: &str) -> Option<String> {
        None
    }

    fn wait_for_grant(&self, _: &str, _: &Header) -> Option<String> {
        None
    }

    fn alone(&self, expression: &str) -> String {
        match (self, expression.split_once('.')) {
            (Self::Yaml, Some(_)) => format!("!GetAtt {expression}"),
            (Self::Yaml, None) => format!("!Ref {expression}"),
            (Self::Json, Some((name, attribute))) => {
                format!("{{\"Fn::GetAtt\": [\"{name}\", \"{attribute}\"]}}")
            }
            (Self::Json, None) => format!("{{\"Ref\": \"{expression}\"}}"),
        }
    }

    fn same_instance(&self, _: &str, _: &str) -> Option<String> {
        None
    }

    fn call(&self) -> &'static str {
        "nested stack"
    }

    fn interpolated(&self, text: String) -> String {
        match self {
            // Without quotes its braces would end a mapping in flow style.
            Self::Yaml => format!("!Sub \"{text}\""),
            Self::Json => format!("{{\"Fn::Sub\": \"{text}\"}}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use iacscan_core::{Address, Span};

    use super::*;

    #[test]
    fn attributes_have_expressions() {
        use ResourceAttribute::{Arn, Name, StreamArn, Url};
        let cases = [
            ("AWS::SQS::Queue", Arn, Some("X.Arn")),
            ("AWS::SQS::Queue", Name, Some("X.QueueName")),
            ("AWS::SQS::Queue", Url, Some("X")),
            ("AWS::SNS::Topic", Arn, Some("X")),
            ("AWS::DynamoDB::Table", StreamArn, Some("X.StreamArn")),
            ("AWS::DynamoDB::Table", Name, Some("X")),
            ("AWS::RDS::DBCluster", Arn, Some("X.DBClusterArn")),
            ("AWS::DocDB::DBCluster", Arn, None),
            ("AWS::Kinesis::Stream", StreamArn, None),
            ("Custom::Thing", Arn, None),
        ];
        for (kind, attribute, expected) in cases {
            let written = Templates::Yaml.attribute("X", kind, &attribute);
            assert_eq!(written.as_deref(), expected, "{kind} {attribute:?}");
        }
    }

    #[test]
    fn names_of_roles_are_generated() {
        let cases = [
            ("orders-prod-AppRole-1A2B3C4D5E6F", true),
            ("orders-AppR-aZ09aZ09aZ09a", true),
            ("orders-Deployer-1A2B3C4D5E6F", false),
            ("AppRole-1A2B3C4D5E6F", false),
            ("orders-AppRole", false),
            ("deployer", false),
        ];
        for (generated, expected) in cases {
            let may =
                Templates::Yaml.may_generate_role_name("AppRole", "AWS::IAM::Role", generated);
            assert_eq!(may, expected, "{generated}");
        }
    }

    #[test]
    fn names_of_functions_are_generated() {
        let stack = |behind: &str| {
            let mut text = Text::pseudo(Pseudo::StackName);
            text.extend(&Text::from(behind));
            text
        };
        let cases = [
            (Text::from("other"), false),
            (Text::from("other-fn"), false),
            (Text::from("other-function"), true),
            (Text::from("orders-Fn-1A2B3C4D5E6F"), true),
            (Text::from("orders-Fn-1A2B_C4D5E6F"), false),
            (Text::from(""), false),
            (stack(""), true),
            (stack("Fn"), true),
            (stack("-Fn"), false),
            (stack("-"), false),
            (stack("-consumer"), true),
        ];
        for (generated, expected) in cases {
            let may = Templates::Yaml.may_generate_function_name(&generated);
            assert_eq!(may, expected, "{generated}");
        }
        assert_eq!(Templates::Yaml.generated_function_name("Fn"), Some(stack("-Fn-*")));
        assert_eq!(Templates::Yaml.generated_function_name(&"F".repeat(25)), None);
    }

    #[test]
    fn statements_are_written_as_those_around_them() {
        use Notation::{Own, Text};
        let json = (
            r#"`"Condition": {"StringEquals": {"a:b": ["c", "d"]}}`"#,
            r#"`"Principal": {"Service": "s"}`"#,
            r#"`{"Effect": "Allow", "Principal": {"Service": "s"}, "Action": "sts:AssumeRole"}`"#,
        );
        let yaml = (
            r#"`Condition: {StringEquals: {"a:b": ["c", "d"]}}`"#,
            "`Principal: {Service: s}`",
            r#"`- {Effect: Allow, Principal: {Service: s}, Action: "sts:AssumeRole"}`"#,
        );
        for (language, notation, (condition, principal, trusting)) in [
            (Templates::Yaml, Own, yaml),
            (Templates::Yaml, Text, json),
            (Templates::Json, Own, json),
        ] {
            let written = language.condition(notation, "StringEquals", "a:b", &["c", "d"]);
            assert_eq!(written, condition);
            assert_eq!(language.principal(notation, &["s"]), principal);
            assert_eq!(language.trusting(notation, &["s"]), trusting);
        }
    }

    #[test]
    fn sources_have_expressions() {
        let api =
            "!Sub \"arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${X}/*/*\"";
        let cases = [
            ("AWS::ApiGateway::RestApi", Some(api)),
            ("AWS::ApiGatewayV2::Api", Some(api)),
            ("AWS::S3::Bucket", None),
            ("AWS::Logs::LogGroup", Some("!GetAtt X.Arn")),
            ("AWS::SNS::Topic", Some("!Ref X")),
            ("AWS::Events::Rule", Some("!GetAtt X.Arn")),
            ("AWS::Cognito::UserPool", Some("!GetAtt X.Arn")),
            ("AWS::IoT::TopicRule", Some("!GetAtt X.Arn")),
            ("AWS::IoT::Authorizer", Some("!GetAtt X.Arn")),
            ("AWS::IoT::ProvisioningTemplate", Some("!GetAtt X.TemplateArn")),
        ];
        for (kind, expected) in cases {
            assert_eq!(Templates::Yaml.source("X", kind).as_deref(), expected, "{kind}");
        }
    }

    #[test]
    fn json_has_no_short_forms() {
        use ResourceAttribute::Arn;
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
}
