//! The list of formats.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use iacscan_core::Sources;

use crate::{Options, Report, inert};

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// For people: snippets of the source with labels, and a summary.
    Terminal,
    /// One line per finding.
    Concise,
    /// Annotations of GitHub Actions.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// For programs.
    Json,
    /// Test results, for systems that show those.
    Junit,
    /// For the summary of a pipeline step.
    Markdown,
    /// The code quality report of GitLab.
    Gitlab,
}

impl Format {
    /// All formats, in the order help lists them.
    pub const ALL: [Self; 8] = [
        Self::Terminal,
        Self::Concise,
        Self::Github,
        Self::Sarif,
        Self::Json,
        Self::Junit,
        Self::Markdown,
        Self::Gitlab,
    ];

    /// The name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Concise => "concise",
            Self::Github => "github",
            Self::Sarif => "sarif",
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Gitlab => "gitlab",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == name)
            .ok_or_else(|| UnknownFormat::of(Self::ALL.map(Self::as_str)))
    }
}

/// The name of a format that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat {
    names: Vec<&'static str>,
}

impl UnknownFormat {
    pub(crate) fn of(names: impl IntoIterator<Item = &'static str>) -> Self {
        Self { names: names.into_iter().collect() }
    }
}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not one of {}", self.names.join(", "))
    }
}

impl std::error::Error for UnknownFormat {}

/// Writes a report in a format. For the log of GitHub Actions, nothing in it but the annotations of
/// [`Format::Github`] is a workflow command.
///
/// # Errors
///
/// Those of `out`.
pub fn render(
    format: Format,
    report: &Report,
    sources: &Sources,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    if options.github_actions && matches!(format, Format::Terminal | Format::Concise) {
        let mut text = Vec::new();
        let options = Options { github_actions: false, ..options.clone() };
        render(format, report, sources, &options, &mut text)?;
        return inert::write(&text, out);
    }
    match format {
        Format::Terminal => crate::terminal::render(report, sources, options, out),
        Format::Concise => crate::concise::render(report, sources, options, out),
        Format::Github => crate::github::render(report, sources, options, out),
        Format::Sarif => crate::sarif::render(report, sources, options, out),
        Format::Json => crate::json::render(report, sources, options, out),
        Format::Junit => crate::junit::render(report, sources, options, out),
        Format::Markdown => crate::markdown::render(report, sources, options, out),
        Format::Gitlab => crate::gitlab::render(report, sources, options, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_have_names() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
        let error = "pdf".parse::<Format>().unwrap_err();
        assert!(error.to_string().starts_with("not one of terminal, concise, "), "{error}");
    }
}
