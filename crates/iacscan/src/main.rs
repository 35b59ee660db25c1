//! The `iacscan` command.

fn main() {}
