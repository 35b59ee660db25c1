//! Which resources the help proposes in the place of all.

use iacscan_rules::Options;

use crate::scan;

use super::statement_help::{help, template};

pub(crate) const PREFIX: &str = " Put your own values for the words in capitals; a prefix such as `orders-*` will do for a name.";
pub(crate) const VALUES: &str = " Put your own values for the words in capitals, and `*` for an id that only the running code \
                                 learns.";
pub(crate) const OTHERS: &str = " If the code uses other resources, name those.";
pub(crate) const TAG: &str = " AWS makes the id for which `*` stands there; a condition on a tag \
                   (`aws:ResourceTag/NAME`) narrows it, where the service supports that.";

pub(crate) const PHONES: &str = " Only if the code sends text messages (SMS), leave `sns:Publish` on `*` in a \
                      statement of its own: phone numbers have no ARN.";

/// An ARN as a template writes it: of a service in the template's region and account.
pub(crate) fn arn(rest: &str) -> String {
    let place = ":${AWS::Region}:${AWS::AccountId}:";
    format!("`!Sub \"arn:${{AWS::Partition}}:{}\"`", rest.replace(' ', place))
}

#[test]
fn every_kind_of_resource_is_named() {
    let image = "`!Sub \"arn:${AWS::Partition}:ec2:${AWS::Region}::image/*\"`";
    let instance = arn("ec2 instance/*");
    let interface = arn("ec2 network-interface/*");
    let group = arn("logs log-group:LOG_GROUP_NAME:*");
    let of_function = arn("logs log-group:/aws/lambda/FUNCTION_NAME:*");
    let path = |path: &str| {
        format!("`!Sub \"arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}::/{path}\"`")
    };
    for (actions, expected) in [
        (
            "'logs:PutRetentionPolicy', 'logs:DeleteRetentionPolicy'",
            format!(
                "{group} for `logs:PutRetentionPolicy` and `logs:DeleteRetentionPolicy`.{PREFIX}"
            ),
        ),
        (
            "'logs:DescribeLogStreams', 'logs:GetLogEvents', 'logs:FilterLogEvents'",
            format!(
                "{group} for `logs:DescribeLogStreams`, `logs:GetLogEvents` and \
                 `logs:FilterLogEvents`.{PREFIX}"
            ),
        ),
        (
            "'cloudformation:GetTemplateSummary'",
            format!(
                "{} and {} for `cloudformation:GetTemplateSummary`.{PREFIX}",
                arn("cloudformation stack/STACK_NAME/*"),
                arn("cloudformation stackset/STACK_SET_NAME:*")
            ),
        ),
        (
            "'rds:CreateDBClusterSnapshot'",
            format!(
                "{} and {} for `rds:CreateDBClusterSnapshot`.{PREFIX}",
                arn("rds cluster-snapshot:CLUSTER_SNAPSHOT_NAME"),
                arn("rds cluster:DB_CLUSTER_NAME")
            ),
        ),
        (
            "'ec2:RunInstances'",
            format!(
                "{instance}, {image}, {interface}, {}, {} and {} for `ec2:RunInstances`.{VALUES}{TAG} If a \
                 call of `ec2:RunInstances` names something else too, allow it as well, as with {}, \
                 {} and {}.",
                arn("ec2 security-group/SECURITY_GROUP_ID"),
                arn("ec2 subnet/SUBNET_ID"),
                arn("ec2 volume/*"),
                arn("ec2 capacity-reservation/CAPACITY_RESERVATION_ID"),
                arn("ec2 elastic-gpu/ELASTIC_GPU_ID"),
                arn("ec2 key-pair/KEY_PAIR_NAME"),
            ),
        ),
        (
            "'dynamodb:Query'",
            format!(
                "{} for `dynamodb:Query`.{PREFIX} If a call of `dynamodb:Query` names something \
                 else too, allow it as well: {}.",
                arn("dynamodb table/TABLE_NAME"),
                arn("dynamodb table/TABLE_NAME/index/INDEX_NAME")
            ),
        ),
        (
            "'dynamodb:Query', 'dynamodb:Scan'",
            format!(
                "{} for `dynamodb:Query` and `dynamodb:Scan`.{PREFIX} If a call of \
                 `dynamodb:Query` or `dynamodb:Scan` names something else too, allow it as well: \
                 {}.",
                arn("dynamodb table/TABLE_NAME"),
                arn("dynamodb table/TABLE_NAME/index/INDEX_NAME")
            ),
        ),
        (
            "'es:ESHttpPost', 'rds:DescribeDBInstances', 'dynamodb:DescribeExport', 'apigateway:GET'",
            format!(
                "{} for `es:ESHttpPost`; {} for `rds:DescribeDBInstances`; {} for \
                 `dynamodb:DescribeExport`; {}, {}, {} and {} for `apigateway:GET`.{PREFIX} Keys, \
                 usage plans and the like are paths of their own, such as `/apikeys/*` and \
                 `/usageplans/*`.",
                arn("es domain/DOMAIN_NAME/*"),
                arn("rds db:*"),
                arn("dynamodb table/TABLE_NAME/export/*"),
                path("restapis/REST_API_ID"),
                path("restapis/REST_API_ID/*"),
                path("apis/API_ID"),
                path("apis/API_ID/*"),
            ),
        ),
        (
            "'bedrock:InvokeModel'",
            format!(
                "`!Sub \"arn:${{AWS::Partition}}:bedrock:*::foundation-model/FOUNDATION_MODEL_ID\"` and \
                 {} for `bedrock:InvokeModel`.{VALUES}",
                arn("bedrock inference-profile/INFERENCE_PROFILE_ID")
            ),
        ),
        (
            "'sqs:SendMessage', 'sns:Publish', 'kms:Decrypt', 'dynamodb:PutItem', \
             'lambda:InvokeFunction', 'events:PutEvents'",
            format!(
                "{} for `sqs:SendMessage`; {} for `sns:Publish`; {} for `kms:Decrypt`; {} for \
                 `dynamodb:PutItem`; {} for `lambda:InvokeFunction`; {} for `events:PutEvents`.{PREFIX}{PHONES}",
                arn("sqs QUEUE_NAME"),
                arn("sns TOPIC_NAME"),
                arn("kms key/KEY_ID"),
                arn("dynamodb table/TABLE_NAME"),
                arn("lambda function:FUNCTION_NAME"),
                arn("events event-bus/EVENT_BUS_NAME")
            ),
        ),
        ("'kms:Decrypt'", format!("{} for `kms:Decrypt`.{VALUES}", arn("kms key/KEY_ID"))),
        (
            "'dynamodb:PutItem', 'logs:PutLogEvents', 'xray:PutTraceSegments'",
            format!(
                "{} for `dynamodb:PutItem`; {of_function} for `logs:PutLogEvents`.{PREFIX} Leave \
                 `xray:PutTraceSegments` on `*` and move the rest to a new statement beside this one: it \
                 cannot be limited.",
                arn("dynamodb table/TABLE_NAME")
            ),
        ),
        (
            "'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', \
             'ec2:DetachNetworkInterface'",
            format!(
                "{interface} and {instance} for `ec2:DetachNetworkInterface`.{TAG} Lambda itself does not need `ec2:CreateNetworkInterface`, \
                 `ec2:DeleteNetworkInterface` and `ec2:DetachNetworkInterface`: unless the \
                 code does, remove the statement."
            ),
        ),
    ] {
        let text = template(&format!("Action: [{actions}], Resource: '*'"));
        let expected = format!("Name the resources: {expected}");
        assert_eq!(help(&text, "wildcard-resource").unwrap(), expected, "{actions}");
    }
}

