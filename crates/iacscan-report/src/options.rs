//! How a report is written.

/// How a report is written; what the caller found out about its environment.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Write ANSI colours.
    pub color: bool,
    /// Write links that a terminal can open (OSC 8).
    pub hyperlinks: bool,
    /// Draw with ASCII alone.
    pub ascii: bool,
    /// Columns of the terminal; nothing is wrapped without.
    pub width: Option<usize>,
    /// How much to say.
    pub verbosity: Verbosity,
    /// The output is the log of a GitHub Actions step, where lines can be commands.
    pub github_actions: bool,
    /// The working directory, absolute, with `/`: what display paths are relative to.
    pub working_directory: String,
    /// The repository root, absolute, with `/`; the working directory when there is none.
    pub repository_root: Option<String>,
    /// URL of the repository root at the scanned commit, without the last `/`; places link there.
    pub source_url: Option<String>,
    /// URL of the folder that holds the folders of the rules, without the last `/`.
    pub rules_url: Option<String>,
}

impl Options {
    /// The page of a rule, where the folder of rules has a URL.
    pub(crate) fn rule_url(&self, rule: &str) -> Option<String> {
        let base = self.rules_url.as_ref()?;
        Some(format!("{base}/{}/README.md", rule.replace('-', "_")))
    }
}

/// How much the formats for people, `terminal` and `concise`, say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Findings alone.
    Quiet,
    /// Findings and the summary.
    #[default]
    Normal,
    /// Also what could not be decided, and why.
    Verbose,
}
