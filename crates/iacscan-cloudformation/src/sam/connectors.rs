//! Connectors: permissions between two resources, as resources of their own or inside their
//! source.

use iacscan_core::reader::{Entry, Node, NodeKind};
use iacscan_core::{Span, Str};
use iacscan_iam::aws;

use super::Expansion;
use super::resource::Generated;
use super::role::document;
use crate::notes::Note;
use crate::tree;

/// What a connector says.
struct Connector<'t> {
    /// Its logical id.
    id: String,
    /// The resource in whose text it stands.
    owner: &'t str,
    /// Its place.
    span: Span,
    source: End<'t>,
    destinations: Vec<End<'t>>,
    several: bool,
    permissions: Vec<&'t str>,
    condition: Option<&'t Node>,
}

/// One end of a connector.
#[derive(Clone)]
enum End<'t> {
    /// A resource of the template, with a qualifier.
    Id(&'t str, Option<&'t Node>),
    /// A resource of elsewhere: its properties.
    Outside(&'t Node),
}

/// Expands all connectors of a template.
pub(crate) fn expand<'t>(out: &mut Expansion<'t>, entries: &'t [Entry]) {
    for entry in entries {
        if entry.value.get("Type").and_then(Node::as_str) == Some("AWS::Serverless::Connector") {
            let source = entry.value.get("Properties").and_then(|all| all.get("Source"));
            if let Some(source) = source.and_then(end)
                && let Some(connector) =
                    read(entry, &entry.key.value, entry.key.value.to_string(), source)
            {
                connect(out, &connector);
            }
            continue;
        }
        let inside = entry.value.get("Connectors").and_then(tree::plain_map).unwrap_or_default();
        for inner in inside {
            let reference =
                inner.value.get("Properties").and_then(|all| all.get("SourceReference"));
            let qualifier = reference.and_then(|reference| reference.get("Qualifier"));
            let source = End::Id(&entry.key.value, qualifier);
            let id = format!("{}{}", entry.key.value, inner.key.value);
            if let Some(mut connector) = read(inner, &entry.key.value, id, source) {
                connector.condition = entry.value.get("Condition");
                connect(out, &connector);
            }
        }
    }
}

fn read<'t>(
    entry: &'t Entry,
    owner: &'t str,
    id: String,
    source: End<'t>,
) -> Option<Connector<'t>> {
    let properties = entry.value.get("Properties")?;
    let destination = properties.get("Destination")?;
    let (destinations, several) = match destination.as_list() {
        Some(items) => (items.iter().filter_map(end).collect(), true),
        None => (vec![end(destination)?], false),
    };
    let permissions = properties.get("Permissions")?.as_list()?;
    Some(Connector {
        id,
        owner,
        span: entry.key.span,
        source,
        destinations,
        several,
        permissions: permissions.iter().filter_map(Node::as_str).collect(),
        condition: entry.value.get("Condition"),
    })
}

fn end(node: &Node) -> Option<End<'_>> {
    match node.get("Id").and_then(Node::as_str) {
        Some(id) => Some(End::Id(id, node.get("Qualifier"))),
        None => node.get("Type").is_some().then_some(End::Outside(node)),
    }
}

/// What a connector between resources that are described by their properties says.
pub(crate) struct Between<'b> {
    /// What its logical id would be.
    pub(crate) id: Str,
    /// The resource in whose text it stands.
    pub(crate) owner: &'b str,
    /// Its place.
    pub(crate) span: Span,
    /// The properties of the source.
    pub(crate) source: &'b Node,
    /// The properties of the destination.
    pub(crate) destination: &'b Node,
    /// `Read` and `Write`.
    pub(crate) permissions: &'b [&'b str],
    /// When it exists.
    pub(crate) condition: Option<&'b Node>,
}

/// Gives permissions as a connector does.
pub(crate) fn between(out: &mut Expansion<'_>, between: &Between<'_>) {
    let connector = Connector {
        id: between.id.to_string(),
        owner: between.owner,
        span: between.span,
        source: End::Outside(between.source),
        destinations: vec![End::Outside(between.destination)],
        several: false,
        permissions: between.permissions.to_vec(),
        condition: between.condition,
    };
    connect(out, &connector);
}

fn connect(out: &mut Expansion<'_>, connector: &Connector<'_>) {
    for (index, destination) in connector.destinations.iter().enumerate() {
        let Some((source_type, destination_type)) =
            kind(out, &connector.source).zip(kind(out, destination))
        else {
            continue;
        };
        let Some(profile) = aws::sam_connector(&source_type, &destination_type) else { continue };
        let Some(profile) = tree::from_json(profile.profile_json, connector.span) else { continue };
        let suffix = if connector.several { format!("Destination{index}") } else { String::new() };
        Link { connector, destination, source_type, destination_type, suffix }.make(out, &profile);
    }
}

/// A connector with one of its destinations.
struct Link<'c, 't> {
    connector: &'c Connector<'t>,
    destination: &'c End<'t>,
    source_type: String,
    destination_type: String,
    suffix: String,
}

