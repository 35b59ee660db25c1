//! Names of services that are no prefixes of actions.

use iacscan_iam::aws::action;

/// The prefix that the actions of a service have which an action names otherwise.
pub(super) fn prefix_of(written: &str) -> Option<&'static str> {
    let known = SERVICES.iter().find(|(name, _)| name.eq_ignore_ascii_case(written));
    known.map(|(_, prefix)| *prefix)
}

/// The action with the service's own prefix, if there is one; none for patterns, whose actions are
/// better listed.
pub(super) fn with_prefix(prefix: &str, name: &str) -> Option<&'static str> {
    action(&format!("{prefix}:{name}")).map(|action| action.full_name)
}

/// What services are called in consoles, in SDKs and in speech, sorted, each with the prefix of their
/// actions. None of them is a prefix.
const SERVICES: &[(&str, &str)] = &[
    ("alb", "elasticloadbalancing"),
    ("api-gateway", "apigateway"),
    ("apigatewayv2", "apigateway"),
    ("cfn", "cloudformation"),
    ("cloudwatch-logs", "logs"),
    ("cloudwatchevents", "events"),
    ("cloudwatchlogs", "logs"),
    ("dynamo", "dynamodb"),
    ("dynamodbstreams", "dynamodb"),
    ("efs", "elasticfilesystem"),
    ("elb", "elasticloadbalancing"),
    ("elbv2", "elasticloadbalancing"),
    ("emr", "elasticmapreduce"),
    ("eventbridge", "events"),
    ("kinesisfirehose", "firehose"),
    ("msk", "kafka"),
    ("parameterstore", "ssm"),
    ("rdsdata", "rds-data"),
    ("secretmanager", "secretsmanager"),
    ("secrets-manager", "secretsmanager"),
    ("sfn", "states"),
    ("step-functions", "states"),
    ("stepfunctions", "states"),
    ("systemsmanager", "ssm"),
];

#[cfg(test)]
mod tests {
    use iacscan_iam::aws::service;

    use super::*;

    #[test]
    fn names_of_services_are_no_prefixes() {
        assert!(SERVICES.is_sorted());
        for (name, prefix) in SERVICES {
            assert!(service(name).is_none(), "{name}");
            assert!(service(prefix).is_some(), "{prefix}");
        }
    }
}
