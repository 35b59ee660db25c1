//! An action that cannot be limited to resources is allowed on some only, which allows nothing.

use iacscan_core::{Located, RuleGroup, RuleMeta, Severity, Step, Str, Text};
use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::aws::AccessLevel;
use iacscan_iam::{ArnPart, ArnParts, Resolve};

use crate::framework::statements::{
    Item, about, covered, is_limited, is_limited_by_aws, is_made_by_tool, items, known, together,
};
use crate::framework::words::code_list;
use crate::{Context, Draft, Report, Rule};

mod unasked;

/// `unscopable-action-with-resource`
pub(crate) struct UnscopableActionWithResource;

static META: RuleMeta = RuleMeta {
    id: "unscopable-action-with-resource",
    summary: "Action ignores the ARN given",
    group: RuleGroup::Correctness,
    severity: Severity::Medium,
    cwe: &[863],
    page: include_str!("README.md"),
};

impl Rule for UnscopableActionWithResource {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            for reached in role.written_statements() {
                if reached.statement.is_allow()
                    && !is_made_by_tool(role, &reached)
                    && is_limited(role, reached.statement).is_true()
                    && items(reached.statement.resources.as_ref())
                        .iter()
                        .all(|item| is_specific(role, &item.item))
                {
                    check_statement(role, &reached, report);
                }
            }
        }
    }
}

fn check_statement(role: &ExecutionRole<'_>, reached: &Reached<'_>, report: &mut Report<'_>) {
    let statement = reached.statement;
    let actions = items(statement.actions.as_ref());
    let Some(resource) = items(statement.resources.as_ref()).first() else { return };
    let on_streams = names_streams_only(role, statement);
    let mut idle: Vec<Idle<'_>> = Vec::new();
    let mut subscribes: Vec<Idle<'_>> = Vec::new();
    let mut unasked: Vec<Idle<'_>> = Vec::new();
    for item in actions {
        let Some(name) = known(role, &item.item) else { continue };
        if on_streams && name.eq_ignore_ascii_case(SUBSCRIBE) {
            subscribes.push(Idle { item, name });
        } else if unasked::is_never_asked(&name) {
            unasked.push(Idle { item, name });
        } else if is_unscopable(&name) {
            idle.push(Idle { item, name });
        }
    }
    let complete = statement.actions.as_ref().is_some_and(|it| it.items.gaps.is_empty())
        && idle.len() + subscribes.len() + unasked.len() == actions.len();
    let severity = if complete { META.severity } else { Severity::Info };
    let is_alone = complete
        && idle.len() == actions.len()
        && items(statement.resources.as_ref()).len() == 1
        && resource.item.passages().next().is_none();
    // Each has another remedy.
    for (idle, why) in [
        (idle, Why::Unscopable { is_alone }),
        (subscribes, Why::OfConsumers),
        (unasked, Why::Unasked),
    ] {
        let conditions = idle.iter().map(|idle| &idle.item.condition);
        if !idle.is_empty()
            && let Some(condition) =
                together(role, reached, std::iter::once(&resource.condition).chain(conditions))
        {
            let draft = draft(severity, &resource.item, &idle, &why);
            report.when(&condition, about(role, reached, &condition, draft));
        }
    }
}

/// An action that the statement does not allow in effect.
struct Idle<'s> {
    item: &'s Item,
    name: Str,
}

/// Why it has none.
enum Why {
    Unscopable {
        /// The statement has no other actions, and no other resources.
        is_alone: bool,
    },
    OfConsumers,
    Unasked,
}

/// Whether an ARN names more than a kind of resource: some services check their unscoped actions on
/// `table/*`.
fn is_specific(role: &ExecutionRole<'_>, resource: &Located<Text>) -> bool {
    let text = role.graph.resolver().resolve(&resource.value);
    ArnParts::split(&text).is_some_and(|arn| {
        let place = [ArnPart::Region, ArnPart::Account].map(|part| arn.part(part).to_string());
        let service = match arn.service().unwrap_or_default() {
            // Jobs and access points, which have a place.
            "s3" if place.iter().any(|part| !part.is_empty()) => "",
            service => service,
        };
        is_specific_of(service, &arn.part(ArnPart::Resource).to_string())
    })
}

/// EC2 checks its unscoped actions on nothing but `*`, and what stands behind a bucket's name are
/// objects, which no unscoped action is done to.
fn is_specific_of(service: &str, resource: &str) -> bool {
    let is_star = |name: &str| name.bytes().all(|byte| byte == b'*');
    let (first, last) = match resource.split_once(['/', ':']) {
        Some((first, rest)) => (first, rest.rsplit(['/', ':']).next().unwrap_or(rest)),
        None => (resource, resource),
    };
    // A name that begins so: `parameter/app/*`.
    let begins = service != "logs"
        && resource
            .split_once(['/', ':'])
            .is_some_and(|(_, name)| name.bytes().any(|byte| !matches!(byte, b'*' | b'/' | b':')));
    begins || !is_star(last) || (matches!(service, "ec2" | "s3") && !is_star(first))
}

