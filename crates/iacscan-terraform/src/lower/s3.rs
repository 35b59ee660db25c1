//! S3: buckets, their notifications and policies.

use iacscan_core::Truth;
use iacscan_graph::nodes::ResourceKind;

use super::Lowering;

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_s3_bucket" => |context, declaration| {
            let name = ["bucket", "bucket_prefix"];
            let header = context.add_named(declaration, ResourceKind::Bucket, &name, &[]);
            context.own_resource_policy(&header, declaration.policy("policy"));
            let role = ["replication_configuration", "role"];
            context.role_users(declaration, &header, "s3", &[&role]);
        },
        "awscc_s3_bucket" => |context, declaration| {
            let header =
                context.add_named(declaration, ResourceKind::Bucket, &["bucket_name"], &[]);
            let path = ["notification_configuration", "lambda_configurations", "function"];
            context.triggers(declaration, &header, "s3", &path, Truth::False);
            let role = ["replication_configuration", "role"];
            context.role_users(declaration, &header, "s3", &[&role]);
        },
        "aws_s3_bucket_notification" => |context, declaration| {
            let header = context.other(declaration);
            let path = ["lambda_function", "lambda_function_arn"];
            context.triggers(declaration, &header, "s3", &path, Truth::False);
        },
        "aws_s3_bucket_policy" | "awscc_s3_bucket_policy" => |context, declaration| {
            let header = context.other(declaration);
            let bucket = declaration.texts("bucket");
            let document = match declaration.kind() {
                "aws_s3_bucket_policy" => declaration.policy("policy"),
                _ => declaration.policy("policy_document"),
            };
            context.resource_policy(&header, bucket, document);
        },
        "aws_s3_bucket_replication_configuration" => |context, declaration| {
            let header = context.other(declaration);
            context.role_user(&header, "s3", declaration.text("role"));
        },
        _ => return None,
    };
    Some(lowering)
}