#[test]
fn buckets_and_objects_are_named() {
    let bucket = "`!Sub \"arn:${AWS::Partition}:s3:::BUCKET_NAME\"`";
    let objects = "`!Sub \"arn:${AWS::Partition}:s3:::BUCKET_NAME/*\"`";
    for (actions, expected) in [
        ("'s3:ListBucket*'", format!("{bucket} for `s3:ListBucket*`.{PREFIX}")),
        (
            "'s3:List*'",
            format!(
                "{bucket} and {objects} for `s3:List*`.{PREFIX} `s3:List*` covers what can be \
                 allowed on `*` alone, such as `s3:ListAllMyBuckets`: name what the code calls of \
                 that in a new statement on `*`."
            ),
        ),
        (
            "'s3:List*', 's3:Get*'",
            format!(
                "{bucket} and {objects} for `s3:List*` and `s3:Get*`.{PREFIX} `s3:List*` and \
                 `s3:Get*` cover what can be allowed on `*` alone, such as `s3:ListAllMyBuckets`: \
                 name what the code calls of that in a new statement on `*`."
            ),
        ),
        (
            "'s3:GetObject', 's3:ListBucket', 's3:PutObjectTagging'",
            format!(
                "{objects} for `s3:GetObject` and `s3:PutObjectTagging`; {bucket} for \
                 `s3:ListBucket`.{PREFIX}"
            ),
        ),
    ] {
        let text = template(&format!("Action: [{actions}], Resource: '*'"));
        let text =
            text.replace("Bucket:\n    Type: AWS::S3::Bucket", "Topic:\n    Type: AWS::SNS::Topic");
        let expected = format!("Name the resources: {expected}");
        assert_eq!(help(&text, "wildcard-resource").unwrap(), expected, "{actions}");
    }
}

