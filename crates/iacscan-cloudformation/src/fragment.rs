//! Parts of the template that the Serverless Framework makes: its configuration includes them.

use iacscan_core::Span;
use iacscan_core::reader::{Node, NodeKind};

/// What its variables start with. `CloudFormation` knows no names like these.
const VARIABLES: [&str; 4] = ["${self:", "${opt:", "${sls:", "${file("];

/// The first text with a variable of the framework. It joins the file with others before anything
/// is deployed, so that names may be defined there. Texts of several lines are programs' own.
///
/// Recursive, because trees are never deeper than the reader's limit.
pub(crate) fn variable(node: &Node) -> Option<Span> {
    match &node.kind {
        NodeKind::Scalar(scalar) => {
            let text = scalar.literal.text.as_str();
            let has = |start: &str| {
                text.split_once(start).is_some_and(|(_, behind)| behind.contains('}'))
            };
            let written = !text.contains('\n') && VARIABLES.into_iter().any(has);
            written.then_some(node.span)
        }
        NodeKind::List(items) => items.iter().find_map(variable),
        NodeKind::Map(entries) => entries.iter().find_map(|entry| variable(&entry.value)),
        NodeKind::Unread(_) => None,
    }
}
