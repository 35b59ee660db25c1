//! The command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};
use iacscan_core::Severity;
use iacscan_report::{Format, GraphFormat};

use crate::names;

/// Finds what is wrong with AWS Lambda execution roles in Terraform, CloudFormation, SAM and CDK.
///
/// iacscan links each Lambda function to its execution role and to everything that role grants, and
/// reports what is certainly wrong, at the source text to change.
#[derive(Debug, Parser)]
#[command(
    name = "iacscan",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    override_usage = "iacscan [OPTIONS] [PATH]...\n       iacscan <COMMAND>",
    after_help = "Exit status: 0 nothing at or above --fail-on, 1 findings, 2 something could not \
                  be done.\nA path that is named like a command is written with its directory: \
                  iacscan ./graph"
)]
pub struct Cli {
    /// Another thing to do than scanning.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// What to scan and how to report it.
    #[command(flatten)]
    pub scan: ScanArgs,
}

/// What iacscan does besides scanning.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the page of a rule
    Explain {
        /// The rule's id
        rule: String,
    },
    /// List the rules
    Rules {
        /// How to print the list
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Print functions, roles, policies and how they connect
    Graph {
        /// How to print the graph: text, json, dot or mermaid
        #[arg(long, value_parser = graph_format_parser(), hide_possible_values = true, default_value = "text")]
        format: GraphFormat,
        /// What to scan.
        #[command(flatten)]
        input: InputArgs,
    },
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write a commented iacscan.yaml
    Init {
        /// The directory to write it to
        #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
        directory: PathBuf,
        /// Print the JSON Schema of iacscan.yaml instead
        #[arg(long)]
        schema: bool,
    },
    /// Print the manual page
    Man,
}

/// The options of a scan.
#[derive(Debug, Args)]
pub struct ScanArgs {
    /// What to scan.
    #[command(flatten)]
    pub input: InputArgs,
    /// What to report.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// What to scan.
#[derive(Debug, Default, Args)]
pub struct InputArgs {
    /// Files and directories to scan [default: the working directory]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Skip files and directories that match, as `**/examples/**` or `legacy`
    #[arg(long, value_name = "GLOB", help_heading = "Inputs")]
    pub exclude: Vec<String>,

    /// Set a Terraform variable
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Inputs", value_parser = assignment)]
    pub var: Vec<Assignment>,

    /// Set Terraform variables from a file
    #[arg(long, value_name = "FILE", help_heading = "Inputs", value_hint = ValueHint::FilePath)]
    pub var_file: Vec<PathBuf>,

    /// Set a CloudFormation parameter; AWS::Region is where templates are deployed
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Inputs", value_parser = assignment)]
    pub parameter: Vec<Assignment>,

    /// Set CloudFormation parameters from a file: JSON as the AWS CLI takes it, or samconfig.toml
    #[arg(long, value_name = "FILE", help_heading = "Inputs", value_hint = ValueHint::FilePath)]
    pub parameters: Vec<PathBuf>,

    /// Read this configuration [default: the nearest iacscan.yaml]
    #[arg(long, value_name = "FILE", help_heading = "Configuration", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long, help_heading = "Configuration", conflicts_with = "config")]
    pub no_config: bool,

    /// Use this many threads [default: all cores]
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
}

/// What to report, and how.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Report in this format, to standard output or to a file; repeatable
    ///
    /// One of terminal, concise, github, gitlab, sarif, json, junit and markdown. One format at
    /// most can go to standard output. Default: terminal; inside GitHub Actions terminal and
    /// github, with a Markdown summary added to the step.
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub format: Vec<Output>,

    /// Report findings of this severity and above: info, low, medium or high [default: low]
    #[arg(long, value_name = "SEVERITY", value_parser = severity_parser(), hide_possible_values = true)]
    pub min_severity: Option<Severity>,

    /// Exit with 1 on findings of this severity and above, or never [default: medium]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on_parser(), hide_possible_values = true)]
    pub fail_on: Option<FailOn>,

    /// Check these rules alone
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    pub select: Vec<String>,

    /// Do not check these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    pub ignore: Vec<String>,

    /// Report only what this file of known findings does not list
    #[arg(long, value_name = "FILE", help_heading = "Rules", value_hint = ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,