impl Link<'_, '_> {
    fn make(&self, out: &mut Expansion<'_>, profile: &Node) -> Option<()> {
        let properties = profile.get("Properties")?;
        let of_source = properties.get("SourcePolicy").and_then(Node::as_str) == Some("true");
        let categories = properties.get("AccessCategories")?;
        let (subject, other) = if of_source {
            ((&self.connector.source, &self.source_type), self.destination)
        } else {
            ((self.destination, &self.destination_type), &self.connector.source)
        };
        match profile.get("Type").and_then(Node::as_str)? {
            "AWS_IAM_ROLE_MANAGED_POLICY" => {
                let role = role_name(out, subject.0, subject.1, other, self.connector.span)?;
                let statements = self.statements(categories);
                self.policy(out, properties, role, statements);
            }
            "AWS_LAMBDA_PERMISSION" => {
                let arn = attribute(subject.0, subject.1, "Arn", self.connector.span)?;
                self.permissions(out, categories, &arn);
            }
            kind @ ("AWS_SQS_QUEUE_POLICY" | "AWS_SNS_TOPIC_POLICY") => {
                let queue = kind == "AWS_SQS_QUEUE_POLICY";
                let (suffix, resource, key, of) = if queue {
                    ("QueuePolicy", "AWS::SQS::QueuePolicy", "Queues", "Url")
                } else {
                    ("TopicPolicy", "AWS::SNS::TopicPolicy", "Topics", "Arn")
                };
                let span = self.connector.span;
                let target = attribute(subject.0, subject.1, of, span)?;
                let statements = self.statements(categories);
                let properties = vec![
                    tree::entry(key, tree::list(vec![target], span)),
                    tree::entry("PolicyDocument", document(statements, span)),
                ];
                self.add(out, suffix, resource, properties);
            }
            _ => {}
        }
        Some(())
    }

    /// The statements of the permissions that are asked for.
    fn statements(&self, categories: &Node) -> Vec<Node> {
        let mut statements = Vec::new();
        for category in categories.as_map().unwrap_or_default() {
            if !self.connector.permissions.contains(&category.key.value.as_str()) {
                continue;
            }
            let list = category.value.get("Statement").and_then(Node::as_list);
            for statement in list.unwrap_or_default() {
                let mut statement = statement.clone();
                self.fill(&mut statement);
                statements.push(statement);
            }
        }
        statements
    }

    fn policy(&self, out: &mut Expansion<'_>, profile: &Node, role: Node, statements: Vec<Node>) {
        let span = self.connector.span;
        let properties = vec![
            tree::entry("PolicyDocument", document(statements, span)),
            tree::entry("Roles", tree::list(vec![role], span)),
        ];
        self.add(out, "Policy", "AWS::IAM::ManagedPolicy", properties);
        let id = format!("{}Policy{}", self.connector.id, self.suffix);
        let (End::Id(source, _), End::Id(destination, _)) =
            (&self.connector.source, self.destination)
        else {
            return;
        };
        match profile.get("DependedBy").and_then(Node::as_str) {
            Some("SOURCE") => out.depend(source, &id, span),
            Some("DESTINATION_EVENT_SOURCE_MAPPING") => {
                let mappings = mappings_between(out, source, destination);
                if let [mapping] = mappings.as_slice() {
                    out.depend(mapping, &id, span);
                }
            }
            _ => {}
        }
    }

    fn permissions(&self, out: &mut Expansion<'_>, categories: &Node, function: &Node) {
        for category in categories.as_map().unwrap_or_default() {
            if !self.connector.permissions.contains(&category.key.value.as_str()) {
                continue;
            }
            let mut properties = vec![tree::entry("FunctionName", function.clone())];
            for key in ["Action", "Principal", "SourceArn", "SourceAccount"] {
                if let Some(value) = category.value.get(key) {
                    let mut value = value.clone();
                    self.fill(&mut value);
                    properties.push(tree::entry(key, value));
                }
            }
            let suffix = format!("{}LambdaPermission", category.key.value);
            self.add(out, &suffix, "AWS::Lambda::Permission", properties);
        }
    }

    fn add(
        &self,
        out: &mut Expansion<'_>,
        suffix: &str,
        kind: &'static str,
        properties: Vec<Entry>,
    ) {
        let span = self.connector.span;
        let id = smol_str::format_smolstr!("{}{suffix}{}", self.connector.id, self.suffix);
        let condition = self.connector.condition.cloned();
        out.add(Generated {
            id: iacscan_core::Located::new(id, span),
            kind,
            type_span: span,
            properties: Some((span, properties)),
            attributes: condition.map(|node| tree::entry("Condition", node)).into_iter().collect(),
            note: Note {
                by_tool: true,
                made_of: Some(self.connector.owner.into()),
                ..Note::default()
            },
        });
    }

    /// Replaces `%{Source.Arn}` and the like in a part of a profile.
    fn fill(&self, node: &mut Node) {
        if let Some(text) = node.as_str() {
            if let Some(filled) = self.filled(text, node.span) {
                *node = filled;
            }
            return;
        }
        match &mut node.kind {
            NodeKind::List(items) => items.iter_mut().for_each(|item| self.fill(item)),
            NodeKind::Map(entries) => {
                entries.iter_mut().for_each(|entry| self.fill(&mut entry.value));
            }
            NodeKind::Scalar(_) | NodeKind::Unread(_) => {}
        }
    }

