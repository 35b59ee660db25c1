//! What to write in place of a policy that allows something on everything.

use std::collections::BTreeSet;

use iacscan_core::{ResourceAttribute, Text};
use iacscan_graph::nodes::ResourceKind;
use iacscan_graph::{Attached, ExecutionRole, Format};

use super::attaching::{exclusive_place, removed};
use super::beside::Beside;
use super::inputs::place_of_statements;
use super::spell::written;
use super::statements::covered;
use super::words::{all_code, code_list};

/// What functions often do with a kind of resources.
struct Usual {
    service: &'static str,
    kind: ResourceKind,
    /// What stands behind the ARN of what it is done to.
    behind: &'static str,
    reading: &'static str,
    /// SAM's policy template for that; none for kinds that are written alone.
    template_to_read: &'static str,
    writing: &'static str,
    template_to_write: &'static str,
    /// Of both templates.
    parameter: &'static str,
}

const USUAL: &[Usual] = &[
    Usual {
        service: "dynamodb",
        kind: ResourceKind::Table,
        behind: "",
        reading: "dynamodb:GetItem",
        template_to_read: "DynamoDBReadPolicy",
        writing: "dynamodb:PutItem",
        template_to_write: "DynamoDBCrudPolicy",
        parameter: "TableName",
    },
    Usual {
        service: "s3",
        kind: ResourceKind::Bucket,
        behind: "/*",
        reading: "s3:GetObject",
        template_to_read: "S3ReadPolicy",
        writing: "s3:PutObject",
        template_to_write: "S3CrudPolicy",
        parameter: "BucketName",
    },
    Usual {
        service: "sqs",
        kind: ResourceKind::Queue,
        behind: "",
        reading: "sqs:ReceiveMessage",
        template_to_read: "SQSPollerPolicy",
        writing: "sqs:SendMessage",
        template_to_write: "SQSSendMessagePolicy",
        parameter: "QueueName",
    },
    Usual {
        service: "sns",
        kind: ResourceKind::Topic,
        behind: "",
        reading: "",
        template_to_read: "",
        writing: "sns:Publish",
        template_to_write: "SNSPublishMessagePolicy",
        parameter: "TopicName",
    },
    Usual {
        service: "kinesis",
        kind: ResourceKind::Stream,
        behind: "",
        reading: "kinesis:GetRecords",
        template_to_read: "KinesisStreamReadPolicy",
        writing: "kinesis:PutRecord",
        template_to_write: "KinesisCrudPolicy",
        parameter: "StreamName",
    },
    Usual {
        service: "states",
        kind: ResourceKind::StateMachine,
        behind: "",
        reading: "",
        template_to_read: "",
        writing: "states:StartExecution",
        template_to_write: "StepFunctionsExecutionPolicy",
        parameter: "StateMachineName",
    },
    Usual {
        service: "secretsmanager",
        kind: ResourceKind::Secret,
        behind: "",
        reading: "secretsmanager:GetSecretValue",
        template_to_read: "",
        writing: "",
        template_to_write: "",
        parameter: "",
    },
];

/// What the actions of API Gateway are, behind a mention of actions.
pub(crate) const METHODS: &str = ", which for API Gateway are methods of HTTP (`apigateway:GET`, \
                                  `apigateway:POST`, `apigateway:PUT`, `apigateway:PATCH`, \
                                  `apigateway:DELETE`)";

/// What the actions are that patterns stand for, behind a mention of them: all where these are few,
/// else those that functions often call.
pub(crate) fn among(patterns: &[&str]) -> Option<String> {
    const FEW: usize = 12;
    if patterns.iter().any(|pattern| service(pattern) == "apigateway") {
        return Some(METHODS.to_owned());
    }
    let all: BTreeSet<&str> =
        patterns.iter().flat_map(|it| covered(it)).map(|action| action.full_name).collect();
    if (1..=FEW).contains(&all.len()) {
        return Some(format!(", of {}", all_code(all)));
    }
    let usual = USUAL.iter().filter(|usual| patterns.iter().any(|it| service(it) == usual.service));
    let usual = usual.flat_map(|usual| [usual.reading, usual.writing]);
    let usual: Vec<&str> = usual.filter(|action| all.contains(action)).collect();
    (!usual.is_empty()).then(|| format!(", such as {}", code_list(usual)))
}

