//! Others than Lambda may assume an execution role, or do.

use std::collections::{BTreeMap, BTreeSet};

use iacscan_core::{Condition, Located, RuleGroup, RuleMeta, Severity, Span, Str, Text};
use iacscan_graph::instances::block;
use iacscan_graph::nodes::Header;
use iacscan_graph::{ExecutionRole, RoleId, RoleLink};
use iacscan_iam::{Conditions, Principal, PrincipalKind, Resolve};

use crate::framework::concerning;
use crate::framework::statements::by_condition;
use crate::framework::trust::{
    Account, AwsPrincipal, TrustPolicy, allows_assuming, aws_principal, limiting_keys,
    may_be_denied, may_be_own, own_account, policies, principals, service_name,
    trusts_service_when,
};
use crate::framework::words::{code_choice, code_list, list};
use crate::{Context, Draft, Report, Rule};

/// `trust-extra-principal`
pub(crate) struct TrustExtraPrincipal;

static META: RuleMeta = RuleMeta {
    id: "trust-extra-principal",
    summary: "Execution role trusted by others too",
    group: RuleGroup::Trust,
    severity: Severity::Low,
    cwe: &[653, 441],
    page: include_str!("README.md"),
};

impl Rule for TrustExtraPrincipal {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        let users = users_by_role(context);
        // Of a role that no function has, others may be the only users.
        for role in context.execution_roles().iter().filter(|role| !role.functions.is_empty()) {
            let users = users.get(&role.id).map_or(&[][..], Vec::as_slice);
            let policies = policies(role);
            // Whom the trust policy lets in is not known: who runs with the role is.
            if policies.is_empty() {
                for user in users {
                    report.when(&user.condition, used(role, user));
                }
            }
            for policy in policies {
                // What Lambda cannot assume at all is `trust-missing-lambda`.
                let by_lambda = trusts_service_when(&policy, "lambda");
                if by_lambda.is_never() {
                    continue;
                }
                for (condition, others) in by_condition(others(role, &policy)) {
                    let without = condition.clone().and(by_lambda.clone().negate());
                    let condition = if without.is_feasible().is_false() {
                        condition
                    } else {
                        condition.and(by_lambda.clone())
                    };
                    if let Some(draft) = draft(role, &condition, &others, users) {
                        report.when(&condition, draft);
                    }
                }
            }
        }
    }
}

/// A principal that is not Lambda.
struct Other<'g> {
    value: &'g Located<Text>,
    severity: Severity,
    /// Who it is: "service `ec2.amazonaws.com`".
    who: String,
    /// The short name of a service.
    service: Option<String>,
}

/// A resource of another service that runs with the role.
#[derive(Debug)]
struct User<'g> {
    header: &'g Header,
    service: Str,
    span: Span,
    condition: Condition,
}

/// The principals that are not Lambda, with when they are there.
fn others<'g>(role: &ExecutionRole<'g>, policy: &TrustPolicy<'g>) -> Vec<(Condition, Other<'g>)> {
    policy
        .document
        .statements
        .items
        .iter()
        .filter(|statement| allows_assuming(role, &statement.item))
        .flat_map(|statement| {
            let exists = policy.condition.clone().and(statement.condition.clone());
            principals(&statement.item).map(move |principal| {
                (exists.clone().and(principal.condition.clone()), &statement.item, principal)
            })
        })
        .filter(|(condition, ..)| !condition.is_feasible().is_false())
        .filter(|(.., principal)| !may_be_denied(role, policy.document, &principal.item))
        .filter_map(|(condition, statement, principal)| {
            let other = other(role, &principal.item)?;
            let who = other.who + &under(&statement.conditions);
            Some((condition, Other { who, ..other }))
        })
        .collect()
}

/// What limits who a principal is, in words behind it.
fn under(conditions: &Conditions) -> String {
    match limiting_keys(conditions, |_| true) {
        Some(keys) if keys.is_empty() => String::new(),
        Some(keys) => {
            format!(" (under a condition on {})", code_list(keys.iter().map(String::as_str)))
        }
        None => " (under conditions)".to_owned(),
    }
}

fn other<'g>(role: &ExecutionRole<'g>, principal: &'g Principal) -> Option<Other<'g>> {
    let value = &principal.value;
    let (severity, who, service) = match principal.kind {
        PrincipalKind::Service => {
            let name = service_name(principal)?;
            if OWN.contains(&name.as_str()) {
                return None;
            }
            let severity =
                if RUNS_CODE.contains(&name.as_str()) { Severity::Medium } else { META.severity };
            (severity, format!("service `{name}.amazonaws.com`"), Some(name))
        }
        PrincipalKind::Aws => {
            let text = role.graph.resolver().resolve(&value.value);
            if principal.is_everyone().is_true() || may_be_own(role, &text) {
                return None;
            }
            // An account by its id may be the one that is deployed to.
            let of = |id: &str| match own_account(role) {
                Some(own) if own != id => Severity::Medium,
                _ => META.severity,
            };
            match aws_principal(&text) {
                AwsPrincipal::Root(Account::Own) => (
                    META.severity,
                    "identities of the account that are allowed `sts:AssumeRole`".to_owned(),
                    None,
                ),
                AwsPrincipal::Root(Account::Literal(id)) => {
                    (of(&id), format!("account `{id}`"), None)
                }
                AwsPrincipal::Identity(Account::Literal(id)) => {
                    (of(&id), format!("`{text}`"), None)
                }
                AwsPrincipal::Identity(Account::Own) => (META.severity, format!("`{text}`"), None),
                AwsPrincipal::Root(Account::Unknown)
                | AwsPrincipal::Identity(Account::Unknown)
                | AwsPrincipal::Unknown => return None,
            }
        }
        PrincipalKind::Federated => {
            let name = value.value.as_known()?;
            (META.severity, format!("users of `{name}`"), None)
        }
        PrincipalKind::Any | PrincipalKind::Other => return None,
    };
    Some(Other { value, severity, who, service })
}

