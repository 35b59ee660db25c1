//! What to do about actions that give power.

use iacscan_core::{Address, Pseudo, ResourceAttribute, Text};
use iacscan_graph::nodes::ResourceKind;
use iacscan_graph::{ExecutionRole, Reached, Spelled};
use iacscan_iam::Statement;

use super::{Danger, Reach};
use crate::framework::beside::Beside;
use crate::framework::spell;
use crate::framework::statements::{
    covered, is_every_action, is_pattern, items, known, reads_functions,
};
use crate::framework::trust::{TrustPolicy, trusts_service};
use crate::framework::words::{code_choice, code_list};

/// What is done about actions of one kind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Passing,
    Assuming,
    Identities,
    Permissions,
    Functions,
    Reading,
}

impl Kind {
    fn of(action: &str) -> Self {
        match action {
            "iam:PassRole" => Self::Passing,
            "sts:AssumeRole" => Self::Assuming,
            "lambda:AddPermission" => Self::Permissions,
            action if reads_functions(action) => Self::Reading,
            action if action.starts_with("lambda:") => Self::Functions,
            _ => Self::Identities,
        }
    }
}

/// What to do about some dangers of a statement: what mends each kind of them.
pub(super) fn help<'d>(
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    reach: Reach,
    dangers: impl IntoIterator<Item = &'d Danger>,
) -> String {
    let mut kinds: Vec<(Kind, Vec<&str>)> = Vec::new();
    for danger in dangers {
        for kind in danger.all.iter().map(|action| Kind::of(action)) {
            let at = kinds.iter().position(|(known, _)| *known == kind);
            let at = at.unwrap_or_else(|| {
                kinds.push((kind, Vec::new()));
                kinds.len() - 1
            });
            if let Some((_, written)) = kinds.get_mut(at)
                && !written.contains(&danger.written.as_str())
            {
                written.push(&danger.written);
            }
        }
    }
    if let [(only, written)] = kinds.as_slice() {
        return sentence(&advice(*only, role, reached, reach, written));
    }
    let parts = kinds.iter().map(|(kind, written)| {
        let actions = code_list(written.iter().copied());
        let advice = advice(*kind, role, reached, reach, written);
        let them = if written.len() == 1 { "it" } else { "them" };
        format!(
            "For {actions}, {}.",
            advice.replace(&format!("give {actions} "), &format!("give {them} "))
        )
    });
    parts.collect::<Vec<_>>().join(" ")
}

/// A sentence of what is its inside.
fn sentence(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).chain(['.']).collect()
}

fn advice(
    kind: Kind,
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    reach: Reach,
    written: &[&str],
) -> String {
    let key = spell::key(reached.statement, "Resource");
    let functions = || form(role, &["function"]);
    // What the others of the statement are done to is not what these are.
    let narrow = |to: String| {
        if is_alone(role, reached.statement, written) {
            format!("name in `{key}` {to}")
        } else {
            let actions = code_list(written.iter().copied());
            let own = if written.len() == 1 { "its" } else { "their" };
            format!("give {actions} a statement of {own} own, which names {to}")
        }
    };
    match (kind, reach) {
        (Kind::Passing, _) => passing(role, reached),
        (Kind::Assuming, _) => {
            let roles = form(role, &["role"]);
            let others = if reach == Reach::Every(super::Kind::Role) { None } else { account(role) };
            let others = others.map_or_else(String::new, |account| {
                format!("; for a role of another account, write that account's id in place of `{account}`")
            });
            narrow(format!("the roles that the code assumes: {roles}{others}"))
        }
        (Kind::Identities, Reach::OwnRole) => {
            "leave it to the deployment to change the role, or name the role that it changes where \
             that is another"
                .to_owned()
        }
        (Kind::Identities, _) => format!(
            "leave identities and policies to the deployment, or {}",
            narrow(format!("the one that it changes: {}", form(role, &identities(written))))
        ),
        // Code that polls for a resource lets others invoke its own function meanwhile.
        (Kind::Permissions, _) => narrow(format!(
            "the functions whose permissions it may change, its own where that is the one: {}",
            functions()
        )),
        (Kind::Functions, Reach::OwnFunction) => {
            "leave it to the deployment to change the function, or name the functions that it changes \
             where those are others"
                .to_owned()
        }
        (Kind::Functions, _) => narrow(format!("the functions that it changes: {}", functions())),
        (Kind::Reading, _) => format!(
            "{}; for its own environment variables it needs no permission",
            narrow(format!("the functions that it reads, as {}", functions()))
        ),
    }
}

/// Whether a statement has no actions but these, and others on the same things.
fn is_alone(role: &ExecutionRole<'_>, statement: &Statement, actions: &[&str]) -> bool {
    items(statement.actions.as_ref()).iter().all(|item| {
        known(role, &item.item).is_some_and(|action| {
            let is = |own: &&str| action.eq_ignore_ascii_case(own) || noun(&action) == noun(own);
            actions.iter().any(is)
        })
    })
}

