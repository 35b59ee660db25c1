//! What there has to be before a resource.

use std::collections::BTreeSet;

use iacscan_core::Address;
use iacscan_graph::Graph;
use iacscan_graph::nodes::Header;

/// Everything a resource depends on, directly or not. What waits for a stack waits for all that the
/// stack holds; what a stack holds waits for what the stack waits for.
pub(crate) struct Dependencies<'g> {
    /// Of what a stack holds, only the stack.
    reached: BTreeSet<&'g Address>,
}

impl<'g> Dependencies<'g> {
    pub(crate) fn of(graph: &'g Graph, header: &'g Header) -> Self {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&Address> = before(graph, header).collect();
        while let Some(address) = open.pop() {
            // What a stack holds depends on others through what the stack is given.
            if reached.insert(address)
                && let Some(resource) = graph.resolver().resource(address)
            {
                open.extend(before(graph, &resource.header));
            }
        }
        Self { reached }
    }

    /// Whether a resource has to be there before.
    pub(crate) fn contain(&self, address: &Address) -> bool {
        self.reached.contains(address) || stacks(address).any(|stack| self.reached.contains(&stack))
    }

    /// Whether a test holds for something that has to be there before; of what a stack holds, for
    /// the stack.
    pub(crate) fn any(&self, test: impl FnMut(&Address) -> bool) -> bool {
        self.reached.iter().copied().any(test)
    }
}

/// What a resource, or a stack around it, depends on directly.
fn before<'g>(graph: &'g Graph, header: &'g Header) -> impl Iterator<Item = &'g Address> {
    let around = stacks(&header.address);
    let around = around.filter_map(|stack| graph.resolver().resource(&stack));
    header.depends_on.iter().chain(around.flat_map(|stack| &stack.header.depends_on))
}

/// The stacks that an address lies in, the outermost first.
pub(crate) fn stacks(address: &Address) -> impl Iterator<Item = Address> + '_ {
    let scope = address.scope();
    let inner = scope.match_indices('/').map(|(at, _)| at);
    let ends = inner.chain((!scope.is_empty()).then_some(scope.len()));
    ends.filter_map(|end| scope.get(..end)).map(|path| {
        let (outer, name) = path.rsplit_once('/').unwrap_or(("", path));
        Address::scoped(address.unit().clone(), outer, name)
    })
}

/// The outermost stack that holds a resource and not another one; the resource itself where they
/// lie in the same.
pub(crate) fn apart(address: &Address, other: &Address) -> Address {
    let holds_both = |stack: &Address| stacks(other).any(|it| it == *stack);
    stacks(address).find(|stack| !holds_both(stack)).unwrap_or_else(|| address.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_lie_around_what_they_hold() {
        let inner = Address::scoped("u", "A/B", "F");
        let around: Vec<Address> = stacks(&inner).collect();
        assert_eq!(around, [Address::new("u", "A"), Address::scoped("u", "A", "B")]);
        let beside = Address::scoped("u", "A", "G");
        assert_eq!(stacks(&Address::new("u", "F")).next(), None);
        assert_eq!(apart(&inner, &beside), Address::scoped("u", "A", "B"));
        assert_eq!(apart(&beside, &inner), beside);
    }
}
