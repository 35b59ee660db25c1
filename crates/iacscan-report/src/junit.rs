//! `--format junit`: each finding a failed test, for systems that show test results.

use std::io::{self, Write};

use iacscan_core::Sources;
use indexmap::IndexMap;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use crate::place::Place;
use crate::{NoticeLevel, Options, Report, Reported, visible};

/// Writes one suite per file with a test per finding; suppressed findings are skipped tests, and
/// what could not be done is an error. Without any of them there is one test, which passes.
pub(crate) fn render(
    report: &Report,
    sources: &Sources,
    _options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut suites: IndexMap<String, Vec<TestCase>> = IndexMap::new();
    for reported in &report.findings {
        let place = primary(reported, sources);
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(plain(&reported.sentence()));
        status.set_type(reported.finding.severity.as_str());
        status.set_description(description(reported, sources));
        suites.entry(suite(place.as_ref())).or_default().push(case(reported, place, status));
    }
    for suppressed in &report.suppressed {
        let place = primary(&suppressed.reported, sources);
        let mut status = TestCaseStatus::skipped();
        let reason = suppressed.reason.as_deref().unwrap_or("suppressed without a reason");
        status.set_message(plain(reason));
        let case = case(&suppressed.reported, place.clone(), status);
        suites.entry(suite(place.as_ref())).or_default().push(case);
    }
    for notice in report.notices.iter().filter(|notice| notice.level == NoticeLevel::Error) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(plain(&notice.message));
        let place = notice.span.map(|span| Place::of(span, sources).path);
        let path = place.or_else(|| notice.path.clone()).unwrap_or_default();
        let case = TestCase::new("input", status);
        suites.entry(plain(&path)).or_default().push(case);
    }
    if suites.is_empty() {
        let case = TestCase::new("findings", TestCaseStatus::success());
        suites.insert(report.tool.name.to_owned(), vec![case]);
    }
    let mut junit = quick_junit::Report::new(report.tool.name);
    for (name, cases) in suites {
        let mut suite = TestSuite::new(name);
        suite.add_test_cases(cases);
        junit.add_test_suite(suite);
    }
    junit.serialize(io::BufWriter::new(out)).map_err(io::Error::other)
}

fn primary(reported: &Reported, sources: &Sources) -> Option<Place> {
    reported.finding.primary().map(|label| Place::of(label.span, sources))
}

fn suite(place: Option<&Place>) -> String {
    place.map(|place| plain(&place.path)).unwrap_or_default()
}

fn case(reported: &Reported, place: Option<Place>, status: TestCaseStatus) -> TestCase {
    let finding = &reported.finding;
    let mut case = TestCase::new(finding.rule, status);
    if let Some(resource) = &finding.resource {
        case.set_classname(plain(resource.name()));
    }
    if let Some(place) = place {
        case.extra.insert("file".into(), plain(&place.path).into());
        case.extra.insert("line".into(), place.start.line.to_string().into());
    }
    case
}

/// Every label with its place, and the help.
fn description(reported: &Reported, sources: &Sources) -> String {
    let finding = &reported.finding;
    let labels = finding.labels.iter().map(|label| {
        format!("{}: {}", plain(&Place::of(label.span, sources).to_string()), plain(&label.text))
    });
    let advice = finding.advice().unwrap_or_default();
    let advice = advice.lines().map(|line| format!("help: {}", plain(line)));
    labels.chain(advice).collect::<Vec<_>>().join("\n")
}

/// One line of text that neither a terminal nor the log of GitHub Actions executes; what XML does
/// not allow is escaped later.
fn plain(text: &str) -> String {
    visible::line(text).replace("##[", "# #[")
}

#[cfg(test)]
mod tests {
    use quick_junit::Report as Junit;

    use super::*;

    fn parsed(report: &Report, sources: &Sources, options: &Options) -> Junit {
        let mut out = Vec::new();
        render(report, sources, options, &mut out).unwrap();
        Junit::deserialize_from_str(&String::from_utf8(out).unwrap()).unwrap()
    }

    #[test]
    fn it_reads_back() {
        let (report, sources, options) = crate::fixture::report();
        let junit = parsed(&report, &sources, &options);
        assert_eq!((junit.failures, junit.skipped, junit.errors), (8, 1, 1));
        let suites: Vec<&str> = junit.test_suites.iter().map(|s| s.name.as_str()).collect();
        assert!(suites.contains(&"lambda/policies.tf"), "{suites:?}");
        let hostile = suites.iter().find(|name| name.starts_with("evil")).unwrap();
        assert!(hostile.ends_with("]]>--><b>`|\"'#?.yaml"), "{hostile}");
    }

    #[test]
    fn without_findings_a_test_passes() {
        let (_, sources, options) = crate::fixture::report();
        let junit = parsed(&Report::default(), &sources, &options);
        assert_eq!((junit.tests, junit.failures, junit.errors), (1, 0, 0));
    }
}
