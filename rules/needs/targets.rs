//! What delivering to a target needs: dead letters and destinations.

use iacscan_core::{Located, Text, Unknown};
use iacscan_graph::Chain;
use iacscan_iam::{ArnParts, Resolve};

use super::{Demand, INVOKE, LIST_BUCKET, Need, PUBLISH, PUT_EVENTS, PUT_OBJECT, SEND};

/// What delivers to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Dead letters of a function: a queue or a topic.
    DeadLetter,
    /// Results and failed records.
    Destination,
}

/// What the role must be allowed to deliver to a target of which nothing is known.
pub(crate) fn deliveries_to_any(target: Target) -> Vec<Demand> {
    let needs: &[&'static Need] = match target {
        Target::DeadLetter => &[&SEND, &PUBLISH],
        Target::Destination => &[&SEND, &PUBLISH, &INVOKE, &PUT_EVENTS, &PUT_OBJECT, &LIST_BUCKET],
    };
    needs.iter().map(|&need| Demand::new(need, Text::unknown(Unknown::Computed))).collect()
}

/// Whether Lambda checks a need when the destination for results of a function is set, and refuses
/// it without: it does for queues, topics and functions. Of the others AWS does not say so.
pub(crate) fn is_checked_destination(demand: &Demand) -> bool {
    [SEND, PUBLISH, INVOKE].iter().any(|need| need.feature == demand.need.feature)
}

/// What the role must be allowed to deliver to a target; nothing for a kind that is not known.
pub(crate) fn deliveries(chain: &Chain<'_>, target: &Located<Text>) -> Vec<Demand> {
    let arn = chain.graph.resolver().resolve(&target.value).into_owned();
    let Some(parts) = ArnParts::split(&arn) else { return Vec::new() };
    let written = target.value.clone();
    match parts.service() {
        Some("sqs") => vec![Demand::new(&SEND, arn).named(written)],
        Some("sns") => vec![Demand::new(&PUBLISH, arn).named(written)],
        Some("lambda") => vec![Demand::new(&INVOKE, arn).named(written)],
        Some("events") => vec![Demand::new(&PUT_EVENTS, arn).named(written)],
        Some("s3") => {
            let mut objects = arn.clone();
            objects.extend(&Text::from("/"));
            objects.extend(&Text::unknown(Unknown::Computed));
            let mut named = written.clone();
            named.extend(&Text::from("/*"));
            vec![
                Demand::new(&PUT_OBJECT, objects).named(named),
                Demand::new(&LIST_BUCKET, arn).named(written),
            ]
        }
        _ => Vec::new(),
    }
}
