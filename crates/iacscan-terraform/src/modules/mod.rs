//! Finding and reading modules: directories, the manifest of installed modules, descriptions.

pub(crate) mod description;
mod directory;
mod manifest;
mod source;
mod version;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use iacscan_core::{Files, ReadError, Span};

use crate::eval::{Instance, Missing, ModuleSource};
use crate::module::{Module, ModuleCall};
use crate::paths;
use description::{Description, Descriptions};
pub(crate) use directory::from_reader;
use manifest::Manifest;
pub(crate) use source::Source;

/// A directory, and the place that stands for it when it is not the user's own code.
type Key = (String, Option<Span>);

/// Reads module directories, each once for a scan.
pub(crate) struct Loader<'a> {
    pub(crate) files: &'a dyn Files,
    descriptions: Descriptions,
    read: Mutex<BTreeMap<Key, Result<Arc<Module>, ReadError>>>,
}

impl<'a> Loader<'a> {
    /// A loader with the built-in descriptions and those of the user.
    pub(crate) fn new(files: &'a dyn Files, descriptions: Descriptions) -> Self {
        Self { files, descriptions, read: Mutex::default() }
    }

    /// The module in a directory.
    pub(crate) fn directory(&self, path: &str) -> Result<Arc<Module>, ReadError> {
        self.read_at(path, None, None)
    }

    /// The module in a directory, shown at one place when it is not the user's own code; with what a
    /// description says of its inputs.
    fn read_at(
        &self,
        path: &str,
        shown_at: Option<Span>,
        description: Option<&Description>,
    ) -> Result<Arc<Module>, ReadError> {
        let key = (path.to_owned(), shown_at);
        let read = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(module) = read().get(&key) {
            return module.clone();
        }
        let module = directory::read(self.files, path, shown_at).map(|mut module| {
            if let (Some(description), Some(shown_at)) = (description, shown_at) {
                description.add_role_inputs(&mut module, shown_at);
            }
            Arc::new(module)
        });
        read().entry(key).or_insert(module).clone()
    }
}

/// Finds the modules of one root.
pub(crate) struct RootModules<'a> {
    loader: &'a Loader<'a>,
    root: String,
    manifest: Manifest,
}

impl<'a> RootModules<'a> {
    /// The modules that are installed for the root module in a directory.
    pub(crate) fn new(loader: &'a Loader<'a>, root: &str) -> Self {
        let manifest = Manifest::read(loader.files, root);
        Self { loader, root: root.to_owned(), manifest }
    }
}

impl ModuleSource for RootModules<'_> {
    fn module(&self, caller: &Instance, call: &ModuleCall) -> Result<Arc<Module>, Missing> {
        let Some((text, _)) = call.text("source") else { return Err(Missing::Undecided) };
        if text.trim().is_empty() {
            return Err(Missing::Empty);
        }
        let shown_at = caller.module.shown_at;
        let source = match Source::parse(text) {
            Source::Local(path) => {
                let directory = paths::join(&caller.module.directory, &path);
                return match self.loader.read_at(&directory, shown_at, None) {
                    Ok(module) => Ok(module),
                    Err(ReadError::Outside) => Err(Missing::Outside(directory)),
                    Err(error) => Err(Missing::Unreadable(format!(
                        "the module in `{directory}` cannot be read: {error}"
                    ))),
                };
            }
            remote => remote,
        };
        let shown_at = shown_at.unwrap_or(call.header);
        let mut key = caller.path();
        key.push(&call.name);
        let version = call.text("version").map(|(version, _)| version.as_str());
        let description = self.loader.descriptions.find(&source, version);
        if let Some(installed) = self.manifest.directory(&key) {
            let directory = paths::join(&self.root, installed);
            if let Ok(module) = self.loader.read_at(&directory, Some(shown_at), description) {
                return Ok(module);
            }
        }
        match description {
            Some(description) => Ok(Arc::new(description.module(shown_at))),
            None => Err(Missing::NotInstalled(text.clone())),
        }
    }
}

/// The directories that the modules in these directories call, as display paths.
pub(crate) fn called_directories(module: &Module) -> Vec<String> {
    module
        .calls
        .values()
        .filter_map(|call| match Source::parse(call.text("source")?.0) {
            Source::Local(path) => Some(paths::join(&module.directory, &path)),
            Source::Remote { .. } => None,
        })
        .collect()
}
