//! A permission for what a trigger invokes on behalf of, that was given to another function.

use iacscan_core::Address;
use iacscan_graph::nodes::{Author, InvokePermission, Origin, Trigger};
use iacscan_graph::{FunctionId, FunctionLink, Graph};

use super::permits::fails;

/// A permission that would let the trigger of a unit invoke a function if it were for that one, and
/// the other function, which nothing invokes on behalf of the same resource.
pub(super) fn misdirected<'g>(
    graph: &'g Graph,
    unit: usize,
    trigger: &Trigger,
    function: FunctionId,
) -> Option<(&'g InvokePermission, &'g Address)> {
    let nodes = graph.units().get(unit)?;
    let source = source(trigger)?;
    let names_it = |permission: &InvokePermission| {
        permission.header.author == Author::User
            && permission.source_arn.iter().any(|branch| {
                let text = branch.item.known();
                text.is_some_and(|text| text.value.references().any(|(target, _)| target == source))
            })
    };
    let only_for = |property| match graph.link_function(unit, property).0.as_slice() {
        [only] => match only.item {
            FunctionLink::Function(id) => Some(id),
            _ => None,
        },
        _ => None,
    };
    nodes.invoke_permissions.iter().filter(|it| names_it(it)).find_map(|permission| {
        let other = only_for(&permission.function).filter(|other| *other != function)?;
        let may_invoke = |link: &FunctionLink| match link {
            FunctionLink::Function(id) => *id == other,
            _ => true,
        };
        let is_used = nodes.triggers.iter().any(|another| {
            let links = graph.link_function(unit, &another.function);
            self::source(another) == Some(source) && links.iter().any(|it| may_invoke(&it.item))
        });
        let would_do = fails(graph, permission, trigger).is_feasible().is_false();
        let other = graph.function(other).filter(|_| would_do && !is_used)?;
        Some((permission, &other.header.address))
    })
}

/// The resource on whose behalf a trigger invokes.
fn source(trigger: &Trigger) -> Option<&Address> {
    match &trigger.origin {
        Some(origin) => Origin::resource(origin),
        None => Some(&trigger.header.address),
    }
}
