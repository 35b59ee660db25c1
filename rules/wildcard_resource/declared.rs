//! Resources of the same source that a statement may mean.

use iacscan_core::{Address, Located, ResourceAttribute, Segment, Text};
use iacscan_graph::nodes::{Author, Header, Resource, ResourceKind};
use iacscan_graph::{ExecutionRole, Reached, Unit};
use iacscan_iam::aws::ResourceType;
use iacscan_iam::{Resolve, Statement};

use super::forms::Form;
use crate::framework::dependencies::dependencies;
use crate::framework::spell::{noted, written};
use crate::framework::words::code_choice;
use iacscan_graph::instances::split;

/// Where a statement stands that may name resources beside it.
pub(super) struct Declared<'h, 'g> {
    role: &'h ExecutionRole<'g>,
    /// The resource that holds the statement.
    holder: &'h Header,
    unit: &'g Unit,
    statement: &'g Statement,
}

impl<'h, 'g> Declared<'h, 'g> {
    /// `None` where the `*` comes from elsewhere, so that references there would mean other things.
    pub(super) fn beside(
        role: &'h ExecutionRole<'g>,
        reached: &'h Reached<'g>,
        star: &Located<Text>,
    ) -> Option<Self> {
        let is_here = star.passages().all(|passage| {
            let label = passage.label.as_str();
            label.starts_with("local.") || label.starts_with("data.")
        });
        is_here.then_some(())?;
        let holder = reached.attached.document_holder(role.graph);
        let unit = role.graph.resolver().unit_of(holder.holder())?;
        Some(Self { role, holder, unit, statement: reached.statement })
    }

    /// The ARNs of the resources of a form's kind, as its language writes them.
    pub(super) fn arns(&self, form: &Form) -> Option<String> {
        let (kind, suffix) = declared_as(&form.kind)?;
        // Groups of logs and APIs are named with and without what is in them.
        let of_all = [":*", "/*"].into_iter().find(|end| form.arn.ends_with(end));
        let suffix = of_all.unwrap_or(suffix);
        self.choice(kind, |resource| {
            let arn = Text::reference(resource.header.address.clone(), ResourceAttribute::Arn);
            let with_suffix = |text: &Text| {
                let mut text = text.clone();
                text.extend(&Text::from(suffix));
                self.write(&text)
            };
            with_suffix(&arn)
                .or_else(|| with_suffix(self.role.graph.resolver().resolve(&arn).as_ref()))
        })
    }

    /// Their names, or their ids where they have none.
    pub(super) fn names(&self, form: &Form) -> Option<String> {
        let (kind, _) = declared_as(&form.kind)?;
        let attribute = match kind {
            ResourceKind::Distribution
            | ResourceKind::FileSystem
            | ResourceKind::GraphqlApi
            | ResourceKind::Key
            | ResourceKind::UserPool => ResourceAttribute::UniqueId,
            _ => ResourceAttribute::Name,
        };
        self.choice(kind, |resource| {
            let name = Text::reference(resource.header.address.clone(), attribute.clone());
            // The ARN has a slash before the name of a parameter.
            let is_whole = kind != ResourceKind::Parameter || self.begins_without_slash(&name);
            if is_whole { self.write(&name) } else { None }
        })
    }

    fn begins_without_slash(&self, name: &Text) -> bool {
        match self.role.graph.resolver().resolve(name).segments().first() {
            Some(Segment::Literal(literal)) => !literal.text.starts_with('/'),
            Some(Segment::Reference { .. }) => true,
            _ => false,
        }
    }

    /// "`a`", "`a` or `b`", "`a` or another of 5".
    fn choice(
        &self,
        kind: ResourceKind,
        write: impl Fn(&Resource) -> Option<String>,
    ) -> Option<String> {
        const MOST: usize = 3;
        let resources = self.unit.resources.iter();
        let all: Vec<String> = resources
            .filter(|resource| resource.kind == kind && self.can_name(resource))
            .filter_map(write)
            .collect();
        let first = all.first()?;
        Some(if all.len() > MOST {
            format!("`{first}` or another of {}", all.len())
        } else {
            code_choice(all.iter().map(String::as_str))
        })
    }

