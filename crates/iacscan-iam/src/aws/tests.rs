//! Tests of the generated data and of every look-up in it.

use serde_json::Value;

use super::*;

/// Every table with how many columns and, at least and at most, records it has.
const TABLES: &[(&str, &str, usize, usize, usize)] = &[
    ("managed-policies", include_str!("../../data/managed-policies.txt"), 6, 1_500, 2_500),
    ("removed-policies", include_str!("../../data/removed-policies.txt"), 5, 70, 200),
    ("services", include_str!("../../data/services.txt"), 2, 440, 700),
    ("actions", include_str!("../../data/actions.txt"), 3, 22_000, 35_000),
    ("resource-types", include_str!("../../data/resource-types.txt"), 2, 2_300, 4_000),
    ("sam-policy-templates", include_str!("../../data/sam-policy-templates.txt"), 3, 80, 120),
    ("sam-managed-policies", include_str!("../../data/sam-managed-policies.txt"), 3, 1_200, 2_000),
    ("sam-connectors", include_str!("../../data/sam-connectors.txt"), 2, 30, 60),
];

#[test]
fn tables_are_well_formed_sorted_and_of_plausible_size() {
    for (name, text, columns, least, most) in TABLES {
        assert!(text.is_ascii() && !text.contains('\r') && text.ends_with('\n'), "{name}");
        let mut lines = text.lines();
        let header = lines.next().unwrap();
        assert!(header.starts_with("# "), "{name}: {header}");
        let keys: Vec<String> = lines
            .map(|line| {
                let fields: Vec<&str> = line.split('\t').collect();
                assert_eq!(fields.len(), *columns, "{name}: {line}");
                assert!(fields.iter().all(|field| !field.is_empty()), "{name}: {line}");
                fields[0].to_ascii_lowercase()
            })
            .collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "{name} is not sorted");
        assert!((*least..=*most).contains(&keys.len()), "{name}: {}", keys.len());
        assert!(header.contains(&format!("; {} records;", keys.len())), "{name}: {header}");
    }
}

/// Every line of a table becomes a value: none is dropped as malformed.
#[test]
fn every_record_is_read() {
    let read = [
        ("managed-policies", managed_policies().count()),
        ("removed-policies", removed_policies().count()),
        ("services", services().count()),
        ("actions", actions_matching("*").count()),
        ("resource-types", services().map(|s| resource_types(s.prefix).count()).sum()),
        ("sam-policy-templates", sam_policy_templates().count()),
        ("sam-connectors", sam_connectors().count()),
    ];
    for (name, count) in read {
        let (_, text, ..) = TABLES.iter().find(|table| table.0 == name).unwrap();
        assert_eq!(count, text.lines().count() - 1, "{name}");
    }
}

#[test]
fn every_managed_policy_is_found_and_its_document_is_one() {
    for policy in managed_policies() {
        assert_eq!(managed_policy(policy.name), Some(policy));
        assert!(policy.path.starts_with('/') && policy.path.ends_with('/'), "{policy:?}");
        assert!(policy.version.starts_with('v'), "{}", policy.name);
        assert_eq!(policy.updated.len(), "2026-01-01".len(), "{}", policy.name);
        let document: Value = serde_json::from_str(policy.document_json).unwrap();
        assert!(document.get("Statement").is_some(), "{}", policy.name);
        assert!(crate::policy_from_json(policy.document_json).is_some(), "{}", policy.name);
        assert!(removed_policy(policy.name).is_none(), "{}", policy.name);
    }
}

