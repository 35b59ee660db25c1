//! `--format sarif`: SARIF 2.1.0, as code scanning reads it.
//!
//! URIs are relative to the repository root, also when a subfolder was scanned, and never lead into
//! downloaded modules: a finding there is anchored at the call of the module.

mod model;

use std::collections::BTreeMap;
use std::io::{self, Write};

use iacscan_core::{Finding, LabelKind, RuleMeta, Severity, Sources, Span};

use self::model::{
    ArtifactLocation, CodeFlow, Descriptor, Driver, Help, Invocation, Level, Location,
    LogicalLocation, Notification, NotificationKind, PhysicalLocation, Region, ResultProperties,
    Rule, RuleProperties, Run, Sarif, SarifResult, Suppression, Text, ThreadFlow,
    ThreadFlowLocation, Tool, UriBase,
};
use crate::place::{Place, anchor, is_downloaded};
use crate::{
    NoticeLevel, Options, Report, Reported, Suppressed, SuppressedBy, escape_json, paths, visible,
};

/// The schema this output is valid by.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What URIs are relative to.
const ROOT: &str = "%SRCROOT%";
/// The key of our fingerprints; its number changes when they are made otherwise.
const FINGERPRINT: &str = "iacscan/v1";
/// More locations of a result than this are not shown by code scanning and only cost.
const MOST_LOCATIONS: usize = 100;
const UNDECIDED: &str = "undecided";
const INPUT: &str = "input";

/// Writes the report as one run.
pub(crate) fn render(
    report: &Report,
    sources: &Sources,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let writer = Writer { report, sources, options };
    let sarif = Sarif {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: report.tool.name,
                    version: report.tool.version,
                    semantic_version: report.tool.version,
                    information_uri: report.tool.url,
                    rules: report.rules.iter().map(|rule| writer.rule(rule)).collect(),
                    notifications: notification_kinds(),
                },
            },
            invocations: [writer.invocation()],
            original_uri_base_ids: BTreeMap::from([(
                ROOT,
                UriBase { description: Text::new("The root of the repository.") },
            )]),
            column_kind: "unicodeCodePoints",
            newline_sequences: ["\r\n", "\n"],
            results: writer.results(),
        }],
    };
    // Without indentation 10,000 results take half the space; code scanning limits the size.
    escape_json::write_compact(&sarif, out)
}

fn notification_kinds() -> Vec<NotificationKind> {
    let kind = |id, short: &str, full: &str| NotificationKind {
        id,
        short_description: Text::new(short),
        full_description: Text::new(full),
        help: Text::new(full),
    };
    vec![
        kind(
            INPUT,
            "A problem of the input",
            "A file could not be read, or what is written in one has no effect.",
        ),
        kind(
            UNDECIDED,
            "Not decided",
            "A value that rules need is not known, so that they report nothing about it.",
        ),
    ]
}

struct Writer<'r> {
    report: &'r Report,
    sources: &'r Sources,
    options: &'r Options,
}

impl<'r> Writer<'r> {
    fn rule(&self, rule: &'r RuleMeta) -> Rule<'r> {
        let mut tags = vec!["security".to_owned(), rule.group.as_str().to_owned()];
        tags.extend(rule.cwe.iter().map(|number| format!("external/cwe/cwe-{number:03}")));
        Rule {
            id: rule.id,
            short_description: Text::new(rule.summary),
            full_description: Text::new(first_paragraph(rule.page).unwrap_or(rule.summary.into())),
            help_uri: self.options.rule_url(rule.id),
            help: Help { text: rule.page, markdown: rule.page },
            default_configuration: Level { level: level(rule.severity) },
            properties: RuleProperties {
                tags,
                // A finding is certain or it is not reported.
                precision: "very-high",
                security_severity: security_severity(rule.severity),
            },
        }
    }

    fn results(&self) -> Vec<SarifResult<'r>> {
        let reported = self.report.findings.iter().map(|reported| self.result(reported, None));
        let suppressed = self
            .report
            .suppressed
            .iter()
            .map(|suppressed| self.result(&suppressed.reported, Some(suppressed)));
        reported.chain(suppressed).collect()
    }

