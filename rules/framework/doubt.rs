//! What could not be decided about what a function needs of its role, so that silence is visible.

use std::collections::BTreeSet;

use iacscan_core::{Gap, Located, Span, Text, Truth, Undecided, Unknown};
use iacscan_graph::{Attached, Chain};
use iacscan_iam::{ArnPart, ArnParts, Case, Resolve, Statement, matches_pattern};
use indexmap::IndexSet;

use super::words::code_list;
use crate::needs::Demand;

/// A feature of a function of which it cannot be told whether the role allows what it needs.
#[derive(Clone, Debug)]
pub(crate) struct Doubt {
    feature: &'static str,
    undecided: Undecided,
}

impl Doubt {
    /// It is not known whether, or how, the function uses the feature.
    pub(crate) fn of_use(
        chain: &Chain<'_>,
        feature: &'static str,
        gap: Gap,
        demands: &[Demand],
    ) -> Option<Self> {
        let role = chain.closed()?.role.in_words();
        let actions: IndexSet<&str> = demands.iter().flat_map(|it| it.not_allowed(chain)).collect();
        let what = match code_list(actions) {
            none if none.is_empty() => "all that it may need".to_owned(),
            actions => format!("{actions}, which it may need"),
        };
        let is_open = demands.iter().any(|it| it.open(chain).next().is_some());
        let verb = if is_open { "may not allow" } else { "does not allow" };
        let reason = format!("{feature} is {}, and {role} {verb} {what}", gap.unknown);
        Self::new(chain, feature, gap, reason)
    }

    /// It is not known whether the configuration requires of the role what it lacks, because it is
    /// not known how the function uses a feature.
    pub(crate) fn of_requirement(
        chain: &Chain<'_>,
        feature: &'static str,
        gap: Gap,
        lack: &str,
    ) -> Option<Self> {
        let role = chain.linked()?.role.in_words();
        let what = format!("whether {role} must have {lack}");
        Self::of_consequence(chain, feature, feature, gap, &what)
    }

    /// It is not known how the function uses a feature, and with it something about `subject` that
    /// follows, whatever the role allows.
    pub(crate) fn of_consequence(
        chain: &Chain<'_>,
        feature: &'static str,
        subject: &'static str,
        gap: Gap,
        what: &str,
    ) -> Option<Self> {
        let reason = format!("{feature} is {}, and with it {what}", gap.unknown);
        Self::new(chain, subject, gap, reason)
    }

    /// It is not known whether the role allows what the feature, which stands at `at`, needs;
    /// `None` where that is known of every demand.
    pub(crate) fn of_permission(
        chain: &Chain<'_>,
        feature: &'static str,
        at: Span,
        demands: &[Demand],
    ) -> Option<Self> {
        let role = chain.closed()?.role.in_words();
        let demand = demands.iter().find(|demand| demand.met(chain).is_unknown())?;
        let (placed, open): (Vec<_>, Vec<_>) =
            demand.open(chain).partition(|action| is_allowed_in_place(chain, demand, action));
        if demand.is_choice() && !placed.is_empty() {
            return None;
        }
        // Said of what may be attached.
        if open.iter().any(|action| depends_on_perhaps(chain, demand, action)) {
            return None;
        }
        let first = *open.first()?;
        let actions = code_list(open.iter().copied());
        let (gap, what) = match gap_of_others(chain, demand, first) {
            Some(gap) => (gap, "whom the resource's own policy lets"),
            None => (gap(chain, demand, first, at), "the resource"),
        };
        let reason = format!(
            "{role} may or may not allow {actions} for {feature}: {what} is {}",
            gap.unknown
        );
        Self::new(chain, feature, gap, reason)
    }

    fn new(chain: &Chain<'_>, feature: &'static str, gap: Gap, reason: String) -> Option<Self> {
        let subject = chain.function.header.address.name().clone();
        let unit = chain.graph.unit_of(chain.id)?.path.clone();
        Some(Self { feature, undecided: Undecided { subject, unit, reason, gap } })
    }
}

/// What was in doubt, once per function, feature and place.
pub(crate) fn once(doubts: Vec<Doubt>) -> Vec<Undecided> {
    let mut seen = BTreeSet::new();
    let mut is_new = |doubt: &Doubt| {
        let Undecided { subject, unit, gap, .. } = &doubt.undecided;
        seen.insert((subject.clone(), unit.clone(), doubt.feature, gap.span))
    };
    doubts.into_iter().filter(|doubt| is_new(doubt)).map(|doubt| doubt.undecided).collect()
}

