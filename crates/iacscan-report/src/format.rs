//! The list of formats.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use iacscan_core::Sources;

use crate::{Options, Report};

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// For people: snippets of the source with labels, and a summary.
    Terminal,
    /// One line per finding.
    Concise,
    /// For programs.
    Json,
}

impl Format {
    /// All formats, in the order help lists them.
    pub const ALL: [Self; 3] = [Self::Terminal, Self::Concise, Self::Json];

    /// The name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Concise => "concise",
            Self::Json => "json",
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
        Self::ALL.into_iter().find(|format| format.as_str() == name).ok_or(UnknownFormat)
    }
}

/// The name of a format that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFormat;

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Format::ALL.into_iter().map(Format::as_str).collect();
        write!(f, "not one of {}", names.join(", "))
    }
}

impl std::error::Error for UnknownFormat {}

/// Writes a report in a format.
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
    match format {
        Format::Terminal => crate::terminal::render(report, sources, options, out),
        Format::Concise => crate::concise::render(report, sources, options, out),
        Format::Json => crate::json::render(report, sources, options, out),
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
        assert!("pdf".parse::<Format>().is_err());
        assert!(UnknownFormat.to_string().contains("terminal, concise"));
    }
}
