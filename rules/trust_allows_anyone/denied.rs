//! Whom the `Deny` statements of a trust policy keep out.

use iacscan_core::{Span, Truth};
use iacscan_graph::ExecutionRole;
use iacscan_iam::{PolicyDocument, Statement};

use super::comparison::Comparison;
use crate::framework::trust::denying_everybody;

/// By which condition keys a policy denies everybody but some.
pub(super) struct Denied {
    /// The keys.
    pub(super) keys: Vec<String>,
    /// The first such condition.
    pub(super) key: Option<Span>,
}

impl Denied {
    /// `None` where nobody may be left but those whom a statement names, or who is is not known.
    pub(super) fn of(role: &ExecutionRole<'_>, document: &PolicyDocument) -> Option<Self> {
        let mut denied = Self { keys: Vec::new(), key: None };
        for statement in denying_everybody(role, document) {
            if statement.conditions.entries.is_empty() {
                return None;
            }
            match denies_strangers(statement) {
                Truth::False => {}
                Truth::Unknown => return None,
                Truth::True => {
                    denied.key = denied.key.or(statement.conditions.key);
                    let keys = statement.conditions.entries.all().map(|entry| &entry.key.value);
                    denied.keys.extend(keys.filter_map(|key| Some(key.as_known()?.to_string())));
                }
            }
        }
        Some(denied)
    }
}

/// Whether the conditions of a statement hold for everybody that they do not leave out.
fn denies_strangers(statement: &Statement) -> Truth {
    let entries = &statement.conditions.entries;
    let open = if entries.gaps.is_empty() { Truth::True } else { Truth::Unknown };
    Truth::all(entries.items.iter().map(|entry| {
        let comparison = Comparison::of(&entry.item);
        let holds = comparison.map_or(Truth::Unknown, |it| it.holds_for_strangers());
        if entry.condition.is_always() { holds } else { holds.and(Truth::Unknown) }
    }))
    .and(open)
}
