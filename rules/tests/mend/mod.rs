//! Does what findings suggest and looks again.

mod apply;
mod paste;
mod statement;

use std::fmt::Write as _;

use iacscan_core::{Finding, Severity, Step};
use iacscan_rules::Options;

use crate::scan::{Scan, scan};

/// Whether each remedy of a finding, written into the files, takes the finding away and makes no
/// other that is more than a remark.
pub(crate) fn mends(
    files: &[(String, String)],
    before: &Scan,
    finding: &Finding,
    options: &Options,
) -> Result<(), String> {
    let mut problems = String::new();
    for remedy in &finding.remedies {
        if let Err(problem) = mend(files, before, finding, remedy, options) {
            let help = finding.help.as_deref().unwrap_or_default();
            let _ = writeln!(problems, "  {}: {help}\n  {remedy:?}\n{problem}", finding.rule);
        }
    }
    if let Some(snippet) = &finding.snippet {
        let mut pasted = files.to_vec();
        let result = paste::paste(&mut pasted, snippet)
            .and_then(|()| leaves_nothing(&pasted, before, finding, options));
        if let Err(problem) = result {
            let _ = writeln!(problems, "  {}: {}\n{problem}", finding.rule, snippet.lines());
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Whether two findings are one, of which less may be missing by now.
fn is_same(old: &Finding, new: &Finding) -> bool {
    let lacks_less = new.rule.starts_with("missing-") && old.resource == new.resource;
    old.rule == new.rule && (old.message == new.message || lacks_less)
}

fn mend(
    files: &[(String, String)],
    before: &Scan,
    finding: &Finding,
    remedy: &[Step],
    options: &Options,
) -> Result<(), String> {
    let mut files = files.to_vec();
    for (number, step) in remedy.iter().enumerate() {
        apply::apply(&mut files, before, finding, step, number)?;
    }
    leaves_nothing(&files, before, finding, options)
}

/// Whether the finding is gone from these texts, and no other is there instead.
fn leaves_nothing(
    files: &[(String, String)],
    before: &Scan,
    finding: &Finding,
    options: &Options,
) -> Result<(), String> {
    let texts = files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let after = scan(texts, options);
    let is_left = |other: &&Finding| {
        other.rule == finding.rule && other.severity >= finding.severity.min(Severity::Low)
    };
    let count = |scan: &Scan| scan.findings.iter().filter(is_left).count();
    let mut problem = String::new();
    if count(&after) >= count(before) {
        let _ = writeln!(problem, "  the finding is still there");
    }
    let is_new = |new: &&Finding| {
        new.severity > Severity::Info
            // What is written here may stand in a resource of its own, in whatever order.
            && new.rule != "policy-attachment-race"
            // Who else stands in a trust policy is asked once a function can run with the role.
            && new.rule != "trust-extra-principal"
            && !before.findings.iter().any(|old| is_same(old, new))
    };
    for new in after.findings.iter().filter(is_new) {
        let _ = writeln!(problem, "  new: {} {}: {}", new.severity, new.rule, new.message);
    }
    if problem.is_empty() {
        return Ok(());
    }
    for (name, text) in files {
        let _ = writeln!(problem, "--- {name}\n{text}");
    }
    Err(problem)
}
