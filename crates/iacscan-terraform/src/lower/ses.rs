//! SES: identities, and rules that invoke functions.

use iacscan_core::Truth;
use iacscan_graph::nodes::ResourceKind;

use super::Lowering;

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_ses_email_identity"
        | "aws_ses_domain_identity"
        | "aws_sesv2_email_identity"
        | "awscc_ses_email_identity" => |context, declaration| {
            context.add(declaration, ResourceKind::EmailIdentity, |resource| {
                resource.name = declaration.name_of(&["email_identity", "email", "domain"]);
            });
        },
        "aws_ses_receipt_rule" => |context, declaration| {
            let header = context.other(declaration);
            let path = ["lambda_action", "function_arn"];
            context.triggers(declaration, &header, "ses", &path, Truth::False);
        },
        _ => return None,
    };
    Some(lowering)
}
