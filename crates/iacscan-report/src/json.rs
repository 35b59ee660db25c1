//! `--format json`: everything, for programs. Fields are added, never changed.

use std::io::{self, Write};

use iacscan_core::{Finding, LabelKind, LeftOut, Severity, Sources, Step, Undecided};
use indexmap::IndexSet;
use serde::Serialize;

use crate::place::Place;
use crate::{FunctionSummary, Notice, Options, Report, Reported, Suppressed, escape_json};

/// The version of the shape below.
const SCHEMA: u32 = 1;

/// Writes the report as one JSON object.
pub(crate) fn render(
    report: &Report,
    sources: &Sources,
    _options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = JsonReport {
        schema: SCHEMA,
        tool: JsonTool { name: report.tool.name, version: report.tool.version },
        summary: JsonSummary::of(report),
        findings: report.findings.iter().map(|r| JsonFinding::of(r, sources)).collect(),
        functions: report.functions.iter().map(|f| JsonFunction::of(f, sources)).collect(),
        undecided: report.undecided.iter().map(|u| JsonUndecided::of(u, sources)).collect(),
        left_out: report.left_out.iter().map(|it| JsonLeftOut::of(it, sources)).collect(),
        suppressed: report.suppressed.iter().map(|s| JsonSuppressed::of(s, sources)).collect(),
        notices: report.notices.iter().map(|n| JsonNotice::of(n, sources)).collect(),
    };
    escape_json::write(&document, out)
}

#[derive(Serialize)]
struct JsonReport<'r> {
    schema: u32,
    tool: JsonTool<'r>,
    summary: JsonSummary,
    findings: Vec<JsonFinding<'r>>,
    functions: Vec<JsonFunction<'r>>,
    undecided: Vec<JsonUndecided<'r>>,
    left_out: Vec<JsonLeftOut<'r>>,
    suppressed: Vec<JsonSuppressed<'r>>,
    notices: Vec<JsonNotice<'r>>,
}

#[derive(Serialize)]
struct JsonTool<'r> {
    name: &'r str,
    version: &'r str,
}

#[derive(Serialize)]
struct JsonSummary {
    files: usize,
    functions: usize,
    roles: usize,
    findings: JsonCounts,
    suppressed: usize,
    undecided: usize,
    /// Functions and roles that inputs leave out.
    left_out: usize,
    /// Known to the baseline file and left out.
    baseline: usize,
    /// Below the minimal severity and left out.
    below_minimum: usize,
}

#[derive(Serialize)]
struct JsonCounts {
    high: usize,
    medium: usize,
    low: usize,
    info: usize,
}

impl JsonSummary {
    fn of(report: &Report) -> Self {
        let counts = report.by_severity();
        let count = |severity: Severity| counts.get(&severity).copied().unwrap_or_default();
        Self {
            files: report.files,
            functions: report.functions.len(),
            roles: report.roles,
            findings: JsonCounts {
                high: count(Severity::High),
                medium: count(Severity::Medium),
                low: count(Severity::Low),
                info: count(Severity::Info),
            },
            suppressed: report.suppressed.len(),
            undecided: report.undecided.len(),
            left_out: report.left_out.len(),
            baseline: report.hidden.baseline,
            below_minimum: report.hidden.below_minimum,
        }
    }
}

#[derive(Serialize)]
struct JsonPlace {
    path: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl From<Place> for JsonPlace {
    fn from(place: Place) -> Self {
        Self {
            path: place.path,
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
        }
    }
}

#[derive(Serialize)]
struct JsonFinding<'r> {
    rule: &'r str,
    severity: &'r str,
    message: &'r str,
    help: Option<&'r str>,
    /// Ways to mend it that can be said exactly, each a list of steps.
    remedies: Vec<Vec<JsonStep<'r>>>,
    /// Code to write, and where, where that takes more than a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<JsonSnippet<'r>>,
    /// The conditions under which it holds; null when it always does.
    when: Option<&'r str>,
    subjects: Vec<&'r str>,
    resource: Option<&'r str>,
    #[serde(flatten)]
    place: Option<JsonPlace>,
    labels: Vec<JsonLabel<'r>>,
    fingerprint: &'r str,
}

#[derive(Serialize)]
struct JsonSnippet<'r> {
    place: &'r str,
    code: &'r str,
}

#[derive(Serialize)]
#[serde(tag = "do", rename_all = "lowercase")]
enum JsonStep<'r> {
    Attach {
        roles: &'r [String],
        policy: &'r str,
    },
    Allow {
        roles: &'r [String],
        actions: &'r [String],
        resources: &'r [String],
        /// The statement to add the actions to, where one allows more of the same already.
        #[serde(skip_serializing_if = "Option::is_none")]
        statement: Option<JsonPlace>,
    },
    Loosen {
        statement: JsonPlace,
        #[serde(skip_serializing_if = "Option::is_none")]
        resources: Option<JsonPlace>,
        #[serde(skip_serializing_if = "Option::is_none")]
        conditions: Option<JsonPlace>,
    },
    Trust {
        roles: &'r [String],
        services: &'r [String],
    },
    Replace {
        text: &'r str,
    },
    Set {
        call: &'r str,
        arguments: &'r [String],
    },
}

impl<'r> JsonStep<'r> {
    fn of(step: &'r Step, sources: &Sources) -> Self {
        let place = |span| JsonPlace::from(Place::of(span, sources));
        match step {
            Step::Attach { roles, policy, .. } => Self::Attach { roles, policy },
            Step::Allow { roles, actions, resources, into, .. } => {
                let statement = into.as_ref().map(|into| place(into.span));
                Self::Allow { roles, actions, resources, statement }
            }
            Step::Loosen { statement, resources, conditions } => Self::Loosen {
                statement: place(statement.span),
                resources: resources.map(place),
                conditions: conditions.map(place),
            },
            Step::Trust { roles, services, .. } => Self::Trust { roles, services },
            Step::Replace { text } => Self::Replace { text },
            Step::Set { call, arguments } => Self::Set { call, arguments },
        }
    }
}

