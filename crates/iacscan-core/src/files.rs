//! The one interface through which everything is read.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use crate::{SourceId, Sources};

/// Reads files for frontends. Implementations confine every path to the roots of the scan: nothing
/// that a scanned file says (`file()`, a module source, a template path, a symbolic link) makes
/// anything outside readable.
///
/// Paths are display paths: relative to the working directory, with `/`.
pub trait Files: Sync {
    /// The texts read so far.
    fn sources(&self) -> &Sources;

    /// Reads a text file; reading it again is free.
    ///
    /// # Errors
    ///
    /// [`ReadError`] when there is no such file, it lies outside of the roots, is too large, or is
    /// no text.
    fn read(&self, path: &str) -> Result<SourceId, ReadError>;

    /// The names in a directory, sorted; directories end in `/`.
    ///
    /// # Errors
    ///
    /// [`ReadError`] when there is no such directory or it lies outside of the roots.
    fn list(&self, directory: &str) -> Result<Vec<String>, ReadError>;

    /// Opens a text file of any size, as UTF-8 without a byte order mark. It does not become a
    /// source, so nothing can point into it.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), but for the size.
    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        let source = self.read(path)?;
        let text = self.sources().get(source).text.clone();
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        Ok(Box::new(Cursor::new(text)))
    }
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such file.
    NotFound,
    /// It lies outside the roots of the scan and was not opened.
    Outside,
    /// It is larger than a scan reads; its size and the bound, in bytes.
    TooLarge(u64, u64),
    /// It is no text in UTF-8 or UTF-16.
    NotText,
    /// It is a file that git-crypt encrypted, as a clone without the key has it.
    Encrypted,
    /// The operating system refused; its words.
    Io(String),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no such file"),
            Self::Outside => f.write_str("it lies outside of the scanned directories"),
            Self::TooLarge(size, most) => {
                write!(f, "it has {size} bytes; more than {most} are not read")
            }
            Self::NotText => f.write_str("it is not text in UTF-8 or UTF-16"),
            Self::Encrypted => f.write_str("it is encrypted by git-crypt"),
            Self::Io(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for ReadError {}

/// Files held in memory, for tests and embedders.
#[derive(Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, String>,
    sources: Sources,
}

impl MemoryFiles {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.insert(path.into(), text.into());
        self
    }

    /// The paths of all files, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

impl Files for MemoryFiles {
    fn sources(&self) -> &Sources {
        &self.sources
    }

    fn read(&self, path: &str) -> Result<SourceId, ReadError> {
        if path.split('/').any(|part| part == "..") || path.starts_with('/') {
            return Err(ReadError::Outside);
        }
        let text = self.files.get(path).ok_or(ReadError::NotFound)?;
        Ok(self.sources.add(path, text.as_str()))
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, ReadError> {
        if directory.split('/').any(|part| part == "..") || directory.starts_with('/') {
            return Err(ReadError::Outside);
        }
        let prefix = match directory.trim_end_matches('/') {
            "" | "." => String::new(),
            directory => format!("{directory}/"),
        };
        let mut names: Vec<String> = self
            .files
            .keys()
            .filter_map(|path| path.strip_prefix(&prefix))
            .map(|rest| match rest.split_once('/') {
                Some((directory, _)) => format!("{directory}/"),
                None => rest.to_owned(),
            })
            .collect();
        names.sort();
        names.dedup();
        if names.is_empty() { Err(ReadError::NotFound) } else { Ok(names) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_files_list_and_confine() {
        let files = MemoryFiles::new().with("a/b.tf", "x").with("a/c/d.tf", "y").with("e", "z");
        assert_eq!(files.list("a").unwrap(), ["b.tf", "c/"]);
        assert_eq!(files.list(".").unwrap(), ["a/", "e"]);
        assert_eq!(files.list("q").unwrap_err(), ReadError::NotFound);
        assert_eq!(files.read("../etc/passwd").unwrap_err(), ReadError::Outside);
        let id = files.read("a/b.tf").unwrap();
        assert_eq!(files.read("a/b.tf").unwrap(), id);
        let mut text = String::new();
        files.open("a/b.tf").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "x");
    }
}
