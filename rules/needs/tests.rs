//! The table against the data of AWS.

use iacscan_core::World;
use iacscan_iam::{SymbolicOnly, aws, decide, policy_from_json};

use super::*;

/// Every need.
const NEEDS: &[Need] = &[
    LOGS,
    LOG_GROUP,
    VPC,
    VPC_DOCUMENTED,
    TRACING,
    SQS,
    KINESIS,
    KINESIS_CONSUMER,
    DYNAMODB,
    DYNAMODB_LIST,
    MSK,
    MSK_DESCRIBE,
    MSK_DESCRIBE_SERVERLESS,
    KAFKA_CONNECT,
    KAFKA_TOPIC,
    KAFKA_GROUP,
    MQ,
    DOCUMENTDB,
    DOCUMENTDB_PARAMETERS,
    DOCUMENTDB_SUBNETS,
    GLUE_REGISTRY,
    GLUE_SCHEMA,
    SOURCE_NETWORK,
    SECRET,
    DECRYPT,
    SEND,
    PUBLISH,
    INVOKE,
    PUT_EVENTS,
    PUT_OBJECT,
    LIST_BUCKET,
    INSIGHTS,
    SIGNALS_LOGS,
    SIGNALS_TRACES,
    SECRETS_EXTENSION,
    APPCONFIG_EXTENSION,
    EFS_MOUNT,
    S3_FILES_MOUNT,
    DURABLE,
];

/// The suggestion of every need really grants it, and its actions exist.
#[test]
fn suggested_policies_grant_what_is_needed() {
    // One of the actions is enough.
    let alternatives = [MSK_DESCRIBE.actions, SECRETS_EXTENSION.actions];
    for need in NEEDS {
        for action in need.actions {
            // S3 Files is newer than the table of actions.
            let known = aws::action(action).is_some() || action.starts_with("s3files:");
            assert!(known, "{action}");
        }
        let Some(name) = need.managed else { continue };
        let policy = policy_from_json(aws::managed_policy(name).unwrap().document_json);
        let policy = policy.unwrap();
        let world = World::certain();
        let anything = Text::unknown(iacscan_core::Unknown::Input);
        let granted = |action: &&&str| {
            let statements: Vec<_> = policy.statements.all().collect();
            let truth = decide(statements, action, &anything, &world, &SymbolicOnly).truth;
            // Some suggestions are scoped to the one resource that the need is about.
            if need.on == On::Everything { truth.is_true() } else { !truth.is_false() }
        };
        let count = need.actions.iter().filter(granted).count();
        let enough = if alternatives.contains(&need.actions) { 1 } else { need.actions.len() };
        assert!(count >= enough, "{name} lacks some of {:?}", need.actions);
    }
}