#[test]
fn managed_policies_are_found_by_their_exact_name() {
    let basic = managed_policy("AWSLambdaBasicExecutionRole").unwrap();
    assert_eq!(basic.path, "/service-role/");
    assert_eq!(basic.arn_suffix(), "service-role/AWSLambdaBasicExecutionRole");
    assert_eq!(
        basic.arn("aws-cn"),
        "arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    );
    assert!(basic.is_attachable());
    assert!(basic.known_partitions().any(|partition| partition == "aws-us-gov"));
    assert!(basic.document_json.contains("logs:PutLogEvents"));
    assert_eq!(managed_policy("AdministratorAccess").unwrap().arn_suffix(), "AdministratorAccess");
    assert!(!managed_policy("AWSLambdaReplicator").unwrap().is_attachable());
    for name in [
        "",
        "awslambdabasicexecutionrole",
        "service-role/AWSLambdaBasicExecutionRole",
        "AWSLambdaFullAccess",
        "# AWS managed policies",
    ] {
        assert_eq!(managed_policy(name), None, "{name}");
    }
}

#[test]
fn a_mistaken_policy_name_is_answered_with_the_nearest() {
    let cases = [
        ("awslambdabasicexecutionrole", Some("AWSLambdaBasicExecutionRole")),
        ("service-role/AWSLambdaBasicExecutionRoles", Some("AWSLambdaBasicExecutionRole")),
        ("AWSXRayWriteOnlyAccess", Some("AWSXrayWriteOnlyAccess")),
        ("AWSLambdaVpcAccessExecutionRole", Some("AWSLambdaVPCAccessExecutionRole")),
        ("AWSLambdaFullAccess", Some("AWSLambda_FullAccess")),
        ("AmazonDynamoDBFullAcess", Some("AmazonDynamoDBFullAccess")),
        ("OrdersTableAccess", None),
        ("", None),
    ];
    for (name, wanted) in cases {
        assert_eq!(nearest_managed_policy(name).map(|policy| policy.name), wanted, "{name}");
    }
}

#[test]
fn removed_policies_say_what_replaced_them() {
    let lambda = removed_policy("AWSLambdaFullAccess").unwrap();
    assert_eq!(lambda.path, Some("/"));
    assert!(lambda.last_seen.unwrap().starts_with("moto "));
    assert_eq!(lambda.replacement().unwrap().name, "AWSLambda_FullAccess");
    assert_eq!(lambda.other_partitions().collect::<Vec<_>>(), ["aws-cn", "aws-us-gov"]);
    let data_pipeline = removed_policy("AWSDataPipelineRole").unwrap();
    assert_eq!(data_pipeline.path, Some("/service-role/"));
    assert_eq!(data_pipeline.replacement(), None);
    assert_eq!(removed_policy("TagGovernancePolicy").unwrap().path, None);
    assert_eq!(removed_policy("AWSLambda_FullAccess"), None);
}

#[test]
fn services_are_found_in_any_case() {
    let lambda = service("Lambda").unwrap();
    assert_eq!((lambda.prefix, lambda.name), ("lambda", Some("AWS Lambda")));
    assert_eq!(service("s3files").unwrap().name, None);
    assert_eq!(service("lambd"), None);
}

#[test]
fn actions_are_found_in_any_case_with_what_they_need() {
    let get = action("S3:getobject").unwrap();
    assert_eq!((get.full_name, get.service(), get.name()), ("s3:GetObject", "s3", "GetObject"));
    assert_eq!(get.level, AccessLevel::Read);
    assert!(get.resource_types().any(|it| it.name == "object"));
    let cases = [
        ("s3:ListAllMyBuckets", AccessLevel::List, false),
        ("sqs:SendMessage", AccessLevel::Write, true),
        ("lambda:AddPermission", AccessLevel::PermissionsManagement, true),
        ("lambda:TagResource", AccessLevel::Tagging, true),
        ("xray:PutTraceSegments", AccessLevel::Write, false),
        ("s3files:ClientMount", AccessLevel::Unknown, true),
    ];
    for (name, level, resources) in cases {
        let action = action(name).unwrap();
        assert_eq!((action.level, action.has_resource_types()), (level, resources), "{name}");
    }
    let add = action("lambda:AddPermission").unwrap();
    assert_eq!(
        add.resource_types().collect::<Vec<_>>(),
        [ActionResource { name: "function", requirement: Requirement::Required }]
    );
    for name in ["s3:GetObjects", "s3:*", "s3", "s3:", "", "*"] {
        assert_eq!(action(name), None, "{name}");
    }
}

#[test]
fn every_action_is_found_and_of_a_known_service_and_resource_type() {
    for found in actions_matching("*") {
        assert_eq!(action(&found.full_name.to_ascii_uppercase()), Some(found));
        assert!(service(found.service()).is_some(), "{}", found.full_name);
    }
    for service in services() {
        let types: Vec<_> =
            resource_types(service.prefix).map(|it| it.name.to_ascii_lowercase()).collect();
        for action in actions_of(service.prefix) {
            for resource in action.resource_types() {
                let name = resource.name.to_ascii_lowercase();
                assert!(types.contains(&name), "{}: {name}", action.full_name);
                let known = action.level != AccessLevel::Unknown;
                assert_eq!(resource.requirement != Requirement::Unknown, known, "{action:?}");
            }
        }
    }
}

#[test]
fn patterns_expand_to_the_actions_they_cover() {
    let names =
        |pattern: &str| actions_matching(pattern).map(|it| it.full_name).collect::<Vec<_>>();
    assert_eq!(names("sqs:Send*"), ["sqs:SendMessage"]);
    assert_eq!(names("SQS:?endmessage"), ["sqs:SendMessage"]);
    assert_eq!(names("sqs:SendMessage"), ["sqs:SendMessage"]);
    assert!(names("s3:*Object").contains(&"s3:GetObject"));
    assert!(!names("s3:*Object").contains(&"s3:GetObjectAcl"));
    assert!(names("s3:*").iter().all(|name| name.starts_with("s3:")));
    assert_eq!(names("s3:*"), actions_of("S3").map(|it| it.full_name).collect::<Vec<_>>());
    assert_eq!(names("*:*").len(), names("*").len());
    for pattern in ["", "s3", "s3*", "GetObject", "nosuch:*", "s3:Nosuch*"] {
        assert_eq!(names(pattern), [""; 0], "{pattern}");
    }
}

#[test]
fn resource_types_have_arn_formats() {
    let object = resource_types("S3").find(|it| it.name == "object").unwrap();
    assert_eq!(
        object.arn_formats().collect::<Vec<_>>(),
        ["arn:${Partition}:s3:::${BucketName}/${ObjectName}"]
    );
    for service in services() {
        for kind in resource_types(service.prefix) {
            assert_eq!(kind.service, service.prefix);
            assert!(
                kind.arn_formats().all(|it| it == "*" || it.matches(':').count() >= 5),
                "{kind:?}"
            );
        }
    }
}

#[test]
fn sam_policy_templates_have_their_parameters() {
    let poller = sam_policy_template("SQSPollerPolicy").unwrap();
    assert_eq!(poller.parameters().collect::<Vec<_>>(), ["QueueName"]);
    assert_eq!(sam_policy_template("AMIDescribePolicy").unwrap().parameters().count(), 0);
    for template in sam_policy_templates() {
        assert_eq!(sam_policy_template(template.name), Some(template));
        let definition: Value = serde_json::from_str(template.definition_json).unwrap();
        assert!(definition["Statement"].is_array(), "{}", template.name);
        for parameter in template.parameters() {
            assert!(
                template.definition_json.contains(&format!("{{\"Ref\":\"{parameter}\"}}")),
                "{}: {parameter}",
                template.name
            );
        }
    }
    assert_eq!(sam_policy_template("sqspollerpolicy"), None);
    assert_eq!(nearest_sam_policy_template("SqsPollerPolicy").unwrap().name, "SQSPollerPolicy");
}

#[test]
fn sam_resolves_bare_names_per_partition() {
    assert_eq!(
        sam_managed_policy_arn("AWSLambdaBasicExecutionRole", "aws").unwrap(),
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    );
    assert_eq!(
        sam_managed_policy_arn("AmazonSQSFullAccess", "aws-cn").unwrap(),
        "arn:aws-cn:iam::aws:policy/AmazonSQSFullAccess"
    );
    assert_eq!(sam_managed_policy_arn("AWSAccountManagementReadOnlyAccess", "aws-mars"), None);
    assert_eq!(sam_managed_policy_arn("service-role/AWSLambdaBasicExecutionRole", "aws"), None);
    assert_eq!(
        sam_managed_policy("AWSLambdaFullAccess").unwrap().partitions().next(),
        Some("aws-cn")
    );
}

#[test]
fn sam_connectors_join_types() {
    let write = sam_connector("AWS::Lambda::Function", "AWS::DynamoDB::Table").unwrap();
    assert!(write.profile_json.contains("dynamodb:PutItem"));
    assert_eq!(sam_connector("AWS::DynamoDB::Table", "AWS::S3::Bucket"), None);
    for connector in sam_connectors() {
        assert_eq!(
            sam_connector(connector.source_type, connector.destination_type),
            Some(connector)
        );
        let profile: Value = serde_json::from_str(connector.profile_json).unwrap();
        assert!(profile["Type"].is_string(), "{connector:?}");
    }
}
