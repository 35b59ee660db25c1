//! A written statement allows whole services on everything.

use iacscan_core::{Condition, Located, RuleGroup, RuleMeta, Severity, Text};
use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::aws::{Action, Tier, actions_of, is_escalation_action, tier_of_service};
use iacscan_iam::{Elements, Resolve, is_effectively_all};

use crate::framework::concerning;
use crate::framework::narrow::{METHODS, made_with_logs};
use crate::framework::replacing_wildcards;
use crate::framework::statements::{ANALYZER, listing, only_service, written_star};
use crate::framework::words::code_list;
use crate::{Context, Draft, Report, Rule};

/// `wildcard-action-on-all-resources`
pub(crate) struct WildcardActionOnAllResources;

static META: RuleMeta = RuleMeta {
    id: "wildcard-action-on-all-resources",
    summary: "Every action of a service on every resource",
    group: RuleGroup::Excess,
    severity: Severity::High,
    cwe: &[250, 732],
    page: include_str!("README.md"),
};

impl Rule for WildcardActionOnAllResources {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            for reached in role.written_statements() {
                if let Some(wide) = wide(context, role, &reached) {
                    let condition = reached.condition.clone().and(wide.condition.clone());
                    if condition.is_feasible().is_true() {
                        let advice = advice(context, role, &reached, &wide);
                        let draft = draft(role, &reached, &wide, &condition).help(advice);
                        report.when(&condition, draft);
                    }
                }
            }
        }
    }
}

/// What to write instead of the wildcards.
fn replacement(role: &ExecutionRole<'_>, reached: &Reached<'_>, wide: &Wide<'_>) -> String {
    let services = || wide.actions.iter().map(|(_, service, _)| service.as_str());
    let some = |is: fn(&Action) -> bool| {
        services().any(|it| it == "*" || actions_of(it).any(|action| is(&action)))
    };
    let on = match (some(Action::has_resource_types), some(|it| !it.has_resource_types())) {
        (true, false) => " and the ARNs they are called on",
        (true, true) => " and the ARNs they are called on (`*` for those that take none)",
        (false, _) => "",
    };
    let patterns = wide.actions.iter().map(|(.., action)| action.value.to_string());
    let patterns: Vec<String> = patterns.collect();
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let list = match template(role, reached, wide) {
        Some(template) => format!("Replace `{template}` by a statement with"),
        None => listing(reached, &patterns),
    };
    let methods = match services().any(|it| it == "apigateway") {
        true if on.is_empty() => METHODS.to_owned(),
        true => format!("{METHODS},"),
        false => String::new(),
    };
    let logs = if services().any(|it| it == "logs") {
        made_with_logs(role).unwrap_or_default()
    } else {
        ""
    };
    format!("{list} the actions that are called{methods}{on}. {ANALYZER}{logs}")
}

/// The policy template of SAM that a statement comes from, where its user did not write the `*`.
fn template<'g>(
    role: &ExecutionRole<'g>,
    reached: &Reached<'g>,
    wide: &Wide<'_>,
) -> Option<&'g str> {
    let made = reached.attached.inline(role.graph).and_then(|inline| inline.template.as_ref());
    made.filter(|_| written_star(&wide.resource.value).is_none()).map(AsRef::as_ref)
}

/// A statement that lets functions write their logs, and names nothing else, is to be replaced by
/// what is made for that.
fn advice(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    wide: &Wide<'_>,
) -> String {
    let actions: Vec<&Located<Text>> = wide.actions.iter().map(|(.., action)| *action).collect();
    let all = reached.statement.actions.as_ref().map_or(0, |all| all.items.items.len());
    let is_of_logs = match wide.actions.as_slice() {
        [(_, service, _)] => service == "logs" && all == 1,
        _ => false,
    };
    let replace = replacement(role, reached, wide);
    match replacing_wildcards(context, role, reached, &actions) {
        Some(it) if is_of_logs && it.is_for_logs => format!(
            "Remove this statement, and in its place {}. If the code itself calls CloudWatch Logs, \
             allow those actions as well, on the ARNs they are called on.",
            it.steps()
        ),
        Some(it) => it.behind(&replace),
        None => replace,
    }
}

/// The wildcard actions of a statement, the gravest first and of these what gives power, and the resource that leaves nothing
/// out.
struct Wide<'s> {
    actions: Vec<(Severity, Service, &'s Located<Text>)>,
    resource: &'s Located<Text>,
    condition: Condition,
}

