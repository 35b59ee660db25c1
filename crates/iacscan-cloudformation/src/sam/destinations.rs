//! `EventInvokeConfig`: where results of asynchronous invocations go.

use iacscan_core::Span;
use iacscan_core::reader::{Entry, Node};

use super::Expansion;
use super::function::Function;
use super::resource::Generated;
use super::role::{ImplicitRole, allow};
use crate::tree;

/// The configuration with the queues and topics that SAM makes for it, and the permissions for the
/// role.
pub(crate) fn expand(
    out: &mut Expansion<'_>,
    function: &mut Function<'_, '_>,
    generated: &mut Vec<Generated>,
) {
    let written = function.written;
    let Some(config) = written.given("EventInvokeConfig") else { return };
    let span = config.key.span;
    let mut destinations = Vec::new();
    for name in ["OnSuccess", "OnFailure"] {
        let Some(entry) = config.value.get("DestinationConfig").and_then(|all| all.entry(name))
        else {
            continue;
        };
        let written_to = destination(out, function, entry, generated);
        if let Some(destination) = written_to {
            let map = tree::map(vec![destination], entry.value.span);
            destinations.push(tree::entry_at(name, entry.key.span, map));
        }
    }
    let mut properties =
        vec![tree::entry("FunctionName", tree::reference(&written.id.value, span))];
    let qualifier = written.get("AutoPublishAlias").cloned();
    let qualifier = qualifier.unwrap_or_else(|| tree::text("$LATEST", span));
    properties.push(tree::entry("Qualifier", qualifier));
    properties.push(tree::entry("DestinationConfig", tree::map(destinations, span)));
    let id = written.id_with("EventInvokeConfig");
    generated.push(written.adds(id, "AWS::Lambda::EventInvokeConfig", span, properties));
}

/// `Destination` of one of the two, with the permission for it.
fn destination(
    out: &mut Expansion<'_>,
    function: &mut Function<'_, '_>,
    entry: &Entry,
    generated: &mut Vec<Generated>,
) -> Option<Entry> {
    let written = function.written;
    let span = entry.key.span;
    let kind = entry.value.get("Type").and_then(|kind| out.statics.text(kind));
    let kind = kind.as_deref().unwrap_or_default();
    let id = written.id_with(&format!("EventInvokeConfig{}", entry.key.value));
    let own = entry.value.entry("Destination").filter(|entry| tree::is_given(&entry.value));
    let arn = match own {
        Some(own) => match made_when(out, &own.value) {
            None => own.value.clone(),
            Some(condition) => {
                let (queue, made) = made(function, kind, &id, span)?;
                let mut queue = queue;
                queue.when(condition);
                generated.push(queue);
                instead_of_none(&own.value, &made)?
            }
        },
        None => {
            let (queue, made) = made(function, kind, &id, span)?;
            generated.push(queue);
            made
        }
    };
    permit(&mut function.role, kind, &arn, &id, span);
    let key = own.map_or(span, |own| own.key.span);
    Some(tree::entry_at("Destination", key, arn))
}

/// The condition under which SAM makes the destination, where its author leaves it out in a branch.
fn made_when(out: &mut Expansion<'_>, destination: &Node) -> Option<Node> {
    let (condition, then, otherwise) = tree::as_choice(destination)?;
    match (tree::is_no_value(then), tree::is_no_value(otherwise)) {
        (true, false) => Some(condition.clone()),
        (false, true) => Some(out.opposite(condition)),
        _ => None,
    }
}

fn instead_of_none(destination: &Node, made: &Node) -> Option<Node> {
    let (condition, then, otherwise) = tree::as_choice(destination)?;
    let or_made = |branch: &Node| if tree::is_no_value(branch) { made } else { branch }.clone();
    let span = destination.span;
    Some(tree::choose(condition.clone(), or_made(then), or_made(otherwise), span))
}

/// The queue or topic that SAM makes, and its ARN.
fn made(
    function: &Function<'_, '_>,
    kind: &str,
    id: &str,
    span: Span,
) -> Option<(Generated, Node)> {
    let (suffix, resource) = match kind {
        "SQS" => ("Queue", "AWS::SQS::Queue"),
        "SNS" => ("Topic", "AWS::SNS::Topic"),
        _ => return None,
    };
    let id = format!("{id}{suffix}");
    let arn = match kind {
        "SQS" => tree::get_att(&id, "Arn", span),
        _ => tree::reference(&id, span),
    };
    Some((function.written.adds(id, resource, span, Vec::new()), arn))
}

/// Lets the role write to a destination of a kind; SAM knows no permission for other kinds.
pub(crate) fn permit(role: &mut ImplicitRole, kind: &str, arn: &Node, id: &str, span: Span) {
    let (name, statements) = match kind {
        "SQS" => ("SQSPolicy", vec![allow(&["sqs:SendMessage"], arn.clone(), span)]),
        "SNS" => ("SNSPolicy", vec![allow(&["sns:Publish"], arn.clone(), span)]),
        "EventBridge" => {
            ("EventBridgePolicy", vec![allow(&["events:PutEvents"], arn.clone(), span)])
        }
        "Lambda" => ("LambdaPolicy", vec![allow(&["lambda:InvokeFunction"], arn.clone(), span)]),
        "S3" | "S3Bucket" => ("S3Policy", bucket(arn, span)),
        _ => return,
    };
    role.statements(&format!("{id}{name}"), statements, span);
}

fn bucket(arn: &Node, span: Span) -> Vec<Node> {
    let names = vec![tree::entry("bucket", arn.clone())];
    let objects = tree::sub_with("${bucket}/*", names, span);
    vec![allow(&["s3:PutObject"], objects, span), allow(&["s3:ListBucket"], arn.clone(), span)]
}
