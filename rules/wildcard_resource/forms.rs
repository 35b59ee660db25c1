//! The kinds of resources that actions are done to, with the forms of their ARNs.

use iacscan_iam::aws::{
    self, AccessLevel, Action, ActionResource, Requirement, ResourceType, resource_types,
};

use super::is_checked_unscoped;
use crate::framework::statements::{covered, is_pattern};

/// The form of the ARNs of a kind of resources, with `${Name}` for what varies.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Form {
    /// What it is.
    pub(super) kind: ResourceType,
    /// What its ARNs look like.
    pub(super) arn: String,
}

/// The forms for an action or a pattern: of a pattern those of most actions first.
pub(super) fn forms(pattern: &str) -> Vec<Form> {
    let mut counts = counted(pattern);
    if is_pattern(pattern) {
        let most = counts.first().map_or(0, |(_, count)| *count);
        counts.retain(|(_, count)| count * SELDOM >= most);
    }
    counts.into_iter().map(|(form, _)| form).collect()
}

/// How many kinds of resources the actions of a pattern are done to.
pub(super) fn breadth(pattern: &str) -> usize {
    counted(pattern).len()
}

/// The service of an action.
pub(super) fn service(name: &str) -> &str {
    name.split_once(':').map_or(name, |(service, _)| service)
}

/// The forms, with how many actions each is for.
fn counted(pattern: &str) -> Vec<(Form, usize)> {
    let mut counts: Vec<(Form, usize)> = Vec::new();
    for action in covered(pattern).iter().filter(|it| !is_checked_unscoped(it.full_name)) {
        for form in of_action(action) {
            match counts.iter_mut().find(|(known, _)| known.arn == form.arn) {
                Some((_, count)) => *count += 1,
                None => counts.push((form, 1)),
            }
        }
    }
    if is_pattern(pattern) {
        let is_content = |(form, _): &(Form, usize)| is_of_bucket(&form.kind);
        // What else S3 has is seldom meant.
        if counts.iter().any(is_content) {
            counts.retain(is_content);
        }
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    }
    counts
}

/// A kind that so many times fewer actions of a pattern are done to than to another is seldom meant.
const SELDOM: usize = 3;

fn is_of_bucket(kind: &ResourceType) -> bool {
    kind.service == "s3" && matches!(kind.name, "bucket" | "object")
}

/// One form for each kind that a grant must name; where it need not name any, or any of several
/// does, for the one that the action's own name speaks of, else for each of the few there are. None
/// where an action is done to any of many.
fn of_action(action: &Action) -> Vec<Form> {
    let written: Vec<Form> = WRITTEN
        .iter()
        .filter(|(name, ..)| {
            *name == action.full_name || (is_method(action.full_name) && *name == action.service())
        })
        .filter_map(|(_, kind, arn)| {
            let kind = resource_types(action.service()).find(|it| it.name == *kind)?;
            Some(Form { kind, arn: (*arn).to_owned() })
        })
        .collect();
    if !written.is_empty() {
        return written;
    }
    let said = action.name();
    let mut kinds: Vec<(ResourceType, bool)> = action
        .resource_types()
        .filter_map(|wanted| {
            let kind = resource_types(action.service()).find(|kind| kind.name == wanted.name)?;
            Some((kind, wanted.requirement == Requirement::Required))
        })
        .collect();
    if kinds.iter().any(|(kind, _)| is_of_bucket(kind)) {
        kinds.retain(|(kind, _)| is_of_bucket(kind));
    }
    let needed_too = BESIDE.iter().find(|(it, _)| *it == action.full_name);
    for (kind, required) in &mut kinds {
        *required |= needed_too.is_some_and(|(_, names)| names.contains(&kind.name));
    }
    let is_needed = |(_, required): &(ResourceType, bool)| *required;
    if kinds.iter().any(is_needed) {
        kinds.retain(is_needed);
        kinds.sort_by_key(|(kind, _)| std::cmp::Reverse(spoken(said, kind.name)));
        if let Some((_, count)) = ALTERNATIVES.iter().find(|(it, _)| *it == action.service()) {
            kinds.sort_by_key(|(kind, _)| !USUAL.contains(&(kind.service, kind.name)));
            kinds.truncate(*count);
        }
        return each_once(kinds.into_iter().filter_map(|(kind, _)| Form::of(action, kind)));
    }
    let own = format!(":{}:", action.service());
    let names: Vec<&str> = kinds.iter().map(|(kind, _)| kind.name).collect();
    // `hubv2` beside `hub`.
    let is_second = |name: &str| name.strip_suffix("v2").is_some_and(|it| names.contains(&it));
    let is_usual = |kind: &ResourceType| USUAL.contains(&(kind.service, kind.name));
    let main = kinds.iter().map(|(kind, _)| *kind).enumerate().max_by_key(|(index, kind)| {
        let is_own = kind.arn_formats().any(|format| format.contains(&own));
        (is_usual(kind), spoken(said, kind.name), is_own, !is_second(kind.name), *index)
    });
    let chosen: Vec<ResourceType> = match main {
        Some((_, main)) if is_usual(&main) || spoken(said, main.name) > 0 => vec![main],
        // Nothing tells which of them is meant.
        _ if names.len() <= MOST_ALTERNATIVES => {
            kinds.iter().map(|(kind, _)| *kind).filter(|kind| !is_second(kind.name)).collect()
        }
        _ => Vec::new(),
    };
    each_once(chosen.into_iter().filter_map(|kind| Form::of(action, kind)))
}