/// Why a text is not known, if it is not.
fn unknown_in(text: &Text) -> Option<Unknown> {
    let is_known = text.as_known().is_some();
    (!is_known).then(|| text.first_unknown().unwrap_or(Unknown::Computed))
}

/// Where and why a text is not known, if it is not.
pub(crate) fn gap_in(text: &Located<Text>) -> Option<Gap> {
    Some(Gap { span: text.span, unknown: unknown_in(&text.value)? })
}

/// Whether only the region and the account are open. Those that a policy names are taken for the ones
/// that are deployed to: otherwise every policy that names them would be in doubt.
fn is_allowed_in_place(chain: &Chain<'_>, demand: &Demand, action: &str) -> bool {
    let resolver = chain.graph.resolver();
    let resource = resolver.resolve(&demand.resource);
    let is_bounded = chain.linked().is_none_or(|role| role.boundary.is_some());
    let Some(decision) = chain.decide(action, &resource).filter(|_| !is_bounded) else {
        return false;
    };
    let Some(place_free) = ArnParts::split(&resource).map(|arn| without_place(&arn)) else {
        return false;
    };
    let named = Text::literal(action);
    let allows = |statement: &Statement| {
        let (Some(actions), Some(resources)) = (&statement.actions, &statement.resources) else {
            return false;
        };
        let covers = |pattern: &Located<Text>| {
            let arn = ArnParts::of_pattern(&resolver.resolve(&pattern.value));
            arn.is_some_and(|arn| {
                matches_pattern(&without_place(&arn), &place_free, Case::Sensitive).is_true()
            })
        };
        statement.is_allow()
            && !resources.negated
            && actions.matches(&named, Case::Insensitive, &chain.world, resolver).is_true()
            && resources.patterns(&chain.world).any(covers)
    };
    decision.denying.is_empty() && decision.allowing.iter().any(|grant| allows(grant.statement))
}

/// The service and the resource of an ARN.
fn without_place(arn: &ArnParts) -> Text {
    let mut text = arn.part(ArnPart::Service).clone();
    text.extend(&Text::from(":"));
    text.extend(arn.part(ArnPart::Resource));
    text
}

/// Why it cannot be told whether a demand is met, where the role does not meet it.
fn gap_of_others(chain: &Chain<'_>, demand: &Demand, action: &str) -> Option<Gap> {
    let by_role = chain.allows(action, &demand.resource);
    if by_role.is_false() { chain.let_gap(action, &demand.resource) } else { None }
}

/// Whether what may be attached to the role has a say in whether it allows an action.
fn depends_on_perhaps(chain: &Chain<'_>, demand: &Demand, action: &str) -> bool {
    let resource = chain.graph.resolver().resolve(&demand.resource);
    let Some((role, decision)) = chain.linked().zip(chain.decide(action, &resource)) else {
        return false;
    };
    let may_be = |attached: &Attached| {
        let mut policies = role.perhaps.iter().filter_map(|perhaps| perhaps.policy.as_ref());
        policies.any(|policy| std::ptr::eq(policy, attached))
    };
    decision.allowing.iter().chain(&decision.denying).any(|grant| may_be(grant.attached))
}

/// Why it cannot be told whether a demand is met: what it is about is not known, else what a
/// statement names.
fn gap(chain: &Chain<'_>, demand: &Demand, action: &str, at: Span) -> Gap {
    let resource = chain.graph.resolver().resolve(&demand.resource);
    if let Some(unknown) = resource.first_unknown() {
        return Gap { span: at, unknown };
    }
    let decision = chain.decide(action, &resource);
    let statements = decision.iter().flat_map(|it| it.allowing.iter().chain(&it.denying));
    let named = statements
        .map(|grant| grant.statement)
        .find_map(|statement| undecided_resource(chain, statement, &resource));
    named.unwrap_or(Gap { span: at, unknown: Unknown::Computed })
}

/// The first of a statement's resources of which it is not known whether it is this one.
fn undecided_resource(chain: &Chain<'_>, statement: &Statement, resource: &Text) -> Option<Gap> {
    let resources = statement.resources.as_ref()?;
    let resolver = chain.graph.resolver();
    let pattern = resources.patterns(&chain.world).find_map(|pattern| {
        let text = resolver.resolve(&pattern.value);
        let is_open = matches_pattern(&text, resource, Case::Sensitive) == Truth::Unknown;
        let unknown = unknown_in(&text).unwrap_or(Unknown::Computed);
        is_open.then_some(Gap { span: pattern.span, unknown })
    });
    pattern.or_else(|| resources.items.gaps_in(&chain.world, resources.key).next())
}
