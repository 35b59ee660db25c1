//! How long each format takes for 10,000 findings in one file of 2 MB, once with lines and once
//! minified to a single line: `cargo bench -p iacscan-report`.

#![allow(clippy::print_stdout)]

use std::fmt::Write;
use std::time::Instant;

use iacscan_core::{Address, Finding, Severity, Sources, Span};
use iacscan_report::{Format, Options, Report, Reported, fingerprints, render};

const FINDINGS: usize = 10_000;

fn main() {
    for (name, separator) in [("lines", ",\n      "), ("one line", ",")] {
        let (report, sources) = report(separator);
        for format in Format::ALL {
            let start = Instant::now();
            let mut out = Vec::new();
            let written = render(format, &report, &sources, &Options::default(), &mut out);
            let time = start.elapsed();
            assert!(written.is_ok(), "memory can be written to");
            println!(
                "{name:9} {format:9} {:8.1} ms {:9} bytes",
                time.as_secs_f64() * 1e3,
                out.len()
            );
        }
    }
}

/// A template with one finding per function, each with a label at the far end of the file.
fn report(separator: &str) -> (Report, Sources) {
    let mut text = String::from("{\"Resources\":{");
    let mut spans = Vec::with_capacity(FINDINGS);
    for number in 0..FINDINGS {
        let _ =
            write!(text, "\"Function{number:05}\":{{\"Type\":\"AWS::Lambda::Function\"{separator}");
        let _ = write!(
            text,
            "\"Properties\":{{\"Description\":\"{}\"{separator}\"Role\":",
            "x".repeat(80)
        );
        let start = text.len();
        text.push_str("\"arn:aws:iam::123456789012:role/gr\u{f6}\u{df}e\"");
        spans.push((start, text.len()));
        let _ = write!(text, "}}}}{separator}");
    }
    text.push_str("\"End\":{}}}");
    let end = text.len();
    let sources = Sources::new();
    let source = sources.add("template.json", text);
    let findings: Vec<Finding> = spans
        .into_iter()
        .enumerate()
        .map(|(number, (from, to))| {
            Finding::build(
                "shared-execution-role",
                Severity::Medium,
                Span::new(source, from, to),
                "the same role",
            )
            .message(format!("`Function{number:05}` shares its execution role"))
            .help("Give each function a role of its own")
            .label(Span::new(source, end - 10, end - 5), "the last resource")
            .step(Span::new(source, from, to), "function")
            .step(Span::new(source, end - 10, end - 5), "role")
            .resource(Address::new("template.json", format!("Function{number:05}")))
            .finish()
        })
        .collect();
    let findings = fingerprints(&findings, &Options::default())
        .into_iter()
        .zip(findings)
        .map(|(fingerprint, finding)| Reported { finding, fingerprint })
        .collect();
    (Report { findings, ..Report::default() }, sources)
}
