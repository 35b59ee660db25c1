//! iacscan

pub mod files;
mod paths;

pub use files::DiskFiles;
