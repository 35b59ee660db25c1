//! What reports say about each function.

use std::collections::BTreeSet;

use iacscan_core::{Address, Attribute, Gap, Span, Truth, Undecided, Unknown};
use iacscan_iam::{ArnParts, Resolve};

use crate::execution_role::{Attached, AttachedPolicy};
use crate::graph::FunctionId;
use crate::nodes::{EventSourceMapping, SourceKind, Tracing};
use crate::{Chain, Format, Graph, LinkedRole, RoleState, SharedRoles};

/// What reports say about a function: its role and what is attached to it, over all branches.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionSummary {
    /// Its address.
    pub address: Address,
    /// The language.
    pub format: Format,
    /// Its header.
    pub span: Span,
    /// The role's address, else its literal ARN, else nothing.
    pub role: Option<String>,
    /// Whether the role is in the scanned source.
    pub role_address: Option<Address>,
    /// Names of the AWS managed policies attached, sorted.
    pub managed_policies: Vec<String>,
    /// Addresses of the customer managed policies attached, sorted.
    pub customer_policies: Vec<Address>,
    /// How many inline policies the role has.
    pub inline_policies: usize,
    /// Whether it is attached to a VPC, in some branch.
    pub vpc: Truth,
    /// Whether it records X-Ray segments.
    pub tracing: bool,
    /// Kinds of the event sources that are polled for it, sorted.
    pub event_sources: Vec<SourceKind>,
    /// Whether the role and everything attached to it was resolved.
    pub complete: bool,
    /// What was not.
    pub undecided: Vec<Undecided>,
}

impl Graph {
    /// What reports say about a function.
    #[must_use]
    pub fn summary(&self, id: FunctionId) -> Option<FunctionSummary> {
        self.summary_of(id, &self.chains(id))
    }

    /// As [`Graph::summary`], with roles that other functions share.
    #[must_use]
    pub fn summary_sharing<'g>(
        &'g self,
        id: FunctionId,
        roles: &SharedRoles<'g>,
    ) -> Option<FunctionSummary> {
        self.summary_of(id, &self.chains_sharing(id, roles))
    }

    fn summary_of(&self, id: FunctionId, chains: &[Chain<'_>]) -> Option<FunctionSummary> {
        let function = self.function(id)?;
        let unit = self.unit_of(id)?;
        let mut summary = FunctionSummary {
            address: function.header.address.clone(),
            format: unit.format,
            span: function.header.span,
            role: None,
            role_address: None,
            managed_policies: Vec::new(),
            customer_policies: Vec::new(),
            inline_policies: 0,
            vpc: Truth::False,
            tracing: false,
            event_sources: Vec::new(),
            complete: true,
            undecided: Vec::new(),
        };
        let is_somewhere = !function.header.condition.is_feasible().is_false();
        if let Some(reason) = not_looked_at(chains).filter(|_| is_somewhere) {
            let gap = Gap { span: function.header.span, unknown: Unknown::Limit };
            summary.note(&unit.path, reason.to_owned(), gap);
        }
        let mut seen = Seen::default();
        for chain in chains {
            summary.add(self, chain, &unit.path, &mut seen);
        }
        summary.managed_policies = seen.managed.into_iter().collect();
        summary.customer_policies = seen.customer.into_iter().collect();
        summary.inline_policies = seen.inline.len();
        summary.event_sources = seen.sources.into_iter().collect();
        Some(summary)
    }

    /// The kind of an event source mapping, where it can be told.
    #[must_use]
    pub fn source_kind(&self, mapping: &EventSourceMapping) -> Option<SourceKind> {
        if mapping.kind.is_some() {
            return mapping.kind;
        }
        mapping.source.iter().find_map(|branch| {
            let arn = self.resolver().resolve(&branch.item.known()?.value).into_owned();
            SourceKind::of_service(ArnParts::split(&arn)?.service()?)
        })
    }
}

#[derive(Default)]
struct Seen {
    managed: BTreeSet<String>,
    customer: BTreeSet<Address>,
    /// By who holds it and where: what stands in a module of others is shown at its call.
    inline: BTreeSet<(Address, Span)>,
    sources: BTreeSet<SourceKind>,
}

impl FunctionSummary {
    fn note(&mut self, unit: &str, reason: String, gap: Gap) {
        self.complete = false;
        let entry =
            Undecided { subject: self.address.name().clone(), unit: unit.into(), reason, gap };
        if !self.undecided.contains(&entry) {
            self.undecided.push(entry);
        }
    }

