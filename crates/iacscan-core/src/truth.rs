//! Three-valued logic (Kleene's strong logic of indeterminacy).

use std::ops::Not;

/// Yes, no, or not decidable. There is no conversion to `bool`: a caller says which of the three
/// it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// Holds for every completion of what is unknown.
    True,
    /// Holds for no completion.
    False,
    /// Holds for some completions.
    Unknown,
}

impl Truth {
    /// Both hold.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// At least one holds.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, Self::False) => Self::False,
            _ => Self::Unknown,
        }
    }

    /// True when all are; an empty sequence is true.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::True;
        for truth in truths {
            result = result.and(truth);
            if result.is_false() {
                break;
            }
        }
        result
    }

    /// True when any is; an empty sequence is false.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::False;
        for truth in truths {
            result = result.or(truth);
            if result.is_true() {
                break;
            }
        }
        result
    }

    /// Whether it is certainly so.
    #[must_use]
    pub const fn is_true(self) -> bool {
        matches!(self, Self::True)
    }

    /// Whether it is certainly not so.
    #[must_use]
    pub const fn is_false(self) -> bool {
        matches!(self, Self::False)
    }

    /// Whether it is undecided.
    #[must_use]
    pub const fn is_unknown(self) -> bool {
        matches!(self, Self::Unknown)
    }
}

impl Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Truth; 3] = [Truth::True, Truth::False, Truth::Unknown];

    /// The two-valued completions of a truth.
    fn completions(truth: Truth) -> Vec<bool> {
        match truth {
            Truth::True => vec![true],
            Truth::False => vec![false],
            Truth::Unknown => vec![true, false],
        }
    }

    /// What holds over all completions of two independent truths.
    fn over(a: Truth, b: Truth, f: fn(bool, bool) -> bool) -> Truth {
        let results: Vec<bool> = completions(a)
            .into_iter()
            .flat_map(|x| completions(b).into_iter().map(move |y| f(x, y)))
            .collect();
        match (results.contains(&true), results.contains(&false)) {
            (true, false) => Truth::True,
            (false, _) => Truth::False,
            (true, true) => Truth::Unknown,
        }
    }

    #[test]
    fn connectives_are_what_holds_for_every_completion() {
        for a in ALL {
            for b in ALL {
                assert_eq!(a.and(b), over(a, b, |x, y| x && y), "{a:?} and {b:?}");
                assert_eq!(a.or(b), over(a, b, |x, y| x || y), "{a:?} or {b:?}");
                assert_eq!(!(a.and(b)), (!a).or(!b), "De Morgan: {a:?}, {b:?}");
                assert_eq!(Truth::all([a, b]), a.and(b));
                assert_eq!(Truth::any([a, b]), a.or(b));
            }
            assert_eq!(!!a, a);
        }
    }

    #[test]
    fn empty_sequences_are_neutral() {
        assert_eq!(Truth::all([]), Truth::True);
        assert_eq!(Truth::any([]), Truth::False);
    }
}