    fn filled(&self, text: &str, span: Span) -> Option<Node> {
        let mut result = String::new();
        let mut names: Vec<Entry> = Vec::new();
        let mut rest = text;
        while let Some((before, inside)) = rest.split_once("%{") {
            let (name, after) = inside.split_once('}')?;
            let (end, part) = name.split_once('.')?;
            let (end, kind) = if end == "Source" {
                (&self.connector.source, &self.source_type)
            } else {
                (self.destination, &self.destination_type)
            };
            let value = attribute(end, kind, part, span)?;
            if before.is_empty() && after.is_empty() && result.is_empty() {
                return Some(value);
            }
            let name = name.replace('.', "");
            result.push_str(before);
            result.push_str(&format!("${{{name}}}"));
            names.push(tree::entry(name, value));
            rest = after;
        }
        result.push_str(rest);
        result.contains("${").then(|| tree::sub_with(result, names, span))
    }
}

/// The plain type of an end.
fn kind(out: &Expansion<'_>, end: &End<'_>) -> Option<String> {
    let written = match end {
        End::Id(id, _) => out.resource(id)?.get("Type")?.as_str()?,
        End::Outside(node) => node.get("Type")?.as_str()?,
    };
    let plain = match written {
        "AWS::Serverless::Function" => "AWS::Lambda::Function",
        "AWS::Serverless::StateMachine" => "AWS::StepFunctions::StateMachine",
        "AWS::Serverless::Api" => "AWS::ApiGateway::RestApi",
        "AWS::Serverless::HttpApi" => "AWS::ApiGatewayV2::Api",
        "AWS::Serverless::SimpleTable" => "AWS::DynamoDB::Table",
        other => other,
    };
    Some(plain.to_owned())
}

/// An attribute of an end: `Arn`, `Name`, `ResourceId`, `Url`, `Qualifier`.
fn attribute(end: &End<'_>, kind: &str, part: &str, span: Span) -> Option<Node> {
    let (id, qualifier) = match end {
        End::Outside(node) => {
            let key = if part == "Url" { "QueueUrl" } else { part };
            return node.get(key).cloned();
        }
        End::Id(id, qualifier) => (*id, *qualifier),
    };
    let by_reference = matches!(
        kind,
        "AWS::StepFunctions::StateMachine"
            | "AWS::AppSync::GraphQLApi"
            | "AWS::AppSync::DataSource"
            | "AWS::SNS::Topic"
    );
    match part {
        "Arn" if by_reference => Some(tree::reference(id, span)),
        "Arn" => Some(tree::get_att(id, "Arn", span)),
        "Name" => Some(tree::get_att(id, "Name", span)),
        "ResourceId" if kind == "AWS::AppSync::GraphQLApi" => {
            Some(tree::get_att(id, "ApiId", span))
        }
        "ResourceId" | "Url" => Some(tree::reference(id, span)),
        "Qualifier" => Some(qualifier.cloned().unwrap_or_else(|| tree::text("*", span))),
        _ => None,
    }
}

/// The name of the role of an end.
fn role_name(
    out: &Expansion<'_>,
    end: &End<'_>,
    kind: &str,
    other: &End<'_>,
    span: Span,
) -> Option<Node> {
    let id = match end {
        End::Outside(node) => return node.get("RoleName").cloned(),
        End::Id(id, _) => *id,
    };
    let resource = out.resources.get(*out.index.get(id)?)?;
    let properties = resource.value.get("Properties")?;
    let role = match kind {
        "AWS::Lambda::Function" => properties.get("Role"),
        "AWS::StepFunctions::StateMachine" => properties.get("RoleArn"),
        "AWS::AppSync::DataSource" => properties.get("ServiceRoleArn"),
        "AWS::Events::Rule" => {
            let is_other = |arn: &Node| match other {
                End::Id(id, _) => tree::target(arn) == Some(*id),
                End::Outside(node) => node.get("Arn").is_some_and(|own| tree::same(arn, own)),
            };
            let targets = properties.get("Targets").and_then(Node::as_list)?;
            let target = targets.iter().find(|target| target.get("Arn").is_some_and(is_other))?;
            target.get("RoleArn")
        }
        _ => None,
    };
    Some(tree::reference(tree::target(role?)?, span))
}

/// The event source mappings from one resource to another.
fn mappings_between(out: &Expansion<'_>, source: &str, function: &str) -> Vec<String> {
    let is_between = |entry: &&Entry| {
        let properties = entry.value.get("Properties");
        let target = |name: &str| properties?.get(name).and_then(tree::target);
        entry.value.get("Type").and_then(Node::as_str) == Some("AWS::Lambda::EventSourceMapping")
            && target("EventSourceArn") == Some(source)
            && target("FunctionName") == Some(function)
    };
    out.resources.iter().filter(is_between).map(|entry| entry.key.value.to_string()).collect()
}
