//! EFS: file systems and access points.

use iacscan_graph::nodes::ResourceKind;

use super::{Context, Declaration, values};

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) -> bool {
    match declaration.kind() {
        "aws_efs_file_system" | "awscc_efs_file_system" => {
            let header = context.add(declaration, ResourceKind::FileSystem, |resource| {
                resource.kms_key = declaration.text("kms_key_id");
            });
            context.own_resource_policy(&header, declaration.policy("file_system_policy"));
        }
        "aws_efs_access_point" | "awscc_efs_access_point" => {
            context.add(declaration, ResourceKind::AccessPoint, |resource| {
                resource.parent = declaration.text("file_system_id");
            });
        }
        "aws_efs_file_system_policy" => {
            let header = context.other(declaration);
            let target = values::known(declaration.text("file_system_id"));
            context.resource_policy(&header, target, declaration.policy("policy"));
        }
        _ => return false,
    }
    true
}
