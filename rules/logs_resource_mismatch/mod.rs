//! The role may write logs, but not to the function's log group.

use iacscan_core::{
    Attribute, Located, ResourceAttribute, RuleGroup, RuleMeta, Segment, Severity, Span, Step,
    Text, Truth,
};
use iacscan_graph::{Chain, Grant, LinkedRole};
use iacscan_iam::{Case, Resolve, matches_pattern};

use crate::framework::inputs::Inputs;
use crate::framework::spell::{exactly, noted, spell};
use crate::framework::words::code_list;
use crate::needs::{
    arn_pattern, edge_log_stream, granted_elsewhere, log_group_name, log_stream, may_be_own,
    may_write_at_edge, missing_logs, split, streams_of,
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
            if let Some(draft) = mismatch(context, chain, role, &log_stream(&log_group_name(chain)))
            {
                if !may_write_at_edge(context, chain, role) {
                    report.in_chain(chain, draft);
                }
            } else if context.runs_at_edge(chain.id)
                && let Some(draft) = mismatch(context, chain, role, &edge_log_stream(chain))
            {
                report.in_chain(chain, draft);
            }
        }
    }
}

fn mismatch(
    context: &Context<'_>,
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    stream: &Text,
) -> Option<Draft> {
    let missing: Vec<&'static str> = missing_logs(chain, stream)
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
        "is the log group without its streams"
    } else if named(chain) == Some(resource.span) {
        "is no log group of the function, though it names it"
    } else {
        "is not the log group of the function"
    };
    let on = if is_bare && others.is_empty() {
        "the log group, and not on its streams"
    } else {
        "other log groups than"
    };
    let at_edge = Inputs::of(chain, role).filter(|_| context.runs_at_edge(chain.id));
    let at_edge = at_edge.and_then(|inputs| inputs.running_at_edge());
    let draft = Draft::at(&META, META.severity, resource, label)
        .message(format!(
            "{{functions}} cannot write logs: role {{role}} allows {actions} on {on} {{resources}}"
        ))
        .mend([vec![match corrected(chain, role, first, resource, stream, is_bare) {
            _ if at_edge.is_some() => at_edge?,
            Some(text) => Step::Replace { text },
            None => Step::Allow {
                roles: vec![role.role.header.address.name().to_string()],
                actions: missing.iter().map(ToString::to_string).collect(),
                resources: vec![spell(chain, &own_streams(chain, role, stream))],
                place: None,
                into: None,
            },
        }]])
        .names(group)
        .holder(first.attached.document_holder(chain.graph))
        .function(chain.function)
        .path_to_role(chain)
        .through(first.attached)
        .fingerprint(resource.value.to_string());
    let mut others: Vec<Span> = others.into_iter().map(|other| other.span).collect();
    others.retain(|span| *span != resource.span);
    let draft = others.into_iter().fold(draft, |draft, span| draft.label(span, "nor is this"));
    Some(match named(chain) {
        Some(span) if span == resource.span => draft,
        Some(span) => draft.label(span, "names the log group"),
        None if !may_be_own(chain, &resource.value) => draft.label(
            chain.function.header.span,
            "gets a generated name, which ends in random characters",
        ),
        None => draft.label(chain.function.header.span, "writes its logs with this role"),
    })
}

/// What a policy of the role names for all streams of the group of a log stream: the role cannot
/// refer to the function, which waits for it, but to what a generated name of it is made of.
fn own_streams(chain: &Chain<'_>, role: &LinkedRole<'_>, stream: &Text) -> Text {
    let (function, role) = (&chain.function.header.address, &role.role.header.address);
    let is_beside = function.unit() == role.unit() && function.scope() == role.scope();
    let unit = chain.graph.unit_of(chain.id).filter(|_| is_beside);
    let name = unit.and_then(|unit| unit.language.generated_function_name(function.name()));
    let mut text = Text::new();
    for segment in streams_of(stream).segments() {
        match (segment, &name) {
            (Segment::Reference { target, attribute: ResourceAttribute::Name }, Some(name))
                if target == function =>
            {
                text.extend(name);
            }
            _ => text.push(segment.clone()),
        }
    }
    text
}

/// What the resource is to be, where it is the only function's that it can be for: with its streams
/// where they are all it lacks, else with the name of the function's log group in place of the
/// other.
fn corrected(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    grant: &Grant<'_>,
    resource: &Located<Text>,
    stream: &Text,
    is_bare: bool,
) -> Option<String> {
    let graph = chain.graph;
    let holder = grant.attached.document_holder(graph);
    let is_for_one = graph.users_of(role.id).len() == 1 && !graph.is_for_several(grant.statement);
    if !is_for_one || holder.is_by_tool() || holder.is_shown_at_call() {
        return None;
    }
    let new = if is_bare {
        let mut whole = resource.value.clone();
        whole.extend(&Text::from(":*"));
        whole
    } else {
        let streams = own_streams(chain, role, stream);
        let (mut whole, _) = split(&resource.value, GROUP)?;
        whole.extend(&Text::from(GROUP));
        whole.extend(&split(&streams, GROUP)?.1);
        whole
    };
    // The function waits for its role.
    let own = [&chain.function.header.address, &role.role.header.address];
    let resolved = graph.resolver().resolve(&new);
    let is_right = matches_pattern(&resolved, &graph.resolver().resolve(stream), Case::Sensitive);
    if is_right.is_false() || new.references().any(|(target, _)| own.contains(&target)) {
        return None;
    }
    let written = exactly(graph, &holder.address, resource, &new)?;
    let language = graph.resolver().unit_of(&holder.address)?.language;
    Some(noted(language, grant.statement, written))
}

/// What stands before the name of a log group in its ARN.
const GROUP: &str = ":log-group:";

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
fn named(chain: &Chain<'_>) -> Option<Span> {
    let known = |attribute: Option<&Attribute<Text>>| attribute?.known().map(|it| it.span);
    known(chain.get(&chain.function.log_group)).or_else(|| known(chain.get(&chain.function.name)))
}

/// Whether a pattern would be right with `:*` behind it, whatever region and account it is for.
fn is_group_without_streams(pattern: &Text, stream: &Text) -> bool {
    let mut whole = pattern.clone();
    whole.extend(&Text::from(":*"));
    let names_group = || {
        let (pattern, stream) = (split(&whole, GROUP)?.1, split(stream, GROUP)?.1);
        Some(matches_pattern(&pattern, &stream, Case::Sensitive))
    };
    !matches_pattern(&whole, stream, Case::Sensitive).is_false()
        && names_group().is_some_and(Truth::is_true)
}
