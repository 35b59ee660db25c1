//! Several functions run with one role.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use iacscan_core::{Address, Attribute, Condition, Guarded, RuleGroup, RuleMeta, Severity, Span};
use iacscan_graph::instances::are_beside;
use iacscan_graph::nodes::{Author, Function, Header, InvalidPolicyProblem};
use iacscan_graph::{ExecutionRole, FunctionId, FunctionLink, Graph};

use crate::framework::words;
use crate::{Context, Draft, Report, Rule};

/// `shared-execution-role`
pub(crate) struct SharedExecutionRole;

static META: RuleMeta = RuleMeta {
    id: "shared-execution-role",
    summary: "Several functions share one role",
    group: RuleGroup::Sharing,
    severity: Severity::Medium,
    cwe: &[653],
    page: include_str!("README.md"),
};

impl Rule for SharedExecutionRole {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            if context.options.allows_role(META.id, role.role) {
                continue;
            }
            if let Some((condition, functions)) = sharing(role) {
                report.when(&condition, draft(context, role, &functions));
            }
        }
    }
}

/// The functions that run with the role side by side, and when they do: copies behind conditions
/// that exclude each other share nothing.
fn sharing(role: &ExecutionRole<'_>) -> Option<(Condition, Vec<FunctionId>)> {
    let mut users: Vec<(Condition, FunctionId)> = Vec::new();
    let by_places = LazyCell::new(|| by_places(role));
    for Guarded { condition, item } in role.functions {
        let function = role.graph.function(*item)?;
        // SAM refuses the template where `Globals` names the role: one text there, for several.
        if is_refused_in_globals(function)
            && by_places.get(&places(function)).is_some_and(|users| users.len() > 1)
        {
            continue;
        }
        let condition = function.header.condition.clone().and(condition.clone());
        // What a default keeps from being there runs with nothing.
        if condition.is_feasible().is_false() {
            continue;
        }
        match users.iter_mut().find(|(_, id)| id == item) {
            Some((known, _)) => *known = known.clone().or(condition),
            None => users.push((condition, *item)),
        }
    }
    let always = users.iter().filter(|(condition, _)| condition.is_always()).count();
    if always >= 2 || users.len() < 2 {
        return (always >= 2)
            .then(|| (Condition::Always, users.into_iter().map(|(_, id)| id).collect()));
    }
    // The first that exists together with another, and everybody who does with it.
    let (at, first, second) = users.iter().enumerate().take(MOST).find_map(|(at, (a, _))| {
        let mut later = users.iter().skip(at + 1).take(MOST);
        let (b, _) = later.find(|(b, _)| a.is_compatible(b).is_true())?;
        Some((at, a.clone(), b.clone()))
    })?;
    let together = users
        .iter()
        .skip(at)
        .filter(|(other, _)| first.is_compatible(other).is_true())
        .map(|(_, id)| *id)
        .collect();
    Some((first.and(second), together))
}

/// Whether `Globals` gives the function a role, which SAM does not take there.
fn is_refused_in_globals(function: &Function) -> bool {
    let refused = InvalidPolicyProblem::GlobalsKey("Role".into());
    function.invalid_policies.iter().any(|invalid| invalid.problem == refused)
}

/// Where the role of a function is written.
fn places(function: &Function) -> Vec<Span> {
    function.role.iter().filter_map(|branch| Some(branch.item.known()?.use_span())).collect()
}

/// The functions of a role by where it is written for them.
fn by_places(role: &ExecutionRole<'_>) -> BTreeMap<Vec<Span>, BTreeSet<FunctionId>> {
    let mut users: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for Guarded { item, .. } in role.functions {
        if let Some(function) = role.graph.function(*item) {
            users.entry(places(function)).or_default().insert(*item);
        }
    }
    users
}

/// How many users behind conditions are compared with each other.
const MOST: usize = 16;

/// What makes sharing grave: that anybody calls one of the functions, and too much is shared.
struct Exposure {
    url: Span,
    excess: Span,
}

impl Exposure {
    fn of(context: &Context<'_>, functions: &[FunctionId]) -> Option<Self> {
        let url = functions.iter().find_map(|id| public_url(context.graph, *id))?;
        let excess = functions.iter().find_map(|id| context.excess(*id))?;
        Some(Self { url, excess })
    }
}

