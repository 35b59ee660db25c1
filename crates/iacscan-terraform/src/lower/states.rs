//! Step Functions: state machines.

use iacscan_graph::nodes::ResourceKind;

use super::Lowering;

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_sfn_state_machine" => |context, declaration| {
            let name = ["name", "name_prefix"];
            let header = context.add_named(declaration, ResourceKind::StateMachine, &name, &[]);
            context.role_user(&header, "states", declaration.text("role_arn"));
        },
        "awscc_stepfunctions_state_machine" => |context, declaration| {
            let name = ["state_machine_name"];
            let header = context.add_named(declaration, ResourceKind::StateMachine, &name, &[]);
            context.role_user(&header, "states", declaration.text("role_arn"));
        },
        _ => return None,
    };
    Some(lowering)
}
