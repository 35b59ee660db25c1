//! What a resource lets the function reach.

use std::collections::{BTreeMap, BTreeSet};

use iacscan_core::{Address, Located, Pseudo, Segment, Text};
use iacscan_graph::ExecutionRole;
use iacscan_iam::{ArnPart, ArnParts, Resolve};

use super::kind::Kind;
use crate::Context;
use crate::framework::statements::{items, only_service};
use crate::framework::trust::{is_account_id, is_of_own, own_account};

/// What a resource lets the function reach.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Everything,
    /// All of one kind in the account.
    Every(Kind),
    /// Every role of an account that may be another one.
    EveryRoleThere,
    /// Every role of an account of which nothing says that it is the function's own.
    EveryRoleElsewhere,
    /// The role the function runs with.
    OwnRole,
    /// The function itself.
    OwnFunction,
}

impl Reach {
    /// What a resource pattern certainly matches of roles, and of functions that run with this one.
    pub(super) fn of(
        role: &ExecutionRole<'_>,
        resource: &Located<Text>,
        is_of_one_account: &dyn Fn(&ExecutionRole<'_>) -> bool,
    ) -> Option<Self> {
        let pattern = role.graph.resolver().resolve(&resource.value);
        // Most resources are of services that a function is no part of.
        if only_service(&pattern).is_some_and(|only| only != "iam" && only != "lambda") {
            return None;
        }
        if let Some(reach) = Self::of_every(role, &pattern, is_of_one_account) {
            return Some(reach);
        }
        let matches = |address: &Address| is_of_own(role, &pattern, address).is_true();
        if matches(&role.role.header.address) {
            return Some(Self::OwnRole);
        }
        let mut functions = role.functions.iter().filter_map(|user| role.graph.function(user.item));
        functions.any(|function| matches(&function.header.address)).then_some(Self::OwnFunction)
    }

    /// What a pattern leaves none out of in an account, as `arn:aws:iam::*:role/*` no role.
    fn of_every(
        role: &ExecutionRole<'_>,
        pattern: &Text,
        is_of_one_account: &dyn Fn(&ExecutionRole<'_>) -> bool,
    ) -> Option<Self> {
        let arn = ArnParts::split(pattern)?;
        let kind = Kind::of(arn.service()?, &arn.part(ArnPart::Resource).as_known()?)?;
        let region = arn.part(ArnPart::Region).as_known();
        let kind = match region.as_deref() {
            Some("*") => kind,
            _ if kind == Kind::Function => Kind::FunctionOfRegion,
            // IAM has no regions.
            Some("") => kind,
            _ => return None,
        };
        let account = arn.part(ArnPart::Account);
        let own = own_account(role);
        match (account.as_known(), account.segments()) {
            (Some(id), _) if id == "*" || own.as_ref() == Some(&id) => Some(Self::Every(kind)),
            (Some(id), _) if is_account_id(&id) && own.is_some() => {
                Self::of_account_elsewhere(kind)
            }
            (None, [Segment::Pseudo(Pseudo::AccountId)]) => Some(Self::Every(kind)),
            (Some(id), _) if !is_account_id(&id) => None,
            (Some(_), _) | (None, [Segment::Input(_)]) if is_of_one_account(role) => {
                Self::of_account_meant(kind)
            }
            (Some(_), _) | (None, [Segment::Input(_)]) => Self::of_account_elsewhere(kind),
            _ => None,
        }
    }

    /// All of one kind in an account that is named alone: what changes identities does so in its own
    /// account, so that this is the one that is meant.
    fn of_account_meant(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Function | Kind::FunctionOfRegion => None,
            Kind::Role => Some(Self::EveryRoleThere),
            Kind::Group | Kind::Policy | Kind::User => Some(Self::Every(kind)),
        }
    }

    /// In other accounts roles are taken, and nothing is changed.
    fn of_account_elsewhere(kind: Kind) -> Option<Self> {
        (kind == Kind::Role).then_some(Self::EveryRoleElsewhere)
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Everything => "on every resource",
            Self::Every(kind) => kind.on_every(),
            Self::EveryRoleThere | Self::EveryRoleElsewhere => "on every role of this account",
            Self::OwnRole => "on the role it runs with",
            Self::OwnFunction => "on itself",
        }
    }
}

/// The units of which the policies name more than one account: at most one is their own, and which
/// one is not known.
pub(super) fn of_several_accounts(context: &Context<'_>) -> BTreeSet<Option<usize>> {
    let mut named: BTreeMap<Option<usize>, Text> = BTreeMap::new();
    let mut several = BTreeSet::new();
    for role in context.execution_roles() {
        let unit = role.graph.unit_of_role(role.id);
        let reached = role.written_statements();
        let resources = reached.iter().flat_map(|it| items(it.statement.resources.as_ref()));
        for account in resources.filter_map(|resource| account_of(&resource.item.value)) {
            if *named.entry(unit).or_insert_with(|| account.clone()) != account {
                several.insert(unit);
            }
        }
    }
    several
}

/// The account that a resource is written with. What refers to a resource names none.
fn account_of(resource: &Text) -> Option<Text> {
    let account = ArnParts::split(resource)?.part(ArnPart::Account).clone();
    let is_one = match (account.as_known(), account.segments()) {
        (Some(id), _) => is_account_id(&id),
        (None, [Segment::Pseudo(Pseudo::AccountId) | Segment::Input(_)]) => true,
        _ => false,
    };
    is_one.then_some(account)
}
