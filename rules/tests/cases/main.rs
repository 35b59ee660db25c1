//! Cases that scanners get wrong: every file and every folder beside this one is a test of its
//! name, scanned with all rules.
//!
//! A case opens with comments: what it shows, then what is expected. A folder's stand in the file
//! that comes first by name.
//!
//! ```text
//! # expect: high missing-vpc-permission    a finding, at its severity
//! #   primary: vpc_subnet_ids              whose primary span starts with this text
//! #   secondary: PermissionsBoundary       and one of its secondary spans with this
//! #   when: `IsProd` is false              that holds under this condition
//! # silent: missing-logs-permission        rules that others would let speak here
//! # undecided: Function                    a function whose role is not known completely
//! # doubt: Function at [!Ref Subnet]       a feature of it that could not be judged, and why: a text
//! # attached: AWSLambdaBasicExecutionRole  the AWS managed policies of all roles, when given
//! ```
//!
//! What a case expects is all that is found, at every severity, and all that is undecided. What the
//! findings suggest takes them away. The Terraform cases are scanned again with each of their
//! literals unknown (`unknowns`).

mod expectation;
#[path = "../mend/mod.rs"]
mod mend;
#[path = "../scan/mod.rs"]
mod scan;
mod unknowns;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use iacscan_rules::Options;
use libtest_mimic::{Arguments, Failed, Trial};

use expectation::Expectation;
use scan::scan;

/// How many cases there are. At least one file or folder starts with the number of each.
const CASES: usize = 60;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            paths.push(path);
        }
    }
    paths.sort();
    let names: Vec<String> = paths.iter().map(|path| name(path)).collect();
    let mut trials: Vec<Trial> = names
        .iter()
        .zip(&paths)
        .map(|(name, path)| {
            let path = path.clone();
            Trial::test(name.as_str(), move || run(&path))
        })
        .collect();
    let terraform = names.iter().zip(paths).filter(|(name, _)| !name.ends_with(".yaml"));
    trials.extend(terraform.map(|(name, path)| {
        Trial::test(format!("{name} with unknowns"), move || unknowns::run(&files(&path)?))
    }));
    trials.push(Trial::test("every_number_has_a_case", move || numbers(&names)));
    libtest_mimic::run(&arguments, trials).exit();
}

/// The last part of a path.
fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn numbers(names: &[String]) -> Result<(), Failed> {
    let found: BTreeSet<usize> =
        names.iter().filter_map(|name| name.split_once('-')?.0.parse().ok()).collect();
    if found.iter().copied().eq(1..=CASES) {
        return Ok(());
    }
    Err(format!("there are cases {found:?}, not all up to {CASES}").into())
}

/// Runs the case at a path.
fn run(path: &Path) -> Result<(), Failed> {
    let files = files(path)?;
    let header = files.first().map(|(_, text)| text.as_str()).unwrap_or_default();
    let expectation = Expectation::parse(header)?;
    let texts = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let scan = scan(texts, &Options::default());
    let mut problems = expectation.compare(&scan);
    for finding in &scan.findings {
        if let Err(problem) = mend::mends(&files, &scan, finding, &Options::default()) {
            problems.push_str(&problem);
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
}

/// The files of a case, the first by name first.
fn files(path: &Path) -> Result<Vec<(String, String)>, Failed> {
    let mut files: Vec<(String, String)> = Vec::new();
    read(path, &name(path), &mut files)?;
    files.sort();
    Ok(files)
}

/// Reads a file, or all files of a folder and below it.
fn read(path: &Path, shown: &str, files: &mut Vec<(String, String)>) -> Result<(), Failed> {
    if !path.is_dir() {
        files.push((shown.to_owned(), fs::read_to_string(path)?));
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        let mut inner = shown.to_owned();
        let _ = write!(inner, "/{}", name(&path));
        read(&path, &inner, files)?;
    }
    Ok(())
}