#[test]
fn resources_beside_the_statement_are_named() {
    let of = |resources: &str, actions: &str| {
        let statement = format!("Action: [{actions}], Resource: '*'");
        let bare = template(&statement).replace("  Bucket:\n    Type: AWS::S3::Bucket\n", "");
        help(&format!("{bare}{resources}"), "wildcard-resource").unwrap()
    };
    let plain = |kind: &str| format!("  Thing: {{Type: 'AWS::{kind}'}}\n");
    for (kind, action, expected) in [
        ("KMS::Key", "kms:Decrypt", "!GetAtt Thing.Arn"),
        ("SQS::Queue", "sqs:SendMessage", "!GetAtt Thing.Arn"),
        ("SNS::Topic", "sns:Publish", "!Ref Thing"),
        ("DynamoDB::Table", "dynamodb:PutItem", "!GetAtt Thing.Arn"),
        ("S3::Bucket", "s3:ListBucket", "!GetAtt Thing.Arn"),
        ("S3::Bucket", "s3:GetObject", "!Sub \"${Thing.Arn}/*\""),
        ("SecretsManager::Secret", "secretsmanager:GetSecretValue", "!Ref Thing"),
        ("StepFunctions::StateMachine", "states:StartExecution", "!Ref Thing"),
        ("Kinesis::Stream", "kinesis:PutRecord", "!GetAtt Thing.Arn"),
        ("KinesisFirehose::DeliveryStream", "firehose:PutRecord", "!GetAtt Thing.Arn"),
        ("CodeBuild::Project", "codebuild:StartBuild", "!GetAtt Thing.Arn"),
        ("Cognito::UserPool", "cognito-idp:AdminGetUser", "!GetAtt Thing.Arn"),
        ("Lambda::Function", "lambda:InvokeFunction", "!GetAtt Thing.Arn"),
        (
            "Logs::LogGroup",
            "logs:PutRetentionPolicy",
            "!Sub \"arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Thing}:*\"",
        ),
        (
            "SSM::Parameter",
            "ssm:GetParameter",
            "!Sub \"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${Thing}\"",
        ),
    ] {
        assert_eq!(
            of(&plain(kind), &format!("'{action}'")),
            format!(
                "Name the resources: `{expected}` for `{action}`.{OTHERS}{}",
                if action == "sns:Publish" { PHONES } else { "" }
            ),
            "{kind}"
        );
    }
    let queues = |count: usize| -> String {
        (0..count).map(|i| format!("  Q{i}: {{Type: 'AWS::SQS::Queue'}}\n")).collect()
    };
    for (count, expected) in [
        (2, "`!GetAtt Q0.Arn` or `!GetAtt Q1.Arn`"),
        (4, "`!GetAtt Q0.Arn`, `!GetAtt Q1.Arn`, `!GetAtt Q2.Arn` or `!GetAtt Q3.Arn`"),
        (9, "`!GetAtt Q0.Arn` or another of 9"),
    ] {
        assert_eq!(
            of(&queues(count), "'sqs:SendMessage'"),
            format!("Name the resources: {expected} for `sqs:SendMessage`.{OTHERS}")
        );
    }
    // What waits for the role cannot be named in it.
    let waiting = "  Thing: {Type: 'AWS::SQS::Queue', DependsOn: Function}\n";
    assert!(!of(waiting, "'sqs:SendMessage'").contains("Thing"));
    assert!(!of("", "'lambda:InvokeFunction'").contains("!GetAtt"));
    // What an action makes or deletes is not what stands there.
    let other = plain("Lambda::Function");
    for (action, is_named) in [("Invoke", true), ("Create", false), ("Delete", false)] {
        let help = of(&other, &format!("'lambda:{action}Function'"));
        assert_eq!(help.contains("Thing"), is_named, "{action}");
    }
}