/// The service of an action and what stands behind its verb: `lambda` and `Permission`; the whole
/// of what has no verb by itself.
fn noun(action: &str) -> (&str, &str) {
    let Some((service, name)) = action.split_once(':').filter(|_| !is_pattern(action)) else {
        return ("", action);
    };
    let verb = name.char_indices().skip(1).find(|(_, c)| c.is_ascii_uppercase());
    (service, verb.and_then(|(at, _)| name.get(at..)).unwrap_or(name))
}

/// The kinds of resources that actions of IAM change.
fn identities(actions: &[&str]) -> Vec<&'static str> {
    const KINDS: [(&str, &[&str]); 4] = [
        ("role", &["role", "*"]),
        ("user", &["user", "accesskey", "loginprofile"]),
        ("group", &["group"]),
        ("policy", &["policyversion"]),
    ];
    let of = |action: &str| {
        let action = action.to_ascii_lowercase();
        let is = |words: &[&str]| words.iter().any(|word| action.contains(word));
        // Whoever is added to a group is not what changes.
        let found = KINDS.into_iter().rev().find(|(_, words)| is(words));
        found.map_or("role", |(kind, _)| kind)
    };
    let wanted: Vec<&str> = actions.iter().map(|action| of(action)).collect();
    KINDS.into_iter().map(|(kind, _)| kind).filter(|kind| wanted.contains(kind)).collect()
}

/// The forms of the ARNs of kinds of resources, as the role's unit writes them, with what is to be
/// replaced in them.
fn form(role: &ExecutionRole<'_>, kinds: &[&str]) -> String {
    let unit = role.graph.resolver().unit_of(&role.role.header.address);
    let forms: Vec<String> = kinds
        .iter()
        .map(|kind| match *kind {
            "function" => "arn:${Partition}:lambda:${Region}:${Account}:function:NAME".to_owned(),
            kind => format!("arn:${{Partition}}:iam::${{Account}}:{kind}/NAME"),
        })
        .map(|arn| spell::form(unit, &arn))
        .collect();
    let open: Vec<&str> = ["REGION", "ACCOUNT", "NAME"]
        .into_iter()
        .filter(|word| forms.iter().any(|form| form.contains(word)))
        .collect();
    let value = if open.len() == 1 { "value" } else { "values" };
    format!(
        "{} (with your own {value} for {})",
        code_choice(forms.iter().map(String::as_str)),
        code_list(open)
    )
}

/// What stands for this account in the ARNs of the role's unit, where that is not left open.
fn account(role: &ExecutionRole<'_>) -> Option<String> {
    let unit = role.graph.resolver().unit_of(&role.role.header.address)?;
    match unit.language.pseudo(Pseudo::AccountId)? {
        Spelled::By(expression) => Some(format!("${{{expression}}}")),
        Spelled::Literally(_) => None,
    }
}

/// What limits the passing of roles. The condition would take every other action away.
fn passing(role: &ExecutionRole<'_>, reached: &Reached<'_>) -> String {
    let is_alone = is_alone(role, reached.statement, &["iam:PassRole"]);
    let it = if is_alone { "the statement" } else { "it" };
    let services = services(role);
    let arn = handed(role, reached, &services).unwrap_or_else(|| form(role, &["role"]));
    let unit = role.graph.resolver().unit_of(&role.role.header.address);
    let write = |services: &[&str]| {
        unit.map_or_else(String::new, |unit| {
            spell::condition(
                unit,
                reached.statement,
                "StringEquals",
                "iam:PassedToService",
                services,
            )
        })
    };
    let condition = if services.is_empty() {
        let example = write(&["ecs-tasks.amazonaws.com"]);
        format!(
            "as a condition the service that it is passed to, which the trust policy of that role \
             names as its principal (for tasks of ECS, {example}); if the code passes no role, remove \
             {it}"
        )
    } else {
        let passed = code_list(services.iter().copied());
        format!("{passed}, which it is passed to, as a condition: {}", write(&services))
    };
    if is_alone {
        format!("name the role that is passed, {arn}, and add {condition}")
    } else {
        format!(
            "give `iam:PassRole` a statement of its own, which names the role that is passed, {arn}, \
             with {condition}"
        )
    }
}

/// The roles beside the statement that one of the services may assume, where these are few.
fn handed(role: &ExecutionRole<'_>, reached: &Reached<'_>, services: &[&str]) -> Option<String> {
    const MOST: usize = 3;
    // What is written elsewhere cannot refer to what stands here.
    let resources = items(reached.statement.resources.as_ref());
    let is_here = resources.iter().all(|item| item.item.passages().next().is_none());
    let graph = role.graph;
    let holder = reached.attached.document_holder(graph);
    let beside = Beside::of(role, holder).filter(|_| is_here)?;
    let trusts = |address: &Address| {
        let node = graph.role_id(address).and_then(|id| graph.role(id));
        node.is_some_and(|node| {
            node.trust.iter().any(|branch| {
                let condition = branch.condition.clone();
                branch.item.known().is_some_and(|document| {
                    let policy = TrustPolicy { document: &document.value, condition };
                    services.iter().any(|service| {
                        let name = service.trim_end_matches(".amazonaws.com");
                        trusts_service(&policy, name).is_true()
                    })
                })
            })
        })
    };
    let resources = beside.unit.resources.iter();
    let roles = resources.filter(|it| it.kind == ResourceKind::Role && beside.can_name(it));
    let written = roles.filter(|it| trusts(&it.header.address)).filter_map(|it| {
        let arn = Text::reference(it.header.address.clone(), ResourceAttribute::Arn);
        let written = spell::written(graph, holder.holder(), &arn)?;
        Some(spell::noted(beside.unit.language, reached.statement, written))
    });
    let written: Vec<String> = written.collect();
    (1..=MOST).contains(&written.len()).then(|| code_choice(written.iter().map(String::as_str)))
}

