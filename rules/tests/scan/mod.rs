//! Scans files that a test holds in memory, with every rule.

use std::collections::BTreeSet;

use iacscan_core::{Finding, MemoryFiles, Undecided};
use iacscan_graph::Graph;
use iacscan_rules::{Options, check};

/// A scanned set of files. Not every test looks at all of it.
#[allow(dead_code)]
pub(crate) struct Scan {
    /// The files.
    pub(crate) files: MemoryFiles,
    /// What they mean.
    pub(crate) graph: Graph,
    /// What frontends and rules found, at every severity.
    pub(crate) findings: Vec<Finding>,
    /// What the rules could not decide.
    pub(crate) undecided: Vec<Undecided>,
}

/// Scans files given by path and text. Where some end with `.tf`, every folder with such files is a
/// root module; otherwise every file is a template.
pub(crate) fn scan<'a>(
    given: impl IntoIterator<Item = (&'a str, &'a str)>,
    options: &Options,
) -> Scan {
    let files =
        given.into_iter().fold(MemoryFiles::new(), |files, (path, text)| files.with(path, text));
    let modules: BTreeSet<String> = files
        .paths()
        .filter(|path| path.ends_with(".tf"))
        .map(|path| path.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned())
        .collect();
    let units = if modules.is_empty() {
        let templates: Vec<String> = files.paths().map(str::to_owned).collect();
        let inputs = iacscan_cloudformation::Inputs::default();
        iacscan_cloudformation::lower_templates(&templates, &files, &inputs).units
    } else {
        let modules: Vec<String> = modules.into_iter().collect();
        let options = iacscan_terraform::Options::default();
        iacscan_terraform::lower(&modules, &[], &files, &options).units
    };
    let mut findings: Vec<Finding> =
        units.iter().flat_map(|unit| unit.findings.iter().cloned()).collect();
    let graph = iacscan_graph::link(units);
    let checked = check(&graph, options, |_| true);
    findings.extend(checked.findings);
    Scan { files, graph, findings, undecided: checked.undecided }
}