/// An action on consumers of streams; its ARN continues the stream's.
const SUBSCRIBE: &str = "kinesis:SubscribeToShard";

/// Whether every resource is a Kinesis stream, none of them a consumer.
fn names_streams_only(role: &ExecutionRole<'_>, statement: &iacscan_iam::Statement) -> bool {
    items(statement.resources.as_ref()).iter().all(|item| {
        let text = role.graph.resolver().resolve(&item.item.value);
        ArnParts::split(&text).is_some_and(|arn| {
            let resource = arn.part(ArnPart::Resource);
            let known = resource.first_unknown().is_none();
            let text = resource.to_string();
            arn.service() == Some("kinesis")
                && known
                && text.starts_with("stream/")
                && !text.contains("/consumer/")
                && !text.contains(['*', '?'])
        })
    })
}

/// Whether no action that the pattern covers can be limited to resources.
fn is_unscopable(pattern: &str) -> bool {
    let covered = covered(pattern);
    !covered.is_empty()
        && covered.iter().all(|action| {
            !action.has_resource_types()
                && action.level != AccessLevel::Unknown
                && !is_limited_by_aws(action.full_name)
        })
}

fn draft(severity: Severity, resource: &Located<Text>, idle: &[Idle<'_>], why: &Why) -> Draft {
    let actions = code_list(idle.iter().map(|idle| idle.name.as_str()));
    let (one, many) = match why {
        Why::Unscopable { .. } => ("can be allowed on `*` alone", "can be allowed on `*` alone"),
        Why::OfConsumers => {
            ("is an action on consumers of streams", "are actions on consumers of streams")
        }
        Why::Unasked => ("is open without permission", "are open without permission"),
    };
    // Nothing fails for it.
    let severity = if matches!(why, Why::Unasked) { severity.min(Severity::Low) } else { severity };
    let draft = Draft::at(&META, severity, resource, "limits the statement to this");
    let draft = idle.iter().fold(draft, |draft, idle| draft.label(idle.item.item.span, one));
    let (has, it, is) = if idle.len() == 1 { ("has", "it", one) } else { ("have", "they", many) };
    let draft = draft
        .message(format!("{actions} {has} no effect for {{functions}}: {it} {is}"))
        .fingerprint(actions.clone());
    match why {
        Why::OfConsumers => {
            draft.help("Name the consumer: the stream's ARN with `/consumer/NAME:*` behind it.")
        }
        Why::Unscopable { is_alone: true } => {
            // Without quotes it would be an alias in YAML and an operator in HCL.
            draft.mend([vec![Step::Replace { text: "\"*\"".to_owned() }]])
        }
        Why::Unscopable { is_alone: false } => {
            draft.help(format!("Allow {actions} on `*`, in a statement of its own."))
        }
        Why::Unasked => draft.help(format!(
            "Remove {actions}: Cognito asks no policy about {}, and what the app's users may \
             call, functions may call too.",
            if idle.len() == 1 { "this call" } else { "these calls" }
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_that_leave_something_out() {
        let cases = [
            ("ec2", "instance/*", true),
            ("ec2", "instance/i-1", true),
            ("ec2", "*", false),
            ("ec2", "*/*", false),
            ("s3", "orders/*", true),
            ("s3", "*/*", false),
            ("s3", "*", false),
            ("dynamodb", "table/*", false),
            ("dynamodb", "table/orders", true),
            ("ssm", "parameter/*", false),
            ("ssm", "parameter/app/*", true),
            ("secretsmanager", "secret:app/*", true),
            ("secretsmanager", "secret:*/*", false),
            ("logs", "log-group:/aws/lambda/app:*", false),
        ];
        for (service, resource, expected) in cases {
            assert_eq!(is_specific_of(service, resource), expected, "{service} {resource}");
        }
    }

    #[test]
    fn actions_without_resources() {
        let cases = [
            ("ec2:DescribeNetworkInterfaces", true),
            ("xray:PutTraceSegments", true),
            ("s3:ListAllMyBuckets", true),
            ("kafka:GetBootstrapBrokers", true),
            ("cloudwatch:PutMetricData", true),
            ("dynamodb:ListStreams", false),
            ("states:SendTaskSuccess", false),
            ("states:SendTask*", false),
            ("s3:GetObject", false),
            ("s3:*", false),
            ("nosuchservice:Do", false),
        ];
        for (action, expected) in cases {
            assert_eq!(is_unscopable(action), expected, "{action}");
        }
    }
}
