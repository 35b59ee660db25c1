//! A policy for a feature that no function of the role uses, or one that another contains.

use std::collections::BTreeMap;

use iacscan_core::{RuleGroup, RuleMeta, Severity, Span, Text, Truth, World};
use iacscan_graph::nodes::Mechanism;
use iacscan_graph::{Attached, ExecutionRole};
use iacscan_iam::aws::managed_policy;
use iacscan_iam::{Case, Statement};

use crate::framework::features::{
    BASIC, CONTAIN_BASIC, FEATURE_POLICIES, FeaturePolicy, all_users_are_known,
};
use crate::framework::inputs::removal;
use crate::framework::{concerning, removed};
use crate::{Context, Draft, Report, RoleDemand, Rule};

/// `unused-feature-policy`
pub(crate) struct UnusedFeaturePolicy;

static META: RuleMeta = RuleMeta {
    id: "unused-feature-policy",
    summary: "Feature policy without the feature, or redundant",
    group: RuleGroup::Excess,
    severity: Severity::Low,
    cwe: &[1164, 250],
    page: include_str!("README.md"),
};

impl Rule for UnusedFeaturePolicy {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        let mut holders: BTreeMap<Span, Vec<Holder<'_, '_>>> = BTreeMap::new();
        for role in context.execution_roles() {
            for attached in role.attached() {
                holders.entry(attached.arn.span).or_default().push((role, attached));
            }
        }
        for holders in holders.values() {
            let mut removable: BTreeMap<&str, bool> = BTreeMap::new();
            for &(role, attached) in holders {
                let Some(name) = written_name(role, attached) else { continue };
                let is_removable = || {
                    holders
                        .iter()
                        .filter(|(role, attached)| written_name(role, attached) == Some(name))
                        .all(|holder| is_useless(context, holder, name))
                };
                if !*removable.entry(name).or_insert_with(is_removable) {
                    continue;
                }
                if name == BASIC {
                    if let Some(other) = containing(context, role, attached) {
                        report.when(&attached.condition, redundant(role, attached, other));
                    }
                } else if let Some(feature) = unused_feature(context, role, name) {
                    report.when(&attached.condition, unused(context, role, attached, feature));
                }
            }
        }
    }
}

/// Whether a role can do without a policy. One text may attach it to the roles of several instances
/// of a module.
fn is_useless(context: &Context<'_>, &(role, attached): &Holder<'_, '_>, name: &str) -> bool {
    if name == BASIC {
        return containing(context, role, attached).is_some();
    }
    let feature = FEATURE_POLICIES.iter().find(|feature| feature.policy == name);
    feature.is_some_and(|feature| is_used(role, feature).is_false())
}

/// A role, and how a policy is attached to it.
type Holder<'r, 'g> = (&'r ExecutionRole<'g>, &'g Attached);

/// Whether the configuration requires roles to have the policy.
fn is_required(context: &Context<'_>, name: &str) -> bool {
    context.options.baseline.iter().any(|requirement| match &requirement.demand {
        RoleDemand::ManagedPolicy(policy) => policy.rsplit('/').next() == Some(name),
        _ => false,
    })
}

/// The name of an AWS managed policy that somebody wrote down, and rightly: what SAM attaches by
/// itself nobody can remove, a wrong name is `managed-policy-not-found`, and what SAM refuses is
/// `sam-policies-entry-invalid`. What is attached exclusively nobody can remove either before
/// `exclusive-attachment-conflict` is mended: all others would lose the policy.
fn written_name<'g>(role: &ExecutionRole<'g>, attached: &'g Attached) -> Option<&'g str> {
    let span = attached.arn.span;
    let by_itself = role.role.by_itself.contains(&span);
    let is_refused = || {
        let mut functions = role.functions.iter().filter_map(|user| role.graph.function(user.item));
        functions.any(|it| it.invalid_policies.iter().any(|refused| refused.span == span))
    };
    let is_exclusive = attached.mechanism == Some(Mechanism::ExclusiveAttachment);
    if by_itself || is_exclusive || is_refused() {
        None
    } else {
        Some(attached.existing_aws()?.record.name)
    }
}

/// Whether some function of the role uses the feature in some branch.
fn is_used(role: &ExecutionRole<'_>, feature: &FeaturePolicy) -> Truth {
    Truth::any(role.functions.iter().map(|user| match role.graph.function(user.item) {
        Some(function) => (feature.used_by)(role, user.item, function),
        None => Truth::Unknown,
    }))
}

/// The feature that the policy is for, when no function of the role has it.
fn unused_feature(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    name: &str,
) -> Option<&'static FeaturePolicy> {
    let feature = FEATURE_POLICIES.iter().find(|feature| feature.policy == name)?;
    let unused = is_used(role, feature).is_false()
        && !is_required(context, name)
        && all_users_are_known(role);
    unused.then_some(feature)
}

