//! How much is said about files that are not valid: every cause once, and no flood.

use std::collections::BTreeMap;

use iacscan_core::SourceId;
use iacscan_graph::Unit;

use super::{Problem, ProblemKind};

/// Places of one file that are findings of their own.
const MOST_FINDINGS: usize = 3;
/// Other places that a finding shows.
const MOST_LABELS: usize = 4;

/// Says what is wrong with the syntax of files.
pub(crate) fn report_syntax(problems: &[Problem], unit: &mut Unit) {
    let mut files: BTreeMap<SourceId, Vec<&Problem>> = BTreeMap::new();
    for problem in problems.iter().filter(|problem| problem.kind.is_of_syntax()) {
        files.entry(problem.span.source).or_default().push(problem);
    }
    unit.is_unread |= !files.is_empty();
    files.into_values().for_each(|problems| of_file(problems, unit));
}

fn of_file(mut problems: Vec<&Problem>, unit: &mut Unit) {
    problems.sort_by_key(|problem| problem.span);
    // In a template, or between the sides of a merge, nothing else is wrong for certain.
    let cause = problems.iter().position(|problem| problem.kind != ProblemKind::Syntax);
    let (mut said, unsaid) = match cause {
        Some(cause) => (vec![problems.remove(cause)], problems),
        None => {
            let unsaid = problems.split_off(problems.len().min(MOST_FINDINGS));
            (problems, unsaid)
        }
    };
    let path = unit.path.clone();
    let more = match unsaid.len() {
        0 => String::new(),
        1 => "; 1 more place in this file cannot be read either".to_owned(),
        all => format!("; {all} more places in this file cannot be read either"),
    };
    let last = said.pop();
    unit.findings.extend(said.into_iter().filter_map(|problem| problem.finding(&path)));
    let Some(last) = last else { return };
    if let Some(mut undecided) = last.undecided(&path) {
        undecided.reason.push_str(&more);
        unit.undecided.push(undecided);
    }
    if let Some(finding) = last.draft(&path) {
        let shown = unsaid.iter().take(MOST_LABELS);
        let finding = shown.fold(finding.message_more(&more), |finding, other| {
            finding.label(other.span, "cannot be read either")
        });
        unit.findings.push(finding.finish());
    }
}