/// Whether it allows to write logs, or nothing at all.
fn holds_nothing_but_logs(role: &ExecutionRole<'_>) -> bool {
    let only_logs = |attached: &iacscan_graph::Attached| match attached.existing_aws() {
        Some(policy) => policy.record.name == "AWSLambdaBasicExecutionRole",
        None => attached.written(role.graph).is_some(),
    };
    let writes_logs = |action: &str| {
        let action = action.to_ascii_lowercase();
        ["logs:create", "logs:put"].iter().any(|start| action.starts_with(start))
    };
    role.gaps().is_empty()
        && role.perhaps().is_empty()
        && role.attached().all(only_logs)
        && role.written_statements().iter().all(|reached| {
            reached.statement.is_deny()
                || reached.statement.actions.as_ref().is_some_and(|actions| {
                    !actions.negated
                        && actions.items.gaps.is_empty()
                        && actions
                            .items
                            .all()
                            .all(|action| action.value.as_known().is_some_and(|a| writes_logs(&a)))
                })
        })
}

/// Where it is written that anybody may call the function by its URL.
fn public_url(graph: &Graph, function: FunctionId) -> Option<Span> {
    let (unit, index) = (graph.unit_of(function)?, graph.unit_index(function)?);
    unit.urls.iter().find_map(|url| {
        let open = url.auth_type.iter().find_map(|branch| match &branch.item {
            Attribute::Known(kind) if kind.value.as_str() == Some("NONE") => Some(kind.span),
            _ => None,
        })?;
        let links = graph.link_function(index, &url.function);
        let is_its = links.iter().any(|link| link.item == FunctionLink::Function(function));
        is_its.then(|| url.by_input.unwrap_or(open))
    })
}

fn own_roles(role: &ExecutionRole<'_>, functions: &[FunctionId]) -> String {
    let found = functions.iter().filter_map(|id| role.graph.function(*id));
    let headers: Vec<&Header> = found.map(|function| &function.header).collect();
    let own = &role.role.header.address;
    let mut policies: Vec<&Header> = Vec::new();
    for holder in role.attached().map(|attached| &attached.holder) {
        let names_it = holder.address != *own
            && holder.author == Author::User
            && are_beside(&holder.address, own);
        if names_it && policies.iter().all(|it| it.address != holder.address) {
            policies.push(holder);
        }
    }
    let unit = role.graph.resolver().unit_of(&role.role.header.address);
    unit.map_or_else(String::new, |unit| unit.language.own_roles(role.role, &headers, &policies))
}

fn draft(context: &Context<'_>, role: &ExecutionRole<'_>, functions: &[FunctionId]) -> Draft {
    let header = &role.role.header;
    let found = functions.iter().filter_map(|id| role.graph.function(*id));
    let mut sharing: Vec<Address> = found.clone().map(|it| it.header.address.clone()).collect();
    sharing.sort();
    // Sharing nothing, or write access to logs alone, does no harm.
    let is_harmless = holds_nothing_but_logs(role);
    let exposure = Exposure::of(context, functions).filter(|_| !is_harmless);
    let severity = match &exposure {
        _ if is_harmless => Severity::Info,
        Some(_) => Severity::High,
        None => META.severity,
    };
    let draft = Draft::new(
        &META,
        severity,
        header.type_span,
        format!("is the role of {} functions", functions.len()),
    )
    // Not all the functions of the finding: those of other instances share other roles.
    .message(format!(
        "{} share role {{role}}, so that each has what any of them is given",
        words::functions(context.graph, &sharing)
    ))
    .help(own_roles(role, functions))
    .holder(header)
    .role(&header.address)
    .fingerprint(header.address.name().as_str());
    let draft = found.fold(draft, |draft, function| {
        draft.function(function).label(function.header.span, "runs with it")
    });
    match exposure {
        Some(Exposure { url, excess }) => draft
            .message_more("; anybody may call one of them, and the role allows more than it should")
            .label(url, "asks nobody who they are")
            .label(excess, "more than it should allow"),
        None => draft,
    }
}
