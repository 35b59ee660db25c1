//! What rules ask.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use iacscan_core::{Address, Finding, RuleGroup, RuleId, Severity, Span, Str, Text};
use iacscan_graph::nodes::Role;
use iacscan_graph::{Chain, ExecutionRole, FunctionId, FunctionLink, Graph, RoleId, SharedRoles};
use iacscan_iam::{Case, matches_pattern};
use rayon::prelude::*;

use super::denials::Denials;
use super::depending::Depending;
use super::shared::Shared;
use super::{Report, Requirement};
use crate::RULES;

/// What the configuration says to rules.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Per rule id: globs of role names and addresses that it lets pass.
    pub allow_roles: BTreeMap<Str, Vec<Str>>,
    /// What every execution role must carry.
    pub baseline: Vec<Requirement>,
    /// The switches that are on, by the rule's id and the switch's name.
    pub switches: BTreeSet<(RuleId, &'static str)>,
}

/// Something that a rule looks for only where the configuration asks it to.
#[derive(Debug)]
pub struct Switch {
    /// The key in the rule's settings.
    pub name: &'static str,
    /// What it asks for.
    pub description: &'static str,
}

impl Options {
    /// Whether the configuration turns a rule's switch on.
    pub(crate) fn asks(&self, rule: RuleId, switch: &Switch) -> bool {
        self.switches.contains(&(rule, switch.name))
    }

    /// Whether the configuration lets a role pass this rule, by its name or its address.
    pub(crate) fn allows_role(&self, rule: &str, role: &Role) -> bool {
        let Some(globs) = self.allow_roles.get(rule) else { return false };
        let matches = |subject: &Text| {
            globs.iter().any(|glob| {
                let glob = Text::literal(glob.clone());
                matches_pattern(&glob, subject, Case::Sensitive).is_true()
            })
        };
        let address = Text::literal(role.header.address.name().clone());
        matches(&address)
            || role
                .name
                .iter()
                .filter_map(|name| name.item.known())
                .any(|name| matches(&name.value))
    }
}

/// A graph with what every rule shares, computed once.
#[derive(Debug)]
pub struct Context<'g> {
    /// The graph.
    pub graph: &'g Graph,
    /// What the configuration says.
    pub options: &'g Options,
    chains: Vec<Vec<Chain<'g>>>,
    roles: Vec<ExecutionRole<'g>>,
    excess: OnceLock<BTreeMap<Address, Span>>,
    edge: Arc<OnceLock<BTreeSet<FunctionId>>>,
    shared: OnceLock<Shared>,
    /// Of the roles that deny something.
    denials: BTreeMap<RoleId, Denials<'g>>,
    /// By role.
    depending: BTreeMap<RoleId, OnceLock<Depending>>,
}

impl<'g> Context<'g> {
    pub(crate) fn new(graph: &'g Graph, options: &'g Options) -> Self {
        let ids: Vec<FunctionId> = graph.functions().map(|(id, _)| id).collect();
        let shared = SharedRoles::new(graph);
        let roles: Vec<ExecutionRole<'g>> = graph.execution_roles().collect();
        let denials = roles.iter().filter_map(|role| Some((role.id, Denials::of(role)?)));
        Self {
            graph,
            options,
            chains: ids.into_par_iter().map(|id| graph.chains_sharing(id, &shared)).collect(),
            denials: denials.collect(),
            depending: roles.iter().map(|role| (role.id, OnceLock::new())).collect(),
            roles,
            excess: OnceLock::new(),
            edge: Arc::default(),
            shared: OnceLock::new(),
        }
    }

    /// As it is, with these chains and no others: for rules that ask about chains alone.
    pub(crate) fn with_chains(&self, chains: impl IntoIterator<Item = Chain<'g>>) -> Self {
        let mut of_functions: Vec<Vec<Chain<'g>>> = Vec::new();
        for chain in chains {
            let index = chain.id.index();
            of_functions.resize_with(of_functions.len().max(index + 1), Vec::new);
            if let Some(of_function) = of_functions.get_mut(index) {
                of_function.push(chain);
            }
        }
        Self {
            graph: self.graph,
            options: self.options,
            chains: of_functions,
            roles: Vec::new(),
            excess: OnceLock::new(),
            edge: Arc::clone(&self.edge),
            denials: BTreeMap::new(),
            depending: BTreeMap::new(),
            shared: OnceLock::new(),
        }
    }

    /// Every function in every feasible branch.
    pub fn chains(&self) -> impl Iterator<Item = &Chain<'g>> {
        self.chains.iter().flatten()
    }

    /// One function in every feasible branch.
    #[must_use]
    pub fn chains_of(&self, function: FunctionId) -> &[Chain<'g>] {
        self.chains.get(function.index()).map_or(&[], Vec::as_slice)
    }

    /// Every execution role with what is attached to it.
    #[must_use]
    pub fn execution_roles(&self) -> &[ExecutionRole<'g>] {
        &self.roles
    }

    /// The statements that are written once for several roles.
    pub(crate) fn shared(&self) -> &Shared {
        self.shared.get_or_init(|| Shared::among(&self.roles))
    }

    /// What the features of a role's functions rest on, found by `find` for the first that asks.
    pub(crate) fn depending(
        &self,
        role: RoleId,
        find: impl FnOnce() -> Depending,
    ) -> Option<&Depending> {
        Some(self.depending.get(&role)?.get_or_init(find))
    }

    /// Whether a role denies every action of a pattern, on every resource and whatever the
    /// circumstances.
    pub(crate) fn denies(&self, role: &ExecutionRole<'_>, pattern: &str) -> bool {
        self.denials.get(&role.id).is_some_and(|denials| denials.cover(pattern))
    }

    /// Keeps what the rules about excess found, when all of them ran.
    pub(crate) fn know_excess(&self, findings: &[Finding]) {
        self.excess.get_or_init(|| gravest(findings));
    }

    /// The gravest place that a rule about excess reports of the function, whatever the selection
    /// of rules.
    pub fn excess(&self, function: FunctionId) -> Option<Span> {
        let reported = self.excess.get_or_init(|| {
            let rules = RULES.iter().filter(|rule| rule.meta().group == RuleGroup::Excess);
            let findings: Vec<Finding> = rules
                .flat_map(|rule| {
                    let mut report = Report::new(self, rule.meta());
                    rule.check(self, &mut report);
                    report.finish().0
                })
                .collect();
            gravest(&findings)
        });
        reported.get(&self.graph.function(function)?.header.address).copied()
    }

    /// Whether a distribution of `CloudFront` runs the function at the edge.
    pub fn runs_at_edge(&self, function: FunctionId) -> bool {
        let edge = self.edge.get_or_init(|| {
            let units = self.graph.units().iter().enumerate();
            units
                .flat_map(|(u, unit)| unit.edge_associations.iter().map(move |it| (u, it)))
                .flat_map(|(u, association)| self.graph.link_function(u, &association.function).0)
                .filter_map(|link| match link.item {
                    FunctionLink::Function(function) => Some(function),
                    _ => None,
                })
                .collect()
        });
        edge.contains(&function)
    }
}

/// The place of the gravest finding about each subject, of those that are more than a remark.
fn gravest(findings: &[Finding]) -> BTreeMap<Address, Span> {
    let mut grave: Vec<&Finding> =
        findings.iter().filter(|it| it.severity > Severity::Info).collect();
    grave.sort_by_key(|finding| finding.severity);
    let places = grave.into_iter().flat_map(|finding| {
        let place = finding.primary().map_or(Span::NONE, |label| label.span);
        finding.subjects.iter().map(move |subject| (subject.clone(), place))
    });
    places.collect()
}
