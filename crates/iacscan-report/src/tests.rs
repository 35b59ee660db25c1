//! Every format on the one fixture.

use iacscan_core::Undecided;

use crate::fixture::report;
use crate::{Format, Options, Verbosity, render, visible};

/// The bytes of a format as text.
fn text(format: Format, change: impl FnOnce(&mut Options)) -> String {
    let (report, sources, mut options) = report();
    change(&mut options);
    let mut out = Vec::new();
    render(format, &report, &sources, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_format_is_snapshotted() {
    for format in Format::ALL {
        let mut text = text(format, |options| options.width = Some(100));
        if format == Format::Sarif {
            let sarif: serde_json::Value = serde_json::from_str(&text).unwrap();
            text = serde_json::to_string_pretty(&sarif).unwrap();
        }
        insta::assert_snapshot!(format.as_str(), text);
    }
}

#[test]
fn the_terminal_draws_with_ascii_when_asked_and_lists_what_is_undecided() {
    let text = text(Format::Terminal, |options| {
        options.ascii = true;
        options.verbosity = Verbosity::Verbose;
    });
    insta::assert_snapshot!("terminal-ascii-verbose", text);
}

#[test]
fn the_terminal_wraps_and_colours() {
    let text = text(Format::Terminal, |options| {
        options.width = Some(60);
        options.color = true;
        options.hyperlinks = true;
        options.verbosity = Verbosity::Quiet;
    });
    insta::assert_snapshot!("terminal-narrow-colour", text.replace('\x1b', "ESC"));
}

#[test]
fn no_format_prints_what_steers_a_terminal() {
    for format in Format::ALL {
        let text = text(format, |_| {});
        let hostile: Vec<char> =
            text.chars().filter(|c| *c != '\n' && visible::is_hostile(*c)).collect();
        assert!(hostile.is_empty(), "{format}: {hostile:?}");
    }
}

#[test]
fn no_format_starts_a_command_in_a_log() {
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Github) {
        let text = text(format, |options| options.github_actions = true);
        let mut lines = text.lines();
        if text.starts_with("::stop-commands::") {
            let last = text.lines().last().unwrap();
            assert_eq!(
                lines.next().unwrap().strip_prefix("::stop-commands"),
                last.strip_suffix("::")
            );
        } else {
            let is_command =
                |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
            assert_eq!(lines.find(|line| is_command(line)), None, "{format}");
        }
    }
}

#[test]
fn notices_point_into_files() {
    let (report, sources, options) = report();
    let mut out = Vec::new();
    crate::render_notices(&report, &sources, &options, &mut out).unwrap();
    insta::assert_snapshot!("notices", String::from_utf8(out).unwrap());
}

#[test]
fn one_line_each_lists_what_is_undecided_when_asked() {
    let concise = |verbosity| text(Format::Concise, |options| options.verbosity = verbosity);
    let line = "lambda/main.tf:17:26: undecided: aws_lambda_function.orders: the permissions \
                boundary of `aws_iam_role.orders` is not known (an input without a value)\n";
    assert!(concise(Verbosity::Verbose).ends_with(line));
    assert!(!concise(Verbosity::Normal).contains("undecided"));
}

#[test]
fn what_follows_from_what_is_said_of_a_unit_is_listed_under_it() {
    let (mut report, sources, mut options) = report();
    options.verbosity = Verbosity::Verbose;
    let first = report.undecided.remove(0);
    let of = |subject: &str, reason: &str| Undecided {
        subject: subject.into(),
        reason: reason.into(),
        ..first.clone()
    };
    report.undecided.push(of("a", "role `r` may have policies that cannot be seen"));
    report.undecided.push(of("b", "role `s` may have policies that cannot be seen"));
    report.undecided.push(of(&first.unit, "the macro `M` may add resources"));
    let mut out = Vec::new();
    render(Format::Terminal, &report, &sources, &options, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let unit = &first.unit;
    let expected = format!(
        ": {unit}: the macro `M` may add resources (an input without a value)\n    so of a: role \
         `r` may have policies that cannot be seen\n    as well: b\n\n"
    );
    assert!(text.contains(&expected), "{text}");
}

#[test]
fn what_one_cause_leaves_undecided_is_said_once() {
    let (mut report, sources, mut options) = report();
    options.verbosity = Verbosity::Verbose;
    let first = report.undecided.first().unwrap().clone();
    for (subject, reason) in [
        ("bills", "the permissions boundary of `aws_iam_role.bills` is not known"),
        ("hidden", "the permissions boundary of `aws_iam_role.hidden` is not known"),
        ("other", "its role is not known"),
    ] {
        let (subject, reason) = (subject.into(), reason.into());
        report.undecided.push(Undecided { subject, reason, ..first.clone() });
    }
    let mut out = Vec::new();
    render(Format::Terminal, &report, &sources, &options, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("    as well: bills, hidden\n"), "{text}");
    assert!(text.contains(": other: its role is not known (an input without a value)\n"), "{text}");
    assert_eq!(text.matches("the permissions boundary of").count(), 1, "{text}");
}
