//! What the terminal says about the whole scan.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use iacscan_core::{LeftOutKind, Severity, Sources, Undecided};

use crate::place::Place;
use crate::{Options, Report, Verbosity, visible};

/// Lists what could not be decided, and why; under what is said of a whole unit, what follows from it.
pub(super) fn undecided(
    report: &Report,
    sources: &Sources,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    if report.undecided.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint("Not decided:", Style::new().bold(), options))?;
    let is_of_one_gap = |a: &Undecided, b: &Undecided| a.gap == b.gap && a.unit == b.unit;
    for of_gap in report.undecided.chunk_by(is_of_one_gap) {
        let is_cause = |undecided: &&Undecided| undecided.subject == undecided.unit;
        let cause =
            of_gap.iter().find(is_cause).filter(|_| of_gap.iter().filter(is_cause).count() == 1);
        if let Some(cause) = cause {
            entry(cause, sources, out)?;
        }
        let others: Vec<&Undecided> = of_gap
            .iter()
            .filter(|it| !cause.is_some_and(|cause| std::ptr::eq(cause, *it)))
            .collect();
        for alike in others.chunk_by(|a, b| is_alike(a, b)) {
            let Some((first, others)) = alike.split_first() else { continue };
            if cause.is_some() {
                let (subject, reason) =
                    (visible::line(&first.subject), visible::line(&first.reason));
                writeln!(out, "    so of {subject}: {reason}")?;
            } else {
                entry(first, sources, out)?;
            }
            if !others.is_empty() {
                let subjects = others.iter().map(|other| visible::line(&other.subject).to_string());
                writeln!(out, "    as well: {}", subjects.collect::<Vec<_>>().join(", "))?;
            }
        }
    }
    writeln!(out)
}

/// Lists what inputs leave out, and by what.
pub(super) fn left_out(
    report: &Report,
    sources: &Sources,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    if report.left_out.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "{}",
        paint("Left out by inputs or their defaults:", Style::new().bold(), options)
    )?;
    for left_out in &report.left_out {
        let (place, subject) =
            (Place::of(left_out.span, sources), visible::line(&left_out.subject));
        writeln!(out, "  {place}: {subject}: {}", left_out.reason)?;
    }
    writeln!(out)
}

fn entry(undecided: &Undecided, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "  {}: {}: {}",
        Place::of(undecided.gap.span, sources),
        visible::line(&undecided.subject),
        visible::line(&undecided.sentence()),
    )
}

/// Whether the same is said of the same place, but for names in code.
fn is_alike(a: &Undecided, b: &Undecided) -> bool {
    let words = |undecided: &Undecided| {
        undecided.reason.split('`').step_by(2).map(str::to_owned).collect::<Vec<_>>()
    };
    a.gap == b.gap && a.unit == b.unit && words(a) == words(b)
}

/// The closing lines: what was found, and in what.
pub(super) fn summary(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let total = report.findings.len();
    let counts = report.by_severity();
    if total == 0 {
        let none = Style::new().bold().fg_color(Some(AnsiColor::Green.into()));
        write!(out, "{}", paint("No findings", none, options))?;
    } else {
        write!(out, "{}", paint(&counted(total, "finding"), Style::new().bold(), options))?;
        let parts: Vec<String> = counts
            .iter()
            .rev()
            .filter(|(_, count)| **count > 0)
            .map(|(severity, count)| {
                paint(&format!("{count} {severity}"), style(*severity), options)
            })
            .collect();
        write!(out, ": {}", parts.join(", "))?;
    }
    let left_out = [
        (report.suppressed.len(), "suppressed"),
        (report.hidden.baseline, "known to the baseline"),
        (report.hidden.below_minimum, "below the minimal severity"),
    ];
    let left_out: Vec<String> = left_out
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if !left_out.is_empty() {
        write!(out, " ({})", left_out.join(", "))?;
    }
    writeln!(out)?;
    write!(
        out,
        "Scanned {} with {} and {}",
        counted(report.files, "file"),
        counted(report.functions.len(), "function"),
        counted(report.roles, "execution role"),
    )?;
    let undecided = report.undecided.len();
    if undecided > 0 {
        let hint = if options.verbosity < Verbosity::Verbose { " (-v lists why)" } else { "" };
        write!(out, "; {} could not be decided{hint}", counted(undecided, "thing"))?;
    }
    let of = |kind| report.left_out.iter().filter(|it| it.kind == kind).count();
    let kinds = [LeftOutKind::Function, LeftOutKind::Role].map(|kind| (of(kind), kind.as_str()));
    let kinds = kinds.into_iter().filter(|(count, _)| *count > 0);
    let kinds: Vec<String> = kinds.map(|(count, what)| counted(count, what)).collect();
    if !kinds.is_empty() {
        write!(out, "; {} left out by inputs or their defaults", kinds.join(" and "))?;
    }
    writeln!(out)
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn style(severity: Severity) -> Style {
    let color = match severity {
        Severity::High => AnsiColor::BrightRed,
        Severity::Medium => AnsiColor::BrightYellow,
        Severity::Low => AnsiColor::BrightBlue,
        Severity::Info => AnsiColor::BrightGreen,
    };
    Style::new().bold().fg_color(Some(color.into()))
}

fn paint(text: &str, style: Style, options: &Options) -> String {
    if options.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
}
