//! What delivering to a target needs: dead letters and destinations.

use iacscan_core::{Located, Text, Unknown};
use iacscan_graph::Chain;
use iacscan_iam::{ArnParts, Resolve};

use super::{Demand, INVOKE, LIST_BUCKET, PUBLISH, PUT_EVENTS, PUT_OBJECT, SEND};

/// What the role must be allowed to deliver to a target; nothing for a kind that is not known.
pub(crate) fn deliveries(chain: &Chain<'_>, target: &Located<Text>) -> Vec<Demand> {
    let arn = chain.graph.resolver().resolve(&target.value).into_owned();
    let Some(parts) = ArnParts::split(&arn) else { return Vec::new() };
    match parts.service() {
        Some("sqs") => vec![Demand::new(&SEND, arn)],
        Some("sns") => vec![Demand::new(&PUBLISH, arn)],
        Some("lambda") => vec![Demand::new(&INVOKE, arn)],
        Some("events") => vec![Demand::new(&PUT_EVENTS, arn)],
        Some("s3") => {
            let mut objects = arn.clone();
            objects.extend(&Text::from("/"));
            objects.extend(&Text::unknown(Unknown::Computed));
            vec![Demand::new(&PUT_OBJECT, objects), Demand::new(&LIST_BUCKET, arn)]
        }
        _ => Vec::new(),
    }
}

/// The demands that are certainly not met, as a sentence about actions and one about statements:
/// "`sqs:SendMessage`", "`sqs:SendMessage` on `arn:aws:sqs:...`".
pub(crate) fn wrapped(chain: &Chain<'_>, demands: &[Demand]) -> Option<(String, String)> {
    let (mut actions, mut statements) = (Vec::new(), Vec::new());
    for demand in demands {
        let missing = demand.missing(chain);
        if missing.is_empty() {
            continue;
        }
        statements.push(format!("{} on `{}`", demand.listed(&missing), demand.on()));
        actions.push(demand.named(&missing));
    }
    (!actions.is_empty()).then(|| (actions.join(" and "), statements.join(" and ")))
}
