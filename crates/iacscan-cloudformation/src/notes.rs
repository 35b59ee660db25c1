//! What is known about resources beyond what their templates say: who made them and from what.

use std::collections::BTreeMap;

use iacscan_core::reader::Entry;
use iacscan_core::{Address, Condition, Span, Str, Truth, Value};
use iacscan_graph::Unit;
use iacscan_graph::nodes::{Author, Header, InvalidPolicy, Listing, ShadowedKey, SourceKind};

use crate::eval::{Bindings, Evaluator};

/// What is known about one resource.
#[derive(Clone, Debug, Default)]
pub(crate) struct Note {
    /// The type its author wrote, where a transform makes another of it.
    pub(crate) written_type: Option<Str>,
    /// A tool made it for something the user wrote elsewhere.
    pub(crate) by_tool: bool,
    /// The resource whose text it is made of.
    pub(crate) made_of: Option<Str>,
    /// SAM made the role for a function without `Role`.
    pub(crate) implicit: bool,
    /// The places of the managed policies that SAM attaches to the role by itself.
    pub(crate) by_itself: Vec<Span>,
    /// Where rules about what the role lacks point at.
    pub(crate) lacking: Option<Span>,
    /// How the policies are written that the role is made of.
    pub(crate) listing: Option<Listing>,
    /// Keys that a `Role` makes SAM ignore.
    pub(crate) shadowed: Vec<WrittenKey>,
    /// What SAM refuses to make a policy of.
    pub(crate) invalid: Vec<InvalidPolicy>,
    /// The kind of the event source.
    pub(crate) source: Option<SourceKind>,
    /// SAM made the permissions for the destination of failed records.
    pub(crate) destination_typed: bool,
}

/// A property as it is written.
#[derive(Clone, Debug)]
pub(crate) struct WrittenKey {
    /// Key and value.
    pub(crate) entry: Entry,
    /// From `Globals`.
    pub(crate) inherited: bool,
}

/// Notes by the logical id of the resource.
pub(crate) type Notes = BTreeMap<Str, Note>;

/// Puts the notes about the resources of one template on the nodes they became.
pub(crate) fn annotate(unit: &mut Unit, scope: &str, notes: &Notes) {
    if notes.is_empty() {
        return;
    }
    let note = |address: &Address| -> Option<&Note> {
        if address.scope() == scope { notes.get(address.name()) } else { None }
    };
    for_each_header(unit, &mut |header| {
        if let Some(note) = note(&header.address) {
            if let Some(written) = &note.written_type {
                header.resource_type.clone_from(written);
            }
            if note.by_tool {
                header.author = Author::Tool;
            }
            if let Some(owner) = &note.made_of {
                let unit = header.address.unit().clone();
                header.made_of = Some(Address::scoped(unit, scope, owner.clone()));
            }
        }
    });
    for function in &mut unit.functions {
        if let Some(note) = note(&function.header.address) {
            function.invalid_policies.clone_from(&note.invalid);
        }
    }
    for role in &mut unit.roles {
        if let Some(note) = note(&role.header.address) {
            role.implicit = note.implicit;
            role.by_itself.clone_from(&note.by_itself);
            role.lacking = note.lacking.or(role.lacking);
            role.listing = note.listing.unwrap_or(role.listing);
        }
    }
    for mapping in &mut unit.mappings {
        if let Some(note) = note(&mapping.header.address) {
            mapping.kind = note.source.or(mapping.kind);
            if note.source.is_some() {
                mapping.on_failure_typed = Truth::from(note.destination_typed);
            }
        }
    }
}

/// Puts on functions the keys that their `Role` makes SAM ignore, with the conditions under which
/// they have a value.
pub(crate) fn shadow<'t>(
    unit: &mut Unit,
    scope: &str,
    notes: &'t Notes,
    evaluator: &Evaluator<'t>,
) {
    for function in &mut unit.functions {
        let address = &function.header.address;
        if address.scope() == scope
            && let Some(note) = notes.get(address.name())
        {
            function.shadowed = note
                .shadowed
                .iter()
                .map(|WrittenKey { entry, inherited }| ShadowedKey {
                    name: entry.key.value.clone(),
                    span: entry.key.span,
                    inherited: *inherited,
                    condition: given_when(entry, evaluator),
                })
                .collect();
        }
    }
}

/// When a property has a value, whatever it is: not where a branch leaves it out.
fn given_when<'t>(entry: &'t Entry, evaluator: &Evaluator<'t>) -> Condition {
    let value = evaluator.value(&entry.value, &Bindings::default());
    let (absent, given): (Vec<_>, Vec<_>) =
        value.branches().into_iter().partition(|(_, value)| matches!(value.value, Value::Null));
    if absent.is_empty() {
        return Condition::Always;
    }
    given.into_iter().map(|(condition, _)| condition).fold(Condition::Never, Condition::or)
}

/// Every header of a unit.
pub(crate) fn for_each_header(unit: &mut Unit, f: &mut dyn FnMut(&mut Header)) {
    macro_rules! headers {
        ($($table:ident),*) => { $( unit.$table.iter_mut().for_each(|node| f(&mut node.header)); )* };
    }
    headers!(
        resources,
        functions,
        roles,
        policies,
        attachments,
        resource_policies,
        kafka_clusters,
        mappings,
        invoke_configs,
        invoke_permissions,
        urls,
        triggers,
        edge_associations,
        instance_profiles,
        role_users
    );
}
