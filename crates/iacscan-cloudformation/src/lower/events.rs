//! EventBridge: buses, rules, schedules, pipes.

use iacscan_graph::nodes::{Header, ResourceKind};

use super::{Context, values};
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::Events::EventBus" => {
            let header = context.add_named(declaration, ResourceKind::EventBus, "Name", &[]);
            context.own_resource_policy(&header, declaration.policy("Policy"));
        }
        "AWS::Events::Rule" => {
            let header = context.add_named(declaration, ResourceKind::EventRule, "Name", &[]);
            targets(context, declaration, &header);
            context.role_users(
                declaration,
                &header,
                "events",
                &[&["RoleArn"], &["Targets", "[]", "RoleArn"]],
            );
        }
        "AWS::Scheduler::Schedule" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            context.role_users(declaration, &header, "scheduler", &[&["Target", "RoleArn"]]);
        }
        "AWS::Pipes::Pipe" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            context.role_user(&header, "pipes", declaration.text("RoleArn"));
        }
        _ => return false,
    }
    true
}

/// The functions that a rule invokes.
fn targets(context: &mut Context<'_, '_>, declaration: &Declaration<'_, '_>, header: &Header) {
    let Some(value) = declaration.get("Targets") else { return };
    for (condition, target) in values::each(&value, &["[]"]) {
        let Some(map) = target.value.as_map() else { continue };
        if let Some(arn) = map.get("Arn") {
            let has_role = values::is_set(map.get("RoleArn"));
            context.trigger(header, "events", &condition, arn, has_role);
        }
    }
}
