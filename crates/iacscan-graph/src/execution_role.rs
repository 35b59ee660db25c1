//! A role that functions assume, with everything attached to it.

use std::sync::Arc;

use iacscan_core::{Condition, Gap, Guarded, Located, Property, Span, Str, Text, World, worlds};
use iacscan_iam::aws::{Breadth, ManagedPolicy};
use iacscan_iam::{PolicyDocument, Statement};

use crate::graph::{FunctionId, RoleId};
use crate::nodes::{CustomerPolicy, Header, InlinePolicy, Mechanism, Role};
use crate::{Graph, Unit};

/// What is attached to a role.
#[derive(Clone, Debug, Default)]
pub(crate) struct RoleAttachments {
    pub(crate) attached: Vec<Attached>,
    /// Why there may be more.
    pub(crate) gaps: Vec<Guarded<Gap>>,
    /// What is attached to a role that is not known, which may be this one.
    pub(crate) perhaps: Vec<Arc<PerhapsAttached>>,
    /// The permissions boundary, in each branch that has one.
    pub(crate) boundaries: Vec<Attached>,
}

/// Something attached to a role that is not known.
#[derive(Clone, Debug)]
pub struct PerhapsAttached {
    /// What is attached; `None` where that is not known either.
    pub policy: Option<Attached>,
    /// The resource that attaches it.
    pub holder: Header,
    /// When it is attached.
    pub condition: Condition,
    /// Where its role is named, and why that is not known.
    pub role: Gap,
}

/// One policy attached to a role.
#[derive(Clone, Debug)]
pub struct Attached {
    /// The policy.
    pub policy: AttachedPolicy,
    /// The text that attaches it: the policy's ARN, or the place of an inline policy. Where a
    /// policy's own resource lists roles, the role's name there.
    pub arn: Located<Text>,
    /// When it is attached.
    pub condition: Condition,
    /// The resource that holds that text.
    pub holder: Header,
    /// How, when it is a resource of its own.
    pub mechanism: Option<Mechanism>,
    /// The AWS managed policy whose text the policy holds, where it holds nothing else.
    pub copy: Option<CopyOfAws>,
    /// The AWS managed policies whose statements are among those of the policy. Each is attached as
    /// a copy too.
    pub parts: Vec<&'static str>,
    /// Where the same list has the same policy again.
    pub again: Vec<Span>,
}

/// The text of an AWS managed policy in another policy.
#[derive(Clone, Debug)]
pub struct CopyOfAws {
    /// The AWS managed policy.
    pub of: AwsPolicy,
    /// Where the other policy takes it.
    pub place: Located<Text>,
}

/// A policy as far as an attachment tells.
#[derive(Clone, Debug)]
pub enum AttachedPolicy {
    /// An AWS managed policy.
    Aws(AwsPolicy),
    /// The ARN of an AWS managed policy that cannot exist, and the policy it means. It counts as
    /// the grant it means.
    Misnamed {
        /// What stands behind `policy/`.
        written: Str,
        /// The partition it is looked for in; `aws` when nothing says which.
        partition: Str,
        /// What is wrong.
        problem: NameProblem,
        /// The policy it means, or the one that replaces it.
        meant: Option<AwsPolicy>,
    },
    /// A customer managed policy of the scanned source.
    Customer {
        /// Index of the unit.
        unit: usize,
        /// Index of the policy there.
        index: usize,
    },
    /// An inline policy.
    Inline(InlineAt),
    /// A policy whose content is not known.
    Opaque,
}

/// An AWS managed policy with its document.
#[derive(Clone, Debug)]
pub struct AwsPolicy {
    /// What is known about it.
    pub record: ManagedPolicy,
    /// Its document.
    pub document: Arc<PolicyDocument>,
    /// How much the document grants.
    pub breadth: Arc<Breadth>,
}

