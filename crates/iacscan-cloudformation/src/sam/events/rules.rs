//! Events of `EventBridge`: rules and schedules.

use iacscan_core::reader::{Entry, Node};

use super::{Event, adds, permission};
use crate::sam::function::Function;
use crate::sam::resource::Generated;
use crate::sam::role::{ImplicitRole, allow};
use crate::tree;

/// A rule with the function as its target.
pub(super) fn rule(
    function: &Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    generated: &mut Vec<Generated>,
) {
    let span = event.span;
    let mut target = vec![
        tree::entry("Arn", function.arn(span)),
        tree::entry("Id", tree::text(format!("{id}LambdaTarget"), span)),
    ];
    target.extend(dead_letter(function, event, id, generated));
    target.extend(event.copy(&["Input", "InputPath", "RetryPolicy", "InputTransformer"]));
    let mut properties = event.copy(&["EventBusName", "Name", "State"]);
    for (property, name) in
        [("Schedule", "ScheduleExpression"), ("Pattern", "EventPattern"), ("RuleName", "Name")]
    {
        if let Some(entry) = event.entry(property) {
            properties.push(tree::entry_at(name, entry.key.span, entry.value.clone()));
        }
    }
    let targets = tree::list(vec![tree::map(target, span)], span);
    properties.push(tree::entry("Targets", targets));
    generated.push(adds(function, event, id, "AWS::Events::Rule", properties));
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
    let span = event.span;
    let dead_letter = dead_letter(function, event, id, generated);
    let role = match event.get("RoleArn") {
        Some(role) => role.clone(),
        None => {
            let mut role = ImplicitRole::new(id, span, "scheduler.amazonaws.com");
            let invoke = allow(&["lambda:InvokeFunction"], function.arn(span), span);
            role.statements(&format!("{id}LambdaPolicy"), vec![invoke], span);
            if let Some(boundary) = event.entry("PermissionsBoundary") {
                role.property("PermissionsBoundary", boundary);
            }
            let id = role.id.clone();
            let arn = tree::get_att(&id, "Arn", span);
            generated.push(adds(function, event, &id, "AWS::IAM::Role", role.properties(None)));
            arn
        }
    };
    let mut target = vec![tree::entry("Arn", function.arn(span)), tree::entry("RoleArn", role)];
    target.extend(dead_letter);
    target.extend(event.copy(&["Input", "RetryPolicy"]));
    let names = ["ScheduleExpression", "Name", "State", "GroupName", "KmsKeyArn"];
    let mut properties = event.copy(&names);
    properties.push(tree::entry("Target", tree::map(target, span)));
    generated.push(adds(function, event, id, "AWS::Scheduler::Schedule", properties));
}

/// `DeadLetterConfig` of the target, with the queue that SAM makes for it.
fn dead_letter(
    function: &Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    generated: &mut Vec<Generated>,
) -> Option<Entry> {
    let config = event.entry("DeadLetterConfig")?;
    let span = config.key.span;
    let arn = match config.value.get("Arn") {
        Some(arn) => arn.clone(),
        None => {
            let own = config.value.get("QueueLogicalId").and_then(Node::as_str);
            let queue = own.map_or_else(|| format!("{id}Queue"), str::to_owned);
            generated.push(adds(function, event, &queue, "AWS::SQS::Queue", Vec::new()));
            tree::get_att(&queue, "Arn", span)
        }
    };
    let map = tree::map(vec![tree::entry("Arn", arn)], config.value.span);
    Some(tree::entry_at("DeadLetterConfig", span, map))
}
