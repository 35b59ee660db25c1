//! Events that another service sends: its permission to invoke the function, and what makes it
//! send them.

use iacscan_core::reader::{Entry, Node};
use iacscan_graph::nodes::SourceKind;

use super::{Event, adds, permission};
use crate::sam::Expansion;
use crate::sam::function::Function;
use crate::sam::resource::Generated;
use crate::sam::role;
use crate::tree;

/// A topic, directly or through a queue.
pub(super) fn topic(
    out: &Expansion<'_>,
    function: &mut Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    generated: &mut Vec<Generated>,
) {
    let span = event.span;
    let Some(topic) = event.entry("Topic") else { return };
    let is_on = |entry: &&Entry| {
        let text = out.statics.text(&entry.value);
        !text.is_some_and(|text| text.eq_ignore_ascii_case("false"))
    };
    let (protocol, endpoint) = match event.entry("SqsSubscription").filter(is_on) {
        None => {
            let source = vec![tree::entry("SourceArn", topic.value.clone())];
            let permitted = format!("{id}Permission");
            generated.push(permission(function, event, &permitted, "sns.amazonaws.com", source));
            ("lambda", function.arn(span))
        }
        Some(queue) => ("sqs", queue_of(function, event, queue, topic, id, generated)),
    };
    let mut properties = vec![
        tree::entry("Protocol", tree::text(protocol, span)),
        tree::entry("Endpoint", endpoint),
        tree::entry_at("TopicArn", topic.key.span, topic.value.clone()),
    ];
    properties.extend(event.copy(&["Region", "RedrivePolicy"]));
    generated.push(adds(function.written, event, id, "AWS::SNS::Subscription", properties));
}

/// The queue between a topic and the function: its ARN.
fn queue_of(
    function: &mut Function<'_, '_>,
    event: &Event<'_>,
    config: &Entry,
    topic: &Entry,
    id: &str,
    generated: &mut Vec<Generated>,
) -> Node {
    let span = config.key.span;
    let (arn, url) = match (config.value.get("QueueArn"), config.value.get("QueueUrl")) {
        (Some(arn), Some(url)) => (arn.clone(), url.clone()),
        _ => {
            let queue = format!("{id}Queue");
            generated.push(adds(function.written, event, &queue, "AWS::SQS::Queue", Vec::new()));
            (tree::get_att(&queue, "Arn", span), tree::reference(&queue, span))
        }
    };
    function.role.managed("service-role/AWSLambdaSQSQueueExecutionRole", span);
    let properties = vec![
        tree::entry("FunctionName", function.name(span)),
        tree::entry("EventSourceArn", arn.clone()),
    ];
    let mapping = format!("{id}EventSourceMapping");
    let mut mapping =
        adds(function.written, event, &mapping, "AWS::Lambda::EventSourceMapping", properties);
    mapping.note.source = Some(SourceKind::Sqs);
    generated.push(mapping);
    let policy = config.value.get("QueuePolicyLogicalId").and_then(Node::as_str);
    let policy = policy.map_or_else(|| format!("{id}QueuePolicy"), str::to_owned);
    let properties = vec![
        tree::entry("Queues", tree::list(vec![url], span)),
        tree::entry("PolicyDocument", from_topic(&arn, &topic.value)),
    ];
    generated.push(adds(function.written, event, &policy, "AWS::SQS::QueuePolicy", properties));
    arn
}

/// Lets a topic send to a queue.
fn from_topic(queue: &Node, topic: &Node) -> Node {
    let span = topic.span;
    let arn = tree::map(vec![tree::entry("aws:SourceArn", topic.clone())], span);
    let statement = tree::map(
        vec![
            tree::entry("Effect", tree::text("Allow", span)),
            tree::entry("Action", tree::text("sqs:SendMessage", span)),
            tree::entry("Resource", queue.clone()),
            tree::entry("Principal", tree::text("*", span)),
            tree::entry("Condition", tree::map(vec![tree::entry("ArnEquals", arn)], span)),
        ],
        span,
    );
    role::document(vec![statement], span)
}