    /// Write the findings to a file for --baseline
    #[arg(long, value_name = "FILE", help_heading = "Rules", value_hint = ValueHint::FilePath)]
    pub write_baseline: Option<PathBuf>,

    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pub color: Color,

    /// Say nothing besides the report
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// List what could not be decided, and why
    #[arg(short, long, action = ArgAction::SetTrue)]
    pub verbose: bool,
}

/// A `NAME=VALUE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// What stands before the first `=`; never empty.
    pub name: String,
    /// What stands after it.
    pub value: String,
}

/// A format and where the report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The format.
    pub format: Format,
    /// The file; standard output without one.
    pub file: Option<PathBuf>,
}

/// The severity at which a scan fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// At this one and above.
    Severity(Severity),
    /// Whatever is found.
    Never,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// Where the terminal can.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How the list of rules is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

fn assignment(text: &str) -> Result<Assignment, String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => {
            Ok(Assignment { name: name.to_owned(), value: value.to_owned() })
        }
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

fn graph_format_parser() -> impl TypedValueParser<Value = GraphFormat> {
    PossibleValuesParser::new(GraphFormat::ALL.map(GraphFormat::as_str))
        .try_map(|text| text.parse::<GraphFormat>())
}

fn severity_parser() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(Severity::ALL.map(Severity::as_str))
        .try_map(|text| text.parse::<Severity>())
}

fn fail_on_parser() -> impl TypedValueParser<Value = FailOn> {
    let names = Severity::ALL.map(Severity::as_str).into_iter().chain(["never"]);
    PossibleValuesParser::new(names).try_map(|text| text.parse::<FailOn>())
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "never" {
            return Ok(Self::Never);
        }
        text.parse().map(Self::Severity)
    }
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => return Err("the file after `=` is missing".to_owned()),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = format.parse::<Format>().map_err(|error| {
            let near = names::nearest(format, Format::ALL.map(Format::as_str));
            near.map_or_else(|| error.to_string(), |near| format!("did you mean `{near}`?"))
        })?;
        Ok(Self { format, file })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(arguments: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(std::iter::once(&"iacscan").chain(arguments))
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn paths_and_commands_are_told_apart() {
        let paths = |arguments: &[&str]| {
            let cli = parse(arguments).unwrap();
            assert!(cli.command.is_none(), "{arguments:?}");
            cli.scan.input.paths
        };
        assert_eq!(paths(&[]), Vec::<PathBuf>::new());
        assert_eq!(paths(&["./graph"]), [PathBuf::from("./graph")]);
        assert_eq!(paths(&["--", "graph"]), [PathBuf::from("graph")]);
        assert_eq!(paths(&["infra", "rules"]), ["infra", "rules"].map(PathBuf::from));
    }

    #[test]
    fn graphs_have_formats() {
        let command = parse(&["graph", "infra", "--format", "dot"]).unwrap().command;
        assert!(matches!(command, Some(Command::Graph { format: GraphFormat::Dot, .. })));
        assert!(parse(&["graph", "--format", "sarif"]).is_err());
    }

    #[test]
    fn outputs_are_formats_with_files() {
        let output = |text: &str| text.parse::<Output>();
        assert_eq!(output("json"), Ok(Output { format: Format::Json, file: None }));
        assert_eq!(
            output("concise=a=b.txt"),
            Ok(Output { format: Format::Concise, file: Some("a=b.txt".into()) })
        );
        assert!(output("json=").is_err());
        assert!(output("pdf").unwrap_err().contains("terminal"));
        assert_eq!(output("jason").unwrap_err(), "did you mean `json`?");
    }

    #[test]
    fn values_are_checked() {
        let wrong: [&[&str]; 7] = [
            &["--fail-on", "urgent"],
            &["--min-severity", "never"],
            &["--threads", "0"],
            &["--var", "novalue"],
            &["--parameter", "=x"],
            &["--config", "a", "--no-config"],
            &["-q", "-v"],
        ];
        for arguments in wrong {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
        let cli = parse(&["--select", "a,b", "--select=c", "--fail-on=never", "--var", "a=b=c"]);
        let cli = cli.unwrap();
        assert_eq!(cli.scan.report.select, ["a", "b", "c"]);
        assert_eq!(cli.scan.report.fail_on, Some(FailOn::Never));
        assert_eq!(
            cli.scan.input.var,
            [Assignment { name: "a".to_owned(), value: "b=c".to_owned() }]
        );
    }
}
