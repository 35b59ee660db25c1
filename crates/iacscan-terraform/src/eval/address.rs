//! References to resources and modules, and what their attributes mean.

use std::rc::Rc;

use iacscan_core::{
    Address, Condition, Credential, Gap, Literal, Located, Origin, ResourceAttribute, Segment,
    Span, Str, Text, Unknown, Value,
};

use super::body::Resource;
use super::repetition::InstanceKey;
use super::{Evaluator, Instance, Key, Slot, V};

/// What an address means.
#[derive(Clone)]
pub(super) enum Node {
    Resource(Rc<Resource>),
    Module { instance: Option<Rc<Instance>>, unknown: Unknown, any: Option<Gap> },
}

impl Evaluator<'_> {
    /// The value of a whole resource: itself, or the list or map of its instances. `None` when the
    /// module declares no such resource.
    pub(super) fn whole_resource(
        &self,
        instance: &Rc<Instance>,
        local: &str,
        span: Span,
    ) -> Option<Rc<V>> {
        let declared = instance.module.resources.get(local)?;
        let key = Key { instance: instance.id, slot: Slot::Whole, name: local.into() };
        Some(self.memo(key, span, || {
            let scope = super::Scope::of(instance);
            let expansion =
                self.expansion(&scope, local, declared.content.written(), declared.header);
            expansion.whole(span, &mut |repeated| {
                let resource = Resource::new(self, instance, local, declared, repeated);
                let address = resource.address.clone();
                self.nodes
                    .borrow_mut()
                    .entry(address.name().clone())
                    .or_insert_with(|| Node::Resource(Rc::new(resource)));
                Located::new(Value::Resource(address), span)
            })
        }))
    }

    /// The value of a whole module call.
    pub(super) fn whole_module(
        &self,
        instance: &Rc<Instance>,
        name: &str,
        span: Span,
    ) -> Option<Rc<V>> {
        let children = self.children(instance, name)?;
        let key = Key {
            instance: instance.id,
            slot: Slot::Whole,
            name: smol_str::format_smolstr!("module.{name}"),
        };
        Some(self.memo(key, span, || {
            children.expansion.whole(span, &mut |repeated| {
                let name =
                    smol_str::format_smolstr!("{}module.{name}{}", instance.prefix, repeated.key);
                Located::new(Value::Resource(Address::new(self.unit.clone(), name)), span)
            })
        }))
    }

    /// The type of the resource at an address that was referred to.
    pub(crate) fn kind_at(&self, address: &Address) -> Option<Str> {
        match self.nodes.borrow().get(address.name())? {
            Node::Resource(resource) => Some(resource.kind().into()),
            Node::Module { .. } => None,
        }
    }

    /// Set when the address stands for instances of unknown number.
    pub(super) fn is_any(&self, address: &Address) -> Option<Gap> {
        match self.nodes.borrow().get(address.name())? {
            Node::Resource(resource) if resource.repeated.key == InstanceKey::Any => Some(Gap {
                span: resource.repeated.each_key.span,
                unknown: super::unknown_of(&resource.repeated.each_key.value),
            }),
            Node::Module { any, .. } => *any,
            Node::Resource(_) => None,
        }
    }

    /// For an address that stands for instances of unknown number, when there are any.
    pub(super) fn stands_for_all(&self, address: &Address) -> Option<Condition> {
        match self.nodes.borrow().get(address.name())? {
            Node::Resource(resource) if resource.repeated.key == InstanceKey::Any => {
                Some(resource.repeated.condition.clone())
            }
            Node::Module { instance: Some(instance), any: Some(_), .. } => {
                Some(instance.condition.clone())
            }
            Node::Resource(_) | Node::Module { .. } => None,
        }
    }

    /// The value of an attribute of a resource, or of an output of a module.
    pub(super) fn attribute_of(&self, address: &Address, name: &str, span: Span) -> V {
        let node = self.nodes.borrow().get(address.name()).cloned();
        match node {
            None => Located::new(Value::Unknown(Unknown::Computed), span),
            Some(Node::Module { instance: Some(instance), .. }) => {
                let value = self.output(&instance, name, span);
                self.copy(&value).through(span, smol_str::format_smolstr!("output {name}"))
            }
            Some(Node::Module { instance: None, unknown, .. }) => {
                Located::new(Value::Unknown(unknown), span)
            }
            Some(Node::Resource(resource)) if resource.is_data() => {
                self.data_attribute(&resource, name, span)
            }
            Some(Node::Resource(resource)) => self.resource_attribute(&resource, name, span),
        }
    }

    fn resource_attribute(&self, resource: &Rc<Resource>, name: &str, span: Span) -> V {
        let attribute = attribute_name(resource.kind(), name);
        if matches!(attribute, ResourceAttribute::Other(_))
            && let Some(value) = self.argument(resource, name)
            && !value.value.is_null()
        {
            let value = self.with_computed(&value, span);
            if is_stored_secret(resource.kind(), name) {
                return value.through(span, smol_str::format_smolstr!("{}.{name}", resource.local));
            }
            return value;
        }
        if let ResourceAttribute::Credential(part) = attribute {
            return self.credential(resource, part, name, span);
        }
        let text = Text::reference(resource.address.clone(), attribute);
        Located::new(Value::Text(text), span)
    }

    /// What the configuration sets, with whatever the provider adds to nested blocks.
    fn with_computed(&self, value: &V, span: Span) -> V {
        let mut value = self.copy(value);
        if let Value::List(list) = &mut value.value {
            for item in &mut list.items {
                if let Value::Map(map) = &mut item.value {
                    map.open.get_or_insert(Gap { span, unknown: Unknown::Computed });
                }
            }
        }
        value
    }

    /// The service in the ARN of a resource, when the text is that ARN.
    pub(super) fn arn_service(&self, text: &Text) -> Option<&'static str> {
        let (target, attribute) = text.as_reference()?;
        if !matches!(attribute, ResourceAttribute::Arn | ResourceAttribute::StreamArn) {
            return None;
        }
        self.service_of(target)
    }

    /// The service of a resource whose name and ARN are of letters, digits and few marks.
    pub(super) fn service_of(&self, target: &Address) -> Option<&'static str> {
        Some(match self.kind_at(target)?.as_str() {
            "aws_cloudwatch_log_group" => "logs",
            "aws_sqs_queue" => "sqs",
            "aws_sns_topic" => "sns",
            "aws_dynamodb_table" => "dynamodb",
            "aws_kinesis_stream" | "aws_kinesis_stream_consumer" => "kinesis",
            "aws_msk_cluster" | "aws_msk_serverless_cluster" => "kafka",
            "aws_mq_broker" => "mq",
            "aws_lambda_function" | "aws_lambda_alias" => "lambda",
            "aws_s3_bucket" => "s3",
            "aws_cloudwatch_event_bus" => "events",
            _ => return None,
        })
    }

    /// Whether the text is the ARN of a consumer of a Kinesis stream, which goes on behind that of
    /// the stream: `stream/NAME/consumer/NAME:TIME`.
    pub(super) fn is_stream_consumer(&self, text: &Text) -> bool {
        text.as_reference().is_some_and(|(target, attribute)| {
            *attribute == ResourceAttribute::Arn
                && self.kind_at(target).is_some_and(|kind| kind == "aws_kinesis_stream_consumer")
        })
    }

    /// The text with the names of resources put in where the configuration says them.
    pub(super) fn resolved(&self, value: &V) -> Value {
        match &value.value {
            Value::Text(text) => Value::Text(self.resolved_text(text)),
            other => other.clone(),
        }
    }

    pub(super) fn resolved_text(&self, text: &Text) -> Text {
        let named = |segment: &Segment| {
            matches!(segment, Segment::Reference { attribute: ResourceAttribute::Name, .. })
        };
        if !text.segments().iter().any(named) {
            return text.clone();
        }
        let mut out = Text::new();
        for segment in text.segments() {
            match segment {
                Segment::Reference { target, attribute: ResourceAttribute::Name } => {
                    match self.name_of(target) {
                        Some(name) => {
                            out.push(Segment::Literal(Literal {
                                text: name,
                                origin: Origin::None,
                            }));
                        }
                        None => out.push(segment.clone()),
                    }
                }
                other => out.push(other.clone()),
            }
        }
        out
    }

    /// The text, when all of it is known or can be looked up.
    pub(super) fn known(&self, text: &Text) -> Option<Str> {
        text.as_known().or_else(|| self.resolved_text(text).as_known())
    }

    fn name_of(&self, address: &Address) -> Option<Str> {
        let kind = self.kind_at(address)?;
        self.argument_at(address, name_argument(&kind))?.value.to_text()?.as_known()
    }

    /// An argument of the resource at an address that was referred to.
    pub(super) fn argument_at(&self, address: &Address, name: &str) -> Option<Rc<V>> {
        let node = self.nodes.borrow().get(address.name()).cloned()?;
        let Node::Resource(resource) = node else { return None };
        self.argument(&resource, name)
    }
}

