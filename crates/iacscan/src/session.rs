//! What a scan works with once its options and its configuration are read.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::{self, Config};
use crate::discover::Exclude;
use crate::error::Error;
use crate::files::{DiskFiles, error_text};
use crate::inputs::Inputs;
use crate::options::{ConfigFile, Options};
use crate::paths;
use crate::rules::{self, Selection};

/// What a scan works with.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) files: DiskFiles,
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) config: Config,
    pub(crate) exclude: Exclude,
    pub(crate) inputs: Inputs,
    pub(crate) selection: Selection,
    /// The top of the repository that the first scanned path lies in.
    pub(crate) repository: Option<PathBuf>,
}

impl Session {
    /// Reads the configuration and everything else that is needed before a scan.
    pub(crate) fn open(options: &Options) -> Result<Self, Error> {
        let working_directory = match &options.working_directory {
            Some(directory) => directory.clone(),
            None => std::env::current_dir().map_err(|e| Error::new(error_text(&e)))?,
        };
        let mut selection = Selection::new(&options.select, &options.ignore).map_err(Error::new)?;
        let mut files = DiskFiles::new(&working_directory)
            .map_err(|e| Error::file(&working_directory.to_string_lossy(), error_text(&e)))?;
        let paths = match options.paths.as_slice() {
            [] => vec![PathBuf::from(".")],
            paths => paths.to_vec(),
        };

        let first = paths.first().map_or(Path::new("."), PathBuf::as_path);
        let first = files.working_directory().join(first);
        let start = fs::canonicalize(&first).unwrap_or(first);
        let repository = config::repository_root(&start);

        let mut exclude = Exclude::default();
        let globs = options.exclude.iter().map(String::as_str);
        exclude.add(files.working_directory(), globs).map_err(Error::new)?;

        let config = match config_file(options, &files, &start)? {
            Some(path) => {
                let (config, base) = read_config(&mut files, &path)?;
                let globs = config.exclude.iter().map(iacscan_core::Str::as_str);
                exclude.add(&base, globs).map_err(Error::new)?;
                config
            }
            None => Config::default(),
        };
        for (rule, settings) in &config.rules {
            if settings.off {
                selection.turn_off(rule);
            }
        }
        let inputs = Inputs::new(&options.inputs, &config, &mut files);
        let inputs = match inputs {
            Ok(inputs) => inputs,
            Err(errors) => return Err(Error::inputs(errors, files.take_sources())),
        };
        Ok(Self { files, paths, config, exclude, inputs, selection, repository })
    }

    /// The repository root for reports: of git, else of the checkout that GitHub Actions made.
    pub(crate) fn repository_root(&self) -> Option<String> {
        let git = self.repository.as_deref().map(paths::path_text);
        git.or_else(|| {
            let workspace = PathBuf::from(std::env::var_os("GITHUB_WORKSPACE")?);
            let workspace = fs::canonicalize(workspace).ok()?;
            let inside = self.files.working_directory().starts_with(&workspace);
            inside.then(|| paths::path_text(&workspace))
        })
    }
}

/// The path of the configuration, links resolved.
fn config_file(
    options: &Options,
    files: &DiskFiles,
    start: &Path,
) -> Result<Option<PathBuf>, Error> {
    match &options.config {
        ConfigFile::None => Ok(None),
        ConfigFile::Nearest => Ok(config::find(start)),
        ConfigFile::File(path) => {
            let real = files.working_directory().join(path);
            let real = fs::canonicalize(real)
                .map_err(|error| Error::file(&files.display(path), error_text(&error)))?;
            Ok(Some(real))
        }
    }
}

/// Reads a configuration; the directory it lies in beside it.
fn read_config(files: &mut DiskFiles, path: &Path) -> Result<(Config, PathBuf), Error> {
    let display = files.display(path);
    let bytes = fs::read(path).map_err(|error| Error::file(&display, error_text(&error)))?;
    let source = files.adopt(&display, bytes).map_err(|error| Error::file(&display, error))?;
    match Config::read(iacscan_core::Files::sources(files), source, &rules::all()) {
        Ok(config) => Ok((config, path.parent().unwrap_or(path).to_owned())),
        Err(problems) => Err(Error::config(problems, files.take_sources())),
    }
}
