//! `Events` of a state machine: what starts it, each with a role of its own.

use iacscan_core::reader::Node;

use super::rules::{Start, Target, rule_for, schedule_for};
use super::{Event, adds, events};
use crate::sam::resource::{Generated, Written};
use crate::sam::role::{ImplicitRole, allow};
use crate::tree;

const EXECUTE: Start = Start {
    action: "states:StartExecution",
    policy: "StartExecutionPolicy",
    target: "StepFunctionsTarget",
};

/// Adds what the events of a state machine stand for; `arn` is what they start.
pub(crate) fn expand(written: &Written<'_>, arn: &Node, generated: &mut Vec<Generated>) {
    for event in events(written) {
        let id = written.id_with(&event.entry.key.value);
        let target = Target { written, arn: arn.clone(), start: EXECUTE };
        match event.kind {
            "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
                let given = event.get("RoleArn").filter(|_| event.kind == "Schedule").cloned();
                let service = "events.amazonaws.com";
                let role =
                    given.unwrap_or_else(|| starter(&target, &event, &id, service, generated));
                rule_for(&target, &event, &id, Some(role), generated);
            }
            "ScheduleV2" => schedule_for(&target, &event, &id, generated),
            "Api" => {
                starter(&target, &event, &id, "apigateway.amazonaws.com", generated);
            }
            _ => {}
        }
    }
}

/// The role with which a service starts the state machine: its ARN.
fn starter(
    target: &Target<'_, '_>,
    event: &Event<'_>,
    id: &str,
    service: &str,
    generated: &mut Vec<Generated>,
) -> Node {
    let span = event.span;
    let mut role = ImplicitRole::new(id, span, service);
    let Start { action, policy, .. } = target.start;
    let start = allow(&[action], target.arn.clone(), span);
    role.statements(&format!("{}{policy}", role.id), vec![start], span);
    if let Some(boundary) = target.written.given("PermissionsBoundary") {
        role.property("PermissionsBoundary", boundary);
    }
    let id = role.id.clone();
    let properties = role.properties(None);
    generated.push(adds(target.written, event, &id, "AWS::IAM::Role", properties));
    tree::get_att(&id, "Arn", span)
}
