//! A secret stands in a function's environment for everybody to read.

use iacscan_core::{RuleGroup, RuleMeta, Severity, Span};
use iacscan_graph::nodes::Function;

use crate::secrets::{Leak, Leaking, leaking};
use crate::{Context, Draft, Report, Rule};

/// `secret-literal-in-environment`
pub(crate) struct SecretLiteralInEnvironment;

static META: RuleMeta = RuleMeta {
    id: "secret-literal-in-environment",
    summary: "Secret value in plain environment variable",
    group: RuleGroup::Secrets,
    severity: Severity::Medium,
    cwe: &[526, 312],
    page: include_str!("README.md"),
};

impl Rule for SecretLiteralInEnvironment {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for (id, function) in context.graph.functions() {
            let Some(unit) = context.graph.unit_of(id) else { continue };
            for leaking in leaking(function, unit.format) {
                if let Some(draft) = draft(function, &leaking) {
                    report.when(&leaking.condition, draft);
                }
            }
        }
    }
}

fn draft(function: &Function, leaking: &Leaking<'_>) -> Option<Draft> {
    let name = &leaking.variable.name.value;
    let value = leaking.value;
    let draft = match leaking.leak {
        Leak::Secret => Draft::at(&META, META.severity, value, "a secret in plain text")
            .message(format!("`{name}` gives {{functions}} a secret in plain text")),
        // The input is as it should be; the variable is what to change.
        Leak::SecretInput => {
            let used = value.use_span();
            let draft = Draft::new(&META, META.severity, used, "is marked as a secret");
            let from = if used == value.span { Span::NONE } else { value.span };
            draft.label(from, "comes from here").message(format!(
                "`{name}` of {{functions}} shows the value of an input that is marked as a secret"
            ))
        }
        Leak::LookedUp => {
            Draft::at(&META, Severity::Low, value, "is looked up when it is deployed").message(
                format!(
                    "`{name}` of {{functions}} shows a secret to whoever can read the function's \
                     configuration"
                ),
            )
        }
        Leak::PlainParameter => {
            Draft::at(&META, Severity::Low, value, "is looked up in a plain parameter").message(
                format!(
                    "`{name}` of {{functions}} shows a secret to whoever can read the function's \
                     configuration, or the parameter, which is of the plain type String"
                ),
            )
        }
        Leak::AccessKeyId | Leak::SecretKey | Leak::Reserved => return None,
    };
    Some(
        draft
            .help(
                "Keep it in Secrets Manager or in a SecureString parameter, give the function its \
                 name, and allow the role `secretsmanager:GetSecretValue` (or `ssm:GetParameter`) \
                 on its ARN.",
            )
            .holder(&function.header)
            .function(function)
            .fingerprint(name.as_str()),
    )
}