#[derive(Serialize)]
struct JsonLabel<'r> {
    #[serde(flatten)]
    place: JsonPlace,
    text: &'r str,
    primary: bool,
}

impl<'r> JsonFinding<'r> {
    fn of(reported: &'r Reported, sources: &Sources) -> Self {
        let Finding {
            rule,
            severity,
            message,
            help,
            remedies,
            snippet,
            when,
            labels,
            subjects,
            resource,
            ..
        } = &reported.finding;
        Self {
            rule,
            severity: severity.as_str(),
            message,
            help: help.as_deref(),
            remedies: remedies
                .iter()
                .map(|remedy| remedy.iter().map(|step| JsonStep::of(step, sources)).collect())
                .collect(),
            snippet: snippet
                .as_ref()
                .map(|snippet| JsonSnippet { place: &snippet.place, code: &snippet.code }),
            when: when.as_deref(),
            // A module that several roots call has its functions in each.
            subjects: subjects
                .iter()
                .map(|subject| subject.name().as_str())
                .collect::<IndexSet<_>>()
                .into_iter()
                .collect(),
            resource: resource.as_ref().map(|address| address.name().as_str()),
            place: labels.first().map(|label| Place::of(label.span, sources).into()),
            labels: labels
                .iter()
                .map(|label| JsonLabel {
                    place: Place::of(label.span, sources).into(),
                    text: &label.text,
                    primary: label.kind == LabelKind::Primary,
                })
                .collect(),
            fingerprint: &reported.fingerprint,
        }
    }
}

#[derive(Serialize)]
struct JsonSuppressed<'r> {
    #[serde(flatten)]
    finding: JsonFinding<'r>,
    suppression: JsonSuppression<'r>,
}

#[derive(Serialize)]
struct JsonSuppression<'r> {
    by: &'r str,
    reason: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

impl<'r> JsonSuppressed<'r> {
    fn of(suppressed: &'r Suppressed, sources: &Sources) -> Self {
        let place = suppressed.span.map(|span| Place::of(span, sources));
        Self {
            finding: JsonFinding::of(&suppressed.reported, sources),
            suppression: JsonSuppression {
                by: suppressed.by.as_str(),
                reason: suppressed.reason.as_deref(),
                line: place.as_ref().map(|place| place.start.line),
                path: place.map(|place| place.path),
            },
        }
    }
}

#[derive(Serialize)]
struct JsonFunction<'r> {
    id: &'r str,
    /// The root module or the template that deploys it: what several call has one id in each.
    unit: &'r str,
    format: &'r str,
    path: String,
    line: usize,
    role: Option<&'r str>,
    managed_policies: &'r [String],
    customer_policies: &'r [String],
    inline_policies: usize,
    features: JsonFeatures<'r>,
    complete: bool,
    undecided: &'r [String],
}

#[derive(Serialize)]
struct JsonFeatures<'r> {
    vpc: bool,
    tracing: bool,
    event_sources: &'r [String],
}

impl<'r> JsonFunction<'r> {
    fn of(function: &'r FunctionSummary, sources: &Sources) -> Self {
        let place = Place::of(function.span, sources);
        Self {
            id: &function.id,
            unit: &function.unit,
            format: function.format.as_str(),
            path: place.path,
            line: place.start.line,
            role: function.role.as_deref(),
            managed_policies: &function.managed_policies,
            customer_policies: &function.customer_policies,
            inline_policies: function.inline_policies,
            features: JsonFeatures {
                vpc: function.features.vpc,
                tracing: function.features.tracing,
                event_sources: &function.features.event_sources,
            },
            complete: function.complete,
            undecided: &function.undecided,
        }
    }
}

#[derive(Serialize)]
struct JsonUndecided<'r> {
    subject: &'r str,
    reason: &'r str,
    path: String,
    line: usize,
    /// Why the text there is not known.
    unknown: &'r str,
}

impl<'r> JsonUndecided<'r> {
    fn of(undecided: &'r Undecided, sources: &Sources) -> Self {
        let place = Place::of(undecided.gap.span, sources);
        Self {
            subject: &undecided.subject,
            reason: &undecided.reason,
            path: place.path,
            line: place.start.line,
            unknown: undecided.gap.unknown.reason(),
        }
    }
}

#[derive(Serialize)]
struct JsonLeftOut<'r> {
    subject: &'r str,
    kind: &'r str,
    reason: &'r str,
    path: String,
    line: usize,
}

impl<'r> JsonLeftOut<'r> {
    fn of(left_out: &'r LeftOut, sources: &Sources) -> Self {
        let place = Place::of(left_out.span, sources);
        Self {
            subject: &left_out.subject,
            kind: left_out.kind.as_str(),
            reason: &left_out.reason,
            path: place.path,
            line: place.start.line,
        }
    }
}

#[derive(Serialize)]
struct JsonNotice<'r> {
    level: &'r str,
    message: &'r str,
    path: Option<String>,
    line: Option<usize>,
}

impl<'r> JsonNotice<'r> {
    fn of(notice: &'r Notice, sources: &Sources) -> Self {
        let place = notice.span.map(|span| Place::of(span, sources));
        Self {
            level: notice.level.as_str(),
            message: &notice.message,
            line: place.as_ref().map(|place| place.start.line),
            path: place.map(|place| place.path).or_else(|| notice.path.clone()),
        }
    }
}
