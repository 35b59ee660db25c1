//! What actions make and delete: such a resource has no id yet when a policy is written.

use iacscan_iam::aws::{Action, ResourceType, resource_types};

/// The kinds of resources that an action makes.
pub(super) fn made(action: &Action) -> Vec<ResourceType> {
    let made = MAKES.iter().find_map(|verb| done_to(action, verb));
    let beside = ALONG.iter().filter(|(name, _)| *name == action.full_name);
    let beside = beside.flat_map(|(_, kinds)| kinds.iter().filter_map(|kind| of(action, kind)));
    made.into_iter().chain(beside).collect()
}

/// The kind of resources that an action deletes.
pub(super) fn ended(action: &Action) -> Option<ResourceType> {
    let of_address =
        || (action.full_name == "ec2:ReleaseAddress").then(|| of(action, "elastic-ip"));
    ENDS.iter().find_map(|verb| done_to(action, verb)).or_else(|| of_address()?)
}

fn of(action: &Action, kind: &str) -> Option<ResourceType> {
    resource_types(action.service()).find(|it| it.name == kind)
}

const MAKES: &[&str] =
    &["Allocate", "Copy", "Create", "Import", "Register", "Request", "Restore", "Run", "Start"];

const ENDS: &[&str] = &["Cancel", "Delete", "Deregister", "Release", "Terminate"];

/// What is started and was not there before; a database or an instance was.
const STARTED: &[&str] = &["execution", "job", "query", "run", "session", "task"];

/// What calls make that their names do not speak of.
const ALONG: &[(&str, &[&str])] = &[
    ("ec2:AllocateAddress", &["elastic-ip"]),
    ("ec2:AuthorizeSecurityGroupEgress", &["security-group-rule"]),
    ("ec2:AuthorizeSecurityGroupIngress", &["security-group-rule"]),
    ("ec2:CopyImage", &["snapshot"]),
    ("ec2:CreateFleet", &["instance"]),
    ("ec2:CreateImage", &["snapshot"]),
    ("ec2:ImportImage", &["import-image-task"]),
    ("ec2:ImportSnapshot", &["import-snapshot-task"]),
    ("ec2:RunInstances", &["volume", "network-interface"]),
];

/// The kind that the name of an action speaks of behind a verb.
fn done_to(action: &Action, verb: &str) -> Option<ResourceType> {
    let words = action.name().strip_prefix(verb)?;
    let object = letters(without_rest(words));
    let is_meant = words.starts_with(|first: char| first.is_ascii_uppercase())
        && (verb != "Start" || STARTED.iter().any(|it| object.ends_with(it)));
    is_meant.then_some(())?;
    let kinds = || resource_types(action.service());
    if let Some(exact) = kinds().find(|kind| letters(kind.name) == object) {
        return Some(exact);
    }
    let wanted: Vec<&str> = action.resource_types().map(|wanted| wanted.name).collect();
    // All of a kind's name says more than its last word.
    let spoken = |kind: &ResourceType| {
        let (name, last) = (letters(kind.name), letters(last_word(kind.name)));
        let is_whole = name.ends_with(&object) || object.ends_with(&name);
        let is_last = !last.is_empty() && object.ends_with(&last);
        (is_whole || is_last).then_some((is_whole, name.len()))
    };
    kinds().filter(|kind| wanted.contains(&kind.name) && spoken(kind).is_some()).max_by_key(spoken)
}

fn last_word(kind: &str) -> &str {
    kind.rsplit('-').next().unwrap_or(kind)
}

/// `Table` of `TableFromBackup`.
fn without_rest(words: &str) -> &str {
    let is_rest = |at: &usize| {
        let behind = words.get(*at..).unwrap_or_default();
        ["By", "For", "From", "In", "Of", "To", "With"].iter().any(|it| {
            let next = behind.strip_prefix(it).and_then(|behind| behind.chars().next());
            next.is_some_and(|next| next.is_ascii_uppercase())
        })
    };
    let end = (1..words.len()).find(is_rest).unwrap_or(words.len());
    words.get(..end).unwrap_or(words)
}

