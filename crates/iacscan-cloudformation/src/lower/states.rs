//! Step Functions: state machines.

use iacscan_graph::nodes::ResourceKind;

use super::Context;
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::StepFunctions::StateMachine" => {
            let header =
                context.add_named(declaration, ResourceKind::StateMachine, "StateMachineName", &[]);
            context.role_user(&header, "states", declaration.text("RoleArn"));
        }
        _ => return false,
    }
    true
}
