//! What the environment says about how to write.

use std::env;
use std::io::IsTerminal;

use iacscan_report::Options as ReportOptions;

use crate::args::Color;

/// One of the two streams of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Output,
    Error,
}

/// How to write to a stream.
pub(crate) fn options_for(stream: Stream, color: Color, base: &ReportOptions) -> ReportOptions {
    let (terminal, choice) = match stream {
        Stream::Output => {
            let stream = std::io::stdout();
            (stream.is_terminal(), anstream::AutoStream::choice(&stream))
        }
        Stream::Error => {
            let stream = std::io::stderr();
            (stream.is_terminal(), anstream::AutoStream::choice(&stream))
        }
    };
    let hyperlinks = match stream {
        Stream::Output => supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        Stream::Error => supports_hyperlinks::on(supports_hyperlinks::Stream::Stderr),
    };
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => choice != anstream::ColorChoice::Never,
    };
    ReportOptions {
        color,
        // Links are escape sequences too.
        hyperlinks: color && terminal && hyperlinks,
        ascii: asks_for_ascii(|name| env::var(name).ok()),
        width: terminal.then(width).flatten(),
        github_actions: in_github_actions(),
        ..base.clone()
    }
}

/// What is the same for every stream and file.
pub(crate) fn base_options(base: ReportOptions) -> ReportOptions {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let version = env!("CARGO_PKG_VERSION");
    ReportOptions {
        source_url: source_url(|name| env::var(name).ok()),
        rules_url: (!repository.is_empty())
            .then(|| format!("{}/blob/v{version}/rules", repository.trim_end_matches('/'))),
        ..base
    }
}

pub(crate) fn in_github_actions() -> bool {
    env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

fn width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// A locale without anything but ASCII, or a terminal that can do nothing.
fn asks_for_ascii(variable: impl Fn(&str) -> Option<String>) -> bool {
    if variable("TERM").is_some_and(|term| term == "dumb" || term == "linux") {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable);
    let locale = locale.into_iter().find(|value| !value.is_empty());
    locale.is_some_and(|locale| locale == "C" || locale == "POSIX")
}

/// Where GitHub shows the files of the commit that is checked out.
fn source_url(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let server = variable("GITHUB_SERVER_URL")?;
    let repository = variable("GITHUB_REPOSITORY")?;
    let commit = variable("GITHUB_SHA")?;
    Some(format!("{}/{repository}/blob/{commit}", server.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<'v>(variables: &'v [(&str, &str)]) -> impl Fn(&str) -> Option<String> + 'v {
        move |name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    }

    #[test]
    fn ascii_is_asked_for_by_the_locale() {
        let cases: [(&[(&str, &str)], bool); 6] = [
            (&[], false),
            (&[("LANG", "C")], true),
            (&[("LANG", "C.UTF-8")], false),
            (&[("LC_ALL", "en_GB.UTF-8"), ("LANG", "C")], false),
            (&[("LC_ALL", ""), ("LANG", "POSIX")], true),
            (&[("TERM", "dumb"), ("LANG", "de_DE.UTF-8")], true),
        ];
        for (variables, expected) in cases {
            assert_eq!(asks_for_ascii(with(variables)), expected, "{variables:?}");
        }
    }

    #[test]
    fn sources_are_linked_inside_actions() {
        let all = [
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "o/r"),
            ("GITHUB_SHA", "abc"),
        ];
        assert_eq!(source_url(with(&all)).unwrap(), "https://github.com/o/r/blob/abc");
        assert_eq!(source_url(with(&all[..2])), None);
    }
}
