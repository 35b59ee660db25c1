//! Events of `EventBridge`: rules and schedules.

use iacscan_core::Span;
use iacscan_core::reader::{Entry, Node};

use super::{Event, adds, permission};
use crate::sam::function::Function;
use crate::sam::resource::{Generated, Written};
use crate::sam::role::{ImplicitRole, allow, document};
use crate::tree;

/// What a rule or a schedule starts.
pub(super) struct Target<'w, 't> {
    /// The serverless resource.
    pub(super) written: &'w Written<'t>,
    /// Its ARN, or the one of its alias.
    pub(super) arn: Node,
    /// What it takes to start it.
    pub(super) start: Start,
}

/// What it takes to start a kind of resource, with the names that SAM gives to it.
#[derive(Clone, Copy)]
pub(super) struct Start {
    /// The action.
    pub(super) action: &'static str,
    /// The end of the names of policies that allow it.
    pub(super) policy: &'static str,
    /// The end of the ids of targets.
    pub(super) target: &'static str,
}

const INVOKE: Start =
    Start { action: "lambda:InvokeFunction", policy: "LambdaPolicy", target: "LambdaTarget" };

/// A rule with the function as its target.
pub(super) fn rule(
    function: &Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    generated: &mut Vec<Generated>,
) {
    let span = event.span;
    let target = invoked(function, span);
    rule_for(&target, event, id, None, generated);
    let source = vec![tree::entry("SourceArn", tree::get_att(id, "Arn", span))];
    let permitted = format!("{id}Permission");
    generated.push(permission(function, event, &permitted, "events.amazonaws.com", source));
}

/// A schedule, which invokes the function with a role of its own.
pub(super) fn schedule(
    function: &Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    generated: &mut Vec<Generated>,
) {
    schedule_for(&invoked(function, event.span), event, id, generated);
}

fn invoked<'w, 't>(function: &Function<'w, 't>, span: Span) -> Target<'w, 't> {
    Target { written: function.written, arn: function.arn(span), start: INVOKE }
}

/// A rule for any target, which it starts with a role or because it is permitted to.
pub(super) fn rule_for(
    target: &Target<'_, '_>,
    event: &Event<'_>,
    id: &str,
    role: Option<Node>,
    generated: &mut Vec<Generated>,
) {
    let span = event.span;
    let written = target.written;
    let mut entries = vec![
        tree::entry("Arn", target.arn.clone()),
        tree::entry("Id", tree::text(format!("{id}{}", target.start.target), span)),
    ];
    entries.extend(role.map(|role| tree::entry("RoleArn", role)));
    if let Some((dead_letter, made)) = dead_letter(written, event, id, generated) {
        entries.push(dead_letter);
        generated.extend(made.map(|queue| queue_policy(written, event, id, &queue)));
    }
    entries.extend(event.copy(&["Input", "InputPath", "RetryPolicy", "InputTransformer"]));
    let mut properties = event.copy(&["EventBusName", "Name", "State"]);
    for (property, name) in
        [("Schedule", "ScheduleExpression"), ("Pattern", "EventPattern"), ("RuleName", "Name")]
    {
        if let Some(entry) = event.entry(property) {
            properties.push(tree::entry_at(name, entry.key.span, entry.value.clone()));
        }
    }
    let targets = tree::list(vec![tree::map(entries, span)], span);
    properties.push(tree::entry("Targets", targets));
    generated.push(adds(written, event, id, "AWS::Events::Rule", properties));
}

/// A schedule for any target, with the role that it starts it with.
pub(super) fn schedule_for(
    target: &Target<'_, '_>,
    event: &Event<'_>,
    id: &str,
    generated: &mut Vec<Generated>,
) {
    let span = event.span;
    let written = target.written;
    let dead_letter = dead_letter(written, event, id, generated).map(|(entry, _)| entry);
    let role = match event.get("RoleArn") {
        Some(role) => role.clone(),
        None => {
            let mut role = ImplicitRole::new(id, span, "scheduler.amazonaws.com");
            let Start { action, policy, .. } = target.start;
            let start = allow(&[action], target.arn.clone(), span);
            role.statements(&format!("{id}{policy}"), vec![start], span);
            if let Some(queue) = dead_letter.as_ref().and_then(|entry| entry.value.get("Arn")) {
                let send = allow(&["sqs:SendMessage"], queue.clone(), queue.span);
                role.statements(&format!("{id}SQSPolicy"), vec![send], queue.span);
            }
            if let Some(boundary) = event.entry("PermissionsBoundary") {
                role.property("PermissionsBoundary", boundary);
            }
            let id = role.id.clone();
            let arn = tree::get_att(&id, "Arn", span);
            generated.push(adds(written, event, &id, "AWS::IAM::Role", role.properties(None)));
            arn
        }
    };
    let mut entries = vec![tree::entry("Arn", target.arn.clone()), tree::entry("RoleArn", role)];
    entries.extend(dead_letter);
    entries.extend(event.copy(&["Input", "RetryPolicy"]));
    let names = ["ScheduleExpression", "Name", "State", "GroupName", "KmsKeyArn"];
    let mut properties = event.copy(&names);
    properties.push(tree::entry("Target", tree::map(entries, span)));
    generated.push(adds(written, event, id, "AWS::Scheduler::Schedule", properties));
}

/// `DeadLetterConfig` of the target, and the logical id of the queue that SAM makes for it.
fn dead_letter(
    written: &Written<'_>,
    event: &Event<'_>,
    id: &str,
    generated: &mut Vec<Generated>,
) -> Option<(Entry, Option<String>)> {
    let config = event.entry("DeadLetterConfig")?;
    let span = config.key.span;
    let (arn, made) = match config.value.get("Arn") {
        Some(arn) => (arn.clone(), None),
        None => {
            let own = config.value.get("QueueLogicalId").and_then(Node::as_str);
            let queue = own.map_or_else(|| format!("{id}Queue"), str::to_owned);
            generated.push(adds(written, event, &queue, "AWS::SQS::Queue", Vec::new()));
            (tree::get_att(&queue, "Arn", span), Some(queue))
        }
    };
    let map = tree::map(vec![tree::entry("Arn", arn)], config.value.span);
    Some((tree::entry_at("DeadLetterConfig", span, map), made))
}

/// Lets a rule send to the queue that SAM makes for it.
fn queue_policy(written: &Written<'_>, event: &Event<'_>, id: &str, queue: &str) -> Generated {
    let span = event.span;
    let service = vec![tree::entry("Service", tree::text("events.amazonaws.com", span))];
    let source = vec![tree::entry("aws:SourceArn", tree::get_att(id, "Arn", span))];
    let equals = vec![tree::entry("ArnEquals", tree::map(source, span))];
    let mut statement = allow(&["sqs:SendMessage"], tree::get_att(queue, "Arn", span), span);
    if let iacscan_core::reader::NodeKind::Map(entries) = &mut statement.kind {
        entries.push(tree::entry("Principal", tree::map(service, span)));
        entries.push(tree::entry("Condition", tree::map(equals, span)));
    }
    let queues = tree::list(vec![tree::reference(queue, span)], span);
    let properties = vec![
        tree::entry("Queues", queues),
        tree::entry("PolicyDocument", document(vec![statement], span)),
    ];
    adds(written, event, &format!("{id}QueuePolicy"), "AWS::SQS::QueuePolicy", properties)
}
