//! Why a scan could not start.

use std::fmt;

use iacscan_core::{Sources, Span};
use iacscan_report::{Notice, NoticeLevel};

use crate::config::ConfigProblem;
use crate::inputs::InputError;

/// Why a scan could not start: what it was asked makes no sense, or its configuration is wrong.
#[derive(Debug)]
pub struct Error {
    /// Everything that is wrong; never empty.
    pub notices: Vec<Notice>,
    /// The texts that the notices point into.
    pub sources: Sources,
}

impl Error {
    /// One thing is wrong.
    pub fn new(message: impl fmt::Display) -> Self {
        Self { notices: vec![error(message, None, None)], sources: Sources::new() }
    }

    /// A file that cannot be used.
    pub(crate) fn file(path: &str, message: impl fmt::Display) -> Self {
        let notices = vec![error(message, Some(path.to_owned()), None)];
        Self { notices, sources: Sources::new() }
    }

    pub(crate) fn config(problems: Vec<ConfigProblem>, sources: Sources) -> Self {
        let notices = problems
            .into_iter()
            .map(|problem| {
                let help = problem.help.map(|help| format!("; {help}")).unwrap_or_default();
                error(format!("{}{help}", problem.message), None, Some(problem.span))
            })
            .collect();
        Self { notices, sources }
    }

    pub(crate) fn inputs(errors: Vec<InputError>, sources: Sources) -> Self {
        let notices = errors
            .into_iter()
            .map(|input| {
                let path = input.span.is_none().then_some(input.path);
                error(input.message, path, input.span)
            })
            .collect();
        Self { notices, sources }
    }
}

fn error(message: impl fmt::Display, path: Option<String>, span: Option<Span>) -> Notice {
    Notice { level: NoticeLevel::Error, message: message.to_string(), path, span }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, notice) in self.notices.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            let path = notice
                .span
                .map(|span| self.sources.get(span.source).path.clone())
                .or_else(|| notice.path.clone());
            if let Some(path) = path {
                write!(f, "{path}: ")?;
            }
            f.write_str(&notice.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
