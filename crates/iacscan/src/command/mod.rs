//! The command `iacscan`.

mod init;
mod list;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgMatches, CommandFactory, FromArgMatches};

use crate::args::{Cli, Command, InputArgs, ScanArgs};
use crate::error::Error;
use crate::inputs::{Asked, AskedVariable};
use crate::options::{ConfigFile, Options};
use crate::output::{self, Outputs};
use crate::picture;
use crate::progress::Progress;
use crate::scan::{Status, scan};

/// Runs the command with these arguments, the program's name first, and returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let matches = match Cli::command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version go to standard output, which may be closed.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(Status::Failure.code());
        }
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return Status::Failure.code();
        }
    };
    let color = cli.scan.report.color;
    let done = match cli.command {
        None => run_scan(&cli.scan, &matches),
        Some(Command::Explain { rule }) => list::explain(&rule).map(clean),
        Some(Command::Rules { format }) => list::rules(format).map(clean),
        Some(Command::Graph { format, input }) => {
            let matches = matches.subcommand_matches("graph").unwrap_or(&matches);
            options(&input, matches).and_then(|options| picture::run(&options, format))
        }
        Some(Command::Completions { shell }) => list::completions(shell).map(clean),
        Some(Command::Init { schema: true, .. }) => init::print_schema().map(clean),
        Some(Command::Init { directory, schema: false }) => init::init(&directory).map(clean),
        Some(Command::Man) => list::manual().map(clean),
    };
    match done {
        Ok(status) => status.code(),
        Err(error) => {
            output::show_error(&error, color);
            Status::Failure.code()
        }
    }
}

const fn clean(_: ()) -> Status {
    Status::Clean
}

fn run_scan(args: &ScanArgs, matches: &ArgMatches) -> Result<Status, Error> {
    let outputs = Outputs::new(&args.report.format)?;
    let options = Options {
        select: args.report.select.clone(),
        ignore: args.report.ignore.clone(),
        min_severity: args.report.min_severity,
        fail_on: args.report.fail_on,
        baseline: args.report.baseline.clone(),
        write_baseline: args.report.write_baseline.clone(),
        ..options(&args.input, matches)?
    };
    let progress = Progress::start(!args.report.quiet);
    let outcome = scan(&options);
    drop(progress);
    let outcome = outcome?;
    let mut status = outcome.status;
    if let Err(errors) = outputs.write(&outcome, &args.report) {
        for error in errors {
            output::show_error(&error, args.report.color);
        }
        status = Status::Failure;
    }
    // Taking everything apart again would be the larger part of a short scan.
    std::mem::forget(outcome);
    Ok(status)
}

/// What the arguments about inputs ask for.
fn options(args: &InputArgs, matches: &ArgMatches) -> Result<Options, Error> {
    check_names(&args.paths)?;
    Ok(Options {
        paths: args.paths.clone(),
        exclude: args.exclude.clone(),
        config: match (&args.config, args.no_config) {
            (_, true) => ConfigFile::None,
            (Some(path), false) => ConfigFile::File(path.clone()),
            (None, false) => ConfigFile::Nearest,
        },
        inputs: Asked {
            variables: variables(args, matches),
            parameter_files: args.parameters.clone(),
            parameters: args
                .parameter
                .iter()
                .map(|given| (given.name.as_str().into(), given.value.as_str().into()))
                .collect(),
        },
        threads: args.threads,
        ..Options::default()
    })
}

/// A command behind an option reads as a path; says so instead of "there is no such file".
fn check_names(paths: &[PathBuf]) -> Result<(), Error> {
    let command = Cli::command();
    for path in paths.iter().filter(|path| !path.exists()) {
        let name = path.to_str().unwrap_or_default();
        if command.get_subcommands().any(|subcommand| subcommand.get_name() == name) {
            let message = format!("the command `{name}` stands before all options and paths");
            return Err(Error::new(message));
        }
    }
    Ok(())
}

/// `--var` and `--var-file` in the order they were given: a later one wins.
fn variables(args: &InputArgs, matches: &ArgMatches) -> Vec<AskedVariable> {
    let places = |id: &str| matches.indices_of(id).into_iter().flatten().collect::<Vec<_>>();
    let texts = places("var").into_iter().zip(&args.var).map(|(at, given)| {
        let (name, value) = (given.name.as_str().into(), given.value.as_str().into());
        (at, AskedVariable::Text(name, value))
    });
    let files = places("var_file").into_iter().zip(&args.var_file);
    let files = files.map(|(at, path)| (at, AskedVariable::File(path.clone())));
    let mut all: Vec<(usize, AskedVariable)> = texts.chain(files).collect();
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, variable)| variable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_keep_their_order() {
        let arguments = ["iacscan", "--var", "a=1", "--var-file", "f", "--var=b=2", "--var", "a=3"];
        let matches = Cli::command().try_get_matches_from(arguments).unwrap();
        let cli = Cli::from_arg_matches(&matches).unwrap();
        let text = |name: &str, value: &str| AskedVariable::Text(name.into(), value.into());
        assert_eq!(
            variables(&cli.scan.input, &matches),
            [text("a", "1"), AskedVariable::File("f".into()), text("b", "2"), text("a", "3")]
        );
    }
}
