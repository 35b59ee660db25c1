//! One report that every format is snapshotted on: labels in several files, spans of several
//! lines, wide and narrow characters, a minified file, a downloaded module, and names that try to
//! break each format.

#![allow(clippy::string_slice)]

use iacscan_core::{
    Address, Finding, FindingBuilder, Gap, LeftOut, LeftOutKind, RuleGroup, RuleMeta, Severity,
    SourceId, Sources, Span, Step, Undecided, Unknown,
};
use proptest::prelude::*;

use crate::{
    FunctionFeatures, FunctionFormat, FunctionSummary, Hidden, Notice, NoticeLevel, Options,
    Report, Reported, Suppressed, SuppressedBy, Tool, fingerprints,
};

const MAIN: &str = r#"resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  vpc_config {
    subnet_ids = var.subnets
  }
}

resource "aws_lambda_function" "refunds" {
  function_name = "refunds"
  role          = aws_iam_role.orders.arn
}

resource "aws_iam_role" "orders" {
  name                 = "orders"
  assume_role_policy   = local.trust
  permissions_boundary = var.boundary
}
"#;

const POLICIES: &str = "resource \"aws_iam_role_policy\" \"orders\" {\n\
    \tname   = \"orders\"\n\
    \trole   = aws_iam_role.orders.id\n\
    \tpolicy = jsonencode({\n\
    \t\tStatement = [{\n\
    \t\t\tEffect   = \"Allow\"\n\
    \t\t\tAction   = [\n\
    \t\t\t\t\"s3:*\",\n\
    \t\t\t\t\"sqs:*\",\n\
    \t\t\t]\n\
    \t\t\tResource = \"*\"\n\
    \t\t}]\n\
    \t})\n\
    }\n";

const TEMPLATE: &str = "\u{feff}Resources:\r\n  \
    Gr\u{fc}\u{df}e\u{1f680}:\r\n    \
    Type: AWS::Serverless::Function\r\n    \
    Properties: {Description: \u{6f22}\u{5b57}, Role: !Ref Role, Policies: [AdministratorAccess]} # \u{1f680}\r\n  \
    Role:\r\n    \
    Type: AWS::IAM::Role";

const MODULE: &str = "resource \"aws_iam_role_policy\" \"this\" {\n  policy = \"*\"\n}\n";
const CALL: &str = "module \"queue\" {\n  source = \"example.com/queue/aws\"\n}\n";

/// A path and a name that try to leave every format.
const HOSTILE_PATH: &str =
    "evil\n::error file=x,line=1::pwned %0A\x1b[31m\u{202e}]]>--><b>`|\"'#?.yaml";
const HOSTILE_TEXT: &str =
    "Resources:\n  \"a\x1b]0;pwned\x07\u{9b}31m\u{202e}]]>\": {Type: AWS::Lambda::Function}\n";
const HOSTILE_NAME: &str = "a\n::error::pwned##[error]\r\n%0A\x1b]0;pwned\x07\u{9b}31m\u{202e}]]>\"--><img src=x>|`[x](y)\\,:\0";

/// The rules of the fixture.
pub(crate) static RULES: [RuleMeta; 4] = [
    RuleMeta {
        id: "function-without-role",
        summary: "Lambda function has no execution role",
        group: RuleGroup::Linkage,
        severity: Severity::High,
        cwe: &[1188],
        page: "# function-without-role\n\nA function without a role cannot be created.\n\n```yaml\nRole: !GetAtt Role.Arn\n```\n",
    },
    RuleMeta {
        id: "shared-execution-role",
        summary: "Functions share one execution role",
        group: RuleGroup::Sharing,
        severity: Severity::Medium,
        cwe: &[250, 272],
        page: "# shared-execution-role\n\nOne role, one function.\n",
    },
    RuleMeta {
        id: "unused-rule",
        summary: "Nothing is found by this rule",
        group: RuleGroup::Hygiene,
        severity: Severity::Info,
        cwe: &[],
        page: "# unused-rule\n",
    },
    RuleMeta {
        id: "wildcard-action",
        summary: "Statement allows every action of a service",
        group: RuleGroup::Excess,
        severity: Severity::High,
        cwe: &[732],
        page: "# wildcard-action\n\nName the actions.\n",
    },
];

