//! Step Functions: state machines.

use iacscan_graph::nodes::ResourceKind;

use super::{Context, Declaration};

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) -> bool {
    match declaration.kind() {
        "aws_sfn_state_machine" => {
            let name = ["name", "name_prefix"];
            let header = context.add_named(declaration, ResourceKind::StateMachine, &name, &[]);
            context.role_user(&header, "states", declaration.text("role_arn"));
        }
        "awscc_stepfunctions_state_machine" => {
            let name = ["state_machine_name"];
            let header = context.add_named(declaration, ResourceKind::StateMachine, &name, &[]);
            context.role_user(&header, "states", declaration.text("role_arn"));
        }
        _ => return false,
    }
    true
}
