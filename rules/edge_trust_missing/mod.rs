//! The role of a function that runs at the edge does not trust Lambda@Edge.

use iacscan_core::{Condition, RuleGroup, RuleMeta, Severity, Span, Step};
use iacscan_graph::nodes::EdgeAssociation;
use iacscan_graph::{Chain, FunctionId, FunctionLink, LinkedRole};
use iacscan_iam::PolicyDocument;

use crate::framework::inputs::Inputs;
use crate::framework::trust::{services_of_statement, trusts_in};
use crate::{Context, Draft, Report, Rule};

/// `edge-trust-missing`
pub(crate) struct EdgeTrustMissing;

static META: RuleMeta = RuleMeta {
    id: "edge-trust-missing",
    summary: "Lambda@Edge role lacks edgelambda",
    group: RuleGroup::Trust,
    severity: Severity::High,
    cwe: &[284],
    page: include_str!("README.md"),
};

impl Rule for EdgeTrustMissing {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for (index, unit) in context.graph.units().iter().enumerate() {
            for association in &unit.edge_associations {
                let links = context.graph.link_function(index, &association.function);
                for link in links.iter() {
                    if let FunctionLink::Function(function) = link.item {
                        let condition =
                            association.header.condition.clone().and(link.condition.clone());
                        check_function(context, function, association, &condition, report);
                    }
                }
            }
        }
    }
}

fn check_function(
    context: &Context<'_>,
    function: FunctionId,
    association: &EdgeAssociation,
    condition: &Condition,
    report: &mut Report<'_>,
) {
    for chain in context.chains_of(function) {
        // A condition of the distribution alone may leave it open whether there is an association.
        let both = chain.function.header.condition.is_compatible(condition);
        if condition.holds(&chain.world).is_false() || both.is_false() {
            continue;
        }
        let Some(role) = chain.linked() else { continue };
        let Some(document) = chain.get(&role.role.trust).and_then(|trust| trust.known()) else {
            continue;
        };
        if trusts_in(chain, &document.value, "edgelambda").is_false() {
            let span = role.role.trust_key.unwrap_or(document.span);
            report.in_chain(chain, draft(chain, role, association, span, &document.value));
        }
    }
}

fn draft(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    association: &EdgeAssociation,
    span: Span,
    trust: &PolicyDocument,
) -> Draft {
    let header = &role.role.header;
    let beside = services_of_statement(chain, trust);
    let is_lambda = beside.iter().all(|service| service.starts_with("lambda."));
    let beside = if is_lambda { beside } else { Vec::new() };
    let must_keep = beside.is_empty() && trusts_in(chain, trust, "lambda").is_true();
    let draft = Draft::new(&META, META.severity, span, "does not trust `edgelambda.amazonaws.com`")
        .message(
            "CloudFront cannot run {functions} at the edge: role {role} does not trust \
             `edgelambda.amazonaws.com`",
        )
        .holder(header)
        .function(chain.function)
        .label(association.span, "runs it at the edge")
        .label(chain.function.header.span, "runs with this role")
        .path_to_role(chain)
        .fingerprint(header.address.name().as_str());
    if let Some(input) = Inputs::of(chain, role).and_then(|inputs| inputs.running_at_edge()) {
        return draft.mend([vec![input]]);
    }
    if is_made_up(role, span)
        && let Some(help) = with_trust(chain, role, trust)
    {
        return draft.help(help);
    }
    let draft = draft.mend([vec![Step::Trust {
        roles: vec![header.address.name().to_string()],
        services: vec![EDGE.to_owned()],
        notation: trust.notation(),
        beside,
    }]]);
    if must_keep {
        draft.note("Keep `lambda.amazonaws.com`: the role must trust both.")
    } else {
        draft
    }
}

/// The service that runs functions at the edge.
const EDGE: &str = "edgelambda.amazonaws.com";

/// Whether the trust policy is what SAM writes where its author writes none.
fn is_made_up(role: &LinkedRole<'_>, trust: Span) -> bool {
    role.role.implicit && (!trust.is_somewhere() || trust == role.role.header.span)
}

/// How a function is given a trust policy for its role.
fn with_trust(chain: &Chain<'_>, role: &LinkedRole<'_>, trust: &PolicyDocument) -> Option<String> {
    let header = &role.role.header;
    let language = chain.graph.resolver().unit_of(&header.address)?.language;
    Some(format!(
        "Give `{}` an `AssumeRolePolicyDocument` with `{}` and, in its `Statement`, {}.",
        header.holder(),
        language.entry("Version", "2012-10-17"),
        language.trusting(trust.notation(), &["lambda.amazonaws.com", EDGE]),
    ))
}