#[test]
fn patterns_on_several_kinds_are_written_out_and_counted_as_they_stand() {
    let actions = "'dynamodb:PutItem', 'dynamodb:Get*', 'dynamodb:Update*', 'dynamodb:Delete*'";
    let text = template(&format!("Action: [{actions}], Resource: '*'"));
    let help = help(&text, "wildcard-resource").unwrap();
    for said in [
        format!("{} for `dynamodb:PutItem` and 3 more of the statement;", arn("dynamodb table/TABLE_NAME")),
        format!("{} for `dynamodb:DeleteBackup`", arn("dynamodb table/TABLE_NAME/backup/*")),
        "In place of `dynamodb:Get*`, `dynamodb:Update*` and `dynamodb:Delete*`, write the actions of \
         these that the code calls."
            .to_owned(),
    ] {
        assert!(help.contains(&said), "{help}");
    }
}

#[test]
fn an_index_is_spoken_of_where_there_may_be_one() {
    let template_of = |properties: &str| {
        let text = template("Action: ['dynamodb:Query', 'dynamodb:Scan'], Resource: '*'");
        let orders = "  Orders:\n    Type: AWS::DynamoDB::Table\n";
        let properties = format!("    Properties: {{BillingMode: PAY_PER_REQUEST{properties}}}\n");
        help(&format!("{text}{orders}{properties}"), "wildcard-resource").unwrap()
    };
    let module_of = |block: &str| {
        let text = format!(
            r#"
resource "aws_dynamodb_table" "orders" {{
  name = "orders"
  {block}
}}
resource "aws_lambda_function" "app" {{
  function_name = "app"
  role          = aws_iam_role.app.arn
}}
resource "aws_iam_role" "app" {{
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }}
  ] }})
}}
resource "aws_iam_role_policy" "app" {{
  role   = aws_iam_role.app.id
  policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = ["dynamodb:Query", "dynamodb:Scan"], Resource = "*" }}
  ] }})
}}
"#
        );
        let found = scan::scan([("main.tf", text.as_str())], &Options::default()).findings;
        let mut found = found.into_iter().filter(|it| it.rule == "wildcard-resource");
        found.next().unwrap().help.unwrap()
    };
    let indexed = "global_secondary_index { name = \"by-day\" }";
    let repeated = "dynamic \"local_secondary_index\" {\n for_each = var.indexes\n content {}\n }";
    for (help, index) in [
        (template_of(""), None),
        (
            template_of(", GlobalSecondaryIndexes: [{IndexName: by-day}]"),
            Some("`!Sub \"${Orders.Arn}/index/*\"`"),
        ),
        (module_of(""), None),
        (module_of(indexed), Some("`\"${aws_dynamodb_table.orders.arn}/index/*\"`")),
        (module_of(repeated), Some("`\"${aws_dynamodb_table.orders.arn}/index/*\"`")),
    ] {
        let said = index.map(|index| {
            format!(
                "If a call of `dynamodb:Query` or `dynamodb:Scan` names something else too, allow it \
                 as well: {index}."
            )
        });
        match said {
            Some(said) => assert!(help.ends_with(&said), "{help}"),
            None => assert!(!help.contains("index"), "{help}"),
        }
    }
}