    fn result(&self, reported: &'r Reported, by: Option<&'r Suppressed>) -> SarifResult<'r> {
        let finding = &reported.finding;
        SarifResult {
            rule_id: finding.rule,
            rule_index: self.report.rules.iter().position(|rule| rule.id == finding.rule),
            level: level(finding.severity),
            message: message(&self.message(reported)),
            locations: anchor(finding, self.sources)
                .map(|span| {
                    let mut location = self.location(span);
                    location.logical_locations = finding
                        .resource
                        .iter()
                        .map(|resource| LogicalLocation {
                            fully_qualified_name: resource.name().to_string(),
                            kind: "resource",
                        })
                        .collect();
                    location
                })
                .into_iter()
                .collect(),
            related_locations: self.related(finding),
            code_flows: self.flow(finding).into_iter().collect(),
            partial_fingerprints: BTreeMap::from([(FINGERPRINT, reported.fingerprint.as_str())]),
            suppressions: if self.report.suppressed.is_empty() {
                None
            } else {
                Some(by.map(|by| self.suppression(by)).into_iter().collect())
            },
            properties: ResultProperties {
                severity: finding.severity.as_str(),
                subjects: finding.subjects.iter().map(|s| s.name().as_str()).collect(),
            },
        }
    }

    /// The message with what a reader of the web page does not see: the help, and where in a
    /// downloaded module the text stands.
    fn message(&self, reported: &Reported) -> String {
        let finding = &reported.finding;
        let mut text = reported.sentence();
        if let Some(primary) = finding.primary().filter(|l| is_downloaded(l.span, self.sources)) {
            text.push_str(&format!(" (at {})", Place::of(primary.span, self.sources)));
        }
        if let Some(advice) = finding.advice() {
            text.push_str(&format!("\n{advice}"));
        }
        text
    }

    fn related(&self, finding: &Finding) -> Vec<Location> {
        finding
            .labels
            .iter()
            .filter(|label| label.kind == LabelKind::Secondary)
            .filter(|label| !is_downloaded(label.span, self.sources))
            .take(MOST_LOCATIONS)
            .zip(1..)
            .map(|(label, id)| Location {
                id: Some(id),
                message: Some(message(&label.text)),
                ..self.location(label.span)
            })
            .collect()
    }

    /// The path function → role → attachment → statement, where two or more of its steps are in
    /// the repository.
    fn flow(&self, finding: &Finding) -> Option<CodeFlow> {
        let locations: Vec<ThreadFlowLocation> = finding
            .flow
            .iter()
            .filter(|step| !is_downloaded(step.span, self.sources))
            .take(MOST_LOCATIONS)
            .map(|step| ThreadFlowLocation {
                location: Location {
                    message: Some(message(&step.text)),
                    ..self.location(step.span)
                },
            })
            .collect();
        (locations.len() > 1).then_some(CodeFlow { thread_flows: [ThreadFlow { locations }] })
    }

    fn suppression(&self, suppressed: &'r Suppressed) -> Suppression<'r> {
        Suppression {
            kind: match suppressed.by {
                SuppressedBy::Comment | SuppressedBy::Metadata => "inSource",
                SuppressedBy::Configuration => "external",
            },
            status: "accepted",
            justification: suppressed.reason.as_deref(),
            location: suppressed
                .span
                .filter(|span| !is_downloaded(*span, self.sources))
                .map(|span| self.location(span)),
        }
    }

    fn location(&self, span: Span) -> Location {
        let Place { path, start, end } = Place::of(span, self.sources);
        Location {
            id: None,
            message: None,
            physical_location: PhysicalLocation {
                artifact_location: self.artifact(&path),
                region: Some(Region {
                    start_line: start.line,
                    start_column: start.column,
                    end_line: end.line,
                    end_column: end.column,
                }),
            },
            logical_locations: Vec::new(),
        }
    }

    fn artifact(&self, path: &str) -> ArtifactLocation {
        ArtifactLocation {
            uri: paths::to_uri(&paths::from_root(path, self.options)),
            uri_base_id: ROOT,
        }
    }

    fn invocation(&self) -> Invocation {
        let notices = self.report.notices.iter().map(|notice| {
            let file = notice.path.iter().map(|path| Location {
                id: None,
                message: None,
                physical_location: PhysicalLocation {
                    artifact_location: self.artifact(path),
                    region: None,
                },
                logical_locations: Vec::new(),
            });
            Notification {
                descriptor: Descriptor { id: INPUT },
                level: notice.level.as_str(),
                message: message(&notice.message),
                locations: match notice.span {
                    Some(span) => vec![self.location(span)],
                    None => file.collect(),
                },
            }
        });
        let undecided = self.report.undecided.iter().map(|undecided| Notification {
            descriptor: Descriptor { id: UNDECIDED },
            level: "note",
            message: message(&format!("{}: {}", undecided.subject, undecided.sentence())),
            locations: Some(undecided.gap.span)
                .filter(|span| !is_downloaded(*span, self.sources))
                .map(|span| self.location(span))
                .into_iter()
                .collect(),
        });
        Invocation {
            execution_successful: !self
                .report
                .notices
                .iter()
                .any(|notice| notice.level == NoticeLevel::Error),
            tool_execution_notifications: notices.chain(undecided).collect(),
        }
    }
}

/// A message with nothing hostile in it: `[text](target)` would be a link.
fn message(text: &str) -> Text {
    Text::new(visible::lines(text).replace("](", "] ("))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The score that code scanning turns into a severity: from 7.0 high, from 4.0 medium, else low.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "8.0",
        Severity::Medium => "5.0",
        Severity::Low => "3.0",
        Severity::Info => "1.0",
    }
}

/// The first paragraph of a page that is no heading, on one line.
fn first_paragraph(page: &str) -> Option<String> {
    page.split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .find(|paragraph| !paragraph.is_empty() && !paragraph.starts_with('#'))
}

#[cfg(test)]
mod tests;
