//! `.terraform/modules/modules.json`: where `terraform init` installed remote modules.

use std::collections::BTreeMap;

use iacscan_core::Files;

use crate::paths;

/// The installed modules of a root, by the names of the calls that lead to them.
#[derive(Debug, Default)]
pub(crate) struct Manifest {
    directories: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads the manifest of a root module; empty when there is none.
    pub(crate) fn read(files: &dyn Files, root: &str) -> Self {
        let path = paths::join(root, ".terraform/modules/modules.json");
        let Ok(source) = files.read(&path) else { return Self::default() };
        let text = files.sources().get(source);
        let Ok(json) = serde_json::from_str::<serde_json::Value>(&text.text) else {
            return Self::default();
        };
        let modules = json.get("Modules").and_then(|modules| modules.as_array());
        let directories = modules
            .into_iter()
            .flatten()
            .filter_map(|module| {
                let key = module.get("Key")?.as_str()?;
                let directory = module.get("Dir")?.as_str()?;
                (!key.is_empty()).then(|| (key.to_owned(), directory.to_owned()))
            })
            .collect();
        Self { directories }
    }

    /// The directory of the module that these calls lead to, relative to the root.
    pub(crate) fn directory(&self, calls: &[&str]) -> Option<&str> {
        self.directories.get(&calls.join(".")).map(String::as_str)
    }
}
