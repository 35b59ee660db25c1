//! Builds and deployments that use roles.

use iacscan_graph::nodes::ResourceKind;

use super::{Context, Declaration};

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) -> bool {
    match declaration.kind() {
        "aws_codebuild_project" => {
            let header = context.add_named(declaration, ResourceKind::Other, &["name"], &[]);
            context.role_user(&header, "codebuild", declaration.text("service_role"));
        }
        "aws_codedeploy_deployment_group" => {
            let header = context.other(declaration);
            context.role_user(&header, "codedeploy", declaration.text("service_role_arn"));
        }
        "aws_codepipeline" => {
            let header = context.other(declaration);
            context.role_users(
                declaration,
                &header,
                "codepipeline",
                &[&["role_arn"], &["stage", "action", "role_arn"]],
            );
        }
        _ => return false,
    }
    true
}
