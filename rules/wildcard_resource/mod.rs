//! A statement allows actions on every resource that could be allowed on one.

use std::collections::BTreeSet;

use iacscan_core::{Address, Condition, Located, RuleGroup, RuleMeta, Severity, Span, Str, Text};
use iacscan_graph::lower::references;
use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::Resolve;
use iacscan_iam::aws::{Action, is_escalation_action};

use crate::framework::statements::{
    Item, about, administers, all_unlimited, allows_unconditionally, by_condition, covered,
    is_every_action, is_made_by_tool, is_pattern, items, known, only_service, reads_functions,
    together, unlimited, whole_service, written_star,
};
use crate::framework::words::code_list;
use crate::{Context, Draft, Report, Rule};

mod declared;
mod forms;
mod gateway;
mod help;
mod left;
mod logs;
mod made;
mod parts;
mod proposals;
mod regions;

use help::Help;
use logs::OwnGroups;

/// `wildcard-resource`
pub(crate) struct WildcardResource;

static META: RuleMeta = RuleMeta {
    id: "wildcard-resource",
    summary: "Resource `*` where an ARN is possible",
    group: RuleGroup::Excess,
    severity: Severity::Medium,
    cwe: &[732],
    page: include_str!("README.md"),
};

impl Rule for WildcardResource {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn takes_justification(&self) -> bool {
        true
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            let around = Around { context, logs: OwnGroups::of(context, role), told: told(role) };
            // The `*` that SAM's policy templates are called with, which all of their statements share.
            let mut called_with = BTreeSet::new();
            for reached in role.written_statements() {
                let statement = reached.statement;
                if allows_unconditionally(statement)
                    && administers(role, statement).is_none()
                    && !gateway::pushes_logs(role, statement)
                    && let Some(resource) = everything(role, &reached)
                    && star(role, &reached, resource)
                        .is_none_or(|star| !called_with.contains(&star))
                    && check_statement(role, &around, &reached, resource, report)
                {
                    called_with.extend(star(role, &reached, resource));
                }
            }
        }
    }
}

/// The resource that leaves nothing out; of a SAM policy template the `*` it was called with.
fn everything<'g>(role: &ExecutionRole<'g>, reached: &Reached<'g>) -> Option<&'g Item> {
    if !is_made_by_tool(role, reached) {
        return unlimited(role, reached.statement);
    }
    items(reached.statement.resources.as_ref())
        .iter()
        .find(|item| written_star(&item.item.value).is_some())
}

/// The `*` that a tool was called with, where it made the statement of a template.
fn star(role: &ExecutionRole<'_>, reached: &Reached<'_>, resource: &Item) -> Option<Span> {
    written_star(&resource.item.value).filter(|_| is_made_by_tool(role, reached))
}

/// The other resources that leave nothing of the same out.
fn alike<'g>(role: &ExecutionRole<'g>, reached: &Reached<'g>, resource: &Item) -> Vec<&'g Item> {
    if is_made_by_tool(role, reached) {
        return Vec::new();
    }
    let only = |item: &Item| only_service(&role.graph.resolver().resolve(&item.item.value));
    let all = all_unlimited(role, reached.statement);
    all.filter(|item| !std::ptr::eq(*item, resource) && only(item) == only(resource)).collect()
}

/// What is asked of a statement beside itself.
struct Around<'c, 'g> {
    context: &'c Context<'g>,
    /// The log groups of the functions that run with the role.
    logs: Option<OwnGroups>,
    /// What the environment variables of the functions that run with the role refer to.
    told: Vec<Address>,
}

fn told(role: &ExecutionRole<'_>) -> Vec<Address> {
    let functions = role.functions.iter().filter_map(|user| role.graph.function(user.item));
    let mut told = Vec::new();
    for variable in functions.flat_map(|function| function.environment.all()) {
        references(&variable.value, &mut told);
    }
    told
}

