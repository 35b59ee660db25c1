//! Results of invocations have a destination that the role cannot write to.

use iacscan_core::{Attribute, Located, RuleGroup, RuleMeta, Severity, Text};
use iacscan_graph::nodes::Header;
use iacscan_graph::{Chain, LinkedRole};

use crate::framework::{gap_in, unmet};
use crate::needs::{
    Demand, Lacking, Target, actions_of, can_be_given, deliveries, deliveries_to_any,
    is_checked_destination, lacking,
};
use crate::{Context, Draft, Report, Rule};

/// `missing-destination-permission`
pub(crate) struct MissingDestinationPermission;

static META: RuleMeta = RuleMeta {
    id: "missing-destination-permission",
    summary: "Destination is not writable",
    group: RuleGroup::Baseline,
    severity: Severity::Medium,
    cwe: &[755],
    page: include_str!("README.md"),
};

/// What is in doubt.
const FEATURE: &str = "a destination";

impl Rule for MissingDestinationPermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let Some(role) = chain.closed() else { continue };
            for (header, target, what) in destinations(chain) {
                let demands = target.known().map_or_else(Vec::new, |it| deliveries(chain, it));
                let gap = target.gap().or_else(|| gap_in(target.known()?));
                if let (true, Some(gap)) = (demands.is_empty(), gap) {
                    report.perhaps_used(
                        chain,
                        FEATURE,
                        gap,
                        &deliveries_to_any(Target::Destination),
                    );
                }
                let Some(target) = target.known() else { continue };
                match draft(chain, role, header, target, what, &demands) {
                    Some(draft) => report.in_chain(chain, draft),
                    None => report.perhaps_allowed(chain, FEATURE, target.span, &demands),
                }
            }
        }
    }
}

/// Where results of the function's invocations go.
fn destinations<'g>(chain: &Chain<'g>) -> Vec<(&'g Header, &'g Attribute<Text>, &'static str)> {
    let mut destinations = Vec::new();
    for config in chain.invoke_configs() {
        let both = [(&config.on_success, "results"), (&config.on_failure, "failed events")];
        for (destination, what) in both {
            if let Some(target) = chain.get(destination) {
                destinations.push((&config.header, target, what));
            }
        }
    }
    for (_, mapping) in chain.mappings() {
        if let Some(target) = chain.get(&mapping.on_failure) {
            destinations.push((&mapping.header, target, "failed records"));
        }
    }
    destinations
}

/// The type that makes SAM allow its own role to write to the destination of an event. With one it
/// would be allowed.
fn type_for_sam(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    header: &Header,
    lacking: &[Lacking],
) -> Option<&'static str> {
    let is_by_sam = role.role.implicit && header.made_of.is_some();
    let can_be_given = lacking.iter().all(|it| can_be_given(chain, role, it));
    let (demand, _) = lacking.first().filter(|_| is_by_sam && can_be_given)?;
    match *demand.need.actions.first()? {
        "sqs:SendMessage" => Some("SQS"),
        "sns:Publish" => Some("SNS"),
        "s3:PutObject" | "s3:ListBucket" => Some("S3"),
        _ => None,
    }
}

fn draft(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    header: &Header,
    target: &Located<Text>,
    what: &str,
    demands: &[Demand],
) -> Option<Draft> {
    let lacking = lacking(chain, demands.iter().cloned());
    let actions = actions_of(&lacking)?;
    let label = format!("role {{role}} does not allow {actions} on it");
    let is_of_results = chain.invoke_configs().any(|it| it.header.address == header.address);
    let is_checked =
        is_of_results && lacking.iter().all(|(demand, _)| is_checked_destination(demand));
    let fails = if is_checked {
        format!("the destination for {what} of {{functions}} cannot be set")
    } else {
        format!("{what} of {{functions}} do not reach their destination")
    };
    let draft = Draft::at(&META, META.severity, target, label)
        .message(format!("{fails}: role {{role}} does not allow {actions} on it"));
    let draft = match type_for_sam(chain, role, header, &lacking) {
        Some(kind) => draft.help(format!(
            "Add `Type: {kind}` beside `Destination`: SAM then allows {actions} on it."
        )),
        None if is_checked => {
            draft.meet(chain, role, &lacking).waits_for_grant(chain, role, header)
        }
        None => draft.meet(chain, role, &lacking),
    };
    Some(unmet(draft, chain, role, header, &actions))
}
