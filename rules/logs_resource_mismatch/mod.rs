//! The role may write logs, but not to the function's log group.

use iacscan_core::{Attribute, Located, RuleGroup, RuleMeta, Severity, Step, Text};
use iacscan_graph::{Chain, Grant, LinkedRole};
use iacscan_iam::{Case, Resolve, matches_pattern};

use crate::framework::spell::spell;
use crate::framework::words::code_list;
use crate::needs::{
    LOGS, arn_pattern, edge_log_stream, granted_elsewhere, log_group_name, log_stream,
    may_write_at_edge, streams_of,
};
use crate::{Context, Draft, Report, Rule};

/// `logs-resource-mismatch`
pub(crate) struct LogsResourceMismatch;

static META: RuleMeta = RuleMeta {
    id: "logs-resource-mismatch",
    summary: "Log permission points at another log group",
    group: RuleGroup::Baseline,
    severity: Severity::Medium,
    cwe: &[778],
    page: include_str!("README.md"),
};

impl Rule for LogsResourceMismatch {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let Some(role) = chain.closed() else { continue };
            if let Some(draft) = mismatch(chain, role, &log_stream(&log_group_name(chain))) {
                if !may_write_at_edge(context, chain, role) {
                    report.in_chain(chain, draft);
                }
            } else if context.runs_at_edge(chain.id)
                && let Some(draft) = mismatch(chain, role, &edge_log_stream(chain))
            {
                report.in_chain(chain, draft);
            }
        }
    }
}

fn mismatch(chain: &Chain<'_>, role: &LinkedRole<'_>, stream: &Text) -> Option<Draft> {
    let missing: Vec<&'static str> = LOGS
        .missing(chain, stream)
        .into_iter()
        .filter(|action| granted_elsewhere(chain, role, action, stream).next().is_some())
        .collect();
    let mut grants: Vec<&Grant<'_>> =
        granted_elsewhere(chain, role, missing.first()?, stream).collect();
    let first = grants.remove(0);
    let (resource, others) =
        resources(chain, first).split_first().map(|(a, b)| (*a, b.to_vec()))?;
    let group = arn_pattern(&streams_of(stream));
    let actions = code_list(missing.iter().copied());
    let resolved = chain.graph.resolver().resolve(&resource.value);
    let is_bare = is_group_without_streams(&resolved, stream);
    let label = if is_bare {
        "is the log group without its streams".to_owned()
    } else {
        "is not the log group of the function".to_owned()
    };
    let draft = Draft::at(&META, META.severity, resource, label)
        .message(format!(
            "{{functions}} cannot write logs: role {{role}} allows {actions} on other log \
             groups than {{resources}}"
        ))
        .mend([vec![Step::Allow {
            roles: vec![role.role.header.address.name().to_string()],
            actions: missing.iter().map(ToString::to_string).collect(),
            resources: vec![spell(chain, &streams_of(stream))],
            place: None,
        }]])
        .names(group)
        .holder(first.attached.document_holder(chain.graph))
        .function(chain.function)
        .path_to_role(chain)
        .through(first.attached)
        .fingerprint(resource.value.to_string());
    let draft =
        others.into_iter().fold(draft, |draft, other| draft.label(other.span, "nor is this"));
    Some(match named(chain) {
        Some(span) => draft.label(span, "names the log group"),
        None => draft.label(chain.function.header.span, "writes its logs with this role"),
    })
}

/// The resources of a grant.
fn resources<'g>(chain: &Chain<'g>, grant: &Grant<'g>) -> Vec<&'g Located<Text>> {
    grant
        .statement
        .resources
        .iter()
        .flat_map(|resources| resources.items.items.iter())
        .filter(|item| item.condition.holds(&chain.world).is_true())
        .map(|item| &item.item)
        .collect()
}

/// Where the function names its log group: the configured group, else its own name.
fn named(chain: &Chain<'_>) -> Option<iacscan_core::Span> {
    let known = |attribute: Option<&Attribute<Text>>| attribute?.known().map(|it| it.span);
    known(chain.get(&chain.function.log_group)).or_else(|| known(chain.get(&chain.function.name)))
}

/// Whether a pattern would be right with `:*` behind it.
fn is_group_without_streams(pattern: &Text, stream: &Text) -> bool {
    let mut whole = pattern.clone();
    whole.extend(&Text::from(":*"));
    matches_pattern(&whole, stream, Case::Sensitive).is_true()
}
