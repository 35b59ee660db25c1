//! A small infrastructure and what is marked in it.

use std::fmt;

use iacscan_core::{Finding, MemoryFiles};
use iacscan_rules::{Options, Requirement, RoleDemand, When, check};

/// Files of one example with their markers.
pub(crate) struct Fixture {
    /// Where on the page it stands.
    pub(crate) heading: String,
    /// Names and texts.
    pub(crate) files: Vec<(String, String)>,
    /// What is marked.
    pub(crate) markers: Vec<Marker>,
}

/// A marked piece of one line; line and column from 1, the width in characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Marker {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) width: usize,
    pub(crate) primary: bool,
    pub(crate) text: String,
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.primary { "^" } else { "-" };
        let Self { file, line, column, width, text, .. } = self;
        write!(f, "{file}:{line}:{column} {} {text}", sign.repeat(*width))
    }
}

impl Fixture {
    pub(crate) fn new(heading: String) -> Self {
        Self { heading, files: Vec::new(), markers: Vec::new() }
    }

    pub(crate) fn has_markers(&self) -> bool {
        !self.markers.is_empty()
    }

    pub(crate) fn is_terraform(&self) -> bool {
        self.files.iter().any(|(name, _)| name.ends_with(".tf"))
    }
}

/// The configuration that a page shows, as the command hands it to rules. One page has one.
pub(crate) fn options(page: &str) -> Options {
    const SHOWN: &str = "```yaml iacscan.yaml
baseline:
  - managed-policy: CloudWatchLambdaInsightsExecutionRolePolicy
  - when: {tracing: true}
    actions: [xray:PutTraceSegments]
```";
    if !page.contains("iacscan.yaml\n") {
        return Options::default();
    }
    assert!(page.contains(SHOWN), "the page shows another configuration than is tested");
    let everybody = Requirement {
        when: When::default(),
        demand: RoleDemand::ManagedPolicy("CloudWatchLambdaInsightsExecutionRolePolicy".into()),
    };
    let traced = Requirement {
        when: When { tracing: Some(true), ..When::default() },
        demand: RoleDemand::Actions(vec!["xray:PutTraceSegments".into()]),
    };
    Options { baseline: vec![everybody, traced], ..Options::default() }
}

/// Scans a fixture with all rules.
pub(crate) fn scan(fixture: &Fixture, options: &Options) -> (MemoryFiles, Vec<Finding>) {
    let files = fixture
        .files
        .iter()
        .fold(MemoryFiles::new(), |files, (name, text)| files.with(name, text.as_str()));
    let units = if fixture.is_terraform() {
        let options = iacscan_terraform::Options::default();
        iacscan_terraform::lower(&[".".to_owned()], &[], &files, &options).units
    } else {
        let templates: Vec<String> = files.paths().map(str::to_owned).collect();
        let inputs = iacscan_cloudformation::Inputs::default();
        iacscan_cloudformation::lower_templates(&templates, &files, &inputs).units
    };
    let mut findings: Vec<Finding> =
        units.iter().flat_map(|unit| unit.findings.iter().cloned()).collect();
    let graph = iacscan_graph::link(units);
    findings.extend(check(&graph, options, |_| true));
    (files, findings)
}
