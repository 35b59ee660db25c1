//! From options to a report.

use std::collections::{BTreeSet, HashMap};

use iacscan_core::{Files, Finding, LeftOut, Severity, Sources, Undecided};
use iacscan_graph::{FunctionSummary, Graph, Lowered, SharedRoles, link};
use iacscan_report::{
    Hidden, Notice, NoticeLevel, Options as ReportOptions, Report, Reported, Suppressed,
    fingerprints,
};
use iacscan_rules::Checked;
use rayon::prelude::*;

use crate::args::FailOn;
use crate::baseline_file::{self, KnownFindings};
use crate::discover::{Discovered, discover};
use crate::error::Error;
use crate::files::DiskFiles;
use crate::frontends::FRONTENDS;
use crate::options::Options;
use crate::rules;
use crate::session::Session;
use crate::suppress::Suppressions;

/// The stack of each thread, in bytes: syntax trees are walked recursively, up to their bound.
const STACK: usize = 8 << 20;

/// What a scan came to.
#[derive(Debug)]
pub struct Outcome {
    /// What to report.
    pub report: Report,
    /// The files and their texts.
    pub files: DiskFiles,
    /// The linked graph.
    pub graph: Graph,
    /// How the scan ended.
    pub status: Status,
    /// Where reports count paths from; nothing else is set.
    pub report_options: ReportOptions,
}

/// How a scan ended, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nothing at or above the severity to fail on.
    Clean,
    /// Findings at or above it.
    Findings,
    /// Something could not be done.
    Failure,
}

impl Status {
    /// The exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Failure => 2,
        }
    }
}

/// Scans.
///
/// # Errors
///
/// When the scan could not start: an unknown rule, a wrong configuration, an unreadable input
/// file. What goes wrong during the scan is in its [`Report::notices`].
pub fn scan(options: &Options) -> Result<Outcome, Error> {
    in_pool(options, || {
        let session = Session::open(options)?;
        let report_options = report_options(&session);
        let baseline = options.baseline.as_deref();
        let baseline = baseline.map(|path| KnownFindings::read(path, &session)).transpose()?;
        let Loaded { session, found, lowered, graph } = Loaded::new(session);
        let mut notices = notices(&session, &found, &lowered.unreadable);

        let sources = session.files.sources();
        iacscan_rules::secret_spans(&graph).into_iter().for_each(|span| sources.hide(span));
        let Checked { findings, undecided: doubts } = find(&session, &graph);
        let mut findings = identify(findings, session.files.sources(), &report_options);
        iacscan_rules::tell_apart(&graph, findings.iter_mut().map(|it| &mut it.finding));
        let (mut findings, suppressed) = suppress(&session, &graph, findings, &report_options);
        let mut hidden = Hidden::default();
        let written = options.write_baseline.as_deref();
        let written = written.map(|path| {
            baseline_file::write(path, &findings, &session, &report_options).map_err(|notice| {
                notices.push(notice);
            })
        });
        if written == Some(Ok(())) {
            // From now on all of them are known.
            hidden.baseline = std::mem::take(&mut findings).len();
        } else if let Some(baseline) = &baseline {
            let (known, notice) = baseline.compare(&findings, &report_options);
            notices.extend(notice);
            hidden.baseline = retain_unknown(&mut findings, &known);
        }
        let status = status(options, &session, &findings, &notices);
        let minimum = options.min_severity.or(session.config.min_severity);
        let minimum = minimum.unwrap_or(Severity::Low);
        let all = findings.len();
        findings.retain(|reported| reported.finding.severity >= minimum);
        hidden.below_minimum = all - findings.len();

        let files = lowered.files.iter().collect::<BTreeSet<_>>().len();
        let sources = session.files.sources();
        let summaries = summaries(&graph, &doubts);
        let report = Report {
            findings,
            suppressed,
            hidden,
            undecided: undecided(&graph, &summaries, sources),
            left_out: left_out(&graph, sources),
            functions: functions(summaries, sources),
            files,
            roles: graph.execution_roles().count(),
            notices,
            rules: rules::all(),
            ..Report::default()
        };
        Ok(Outcome { report, graph, status, report_options, files: session.files })
    })
}

/// What there is before any rule is asked.
pub(crate) struct Loaded {
    pub(crate) session: Session,
    pub(crate) found: Discovered,
    /// What the frontends said; its units are in the graph.
    pub(crate) lowered: Lowered,
    pub(crate) graph: Graph,
}

