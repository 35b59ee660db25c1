//! What a role denies whatever the circumstances: what it allows of that is of no effect.

use iacscan_core::{Text, World};
use iacscan_graph::{Attached, ExecutionRole, Graph};
use iacscan_iam::{Case, Statement};

use super::statements::{covered, unlimited};

/// The statements of a role that deny something on every resource and under no condition.
#[derive(Debug)]
pub(crate) struct Denials<'g> {
    graph: &'g Graph,
    /// Never empty.
    statements: Vec<&'g Statement>,
}

impl<'g> Denials<'g> {
    /// Those that are attached in every branch; `None` where there are none.
    pub(crate) fn of(role: &ExecutionRole<'g>) -> Option<Self> {
        let written = role.written_statements().into_iter();
        let written = written.filter(|it| it.condition.is_always()).map(|it| it.statement);
        let by_aws = role.attached().filter(|it| it.condition.is_always());
        let by_aws = by_aws.filter_map(Attached::aws).flat_map(|it| it.document.statements.all());
        let statements: Vec<&Statement> = written
            .chain(by_aws)
            .filter(|statement| statement.is_deny() && statement.conditions.is_none())
            .filter(|statement| {
                unlimited(role, statement).is_some_and(|it| it.condition.is_always())
            })
            .collect();
        (!statements.is_empty()).then_some(Self { graph: role.graph, statements })
    }

    /// Whether every action of a pattern is denied.
    pub(crate) fn cover(&self, pattern: &str) -> bool {
        let (world, resolver) = (World::certain(), self.graph.resolver());
        let actions = covered(pattern);
        !actions.is_empty()
            && actions.iter().all(|action| {
                let name = Text::literal(action.full_name);
                self.statements.iter().filter_map(|it| it.actions.as_ref()).any(|denied| {
                    denied.matches(&name, Case::Insensitive, &world, resolver).is_true()
                })
            })
    }
}
