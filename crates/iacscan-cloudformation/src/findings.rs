//! What is wrong with templates, in words.

use iacscan_core::reader::Node;
use iacscan_core::{Finding, FindingBuilder, Severity, Span};

/// A section that is no map.
pub(crate) fn not_a_map(node: &Node, unit: &str) -> Finding {
    let message = "this is no map".to_owned();
    invalid(node.span, message, "expected a map here", REFUSED, unit)
}

/// What to do about a shape that is not taken.
pub(crate) const REFUSED: &str =
    "Write what is expected: CloudFormation refuses the template as it is.";

/// Something of a shape that cannot be deployed.
pub(crate) fn invalid(span: Span, message: String, label: &str, help: &str, unit: &str) -> Finding {
    Finding::build("syntax-error", Severity::High, span, label)
        .help(help)
        .fingerprint(message.clone())
        .message(message)
        .unit(unit)
        .finish()
}

/// A policy in a string that is not JSON.
pub(crate) fn no_json(span: Span, why: &str, unit: &str) -> Finding {
    let help = "Correct the JSON, or write the policy as a map: AWS refuses it as it is, and what it \
                allows was not checked.";
    invalid(span, format!("this policy is no JSON: {why}"), "this is not valid JSON", help, unit)
}

/// Loops with more rounds than are unrolled.
pub(crate) fn too_many_rounds(span: Span, unit: &str) -> Finding {
    let message = "the loops of this template have too many rounds".to_owned();
    Finding::build("limit-exceeded", Severity::Medium, span, "not unrolled any further")
        .fingerprint(message.clone())
        .message(message)
        .unit(unit)
        .finish()
}

/// A reference to nothing, with what to do about it.
pub(crate) fn unresolved(
    span: Span,
    message: String,
    label: &str,
    advice: &str,
    unit: &str,
) -> FindingBuilder {
    Finding::build("unresolved-reference", Severity::Medium, span, label)
        .fingerprint(message.clone())
        .message(message)
        .help(format!("{advice}: CloudFormation refuses the template as it is."))
        .unit(unit)
}
