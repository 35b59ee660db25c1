//! `AWS::Serverless::GraphQLApi`: the data sources that read tables and invoke functions, each with
//! a role of its own, and the functions that authorize its requests.

use iacscan_core::reader::{Entry, Node};
use iacscan_core::{Span, Str};

use super::connectors::{self, Between};
use super::resource::Written;
use super::role::ImplicitRole;
use super::{Expansion, tree};

const SERVICE: &str = "appsync.amazonaws.com";

/// Expands an API.
pub(crate) fn expand(out: &mut Expansion<'_>, written: &Written<'_>) {
    let mut properties: Vec<Entry> = written.given("Name").cloned().into_iter().collect();
    properties.extend(logging(out, written));
    out.add(written.becomes("AWS::AppSync::GraphQLApi", properties));
    let sources = written.get("DataSources");
    let of_kind = |kind: &str| {
        let entries = sources.and_then(|all| all.get(kind)).and_then(tree::plain_map);
        entries.unwrap_or_default().to_vec()
    };
    for source in of_kind("DynamoDb") {
        table(out, written, &source);
    }
    for source in of_kind("Lambda") {
        function(out, written, &source);
    }
    for (index, function) in authorizers(written).into_iter().enumerate() {
        let span = function.span;
        let source = [
            tree::entry("Arn", tree::reference(&written.id.value, span)),
            tree::entry("ResourceId", tree::get_att(&written.id.value, "ApiId", span)),
        ];
        let id = format!("ToLambdaAuthConnector{}", index + 1);
        let to = ("AWS::Lambda::Function", function);
        connect(out, written, &id, ("AWS::AppSync::GraphQLApi", &source), to, &["Write"]);
    }
}

/// `LogConfig`, with the role that SAM makes for it unless there is one or logging is off.
fn logging(out: &mut Expansion<'_>, written: &Written<'_>) -> Option<Entry> {
    let config = written.given("Logging");
    if config.is_some_and(|entry| entry.value.as_str() == Some("false")) {
        return None;
    }
    let span = config.map_or(written.id.span, |entry| entry.key.span);
    let own = config.and_then(|entry| entry.value.entry("CloudWatchLogsRoleArn"));
    let role = match own {
        Some(own) => own.value.clone(),
        None => {
            let mut role = ImplicitRole::new(&written.id_with("CloudWatch"), span, SERVICE);
            role.managed("service-role/AWSAppSyncPushToCloudWatchLogs", span);
            added(out, written, role)
        }
    };
    let map = tree::map(vec![tree::entry("CloudWatchLogsRoleArn", role)], span);
    Some(tree::entry_at("LogConfig", span, map))
}

/// A table as a data source.
fn table(out: &mut Expansion<'_>, written: &Written<'_>, source: &Entry) {
    let span = source.key.span;
    let id = written.id_with(&format!("{}DynamoDBDataSource", source.key.value));
    let role = data_source(out, written, source, &id, "AMAZON_DYNAMODB", None);
    let Some(role) = role else { return };
    let arn = source.value.get("TableArn").cloned().or_else(|| table_arn(&source.value, span));
    let Some(arn) = arn else { return };
    let permissions = source.value.get("Permissions").and_then(Node::as_list);
    let permissions: Vec<&str> = match permissions {
        Some(items) if !items.is_empty() => items.iter().filter_map(Node::as_str).collect(),
        _ => vec!["Read", "Write"],
    };
    let from = [
        tree::entry("Arn", tree::get_att(&id, "DataSourceArn", span)),
        tree::entry("RoleName", tree::reference(&role, span)),
    ];
    let suffix = format!("{}DynamoDBDataSourceToTableConnector", source.key.value);
    let from = ("AWS::AppSync::DataSource", &from[..]);
    connect(out, written, &suffix, from, ("AWS::DynamoDB::Table", arn), &permissions);
}

