//! The Terraform frontend: configuration and plan files to graph nodes.

mod read;
mod syntax;