/// Reports what a statement allows, and says whether there is something to report.
fn check_statement(
    role: &ExecutionRole<'_>,
    around: &Around<'_, '_>,
    reached: &Reached<'_>,
    resource: &Item,
    report: &mut Report<'_>,
) -> bool {
    // An ARN of one service's resources leaves only that one open.
    let only = only_service(&role.graph.resolver().resolve(&resource.item.value));
    let scopable: Vec<(Condition, Scopable<'_>)> = items(reached.statement.actions.as_ref())
        .iter()
        .filter_map(|item| {
            let name = known(role, &item.item).filter(|name| !around.context.denies(role, name))?;
            let scopable = Scopable::of(&item.item, name)?;
            let is_open = only.as_deref().is_none_or(|only| only == scopable.action.service());
            is_open.then_some(())?;
            let condition = together(role, reached, [&item.condition, &resource.condition])?;
            Some((condition, scopable))
        })
        .collect();
    let star = star(role, reached, resource);
    let alike = alike(role, reached, resource);
    // A template of a tool makes the ARN of the name that it is given.
    let takes_name = star.is_some() && resource.item.value.segments().len() > 1;
    // Logs on all groups are what AWS's own policy grants: they matter only by themselves.
    let beyond_logs = scopable.iter().any(|(_, action)| !action.logs);
    let kept: Vec<_> =
        scopable.into_iter().filter(|(_, action)| !(beyond_logs && action.logs)).collect();
    let is_reported = !kept.is_empty();
    for (condition, actions) in by_condition(kept) {
        let severity = if beyond_logs { META.severity } else { Severity::Info };
        let names: Vec<&str> = actions.iter().map(|action| action.name.as_str()).collect();
        // What is written once for several roles is not for one of their functions.
        let is_for_several = role.graph.is_for_several(reached.statement);
        let logs = around.logs.as_ref().filter(|_| !is_for_several);
        let told = if is_for_several { &[] } else { around.told.as_slice() };
        let shared = around.context.shared().help(reached, &resource.item);
        let help = Help {
            role,
            reached,
            names: &names,
            star: &resource.item,
            alike: &alike,
            logs,
            told,
            is_divided: shared.is_some(),
        }
        .text(takes_name);
        let help = match shared {
            Some(shared) => format!("{shared} {help}"),
            None => help,
        };
        let draft = draft(severity, &resource.item, star, &actions, help);
        let draft = alike
            .iter()
            .fold(draft, |draft, item| draft.label(item.item.span, "is every resource too"));
        report.when(&condition, about(role, reached, &condition, draft));
    }
    is_reported
}

/// An action that can be allowed on single resources.
struct Scopable<'s> {
    item: &'s Located<Text>,
    name: Str,
    /// The first such action, one that is still to be used where there is one.
    action: Action,
    /// It writes logs.
    logs: bool,
}

impl<'s> Scopable<'s> {
    /// `None` for what cannot be scoped, for what AWS checks unscoped, and for what graver rules
    /// report: whole services and escalation.
    fn of(item: &'s Located<Text>, name: Str) -> Option<Self> {
        let is_graver = is_every_action(&name) || whole_service(&name).is_some();
        if is_graver || name.eq_ignore_ascii_case("ec2:Describe*") {
            return None;
        }
        let covered = covered(&name);
        let gives_power = |name: &str| is_escalation_action(name) || reads_functions(name);
        if covered.iter().any(|action| gives_power(action.full_name)) {
            return None;
        }
        let action = *covered
            .iter()
            .filter(|action| action.has_resource_types() && !is_checked_unscoped(action.full_name))
            .min_by_key(|action| SUPERSEDED.contains(&action.full_name))?;
        let logs = if is_pattern(&name) {
            // What is narrower than these is no graver.
            let name = name.to_ascii_lowercase();
            matches!(name.as_str(), "logs:create*" | "logs:put*")
                || ["logs:createlog", "logs:putlog"].iter().any(|start| name.starts_with(start))
        } else {
            WRITES_LOGS.contains(&action.full_name)
        };
        Some(Self { item, name, action, logs })
    }
}