/// Whether an action is a method of HTTP, as API Gateway's are.
pub(super) fn is_method(full_name: &str) -> bool {
    full_name.strip_prefix("apigateway:").is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|letter| letter.is_ascii_uppercase())
    })
}

/// Kinds may have a form in common.
fn each_once(all: impl Iterator<Item = Form>) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    for form in all {
        if forms.iter().all(|known| known.arn != form.arn) {
            forms.push(form);
        }
    }
    forms
}

/// The forms of what a call of an action may name besides what it must name; none for patterns.
pub(super) fn optional(name: &str) -> Vec<Form> {
    let is_checked = |action: &Action| !is_checked_unscoped(action.full_name);
    let Some(action) = aws::action(name).filter(is_checked) else { return Vec::new() };
    let shown = forms(name);
    let is_optional = |wanted: &ActionResource| {
        wanted.requirement == Requirement::Optional
            && shown.iter().all(|form| form.kind.name != wanted.name)
    };
    let (others, needed): (Vec<_>, Vec<_>) = action.resource_types().partition(is_optional);
    let is_usual = needed.iter().any(|wanted| wanted.requirement == Requirement::Required)
        && !shown.iter().any(|form| is_of_bucket(&form.kind));
    let own = format!(":{}:", action.service());
    let kinds = resource_types(action.service())
        .filter(|kind| kind.arn_formats().any(|format| format.contains(&own)))
        .filter(|kind| is_usual && others.iter().any(|wanted| wanted.name == kind.name));
    each_once(kinds.filter_map(|kind| Form::of(&action, kind)))
        .into_iter()
        .filter(|form| shown.iter().all(|it| it.arn != form.arn))
        .collect()
}

/// The forms that policies use for an action, or for the methods of a service, where the reference
/// lists every part that there may be.
const WRITTEN: &[(&str, &str, &str)] = &[
    // An API itself, and what is in it.
    ("apigateway", "RestApi", "arn:${Partition}:apigateway:${Region}::/restapis/${RestApiId}"),
    ("apigateway", "RestApi", "arn:${Partition}:apigateway:${Region}::/restapis/${RestApiId}/*"),
    ("apigateway", "Api", "arn:${Partition}:apigateway:${Region}::/apis/${ApiId}"),
    ("apigateway", "Api", "arn:${Partition}:apigateway:${Region}::/apis/${ApiId}/*"),
    (
        "appsync:GraphQL",
        "graphqlapi",
        "arn:${Partition}:appsync:${Region}:${Account}:apis/${GraphQLAPIId}/*",
    ),
    (
        "execute-api:Invoke",
        "execute-api-general",
        "arn:${Partition}:execute-api:${Region}:${Account}:${ApiId}/${Stage}/*",
    ),
    (
        "execute-api:ManageConnections",
        "execute-api-general",
        "arn:${Partition}:execute-api:${Region}:${Account}:${ApiId}/${Stage}/*/@connections/*",
    ),
    // AWS's own policies limit these, of which the reference lists no resource.
    (
        "codedeploy:PutLifecycleEventHookExecutionStatus",
        "deploymentgroup",
        "arn:${Partition}:codedeploy:${Region}:${Account}:deploymentgroup:${ApplicationName}/${DeploymentGroupName}",
    ),
    (
        "dynamodb:ListStreams",
        "stream",
        "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}/stream/*",
    ),
    ("states:SendTaskFailure", "statemachine", STATE_MACHINE),
    ("states:SendTaskHeartbeat", "statemachine", STATE_MACHINE),
    ("states:SendTaskSuccess", "statemachine", STATE_MACHINE),
];