/// A service of which every action is allowed: its prefix, `*` for all of them.
type Service = String;

fn wide<'s>(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    reached: &Reached<'s>,
) -> Option<Wide<'s>> {
    let statement = reached.statement;
    let (actions, resources) = (statement.actions.as_ref()?, statement.resources.as_ref()?);
    if !statement.is_allow()
        || !statement.conditions.is_none()
        || actions.negated
        || resources.negated
    {
        return None;
    }
    let resource = unlimited_resource(role, resources)?;
    let mut found: Vec<(Severity, Service, &Located<Text>)> = Vec::new();
    let mut condition = Condition::Never;
    for item in &actions.items.items {
        let Some(service) = service_in_full(&role.graph.resolver().resolve(&item.item.value))
        else {
            continue;
        };
        // Everything on everything is `admin-policy`.
        if service == "*" && resource.0.is_none() {
            return None;
        }
        if !resource.0.as_ref().is_none_or(|only| service == "*" || *only == service) {
            continue;
        }
        if context.denies(role, &format!("{service}:*")) {
            continue;
        }
        condition = condition.or(item.condition.clone());
        found.push((severity(&service, resource.0.as_deref()), service, &item.item));
    }
    found.sort_by_key(|(severity, service, _)| {
        (std::cmp::Reverse(*severity), !gives_power(service))
    });
    if found.is_empty() {
        return None;
    }
    Some(Wide { actions: found, resource: resource.1, condition: condition.and(resource.2) })
}

/// The first resource that leaves nothing out, of one service or of all; and when it stands there.
fn unlimited_resource<'s>(
    role: &ExecutionRole<'_>,
    resources: &'s Elements,
) -> Option<(Option<String>, &'s Located<Text>, Condition)> {
    resources.items.items.iter().find_map(|item| {
        let text = role.graph.resolver().resolve(&item.item.value);
        if !is_effectively_all(&text).is_true() {
            return None;
        }
        Some((only_service(&text), &item.item, item.condition.clone()))
    })
}

/// `s3` of `s3:*`, `*` of `*`. All actions of a service that does not exist are none.
fn service_in_full(action: &Text) -> Option<Service> {
    let action = action.as_known()?;
    if matches!(action.as_str(), "*" | "*:*") {
        return Some("*".to_owned());
    }
    let (service, name) = action.split_once(':')?;
    let all = !name.is_empty() && name.bytes().all(|byte| byte == b'*');
    let exists = || iacscan_iam::aws::service(service).is_some();
    (all && exists()).then(|| service.to_ascii_lowercase())
}

/// Whether who may do everything in a service may take what permissions there are.
fn gives_power(service: &str) -> bool {
    service == "*" || actions_of(service).any(|action| is_escalation_action(action.full_name))
}

/// What a service with little of the customer's in it weighs less.
fn severity(service: &str, only: Option<&str>) -> Severity {
    let service = if service == "*" { only.unwrap_or(service) } else { service };
    match tier_of_service(service) {
        Tier::OtherService => Severity::Medium,
        _ => META.severity,
    }
}

fn draft(
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    wide: &Wide<'_>,
    condition: &Condition,
) -> Draft {
    let Some(((severity, _, primary), others)) = wide.actions.split_first() else {
        return Draft::new(&META, META.severity, wide.resource.span, "every resource");
    };
    let (severity, what) = match template(role, reached, wide) {
        // Whoever names a template of SAM did not choose what it allows.
        Some(template) => (Severity::Low.min(*severity), format!("`{template}`")),
        None => (*severity, "this statement".to_owned()),
    };
    let actions: Vec<String> =
        wide.actions.iter().map(|(.., action)| action.value.to_string()).collect();
    let actions = code_list(actions.iter().map(String::as_str));
    let draft = Draft::at(&META, severity, primary, "every action")
        .message(format!("{what} allows {{functions}} {actions} on every resource"))
        .holder(reached.attached.document_holder(role.graph))
        .label(wide.resource.span, "on every resource")
        .fingerprint(actions);
    let draft =
        others.iter().fold(draft, |draft, (.., action)| draft.label(action.span, "every action"));
    concerning(role, &role.functions_when(condition), draft)
        .through(reached.attached)
        .step(reached.statement.span, "and this statement allows it")
}