fn table_arn(source: &Node, span: Span) -> Option<Node> {
    let name = source.get("TableName")?.clone();
    let region = source.get("Region").cloned();
    let region = region.unwrap_or_else(|| tree::reference("AWS::Region", span));
    Some(tree::sub_with(
        "arn:${AWS::Partition}:dynamodb:${Region}:${AWS::AccountId}:table/${Table}",
        vec![tree::entry("Table", name), tree::entry("Region", region)],
        span,
    ))
}

/// A function as a data source.
fn function(out: &mut Expansion<'_>, written: &Written<'_>, source: &Entry) {
    let Some(function) = source.value.entry("FunctionArn") else { return };
    let span = source.key.span;
    let id = written.id_with(&format!("{}LambdaDataSource", source.key.value));
    let arn = tree::entry_at("LambdaFunctionArn", function.key.span, function.value.clone());
    let config = tree::entry("LambdaConfig", tree::map(vec![arn], function.value.span));
    let Some(role) = data_source(out, written, source, &id, "AWS_LAMBDA", Some(config)) else {
        return;
    };
    let from = [
        tree::entry("Arn", tree::get_att(&id, "DataSourceArn", span)),
        tree::entry("RoleName", tree::reference(&role, span)),
    ];
    let suffix = format!("{}LambdaDataSourceToLambdaConnector", source.key.value);
    let to = ("AWS::Lambda::Function", function.value.clone());
    connect(out, written, &suffix, ("AWS::AppSync::DataSource", &from), to, &["Write"]);
}

/// Adds a data source; the logical id of the role that SAM makes for it.
fn data_source(
    out: &mut Expansion<'_>,
    written: &Written<'_>,
    source: &Entry,
    id: &str,
    kind: &str,
    config: Option<Entry>,
) -> Option<Str> {
    let span = source.key.span;
    let own = source.value.entry("ServiceRoleArn").filter(|entry| tree::is_given(&entry.value));
    let (service_role, made) = match own {
        Some(own) => (own.clone(), None),
        None => {
            let role = ImplicitRole::new(id, span, SERVICE);
            let made = role.id.clone();
            (tree::entry("ServiceRoleArn", added(out, written, role)), Some(made))
        }
    };
    let mut properties = vec![tree::entry("Type", tree::text(kind, span)), service_role];
    properties.extend(config);
    out.add(written.adds(id, "AWS::AppSync::DataSource", span, properties));
    made
}

/// Adds a role: its ARN.
fn added(out: &mut Expansion<'_>, written: &Written<'_>, role: ImplicitRole) -> Node {
    let (id, span) = (role.id.clone(), role.span);
    out.add(written.adds(id.clone(), "AWS::IAM::Role", span, role.properties(None)));
    tree::get_att(&id, "Arn", span)
}

/// The functions that authorize requests.
fn authorizers(written: &Written<'_>) -> Vec<Node> {
    let Some(auth) = written.get("Auth") else { return Vec::new() };
    let additional = auth.get("Additional").and_then(Node::as_list).unwrap_or_default();
    let function = |auth: &Node| {
        let is_function = auth.get("Type").and_then(Node::as_str) == Some("AWS_LAMBDA");
        let config = auth.get("LambdaAuthorizer").filter(|_| is_function)?;
        config.get("AuthorizerUri").cloned()
    };
    std::iter::once(auth).chain(additional).filter_map(function).collect()
}

/// Gives permissions from one resource to another, as a connector does.
fn connect(
    out: &mut Expansion<'_>,
    written: &Written<'_>,
    suffix: &str,
    (source_type, source): (&str, &[Entry]),
    (destination_type, arn): (&str, Node),
    permissions: &[&str],
) {
    let span = arn.span;
    let typed = |kind: &str, rest: &[Entry]| {
        let kind = tree::entry("Type", tree::text(kind, span));
        tree::map(std::iter::once(kind).chain(rest.iter().cloned()).collect(), span)
    };
    let source = typed(source_type, source);
    let destination = typed(destination_type, &[tree::entry("Arn", arn)]);
    connectors::between(
        out,
        &Between {
            id: written.id_with(suffix),
            owner: &written.id.value,
            span,
            source: &source,
            destination: &destination,
            permissions,
            condition: written.node.get("Condition"),
        },
    );
}
