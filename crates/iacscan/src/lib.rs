//! The command `iacscan`, and [`scan`] for those who embed it.
//!
//! ```text
//! options ─► session ─► discover ─► frontends ─► link ─► rules ─► suppress ─► baseline ─► report
//! ```
//!
//! - [`Options`] say what is asked; the session adds the [configuration](config) and what is
//!   [given to the deployment](inputs);
//! - [`discover`] finds what there is to scan, and [`DiskFiles`] reads it, confined to the paths
//!   that were named;
//! - [`scan`] runs the frontends, links their units into one graph, asks the rules, and parts the
//!   findings into new, known and suppressed ones.
//!
//! One language is one line in `frontends.rs`.

pub mod args;
mod baseline;
mod baseline_file;
mod command;
pub mod config;
pub mod discover;
mod environment;
mod error;
mod files;
mod frontends;
pub mod inputs;
mod names;
mod options;
mod output;
mod paths;
mod picture;
mod progress;
mod rules;
mod scan;
mod session;
mod summary;
mod suppress;

pub use command::run;
pub use error::Error;
pub use files::{DiskFiles, MAX_TEXT};
pub use options::{ConfigFile, Options};
pub use scan::{Outcome, Status, scan};
