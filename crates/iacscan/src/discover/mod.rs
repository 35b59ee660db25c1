//! What there is to scan below the paths that were named.

mod content;
mod exclude;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use iacscan_core::ReadError;
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

pub use exclude::{Exclude, GlobError};

use crate::files::{DiskFiles, MAX_TEXT, error_text};
use crate::paths;
use content::Content;

/// The start of a file, enough to see that it is no candidate, in bytes.
const HEAD: usize = 4096;

/// What there is to scan. Display paths, sorted.
#[derive(Debug, Default)]
pub struct Discovered {
    /// Directories with Terraform or OpenTofu files.
    pub terraform: Vec<String>,
    /// CloudFormation templates; their texts are read.
    pub templates: Vec<String>,
    /// Terraform plan files; not read, they may be large.
    pub plans: Vec<String>,
    /// What could not be read, and paths that do not exist or hold nothing to scan.
    pub failures: Vec<Failure>,
    /// Links that lead outside of the roots, which were not followed.
    pub outside: Vec<String>,
}

/// A path that could not be scanned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// Its display path.
    pub path: String,
    /// Why, as a sentence without its subject.
    pub message: String,
}

impl Discovered {
    /// Whether there is nothing to scan.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terraform.is_empty() && self.templates.is_empty() && self.plans.is_empty()
    }
}

/// A file that may be something to scan.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    display: String,
    /// Where a walk met it, without any link on the way; nothing when the user named it, so that
    /// it must not be passed over in silence.
    met: Option<PathBuf>,
}

/// What the walk collects before any file is looked into.
#[derive(Default)]
struct Walk {
    found: Discovered,
    terraform: BTreeSet<String>,
    candidates: BTreeSet<Candidate>,
}

/// Looks for everything to scan below `paths`, which become the roots of `files`. Looks into files
/// on the threads of the current rayon pool.
pub fn discover(files: &mut DiskFiles, paths: &[PathBuf], exclude: &Exclude) -> Discovered {
    let mut walk = Walk::default();
    let mut directories = Vec::new();
    for path in paths {
        let real = files.working_directory().join(path);
        let added = match real.metadata() {
            Ok(metadata) if metadata.is_dir() => files.add_root(path).map(|()| true),
            Ok(_) => files.add_root(real.parent().unwrap_or(&real)).map(|()| false),
            Err(error) => Err(error),
        };
        let display = files.display(path);
        match added {
            Ok(true) => directories.push(display),
            Ok(false) => walk.named_file(display),
            Err(error) => walk.failure(display, error_text(&error)),
        }
    }
    for directory in directories {
        walk.directory(files, &directory, exclude);
    }
    walk.finish(files)
}

impl Walk {
    fn failure(&mut self, path: String, message: impl Into<String>) {
        self.found.failures.push(Failure { path, message: message.into() });
    }

    /// A file the user named.
    fn named_file(&mut self, display: String) {
        let name = display.rsplit('/').next().unwrap_or_default();
        if is_terraform(name) || is_terraform_input(name) {
            self.terraform.insert(paths::parent(&display).to_owned());
        } else {
            self.candidates.insert(Candidate { display, met: None });
        }
    }

    fn directory(&mut self, files: &DiskFiles, root: &str, exclude: &Exclude) {
        let real = match files.resolve(root) {
            Ok(real) => real,
            Err(error) => return self.failure(root.to_owned(), error.to_string()),
        };
        let mut displays = Displays::new(files, root);
        let mut walker = WalkDir::new(&real).sort_by_file_name().into_iter();
        while let Some(entry) = walker.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().map_or_else(|| root.to_owned(), |p| files.display(p));
                    let message = error.io_error().map_or_else(|| error.to_string(), error_text);
                    self.failure(path, message);
                    continue;
                }
            };
            let display = displays.of(&entry);
            let is_directory = entry.file_type().is_dir();
            let skipped = entry.depth() > 0
                && (is_directory && is_always_skipped(&entry)
                    || exclude.is_match(files.working_directory(), &display, is_directory));
            match (skipped, is_directory) {
                (true, true) => walker.skip_current_dir(),
                (true, false) | (false, true) => {}
                (false, false) => self.file(files, &entry, display),
            }
        }
    }

    /// A file met on the walk.
    fn file(&mut self, files: &DiskFiles, entry: &DirEntry, display: String) {
        let name = paths::name_text(entry.file_name());
        let terraform = is_terraform(&name);
        if entry.path_is_symlink() {
            match files.resolve(&display) {
                // What lies below a root is met where it lies; only Terraform gives a meaning to
                // the directory a file appears in.
                Ok(target) if !terraform || !target.is_file() => return,
                Ok(_) => {}
                Err(ReadError::Outside) => return self.found.outside.push(display),
                Err(_) => return,
            }
        } else if !entry.file_type().is_file() {
            return;
        }
        if terraform {
            self.terraform.insert(paths::parent(&display).to_owned());
        } else if !is_terraform_input(&name) {
            self.candidates.insert(Candidate { display, met: Some(entry.path().to_owned()) });
        }
    }

    /// Looks into the candidates.
    fn finish(mut self, files: &DiskFiles) -> Discovered {
        let looked: Vec<_> = std::mem::take(&mut self.candidates)
            .into_par_iter()
            .map(|candidate| {
                let content = look(files, &candidate);
                (candidate, content)
            })
            .collect();
        for (candidate, content) in looked {
            match content {
                Ok(Content::Template) => self.found.templates.push(candidate.display),
                Ok(Content::Plan) => self.found.plans.push(candidate.display),
                // On a walk they are none of its business.
                Ok(Content::Other | Content::State) if candidate.met.is_some() => {}
                Ok(Content::Other) => {
                    self.failure(candidate.display, "neither a template nor Terraform");
                }
                Ok(Content::State) => {
                    self.failure(candidate.display, "the state of an infrastructure, not a plan");
                }
                Err(error) => self.failure(candidate.display, error.to_string()),
            }
        }
        self.found.terraform = self.terraform.into_iter().collect();
        self.found.templates.dedup();
        self.found.plans.dedup();
        self.found.failures.sort();
        self.found.failures.dedup();
        self.found
    }
}

