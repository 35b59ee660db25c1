//! A small infrastructure and what is marked in it.

use std::fmt;

use iacscan_rules::{Options, Requirement, RoleDemand, When};

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

    /// The files by name and text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    pub(crate) fn is_terraform(&self) -> bool {
        self.files.iter().any(|(name, _)| name.ends_with(".tf"))
    }
}

/// The configurations that pages show, as the command hands them to rules.
pub(crate) fn options(page: &str) -> Options {
    let Some((_, shown)) = page.split_once("```yaml iacscan.yaml\n") else {
        return Options::default();
    };
    let shown = shown.split_once("```").map_or(shown, |(shown, _)| shown);
    let switch = ("unattached-lambda-policy-or-role", "require-network-interface-deny");
    let known = [
        (
            "\
baseline:
  - managed-policy: CloudWatchLambdaInsightsExecutionRolePolicy
  - when: {tracing: true}
    actions: [xray:PutTraceSegments]
",
            Options { baseline: baseline(), ..Options::default() },
        ),
        (
            "\
rules:
  unattached-lambda-policy-or-role:
    require-network-interface-deny: true
",
            Options { switches: [switch].into(), ..Options::default() },
        ),
    ];
    let found = known.into_iter().find(|(text, _)| *text == shown);
    assert!(found.is_some(), "the page shows a configuration that is not tested:\n{shown}");
    found.map(|(_, options)| options).unwrap_or_default()
}

fn baseline() -> Vec<Requirement> {
    let everybody = Requirement {
        when: When::default(),
        demand: RoleDemand::ManagedPolicy("CloudWatchLambdaInsightsExecutionRolePolicy".into()),
    };
    let traced = Requirement {
        when: When { tracing: Some(true), ..When::default() },
        demand: RoleDemand::Actions(vec!["xray:PutTraceSegments".into()]),
    };
    vec![everybody, traced]
}