/// Whether the action is checked on all resources: by Lambda, for the network interfaces of a VPC,
/// or by the service, in calls that name no resource.
fn is_checked_unscoped(full_name: &str) -> bool {
    NETWORK.contains(&full_name) || WORK_ON_INPUT.contains(&full_name)
}

/// Actions on what the call carries or on the whole account. The Service Authorization Reference
/// lists a resource for them, a lexicon, a model or a billing view of one's own, that a call may name
/// and mostly does not; a schema is looked up by the id of its version, which AWS's own examples allow
/// on `*`.
const WORK_ON_INPUT: &[&str] = &[
    "ce:GetCostAndUsage",
    "ce:GetCostAndUsageComparisons",
    "ce:GetCostAndUsageWithResources",
    "ce:GetCostCategories",
    "ce:GetCostComparisonDrivers",
    "ce:GetCostForecast",
    "ce:GetDimensionValues",
    "ce:GetTags",
    "ce:GetUsageForecast",
    "comprehend:DetectEntities",
    "glue:GetSchemaVersion",
    "polly:StartSpeechSynthesisStream",
    "polly:StartSpeechSynthesisTask",
    "polly:SynthesizeSpeech",
    "rekognition:DetectModerationLabels",
    "rekognition:StartMediaAnalysisJob",
    "translate:StartTextTranslationJob",
    "translate:TranslateDocument",
    "translate:TranslateText",
];

/// Actions that AWS advises against, in favour of another.
const SUPERSEDED: &[&str] = &["lambda:InvokeAsync"];

const NETWORK: &[&str] = &[
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "ec2:UnassignPrivateIpAddresses",
];

const WRITES_LOGS: &[&str] = &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

fn draft(
    severity: Severity,
    resource: &Located<Text>,
    star: Option<Span>,
    actions: &[Scopable<'_>],
    help: String,
) -> Draft {
    let list = code_list(actions.iter().map(|action| action.name.as_str()));
    let mut place = resource.as_ref().map(|_| ());
    place.span = star.unwrap_or(resource.span);
    let draft = Draft::at(&META, severity, &place, "every resource there is")
        .message(format!("{{functions}} may use {list} on every resource of the account"))
        .fingerprint(list);
    let Some(first) = actions.first() else { return draft };
    let label = format!("`{}` can be limited to resources", first.action.full_name);
    draft.label(first.item.span, label).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_scoped() {
        let cases = [
            ("s3:GetObject", Some(false)),
            ("s3:Get*", Some(false)),
            ("dynamodb:PutItem", Some(false)),
            ("logs:PutLogEvents", Some(true)),
            ("logs:Create*", Some(true)),
            ("logs:CreateLog*", Some(true)),
            ("logs:PutLogEv*", Some(true)),
            ("logs:PutR*", Some(false)),
            ("logs:DescribeLogStreams", Some(false)),
            ("xray:PutTraceSegments", None),
            ("ec2:Describe*", None),
            ("ec2:CreateNetworkInterface", None),
            ("kafka:GetBootstrapBrokers", None),
            ("dynamodb:ListStreams", None),
            ("kinesis:ListStreams", None),
            ("cloudwatch:PutMetricData", None),
            ("polly:SynthesizeSpeech", None),
            ("polly:GetLexicon", Some(false)),
            ("glue:GetSchemaVersion", None),
            ("glue:GetSchema", Some(false)),
            ("ce:GetCostAndUsage", None),
            ("s3:*", None),
            ("iam:PassRole", None),
            ("lambda:GetFunctionConfiguration", None),
            ("lambda:GetAlias", Some(false)),
            ("nosuchservice:DoThings", None),
        ];
        for (name, expected) in cases {
            let item = Located::new(Text::from(name), Span::NONE);
            let found = Scopable::of(&item, name.into()).map(|scopable| scopable.logs);
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn actions_on_input_exist() {
        assert!(WORK_ON_INPUT.is_sorted());
        for name in WORK_ON_INPUT {
            assert!(iacscan_iam::aws::action(name).unwrap().has_resource_types(), "{name}");
        }
    }
}
