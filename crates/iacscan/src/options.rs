//! What a scan is asked to do.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use iacscan_core::Severity;

use crate::args::FailOn;
use crate::inputs::Asked;

/// What a scan is asked to do. The default scans the working directory as the nearest
/// configuration says.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Files and directories; the working directory when there are none.
    pub paths: Vec<PathBuf>,
    /// What relative paths count from; the working directory of the process when there is none.
    pub working_directory: Option<PathBuf>,
    /// Globs of what is skipped, relative to the working directory.
    pub exclude: Vec<String>,
    /// The configuration.
    pub config: ConfigFile,
    /// Values for the deployment.
    pub inputs: Asked,
    /// Ids of the rules that are checked; all when there are none.
    pub select: Vec<String>,
    /// Ids of rules that are not checked.
    pub ignore: Vec<String>,
    /// The lowest severity that is reported, over the configuration's.
    pub min_severity: Option<Severity>,
    /// The severity at which the scan fails, over the configuration's.
    pub fail_on: Option<FailOn>,
    /// The file of known findings.
    pub baseline: Option<PathBuf>,
    /// Where to write the findings as known ones.
    pub write_baseline: Option<PathBuf>,
    /// How many threads work; all cores when it is not said.
    pub threads: Option<NonZeroUsize>,
}

/// Where the configuration is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ConfigFile {
    /// The nearest `iacscan.yaml`, from the first scanned path up to the root of its repository.
    #[default]
    Nearest,
    /// This file.
    File(PathBuf),
    /// There is none.
    None,
}
