//! Where reports go.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use iacscan_core::{Files, Sources};
use iacscan_report::{
    Format, Notice, NoticeLevel, Options as ReportOptions, Report, Verbosity, render,
    render_notices,
};

use crate::args::{Color, Output, ReportArgs};
use crate::environment::{self, Stream};
use crate::error::Error;
use crate::scan::{Outcome, Status};

/// The reports of one scan and where they go.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outputs {
    /// To standard output, one after the other.
    standard: Vec<Format>,
    files: Vec<(Format, PathBuf)>,
    /// A Markdown report is added to the end of this file.
    step_summary: Option<PathBuf>,
}

impl Outputs {
    /// The outputs asked for, or those that suit the environment.
    ///
    /// # Errors
    ///
    /// When two reports want the same place.
    pub(crate) fn new(asked: &[Output]) -> Result<Self, Error> {
        let summary = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty());
        Self::in_environment(asked, environment::in_github_actions(), summary.map(PathBuf::from))
    }

    fn in_environment(
        asked: &[Output],
        in_github_actions: bool,
        step_summary: Option<PathBuf>,
    ) -> Result<Self, Error> {
        if asked.is_empty() {
            return Ok(if in_github_actions {
                let standard = vec![Format::Terminal, Format::Github];
                Self { standard, files: Vec::new(), step_summary }
            } else {
                let standard = vec![Format::Terminal];
                Self { standard, files: Vec::new(), step_summary: None }
            });
        }
        let mut outputs = Self { standard: Vec::new(), files: Vec::new(), step_summary: None };
        for Output { format, file } in asked {
            match file {
                None => outputs.standard.push(*format),
                Some(path) if outputs.files.iter().any(|(_, other)| other == path) => {
                    let path = path.display();
                    return Err(Error::new(format!("two reports cannot go to the file {path}")));
                }
                Some(path) => outputs.files.push((*format, path.clone())),
            }
        }
        if let [first, second, ..] = outputs.standard.as_slice() {
            let message = format!(
                "two reports cannot go to standard output; give one a file: --format {first} \
                 --format {second}=FILE"
            );
            return Err(Error::new(message));
        }
        Ok(outputs)
    }

    /// Writes everything: notices to standard error, reports where they belong.
    ///
    /// # Errors
    ///
    /// What could not be written, each with its reason; everything else is.
    pub(crate) fn write(&self, outcome: &Outcome, args: &ReportArgs) -> Result<(), Vec<Error>> {
        let base = environment::base_options(ReportOptions {
            verbosity: verbosity(args),
            ..outcome.report_options.clone()
        });
        let mut errors = Vec::new();
        for (format, path) in &self.files {
            let written =
                File::create(path).and_then(|file| to_writer(*format, outcome, &base, file));
            errors.extend(written.err().map(|error| cannot_write(path, &error)));
        }
        if let Some(path) = &self.step_summary {
            let written = OpenOptions::new()
                .append(true)
                .create(true)
                .open(path)
                .and_then(|file| to_writer(Format::Markdown, outcome, &base, file));
            errors.extend(written.err().map(|error| cannot_write(path, &error)));
        }
        notices(&outcome.report.notices, outcome.files.sources(), args.color, &base);
        let options = environment::options_for(Stream::Output, args.color, &base);
        for format in &self.standard {
            // Machines read the other formats; they get no colours from a guess.
            let options = match format {
                Format::Terminal | Format::Concise => &options,
                _ => &base,
            };
            match to_writer(*format, outcome, options, io::stdout().lock()) {
                // Whoever read the output has seen enough.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
                Err(error) => errors.push(cannot_write(Path::new("standard output"), &error)),
                Ok(()) => {}
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

fn verbosity(args: &ReportArgs) -> Verbosity {
    match (args.quiet, args.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, true) => Verbosity::Verbose,
        (false, false) => Verbosity::Normal,
    }
}

fn to_writer(
    format: Format,
    outcome: &Outcome,
    options: &ReportOptions,
    writer: impl Write,
) -> io::Result<()> {
    let mut writer = BufWriter::new(writer);
    render(format, &outcome.report, outcome.files.sources(), options, &mut writer)?;
    writer.flush()
}

/// Shows notices on standard error. A scan that had to say an error failed.
pub(crate) fn notices(
    notices: &[Notice],
    sources: &Sources,
    color: Color,
    base: &ReportOptions,
) -> Status {
    let options = environment::options_for(Stream::Error, color, base);
    let quiet = base.verbosity == Verbosity::Quiet;
    let shown = notices.iter().filter(|n| !quiet || n.level == NoticeLevel::Error).cloned();
    let report = Report { notices: shown.collect(), ..Report::default() };
    // Nobody is left to tell when standard error is closed.
    let _ = render_notices(&report, sources, &options, &mut io::stderr().lock());
    let failed = notices.iter().any(|notice| notice.level == NoticeLevel::Error);
    if failed { Status::Failure } else { Status::Clean }
}

/// Shows an error on standard error.
pub(crate) fn show_error(error: &Error, color: Color) {
    let base = environment::base_options(ReportOptions::default());
    notices(&error.notices, &error.sources, color, &base);
}

/// Writes text to standard output; a closed pipe ends it quietly.
///
/// # Errors
///
/// When it cannot be written for any other reason.
pub(crate) fn print(text: impl AsRef<[u8]>) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_ref()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(cannot_write(Path::new("standard output"), &error))
        }
        _ => Ok(()),
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    let message = format!("cannot be written: {}", crate::files::error_text(error));
    Error::file(&crate::paths::path_text(path), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(text: &str) -> Output {
        text.parse().unwrap()
    }

    #[test]
    fn places_are_taken_once() {
        let new = |formats: &[&str]| {
            let asked: Vec<Output> = formats.iter().map(|format| output(format)).collect();
            Outputs::in_environment(&asked, false, None)
        };
        assert!(new(&["json", "sarif=a", "terminal=b"]).is_ok());
        assert!(new(&["json", "sarif"]).unwrap_err().to_string().contains("--format sarif=FILE"));
        assert!(new(&["json=a", "sarif=a"]).unwrap_err().to_string().contains("file a"));
    }

    #[test]
    fn actions_get_annotations_and_a_summary() {
        let summary = || Some(PathBuf::from("summary"));
        let automatic = Outputs::in_environment(&[], true, summary()).unwrap();
        assert_eq!(automatic.standard, [Format::Terminal, Format::Github]);
        assert_eq!(automatic.step_summary, summary());
        let asked = Outputs::in_environment(&[output("json")], true, summary()).unwrap();
        assert_eq!((asked.standard, asked.step_summary), (vec![Format::Json], None));
        let elsewhere = Outputs::in_environment(&[], false, summary()).unwrap();
        assert_eq!((elsewhere.standard, elsewhere.step_summary), (vec![Format::Terminal], None));
    }
}
