//! rules

mod input;

pub use input::INPUT_RULES;
