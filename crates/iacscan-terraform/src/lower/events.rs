//! EventBridge: buses, rules and their targets, schedules, pipes.

use iacscan_graph::nodes::ResourceKind;

use super::{Lowering, values};

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_cloudwatch_event_bus" | "awscc_events_event_bus" => |context, declaration| {
            let header = context.add_named(declaration, ResourceKind::EventBus, &["name"], &[]);
            context.own_resource_policy(&header, declaration.policy("policy"));
        },
        "aws_cloudwatch_event_bus_policy" => |context, declaration| {
            let header = context.other(declaration);
            let bus = values::known(declaration.text("event_bus_name"));
            context.resource_policy(&header, bus, declaration.policy("policy"));
        },
        "aws_cloudwatch_event_rule" => |context, declaration| {
            let header = context.add_named(
                declaration,
                ResourceKind::EventRule,
                &["name", "name_prefix"],
                &[],
            );
            context.role_user(&header, "events", declaration.text("role_arn"));
        },
        "aws_cloudwatch_event_target" => |context, declaration| {
            let header = context.other(declaration);
            let has_role = values::is_set(declaration.get("role_arn"));
            context.triggers(declaration, &header, "events", &["arn"], has_role);
            context.role_users(
                declaration,
                &header,
                "events",
                &[&["role_arn"], &["ecs_target", "task_role_arn"]],
            );
        },
        "awscc_events_rule" => |context, declaration| {
            let header = context.add_named(declaration, ResourceKind::EventRule, &["name"], &[]);
            let Some(value) = declaration.get("targets") else { return };
            for target in iacscan_graph::lower::items(Some(value)).items {
                let Some(map) = target.item.value.as_map() else { continue };
                let has_role = values::is_set(map.get("role_arn"));
                if let Some(arn) = map.get("arn") {
                    context.trigger(&header, "events", &target.condition, arn, has_role);
                }
            }
            let paths: [&[&str]; 2] = [&["role_arn"], &["targets", "role_arn"]];
            context.role_users(declaration, &header, "events", &paths);
        },
        "aws_scheduler_schedule" | "awscc_scheduler_schedule" => |context, declaration| {
            let header = context.other(declaration);
            context.role_users(declaration, &header, "scheduler", &[&["target", "role_arn"]]);
        },
        "aws_pipes_pipe" | "awscc_pipes_pipe" => |context, declaration| {
            let header = context.other(declaration);
            context.role_user(&header, "pipes", declaration.text("role_arn"));
        },
        _ => return None,
    };
    Some(lowering)
}
