//! Statements that are written once and allow different roles different actions: `for_each` and
//! modules give each instance its own.

use std::collections::{BTreeMap, BTreeSet};

use iacscan_core::{Address, Located, Span, Str, Text};
use iacscan_graph::{ExecutionRole, Reached};

use super::statements::{allows_unconditionally, is_made_by_tool, items, known};

/// The statements that allow roles different actions, with the resources that they have in common.
#[derive(Debug)]
pub(crate) struct Shared(BTreeSet<(Span, Span)>);

/// What each role is allowed by a statement, in each of its branches.
type Allowed<'g> = BTreeMap<&'g Address, BTreeSet<Vec<Str>>>;

impl Shared {
    pub(crate) fn among(roles: &[ExecutionRole<'_>]) -> Self {
        let mut all: BTreeMap<(Span, Span), Allowed<'_>> = BTreeMap::new();
        for role in roles {
            let address = &role.role.header.address;
            for reached in role.written_statements() {
                let Some(actions) = actions(role, &reached) else { continue };
                for resource in items(reached.statement.resources.as_ref()) {
                    let Some(place) = place(&reached, &resource.item) else { continue };
                    let of_role = all.entry(place).or_default();
                    of_role.entry(address).or_default().insert(actions.clone());
                }
            }
        }
        let differs = |allowed: &Allowed<'_>| {
            let mut each = allowed.values();
            each.next().is_some_and(|first| each.any(|other| other != first))
        };
        all.retain(|_, allowed| differs(allowed));
        Self(all.into_keys().collect())
    }

    /// Where a resource of a statement is to come from, before what it is to be.
    pub(crate) fn help(&self, reached: &Reached<'_>, resource: &Located<Text>) -> Option<&str> {
        place(reached, resource).filter(|place| self.0.contains(place)).map(|_| {
            "This statement is written once for several roles and gets a list of actions for each: \
             let it get a list of resources for each in the same way, in place of `*`, written next \
             to the actions of the role."
        })
    }
}

/// The known actions of a statement; `None` where there may be others.
fn actions(role: &ExecutionRole<'_>, reached: &Reached<'_>) -> Option<Vec<Str>> {
    let elements = reached.statement.actions.as_ref()?;
    let is_whole = elements.items.gaps.is_empty()
        && allows_unconditionally(reached.statement)
        && !is_made_by_tool(role, reached);
    is_whole.then_some(())?;
    items(Some(elements)).iter().map(|item| known(role, &item.item)).collect()
}

fn place(reached: &Reached<'_>, resource: &Located<Text>) -> Option<(Span, Span)> {
    let place = (reached.statement.span, resource.span);
    (place.0.is_somewhere() && place.1.is_somewhere()).then_some(place)
}
