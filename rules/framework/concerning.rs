//! Whom findings about a role's policies concern.

use iacscan_graph::{ExecutionRole, FunctionId};

use crate::Draft;

/// Adds the functions a finding about a role concerns: subjects, labels, the path to the role; the
/// role itself when no function assumes it.
pub(crate) fn concerning(
    role: &ExecutionRole<'_>,
    functions: &[FunctionId],
    draft: Draft,
) -> Draft {
    let header = &role.role.header;
    let draft = draft.scope(header).role(&header.address);
    let functions: Vec<_> = functions.iter().filter_map(|id| role.graph.function(*id)).collect();
    let Some(first) = functions.first() else {
        return draft
            .subject(&header.address)
            .label(header.span, "Lambda may assume this role")
            .step(header.span, role.role.in_words());
    };
    let draft = functions.iter().fold(draft, |draft, function| {
        draft.function(function).label(function.header.span, "runs with it")
    });
    draft
        .step(first.header.span, format!("function `{}`", first.header.address))
        .step(header.span, format!("assumes {}", role.role.in_words()))
}