    fn add_role(&mut self, graph: &Graph, role: &LinkedRole<'_>, unit: &str, seen: &mut Seen) {
        let address = &role.role.header.address;
        if self.role_address.is_none() {
            self.role = Some(address.to_string());
            self.role_address = Some(address.clone());
        }
        for attached in &role.attached {
            seen.attached(graph, attached);
        }
        let home = graph.unit_of_role(role.id).and_then(|index| graph.units().get(index));
        let open_world = home.map_or(&[][..], |unit| &unit.open_world);
        let named = role.role.in_words();
        // What names several in one way is said once.
        let mut said = BTreeSet::new();
        for perhaps in &role.perhaps {
            let (unknown, holder) = (perhaps.role.unknown, &perhaps.holder.address);
            if said.insert(unknown) {
                let others = role.perhaps.iter().filter(|it| it.role.unknown == unknown);
                let others: BTreeSet<_> = others.map(|it| &it.holder.address).collect();
                let what = match others.len() - 1 {
                    0 => format!("`{holder}` may be for it and names"),
                    1 => format!("`{holder}` and 1 other may be for it and name"),
                    more => format!("`{holder}` and {more} others may be for it and name"),
                };
                let reason =
                    format!("{named} may have more policies: {what} a role that is {unknown}");
                self.note(unit, reason, perhaps.role);
            }
        }
        let is_said = |gap: &Gap| {
            open_world.contains(gap) || role.perhaps.iter().any(|perhaps| perhaps.role == *gap)
        };
        for gap in role.gaps.iter().filter(|gap| !is_said(gap)) {
            let reason = format!("a policy of {named} is {}", gap.unknown);
            self.note(unit, reason, *gap);
        }
        // Each such place is listed for the unit; of the role it is said once.
        if let Some(gap) = role.gaps.iter().find(|gap| open_world.contains(gap)) {
            let reason = format!("{named} may have policies that cannot be seen");
            self.note(unit, reason, *gap);
        }
    }

    fn add(&mut self, graph: &Graph, chain: &Chain<'_>, unit: &str, seen: &mut Seen) {
        match &chain.role {
            RoleState::Linked(role) | RoleState::Wrong(_, Some(role)) => {
                self.add_role(graph, role, unit, seen);
            }
            RoleState::External(arn) => {
                let text = graph.resolver().resolve(&arn.value).to_string();
                self.role.get_or_insert_with(|| text.clone());
                let gap = Gap { span: arn.span, unknown: Unknown::External };
                self.note(unit, format!("role `{text}` is not in the scanned files"), gap);
            }
            RoleState::Unknown(gap) => {
                let made = || {
                    let made = graph.role_maker(chain.function, *gap)?;
                    Some(format!("its role is made by {made} and {}", gap.unknown))
                };
                let reason = no_role(chain).or_else(made);
                let reason = reason.unwrap_or_else(|| format!("its role is {}", gap.unknown));
                self.note(unit, reason, *gap);
            }
            RoleState::Wrong(_, None) | RoleState::Missing => self.complete = false,
        }
        self.vpc = self.vpc.or(match chain.get(&chain.function.vpc) {
            Some(Attribute::Known(vpc)) => vpc.value.attached,
            Some(Attribute::Unknown(..)) => Truth::Unknown,
            Some(Attribute::Absent) | None => Truth::False,
        });
        if let Some(Attribute::Known(tracing)) = chain.get(&chain.function.tracing) {
            self.tracing |= tracing.value == Tracing::Active;
        }
        seen.sources.extend(chain.mappings().filter_map(|(_, mapping)| graph.source_kind(mapping)));
    }
}

/// Why a function that is there in some branch is not looked at in all of them.
fn not_looked_at(chains: &[Chain<'_>]) -> Option<&'static str> {
    if chains.is_empty() {
        return Some("its conditions have too many combinations");
    }
    chains.iter().any(|chain| chain.world.leaves_out()).then_some(
        "its conditions have too many combinations: it was looked at only where every input with \
         an empty default is left out",
    )
}

/// What is wrong with the role of a function, where that is written out and names none.
fn no_role(chain: &Chain<'_>) -> Option<String> {
    let RoleState::Unknown(Gap { unknown: Unknown::Invalid, .. }) = &chain.role else {
        return None;
    };
    let role = chain.get(&chain.function.role)?.known()?;
    if let Some((target, _)) = role.value.as_reference() {
        let name = target.name();
        return Some(format!("its role is `{name}`, which is not there when the function is"));
    }
    let text = role.value.as_known()?;
    let unfilled = text.find("${").and_then(|start| {
        let end = text.get(start..)?.find('}')?;
        text.get(start..=start + end)
    });
    Some(match unfilled {
        Some(unfilled) => format!("its role has `{unfilled}` in it, which nothing fills in"),
        None => format!("its role, `{text}`, is no ARN of a role"),
    })
}

impl Seen {
    fn attached(&mut self, graph: &Graph, attached: &Attached) {
        match &attached.policy {
            AttachedPolicy::Aws(policy) => {
                self.managed.insert(policy.record.name.to_owned());
            }
            AttachedPolicy::Misnamed { written, .. } => {
                let name = written.rsplit('/').next().unwrap_or(written);
                self.managed.insert(name.to_owned());
            }
            AttachedPolicy::Customer { .. } => {
                if let Some(policy) = attached.customer(graph) {
                    self.customer.insert(policy.header.address.clone());
                }
            }
            AttachedPolicy::Inline(_) => {
                self.inline.insert((attached.holder.address.clone(), attached.arn.span));
            }
            AttachedPolicy::Opaque => {
                // An AWS managed policy whose content is not in the data still has a name.
                let text = graph.resolver().resolve(&attached.arn.value);
                let text = text.known_suffix();
                if let Some((_, suffix)) = text.split_once(":iam::aws:policy/") {
                    let name = suffix.rsplit('/').next().unwrap_or(suffix);
                    self.managed.insert(name.to_owned());
                }
            }
        }
    }
}
