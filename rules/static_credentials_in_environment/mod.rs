//! AWS credentials, or names that Lambda keeps for its own, in a function's environment.

use iacscan_core::{RuleGroup, RuleMeta, Severity};
use iacscan_graph::nodes::Function;
use iacscan_graph::{FunctionId, RoleLink};

use crate::secrets::{Leak, Leaking, leaking};
use crate::{Context, Draft, Report, Rule};

/// `static-credentials-in-environment`
pub(crate) struct StaticCredentialsInEnvironment;

static META: RuleMeta = RuleMeta {
    id: "static-credentials-in-environment",
    summary: "AWS keys given to the function",
    group: RuleGroup::Secrets,
    severity: Severity::High,
    cwe: &[798],
    page: include_str!("README.md"),
};

impl Rule for StaticCredentialsInEnvironment {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for (id, function) in context.graph.functions() {
            let Some(unit) = context.graph.unit_of(id) else { continue };
            for leaking in leaking(function, unit.format) {
                if let Some(draft) = draft(context, id, function, &leaking) {
                    report.when(&leaking.condition, draft);
                }
            }
        }
    }
}

fn draft(
    context: &Context<'_>,
    id: FunctionId,
    function: &Function,
    leaking: &Leaking<'_>,
) -> Option<Draft> {
    let name = &leaking.variable.name.value;
    let (value, key) = (leaking.value, leaking.variable.name.span);
    let draft = match leaking.leak {
        Leak::AccessKeyId => Draft::at(&META, META.severity, value, "the id of an access key")
            .message(format!("`{name}` gives {{functions}} the id of an AWS access key"))
            .help(CREDENTIALS),
        Leak::SecretKey => Draft::at(&META, META.severity, value, "a secret of AWS credentials")
            .message(format!("`{name}` gives {{functions}} a secret of AWS credentials"))
            .help(CREDENTIALS),
        Leak::Reserved => Draft::new(&META, Severity::Medium, key, "Lambda sets this itself")
            .message(format!("Lambda refuses {{functions}}: it keeps the name `{name}` for itself"))
            .help("Choose another name, or remove it: the function finds the value there anyway."),
        Leak::Secret
        | Leak::SecretInput
        | Leak::Deployed(_)
        | Leak::LookedUp
        | Leak::PlainParameter => return None,
    };
    let draft = draft.holder(&function.header).function(function).fingerprint(name.as_str());
    Some(match leaking.leak {
        Leak::Reserved => draft,
        _ => role(context, id).into_iter().fold(draft, |draft, span| {
            draft.label(span, "has credentials for the function already")
        }),
    })
}

const CREDENTIALS: &str = "Remove it and deactivate the key, which everybody who can read the source, the stack or \
     the function's configuration has seen. The SDK finds the credentials of the execution role by \
     itself: allow the role what the key was for.";

fn role(context: &Context<'_>, id: FunctionId) -> Option<iacscan_core::Span> {
    context.graph.role_links(id).iter().find_map(|link| match link.item {
        RoleLink::Role(role) => {
            context.graph.role(role).filter(|role| !role.implicit).map(|role| role.header.span)
        }
        _ => None,
    })
}
