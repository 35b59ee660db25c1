//! `Events` of a function or a state machine: what polls for it and what starts it.

pub(crate) mod api;
pub(crate) mod machine;
mod polled;
mod pushed;
mod rules;

use iacscan_core::Span;
use iacscan_core::reader::{Entry, Node};

use super::Expansion;
use super::function::Function;
use super::resource::{Generated, Written};
use crate::tree;

/// One event of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event<'e> {
    /// Its name and all of it.
    pub(crate) entry: &'e Entry,
    /// Its type.
    pub(crate) kind: &'e str,
    /// The place of its type.
    pub(crate) span: Span,
}

impl<'e> Event<'e> {
    /// A property.
    pub(crate) fn entry(&self, name: &str) -> Option<&'e Entry> {
        let properties = self.entry.value.get("Properties")?;
        properties.entry(name).filter(|entry| tree::is_given(&entry.value))
    }

    /// The value of a property.
    pub(crate) fn get(&self, name: &str) -> Option<&'e Node> {
        self.entry(name).map(|entry| &entry.value)
    }

    /// Properties that a generated resource takes over, those of them that are written.
    pub(crate) fn copy(&self, names: &[&str]) -> Vec<Entry> {
        names.iter().filter_map(|name| self.entry(name).cloned()).collect()
    }
}

/// Adds what the events of a function stand for.
pub(crate) fn expand(
    out: &mut Expansion<'_>,
    function: &mut Function<'_, '_>,
    generated: &mut Vec<Generated>,
) {
    let written = function.written;
    for event in events(written) {
        let id = written.id_with(&event.entry.key.value);
        match event.kind {
            "SQS" | "Kinesis" | "DynamoDB" | "MSK" | "MQ" | "SelfManagedKafka" | "DocumentDB" => {
                polled::expand(function, &event, &id, generated);
            }
            "SNS" => pushed::topic(out, function, &event, &id, generated),
            "S3" => pushed::bucket(out, function, &event, &id, generated),
            "Cognito" => pushed::user_pool(out, function, &event, generated),
            "IoTRule" => pushed::thing_rule(function, &event, &id, generated),
            "CloudWatchLogs" => pushed::log_group(function, &event, &id, generated),
            "AlexaSkill" => pushed::skill(function, &event, &id, generated),
            "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
                rules::rule(function, &event, &id, generated);
            }
            "ScheduleV2" => rules::schedule(function, &event, &id, generated),
            "Api" => api::rest(out, function, &event, &id, generated),
            "HttpApi" => api::http(out, function, &event, &id, generated),
            _ => {}
        }
    }
}

/// The events of a serverless resource.
fn events<'w>(written: &'w Written<'_>) -> impl Iterator<Item = Event<'w>> {
    let entries = written.get("Events").and_then(tree::plain_map).unwrap_or_default();
    entries.iter().filter_map(|entry| {
        let kind = entry.value.get("Type")?;
        Some(Event { entry, kind: tree::plain_text(kind)?, span: kind.span })
    })
}

/// A permission to invoke the function, with further properties.
pub(crate) fn permission(
    function: &Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    principal: &str,
    more: Vec<Entry>,
) -> Generated {
    let span = event.span;
    let mut properties = vec![
        tree::entry("Action", tree::text("lambda:InvokeFunction", span)),
        tree::entry("FunctionName", function.name(span)),
        tree::entry("Principal", tree::text(principal, span)),
    ];
    properties.extend(more);
    adds(function.written, event, id, "AWS::Lambda::Permission", properties)
}

/// A resource that an event adds; it stands at the event.
fn adds(
    written: &Written<'_>,
    event: &Event<'_>,
    id: &str,
    kind: &'static str,
    properties: Vec<Entry>,
) -> Generated {
    written.adds(id, kind, event.entry.key.span, properties)
}