/// A bucket of the template.
pub(super) fn bucket(
    out: &mut Expansion<'_>,
    function: &Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    generated: &mut Vec<Generated>,
) {
    let span = event.span;
    let account = vec![tree::entry("SourceAccount", tree::reference("AWS::AccountId", span))];
    let permitted = format!("{id}Permission");
    generated.push(permission(function, event, &permitted, "s3.amazonaws.com", account));
    let Some(bucket) = event.get("Bucket").and_then(tree::referenced) else { return };
    let mut notification = vec![tree::entry("Function", function.arn(span))];
    notification.extend(event.copy(&["Filter"]));
    if let Some(events) = event.entry("Events") {
        notification.push(tree::entry_at("Event", events.key.span, events.value.clone()));
    }
    let mut notification = tree::map(notification, span);
    if let Some(condition) = function.written.node.get("Condition") {
        let none = tree::no_value(span);
        notification = tree::choose(condition.clone(), notification, none, span);
    }
    let path = ["Properties", "NotificationConfiguration"];
    out.append(bucket, &path, "LambdaConfigurations", notification);
}

/// A user pool of the template.
pub(super) fn user_pool(
    out: &mut Expansion<'_>,
    function: &Function<'_, '_>,
    event: &Event<'_>,
    generated: &mut Vec<Generated>,
) {
    let span = event.span;
    let Some(pool) = event.get("UserPool").and_then(tree::referenced) else { return };
    let source = vec![tree::entry("SourceArn", tree::get_att(pool, "Arn", span))];
    let owner = function.alias.as_ref().unwrap_or(&function.written.id.value);
    let permitted = format!("{owner}CognitoPermission");
    let principal = "cognito-idp.amazonaws.com";
    generated.push(permission(function, event, &permitted, principal, source));
    let trigger = event.get("Trigger");
    let triggers = match trigger.and_then(Node::as_list) {
        Some(items) => items.iter().filter_map(Node::as_str).collect(),
        None => trigger.and_then(Node::as_str).into_iter().collect::<Vec<_>>(),
    };
    for trigger in triggers {
        out.set(pool, &["Properties", "LambdaConfig"], trigger, function.arn(span));
    }
}

/// A rule of IoT.
pub(super) fn thing_rule(
    function: &Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    generated: &mut Vec<Generated>,
) {
    let span = event.span;
    let arn = tree::sub_with(
        "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:rule/${RuleName}",
        vec![tree::entry("RuleName", tree::reference(id, span))],
        span,
    );
    let more = vec![
        tree::entry("SourceArn", arn),
        tree::entry("SourceAccount", tree::reference("AWS::AccountId", span)),
    ];
    let permitted = format!("{id}Permission");
    generated.push(permission(function, event, &permitted, "iot.amazonaws.com", more));
    let lambda = tree::map(vec![tree::entry("FunctionArn", function.arn(span))], span);
    let action = tree::map(vec![tree::entry("Lambda", lambda)], span);
    let mut payload = vec![tree::entry("Actions", tree::list(vec![action], span))];
    payload.extend(event.copy(&["Sql", "AwsIotSqlVersion"]));
    let properties = vec![tree::entry("TopicRulePayload", tree::map(payload, span))];
    generated.push(adds(function.written, event, id, "AWS::IoT::TopicRule", properties));
}

/// A subscription to a log group.
pub(super) fn log_group(
    function: &Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    generated: &mut Vec<Generated>,
) {
    let span = event.span;
    let mut more = Vec::new();
    if let Some(group) = event.get("LogGroupName") {
        let arn = tree::sub_with(
            "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Group}:*",
            vec![tree::entry("Group", group.clone())],
            span,
        );
        more.push(tree::entry("SourceArn", arn));
    }
    let permitted = format!("{id}Permission");
    generated.push(permission(function, event, &permitted, "logs.amazonaws.com", more));
    let mut properties = event.copy(&["LogGroupName", "FilterPattern"]);
    properties.push(tree::entry("DestinationArn", function.arn(span)));
    generated.push(adds(function.written, event, id, "AWS::Logs::SubscriptionFilter", properties));
}

/// A skill of Alexa.
pub(super) fn skill(
    function: &Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    generated: &mut Vec<Generated>,
) {
    let token = event
        .entry("SkillId")
        .map(|token| tree::entry_at("EventSourceToken", token.key.span, token.value.clone()));
    let permitted = format!("{id}Permission");
    let more = token.into_iter().collect();
    generated.push(permission(function, event, &permitted, "alexa-appkit.amazon.com", more));
}
