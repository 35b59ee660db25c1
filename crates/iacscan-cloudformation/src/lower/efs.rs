//! EFS: file systems and access points.

use iacscan_graph::nodes::ResourceKind;

use super::Context;
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::EFS::FileSystem" => {
            let header = context.add(declaration, ResourceKind::FileSystem, |resource| {
                resource.kms_key = declaration.text("KmsKeyId");
            });
            context.own_resource_policy(&header, declaration.policy("FileSystemPolicy"));
        }
        "AWS::EFS::AccessPoint" => {
            context.add(declaration, ResourceKind::AccessPoint, |resource| {
                resource.parent = declaration.text("FileSystemId");
            });
        }
        _ => return false,
    }
    true
}
