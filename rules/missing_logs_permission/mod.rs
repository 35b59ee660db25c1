//! The execution role does not let the function write its logs.

use iacscan_core::{Attribute, RuleGroup, RuleMeta, Severity, Span, Text, Truth};
use iacscan_graph::nodes::ResourceKind;
use iacscan_graph::{Chain, LinkedRole};
use iacscan_iam::{Case, Resolve, matches_pattern};

use crate::framework::words::code_list;
use crate::needs::{
    Demand, LOG_GROUP, LOGS, arn_pattern, can_be_given, edge_log_stream, granted_elsewhere,
    log_group, log_group_name, log_stream, may_write_at_edge, missing_logs, said_of_policies,
    streams_of,
};
use crate::{Context, Draft, Report, Rule};

/// `missing-logs-permission`
pub(crate) struct MissingLogsPermission;

static META: RuleMeta = RuleMeta {
    id: "missing-logs-permission",
    summary: "Function cannot write its logs",
    group: RuleGroup::Baseline,
    severity: Severity::Medium,
    cwe: &[778],
    page: include_str!("README.md"),
};

impl Rule for MissingLogsPermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let Some(role) = chain.closed() else { continue };
            let group = log_group_name(chain);
            let stream = log_stream(&group);
            let lacking = missing_logs(chain, &stream);
            let missing: Vec<&'static str> = lacking
                .iter()
                .copied()
                .filter(|action| granted_elsewhere(chain, role, action, &stream).next().is_none())
                .collect();
            let is_decided = |action: &&str| may_be_granted(chain, role, action).is_false();
            if !missing.is_empty() && missing.iter().all(is_decided) {
                if may_write_at_edge(context, chain, role) {
                    continue;
                }
                let is_at_edge = context.runs_at_edge(chain.id);
                // Where the function runs at the edge, nothing but itself creates its log groups.
                let creates = is_at_edge || is_created_elsewhere(context, chain, &group).is_false();
                let stream = if is_at_edge { edge_log_stream(chain) } else { stream };
                report.in_chain(chain, draft(chain, role, missing, &stream, creates));
            } else if lacking.is_empty() && LOGS.satisfied(chain, &stream).is_unknown() {
                let demand = Demand::new(&LOGS, stream);
                report.perhaps_allowed(chain, "its logs", named(chain), &[demand]);
            } else if LOGS.satisfied(chain, &stream).is_true()
                && chain.allows("logs:CreateLogGroup", &stream).is_false()
                && !denied_on_purpose(chain, &stream)
                && is_created_elsewhere(context, chain, &group).is_false()
                && granted_elsewhere(chain, role, "logs:CreateLogGroup", &stream).next().is_none()
            {
                report.in_chain(chain, without_group(chain, role, &group));
            }
        }
    }
}

/// Where the function says what its log group is named, else its header.
fn named(chain: &Chain<'_>) -> Span {
    let of = |property| chain.get(property).and_then(Attribute::span);
    of(&chain.function.log_group)
        .or_else(|| of(&chain.function.name))
        .unwrap_or(chain.function.header.span)
}

/// Whether a statement of which it is not known that it allows may be about the action: if it does,
/// it may be one for another log group, which is a mistake of its own.
fn may_be_granted(chain: &Chain<'_>, role: &LinkedRole<'_>, action: &str) -> Truth {
    let action = Text::from(action);
    let resolver = chain.graph.resolver();
    let undecided = role
        .grants
        .iter()
        .map(|grant| grant.statement)
        .filter(|statement| !statement.is_allow() && !statement.is_deny());
    Truth::any(undecided.map(|statement| match &statement.actions {
        Some(actions) => actions.matches(&action, Case::Insensitive, &chain.world, resolver),
        None => Truth::Unknown,
    }))
}

/// Whether the role denies creating the group, as some organisations do.
fn denied_on_purpose(chain: &Chain<'_>, stream: &Text) -> bool {
    chain.decide("logs:CreateLogGroup", stream).is_some_and(|decision| !decision.denying.is_empty())
}

/// Whether a log group resource of this name is in scope, or a data source finds one.
fn is_created_elsewhere(context: &Context<'_>, chain: &Chain<'_>, group: &Text) -> Truth {
    let resolver = context.graph.resolver();
    let group = resolver.resolve(group);
    let Some(unit) = context.graph.unit_of(chain.id) else { return Truth::Unknown };
    if !unit.open_world.is_empty() {
        return Truth::Unknown;
    }
    let arn = log_group(&group);
    let found = unit.found.iter().map(|found| {
        matches_pattern(&resolver.resolve(&found.arn), &resolver.resolve(&arn), Case::Sensitive)
    });
    let groups = unit.resources.iter().filter(|resource| resource.kind == ResourceKind::LogGroup);
    let made = groups.map(|resource| match chain.get(&resource.name) {
        Some(Attribute::Known(name)) => {
            matches_pattern(&resolver.resolve(&name.value), &group, Case::Sensitive)
        }
        Some(Attribute::Absent) => Truth::False,
        Some(Attribute::Unknown(..)) | None => Truth::Unknown,
    });
    Truth::any(made.chain(found))
}

fn draft(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    missing: Vec<&'static str>,
    stream: &Text,
    creates_group: bool,
) -> Draft {
    let demand = |need| Demand::new(need, stream.clone()).named(streams_of(stream));
    let actions = code_list(missing.iter().copied());
    let group = demand(&LOG_GROUP);
    let creating = group.missing(chain);
    let group = (group, creating);
    // Writing is of no use as long as nothing creates the group.
    let creates_group = creates_group && !group.1.is_empty() && can_be_given(chain, role, &group);
    let writing = (demand(&LOGS), missing);
    let what = format!("does not allow {actions}");
    let (span, holder) = crate::framework::lacking(role);
    let label = said_of_policies(chain, role, std::slice::from_ref(&writing), what);
    let mut lacking = if creates_group { vec![group] } else { Vec::new() };
    lacking.push(writing);
    let address = &role.role.header.address;
    Draft::new(&META, META.severity, span, label)
        .message(format!("{{functions}} cannot write logs: role {{role}} does not allow {actions}"))
        .meet(chain, role, &lacking)
        .holder(holder)
        .function(chain.function)
        .label(chain.function.header.span, "writes its logs with this role")
        .path_to_role(chain)
        .fingerprint(address.name().as_str())
}

fn without_group(chain: &Chain<'_>, role: &LinkedRole<'_>, group: &Text) -> Draft {
    let (span, holder) = crate::framework::lacking(role);
    let address = &role.role.header.address;
    Draft::new(&META, Severity::Info, span, "does not allow `logs:CreateLogGroup`")
        .message(
            "nothing creates the log group of {functions}: role {role} does not allow \
             `logs:CreateLogGroup`, and no log group {resources} is defined here",
        )
        .help(format!(
            "Define log groups named {{resources}} (and choose their retention), or allow \
             `logs:CreateLogGroup` as {} does.",
            LOG_GROUP.managed.unwrap_or_default()
        ))
        .names(arn_pattern(group))
        .holder(holder)
        .function(chain.function)
        .label(chain.function.header.span, "writes its logs there")
        .path_to_role(chain)
        .fingerprint(address.name().as_str())
}