/// One text for several roles names what each of them is told of.
#[test]
fn a_shared_document_is_one_finding() {
    let each = |name: &str| {
        format!(
            r#"
resource "aws_sqs_queue" "{name}" {{}}
resource "aws_lambda_function" "{name}" {{
  function_name = "{name}"
  role          = aws_iam_role.{name}.arn
  environment {{ variables = {{ QUEUE = aws_sqs_queue.{name}.url }} }}
}}
resource "aws_iam_role" "{name}" {{
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }}
  ] }})
}}
resource "aws_iam_role_policy" "{name}" {{
  role   = aws_iam_role.{name}.id
  policy = data.aws_iam_policy_document.app.json
}}
"#
        )
    };
    let document = r#"
data "aws_iam_policy_document" "app" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = ["*"]
  }
}
"#;
    let text = format!("{document}{}{}", each("one"), each("two"));
    let found = scan::scan([("main.tf", text.as_str())], &Options::default()).findings;
    let helps: Vec<_> = found.iter().filter(|it| it.rule == "wildcard-resource").collect();
    let [only] = helps.as_slice() else { panic!("{helps:#?}") };
    let expected = "Name the resources: `aws_sqs_queue.one.arn` or `aws_sqs_queue.two.arn` for";
    assert!(only.help.as_deref().unwrap().starts_with(expected), "{only:#?}");
}

/// What the code is told of is what it uses.
#[test]
fn what_the_environment_refers_to_is_named() {
    let of = |environment: &str| {
        let text = template("Action: ['sqs:SendMessage', 'dynamodb:PutItem'], Resource: '*'");
        let text = text.replace(
            "      Role: !GetAtt Role.Arn\n",
            &format!(
                "      Role: !GetAtt Role.Arn\n      Environment: {{Variables: {{{environment}}}}}\n"
            ),
        );
        let queues: String =
            ["A", "B", "C"].map(|it| format!("  {it}: {{Type: 'AWS::SQS::Queue'}}\n")).concat();
        help(&format!("{text}{queues}"), "wildcard-resource").unwrap()
    };
    for (environment, expected) in [
        ("X: y", "`!GetAtt A.Arn`, `!GetAtt B.Arn` or `!GetAtt C.Arn`"),
        ("X: !Ref B", "`!GetAtt B.Arn`"),
        ("X: !Sub '${C.QueueName}', Y: !GetAtt B.Arn", "`!GetAtt B.Arn` and `!GetAtt C.Arn`"),
        ("X: !If [Known, !Ref B, none]", "`!GetAtt B.Arn`"),
    ] {
        let help = of(environment);
        assert!(
            help.starts_with(&format!("Name the resources: {expected} for `sqs:SendMessage`; ")),
            "{environment}: {help}"
        );
    }
}

#[test]
fn a_bucket_whose_events_run_the_function_is_not_named() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: {Type: 'AWS::S3::Bucket'}
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src
      Policies: [{S3ReadPolicy: {BucketName: '*'}}]
      Events:
        Upload: {Type: S3, Properties: {Bucket: !Ref Orders, Events: 's3:ObjectCreated:*'}}
";
    assert!(!help(text, "wildcard-resource").unwrap().contains("Orders"));
}

