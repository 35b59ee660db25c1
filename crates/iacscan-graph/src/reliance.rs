//! Which grants the answers about a chain rest on.

use std::sync::{Arc, Mutex, PoisonError};

use iacscan_iam::Statement;

use crate::{Attached, Grant};

/// Of every question that was asked of a chain: the grants that allow what it is about, certainly
/// or perhaps. An answer can be another without some grants only if it rests on these alone.
#[derive(Clone, Debug, Default)]
pub struct Reliance(Arc<Mutex<Vec<Vec<Place>>>>);

/// Where the two ends of a grant are in memory, which tells grants of one graph apart.
#[derive(Clone, Copy, Debug)]
struct Place {
    statement: usize,
    attached: usize,
}

/// How many grants of an answer are kept: the first of them alone are asked for, so that an answer
/// which rests on more may be looked at needlessly, and none is missed.
const KEPT: usize = 16;

impl Reliance {
    /// Keeps what an answer rests on.
    pub(crate) fn note<'r, 'g: 'r>(&self, allowing: impl IntoIterator<Item = &'r Grant<'g>>) {
        let places = allowing.into_iter().take(KEPT).map(|grant| Place {
            statement: address(grant.statement),
            attached: address(grant.attached),
        });
        let places: Vec<Place> = places.collect();
        if !places.is_empty() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(places);
        }
    }

    /// Whether an answer rests on a statement alone.
    #[must_use]
    pub fn is_on_statement(&self, statement: &Statement) -> bool {
        let statement = address(statement);
        self.is_on(|place| place.statement == statement)
    }

    /// Whether an answer rests on statements of one policy alone.
    #[must_use]
    pub fn is_on_policy(&self, attached: &Attached) -> bool {
        let attached = address(attached);
        self.is_on(|place| place.attached == attached)
    }

    fn is_on(&self, is: impl Fn(&Place) -> bool) -> bool {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.iter().any(|allowing| allowing.iter().all(&is))
    }
}

fn address<T>(of: &T) -> usize {
    std::ptr::from_ref(of).addr()
}
