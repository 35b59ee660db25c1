//! Every rule's page is run.
//!
//! A page's fenced blocks are scanned. Lines of `^^^ label` and `--- label` under a line mark the
//! primary and secondary labels of the page's rule: every label has its marker and every marker its
//! label, on every finding of that rule. A block without markers must be silent for all rules.
//!
//! The first word behind the fence is the language, the second a file name; blocks with file names
//! that follow each other without a heading between them are one fixture.

mod fixture;
#[path = "../mend/mod.rs"]
mod mend;
mod page;
#[path = "../scan/mod.rs"]
mod scan;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use iacscan_core::{Files as _, LabelKind, RuleMeta, Severity};
use iacscan_rules::RULES;

use fixture::{Fixture, Marker, options};
use page::fixtures;
use scan::{Scan, scan};

#[test]
fn every_page_says_what_its_rule_does() {
    let mut problems = String::new();
    for rule in RULES {
        let meta = rule.meta();
        for fixture in fixtures(meta.page) {
            if let Err(problem) = check(meta, &fixture) {
                let _ = writeln!(problems, "rules/{}: {}\n{problem}", meta.id, fixture.heading);
            }
        }
    }
    assert!(problems.is_empty(), "\n{problems}");
}

#[test]
fn every_page_has_examples_of_both_kinds_in_both_languages() {
    let mut problems = String::new();
    for rule in RULES {
        let meta = rule.meta();
        let all = fixtures(meta.page);
        let some = |terraform: bool, marked: bool| {
            all.iter().any(|f| f.is_terraform() == terraform && f.has_markers() == marked)
        };
        // Where a pattern exists in one language alone, the page says so.
        let only = |language: &str| meta.page.contains(&format!("exists in {language} alone"));
        for (terraform, absent) in
            [(true, only("CloudFormation") || only("SAM")), (false, only("Terraform"))]
        {
            for marked in [true, false] {
                if !absent && !some(terraform, marked) {
                    let language = if terraform { "Terraform" } else { "CloudFormation" };
                    let kind = if marked { "noncompliant" } else { "compliant" };
                    let _ = writeln!(problems, "{}: no {kind} {language} example", meta.id);
                }
            }
        }
    }
    assert!(problems.is_empty(), "\n{problems}");
}

/// What a finding suggests, written into the example, takes the finding away and makes no other.
#[test]
fn suggestions_mend_what_they_are_about() {
    let (mut problems, mut applied) = (String::new(), BTreeMap::new());
    for rule in RULES {
        let meta = rule.meta();
        let options = options(meta.page);
        for fixture in fixtures(meta.page).iter().filter(|fixture| fixture.has_markers()) {
            let before = scan(fixture.texts(), &options);
            for finding in before.findings.iter().filter(|finding| finding.rule == meta.id) {
                let pasted = usize::from(finding.snippet.is_some());
                *applied.entry(meta.id).or_insert(0) += finding.remedies.len() + pasted;
                if let Err(problem) = mend::mends(&fixture.files, &before, finding, &options) {
                    let _ = writeln!(problems, "rules/{}: {}\n{problem}", meta.id, fixture.heading);
                }
            }
        }
    }
    assert!(problems.is_empty(), "\n{problems}");
    for rule in MENDED {
        assert!(
            applied.get(rule).is_some_and(|count| *count > 0),
            "no page shows what {rule} suggests"
        );
    }
}

/// Rules that say exactly what to write.
const MENDED: &[&str] = &[
    "edge-trust-missing",
    "function-without-role",
    "logs-resource-mismatch",
    "managed-policy-not-found",
    "missing-dead-letter-permission",
    "missing-destination-permission",
    "missing-durable-permission",
    "missing-event-source-network-permission",
    "missing-event-source-permission",
    "missing-file-system-permission",
    "missing-layer-permission",
    "missing-logs-permission",
    "missing-source-secret-permission",
    "missing-tracing-permission",
    "missing-vpc-permission",
    "policy-version-outdated",
    "role-reference-kind",
    "trigger-without-invoke-permission",
    "trust-missing-lambda",
    "unknown-iam-action",
];

#[test]
fn rules_are_sorted_and_described() {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.meta().id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    for rule in RULES {
        let meta = rule.meta();
        let title = format!("# {}\n", meta.id);
        assert!(meta.page.starts_with(&title), "the page of {} does not name it", meta.id);
        for heading in ["## Why", "## When values are unknown", "## References"] {
            assert!(meta.page.contains(heading), "{}: no {heading:?}", meta.id);
        }
    }
}

fn check(meta: &RuleMeta, fixture: &Fixture) -> Result<(), String> {
    let rule = meta.id;
    let Scan { files, findings, .. } = scan(fixture.texts(), &options(meta.page));
    let sources = files.sources();
    if !fixture.has_markers() {
        let loud: Vec<String> = findings
            .iter()
            .filter(|finding| finding.severity >= Severity::Low)
            .map(|finding| format!("  {}: {}", finding.rule, finding.message))
            .collect();
        return if loud.is_empty() {
            Ok(())
        } else {
            Err(format!("  a compliant example is not silent:\n{}", loud.join("\n")))
        };
    }
    let mut actual: Vec<Marker> = findings
        .iter()
        .filter(|finding| finding.rule == rule)
        .flat_map(|finding| &finding.labels)
        .map(|label| {
            let source = sources.get(label.span.source);
            let (lines, text) = (source.lines(), &source.text);
            let start = lines.line_column(text, label.span.start);
            // A label over several lines is marked on its first.
            let line_end = lines.range_of(start.line - 1).end;
            let line = source.slice(label.span.start as usize..line_end);
            let first = line.trim_end().len().min((label.span.end - label.span.start) as usize);
            Marker {
                file: source.path.clone(),
                line: start.line,
                column: start.column,
                width: line.get(..first).unwrap_or(line).chars().count().max(1),
                primary: label.kind == LabelKind::Primary,
                text: label.text.clone(),
            }
        })
        .collect();
    actual.sort();
    actual.dedup();
    let mut expected = fixture.markers.clone();
    expected.sort();
    if actual == expected {
        return Ok(());
    }
    let mut problem = String::new();
    for marker in actual.iter().filter(|marker| !expected.contains(marker)) {
        let _ = writeln!(problem, "  no marker for  {marker}");
    }
    for marker in expected.iter().filter(|marker| !actual.contains(marker)) {
        let _ = writeln!(problem, "  no label for   {marker}");
    }
    if actual.is_empty() {
        let all: Vec<String> =
            findings.iter().map(|f| format!("  {}: {}", f.rule, f.message)).collect();
        let _ = writeln!(problem, "  the rule found nothing; all findings:\n{}", all.join("\n"));
    }
    let _ = writeln!(problem, "  what was found, as the page would mark it:");
    for (file, text) in &fixture.files {
        for (number, line) in text.lines().enumerate() {
            let _ = writeln!(problem, "{line}");
            for marker in actual.iter().filter(|m| m.file == *file && m.line == number + 1) {
                let sign = if marker.primary { "^" } else { "-" }.repeat(marker.width);
                let _ =
                    writeln!(problem, "{}{sign} {}", " ".repeat(marker.column - 1), marker.text);
            }
        }
    }
    Err(problem)
}
