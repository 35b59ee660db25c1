//! iacscan

pub mod args;
mod baseline;
pub mod config;
pub mod discover;
pub mod files;
mod frontends;
pub mod inputs;
mod names;
mod paths;
mod rules;
mod suppress;

pub use files::DiskFiles;
