//! The execution role does not let the function write its logs.

use iacscan_core::{Attribute, RuleGroup, RuleMeta, Severity, Text, Truth};
use iacscan_graph::nodes::ResourceKind;
use iacscan_graph::{Chain, LinkedRole};
use iacscan_iam::{Case, Resolve, matches_pattern};

use crate::framework::words::code_list;
use crate::needs::{LOG_GROUP, LOGS, Need, arn_pattern, log_group_name, log_stream};
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
            let missing: Vec<&str> = LOGS
                .missing(chain, &stream)
                .into_iter()
                .filter(|action| !granted_elsewhere(chain, role, action, &stream))
                .collect();
            if !missing.is_empty() {
                report.in_chain(chain, draft(chain, role, &missing, &stream));
            } else if LOGS.satisfied(chain, &stream).is_true()
                && chain.allows("logs:CreateLogGroup", &stream).is_false()
                && !denied_on_purpose(chain, &stream)
                && is_created_elsewhere(context, chain, &group).is_false()
                && !granted_elsewhere(chain, role, "logs:CreateLogGroup", &stream)
            {
                report.in_chain(chain, without_group(chain, role, &group));
            }
        }
    }
}

/// Whether the action is allowed on other log groups: then the resource is wrong, which is
/// `logs-resource-mismatch`. A grant for Lambda Insights is about another log group by intent.
fn granted_elsewhere(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    action: &str,
    stream: &Text,
) -> bool {
    let refused = role.boundary.is_some()
        || chain.decide(action, stream).is_some_and(|decision| !decision.denying.is_empty());
    let action = Text::literal(action);
    let resolver = chain.graph.resolver();
    !refused
        && role.grants.iter().map(|grant| grant.statement).any(|statement| {
            let (Some(actions), Some(resources)) = (&statement.actions, &statement.resources)
            else {
                return false;
            };
            statement.is_allow()
                && actions.matches(&action, Case::Insensitive, &chain.world, resolver).is_true()
                && resources
                    .patterns(&chain.world)
                    .any(|pattern| !pattern.value.to_string().contains("lambda-insights"))
        })
}

/// Whether the role denies creating the group, as some organisations do.
fn denied_on_purpose(chain: &Chain<'_>, stream: &Text) -> bool {
    chain.decide("logs:CreateLogGroup", stream).is_some_and(|decision| !decision.denying.is_empty())
}

/// Whether a log group resource of this name is in scope.
fn is_created_elsewhere(context: &Context<'_>, chain: &Chain<'_>, group: &Text) -> Truth {
    let resolver = context.graph.resolver();
    let group = resolver.resolve(group);
    let Some(unit) = context.graph.unit_of(chain.id) else { return Truth::Unknown };
    if !unit.open_world.is_empty() {
        return Truth::Unknown;
    }
    let groups = unit.resources.iter().filter(|resource| resource.kind == ResourceKind::LogGroup);
    Truth::any(groups.map(|resource| match chain.get(&resource.name) {
        Some(Attribute::Known(name)) => {
            matches_pattern(&resolver.resolve(&name.value), &group, Case::Sensitive)
        }
        Some(Attribute::Absent) => Truth::False,
        Some(Attribute::Unknown(..)) | None => Truth::Unknown,
    }))
}

fn draft(chain: &Chain<'_>, role: &LinkedRole<'_>, missing: &[&str], stream: &Text) -> Draft {
    let actions = code_list(missing.iter().copied());
    let address = &role.role.header.address;
    let (span, holder) = crate::framework::lacking(role);
    let draft = Draft::new(&META, META.severity, span, format!("does not allow {actions}"))
        .message(format!(
            "{{functions}} cannot write logs: role `{address}` does not allow {actions}"
        ))
        .help(help(&LOGS, missing, stream))
        .holder(holder)
        .function(chain.function)
        .label(chain.function.header.span, "writes its logs with this role")
        .path_to_role(chain)
        .fingerprint(address.name().as_str());
    role.boundary.iter().flatten().take(1).fold(draft, |draft, grant| {
        draft.label(grant.attached.arn.span, "the permissions boundary limits what it allows")
    })
}

fn without_group(chain: &Chain<'_>, role: &LinkedRole<'_>, group: &Text) -> Draft {
    let (span, holder) = crate::framework::lacking(role);
    let address = &role.role.header.address;
    Draft::new(&META, Severity::Info, span, "does not allow `logs:CreateLogGroup`")
        .message(format!(
            "nothing creates the log group of {{functions}}: role `{address}` does not allow \
             `logs:CreateLogGroup`, and no log group `{}` is defined here",
            arn_pattern(group)
        ))
        .help(format!(
            "Define a log group named `{}` (and choose its retention), or allow \
             `logs:CreateLogGroup` as {} does.",
            arn_pattern(group),
            LOG_GROUP.managed.unwrap_or_default()
        ))
        .holder(holder)
        .function(chain.function)
        .label(chain.function.header.span, "writes its logs there")
        .path_to_role(chain)
        .fingerprint(address.name().as_str())
}

fn help(need: &Need, missing: &[&str], stream: &Text) -> String {
    let resource = arn_pattern(stream);
    let resource = resource.split(":log-stream:").next().unwrap_or(&resource).to_owned();
    format!(
        "Attach `{}`, or allow {} on `{resource}:*`.",
        need.managed_arn().unwrap_or_default(),
        code_list(missing.iter().copied()),
    )
}