#[test]
fn configurations_name_resources_of_the_same_module() {
    let module = r#"
resource "aws_iam_role" "app" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }
  ] })
}
data "aws_iam_policy_document" "app" {
  statement {
    actions   = ["sqs:SendMessage", "kms:Decrypt", "s3:GetObject", "sns:Publish"]
    resources = ["*"]
  }
}
resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.id
  policy = data.aws_iam_policy_document.app.json
}
resource "aws_sqs_queue" "jobs" {}
resource "aws_kms_key" "jobs" {}
resource "aws_s3_bucket" "jobs" {}
"#;
    let root = "module \"app\" {\n  source = \"./app\"\n}\n";
    for files in [vec![("main.tf", module)], vec![("main.tf", root), ("app/main.tf", module)]] {
        let found = scan::scan(files, &Options::default()).findings;
        let wide = found.iter().find(|finding| finding.rule == "wildcard-resource").unwrap();
        assert_eq!(
            wide.help.as_deref().unwrap(),
            format!(
                "Name the resources:\n  `aws_sqs_queue.jobs.arn` for `sqs:SendMessage`;\n  \
                 `aws_kms_key.jobs.arn` for `kms:Decrypt`;\n  `\"${{aws_s3_bucket.jobs.arn}}/*\"` \
                 for `s3:GetObject`;\n  `arn:aws:sns:REGION:ACCOUNT:TOPIC_NAME` for \
                 `sns:Publish`.\n{}\n`*` will do for `REGION` and `ACCOUNT`.\n{}\n{}",
                PREFIX.trim_start(),
                OTHERS.trim_start(),
                PHONES.trim_start()
            )
        );
    }
}

#[test]
fn what_has_no_arn_of_its_own_is_named_by_its_id() {
    let resources = "
  Sender: {Type: 'AWS::SES::EmailIdentity', Properties: {EmailIdentity: shop.example.com}}
  Shop: {Type: 'AWS::AppSync::GraphQLApi', Properties: {Name: shop, AuthenticationType: AWS_IAM}}
  Site: {Type: 'AWS::CloudFront::Distribution', Properties: {DistributionConfig: {Enabled: true}}}
";
    for (action, expected) in [
        ("ses:SendEmail", arn("ses identity/shop.example.com")),
        ("appsync:GraphQL", "`!Sub \"${Shop}/*\"`".to_owned()),
        ("appsync:GetGraphqlApi", "`!Ref Shop`".to_owned()),
        (
            "cloudfront:CreateInvalidation",
            "`!Sub \"arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Site}\"`"
                .to_owned(),
        ),
        ("execute-api:ManageConnections", arn("execute-api API_ID/STAGE/*/@connections/*")),
    ] {
        let statement = format!("Action: '{action}', Resource: '*'");
        let help = help(&(template(&statement) + resources), "wildcard-resource").unwrap();
        let named = help.strip_prefix("Name the resources: ").unwrap_or(&help);
        assert!(named.starts_with(&format!("{expected} for `{action}`.")), "{help}");
    }
    let configuration = |action: &str| {
        format!(
            r#"
resource "aws_iam_role" "app" {{
  assume_role_policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }}
  ] }})
}}
resource "aws_iam_role_policy" "app" {{
  role   = aws_iam_role.app.id
  policy = jsonencode({{ Version = "2012-10-17", Statement = [
    {{ Effect = "Allow", Action = "{action}", Resource = "*" }}
  ] }})
}}
resource "aws_sesv2_email_identity" "sender" {{ email_identity = "shop.example.com" }}
resource "aws_appsync_graphql_api" "shop" {{}}
resource "aws_cloudfront_distribution" "site" {{}}
"#
        )
    };
    for (action, expected) in [
        ("ses:SendEmail", "`aws_sesv2_email_identity.sender.arn`"),
        ("appsync:GraphQL", "`\"${aws_appsync_graphql_api.shop.arn}/*\"`"),
        ("cloudfront:CreateInvalidation", "`aws_cloudfront_distribution.site.arn`"),
    ] {
        let found = scan::scan([("main.tf", configuration(action).as_str())], &Options::default());
        let wide = found.findings.iter().find(|it| it.rule == "wildcard-resource").unwrap();
        let help = wide.help.as_deref().unwrap();
        assert!(help.starts_with(&format!("Name the resources: {expected} for")), "{help}");
    }
}