/// Where an inline policy stands.
#[derive(Clone, Copy, Debug)]
pub enum InlineAt {
    /// In a role's own resource.
    Role {
        /// Index of the unit.
        unit: usize,
        /// Index of the role there.
        role: usize,
        /// Index of the policy there.
        item: usize,
    },
    /// In an attachment.
    Attachment {
        /// Index of the unit.
        unit: usize,
        /// Index of the attachment there.
        index: usize,
    },
}

/// Why the ARN of an AWS managed policy cannot exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameProblem {
    /// AWS removed the policy.
    Removed,
    /// The policy has another path.
    WrongPath,
    /// A current policy has this name but for a slip.
    Misspelt,
    /// It is the name of a policy, with or without its path, where an ARN belongs.
    NoArn,
    /// It exists, but roles of customers cannot have it.
    NotAttachable,
    /// Its partition is a variable in a text that nothing puts values into.
    Unfilled,
    /// The ARN is one of another partition than the one that is deployed to.
    OtherPartition,
}

impl AttachedPolicy {
    /// Whether both are one AWS managed policy, or one wrong name of it.
    pub(crate) fn is_same_of_aws(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Aws(one), Self::Aws(other)) => one.record.name == other.record.name,
            (
                Self::Misnamed { written, partition, problem, .. },
                Self::Misnamed {
                    written: other_written,
                    partition: other_partition,
                    problem: other_problem,
                    ..
                },
            ) => (written, partition, problem) == (other_written, other_partition, other_problem),
            _ => false,
        }
    }
}

impl Attached {
    /// The AWS managed policy, where the ARN names one that exists or means one, or its text is
    /// what is attached.
    #[must_use]
    pub const fn aws(&self) -> Option<&AwsPolicy> {
        if let Some(copy) = &self.copy {
            return Some(&copy.of);
        }
        match &self.policy {
            AttachedPolicy::Aws(policy) => Some(policy),
            AttachedPolicy::Misnamed { meant, .. } => meant.as_ref(),
            AttachedPolicy::Customer { .. }
            | AttachedPolicy::Inline(_)
            | AttachedPolicy::Opaque => None,
        }
    }

    /// The AWS managed policy that the ARN names exactly, so that it is attached indeed, or whose
    /// text is.
    #[must_use]
    pub const fn existing_aws(&self) -> Option<&AwsPolicy> {
        if let Some(copy) = &self.copy {
            return Some(&copy.of);
        }
        match &self.policy {
            AttachedPolicy::Aws(policy) => Some(policy),
            _ => None,
        }
    }