/// The services that a role is passed to: those that the role lets the function hand roles to by
/// other actions; none where one of these stands for several, of which nothing says what is called.
fn services(role: &ExecutionRole<'_>) -> Vec<&'static str> {
    let mut services: Vec<&'static str> = Vec::new();
    for reached in role.written_statements() {
        let allowed =
            if reached.statement.is_allow() { reached.statement.actions.as_ref() } else { None };
        for item in items(allowed) {
            let Some(name) = known(role, &item.item).filter(|it| !is_every_action(it)) else {
                continue;
            };
            for action in covered(&name) {
                let taking = TAKING_ROLES.iter().find(|(taking, _)| *taking == action.full_name);
                let Some((_, service)) = taking else { continue };
                if is_pattern(&name) && covered(&name).len() > 1 {
                    return Vec::new();
                }
                if !services.contains(service) {
                    services.push(service);
                }
            }
        }
    }
    services
}

/// The actions that hand a role to a service, with the service.
const TAKING_ROLES: &[(&str, &str)] = &[
    ("autoscaling:CreateLaunchConfiguration", "ec2.amazonaws.com"),
    ("backup:StartBackupJob", "backup.amazonaws.com"),
    ("batch:RegisterJobDefinition", "ecs-tasks.amazonaws.com"),
    ("bedrock:CreateAgent", "bedrock.amazonaws.com"),
    ("bedrock:CreateKnowledgeBase", "bedrock.amazonaws.com"),
    ("bedrock:CreateModelInvocationJob", "bedrock.amazonaws.com"),
    ("cloudformation:CreateChangeSet", "cloudformation.amazonaws.com"),
    ("cloudformation:CreateStack", "cloudformation.amazonaws.com"),
    ("cloudformation:UpdateStack", "cloudformation.amazonaws.com"),
    ("codebuild:CreateProject", "codebuild.amazonaws.com"),
    ("codebuild:UpdateProject", "codebuild.amazonaws.com"),
    ("codepipeline:CreatePipeline", "codepipeline.amazonaws.com"),
    ("codepipeline:UpdatePipeline", "codepipeline.amazonaws.com"),
    ("cognito-identity:SetIdentityPoolRoles", "cognito-identity.amazonaws.com"),
    ("ec2:AssociateIamInstanceProfile", "ec2.amazonaws.com"),
    ("ec2:RunInstances", "ec2.amazonaws.com"),
    ("ecs:RegisterTaskDefinition", "ecs-tasks.amazonaws.com"),
    ("ecs:RunTask", "ecs-tasks.amazonaws.com"),
    ("ecs:StartTask", "ecs-tasks.amazonaws.com"),
    ("emr-serverless:StartJobRun", "emr-serverless.amazonaws.com"),
    ("events:PutTargets", "events.amazonaws.com"),
    ("firehose:CreateDeliveryStream", "firehose.amazonaws.com"),
    ("glue:CreateCrawler", "glue.amazonaws.com"),
    ("glue:CreateJob", "glue.amazonaws.com"),
    ("iot:CreateTopicRule", "iot.amazonaws.com"),
    ("lambda:CreateFunction", "lambda.amazonaws.com"),
    ("lambda:UpdateFunctionConfiguration", "lambda.amazonaws.com"),
    ("logs:PutSubscriptionFilter", "logs.amazonaws.com"),
    ("mediaconvert:CreateJob", "mediaconvert.amazonaws.com"),
    ("pipes:CreatePipe", "pipes.amazonaws.com"),
    ("s3:PutReplicationConfiguration", "s3.amazonaws.com"),
    ("sagemaker:CreateModel", "sagemaker.amazonaws.com"),
    ("sagemaker:CreateProcessingJob", "sagemaker.amazonaws.com"),
    ("sagemaker:CreateTrainingJob", "sagemaker.amazonaws.com"),
    ("scheduler:CreateSchedule", "scheduler.amazonaws.com"),
    ("scheduler:UpdateSchedule", "scheduler.amazonaws.com"),
    ("ssm:StartAutomationExecution", "ssm.amazonaws.com"),
    ("states:CreateStateMachine", "states.amazonaws.com"),
    ("states:UpdateStateMachine", "states.amazonaws.com"),
    ("transcribe:StartTranscriptionJob", "transcribe.amazonaws.com"),
];