#[test]
fn mail_is_from_somebody() {
    let statement = "Action: 'ses:SendEmail', Resource: '*'";
    let said = help(&template(statement), "wildcard-resource").unwrap();
    assert!(
        said.contains(
            "`DOMAIN_OR_ADDRESS` is the domain or e-mail address that the code sends from."
        ) && !said.contains("orders-*"),
        "{said}"
    );
}

#[test]
fn what_takes_a_name_is_given_a_name() {
    let of_text = |template: &str| {
        format!(
            "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src
      Policies:
        - {template}
"
        )
    };
    let of = |template: &str| help(&of_text(template), "wildcard-resource").unwrap();
    for template in ["S3ReadPolicy: {BucketName: '*'}", "SQSPollerPolicy: {QueueName: '*'}"] {
        assert_eq!(
            of(template),
            "Give the name of the resource; a prefix such as `orders-*` will do."
        );
    }
    let with = |template: &str, resource: &str| {
        let policies = of_text(template);
        help(&format!("{policies}{resource}"), "wildcard-resource").unwrap()
    };
    assert_eq!(
        with("S3ReadPolicy: {BucketName: '*'}", "  Orders: {Type: 'AWS::S3::Bucket'}\n"),
        "Give the name of the resource, as `!Ref Orders`; a prefix such as `orders-*` will do."
    );
    let parameter = |name: &str| {
        format!(
            "  Token: {{Type: 'AWS::SSM::Parameter', Properties: {{Name: {name}, Value: x}}}}\n"
        )
    };
    for (name, is_named) in [("token", true), ("/app/token", false), ("!Ref AWS::StackId", false)] {
        let help = with("SSMParameterReadPolicy: {ParameterName: '*'}", &parameter(name));
        assert_eq!(help.contains("!Ref Token"), is_named, "{name}");
    }
    assert_eq!(of("KMSDecryptPolicy: {KeyId: '*'}"), "Give the id of the resource.");
    assert_eq!(
        of("SESBulkTemplatedCrudPolicy: {IdentityName: '*'}"),
        "Give the domain or e-mail address that the code sends from."
    );
    assert_eq!(
        with("KMSDecryptPolicy: {KeyId: '*'}", "  Key: {Type: 'AWS::KMS::Key'}\n"),
        "Give the id of the resource, as `!Ref Key`."
    );
    assert_eq!(
        with("SQSPollerPolicy: {QueueName: '*'}", "  Jobs: {Type: 'AWS::SQS::Queue'}\n"),
        "Give the name of the resource, as `!GetAtt Jobs.QueueName`; a prefix such as `orders-*` \
         will do."
    );
    assert_eq!(
        of("AWSSecretsManagerGetSecretValuePolicy: {SecretArn: '*'}"),
        format!(
            "Name the resources: {} for `secretsmanager:GetSecretValue`.{PREFIX}",
            arn("secretsmanager secret:SECRET_NAME-*")
        )
    );
}

#[test]
fn a_composed_name_is_more_than_its_star() {
    for (name, is_all) in [
        ("'*'", true),
        ("!Sub '*'", true),
        ("!Join ['', ['*']]", true),
        ("shop*", false),
        ("!Sub '${Project}*'", false),
        ("!Sub '${Stage}*'", false),
        ("!Sub '*${Project}'", false),
        ("!Join ['', [!Ref Stage, '*']]", false),
    ] {
        let text = format!(
            "
Transform: AWS::Serverless-2016-10-31
Parameters:
  Project: {{Type: String, Default: shop}}
  Stage: {{Type: String}}
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src
      Policies: [{{DynamoDBReadPolicy: {{TableName: {name}}}}}]
"
        );
        assert_eq!(help(&text, "wildcard-resource").is_some(), is_all, "{name}");
    }
}