    /// The customer managed policy.
    #[must_use]
    pub fn customer<'g>(&self, graph: &'g Graph) -> Option<&'g CustomerPolicy> {
        self.customer_in(graph.units())
    }

    fn customer_in<'u>(&self, units: &'u [Unit]) -> Option<&'u CustomerPolicy> {
        match &self.policy {
            AttachedPolicy::Customer { unit, index } => units.get(*unit)?.policies.get(*index),
            _ => None,
        }
    }

    /// The inline policy.
    #[must_use]
    pub fn inline<'g>(&self, graph: &'g Graph) -> Option<&'g InlinePolicy> {
        self.inline_in(graph.units())
    }

    fn inline_in<'u>(&self, units: &'u [Unit]) -> Option<&'u InlinePolicy> {
        match &self.policy {
            AttachedPolicy::Inline(InlineAt::Role { unit, role, item }) => {
                let inline = &units.get(*unit)?.roles.get(*role)?.inline;
                inline.items.get(*item).map(|item| &item.item)
            }
            AttachedPolicy::Inline(InlineAt::Attachment { unit, index }) => {
                units.get(*unit)?.attachments.get(*index)?.inline.as_ref()
            }
            _ => None,
        }
    }

    /// What names the AWS managed policy: its ARN, or the place where its text is taken.
    #[must_use]
    pub fn named(&self) -> &Located<Text> {
        self.copy.as_ref().map_or(&self.arn, |copy| &copy.place)
    }

    /// The document that was written in the scanned source. The text of AWS was not.
    #[must_use]
    pub fn written<'g>(&self, graph: &'g Graph) -> Option<&'g Property<PolicyDocument>> {
        if self.copy.is_some() {
            return None;
        }
        self.document_in(graph.units())
    }

    /// The document that it attaches, where the scanned source holds it.
    pub(crate) fn document_in<'u>(
        &self,
        units: &'u [Unit],
    ) -> Option<&'u Property<PolicyDocument>> {
        match self.customer_in(units) {
            Some(policy) => Some(&policy.document),
            None => self.inline_in(units).map(|policy| &policy.document),
        }
    }

    /// The header of the resource that holds the document's text.
    #[must_use]
    pub fn document_holder<'g>(&'g self, graph: &'g Graph) -> &'g Header {
        self.customer(graph).map_or(&self.holder, |policy| &policy.header)
    }

    /// Visits every condition that decides what the attachment grants.
    pub(crate) fn conditions<'g>(&'g self, graph: &'g Graph, visit: &mut dyn FnMut(&'g Condition)) {
        visit(&self.condition);
        let Some(document) = self.written(graph) else { return };
        if let Some(policy) = self.customer(graph) {
            visit(&policy.header.condition);
        }
        for branch in document.iter() {
            visit(&branch.condition);
            if let Some(document) = branch.item.known() {
                document_conditions(&document.value, visit);
            }
        }
    }

    /// The statements it grants in a world, and why there may be more.
    pub(crate) fn statements_in<'g>(
        &'g self,
        graph: &'g Graph,
        world: &World,
        statement: &mut dyn FnMut(&'g Statement),
        gap: &mut dyn FnMut(Gap),
    ) {
        if let Some(aws) = self.aws() {
            aws.document.statements.all().for_each(statement);
            return;
        }
        let opaque = Gap {
            span: self.arn.span,
            unknown: self.arn.value.first_unknown().unwrap_or(iacscan_core::Unknown::External),
        };
        let Some(written) = self.written(graph) else { return gap(opaque) };
        match written.in_world(world) {
            Some(iacscan_core::Attribute::Known(document)) => {
                for found in &document.value.statements.items {
                    if found.condition.holds(world).is_true() {
                        statement(&found.item);
                    }
                }
                document.value.statements.gaps_in(world, self.arn.span).for_each(gap);
            }
            Some(iacscan_core::Attribute::Unknown(span, unknown)) => {
                gap(Gap { span: *span, unknown: *unknown });
            }
            Some(iacscan_core::Attribute::Absent) => {}
            None => gap(opaque),
        }
    }
}

/// Visits every condition inside a document.
pub(crate) fn document_conditions<'d>(
    document: &'d PolicyDocument,
    visit: &mut dyn FnMut(&'d Condition),
) {
    for statement in &document.statements.items {
        visit(&statement.condition);
        if let Some(principals) = &statement.item.principals {
            principals.items.conditions().for_each(&mut *visit);
        }
        let elements = [&statement.item.actions, &statement.item.resources];
        for elements in elements.into_iter().flatten() {
            elements.items.conditions().for_each(&mut *visit);
        }
        statement.item.conditions.entries.conditions().for_each(&mut *visit);
    }
    document.statements.gaps.iter().for_each(|gap| visit(&gap.condition));
}

/// A role that functions assume, with everything attached to it, over all branches.
#[derive(Clone, Debug)]
pub struct ExecutionRole<'g> {
    /// The graph it stands in.
    pub graph: &'g Graph,
    /// Its id.
    pub id: RoleId,
    /// The role.
    pub role: &'g Role,
    /// The functions that assume it, each with the condition under which it does. Empty for a role
    /// that no function of the scan assumes but Lambda may.
    pub functions: &'g [Guarded<FunctionId>],
    attachments: &'g RoleAttachments,
}

