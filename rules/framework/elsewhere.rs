//! What a role allows, but on something else.

use iacscan_core::{Located, Text, Truth};
use iacscan_graph::{Chain, LinkedRole};
use iacscan_iam::{Case, Resolve, Statement};

/// Each statement that allows one of these actions, and certainly not on this resource, with the
/// resource that it names first.
pub(crate) fn allowed_elsewhere<'c>(
    chain: &'c Chain<'_>,
    role: &'c LinkedRole<'_>,
    actions: &'c [&'static str],
    resource: &Text,
) -> impl Iterator<Item = (&'c Statement, &'c Located<Text>)> + 'c {
    let resolver = chain.graph.resolver();
    let resource = resolver.resolve(resource).into_owned();
    role.grants.iter().map(|grant| grant.statement).filter_map(move |statement| {
        let (names, resources) = (statement.actions.as_ref()?, statement.resources.as_ref()?);
        let is_named = |action: &&&str| {
            names
                .matches(&Text::from(**action), Case::Insensitive, &chain.world, resolver)
                .is_true()
        };
        let mut named = actions.iter().filter(is_named).peekable();
        named.peek()?;
        let covered = Truth::any(
            named.map(|action| statement.covers(action, &resource, &chain.world, resolver)),
        );
        let first = resources.patterns(&chain.world).next()?;
        (statement.is_allow() && covered.is_false()).then_some((statement, first))
    })
}