const STATE_MACHINE: &str =
    "arn:${Partition}:states:${Region}:${Account}:stateMachine:${StateMachineName}";

/// What every call names, or one of it, although the reference lists it as what a call may name.
const BESIDE: &[(&str, &[&str])] = &[
    ("ec2:CreateFlowLogs", &["network-interface", "subnet", "vpc"]),
    ("ec2:CreateNatGateway", &["subnet"]),
    ("ec2:CreateSecurityGroup", &["vpc"]),
    ("ec2:CreateTrafficMirrorTarget", &["network-interface"]),
    ("ec2:RunInstances", &["volume"]),
    ("ssm:SendCommand", &["instance"]),
];

/// Services whose actions the reference lists with several kinds as needed of which a call has one,
/// and how many kinds are meant: a model of Bedrock's is called itself or through a profile.
const ALTERNATIVES: &[(&str, usize)] = &[("bedrock", 2), ("states", 1)];

/// Kinds that are meant most where an action is done to any of many.
const USUAL: &[(&str, &str)] = &[
    ("bedrock", "foundation-model"),
    ("bedrock", "inference-profile"),
    ("elasticloadbalancing", "loadbalancer/app/"),
    ("events", "rule-on-default-event-bus"),
    ("execute-api", "execute-api-general"),
    ("logs", "log-group"),
    ("ssm", "parameter"),
    ("states", "statemachine"),
];

/// Of more kinds than that, no one is likelier than the others.
const MOST_ALTERNATIVES: usize = 3;

impl Form {
    pub(super) fn of(action: &Action, kind: ResourceType) -> Option<Self> {
        let format = kind.arn_formats().next()?;
        // Lambda makes up the names of streams.
        let group = format.strip_suffix(":log-stream:${LogStreamName}").unwrap_or(format);
        // Policies name a group of logs with all that is in it, but for the actions on any ARN's tags.
        let names_any_arn = action.name().ends_with("Resource")
            && (action.level == AccessLevel::Tagging || action.level == AccessLevel::List);
        let is_whole = group.ends_with(":log-group:${LogGroupName}") && !names_any_arn;
        let arn = if is_whole {
            format!("{group}:*")
        } else if action.service() == "es" && action.name().starts_with("ESHttp") {
            // Requests are made to what is below a domain.
            format!("{format}/*")
        } else if kind.name == "foundation-model" {
            // A profile calls the model in other regions too.
            format.replace("${Region}", "*")
        } else if (kind.service, kind.name) == ("glue", "schema") {
            // The reference leaves the registry out.
            format.replace("schema/", "schema/${RegistryName}/")
        } else if kind.service == "organizations" {
            // What is in an organization belongs to its management account, whichever calls.
            format.replace("${Account}", "${ManagementAccountId}")
        } else if finds_all(action) {
            format
                .rsplit_once("${")
                .map_or_else(|| format.to_owned(), |(begin, _)| format!("{begin}*"))
        } else {
            of_any_balancer(action, format).unwrap_or_else(|| format.to_owned())
        };
        // Some of the reference's ARNs call the caller's account otherwise, or name nothing but an id.
        let arn = arn.replacen(":${AccountId}:", ":${Account}:", 1);
        let arn = owned(&arn)
            .replace("${ResourceId}", &named_after(kind.name, "Id"))
            .replace("${Id}", &named_after(kind.name, "Id"))
            .replace("${Name}", &named_after(kind.name, "Name"));
        Some(Self { kind, arn })
    }
}

/// An ARN with the id of what the resource belongs to called after that.
fn owned(arn: &str) -> String {
    match arn.split_once("/${ResourceId}/") {
        Some((before, behind)) if behind.contains("${") => {
            let owner = before.rsplit(['/', ':']).next().unwrap_or_default();
            format!("{before}/{}/{behind}", named_after(owner, "Id"))
        }
        _ => arn.to_owned(),
    }
}

