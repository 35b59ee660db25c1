//! `Events` of a function: what polls for it and what invokes it.

pub(crate) mod api;
mod polled;
mod pushed;
mod rules;

use iacscan_core::Span;
use iacscan_core::reader::{Entry, Node};

use super::Expansion;
use super::function::Function;
use super::resource::Generated;
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
    let Some(events) = function.written.get("Events") else { return };
    for entry in tree::plain_map(events).unwrap_or_default() {
        let Some(kind) = entry.value.get("Type") else { continue };
        let Some(name) = tree::plain_text(kind) else { continue };
        let event = Event { entry, kind: name, span: kind.span };
        let id = function.written.id_with(&entry.key.value);
        match name {
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
    adds(function, event, id, "AWS::Lambda::Permission", properties)
}

/// A resource that an event adds; it stands at the event.
pub(crate) fn adds(
    function: &Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    kind: &'static str,
    properties: Vec<Entry>,
) -> Generated {
    function.written.adds(id, kind, event.entry.key.span, properties)
}