/// The report, its sources, and the options of a scan in the folder `infra` of a repository.
pub(crate) fn report() -> (Report, Sources, Options) {
    let sources = Sources::new();
    let main = sources.add("lambda/main.tf", MAIN);
    let policies = sources.add("lambda/policies.tf", POLICIES);
    let template = sources.add("template.yaml", TEMPLATE);
    let minified = sources.add("../dist/template.json", minified());
    let module = sources.add(".terraform/modules/queue/main.tf", MODULE);
    let call = sources.add("queue.tf", CALL);
    let hostile = sources.add(HOSTILE_PATH, HOSTILE_TEXT);
    let find = |source: SourceId, needle: &str, nth: usize| {
        let text = &sources.get(source).text;
        let (at, found) = text.match_indices(needle).nth(nth).unwrap();
        Span::new(source, at, at + found.len())
    };
    let block = |source: SourceId, from: &str, to: &str| {
        let start = find(source, from, 0);
        let text = &sources.get(source).text;
        let end = start.start as usize + text[start.start as usize..].find(to).unwrap() + to.len();
        Span::new(source, start.start as usize, end)
    };
    let orders = "aws_lambda_function.orders";
    let refunds = "aws_lambda_function.refunds";

    let findings = vec![
        // A minified file: columns beyond 16 bits, labels far apart on one line.
        subjects(
            Finding::build("function-without-role", Severity::High, find(minified, "AWS::Lambda::Function", 0), "has no `Role`"),
            "../dist/template.json",
            &["F"],
        )
        .message("Function `F` has no execution role")
        .label(find(minified, "\"Conditions\"", 0), "conditions are here")
        .when("`IsProd` is false")
        .finish(),
        // A downloaded module: the anchor is the call.
        subjects(
            Finding::build("wildcard-action", Severity::High, find(module, "\"*\"", 0), "every action"),
            ".",
            &["module.queue.aws_iam_role_policy.this"],
        )
        .message("Policy `module.queue.aws_iam_role_policy.this` allows every action on everything")
        .label(find(call, "module \"queue\"", 0), "called here")
        .scope(find(module, "resource \"aws_iam_role_policy\" \"this\"", 0))
        .scope(find(call, "module \"queue\"", 0))
        .finish(),
        // Names that try to break out.
        subjects(
            Finding::build("function-without-role", Severity::Low, find(hostile, "\"a\x1b]0;pwned\x07\u{9b}31m\u{202e}]]>\"", 0), format!("`{HOSTILE_NAME}` has no role")),
            HOSTILE_PATH,
            &[HOSTILE_NAME],
        )
        .message(format!("Function `{HOSTILE_NAME}` has no execution role"))
        .help(format!("Add a role to `{HOSTILE_NAME}`"))
        .remedy(vec![
            Step::Attach { roles: vec![HOSTILE_NAME.to_owned()], policy: "arn:aws:iam::aws:policy/Logs".to_owned(), list: None, new: None },
            Step::Trust { roles: vec!["Role".to_owned()], services: vec!["lambda.amazonaws.com".to_owned()], beside: Vec::new(), notation: iacscan_core::Notation::Own },
        ])
        .remedy(vec![Step::Allow {
            roles: vec!["Role".to_owned()],
            actions: vec!["logs:PutLogEvents".to_owned()],
            resources: vec!["!GetAtt Group.Arn".to_owned()],
            place: None,
            into: None,
        }])
        .remedy(vec![Step::Replace { text: "!GetAtt Role.Arn".to_owned() }])
        .finish(),
        // Labels in two files, a primary of several lines, a flow.
        subjects(
            Finding::build("wildcard-action", Severity::High, block(policies, "[\n\t\t\t\t\"s3", "]"), "allows every S3 and SQS action"),
            "lambda",
            &[orders, refunds],
        )
        .resource(Address::new("lambda", "aws_iam_role_policy.orders"))
        .message("`aws_lambda_function.orders` and `aws_lambda_function.refunds` may do everything in S3 and SQS")
        .help("Name the actions that the code calls:\n  Action = [\"s3:GetObject\", \"sqs:SendMessage\"]")
        .label(find(policies, "\"*\"", 0), "on every resource")
        .label(find(policies, "aws_iam_role.orders.id", 0), "attached here")
        .label(find(main, "resource \"aws_iam_role\" \"orders\"", 0), "to this role")
        .label(find(main, "aws_iam_role.orders.arn", 0), "assumed by `orders`")
        .label(find(main, "aws_iam_role.orders.arn", 1), "assumed by `refunds`")
        .step(find(main, "resource \"aws_lambda_function\" \"orders\"", 0), "function `aws_lambda_function.orders`")
        .step(find(main, "aws_iam_role.orders.arn", 0), "assumes role `aws_iam_role.orders`")
        .step(find(policies, "aws_iam_role.orders.id", 0), "policy `aws_iam_role_policy.orders` is attached")
        .step(find(policies, "\"s3:*\"", 0), "statement allows `s3:*`")
        .finish(),
        subjects(
            Finding::build("shared-execution-role", Severity::Medium, find(main, "aws_iam_role.orders.arn", 1), "the role of `orders` too"),
            "lambda",
            &[orders, refunds],
        )
        .resource(Address::new("lambda", refunds))
        .message("`aws_lambda_function.orders` and `aws_lambda_function.refunds` share the execution role `aws_iam_role.orders`")
        .help("Give each function a role of its own, so that each can do what it needs and no more")
        .label(block(main, "resource \"aws_lambda_function\" \"orders\"", "\n}"), "first function")
        .finish(),
        // Wide characters before the span, a byte order mark, line breaks of Windows.
        subjects(
            Finding::build("wildcard-action", Severity::Medium, find(template, "AdministratorAccess", 0), "grants everything"),
            "template.yaml",
            &["Gr\u{fc}\u{df}e\u{1f680}"],
        )
        .message("Function `Gr\u{fc}\u{df}e\u{1f680}` is administrator of the account")
        .label(find(template, "Gr\u{fc}\u{df}e\u{1f680}", 0), "this function")
        .finish(),
        // An end of file without a line break.
        subjects(
            Finding::build("shared-execution-role", Severity::Info, Span::at(template, TEMPLATE.len()), "expected more"),
            "template.yaml",
            &["Role"],
        )
        .message("The role ends here")
        .finish(),
        // The same finding twice.
        subjects(
            Finding::build("shared-execution-role", Severity::Low, Span::at(template, TEMPLATE.len()), "expected more"),
            "template.yaml",
            &["Role"],
        )
        .message("The role ends here")
        .finish(),
    ];

    let suppressed = subjects(
        Finding::build(
            "wildcard-action",
            Severity::High,
            find(policies, "\"sqs:*\"", 0),
            "every SQS action",
        ),
        "lambda",
        &[orders],
    )
    .message("`aws_lambda_function.orders` may do everything in SQS")
    .finish();

    let options = Options {
        working_directory: "/home/me/repository/infra".into(),
        repository_root: Some("/home/me/repository".into()),
        rules_url: Some("https://example.com/iacscan/rules".into()),
        ..Options::default()
    };
    let mut all = findings;
    all.push(suppressed);
    let mut reported: Vec<Reported> = fingerprints(&all, &options)
        .into_iter()
        .zip(all)
        .map(|(fingerprint, finding)| Reported { finding, fingerprint })
        .collect();
    let suppressed = Suppressed {
        reported: reported.pop().unwrap(),
        reason: Some("the queue is ours --> ]]>\n::error::x".into()),
        by: SuppressedBy::Comment,
        span: Some(find(policies, "\"sqs:*\"", 0)),
    };

    let report = Report {
        tool: Tool { name: "iacscan", version: "0.1.0", url: Some("https://example.com/iacscan") },
        findings: reported,
        suppressed: vec![suppressed],
        hidden: Hidden { baseline: 3, below_minimum: 0 },
        functions: vec![
            FunctionSummary {
                id: orders.into(),
                unit: "lambda".into(),
                format: FunctionFormat::Terraform,
                span: find(main, "resource \"aws_lambda_function\" \"orders\"", 0),
                role: Some("aws_iam_role.orders".into()),
                managed_policies: vec!["AWSLambdaBasicExecutionRole".into()],
                customer_policies: vec!["aws_iam_policy.p".into()],
                inline_policies: 1,
                features: FunctionFeatures {
                    vpc: true,
                    tracing: false,
                    event_sources: vec!["sqs".into()],
                },
                complete: false,
                undecided: vec!["the permissions boundary is an input without a value".into()],
            },
            FunctionSummary {
                id: "Gr\u{fc}\u{df}e\u{1f680}".into(),
                unit: "template.yaml".into(),
                format: FunctionFormat::Sam,
                span: find(template, "Gr\u{fc}\u{df}e\u{1f680}", 0),
                role: None,
                managed_policies: vec!["AdministratorAccess".into()],
                customer_policies: Vec::new(),
                inline_policies: 0,
                features: FunctionFeatures::default(),
                complete: true,
                undecided: Vec::new(),
            },
        ],
        files: 7,
        roles: 2,
        undecided: vec![Undecided {
            subject: orders.into(),
            unit: "lambda".into(),
            reason: "the permissions boundary of `aws_iam_role.orders` is not known".into(),
            gap: Gap { span: find(main, "var.boundary", 0), unknown: Unknown::Input },
        }],
        left_out: vec![LeftOut {
            subject: HOSTILE_NAME.into(),
            kind: LeftOutKind::Function,
            reason: "its `count` is 0".to_owned(),
            span: find(main, "resource \"aws_lambda_function\" \"orders\"", 0),
        }],
        notices: vec![
            Notice {
                level: NoticeLevel::Error,
                message: "it is not text in UTF-8 or UTF-16".into(),
                path: Some("assets/logo\x1b[31m.tf".into()),
                span: None,
            },
            Notice {
                level: NoticeLevel::Warning,
                message: "this suppression matches no finding".into(),
                path: None,
                span: Some(find(main, "name                 = \"orders\"", 0)),
            },
        ],
        rules: RULES.iter().collect(),
    };
    (report, sources, options)
}

