//! `--format gitlab`: the code quality report of GitLab.

use std::io::{self, Write};

use iacscan_core::{Severity, Sources};
use serde::Serialize;

use crate::place::{Place, anchor};
use crate::{Options, Report, escape_json, paths, visible};

/// Writes an array of issues.
pub(crate) fn render(
    report: &Report,
    sources: &Sources,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let issues: Vec<Issue<'_>> = report
        .findings
        .iter()
        .filter_map(|reported| {
            let finding = &reported.finding;
            let place = Place::of(anchor(finding, sources)?, sources);
            Some(Issue {
                description: visible::line(&reported.sentence()).into_owned(),
                check_name: finding.rule,
                fingerprint: &reported.fingerprint,
                severity: severity(finding.severity),
                location: Location {
                    path: paths::from_root(&place.path, options),
                    lines: Lines { begin: place.start.line, end: place.end.line },
                },
            })
        })
        .collect();
    escape_json::write(&issues, out)
}

#[derive(Serialize)]
struct Issue<'r> {
    description: String,
    check_name: &'r str,
    fingerprint: &'r str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// GitLab's name; its worst, `blocker`, is left to those who decide what blocks.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}
