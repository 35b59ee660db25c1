//! How templates write references.

mod proposals;
mod statements;

use iacscan_core::{Notation, Pseudo, ResourceAttribute, Segment, Text};
use iacscan_graph::{Account, Language, Named, Spelled};

use crate::attributes::{Meaning, of_get_att, of_ref};
use crate::named::{self, With};

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

    fn entry(&self, key: &str, text: &str) -> String {
        match self {
            Self::Yaml => format!("{key}: \"{text}\""),
            Self::Json => format!("\"{key}\": \"{text}\""),
        }
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
}
