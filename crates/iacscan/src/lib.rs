//! iacscan

pub mod discover;
pub mod files;
mod names;
mod paths;

pub use files::DiskFiles;