/// Decides what a file is, reading no more of it than that takes, and keeps the text of templates.
fn look(files: &DiskFiles, candidate: &Candidate) -> Result<Content, ReadError> {
    let display = &candidate.display;
    let opened = match &candidate.met {
        // A walk follows no links, so what it meets lies below its root.
        Some(path) => File::open(path).map_err(|error| ReadError::Io(error_text(&error))),
        None => files.open_file(display).map(|(file, _)| file),
    };
    let mut file = match opened {
        Ok(file) => file,
        // Somebody's private file is no input, unless it is named like one.
        Err(_) if candidate.met.is_some() && !content::is_named_like_a_template(display) => {
            return Ok(Content::Other);
        }
        Err(error) => return Err(error),
    };
    let mut head = vec![0; HEAD];
    let mut filled = 0;
    while filled < HEAD {
        match file.read(head.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) => return Err(ReadError::Io(error_text(&error))),
        }
    }
    head.truncate(filled);
    if let Some(shown) = content::shown_by_terraform(&head) {
        return Ok(shown);
    }
    if !content::may_be_template(&head, display) {
        return Ok(Content::Other);
    }
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    if size > MAX_TEXT {
        return Err(ReadError::TooLarge(size, MAX_TEXT));
    }
    let mut bytes = head;
    let limit = MAX_TEXT.saturating_sub(bytes.len() as u64);
    file.take(limit).read_to_end(&mut bytes).map_err(|e| ReadError::Io(error_text(&e)))?;
    let content = content::content(&bytes);
    if content == Content::Template {
        files.adopt(display, bytes)?;
    }
    Ok(content)
}

/// Display paths of the entries of one walk.
struct Displays<'f> {
    files: &'f DiskFiles,
    /// Display paths of the directories above the current entry, by depth.
    above: Vec<String>,
}

impl<'f> Displays<'f> {
    fn new(files: &'f DiskFiles, root: &str) -> Self {
        Self { files, above: vec![root.to_owned()] }
    }

    fn of(&mut self, entry: &DirEntry) -> String {
        let Some(depth) = entry.depth().checked_sub(1) else {
            return self.above.first().cloned().unwrap_or_default();
        };
        self.above.truncate(depth + 1);
        let above = self.above.last().map_or(".", String::as_str);
        let display = self.files.display_below(above, entry.file_name());
        if entry.file_type().is_dir() {
            self.above.push(display.clone());
        }
        display
    }
}

/// Directories in which nothing is anybody's own infrastructure.
fn is_always_skipped(entry: &DirEntry) -> bool {
    let parent = || entry.path().parent().and_then(Path::file_name);
    match entry.file_name().to_str() {
        Some(
            ".git" | ".hg" | ".svn" | ".terraform" | "node_modules" | ".aws-sam" | ".venv" | "venv"
            | "__pycache__" | "site-packages",
        ) => true,
        Some(name) if name.starts_with("asset.") => parent() == Some(OsStr::new("cdk.out")),
        _ => entry.path().join("pyvenv.cfg").exists(),
    }
}

fn is_terraform(name: &str) -> bool {
    [".tf", ".tf.json", ".tofu", ".tofu.json"].iter().any(|end| name.ends_with(end))
}

/// Files that belong to a Terraform directory but make none.
fn is_terraform_input(name: &str) -> bool {
    [".tfvars", ".tfvars.json", ".tfstate", ".terraform.lock.hcl"]
        .iter()
        .any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests;
