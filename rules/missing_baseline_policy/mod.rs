//! A role lacks what the organisation asks of every execution role.

use iacscan_core::{Attribute, Gap, RuleGroup, RuleMeta, Severity, Span, Text, Truth};
use iacscan_graph::nodes::{Header, Tracing};
use iacscan_graph::{Attached, AttachedPolicy, Chain, LinkedRole};
use iacscan_iam::{Case, Resolve, aws, matches_pattern};

use crate::framework::features::{VPC_FEATURE, vpc_gap};
use crate::framework::inputs::Inputs;
use crate::framework::remedies::sentence;
use crate::framework::words::{argument, code_list};
use crate::framework::{attach, place_of_first};
use crate::needs::{kind_of, source_gap};
use crate::{Context, Draft, Report, RoleDemand, Rule, When};

/// `missing-baseline-policy`
pub(crate) struct MissingBaselinePolicy;

static META: RuleMeta = RuleMeta {
    id: "missing-baseline-policy",
    summary: "Execution role lacks what the organisation requires",
    group: RuleGroup::Baseline,
    severity: Severity::Medium,
    cwe: &[1188],
    page: include_str!("README.md"),
};

impl Rule for MissingBaselinePolicy {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        if context.options.baseline.is_empty() {
            return;
        }
        for chain in context.chains() {
            let Some(role) = chain.linked() else { continue };
            if context.options.allows_role(META.id, role.role) {
                continue;
            }
            for requirement in &context.options.baseline {
                let (applies, because) = applies(chain, &requirement.when);
                if applies.is_false() {
                    continue;
                }
                let Some(lack) = lack(chain, role, &requirement.demand) else { continue };
                if applies.is_true() {
                    report.in_chain(chain, draft(chain, &lack, &because));
                } else if let Some((feature, gap)) = open(chain, &requirement.when) {
                    report.perhaps_required(chain, feature, gap, &lack.what);
                }
            }
        }
    }
}

/// Whether the function is one that is asked for it, and what makes it one.
fn applies(chain: &Chain<'_>, when: &When) -> (Truth, Vec<(Span, &'static str)>) {
    let mut because = Vec::new();
    let mut all = Truth::True;
    let (vpc, span) = match chain.get(&chain.function.vpc) {
        Some(Attribute::Known(vpc)) => (vpc.value.attached, vpc.span),
        Some(Attribute::Absent) => (Truth::False, Span::NONE),
        Some(Attribute::Unknown(..)) | None => (Truth::Unknown, Span::NONE),
    };
    if let Some(wanted) = when.vpc {
        all = all.and(if wanted { vpc } else { !vpc });
        because.push((span, "asked for because of this"));
    }
    let (tracing, span) = match chain.get(&chain.function.tracing) {
        Some(Attribute::Known(mode)) => (Truth::from(mode.value == Tracing::Active), mode.span),
        Some(Attribute::Absent) => (Truth::False, Span::NONE),
        Some(Attribute::Unknown(..)) | None => (Truth::Unknown, Span::NONE),
    };
    if let Some(wanted) = when.tracing {
        all = all.and(if wanted { tracing } else { !tracing });
        because.push((span, "asked for because of this"));
    }
    if let Some(wanted) = &when.event_source {
        let mapping = chain.mappings().find(|(_, mapping)| {
            kind_of(chain, mapping).is_some_and(|kind| kind.as_str() == wanted.as_str())
        });
        let open = chain.mappings().any(|(_, mapping)| source_gap(chain, mapping).is_some());
        let otherwise = if open { Truth::Unknown } else { Truth::False };
        all = all.and(if mapping.is_some() { Truth::True } else { otherwise });
        because.extend(mapping.map(|(_, mapping)| (mapping.span, "asked for because of this")));
    }
    (all, because)
}

/// What is not known of what a requirement rests on.
fn open(chain: &Chain<'_>, when: &When) -> Option<(&'static str, Gap)> {
    let vpc = when.vpc.and_then(|_| vpc_gap(chain)).map(|gap| (VPC_FEATURE, gap));
    let tracing = || {
        when.tracing?;
        let gap = chain.get(&chain.function.tracing)?.gap()?;
        Some(("its tracing mode", gap))
    };
    let source = || {
        when.event_source.as_ref()?;
        let gap = chain.mappings().find_map(|(_, mapping)| source_gap(chain, mapping))?;
        Some(("its event source", gap))
    };
    vpc.or_else(tracing).or_else(source)
}

/// What a role certainly lacks: in words, and what to do about it.
struct Lack<'g> {
    what: String,
    help: String,
    /// Where it would stand.
    place: (Span, &'g Header),
}

