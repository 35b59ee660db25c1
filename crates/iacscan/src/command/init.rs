//! `iacscan init`.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::config::{FILE_NAME, TEMPLATE, schema};
use crate::error::Error;
use crate::files::error_text;
use crate::{output, paths, rules};

/// Writes a commented configuration to a directory; one that is there stays.
pub(super) fn init(directory: &Path) -> Result<(), Error> {
    let path = directory.join(FILE_NAME);
    let display = paths::path_text(&path);
    let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Error::file(&display, "exists already and is left as it is"));
        }
        Err(error) => return Err(Error::file(&display, error_text(&error))),
    };
    file.write_all(TEMPLATE.as_bytes()).map_err(|e| Error::file(&display, error_text(&e)))?;
    output::print(format!("wrote {}\n", display.escape_debug()))
}

/// Prints the JSON Schema of the configuration.
pub(super) fn print_schema() -> Result<(), Error> {
    let text = serde_json::to_string_pretty(&schema(&rules::all())).map_err(Error::new)?;
    output::print(format!("{text}\n"))
}
