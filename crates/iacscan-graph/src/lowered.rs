//! What a frontend hands over.

use iacscan_core::Str;

use crate::Unit;

/// What a frontend made of the files it was given.
#[derive(Debug, Default)]
pub struct Lowered {
    /// The deployments, in any order.
    pub units: Vec<Unit>,
    /// Files that could not be read at all.
    pub unreadable: Vec<Unreadable>,
    /// Every file that was read and understood as infrastructure, by display path.
    pub files: Vec<Str>,
}

/// A file that could not be read, or not as what it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreadable {
    /// The display path.
    pub path: Str,
    /// Why, as a sentence.
    pub reason: String,
}

impl Lowered {
    /// Adds what another part of the scan produced.
    pub fn extend(&mut self, other: Self) {
        self.units.extend(other.units);
        self.unreadable.extend(other.unreadable);
        self.files.extend(other.files);
    }
}