/// The letters of one of a kind: `flowlog` of `FlowLogs`, `spotfleet` of `spot-fleet-request`.
fn letters(words: &str) -> String {
    let mut letters = words.replace(|c: char| !c.is_ascii_alphanumeric(), "").to_ascii_lowercase();
    for end in ["s", "request", "s"] {
        if let Some(shorter) = letters.strip_suffix(end) {
            letters.truncate(shorter.len());
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use iacscan_iam::aws;

    use super::*;

    #[test]
    fn names_speak_of_what_is_made() {
        let cases: [(&str, &[&str]); 26] = [
            ("ec2:CreateFlowLogs", &["vpc-flow-log"]),
            ("ec2:CreateTrafficMirrorSession", &["traffic-mirror-session"]),
            ("ec2:CreateVpc", &["vpc"]),
            ("ec2:CreateVpcEndpoint", &["vpc-endpoint"]),
            ("ec2:CreateTransitGatewayVpcAttachment", &["transit-gateway-attachment"]),
            ("ec2:CreateRoute", &[]),
            ("ec2:CreateLaunchTemplateVersion", &[]),
            ("ec2:CreateTags", &[]),
            ("ec2:RunInstances", &["instance", "volume", "network-interface"]),
            ("ec2:StartInstances", &[]),
            ("ec2:CreateImage", &["image", "snapshot"]),
            ("ec2:RequestSpotInstances", &["spot-instances-request"]),
            ("ec2:AllocateAddress", &["elastic-ip"]),
            ("ec2:AuthorizeSecurityGroupEgress", &["security-group-rule"]),
            ("ec2:AuthorizeSecurityGroupIngress", &["security-group-rule"]),
            ("acm:ImportCertificate", &["certificate"]),
            ("cognito-identity:CreateIdentityPool", &["identitypool"]),
            ("cognito-idp:CreateUserPoolDomain", &[]),
            ("kms:CreateKey", &["key"]),
            ("ssm:StartAutomationExecution", &["automation-execution"]),
            ("lambda:CreateEventSourceMapping", &["eventSourceMapping"]),
            ("dynamodb:RestoreTableFromBackup", &["table"]),
            ("rds:CreateDBCluster", &["cluster"]),
            ("iam:CreatePolicyVersion", &[]),
            ("elasticloadbalancing:RegisterInstancesWithLoadBalancer", &[]),
            ("s3:PutObject", &[]),
        ];
        for (name, expected) in cases {
            let found = made(&aws::action(name).unwrap());
            let names: Vec<&str> = found.iter().map(|kind| kind.name).collect();
            assert_eq!(names, expected, "{name}");
        }
    }

    #[test]
    fn names_speak_of_what_is_deleted() {
        for (name, expected) in [
            ("ec2:DeleteFlowLogs", Some("vpc-flow-log")),
            ("ec2:TerminateInstances", Some("instance")),
            ("ec2:CancelSpotFleetRequests", Some("spot-fleet-request")),
            ("ec2:ReleaseAddress", Some("elastic-ip")),
            ("route53resolver:DeleteResolverQueryLogConfig", Some("resolver-query-log-config")),
            ("cognito-idp:DeleteUserPoolDomain", None),
            ("dynamodb:DeleteItem", None),
            ("iam:DeleteRolePolicy", None),
        ] {
            let found = ended(&aws::action(name).unwrap());
            assert_eq!(found.map(|kind| kind.name), expected, "{name}");
        }
    }

    #[test]
    fn what_is_made_along_exists() {
        assert!(ALONG.is_sorted());
        for (name, kinds) in ALONG {
            let action = aws::action(name).unwrap();
            assert!(kinds.iter().all(|kind| of(&action, kind).is_some()), "{name}");
        }
    }
}