    /// Whether a statement may refer to a resource: it is there whenever the statement is, in the
    /// same module or template, and does not wait for it.
    fn can_name(&self, resource: &Resource) -> bool {
        let (header, holder) = (&resource.header, self.holder);
        let (address, from) = (&header.address, holder.holder());
        let is_beside = address.unit() == from.unit()
            && address.scope() == from.scope()
            && split(address.name()).0 == split(from.name()).0;
        let is_there = header.condition.is_always() || header.condition == holder.condition;
        let runs_with_it = self.role.functions.iter().any(|user| {
            let function = self.role.graph.function(user.item);
            function.is_some_and(|function| function.header.address == *address)
        });
        is_beside
            && is_there
            && header.author == Author::User
            && !runs_with_it
            && !self.triggers(address)
            && !self.waits(address)
    }

    /// Whether a resource is the statement's, or waits for it.
    fn waits(&self, address: &Address) -> bool {
        let is_holder = |it: &Address| *it == self.holder.address || it == self.holder.holder();
        let graph = self.role.graph;
        let awaited = graph.resolver().resource(address).map(|it| dependencies(graph, &it.header));
        is_holder(address) || awaited.is_some_and(|all| all.into_iter().any(is_holder))
    }

    /// Whether a resource itself sends events to a function, for which it waits.
    fn triggers(&self, address: &Address) -> bool {
        self.unit.triggers.iter().any(|trigger| trigger.header.address == *address)
    }

    fn write(&self, text: &Text) -> Option<String> {
        let refers_back = text.references().any(|(target, _)| self.waits(target));
        let words =
            written(self.role.graph, self.holder.holder(), text).filter(|_| !refers_back)?;
        Some(noted(self.unit.language, self.statement, words))
    }
}

/// How the graph knows a kind of resources, and what stands behind its ARN for those of this one.
fn declared_as(kind: &ResourceType) -> Option<(ResourceKind, &'static str)> {
    Some(match (kind.service, kind.name) {
        ("codebuild", "project") => (ResourceKind::BuildProject, ""),
        ("cognito-idp", "userpool") => (ResourceKind::UserPool, ""),
        ("appsync", "graphqlapi") => (ResourceKind::GraphqlApi, ""),
        ("cloudfront", "distribution") => (ResourceKind::Distribution, ""),
        ("ses", "identity") => (ResourceKind::EmailIdentity, ""),
        ("dynamodb", "table") => (ResourceKind::Table, ""),
        ("dynamodb", "index") => (ResourceKind::Table, "/index/*"),
        ("elasticfilesystem", "access-point") => (ResourceKind::AccessPoint, ""),
        ("elasticfilesystem", "file-system") => (ResourceKind::FileSystem, ""),
        ("events", "event-bus") => (ResourceKind::EventBus, ""),
        ("events", "rule-on-default-event-bus") => (ResourceKind::EventRule, ""),
        ("firehose", "deliverystream") => (ResourceKind::DeliveryStream, ""),
        ("glue", "registry") => (ResourceKind::SchemaRegistry, ""),
        ("kafka", "cluster") => (ResourceKind::KafkaCluster, ""),
        ("kinesis", "stream") => (ResourceKind::Stream, ""),
        ("kms", "key") => (ResourceKind::Key, ""),
        ("lambda", "function") => (ResourceKind::Function, ""),
        ("logs", "log-group" | "log-stream") => (ResourceKind::LogGroup, ""),
        ("rds", "cluster") => (ResourceKind::DatabaseCluster, ""),
        ("s3", "bucket") => (ResourceKind::Bucket, ""),
        ("s3", "object") => (ResourceKind::Bucket, "/*"),
        ("secretsmanager", "Secret") => (ResourceKind::Secret, ""),
        ("sns", "topic") => (ResourceKind::Topic, ""),
        ("sqs", "queue") => (ResourceKind::Queue, ""),
        ("ssm", "parameter") => (ResourceKind::Parameter, ""),
        ("states", "statemachine") => (ResourceKind::StateMachine, ""),
        _ => return None,
    })
}