/// The ARN of a load balancer, or of what belongs to one, for any type of them where an action is
/// done to those of several.
fn of_any_balancer(action: &Action, format: &str) -> Option<String> {
    let of_any = |format: &str| {
        let (before, behind) = BALANCERS.iter().find_map(|it| format.split_once(it))?;
        before.contains(":elasticloadbalancing:").then(|| format!("{before}/*/{behind}"))
    };
    let any = of_any(format)?;
    let wanted: Vec<&str> = action.resource_types().map(|wanted| wanted.name).collect();
    let formats = resource_types(action.service())
        .filter(|kind| wanted.contains(&kind.name))
        .flat_map(|kind| kind.arn_formats());
    let alike = formats.filter(|format| of_any(format).as_ref() == Some(&any));
    (alike.count() > 1).then_some(any)
}

/// The types of load balancers: for applications, gateways and networks.
const BALANCERS: &[&str] = &["/app/", "/gwy/", "/net/"];

/// Whether a call that names no resource is checked on all of them, as these services do.
pub(super) fn finds_all(action: &Action) -> bool {
    let in_such_service = ["elasticache", "rds", "redshift"].contains(&action.service());
    in_such_service && action.level == AccessLevel::List && action.name().starts_with("Describe")
}

/// What the reference just calls an id or a name, by the kind of resource: `${FoundationModelId}`.
fn named_after(kind: &str, part: &str) -> String {
    let words = kind.split(|c: char| !c.is_ascii_alphanumeric());
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    format!("${{{}{part}}}", words.map(capital).collect::<String>())
}

