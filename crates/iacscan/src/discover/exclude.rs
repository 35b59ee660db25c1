//! Globs of what is not scanned.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::paths;

/// A glob that cannot be read.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{glob}` is no valid glob: {reason}")]
pub struct GlobError {
    glob: String,
    reason: String,
}

/// Globs of what is not scanned. A glob without `/` matches a name at any depth; one with `/`
/// matches the path from its base: the working directory for globs of the command line, its own
/// directory for those of a configuration. What matches a directory matches everything below it.
#[derive(Clone, Debug, Default)]
pub struct Exclude {
    sets: Vec<(PathBuf, GlobSet)>,
}

impl Exclude {
    /// Adds globs that are relative to `base`, an absolute path without links.
    ///
    /// # Errors
    ///
    /// At the first glob that cannot be read.
    pub fn add<'g>(
        &mut self,
        base: &Path,
        globs: impl IntoIterator<Item = &'g str>,
    ) -> Result<(), GlobError> {
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            let error = |error: &globset::Error| GlobError {
                glob: glob.to_owned(),
                reason: error.kind().to_string(),
            };
            let path = glob.trim_start_matches("./").trim_end_matches('/');
            let anywhere = if path.contains('/') { path.to_owned() } else { format!("**/{path}") };
            let compiled = GlobBuilder::new(&anywhere).literal_separator(true).build();
            set.add(compiled.map_err(|e| error(&e))?);
        }
        let set = set.build().map_err(|error| GlobError {
            glob: error.glob().unwrap_or_default().to_owned(),
            reason: error.kind().to_string(),
        })?;
        if !set.is_empty() {
            self.sets.push((base.to_owned(), set));
        }
        Ok(())
    }

    /// Whether an entry with this display path is not scanned. Entries are asked from the top, so
    /// that a directory need not be asked again for what lies below it.
    #[must_use]
    pub(super) fn is_match(
        &self,
        working_directory: &Path,
        display: &str,
        directory: bool,
    ) -> bool {
        self.sets.iter().any(|(base, set)| {
            let path = if base == working_directory {
                PathBuf::from(display)
            } else {
                let absolute = paths::lexical(&working_directory.join(display));
                paths::relative(&absolute, base)
            };
            // `examples/**` stands for everything in the directory, so for the directory too.
            set.is_match(&path) || directory && set.is_match(path.join("\u{1}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_names_and_paths() {
        let cases = [
            ("legacy", "a/legacy", true),
            ("legacy", "a/legacy2", false),
            ("*.generated.yaml", "a/b/x.generated.yaml", true),
            ("**/examples/**", "examples", true),
            ("**/examples/**", "a/examples/x.tf", true),
            ("a/b", "a/b", true),
            ("a/b", "c/a/b", false),
            ("./a/b/", "a/b", true),
            ("a/*/x.tf", "a/b/x.tf", true),
            ("a/*/x.tf", "a/b/c/x.tf", false),
        ];
        for (glob, path, expected) in cases {
            let mut exclude = Exclude::default();
            exclude.add(Path::new("/w"), [glob]).unwrap();
            assert_eq!(exclude.is_match(Path::new("/w"), path, true), expected, "{glob} {path}");
        }
    }

    #[test]
    fn globs_of_a_configuration_count_from_its_directory() {
        let mut exclude = Exclude::default();
        exclude.add(Path::new("/repository"), ["infra/old"]).unwrap();
        assert!(exclude.is_match(Path::new("/repository/infra"), "old", true));
        assert!(!exclude.is_match(Path::new("/repository/infra"), "infra/old", true));
        assert!(exclude.add(Path::new("/"), ["a["]).is_err());
    }
}
