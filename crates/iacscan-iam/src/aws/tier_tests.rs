//! Tests of the breadth tiers.

use std::fmt::Write as _;

use serde_json::json;

use super::super::{managed_policies, managed_policy, service};
use super::*;

fn statement(action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

#[test]
fn a_statement_has_the_tier_of_what_it_grants() {
    let cases = [
        (statement("*", "*"), Some(Tier::Everything)),
        (statement("*:*", "*"), Some(Tier::Everything)),
        (json!({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), Some(Tier::Everything)),
        (statement("iam:*", "*"), Some(Tier::Escalation)),
        (statement("IAM:passrole", "*"), Some(Tier::Escalation)),
        (statement("lambda:Update*", "*"), Some(Tier::Escalation)),
        (
            json!({
                "Effect": "Allow",
                "Action": ["s3:*", "sqs:*", "sns:*", "logs:*", "polly:*"],
                "Resource": "*"
            }),
            Some(Tier::ManyServices),
        ),
        (
            json!({
                "Effect": "Allow",
                "Action": ["s3:*", "S3:*", "sqs:*", "sns:*", "polly:*"],
                "Resource": "*"
            }),
            Some(Tier::SensitiveService),
        ),
        (statement("s3:*", "*"), Some(Tier::SensitiveService)),
        (statement("logs:*", "arn:aws:logs:*:*:*"), Some(Tier::SensitiveService)),
        (
            json!({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::a"}),
            Some(Tier::SensitiveService),
        ),
        (
            json!({"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::a", "*"]}),
            Some(Tier::SensitiveService),
        ),
        (statement("polly:*", "*"), Some(Tier::OtherService)),
        (statement("s3:GetObject", "*"), Some(Tier::BroadData)),
        (statement("s3:Get*", "arn:aws:s3:::*/*"), Some(Tier::BroadData)),
        (statement("s3:ListBucket", "*"), None),
        (statement("s3:*", "arn:aws:s3:::reports/*"), None),
        (statement("s3:*", "arn:aws:s3:eu-west-1:*:*"), None),
        (json!({"Effect": "Deny", "Action": "*", "Resource": "*"}), None),
        (json!({"Effect": "Allow", "Action": "*"}), None),
        (
            json!({
                "Effect": "Allow",
                "Action": "*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "true"}}
            }),
            None,
        ),
        (json!("text"), None),
        (json!(null), None),
    ];
    for (statement, wanted) in cases {
        let alone = json!({"Statement": statement});
        assert_eq!(breadth("Orders", &alone).tier, wanted, "{alone}");
        let listed = json!({"Version": "2012-10-17", "Statement": [statement]});
        assert_eq!(breadth("Orders", &listed).tier, wanted, "{listed}");
    }
    assert_eq!(breadth("Orders", &json!([1, {"a": null}])), Breadth::default());
}

#[test]
fn most_of_a_service_counts_under_an_administrators_name_alone() {
    let document = json!({"Statement": statement("elasticfilesystem:*e*", "*")});
    let nearly = breadth("FilesFullAccess", &document);
    assert_eq!(nearly.tier, Some(Tier::NearlyFullService));
    let service = nearly.nearly_full_services[0];
    assert_eq!(service.service, "elasticfilesystem");
    assert!(service.granted < service.total && service.granted * 10 >= service.total * 7);
    assert_eq!(breadth("FilesReadOnlyAccess", &document).tier, None);
}

#[test]
fn the_services_and_actions_granted_are_listed() {
    let execute = managed_policy("AWSLambdaExecute").unwrap().breadth();
    assert_eq!(execute.tier, Some(Tier::SensitiveService));
    assert_eq!(execute.full_services, ["logs"]);
    assert_eq!(execute.data_actions, ["s3:GetObject", "s3:PutObject"]);
    let lambda = managed_policy("AWSLambda_FullAccess").unwrap().breadth();
    assert_eq!(lambda.tier, Some(Tier::Escalation));
    assert_eq!(
        lambda.escalation_actions,
        ["lambda:AddPermission", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"]
    );
}

#[test]
fn a_service_has_a_tier_of_its_own() {
    let cases = [
        ("s3", Tier::SensitiveService),
        ("S3", Tier::SensitiveService),
        ("dynamodb", Tier::SensitiveService),
        ("polly", Tier::OtherService),
        ("xray", Tier::OtherService),
        ("nosuchservice", Tier::OtherService),
    ];
    for (prefix, wanted) in cases {
        assert_eq!(tier_of_service(prefix), wanted, "{prefix}");
    }
}

#[test]
fn the_lists_are_sorted_and_name_what_exists() {
    for list in [ESCALATION_ACTIONS, DATA_ACTIONS, SENSITIVE_SERVICES, ADMINISTRATOR_NAMES] {
        assert!(list.is_sorted_by(|a, b| a < b), "{list:?}");
    }
    for full_name in [ESCALATION_ACTIONS, DATA_ACTIONS].concat() {
        assert_eq!(action(full_name).map(|action| action.full_name), Some(full_name));
    }
    for prefix in SENSITIVE_SERVICES {
        assert!(service(prefix).is_some(), "{prefix}");
    }
}

/// The tiers of all attachable policies that have one. A change of the data
/// changes the snapshot; each line of that change is to be read.
#[test]
fn managed_policies_have_the_tiers_on_record() {
    let mut tiers = String::new();
    for policy in managed_policies().filter(super::super::ManagedPolicy::is_attachable) {
        let breadth = policy.breadth();
        if let Some(tier) = breadth.tier {
            writeln!(tiers, "{:4} {}", tier.code(), policy.name).unwrap();
        }
    }
    insta::with_settings!({
        snapshot_path => "../../testdata",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("managed-policy-tiers", tiers);
    });
}
