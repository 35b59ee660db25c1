//! The Terraform frontend: configuration and plan files to graph nodes.

mod eval;
mod module;
mod modules;
mod paths;
mod print;
mod read;
mod syntax;
mod types;
