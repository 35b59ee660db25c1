//! Operations of APIs that IAM checks under another name.
//!
//! Sources: "Required permissions for Amazon S3 API operations" in the S3 user guide, and the API
//! permission references and API references of the other services.

/// What IAM checks for an operation.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Checked {
    /// The action.
    pub(super) action: &'static str,
    /// What else it takes, as the rest of a sentence; empty where nothing.
    pub(super) besides: &'static str,
}

/// What IAM checks for an operation, whatever its case; with a `*` behind, for all operations that
/// begin so.
pub(super) fn checked_as(operation: &str) -> Option<Checked> {
    if let Some(start) = operation.strip_suffix('*') {
        let begins = |name: &str| {
            name.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
        };
        let mut all = OPERATIONS.iter().filter(|(name, ..)| begins(name));
        let (_, action, besides) = *all.next()?;
        let is_one = all.all(|(_, other, _)| *other == action);
        return is_one.then_some(Checked { action, besides });
    }
    let known = OPERATIONS.iter().find(|(name, ..)| name.eq_ignore_ascii_case(operation));
    known
        .map(|&(_, action, besides)| Checked { action, besides })
        .or_else(|| Some(Checked { action: by_method(operation)?, besides: "" }))
}

/// API Gateway checks the HTTP method of the request, which the operation's verb says.
fn by_method(operation: &str) -> Option<&'static str> {
    let (prefix, name) = operation.split_once(':')?;
    let is_verb = |verb: &str| {
        let begins = name.get(..verb.len()).is_some_and(|it| it.eq_ignore_ascii_case(verb));
        begins && name.len() > verb.len()
    };
    let method = METHODS.iter().find(|(verb, _)| is_verb(verb))?;
    prefix.eq_ignore_ascii_case("apigateway").then_some(method.1)
}

const METHODS: &[(&str, &str)] = &[
    ("Create", "apigateway:POST"),
    ("Delete", "apigateway:DELETE"),
    ("Get", "apigateway:GET"),
    ("Update", "apigateway:PATCH"),
];