impl Loaded {
    /// Discovers, reads, lowers and links. Runs on the threads of the current rayon pool.
    pub(crate) fn new(mut session: Session) -> Self {
        let found = discover(&mut session.files, &session.paths, &session.exclude);
        let parts: Vec<Lowered> = FRONTENDS
            .par_iter()
            .map(|frontend| frontend.lower(&session.files, &found, &session.inputs))
            .collect();
        let mut lowered = Lowered::default();
        for part in parts {
            lowered.extend(part);
        }
        lowered.unreadable.sort();
        let graph = link(std::mem::take(&mut lowered.units));
        Self { session, found, lowered, graph }
    }
}

/// Runs on threads with stacks of a known size.
pub(crate) fn in_pool<T: Send>(
    options: &Options,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> Result<T, Error> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.map_or(0, std::num::NonZeroUsize::get))
        .stack_size(STACK)
        .build()
        .map_err(|error| Error::new(format!("cannot start threads: {error}")))?
        .install(work)
}

/// Where reports count paths from.
pub(crate) fn report_options(session: &Session) -> ReportOptions {
    ReportOptions {
        working_directory: crate::paths::path_text(session.files.working_directory()),
        repository_root: session.repository_root(),
        ..ReportOptions::default()
    }
}

/// What the reader must know before any finding.
pub(crate) fn notices(
    session: &Session,
    found: &Discovered,
    unreadable: &[iacscan_graph::Unreadable],
) -> Vec<Notice> {
    let notice = |level, path: &str, message: String| Notice {
        level,
        message,
        path: Some(path.to_owned()),
        span: None,
    };
    let failures = found.failures.iter().map(|f| (f.path.as_str(), f.message.as_str()));
    let unreadable = unreadable.iter().map(|u| (u.path.as_str(), u.reason.as_str()));
    let errors: BTreeSet<(&str, &str)> = failures.chain(unreadable).collect();
    let mut notices: Vec<Notice> = errors
        .into_iter()
        .map(|(path, why)| notice(NoticeLevel::Error, path, why.to_owned()))
        .collect();
    for path in &found.outside {
        let message = "this link leads outside of the scanned directories and is not followed";
        notices.push(notice(NoticeLevel::Warning, path, message.to_owned()));
    }
    if found.is_empty() && found.failures.is_empty() {
        let paths: Vec<String> = session.paths.iter().map(|p| session.files.display(p)).collect();
        notices.push(Notice {
            level: NoticeLevel::Warning,
            message: format!("there is no template and no Terraform in {}", paths.join(", ")),
            path: None,
            span: None,
        });
    }
    notices
}

/// Everything that is wrong: with the input, and by the rules.
fn find(session: &Session, graph: &Graph) -> Checked {
    let mut checked = rules::check(graph, &session.config, &session.selection);
    let of_units = graph.units().iter().flat_map(|unit| unit.findings.iter().cloned());
    checked.findings.splice(..0, of_units);
    checked.findings.retain(|finding| session.selection.contains(finding.rule));
    apply_severities(session, &mut checked.findings);
    checked
}

fn apply_severities(session: &Session, findings: &mut [Finding]) {
    for finding in findings {
        let settings = session.config.rules.get(finding.rule);
        if let Some(severity) = settings.and_then(|settings| settings.severity) {
            finding.severity = severity;
        }
    }
}

/// Sorts findings and gives each its fingerprint.
fn identify(mut findings: Vec<Finding>, sources: &Sources, to: &ReportOptions) -> Vec<Reported> {
    sort(&mut findings, sources);
    let prints = fingerprints(&findings, to);
    let pairs = findings.into_iter().zip(prints);
    pairs.map(|(finding, fingerprint)| Reported { finding, fingerprint }).collect()
}

/// By path, line, column and rule; what the same place and rule share is told apart by all the
/// rest, so that no thread's luck shows.
fn sort(findings: &mut [Finding], sources: &Sources) {
    findings.sort_by_cached_key(|finding| {
        let place = finding.primary().map(|label| {
            let path = sources.get(label.span.source).path.clone();
            (path, label.span.start, label.span.end)
        });
        let subjects: Vec<_> = finding.subjects.iter().map(ToString::to_string).collect();
        (place, finding.rule, finding.message.clone(), finding.unit.clone(), subjects)
    });
}