fn lack<'g>(chain: &Chain<'_>, role: &LinkedRole<'g>, demand: &RoleDemand) -> Option<Lack<'g>> {
    let header = &role.role.header;
    match demand {
        RoleDemand::ManagedPolicy(policy) => {
            let perhaps = role.perhaps.iter().filter_map(|perhaps| perhaps.policy.as_ref());
            let all = role.attached.iter().copied().chain(perhaps);
            let attached = Truth::any(all.map(|it| is(chain, it, policy)));
            let lacks = attached.is_false() && knows_all_attachments(role);
            lacks.then(|| Lack {
                what: format!("managed policy `{policy}`"),
                help: sentence(
                    &[vec![attach(
                        chain,
                        role,
                        &[],
                        aws::managed_policy(policy)
                            .map_or_else(|| policy.to_string(), |record| record.arn("aws")),
                    )]],
                    None,
                ),
                place: (role.role.lacking.unwrap_or(header.span), header),
            })
        }
        RoleDemand::Actions(actions) => {
            let missing = actions.iter().filter(|action| chain.allows_somewhere(action).is_false());
            let missing = code_list(missing.map(iacscan_core::Str::as_str));
            (!missing.is_empty()).then(|| Lack {
                what: format!("permission for {missing}"),
                help: format!(
                    "Allow {missing} in {}, on the resources that are meant.",
                    place_of_statement(chain, role)
                ),
                place: crate::framework::lacking(role),
            })
        }
        RoleDemand::PermissionsBoundary(pattern) => {
            let lacks = match chain.get(&role.role.boundary)? {
                Attribute::Absent => true,
                Attribute::Known(arn) => matches(chain, pattern, &arn.value).is_false(),
                Attribute::Unknown(..) => false,
            };
            let input = Inputs::of(chain, role).and_then(|inputs| inputs.bounding(pattern));
            lacks.then(|| Lack {
                what: format!("permissions boundary `{pattern}`"),
                help: match input {
                    Some(input) => sentence(&[vec![input]], None),
                    None => format!(
                        "Set `{}` of `{}` to {}`{pattern}`.",
                        argument(header, "PermissionsBoundary"),
                        header.holder(),
                        if pattern.contains(['*', '?']) { "an ARN like " } else { "" }
                    ),
                },
                place: (header.span, header),
            })
        }
    }
}

/// Where a statement goes that the role lacks.
fn place_of_statement(chain: &Chain<'_>, role: &LinkedRole<'_>) -> String {
    let at_call = Inputs::of(chain, role).and_then(|inputs| inputs.place_of_statements());
    at_call
        .or_else(|| place_of_first(chain, role))
        .unwrap_or_else(|| "a policy of the role".to_owned())
}

/// Whether an attachment is of this policy.
fn is(chain: &Chain<'_>, attached: &Attached, policy: &str) -> Truth {
    match attached.aws().filter(|_| attached.copy.is_none()) {
        Some(aws) => {
            let arn = Text::literal(aws.record.arn("aws"));
            Truth::from(aws.record.name == policy).or(matches(chain, policy, &arn))
        }
        None if attached.inline(chain.graph).is_some() => Truth::False,
        // A policy whose own resource lists roles says its ARN there.
        None => attached.customer(chain.graph).map_or_else(
            || matches(chain, policy, &attached.arn.value),
            |customer| {
                let address = customer.header.address.clone();
                let arn = Text::reference(address, iacscan_core::ResourceAttribute::Arn);
                matches(chain, policy, &arn)
            },
        ),
    }
}

fn matches(chain: &Chain<'_>, pattern: &str, text: &Text) -> Truth {
    let text = chain.graph.resolver().resolve(text);
    matches_pattern(&Text::literal(pattern), &text, Case::Sensitive)
}

/// Whether it is known which policies are attached, if not what is in them.
fn knows_all_attachments(role: &LinkedRole<'_>) -> bool {
    role.gaps.iter().all(|gap| {
        role.attached.iter().any(|attached| {
            matches!(attached.policy, AttachedPolicy::Opaque) && attached.arn.span == gap.span
        })
    })
}

fn draft(chain: &Chain<'_>, lack: &Lack<'_>, because: &[(Span, &'static str)]) -> Draft {
    let (what, (span, holder)) = (&lack.what, lack.place);
    let draft = Draft::new(&META, META.severity, span, format!("lacks {what}"))
        .message(format!(
            "role {{role}} of {{functions}} lacks {what}, which `iacscan.yaml` requires of it"
        ))
        .help(lack.help.clone())
        .holder(holder)
        .function(chain.function)
        .label(chain.function.header.span, "runs with it")
        .path_to_role(chain)
        .fingerprint(what.clone());
    because.iter().fold(draft, |draft, (span, text)| draft.label(*span, *text))
}