/// Operations that are no actions, sorted, each with the action that IAM checks for it, and what
/// else it takes.
const OPERATIONS: &[(&str, &str, &str)] = &[
    ("bedrock:Converse", "bedrock:InvokeModel", ""),
    ("bedrock:ConverseStream", "bedrock:InvokeModelWithResponseStream", ""),
    ("budgets:CreateBudget", "budgets:ModifyBudget", ""),
    ("budgets:DeleteBudget", "budgets:ModifyBudget", ""),
    ("budgets:DescribeBudget", "budgets:ViewBudget", ""),
    ("budgets:DescribeBudgets", "budgets:ViewBudget", ""),
    ("budgets:UpdateBudget", "budgets:ModifyBudget", ""),
    ("dynamodb:BatchExecuteStatement", "dynamodb:PartiQLSelect", PARTIQL),
    ("dynamodb:BatchPutItem", "dynamodb:BatchWriteItem", ""),
    ("dynamodb:ExecuteStatement", "dynamodb:PartiQLSelect", PARTIQL),
    ("dynamodb:ExecuteTransaction", "dynamodb:PartiQLSelect", PARTIQL),
    ("dynamodb:TransactGetItems", "dynamodb:GetItem", ""),
    ("dynamodb:TransactWriteItems", "dynamodb:PutItem", WRITES),
    ("execute-api:DeleteConnection", "execute-api:ManageConnections", ""),
    ("execute-api:GetConnection", "execute-api:ManageConnections", ""),
    ("execute-api:PostToConnection", "execute-api:ManageConnections", ""),
    (
        "kms:ReEncrypt",
        "kms:ReEncryptFrom",
        "and `kms:ReEncryptTo` on the key that it is encrypted with then",
    ),
    ("lambda:Invoke", "lambda:InvokeFunction", ""),
    ("lambda:InvokeWithResponseStream", "lambda:InvokeFunction", ""),
    ("lambda:ListEventSources", "lambda:ListEventSourceMappings", ""),
    ("rds-db:BatchExecuteStatement", "rds-data:BatchExecuteStatement", ""),
    ("rds-db:BeginTransaction", "rds-data:BeginTransaction", ""),
    ("rds-db:CommitTransaction", "rds-data:CommitTransaction", ""),
    ("rds-db:ExecuteStatement", "rds-data:ExecuteStatement", ""),
    ("rds-db:RollbackTransaction", "rds-data:RollbackTransaction", ""),
    ("s3:CompleteMultipartUpload", "s3:PutObject", ""),
    ("s3:CopyObject", "s3:PutObject", COPIES),
    ("s3:CreateMultipartUpload", "s3:PutObject", ""),
    ("s3:DeleteBucketCors", "s3:PutBucketCORS", ""),
    ("s3:DeleteBucketEncryption", "s3:PutEncryptionConfiguration", ""),
    ("s3:DeleteBucketLifecycle", "s3:PutLifecycleConfiguration", ""),
    ("s3:DeleteBucketReplication", "s3:PutReplicationConfiguration", ""),
    ("s3:DeleteBucketTagging", "s3:PutBucketTagging", ""),
    ("s3:DeleteObjects", "s3:DeleteObject", ""),
    ("s3:DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock", ""),
    ("s3:GetBucketAccelerateConfiguration", "s3:GetAccelerateConfiguration", ""),
    ("s3:GetBucketAnalyticsConfiguration", "s3:GetAnalyticsConfiguration", ""),
    ("s3:GetBucketEncryption", "s3:GetEncryptionConfiguration", ""),
    ("s3:GetBucketInventoryConfiguration", "s3:GetInventoryConfiguration", ""),
    ("s3:GetBucketLifecycle", "s3:GetLifecycleConfiguration", ""),
    ("s3:GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration", ""),
    ("s3:GetBucketMetricsConfiguration", "s3:GetMetricsConfiguration", ""),
    ("s3:GetBucketNotificationConfiguration", "s3:GetBucketNotification", ""),
    ("s3:GetBucketReplication", "s3:GetReplicationConfiguration", ""),
    ("s3:GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration", ""),
    ("s3:GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", ""),
    ("s3:HeadBucket", "s3:ListBucket", ""),
    ("s3:HeadObject", "s3:GetObject", ""),
    ("s3:InitiateMultipartUpload", "s3:PutObject", ""),
    ("s3:ListBuckets", "s3:ListAllMyBuckets", ""),
    ("s3:ListMultipartUploads", "s3:ListBucketMultipartUploads", ""),
    ("s3:ListObjectVersions", "s3:ListBucketVersions", ""),
    ("s3:ListObjects", "s3:ListBucket", ""),
    ("s3:ListObjectsV2", "s3:ListBucket", ""),
    ("s3:ListParts", "s3:ListMultipartUploadParts", ""),
    ("s3:PutBucketAccelerateConfiguration", "s3:PutAccelerateConfiguration", ""),
    ("s3:PutBucketAnalyticsConfiguration", "s3:PutAnalyticsConfiguration", ""),
    ("s3:PutBucketEncryption", "s3:PutEncryptionConfiguration", ""),
    ("s3:PutBucketInventoryConfiguration", "s3:PutInventoryConfiguration", ""),
    ("s3:PutBucketLifecycle", "s3:PutLifecycleConfiguration", ""),
    ("s3:PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration", ""),
    ("s3:PutBucketMetricsConfiguration", "s3:PutMetricsConfiguration", ""),
    ("s3:PutBucketNotificationConfiguration", "s3:PutBucketNotification", ""),
    ("s3:PutBucketReplication", "s3:PutReplicationConfiguration", ""),
    ("s3:PutObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration", ""),
    ("s3:PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock", ""),
    ("s3:SelectObjectContent", "s3:GetObject", ""),
    ("s3:UploadPart", "s3:PutObject", ""),
    ("s3:UploadPartCopy", "s3:PutObject", COPIES),
    ("sns:PublishBatch", "sns:Publish", ""),
    ("sqs:ChangeMessageVisibilityBatch", "sqs:ChangeMessageVisibility", ""),
    ("sqs:DeleteMessageBatch", "sqs:DeleteMessage", ""),
    ("sqs:SendMessageBatch", "sqs:SendMessage", ""),
];

const PARTIQL: &str = "or `dynamodb:PartiQLInsert`, `dynamodb:PartiQLUpdate` or \
                       `dynamodb:PartiQLDelete`, for what the statement does";
const WRITES: &str = "or `dynamodb:UpdateItem`, `dynamodb:DeleteItem` or \
                      `dynamodb:ConditionCheckItem`, for what the transaction does";
const COPIES: &str = "and `s3:GetObject` on what is copied";

#[cfg(test)]
mod tests {
    use iacscan_iam::aws::action;

    use super::*;

    #[test]
    fn operations_are_no_actions_and_are_checked_as_actions() {
        assert!(OPERATIONS.is_sorted());
        for (operation, checked, _) in OPERATIONS {
            assert!(action(operation).is_none(), "{operation}");
            assert!(action(checked).is_some(), "{checked}");
        }
    }

    #[test]
    fn names_are_looked_up() {
        let action = |operation: &str| Some(checked_as(operation)?.action);
        assert_eq!(action("S3:headobject"), Some("s3:GetObject"));
        assert_eq!(action("s3:ListObjects*"), Some("s3:ListBucket"));
        assert_eq!(action("dynamodb:Transact*"), None);
        assert_eq!(action("s3:GetObject"), None);
        assert_eq!(action("apigateway:GetRestApis"), Some("apigateway:GET"));
        assert_eq!(action("apigateway:Get"), None);
    }
}