/// Another policy of the role that contains the basic one whenever that is attached, and is there
/// for a reason.
fn containing<'g>(
    context: &Context<'_>,
    role: &ExecutionRole<'g>,
    basic: &Attached,
) -> Option<&'g Attached> {
    role.attached().find(|other| {
        let always = other.condition.is_always() || other.condition == basic.condition;
        always
            && other.aws().is_some_and(|policy| {
                let name = policy.record.name;
                CONTAIN_BASIC.contains(&name) && unused_feature(context, role, name).is_none()
            })
    })
}

fn unused(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    attached: &Attached,
    feature: &FeaturePolicy,
) -> Draft {
    let (name, what) = (feature.policy, feature.feature);
    let severity = if feature.by_code { Severity::Info } else { META.severity };
    let label = format!("is for {what}");
    // What a module attaches stands nowhere, but an argument of its call says to.
    let draft = match removal(role.graph, attached) {
        Some((_, at)) if attached.arn.span == attached.holder.span => {
            Draft::new(&META, severity, at, label)
        }
        _ => Draft::at(&META, severity, attached.named(), label),
    };
    let draft = draft
        .message(format!("`{name}` is of no use to {{functions}} without {what}"))
        .help(if CONTAIN_BASIC.contains(&name) && !writes_logs(context, role, attached) {
            let basic = managed_policy(BASIC).map_or_else(|| BASIC.to_owned(), |it| it.arn("aws"));
            format!("Attach `{basic}` in its place, which lets functions write logs.")
        } else {
            format!("Remove {}.", removed(role.graph, attached))
        });
    finish(role, attached, name, draft)
}

/// Whether the role may write logs without a policy, once what is said of those before it is done.
fn writes_logs(context: &Context<'_>, role: &ExecutionRole<'_>, without: &Attached) -> bool {
    let action = Text::from("logs:PutLogEvents");
    let (world, resolver) = (World::certain(), role.graph.resolver());
    let allows = |statement: &Statement| {
        let actions = statement.actions.as_ref();
        statement.is_allow()
            && actions.is_some_and(|actions| {
                actions.matches(&action, Case::Insensitive, &world, resolver).is_true()
            })
    };
    let is_it = |other: &Attached| other.arn.span == without.arn.span;
    let is_reported = |other: &Attached| {
        written_name(role, other).is_some_and(|name| unused_feature(context, role, name).is_some())
    };
    let before = role.attached().take_while(|other| !is_it(other));
    let behind = role.attached().skip_while(|other| !is_it(other));
    let behind = behind.filter(|other| !is_it(other) && !is_reported(other));
    // The first of them is replaced by the basic one.
    let stays = |other: &&Attached| {
        !is_reported(other) || other.aws().is_some_and(|it| CONTAIN_BASIC.contains(&it.record.name))
    };
    let others = before.filter(stays).chain(behind);
    others.filter_map(Attached::aws).any(|policy| policy.document.statements.all().any(allows))
        || role.written_statements().iter().any(|reached| allows(reached.statement))
}

fn redundant(role: &ExecutionRole<'_>, attached: &Attached, other: &Attached) -> Draft {
    let contains = other.aws().map_or("", |policy| policy.record.name);
    let draft =
        Draft::at(&META, Severity::Info, attached.named(), format!("`{contains}` contains it"))
            .message(format!("`{BASIC}` gives {{functions}} nothing that `{contains}` does not"))
            .label(other.arn.span, "allows the same and more")
            .help(format!("Remove `{BASIC}`."));
    finish(role, attached, BASIC, draft)
}

fn finish(role: &ExecutionRole<'_>, attached: &Attached, name: &str, draft: Draft) -> Draft {
    let draft = draft.holder(attached.document_holder(role.graph)).fingerprint(name);
    concerning(role, &role.functions_when(&attached.condition), draft).through(attached)
}