fn subjects(builder: FindingBuilder, unit: &str, names: &[&str]) -> FindingBuilder {
    let resource = Address::new(unit, names[0]);
    let builder = builder.unit(unit).resource(resource).fingerprint("value");
    names.iter().fold(builder, |builder, name| builder.subject(Address::new(unit, *name)))
}

/// A template on one line of more than 70,000 columns.
fn minified() -> String {
    let outputs: Vec<String> =
        (0..3000).map(|i| format!("\"Output{i:04}\":{{\"Value\":1}}")).collect();
    format!(
        "{{\"Conditions\":{{\"IsProd\":{{}}}},\"Outputs\":{{{}}},\"Resources\":{{\"F\":{{\"Type\":\"AWS::Lambda::Function\"}}}}}}",
        outputs.join(",")
    )
}

/// Text with everything that makes places hard: line breaks of all kinds, wide and zero-width
/// characters, tabs, control characters, long lines.
pub(crate) fn hard_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[ -~]{0,12}",
        2 => Just("\n".to_owned()),
        1 => Just("\r\n".to_owned()),
        1 => Just("\r".to_owned()),
        1 => Just("\t".to_owned()),
        1 => Just("\u{feff}".to_owned()),
        1 => Just("\u{6f22}\u{1f680}\u{fc}e\u{301}\u{200d}".to_owned()),
        1 => Just("\x1b[31m\u{202e}\u{9b}\0".to_owned()),
        1 => Just("long ".repeat(40)),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}
