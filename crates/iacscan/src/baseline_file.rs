//! Reading and writing the file of known findings.

use std::fs;
use std::path::Path;

use iacscan_report::{Notice, NoticeLevel, Options, Reported};

use crate::baseline::Baseline;
use crate::error::Error;
use crate::files::error_text;
use crate::session::Session;

/// A file of known findings that was read.
#[derive(Debug)]
pub(crate) struct KnownFindings {
    display: String,
    baseline: Baseline,
}

impl KnownFindings {
    pub(crate) fn read(path: &Path, session: &Session) -> Result<Self, Error> {
        let display = session.files.display(path);
        let real = session.files.working_directory().join(path);
        let text = fs::read_to_string(real).map_err(|e| Error::file(&display, error_text(&e)))?;
        let baseline = Baseline::read(&text).map_err(|error| Error::file(&display, error))?;
        Ok(Self { display, baseline })
    }

    /// Which of the findings it lists, in their order, and what to say about those it lists in
    /// vain.
    pub(crate) fn compare(
        &self,
        findings: &[Reported],
        to: &Options,
    ) -> (Vec<bool>, Option<Notice>) {
        let root = Path::new(to.repository_root.as_ref().unwrap_or(&to.working_directory));
        let comparison = self.baseline.compare(findings, |unit| root.join(unit).exists());
        let notice = (comparison.gone > 0).then(|| Notice {
            level: NoticeLevel::Warning,
            message: match comparison.gone {
                1 => "1 known finding is gone; --write-baseline forgets it".to_owned(),
                gone => format!("{gone} known findings are gone; --write-baseline forgets them"),
            },
            path: Some(self.display.clone()),
            span: None,
        });
        (comparison.known, notice)
    }
}

/// Writes the findings as known ones.
pub(crate) fn write(
    path: &Path,
    findings: &[Reported],
    session: &Session,
    to: &Options,
) -> Result<(), Notice> {
    let real = session.files.working_directory().join(path);
    let written = Baseline::of(findings, to)
        .write()
        .map_err(|error| error.to_string())
        .and_then(|text| fs::write(real, text).map_err(|error| error_text(&error)));
    written.map_err(|why| Notice {
        level: NoticeLevel::Error,
        message: format!("cannot write the baseline: {why}"),
        path: Some(session.files.display(path)),
        span: None,
    })
}
