//! `--format concise`: one line per finding, as compilers write them.

use std::io::{self, Write};

use iacscan_core::Sources;

use crate::place::Place;
use crate::{Options, Report, Verbosity, visible};

/// Writes `path:line:column: severity[rule] message` for each finding, and when asked
/// `path:line:column: undecided: subject: why` for each thing that could not be decided.
pub(crate) fn render(
    report: &Report,
    sources: &Sources,
    options: &Options,
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
    if options.verbosity == Verbosity::Verbose {
        for undecided in &report.undecided {
            let subject = visible::line(&undecided.subject);
            let (place, sentence) = (Place::of(undecided.gap.span, sources), undecided.sentence());
            writeln!(out, "{place}: undecided: {subject}: {}", visible::line(&sentence))?;
        }
    }
    out.flush()
}