fn service(pattern: &str) -> &str {
    pattern.split_once(':').map_or("", |(service, _)| service)
}

/// Advice to write what is called in place of a policy: `what` names the actions, and `services`
/// are those the policy allows, whole or to read.
pub(crate) fn in_place(
    role: &ExecutionRole<'_>,
    attached: &Attached,
    what: &str,
    services: &[&str],
    reads: bool,
) -> String {
    let usual = || USUAL.iter().filter(|usual| services.contains(&usual.service));
    let beyond = if services.contains(&"athena") { QUERIES } else { "" };
    let beside = Beside::of(role, attached.document_holder(role.graph));
    let is_sam = beside.as_ref().is_some_and(|it| it.unit.format == Format::Sam);
    if is_sam && role.role.implicit {
        let templates = || usual().filter(|usual| !usual.template(reads).is_empty());
        let declared = templates().find_map(|usual| {
            let value = usual.declared(beside.as_ref()?, &ResourceAttribute::Name, "")?;
            let (name, parameter) = (usual.template(reads), usual.parameter);
            Some(if value.starts_with('{') {
                format!("`{{\"{name}\": {{\"{parameter}\": {value}}}}}`")
            } else {
                format!("`{name}: {{{parameter}: {value}}}`")
            })
        });
        let example = declared.or_else(|| {
            let usual = templates().next()?;
            Some(format!("`{}` with its `{}`", usual.template(reads), usual.parameter))
        });
        if let Some(example) = example {
            return format!(
                "Replace it by a policy template of SAM for what is called, for example {example}, or \
                 a statement where there is no template; remove it if nothing of it is called.{beyond}"
            );
        }
    }
    let example = beside.as_ref().and_then(|beside| {
        usual().filter(|usual| !usual.action(reads).is_empty()).find_map(|usual| {
            let arn = usual.declared(beside, &ResourceAttribute::Arn, usual.behind)?;
            Some(format!(", for example `{}` on `{arn}`", usual.action(reads)))
        })
    });
    let place = exclusive_place(role.graph, role.role);
    let place = place.or_else(|| place_of_statements(role.graph, &role.role.header.address));
    let place = place.or_else(|| {
        let language = beside.as_ref()?.unit.language;
        Some(language.new_policy(&role.role.header).to_owned())
    });
    let place = place.unwrap_or_else(|| "a policy of its own".to_owned());
    let logs = made_with_logs(role).filter(|_| services.contains(&"logs")).unwrap_or_default();
    let comma = if place.contains(", with ") { "," } else { "" };
    format!(
        "Remove {}, and in {place}{comma} allow {what}{}.{logs}{beyond}",
        removed(role.graph, attached),
        example.unwrap_or_default()
    )
}

/// What a query takes besides: it runs with the permissions of whoever starts it
/// (<https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html>).
const QUERIES: &str = " Athena uses the same permissions in the Glue catalogue and in S3: allow what \
                       its queries read and write there as well.";

/// What SAM makes a role with, whatever it is given.
pub(crate) fn made_with_logs(role: &ExecutionRole<'_>) -> Option<&'static str> {
    let unit = role.graph.resolver().unit_of(&role.role.header.address)?;
    let is_made = unit.format == Format::Sam && role.role.implicit;
    is_made.then_some(" SAM itself lets the function write its logs.")
}

impl Usual {
    const fn template(&self, reads: bool) -> &'static str {
        if reads { self.template_to_read } else { self.template_to_write }
    }

    const fn action(&self, reads: bool) -> &'static str {
        if reads || self.writing.is_empty() { self.reading } else { self.writing }
    }

    /// A resource of the kind that stands beside the policy, as its language writes it.
    fn declared(
        &self,
        beside: &Beside<'_, '_>,
        attribute: &ResourceAttribute,
        behind: &str,
    ) -> Option<String> {
        let mut resources = beside.unit.resources.iter().filter(|it| it.kind == self.kind);
        resources.find_map(|resource| {
            let mut text = Text::reference(resource.header.address.clone(), attribute.clone());
            text.extend(&Text::from(behind));
            let (graph, from) = (beside.role.graph, beside.holder.holder());
            written(graph, from, &text).filter(|_| beside.can_name(resource))
        })
    }
}
