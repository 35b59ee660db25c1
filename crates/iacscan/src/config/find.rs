//! Where the configuration is looked for.

use std::path::{Path, PathBuf};

/// The name of the configuration file.
pub const FILE_NAME: &str = "iacscan.yaml";

/// The nearest `iacscan.yaml`, from the directory of the scan root up to the root of the
/// repository. Outside of a repository only the directory itself is looked at: a configuration
/// further up would be somebody else's.
#[must_use]
pub fn find(scan_root: &Path) -> Option<PathBuf> {
    let directory = if scan_root.is_dir() { scan_root } else { scan_root.parent()? };
    let top = repository_root(directory);
    let top = top.as_deref().unwrap_or(directory);
    directory
        .ancestors()
        .take_while(|ancestor| ancestor.starts_with(top))
        .map(|ancestor| ancestor.join(FILE_NAME))
        .find(|candidate| candidate.is_file())
}

/// The top of the git working tree that a directory lies in.
#[must_use]
pub fn repository_root(directory: &Path) -> Option<PathBuf> {
    // `.git` is a file in linked working trees and submodules.
    directory.ancestors().find(|ancestor| ancestor.join(".git").exists()).map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn looks_up_to_the_repository_root() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        fs::create_dir_all(root.join("repository/infra/prod")).unwrap();
        fs::write(root.join(FILE_NAME), "").unwrap();
        let prod = root.join("repository/infra/prod");
        assert_eq!(find(&prod), None, "outside of a repository");
        fs::create_dir(root.join("repository/.git")).unwrap();
        assert_eq!(find(&prod), None, "never above the repository");
        assert_eq!(repository_root(&prod), Some(root.join("repository")));
        fs::write(root.join("repository").join(FILE_NAME), "").unwrap();
        assert_eq!(find(&prod), Some(root.join("repository").join(FILE_NAME)));
        fs::write(prod.join("main.tf"), "").unwrap();
        fs::write(prod.join(FILE_NAME), "").unwrap();
        assert_eq!(find(&prod.join("main.tf")), Some(prod.join(FILE_NAME)), "the nearest");
    }
}