/// Only one function has to write to what the role allows.
#[test]
fn the_log_group_of_the_only_function_is_named() {
    let of = |actions: &str, name: &str, more: &str| {
        let text = template(&format!("Action: [{actions}], Resource: '*'"));
        let named = format!("{name}      Role: !GetAtt Role.Arn\n");
        let text = text.replace("      Role: !GetAtt Role.Arn\n", &named) + more;
        help(&text, "wildcard-resource").unwrap_or_default()
    };
    let (group, own) =
        (arn("logs log-group:LOG_GROUP_NAME:*"), arn("logs log-group:/aws/lambda/app:*"));
    let configured = arn("logs log-group:/app/logs:*");
    let of_function = arn("logs log-group:/aws/lambda/FUNCTION_NAME:*");
    let writes = "'logs:CreateLogStream', 'logs:PutLogEvents'";
    let other = "  Other:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: other, Role: !GetAtt Role.Arn, Code: {S3Bucket: b, S3Key: k}}
";
    let name = "      FunctionName: app\n";
    let logging = "      FunctionName: app\n      LoggingConfig: {LogGroup: /app/logs}\n";
    for (actions, name, more, expected, behind) in [
        (writes, name, "", &own, OTHERS),
        (writes, logging, "", &configured, OTHERS),
        ("'logs:DescribeLogStreams', 'logs:PutLogEvents'", name, "", &own, OTHERS),
        ("'logs:DescribeLogStreams'", name, "", &group, PREFIX),
        (writes, name, other, &of_function, PREFIX),
        (writes, "", "", &of_function, PREFIX),
        (writes, logging, other, &group, PREFIX),
        ("'logs:FilterLogEvents'", name, "", &group, PREFIX),
    ] {
        let help = of(actions, name, more);
        assert!(help.starts_with(&format!("Name the resources: {expected} for")), "{help}");
        assert!(help.contains(behind), "{help}");
    }
}

#[test]
fn what_a_vpc_takes_stays_where_the_functions_are_not_known() {
    let text = r#"
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}
resource "aws_iam_role_policy" "p" {
  role = aws_iam_role.r.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]
      Resource = "*"
    }]
  })
}
"#;
    let function = r#"
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.r.arn
  filename      = "app.zip"
}
"#;
    for (functions, leaves, removes) in [("", true, false), (function, false, true)] {
        let found = super::wording::found(&[("main.tf", &format!("{text}{functions}"))]);
        let wide = found.into_iter().find(|it| it.rule == "wildcard-resource");
        let help = wide.and_then(|it| it.help).unwrap();
        assert_eq!(help.contains("Leave `ec2:CreateNetworkInterface`"), leaves, "{help}");
        assert_eq!(help.contains("remove them"), removes, "{help}");
    }
}

#[test]
fn the_region_may_be_any_where_the_role_speaks_of_several() {
    let regions = "For code that works in several regions, write `*` for the region.";
    let eks = "Action: 'eks:DescribeCluster', Resource: '*'";
    for (other, expected) in [
        ("Action: 'ec2:DescribeRegions', Resource: '*'", true),
        ("Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:*:123456789012:jobs'", true),
        ("Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:eu-west-1:123456789012:jobs'", false),
        ("Action: 'logs:PutLogEvents', Resource: 'arn:aws:logs:*:*:log-group:*'", false),
        ("Action: 's3:GetObject', Resource: 'arn:aws:s3:::orders/*'", false),
    ] {
        let text = template(&format!("{eks}}}\n              - {{Effect: Allow, {other}"));
        let said = help(&text, "wildcard-resource").unwrap();
        assert_eq!(said.contains(regions), expected, "{other} {said}");
    }
}

#[test]
fn a_statement_whose_resource_another_one_allows_may_go() {
    let statements = "Action: 'kms:Decrypt', Resource: !GetAtt Key.Arn}\n              \
                      - {Effect: Allow, Action: 'kms:Decrypt', Resource: '*'";
    let text = format!("{}  Key: {{Type: 'AWS::KMS::Key'}}\n", template(statements));
    let said = help(&text, "wildcard-resource").unwrap();
    let expected = "`kms:Decrypt` on `!GetAtt Key.Arn` is allowed by another statement: if the code \
                    uses no other, remove this statement. Otherwise: Name the resources: ";
    assert!(said.starts_with(expected), "{said}");
}
