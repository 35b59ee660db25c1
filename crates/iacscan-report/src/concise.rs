//! `--format concise`: one line per finding, as compilers write them.

use std::io::{self, Write};

use iacscan_core::Sources;

use crate::place::Place;
use crate::{Options, Report, visible};

/// Writes `path:line:column: severity[rule] message` for each finding.
pub(crate) fn render(
    report: &Report,
    sources: &Sources,
    _options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    for reported in &report.findings {
        let finding = &reported.finding;
        if let Some(primary) = finding.primary() {
            write!(out, "{}: ", Place::of(primary.span, sources))?;
        }
        let sentence = reported.sentence();
        writeln!(out, "{}[{}] {}", finding.severity, finding.rule, visible::line(&sentence))?;
    }
    out.flush()
}
