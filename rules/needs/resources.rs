//! The resources that needs are about, as texts to decide on.

use iacscan_core::{Attribute, Pseudo, ResourceAttribute, Segment, Text};
use iacscan_graph::Chain;

/// The name of the log group a function writes to: configured, else `/aws/lambda/NAME`.
pub(crate) fn log_group_name(chain: &Chain<'_>) -> Text {
    match chain.get(&chain.function.log_group) {
        Some(Attribute::Known(name)) => name.value.clone(),
        Some(Attribute::Unknown(_, unknown)) => Text::unknown(*unknown),
        Some(Attribute::Absent) | None => {
            let mut name = Text::from(DEFAULT_GROUPS);
            name.extend(&function_name(chain));
            name
        }
    }
}

/// What the names of log groups begin with that functions write to where none is configured.
pub(crate) const DEFAULT_GROUPS: &str = "/aws/lambda/";

/// The name of a function; a generated one stays a reference.
pub(crate) fn function_name(chain: &Chain<'_>) -> Text {
    match chain.get(&chain.function.name) {
        Some(Attribute::Known(name)) => name.value.clone(),
        Some(Attribute::Unknown(_, unknown)) => Text::unknown(*unknown),
        Some(Attribute::Absent) | None => {
            Text::reference(chain.function.header.address.clone(), ResourceAttribute::Name)
        }
    }
}

/// The log group of this name.
pub(crate) fn log_group(name: &Text) -> Text {
    let mut text = arn("logs", "log-group:");
    text.extend(name);
    text
}

/// A log stream in the log group of this name: what `PutLogEvents` is checked against.
pub(crate) fn log_stream(group: &Text) -> Text {
    let mut text = log_group(group);
    text.extend(&Text::from(LOG_STREAM));
    text
}

/// What a policy names for all streams of the group of a log stream.
pub(crate) fn streams_of(stream: &Text) -> Text {
    up_to(stream, ":log-stream:", ":*")
}

/// The parts of a text around a mark in its known characters.
pub(crate) fn split(text: &Text, mark: &str) -> Option<(Text, Text)> {
    let (mut before, mut behind): (Text, Option<Text>) = (Text::new(), None);
    for segment in text.segments() {
        match (&mut behind, segment) {
            (Some(behind), segment) => behind.push(segment.clone()),
            (None, Segment::Literal(literal)) if literal.text.contains(mark) => {
                let (first, rest) = literal.text.split_once(mark)?;
                before.extend(&Text::literal(first));
                behind = Some(Text::literal(rest));
            }
            (None, segment) => before.push(segment.clone()),
        }
    }
    Some((before, behind?))
}

/// A text up to a mark in its known parts, and an end.
fn up_to(text: &Text, mark: &str, end: &str) -> Text {
    let mut out = Text::new();
    for segment in text.segments() {
        if let Segment::Literal(literal) = segment
            && let Some(at) = literal.text.find(mark)
        {
            out.extend(&Text::literal(literal.text.get(..at).unwrap_or_default()));
            break;
        }
        out.push(segment.clone());
    }
    out.extend(&Text::from(end));
    out
}

/// How Lambda names log streams.
const LOG_STREAM: &str = ":log-stream:2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef";

/// A log stream of a function at the edge: in whichever region is near the viewer, under the name
/// of the region that holds the function.
pub(crate) fn edge_log_stream(chain: &Chain<'_>) -> Text {
    let mut text = Text::from("arn:");
    text.push(Segment::Pseudo(Pseudo::Partition));
    text.extend(&Text::from(":logs:"));
    text.extend(&generated(chain));
    text.extend(&Text::from(":"));
    text.push(Segment::Pseudo(Pseudo::AccountId));
    text.extend(&Text::from(":log-group:/aws/lambda/us-east-1."));
    text.extend(&function_name(chain));
    text.extend(&Text::from(LOG_STREAM));
    text
}

/// Every resource of a service: what `*`, or an ARN with nothing but wildcards behind the account,
/// covers and a pattern for some kind of resource does not.
pub(crate) fn everything(service: &str) -> Text {
    arn(service, "*/*")
}

/// An execution of a durable function, which belongs to one of its versions.
pub(crate) fn durable_execution(chain: &Chain<'_>) -> Text {
    let mut text = arn("lambda", "function:");
    text.extend(&function_name(chain));
    text.extend(&Text::from(":"));
    text.extend(&generated(chain));
    text.extend(&Text::from("/durable-execution/"));
    text.extend(&generated(chain));
    text
}

/// What a policy names for all versions of a durable function.
pub(crate) fn durable_versions(chain: &Chain<'_>) -> Text {
    let mut text = arn("lambda", "function:");
    text.extend(&function_name(chain));
    text.extend(&Text::from(":*"));
    text
}

/// An identifier that AWS chooses for something of the function: any text without a colon.
pub(crate) fn generated(chain: &Chain<'_>) -> Text {
    Text::reference(chain.function.header.address.clone(), ResourceAttribute::UniqueId)
}

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:` and the start of a resource.
pub(crate) fn arn(service: &str, resource: &str) -> Text {
    let mut text = Text::from("arn:");
    text.push(Segment::Pseudo(Pseudo::Partition));
    text.extend(&Text::literal(smol_str::format_smolstr!(":{service}:")));
    text.push(Segment::Pseudo(Pseudo::Region));
    text.extend(&Text::from(":"));
    text.push(Segment::Pseudo(Pseudo::AccountId));
    text.extend(&Text::literal(smol_str::format_smolstr!(":{resource}")));
    text
}

/// How a help text spells an ARN that the configuration decides: known parts as they are, the rest
/// as `REGION`, `ACCOUNT` or the name of the resource.
pub(crate) fn arn_pattern(text: &Text) -> String {
    text.segments()
        .iter()
        .map(|segment| match segment {
            Segment::Literal(literal) => literal.text.to_string(),
            Segment::Pseudo(Pseudo::Partition) => "aws".to_owned(),
            Segment::Pseudo(Pseudo::Region) => "REGION".to_owned(),
            Segment::Pseudo(Pseudo::AccountId) => "ACCOUNT".to_owned(),
            Segment::Pseudo(other) => format!("{other}").to_uppercase(),
            // AWS chooses it, or it is not known.
            Segment::Reference { attribute: ResourceAttribute::UniqueId, .. }
            | Segment::Unknown(_) => "*".to_owned(),
            Segment::Reference { target, .. } => format!("${{{target}}}"),
            Segment::Import(name) => format!("${{{name}}}"),
            Segment::Input(input) => format!("${{{}}}", input.address),
        })
        .collect()
}