/// Parts findings into those to report and those that the source suppresses, and adds what is
/// wrong with the suppressions.
fn suppress(
    session: &Session,
    graph: &Graph,
    findings: Vec<Reported>,
    to: &ReportOptions,
) -> (Vec<Reported>, Vec<Suppressed>) {
    let sources = session.files.sources();
    let metadata = graph.units().iter().flat_map(|unit| &unit.resources);
    let metadata = metadata.flat_map(|resource| resource.header.suppressions.iter().cloned());
    let mut suppressions = Suppressions::new(sources, metadata.collect());
    let mut kept = Vec::new();
    let mut suppressed = Vec::new();
    for reported in findings {
        match suppressions.of(&reported.finding, sources) {
            Some(reason) => suppressed.push(Suppressed {
                reported,
                reason: reason.text,
                by: reason.by,
                span: Some(reason.span),
            }),
            None => kept.push(reported),
        }
    }
    let ids: Vec<&str> = rules::all().iter().map(|rule| rule.id).collect();
    let mut wrong = suppressions.findings(sources, &ids, |rule| session.selection.contains(rule));
    wrong.retain(|finding| session.selection.contains(finding.rule));
    if !wrong.is_empty() {
        apply_severities(session, &mut wrong);
        kept.extend(identify(wrong, sources, to));
        let place = |reported: &Reported| {
            let label = reported.finding.primary()?;
            Some((sources.get(label.span.source).path.clone(), label.span.start, label.span.end))
        };
        kept.sort_by_cached_key(|reported| (place(reported), reported.finding.rule));
    }
    (kept, suppressed)
}

/// Drops known findings and counts them.
fn retain_unknown(findings: &mut Vec<Reported>, known: &[bool]) -> usize {
    let before = findings.len();
    let mut known = known.iter();
    findings.retain(|_| known.next().is_none_or(|known| !known));
    before - findings.len()
}

fn status(
    options: &Options,
    session: &Session,
    findings: &[Reported],
    notices: &[Notice],
) -> Status {
    let unread = notices.iter().any(|notice| notice.level == NoticeLevel::Error)
        || findings.iter().any(|reported| reported.finding.rule == "syntax-error");
    if unread {
        return Status::Failure;
    }
    let fail_on = options.fail_on.or(session.config.fail_on);
    let fails = match fail_on.unwrap_or(FailOn::Severity(Severity::Medium)) {
        FailOn::Never => false,
        FailOn::Severity(least) => {
            findings.iter().any(|reported| reported.finding.severity >= least)
        }
    };
    if fails { Status::Findings } else { Status::Clean }
}

/// What there is to say about every function, in the order of the graph, with what the rules could
/// not decide about it.
fn summaries(graph: &Graph, doubts: &[Undecided]) -> Vec<FunctionSummary> {
    let ids: Vec<_> = graph.deployed_functions().map(|(id, _)| id).collect();
    let roles = SharedRoles::new(graph);
    let mut about: HashMap<(&str, &str), Vec<&Undecided>> = HashMap::new();
    for doubt in doubts {
        about.entry((&doubt.unit, &doubt.subject)).or_default().push(doubt);
    }
    let summary = |id| {
        let mut summary = graph.summary_sharing(id, &roles)?;
        let unit = graph.unit_of(id)?.path.as_str();
        let doubts = about.get(&(unit, summary.address.name().as_str()));
        summary.undecided.extend(doubts.into_iter().flatten().copied().cloned());
        Some(summary)
    };
    ids.into_par_iter().filter_map(summary).collect()
}

/// Everything that could not be decided, once each, sorted.
fn undecided(graph: &Graph, functions: &[FunctionSummary], sources: &Sources) -> Vec<Undecided> {
    let units = graph.units().iter().flat_map(|unit| &unit.undecided);
    let functions = functions.iter().flat_map(|summary| &summary.undecided);
    let mut all: Vec<Undecided> = units.chain(functions).cloned().collect();
    all.sort_by_cached_key(|undecided| {
        let span = undecided.gap.span;
        let path = sources.get(span.source).path.clone();
        let words = (undecided.subject.clone(), undecided.unit.clone(), undecided.reason.clone());
        (path, span.start, span.end, words, undecided.gap.unknown)
    });
    all.dedup();
    all
}

/// Every function and role that inputs leave out, once each, sorted.
fn left_out(graph: &Graph, sources: &Sources) -> Vec<LeftOut> {
    let mut all = graph.left_out();
    all.sort_by_cached_key(|left_out| {
        let path = sources.get(left_out.span.source).path.clone();
        (path, left_out.span.start, left_out.clone())
    });
    all.dedup();
    all
}

/// All functions as reports take them, sorted by path, line and id.
fn functions(
    summaries: Vec<FunctionSummary>,
    sources: &Sources,
) -> Vec<iacscan_report::FunctionSummary> {
    let mut functions: Vec<_> = summaries.into_iter().map(crate::summary::function).collect();
    functions.sort_by_cached_key(|function| {
        let path = sources.get(function.span.source).path.clone();
        (path, function.span.start, function.id.clone())
    });
    functions
}