/// A statement that reaches a role.
#[derive(Clone, Debug)]
pub struct Reached<'g> {
    /// The statement.
    pub statement: &'g Statement,
    /// Its document.
    pub document: &'g PolicyDocument,
    /// How it reaches the role.
    pub attached: &'g Attached,
    /// When it does; feasible.
    pub condition: Condition,
}

impl<'g> ExecutionRole<'g> {
    pub(crate) fn of(graph: &'g Graph, id: RoleId) -> Option<Self> {
        let role = graph.role(id)?;
        if role.header.is_left_out() {
            return None;
        }
        let functions = graph.users_of(id);
        if functions.is_empty() && !trusts_lambda(role) {
            return None;
        }
        Some(Self { graph, id, role, functions, attachments: graph.attachments.get(id.0)? })
    }

    /// What is attached to it in feasible branches.
    pub fn attached(&self) -> impl Iterator<Item = &'g Attached> + use<'g> {
        let exists = &self.role.header.condition;
        self.attachments
            .attached
            .iter()
            .filter(|attached| !exists.is_compatible(&attached.condition).is_false())
    }

    /// Why there may be more attached than is known.
    #[must_use]
    pub fn gaps(&self) -> &'g [Guarded<Gap>] {
        &self.attachments.gaps
    }

    /// What is attached to a role that is not known, which may be this one.
    #[must_use]
    pub fn perhaps(&self) -> &'g [Arc<PerhapsAttached>] {
        &self.attachments.perhaps
    }

    /// The permissions boundary, in each branch that has one.
    #[must_use]
    pub fn boundaries(&self) -> &'g [Attached] {
        &self.attachments.boundaries
    }

    /// The statements that were written in the scanned source and reach it in feasible branches.
    /// AWS's own documents are not among them.
    #[must_use]
    pub fn written_statements(&self) -> Vec<Reached<'g>> {
        let mut reached = Vec::new();
        for attached in self.attached() {
            let Some(document) = attached.written(self.graph) else { continue };
            for branch in document.iter() {
                let Some(document) = branch.item.known() else { continue };
                let statements = &document.value.statements.items;
                let is_of_aws = |statement: &Statement| {
                    let name = statement.written_by_aws();
                    name.is_some_and(|name| attached.parts.contains(&name))
                };
                for statement in statements.iter().filter(|it| !is_of_aws(&it.item)) {
                    let condition = attached
                        .condition
                        .clone()
                        .and(branch.condition.clone())
                        .and(statement.condition.clone());
                    let whole = self.role.header.condition.clone().and(condition.clone());
                    if whole.is_feasible().is_true() {
                        reached.push(Reached {
                            statement: &statement.item,
                            document: &document.value,
                            attached,
                            condition,
                        });
                    }
                }
            }
        }
        reached
    }

    /// The functions that can have what holds under a condition.
    pub fn functions_when(&self, condition: &Condition) -> Vec<FunctionId> {
        self.functions
            .iter()
            .filter(|user| {
                let exists = self
                    .graph
                    .function(user.item)
                    .map_or(Condition::Never, |f| f.header.condition.clone());
                let all = exists.and(user.condition.clone()).and(condition.clone());
                !all.is_feasible().is_false()
            })
            .map(|user| user.item)
            .collect()
    }
}

/// Whether the trust policy certainly lets Lambda assume the role.
fn trusts_lambda(role: &Role) -> bool {
    let Ok(worlds) = worlds(role.trust.conditions()) else { return false };
    worlds.iter().any(|world| {
        let Some(iacscan_core::Attribute::Known(document)) = role.trust.in_world(world) else {
            return false;
        };
        document.value.statements.in_world(world).any(|statement| {
            statement.is_allow()
                && statement.principals.as_ref().is_some_and(|principals| {
                    !principals.negated
                        && principals
                            .items
                            .in_world(world)
                            .any(|principal| principal.is_service("lambda").is_true())
                })
        })
    })
}
