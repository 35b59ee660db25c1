//! `--format github`: annotations of GitHub Actions, which are commands in the log of a step.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use iacscan_core::{Severity, Sources, Span};

use crate::place::{Place, anchor};
use crate::{NoticeLevel, Options, Report, paths, visible};

/// GitHub shows this many annotations of each level per step.
const MOST: usize = 10;

/// Writes one workflow command per annotation, the worst first, and counts what GitHub would not
/// show.
pub(crate) fn render(
    report: &Report,
    sources: &Sources,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut by_level: BTreeMap<Level, Vec<Annotation>> = BTreeMap::new();
    for annotation in annotations(report, sources, options) {
        by_level.entry(annotation.level).or_default().push(annotation);
    }
    let total = by_level.values().map(Vec::len).sum::<usize>();
    let fits = by_level.values().all(|annotations| annotations.len() <= MOST);
    let mut shown = 0;
    let mut out = io::BufWriter::new(out);
    for (level, annotations) in &by_level {
        // The count of the rest is a notice itself.
        let most = if *level == Level::Notice && !fits { MOST - 1 } else { MOST };
        for annotation in annotations.iter().take(most) {
            writeln!(out, "{}", annotation.command())?;
            shown += 1;
        }
    }
    if shown < total {
        let rest = Annotation {
            level: Level::Notice,
            place: None,
            title: report.tool.name.to_owned(),
            message: format!("{} more are not shown as annotations", total - shown),
        };
        writeln!(out, "{}", rest.command())?;
    }
    out.flush()
}

/// The level of an annotation, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Error,
    Warning,
    Notice,
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::High => Self::Error,
            Severity::Medium => Self::Warning,
            Severity::Low | Severity::Info => Self::Notice,
        }
    }
}

#[derive(Debug)]
struct Annotation {
    level: Level,
    place: Option<Place>,
    title: String,
    message: String,
}

/// All annotations of a report in the order they are wanted: what could not be done, findings by
/// severity, other notices.
fn annotations(report: &Report, sources: &Sources, options: &Options) -> Vec<Annotation> {
    let notices = |wanted: NoticeLevel| {
        report.notices.iter().filter(move |notice| notice.level == wanted).map(|notice| {
            let message = match (&notice.path, notice.span) {
                (Some(path), None) => format!("{path}: {}", notice.message),
                _ => notice.message.clone(),
            };
            Annotation {
                level: match notice.level {
                    NoticeLevel::Error => Level::Error,
                    NoticeLevel::Warning => Level::Warning,
                },
                place: notice.span.map(|span| place_from_root(span, sources, options)),
                title: report.tool.name.to_owned(),
                message,
            }
        })
    };
    let mut annotations: Vec<Annotation> = notices(NoticeLevel::Error).collect();
    for severity in Severity::ALL.into_iter().rev() {
        let same = report.findings.iter().filter(|reported| reported.finding.severity == severity);
        annotations.extend(same.map(|reported| {
            let finding = &reported.finding;
            let advice = finding.advice().map(|advice| format!("\n{advice}"));
            Annotation {
                level: severity.into(),
                place: anchor(finding, sources).map(|span| place_from_root(span, sources, options)),
                title: format!("{} ({severity})", finding.rule),
                message: std::iter::once(reported.sentence()).chain(advice).collect(),
            }
        }));
    }
    annotations.extend(notices(NoticeLevel::Warning));
    annotations
}

fn place_from_root(span: Span, sources: &Sources, options: &Options) -> Place {
    let place = Place::of(span, sources);
    Place { path: paths::from_root(&place.path, options), ..place }
}

impl Annotation {
    /// The workflow command. Columns are given where the span lies on one line; GitHub ignores
    /// the others.
    fn command(&self) -> String {
        let mut command = String::from(match self.level {
            Level::Error => "::error ",
            Level::Warning => "::warning ",
            Level::Notice => "::notice ",
        });
        if let Some(Place { path, start, end }) = &self.place {
            let file = escape_property(path);
            // Writing to a string does not fail.
            let _ = write!(command, "file={file},line={},endLine={},", start.line, end.line);
            if start.line == end.line {
                let _ = write!(command, "col={},endColumn={},", start.column, end.column);
            }
        }
        let title = escape_property(&self.title);
        let _ = write!(command, "title={title}::{}", escape_data(&self.message));
        command
    }
}

/// Escapes the message of a workflow command, after making visible what the log would execute.
fn escape_data(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            _ => escaped.push(visible::replacement(c).unwrap_or(c)),
        }
    }
    escaped
}

/// Escapes a property of a workflow command: as the message, and what separates properties.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_and_properties_are_escaped_by_their_own_rules() {
        assert_eq!(escape_data("a%0A\r\n::x,y\x1b"), "a%250A%0D%0A::x,y\u{241b}");
        assert_eq!(escape_property("a%0A\r\n::x,y"), "a%250A%0D%0A%3A%3Ax%2Cy");
    }

    /// What GitHub's runner reads: command, properties, message.
    fn parse(line: &str) -> (&str, BTreeMap<&str, String>, String) {
        let unescape = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n");
        let body = line.strip_prefix("::").unwrap();
        let (head, message) = body.split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        let properties = properties
            .split(',')
            .map(|property| {
                let (key, value) = property.split_once('=').unwrap();
                let value = unescape(value).replace("%3A", ":").replace("%2C", ",");
                (key, value.replace("%25", "%"))
            })
            .collect();
        (command, properties, unescape(message).replace("%25", "%"))
    }

    #[test]
    fn hostile_names_stay_inside_their_annotation() {
        let (report, sources, options) = crate::fixture::report();
        let mut out = Vec::new();
        render(&report, &sources, &options, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<_> = text.lines().map(parse).collect();
        assert_eq!(lines.len(), report.findings.len() + report.notices.len());
        let keys = ["file", "line", "endLine", "col", "endColumn", "title"];
        for (command, properties, message) in &lines {
            assert!(["error", "warning", "notice"].contains(command), "{command}");
            assert!(properties.keys().all(|key| keys.contains(key)), "{properties:?}");
            assert!(!message.is_empty());
        }
        let hostile =
            lines.iter().find(|(_, p, _)| p.get("file").is_some_and(|f| f.contains("evil")));
        let (_, properties, message) = hostile.unwrap();
        assert!(properties["file"].starts_with("infra/evil"), "{properties:?}");
        assert!(properties["file"].ends_with(
            "::error file=x,line=1::pwned %0A\u{241b}[31m\u{fffd}]]>--><b>`|\"'#?.yaml"
        ));
        assert!(message.contains("\n::error::pwned"), "decoded where it is data: {message}");
    }

    #[test]
    fn the_worst_come_first_and_the_rest_is_counted() {
        let (mut report, sources, options) = crate::fixture::report();
        let pattern = report.findings.clone();
        for _ in 0..9 {
            report.findings.extend(pattern.clone());
        }
        let mut out = Vec::new();
        render(&report, &sources, &options, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let count = |level: &str| text.lines().filter(|line| line.starts_with(level)).count();
        let counts = (count("::error "), count("::warning "), count("::notice "));
        assert_eq!(counts, (MOST, MOST, MOST));
        assert!(!text.contains("(info)"), "lower severities give way: {text}");
        let hidden = report.findings.len() + report.notices.len() - 3 * MOST + 1;
        let last = text.lines().last().unwrap();
        assert_eq!(
            last,
            format!("::notice title=iacscan::{hidden} more are not shown as annotations")
        );
    }
}
