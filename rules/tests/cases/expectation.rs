//! What a case expects, and how it compares with what was found.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use iacscan_core::{Files as _, Finding, LabelKind, Severity, Sources, Undecided};
use iacscan_graph::FunctionSummary;
use iacscan_rules::{INPUT_RULES, rule};

use crate::scan::Scan;

/// What the comments at the top of a case expect.
#[derive(Default)]
pub(crate) struct Expectation {
    findings: Vec<Expected>,
    silent: Vec<String>,
    undecided: Vec<String>,
    doubts: Vec<(String, String)>,
    attached: Option<BTreeSet<String>>,
}

/// One finding.
struct Expected {
    severity: Severity,
    rule: String,
    primary: Option<String>,
    secondary: Vec<String>,
    when: Option<String>,
}

impl Expectation {
    /// Reads the comments at the top of a text.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut expectation = Self::default();
        for line in text.lines().map_while(|line| line.strip_prefix('#')) {
            let line = line.trim();
            let Some((key, value)) = line.split_once(": ") else { continue };
            // Prose.
            if key.contains(' ') {
                continue;
            }
            let value = value.trim();
            let last = expectation.findings.last_mut();
            match (key, last) {
                ("expect", _) => expectation.findings.push(Expected::parse(value)?),
                ("primary", Some(last)) => last.primary = Some(value.to_owned()),
                ("secondary", Some(last)) => last.secondary.push(value.to_owned()),
                ("when", Some(last)) => last.when = Some(value.to_owned()),
                ("silent", _) => {
                    let rules = value.split_whitespace().map(known);
                    expectation.silent.extend(rules.collect::<Result<Vec<_>, _>>()?);
                }
                ("undecided", _) => expectation.undecided.push(value.to_owned()),
                ("doubt", _) => {
                    let doubt = value.split_once(" at ").ok_or("a doubt is at a text")?;
                    expectation.doubts.push((doubt.0.to_owned(), doubt.1.to_owned()));
                }
                ("attached", _) => {
                    expectation.attached =
                        Some(value.split_whitespace().map(str::to_owned).collect());
                }
                _ => return Err(format!("{line:?} is not an expectation")),
            }
        }
        if expectation.findings.is_empty() && expectation.silent.is_empty() {
            return Err("the case expects nothing".to_owned());
        }
        Ok(expectation)
    }

    /// What differs from what was found; empty when nothing does.
    pub(crate) fn compare(&self, scan: &Scan) -> String {
        let sources = scan.files.sources();
        let mut problems = String::new();
        let mut unexpected: Vec<&Finding> = scan.findings.iter().collect();
        for expected in &self.findings {
            match unexpected.iter().position(|finding| expected.matches(finding, sources)) {
                Some(index) => drop(unexpected.remove(index)),
                None => drop(writeln!(problems, "not found: {expected}")),
            }
        }
        for finding in unexpected {
            let _ = writeln!(problems, "not expected: {}", shown(finding, sources));
        }
        for rule in &self.silent {
            if scan.findings.iter().any(|finding| finding.rule == rule) {
                let _ = writeln!(problems, "not silent: {rule}");
            }
        }
        let summaries: Vec<FunctionSummary> =
            scan.graph.functions().filter_map(|(id, _)| scan.graph.summary(id)).collect();
        let undecided: Vec<String> = summaries
            .iter()
            .filter(|summary| !summary.undecided.is_empty())
            .map(|summary| summary.address.name().to_string())
            .collect();
        if undecided != self.undecided {
            let _ = writeln!(problems, "undecided: {undecided:?}, not {:?}", self.undecided);
        }
        self.compare_doubts(scan, &mut problems);
        let attached: BTreeSet<String> =
            summaries.iter().flat_map(|summary| summary.managed_policies.iter().cloned()).collect();
        if self.attached.as_ref().is_some_and(|expected| *expected != attached) {
            let _ = writeln!(problems, "attached: {attached:?}, not {:?}", self.attached);
        }
        problems
    }

    /// Every doubt is expected, and every expected one is there.
    fn compare_doubts(&self, scan: &Scan, problems: &mut String) {
        let sources = scan.files.sources();
        let mut unexpected: Vec<&Undecided> = scan.undecided.iter().collect();
        for (subject, text) in &self.doubts {
            let is_it = |doubt: &&Undecided| {
                let source = sources.get(doubt.gap.span.source);
                let rest = source.text.get(doubt.gap.span.start as usize..);
                doubt.subject == *subject && rest.is_some_and(|rest| rest.starts_with(text))
            };
            match unexpected.iter().position(is_it) {
                Some(index) => drop(unexpected.remove(index)),
                None => drop(writeln!(problems, "not in doubt: {subject} at {text}")),
            }
        }
        for doubt in unexpected {
            let source = sources.get(doubt.gap.span.source);
            let at = source.text.get(doubt.gap.span.range()).unwrap_or_default();
            let Undecided { subject, reason, .. } = doubt;
            let _ = writeln!(problems, "in doubt: {subject} at {at}: {reason}");
        }
    }
}

impl Expected {
    fn parse(text: &str) -> Result<Self, String> {
        let (severity, rule) =
            text.split_once(' ').ok_or_else(|| format!("{text:?} has no severity"))?;
        Ok(Self {
            severity: severity.parse()?,
            rule: known(rule)?,
            primary: None,
            secondary: Vec::new(),
            when: None,
        })
    }

    fn matches(&self, finding: &Finding, sources: &Sources) -> bool {
        let at = |kind: LabelKind, text: &str| {
            let mut labels = finding.labels.iter().filter(|label| label.kind == kind);
            labels.any(|label| {
                let source = sources.get(label.span.source);
                let rest = source.text.get(label.span.start as usize..);
                rest.is_some_and(|rest| rest.starts_with(text))
            })
        };
        finding.rule == self.rule
            && finding.severity == self.severity
            && self.primary.as_deref().is_none_or(|text| at(LabelKind::Primary, text))
            && self.secondary.iter().all(|text| at(LabelKind::Secondary, text))
            && finding.when == self.when
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { severity, rule, primary, secondary, when } = self;
        write!(f, "{severity} {rule}")?;
        for (key, text) in [("primary", primary), ("when", when)] {
            if let Some(text) = text {
                write!(f, "\n    {key}: {text}")?;
            }
        }
        secondary.iter().try_for_each(|text| write!(f, "\n    secondary: {text}"))
    }
}

/// The id, if a rule has it.
fn known(id: &str) -> Result<String, String> {
    if rule(id).is_some() || INPUT_RULES.iter().any(|rule| rule.id == id) {
        return Ok(id.to_owned());
    }
    Err(format!("no rule is named {id:?}"))
}

/// A finding as a case would expect it, with its message.
fn shown(finding: &Finding, sources: &Sources) -> String {
    let mut text = format!("{} {} ({})", finding.severity, finding.rule, finding.message);
    for label in &finding.labels {
        let kind = match label.kind {
            LabelKind::Primary => "primary",
            LabelKind::Secondary => "secondary",
        };
        let source = sources.get(label.span.source);
        let line = source.lines().line_column(&source.text, label.span.start).line;
        let at = source.text.get(label.span.range()).and_then(|text| text.lines().next());
        let _ =
            write!(text, "\n    {kind}: {} (line {line}: {})", at.unwrap_or_default(), label.text);
    }
    if let Some(when) = &finding.when {
        let _ = write!(text, "\n    when: {when}");
    }
    text
}