/// Services that run functions themselves.
const OWN: &[&str] = &["lambda", "edgelambda", "replicator.lambda"];

/// Services that run code with a role.
const RUNS_CODE: &[&str] = &[
    "batch",
    "build.apprunner",
    "codebuild",
    "ec2",
    "ecs-tasks",
    "elasticmapreduce",
    "emr-serverless",
    "glue",
    "pods.eks",
    "sagemaker",
    "tasks.apprunner",
];

/// The resources of other services that run with each role.
fn users_by_role<'g>(context: &Context<'g>) -> BTreeMap<RoleId, Vec<User<'g>>> {
    let graph = context.graph;
    let mut users: BTreeMap<RoleId, Vec<User<'_>>> = BTreeMap::new();
    for (index, unit) in graph.units().iter().enumerate() {
        for user in &unit.role_users {
            let links = graph.link_role(index, &user.role);
            for (link, branch) in std::iter::zip(links.iter(), user.role.iter()) {
                if let (RoleLink::Role(role), Some(span)) = (&link.item, branch.item.span()) {
                    let condition = user.header.condition.clone().and(link.condition.clone());
                    let (header, service) = (&user.header, user.service.clone());
                    users.entry(*role).or_default().push(User { header, service, span, condition });
                }
            }
        }
        for profile in &unit.instance_profiles {
            for name in &profile.roles.items {
                if let RoleLink::Role(role) = graph.link_role_name(index, &name.item) {
                    let condition = profile.header.condition.clone().and(name.condition.clone());
                    let (header, span) = (&profile.header, name.item.span);
                    let service = "ec2".into();
                    users.entry(role).or_default().push(User { header, service, span, condition });
                }
            }
        }
    }
    users
}

fn draft(
    role: &ExecutionRole<'_>,
    condition: &Condition,
    others: &[Other<'_>],
    users: &[User<'_>],
) -> Option<Draft> {
    let gravest = others.iter().map(|other| other.severity).max()?;
    let first = others.iter().find(|other| other.severity == gravest)?;
    let label = |other: &Other<'_>| format!("{} may assume it too", other.who);
    let draft = others
        .iter()
        .filter(|other| !std::ptr::eq(*other, first))
        .fold(Draft::at(&META, gravest, first.value, label(first)), |draft, other| {
            draft.label(other.value.span, label(other))
        });
    let using: Vec<&User<'_>> = users
        .iter()
        .filter(|user| others.iter().any(|other| other.service.as_deref() == Some(&user.service)))
        .collect();
    let draft = using.iter().fold(draft, |draft, user| draft.label(user.span, "uses it there"));
    let who = list(others.iter().map(|other| other.who.clone()));
    let help = help(others, &using);
    let draft = draft
        .message(format!(
            "{who} may assume {{roles}}, whose permissions are those of {{functions}}"
        ))
        .help(help)
        .holder(&role.role.header)
        .fingerprint(who);
    Some(concerning(role, &role.functions_when(condition), draft))
}

/// What to do first for those that use the role, as far as it is known which these are.
fn help(others: &[Other<'_>], using: &[&User<'_>]) -> String {
    let mut sentences = Vec::new();
    let named: BTreeSet<&str> =
        using.iter().map(|user| block(user.header.address.name())).collect();
    sentences.push(if named.is_empty() {
        "Let the role trust `lambda.amazonaws.com` alone.".to_owned()
    } else {
        format!(
            "Give {} a role of its own, and let this one trust `lambda.amazonaws.com` alone.",
            code_list(named)
        )
    });
    let is_named = |service: &str| using.iter().any(|user| user.service == service);
    let services: Vec<&str> = others
        .iter()
        .filter_map(|other| other.service.as_deref())
        .filter(|service| !is_named(service))
        .collect();
    if !services.is_empty() {
        let names = services.iter().map(|service| format!("{service}.amazonaws.com"));
        let names: Vec<String> = names.collect();
        let example = services.iter().find_map(|service| takes_role(service));
        let example = example.map(|it| format!(" ({it}, for example)")).unwrap_or_default();
        sentences.push(format!(
            "If something passes this role to {}{example}, give that a role of its own first.",
            code_choice(names.iter().map(String::as_str))
        ));
    }
    if others.iter().any(|other| other.service.is_none()) {
        sentences.push("Whoever else needs what it allows gets a role for that.".to_owned());
    }
    sentences.join(" ")
}

/// What passes a role to a service.
fn takes_role(service: &str) -> Option<&'static str> {
    Some(match service {
        "apigateway" => "an API",
        "codebuild" => "a project",
        "ec2" => "an instance profile",
        "ecs-tasks" => "a task definition",
        "events" => "a rule",
        "firehose" => "a delivery stream",
        "glue" => "a job",
        "rds" => "a database",
        "scheduler" => "a schedule",
        "states" => "a state machine",
        _ => return None,
    })
}

fn used(role: &ExecutionRole<'_>, user: &User<'_>) -> Draft {
    let severity =
        if RUNS_CODE.contains(&user.service.as_str()) { Severity::Medium } else { META.severity };
    let address = &user.header.address;
    let draft = Draft::new(&META, severity, user.span, "runs with the role of functions")
        .message(format!(
            "`{address}` uses role {{role}}, whose permissions are those of {{functions}}"
        ))
        .help(format!("Give `{address}` a role of its own."))
        .holder(user.header)
        .fingerprint(address.name().as_str());
    concerning(role, &role.functions_when(&user.condition), draft)
}