/// How many letters of a kind's name an action's holds in words of its own: all of them,
/// `log-group` in `CreateLogGroup`, or those of its last word, `foundation-model` in `InvokeModel`.
/// The name of an action begins with a verb.
pub(super) fn spoken(action: &str, kind: &str) -> usize {
    let last = kind.rsplit('-').next().unwrap_or(kind);
    // Tags are those of any resource.
    let action = action.strip_suffix("Resource").unwrap_or(action);
    let lower = action.to_ascii_lowercase();
    let begins_word =
        |at: usize| at > 0 && action.as_bytes().get(at).is_some_and(u8::is_ascii_uppercase);
    let is_said = |name: &&str| {
        let letters = name.replace(|c: char| !c.is_ascii_alphanumeric(), "").to_ascii_lowercase();
        lower.match_indices(&letters).any(|(at, _)| begins_word(at))
    };
    [kind, last].into_iter().find(is_said).map_or(0, str::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_have_the_forms_of_what_they_are_done_to() {
        let cases: [(&str, &[&str]); 33] = [
            (
                "apigateway:GET",
                &["apigateway:RestApi", "apigateway:RestApi", "apigateway:Api", "apigateway:Api"],
            ),
            ("appsync:GraphQL", &["appsync:graphqlapi"]),
            ("lambda:List*", &["lambda:function"]),
            ("s3:GetObject", &["s3:object"]),
            ("s3:PutObjectTagging", &["s3:object"]),
            ("s3:ListBucket", &["s3:bucket"]),
            ("s3:List*", &["s3:bucket", "s3:object"]),
            ("ec2:CreateImage", &["ec2:image", "ec2:instance", "ec2:snapshot"]),
            ("ec2:CreateSnapshot", &["ec2:snapshot", "ec2:volume"]),
            ("ec2:CreateTags", &[]),
            ("batch:TagResource", &[]),
            ("ec2:DetachNetworkInterface", &["ec2:network-interface", "ec2:instance"]),
            ("rds:CreateDBClusterSnapshot", &["rds:cluster-snapshot", "rds:cluster"]),
            ("rds:StartDBCluster", &["rds:cluster"]),
            ("rds:AddTagsToResource", &[]),
            ("rds:ListTagsForResource", &[]),
            ("states:DescribeExecution", &["states:execution"]),
            ("states:SendTaskSuccess", &["states:statemachine"]),
            ("dynamodb:ListStreams", &["dynamodb:stream"]),
            ("states:StartExecution", &["states:statemachine"]),
            ("ses:SendEmail", &["ses:identity"]),
            ("dynamodb:Query", &["dynamodb:table"]),
            ("dynamodb:GetRecords", &["dynamodb:stream"]),
            ("bedrock:InvokeModel", &["bedrock:foundation-model", "bedrock:inference-profile"]),
            ("securityhub:BatchUpdateFindings", &["securityhub:hub"]),
            ("events:PutRule", &["events:rule-on-default-event-bus"]),
            ("ssm:PutParameter", &["ssm:parameter"]),
            ("logs:PutRetentionPolicy", &["logs:log-group"]),
            ("logs:TagResource", &["logs:log-group"]),
            ("lambda:InvokeFunction", &["lambda:function"]),
            ("kms:Decrypt", &["kms:key"]),
            (
                "cloudformation:GetTemplateSummary",
                &["cloudformation:stack", "cloudformation:stackset"],
            ),
            ("ec2:CreateNetworkInterface", &[]),
        ];
        for (name, expected) in cases {
            let found: Vec<String> = forms(name)
                .iter()
                .map(|form| format!("{}:{}", form.kind.service, form.kind.name))
                .collect();
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn an_id_is_called_after_what_it_is_of() {
        let found = forms("globalaccelerator:UpdateListener");
        let [form] = found.as_slice() else { panic!("{found:?}") };
        assert!(form.arn.contains("accelerator/${AcceleratorId}/listener/"), "{}", form.arn);
    }

    #[test]
    fn a_schema_is_named_with_its_registry() {
        let found = forms("glue:DeleteSchema");
        let is_whole = |form: &Form| form.arn.ends_with(":schema/${RegistryName}/${SchemaName}");
        assert!(found.iter().any(is_whole), "{found:?}");
    }

    #[test]
    fn accounts_of_an_organization_belong_to_its_management_account() {
        let found = forms("organizations:DescribeAccount");
        let [form] = found.as_slice() else { panic!("{found:?}") };
        assert!(
            form.arn.contains("organizations::${ManagementAccountId}:account/"),
            "{}",
            form.arn
        );
    }

    #[test]
    fn policies_name_log_groups_with_what_is_in_them() {
        for (name, whole) in [
            ("logs:PutRetentionPolicy", true),
            ("logs:DeleteRetentionPolicy", true),
            ("logs:DescribeLogStreams", true),
            ("logs:FilterLogEvents", true),
            ("logs:CreateLogGroup", true),
            ("logs:CreateLogStream", true),
            ("logs:PutLogEvents", true),
            ("logs:GetLogEvents", true),
            ("logs:StartQuery", true),
            ("logs:TagLogGroup", true),
            ("logs:TagResource", false),
            ("logs:UntagResource", false),
            ("logs:ListTagsForResource", false),
        ] {
            let found = forms(name);
            let [form] = found.as_slice() else { panic!("{name}: {found:?}") };
            let end =
                if whole { ":log-group:${LogGroupName}:*" } else { ":log-group:${LogGroupName}" };
            assert!(form.arn.ends_with(end), "{name}: {}", form.arn);
        }
    }

    #[test]
    fn forms_hold_for_every_type_of_load_balancer() {
        for (name, expected) in [
            ("elasticloadbalancing:CreateListener", ":loadbalancer/*/${LoadBalancerName}/"),
            ("elasticloadbalancing:ModifyListener", ":listener/*/${LoadBalancerName}/"),
            ("elasticloadbalancing:DeleteRule", ":listener-rule/*/${LoadBalancerName}/"),
            ("elasticloadbalancing:CreateWebACLAssociation", ":loadbalancer/app/"),
            ("arc-zonal-shift:StartZonalShift", ":loadbalancer/*/${LoadBalancerName}/"),
            ("elasticloadbalancing:ConfigureHealthCheck", ":loadbalancer/${LoadBalancerName}"),
        ] {
            let found = forms(name);
            let [form] = found.as_slice() else { panic!("{name}: {found:?}") };
            assert!(form.arn.contains(expected), "{name}: {}", form.arn);
        }
    }

    /// Whatever else stands there is another's, AWS's or none's.
    #[test]
    fn the_account_has_one_name() {
        let other = ["", "*", "aws", "offering", "${ManagementAccountId}", "${VpcOwnerAccount}"];
        for service in aws::services() {
            let all = aws::actions_of(service.prefix);
            for action in all.filter(Action::has_resource_types) {
                for form in of_action(&action) {
                    let account = form.arn.split(':').nth(4).unwrap();
                    let is_told = account == "${Account}" || other.contains(&account);
                    assert!(is_told, "{}: {}", action.full_name, form.arn);
                    assert!(!form.arn.contains("${Id}") && !form.arn.contains("${Name}"));
                }
            }
        }
    }
}