/// The argument that sets the name of a resource of this type.
pub(crate) fn name_argument(kind: &str) -> &'static str {
    match kind {
        "aws_lambda_function" | "awscc_lambda_function" => "function_name",
        "aws_s3_bucket" => "bucket",
        "aws_msk_cluster" | "aws_msk_serverless_cluster" => "cluster_name",
        "aws_glue_registry" => "registry_name",
        "aws_lambda_layer_version" | "awscc_lambda_layer_version" => "layer_name",
        "awscc_s3_bucket" => "bucket_name",
        "awscc_iam_role" => "role_name",
        "awscc_iam_managed_policy" => "managed_policy_name",
        "awscc_iam_instance_profile" => "instance_profile_name",
        "awscc_sqs_queue" => "queue_name",
        "awscc_sns_topic" => "topic_name",
        "awscc_dynamodb_table" => "table_name",
        "awscc_logs_log_group" => "log_group_name",
        "awscc_kms_alias" => "alias_name",
        "awscc_stepfunctions_state_machine" => "state_machine_name",
        "aws_ses_email_identity" => "email",
        "aws_ses_domain_identity" => "domain",
        "aws_sesv2_email_identity" | "awscc_ses_email_identity" => "email_identity",
        _ => "name",
    }
}

/// What an attribute of a resource of this type means.
pub(crate) fn attribute_name(kind: &str, attribute: &str) -> ResourceAttribute {
    let of_id = |kind: &str| match kind {
        "aws_iam_policy"
        | "aws_sns_topic"
        | "aws_kinesis_stream"
        | "aws_kinesis_stream_consumer"
        | "aws_secretsmanager_secret"
        | "aws_sfn_state_machine"
        | "aws_msk_cluster"
        | "aws_glue_registry"
        | "aws_lambda_layer_version"
        | "aws_lambda_alias"
        | "aws_kinesis_firehose_delivery_stream"
        | "awscc_iam_managed_policy"
        | "awscc_glue_registry"
        | "awscc_kinesis_stream_consumer"
        | "awscc_lambda_alias"
        | "awscc_lambda_version"
        | "awscc_sns_topic"
        | "awscc_secretsmanager_secret"
        | "awscc_stepfunctions_state_machine"
        | "awscc_lambda_layer_version" => ResourceAttribute::Arn,
        "aws_sqs_queue" | "awscc_sqs_queue" => ResourceAttribute::Url,
        "aws_iam_role"
        | "aws_iam_instance_profile"
        | "aws_iam_user"
        | "aws_iam_group"
        | "aws_lambda_function"
        | "aws_dynamodb_table"
        | "aws_s3_bucket"
        | "aws_cloudwatch_log_group"
        | "aws_cloudwatch_event_rule"
        | "aws_cloudwatch_event_bus"
        | "aws_kms_alias"
        | "aws_ssm_parameter"
        | "awscc_iam_role"
        | "awscc_lambda_function"
        | "awscc_dynamodb_table"
        | "awscc_s3_bucket"
        | "awscc_logs_log_group"
        | "awscc_kinesis_stream" => ResourceAttribute::Name,
        "aws_kms_key"
        | "awscc_kms_key"
        | "aws_efs_file_system"
        | "aws_efs_access_point"
        | "aws_cloudfront_distribution"
        | "aws_appsync_graphql_api"
        | "aws_cognito_user_pool" => ResourceAttribute::UniqueId,
        "aws_iam_access_key" => ResourceAttribute::Credential(Credential::KeyId),
        _ => ResourceAttribute::Other("id".into()),
    };
    match attribute {
        "arn" => ResourceAttribute::Arn,
        "id" => of_id(kind),
        "unique_id" | "role_id" | "key_id" => ResourceAttribute::UniqueId,
        "url" | "queue_url" | "function_url" => ResourceAttribute::Url,
        "stream_arn" if kind.ends_with("dynamodb_table") => ResourceAttribute::StreamArn,
        "topic_arn" if kind == "awscc_sns_topic" => ResourceAttribute::Arn,
        "policy_arn" if kind == "awscc_iam_managed_policy" => ResourceAttribute::Arn,
        "consumer_arn" if kind == "awscc_kinesis_stream_consumer" => ResourceAttribute::Arn,
        "alias_arn" if kind == "awscc_lambda_alias" => ResourceAttribute::Arn,
        "function_arn" if kind == "awscc_lambda_version" => ResourceAttribute::Arn,
        "layer_version_arn" if kind == "awscc_lambda_layer_version" => ResourceAttribute::Arn,
        "secret" if kind == "aws_iam_access_key" => {
            ResourceAttribute::Credential(Credential::SecretKey)
        }
        "ses_smtp_password_v4" if kind == "aws_iam_access_key" => {
            ResourceAttribute::Credential(Credential::MailPassword)
        }
        _ if attribute == name_argument(kind) => ResourceAttribute::Name,
        _ => ResourceAttribute::Other(attribute.into()),
    }
}

/// Whether an argument is the secret that a resource stores.
fn is_stored_secret(kind: &str, name: &str) -> bool {
    matches!(
        (kind, name),
        ("aws_ssm_parameter", "value")
            | ("aws_secretsmanager_secret_version", "secret_string" | "secret_binary")
    )
}
