//! Parts of the templates that tools make of several files, such as the Serverless Framework, whose
//! configuration includes them.

use iacscan_core::reader::{Node, NodeKind};
use iacscan_core::{Files, Span};

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

/// Whether the Serverless Framework makes a resource of this name, whose functions or deployments
/// share it.
pub(crate) fn is_made_by_serverless(name: &str) -> bool {
    ["IamRoleLambdaExecution", "ServerlessDeploymentBucket", "ApiGatewayRestApi", "WebsocketsApi"]
        .contains(&name)
}

/// Whether the Serverless Framework is at work in the directory of a file or in one above.
pub(crate) fn is_of_serverless(path: &str, files: &dyn Files) -> bool {
    let configures = |name: &String| {
        name.strip_prefix("serverless.")
            .is_some_and(|end| ["yml", "yaml", "json", "js", "cjs", "mjs", "ts"].contains(&end))
    };
    let mut directory = path;
    while let Some((above, _)) = directory.rsplit_once('/') {
        directory = above;
        if files.list(directory).unwrap_or_default().iter().any(configures) {
            return true;
        }
    }
    !path.starts_with('/') && files.list(".").unwrap_or_default().iter().any(configures)
}

/// The section that Rain or the AWS CLI reads and CloudFormation does not know: modules and constants
/// that they put in.
pub(crate) fn section_of_tools(root: &Node) -> Option<(&'static str, Span)> {
    ["Rain", "Modules", "Packages", "Constants"].into_iter().find_map(|name| {
        let entries = root.as_map()?;
        let entry = entries.iter().find(|entry| entry.key.value == name)?;
        Some((name, entry.key.span))
    })
}
