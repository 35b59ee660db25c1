//! What a role denies whatever the circumstances: what it allows of that is of no effect.

use iacscan_core::{Text, World};
use iacscan_graph::{Attached, ExecutionRole};
use iacscan_iam::{Case, Statement};

use super::statements::{covered, unlimited};

/// The statements of a role that deny something on every resource and under no condition.
pub(crate) struct Denials<'g> {
    role: &'g ExecutionRole<'g>,
    statements: Vec<&'g Statement>,
}

impl<'g> Denials<'g> {
    /// Those that are attached in every branch.
    pub(crate) fn of(role: &'g ExecutionRole<'g>) -> Self {
        let written = role.written_statements().into_iter();
        let written = written.filter(|it| it.condition.is_always()).map(|it| it.statement);
        let by_aws = role.attached().filter(|it| it.condition.is_always());
        let by_aws = by_aws.filter_map(Attached::aws).flat_map(|it| it.document.statements.all());
        let statements = written
            .chain(by_aws)
            .filter(|statement| statement.is_deny() && statement.conditions.is_none())
            .filter(|statement| {
                unlimited(role, statement).is_some_and(|it| it.condition.is_always())
            })
            .collect();
        Self { role, statements }
    }

    /// Whether every action of a pattern is denied.
    pub(crate) fn cover(&self, pattern: &str) -> bool {
        if self.statements.is_empty() {
            return false;
        }
        let (world, resolver) = (World::certain(), self.role.graph.resolver());
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
