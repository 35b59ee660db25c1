//! A statement allows actions on every resource that could be allowed on one.

use iacscan_core::{Condition, Located, RuleGroup, RuleMeta, Severity, Span, Str, Text};
use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::Resolve;
use iacscan_iam::aws::{Action, Requirement, is_escalation_action, resource_types};

use crate::framework::s3::{Level, level_of_one};
use crate::framework::statements::{
    Item, about, administers, allows_unconditionally, by_condition, covered, is_every_action,
    is_made_by_tool, is_pattern, items, known, only_service, reads_functions, together, unlimited,
    whole_service, written_star,
};
use crate::framework::words::{code_list, list};
use crate::{Context, Draft, Report, Rule};

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
            for reached in role.written_statements() {
                let statement = reached.statement;
                if allows_unconditionally(statement)
                    && administers(role, statement).is_none()
                    && let Some(resource) = everything(role, &reached)
                {
                    check_statement(role, &reached, resource, report);
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

fn check_statement(
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    resource: &Item,
    report: &mut Report<'_>,
) {
    // An ARN of one service's resources leaves only that one open.
    let only = only_service(&role.graph.resolver().resolve(&resource.item.value));
    let scopable: Vec<(Condition, Scopable<'_>)> = items(reached.statement.actions.as_ref())
        .iter()
        .filter_map(|item| {
            let scopable = Scopable::of(&item.item, known(role, &item.item)?)?;
            let is_open = only.as_deref().is_none_or(|only| only == scopable.action.service());
            is_open.then_some(())?;
            let condition = together(role, reached, [&item.condition, &resource.condition])?;
            Some((condition, scopable))
        })
        .collect();
    let by_tool = is_made_by_tool(role, reached);
    let star = if by_tool { written_star(&resource.item.value) } else { None };
    // Logs on all groups are what AWS's own policy grants: they matter only by themselves.
    let beyond_logs = scopable.iter().any(|(_, action)| !action.logs);
    let kept = scopable.into_iter().filter(|(_, action)| !(beyond_logs && action.logs)).collect();
    for (condition, actions) in by_condition(kept) {
        let severity = if beyond_logs { META.severity } else { Severity::Info };
        let draft = draft(severity, &resource.item, star, &actions);
        report.when(&condition, about(role, reached, &condition, draft));
    }
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
            ["logs:Create*", "logs:Put*"].iter().any(|logs| name.eq_ignore_ascii_case(logs))
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

/// Actions on what the call carries. The Service Authorization Reference lists a resource for them,
/// a lexicon or a model of one's own, that a call may name and mostly does not.
const WORK_ON_INPUT: &[&str] = &[
    "comprehend:DetectEntities",
    "polly:StartSpeechSynthesisTask",
    "polly:SynthesizeSpeech",
    "rekognition:DetectModerationLabels",
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
) -> Draft {
    let list = code_list(actions.iter().map(|action| action.name.as_str()));
    let mut place = resource.as_ref().map(|_| ());
    place.span = star.unwrap_or(resource.span);
    let draft = Draft::at(&META, severity, &place, "every resource there is")
        .message(format!("{{functions}} may use {list} on every resource of the account"))
        .fingerprint(list);
    let Some(first) = actions.first() else { return draft };
    let draft = draft.label(
        first.item.span,
        format!("`{}` can be limited to resources", first.action.full_name),
    );
    // A template of a tool makes the ARN of the name that it is given.
    if star.is_some() && resource.value.segments().len() > 1 {
        return draft.help("Give the name of the resource; a prefix such as `orders-*` will do.");
    }
    draft.help(match example(actions) {
        Some(example) => format!(
            "Name the resources, as {example}; a prefix such as `orders-*` will do. Actions that \
                 cannot be limited belong into a statement of their own."
        ),
        None => "Name the resources; a prefix such as `orders-*` will do.".to_owned(),
    })
}

/// For each level of S3's resources that actions are done to, its ARN and one of those actions.
fn of_s3(actions: &[Scopable<'_>]) -> Option<String> {
    let mut said: Vec<(Level, String)> = Vec::new();
    for scopable in actions.iter().filter(|it| it.action.service() == "s3") {
        for level in covered(&scopable.name).iter().filter_map(level_of_one) {
            let format = match level {
                Level::Bucket => "arn:aws:s3:::${BucketName}",
                Level::Object => "arn:aws:s3:::${BucketName}/${ObjectName}",
            };
            if said.iter().all(|(known, _)| *known != level) {
                said.push((level, format!("`{format}` for `{}`", scopable.name)));
            }
        }
    }
    // Both for one pattern.
    said.sort_by_key(|(level, _)| *level == Level::Object);
    (!said.is_empty()).then(|| list(said.into_iter().map(|(_, words)| words)))
}

/// An action with the ARN of what it is done to: the first whose name speaks of that, else the first.
fn example(actions: &[Scopable<'_>]) -> Option<String> {
    let known = |scopable: &Scopable<'_>| Some((scopable.action, arn_format(&scopable.action)?));
    let mut found = actions.iter().filter_map(known);
    let first = found.next()?;
    let speaks = |(_, (said, _)): &(Action, (bool, String))| *said;
    let (action, (_, format)) = if first.1.0 { first } else { found.find(speaks).unwrap_or(first) };
    let of_s3 = || of_s3(actions).filter(|_| action.service() == "s3");
    Some(of_s3().unwrap_or_else(|| format!("`{format}` for `{}`", action.full_name)))
}

/// The ARN of what the action is done to, with the parts that vary in capitals. Of several kinds of
/// resources it is the one that the action's own name speaks of, else one that a grant must name,
/// else one of the service itself.
///
/// With whether it does.
fn arn_format(action: &Action) -> Option<(bool, String)> {
    let said = letters(action.full_name.split(':').next_back()?);
    let own = format!(":{}:", action.service());
    let kinds: Vec<(&str, bool, &str)> = action
        .resource_types()
        .filter_map(|wanted| {
            let kind = resource_types(action.service()).find(|kind| kind.name == wanted.name)?;
            let required = wanted.requirement == Requirement::Required;
            Some((kind.name, required, kind.arn_formats().next()?))
        })
        .collect();
    // `hubv2` beside `hub`.
    let is_second = |name: &str| {
        name.strip_suffix("v2").is_some_and(|first| kinds.iter().any(|kind| kind.0 == first))
    };
    // Of several that the name speaks of it is the first, else the last: the most special.
    let place = |said: usize, index: usize| if said > 0 { kinds.len() - index } else { index };
    let (said, format) = kinds
        .iter()
        .enumerate()
        .map(|(index, (kind, required, format))| {
            (index, spoken(&said, kind), *required, is_second(kind), *format)
        })
        .max_by_key(|(index, said, required, second, format)| {
            (*said, *required, format.contains(&own), !second, place(*said, *index))
        })
        .map(|(_, said, _, _, format)| (said, format))?;
    let format = format
        .replace("${Partition}", "aws")
        .replace("${Region}", "REGION")
        .replace("${Account}", "ACCOUNT");
    // Policies name a group of logs with all that is in it; Lambda makes up the names of streams.
    let group = format.strip_suffix(":log-stream:${LogStreamName}").unwrap_or(&format);
    let is_group = group.ends_with(":log-group:${LogGroupName}");
    Some((said > 0, if is_group { format!("{group}:*") } else { format }))
}

/// How many letters of a kind's name the letters of an action's hold: all of them, `log-group` in
/// `CreateLogGroup`, or those of its last word, `foundation-model` in `InvokeModel`. The name of an
/// action begins with a verb.
fn spoken(action: &str, kind: &str) -> usize {
    let last = kind.rsplit('-').next().unwrap_or(kind);
    let is_said = |name: &&str| action.find(&letters(name)).is_some_and(|at| at > 0);
    [kind, last].into_iter().find(is_said).map_or(0, str::len)
}

/// The letters of a name, so that `log-group` is found in `CreateLogGroup`.
fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
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

    #[test]
    fn help_shows_the_arn() {
        let cases = [
            ("s3:GetObject", "arn:aws:s3:::${BucketName}/${ObjectName}"),
            ("ec2:RunInstances", "arn:aws:ec2:REGION:ACCOUNT:instance/${InstanceId}"),
            ("ec2:ModifyInstanceAttribute", "arn:aws:ec2:REGION:ACCOUNT:instance/${InstanceId}"),
            ("rds:StartDBCluster", "arn:aws:rds:REGION:ACCOUNT:cluster:${DbClusterInstanceName}"),
            (
                "states:DescribeExecution",
                "arn:aws:states:REGION:ACCOUNT:execution:${StateMachineName}:${ExecutionId}",
            ),
            (
                "ssm:AddTagsToResource",
                "arn:aws:ssm:REGION:ACCOUNT:patchbaseline/${PatchBaselineIdResourceId}",
            ),
            ("ses:SendEmail", "arn:aws:ses:REGION:ACCOUNT:identity/${IdentityName}"),
            ("logs:PutRetentionPolicy", "arn:aws:logs:REGION:ACCOUNT:log-group:${LogGroupName}:*"),
            ("logs:CreateLogStream", "arn:aws:logs:REGION:ACCOUNT:log-group:${LogGroupName}:*"),
            ("dynamodb:Query", "arn:aws:dynamodb:REGION:ACCOUNT:table/${TableName}"),
            ("bedrock:InvokeModel", "arn:aws:bedrock:REGION::foundation-model/${ResourceId}"),
            ("securityhub:BatchUpdateFindings", "arn:aws:securityhub:REGION:ACCOUNT:hub/default"),
        ];
        for (name, format) in cases {
            let action = iacscan_iam::aws::action(name).unwrap();
            assert_eq!(arn_format(&action).unwrap().1, format, "{name}");
        }
        let [tags, put] = ["ssm:AddTagsToResource", "ssm:PutParameter"]
            .map(|name| Located::new(Text::from(name), Span::NONE));
        let actions =
            [&tags, &put].map(|it| Scopable::of(it, it.value.to_string().into()).unwrap());
        assert!(example(&actions).unwrap().ends_with("for `ssm:PutParameter`"));
    }
}
