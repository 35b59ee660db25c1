//! S3: buckets, their notifications and policies.

use iacscan_core::Truth;
use iacscan_graph::nodes::ResourceKind;

use super::{Context, values};
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::S3::Bucket" => {
            let header = context.add_named(declaration, ResourceKind::Bucket, "BucketName", &[]);
            if let Some(value) = declaration.get("NotificationConfiguration") {
                let path = ["LambdaConfigurations", "[]", "Function"];
                for (condition, function) in values::each(&value, &path) {
                    context.trigger(&header, "s3", &condition, function, Truth::False);
                }
            }
            context.role_users(
                declaration,
                &header,
                "s3",
                &[&["ReplicationConfiguration", "Role"]],
            );
        }
        "AWS::S3::BucketPolicy" => {
            let header = context.add(declaration, ResourceKind::Other, |_| {});
            let bucket = declaration.texts("Bucket");
            context.resource_policy(&header, bucket, declaration.policy("PolicyDocument"));
        }
        _ => return false,
    }
    true
}
