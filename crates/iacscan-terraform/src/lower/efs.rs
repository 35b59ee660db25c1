//! EFS: file systems and access points.

use iacscan_graph::nodes::ResourceKind;

use super::{Lowering, values};

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_efs_file_system" | "awscc_efs_file_system" => |context, declaration| {
            let header = context.add(declaration, ResourceKind::FileSystem, |resource| {
                resource.kms_key = declaration.text("kms_key_id");
            });
            context.own_resource_policy(&header, declaration.policy("file_system_policy"));
        },
        "aws_efs_access_point" | "awscc_efs_access_point" => |context, declaration| {
            context.add(declaration, ResourceKind::AccessPoint, |resource| {
                resource.parent = declaration.text("file_system_id");
            });
        },
        "aws_efs_file_system_policy" => |context, declaration| {
            let header = context.other(declaration);
            let target = values::known(declaration.text("file_system_id"));
            context.resource_policy(&header, target, declaration.policy("policy"));
        },
        _ => return None,
    };
    Some(lowering)
}
