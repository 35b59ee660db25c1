//! A secret stands in a function's environment for everybody to read.

use iacscan_core::{Located, RuleGroup, RuleMeta, Severity, Span, Value};
use iacscan_graph::Format;
use iacscan_graph::nodes::{Function, SecretSource};

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
                if let Some(draft) = draft(function, &leaking, unit.format) {
                    report.when(&leaking.condition, draft);
                }
            }
        }
    }
}

fn draft(function: &Function, leaking: &Leaking<'_>, format: Format) -> Option<Draft> {
    let name = &leaking.variable.name.value;
    let value = leaking.value;
    let draft = match leaking.leak {
        Leak::Secret => Draft::at(&META, META.severity, value, "a secret in plain text")
            .label(given_at(leaking), "is given to the function here")
            .message(format!("`{name}` gives {{functions}} a secret in plain text")),
        Leak::SecretInput => input(leaking, format),
        Leak::Deployed(source) => {
            let (label, shown) = deployed(source);
            used(value, label).message(format!(
                "`{name}` of {{functions}} shows {shown}: it stands in the function's \
                 configuration and in the state"
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
        Leak::AccessKeyId | Leak::SecretKey | Leak::Made(_) | Leak::Reserved => return None,
    };
    Some(
        draft
            .help(help(leaking))
            .holder(&function.header)
            .function(function)
            .fingerprint(name.as_str()),
    )
}

/// Where the function is given a secret that stands inside of what another resource stores.
fn given_at(leaking: &Leaking<'_>) -> Span {
    let is_stored =
        matches!(leaking.variable.secret, Some(SecretSource::Secret | SecretSource::Parameter));
    if is_stored && leaking.value.via.is_none() { leaking.variable.name.span } else { Span::NONE }
}

/// What shows an input that is marked as secret, in the words of its language.
fn input(leaking: &Leaking<'_>, format: Format) -> Draft {
    let (kind, mark) = match format {
        Format::Terraform => ("variable", "sensitive"),
        Format::CloudFormation | Format::Sam => ("parameter", "NoEcho"),
    };
    let (name, value) = (&leaking.variable.name.value, leaking.value);
    let label = "is marked as a secret";
    let Some(input) = &leaking.variable.secret_input else {
        return used(value, label).message(format!(
            "`{name}` of {{functions}} shows the value of a {kind} that is marked as a secret"
        ));
    };
    let is_shown = [input.span, value.use_span()].contains(&value.span);
    let from = if is_shown { Span::NONE } else { value.span };
    Draft::new(&META, META.severity, value.use_span(), label)
        .label(input.span, format!("`{mark}` marks it as a secret"))
        .label(from, "comes from here")
        .message(format!(
            "`{name}` of {{functions}} shows the value of {kind} `{}`, which `{mark}` marks as a \
             secret",
            input.value
        ))
}

/// A finding about where a value is used: what it comes from is as it should be.
fn used(value: &Located<Value>, label: &'static str) -> Draft {
    let used = value.use_span();
    let from = if used == value.span { Span::NONE } else { value.span };
    Draft::new(&META, META.severity, used, label).label(from, "comes from here")
}

/// What the deployment does to have a secret value, as a label and in a sentence.
const fn deployed(source: SecretSource) -> (&'static str, &'static str) {
    match source {
        SecretSource::Secret => {
            ("is read from a secret", "the value that is read from a secret at deployment")
        }
        SecretSource::Parameter => {
            ("is read from a parameter", "the value that is read from a parameter at deployment")
        }
        SecretSource::Generated => {
            ("is generated at deployment", "a secret that is generated at deployment")
        }
        SecretSource::Attribute | SecretSource::Input => {
            ("is a secret of another resource", "a secret of another resource")
        }
    }
}

fn help(leaking: &Leaking<'_>) -> String {
    match (leaking.leak, leaking.variable.secret) {
        (Leak::Deployed(SecretSource::Secret), _)
        | (Leak::Secret | Leak::LookedUp, Some(SecretSource::Secret)) => {
            "Give the function the secret's ARN and let the code read it: allow the role \
             `secretsmanager:GetSecretValue` on that ARN."
                .to_owned()
        }
        (Leak::Deployed(SecretSource::Parameter), _)
        | (Leak::Secret | Leak::LookedUp, Some(SecretSource::Parameter)) => {
            "Give the function the parameter's name and let the code read it: allow the role \
             `ssm:GetParameter` on the parameter's ARN."
                .to_owned()
        }
        (leak, _) => {
            let seen = match leak {
                Leak::Secret => {
                    "Replace the secret, which everybody who can read the source has seen. "
                }
                _ => "",
            };
            format!(
                "{seen}Keep it in Secrets Manager or in a SecureString parameter, give the function \
                 its name in another variable (such as `{}`), allow the role \
                 `secretsmanager:GetSecretValue` (or `ssm:GetParameter`) on its ARN, and let the \
                 code read it at run time.",
                name_of_secret(&leaking.variable.name.value)
            )
        }
    }
}

/// What a variable may be called that holds the name of the secret which this one holds.
fn name_of_secret(variable: &str) -> String {
    let has = |is: fn(&char) -> bool| variable.chars().any(|c| is(&c));
    let is_snake = variable.contains('_') && !has(char::is_ascii_uppercase);
    let says_so = variable.to_ascii_lowercase().contains("secret");
    let behind = match (has(char::is_ascii_lowercase), says_so) {
        (false, true) => "_NAME",
        (false, false) => "_SECRET_NAME",
        (true, true) if is_snake => "_name",
        (true, false) if is_snake => "_secret_name",
        (true, true) => "Name",
        (true, false) => "SecretName",
    };
    format!("{variable}{behind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_have_variables_of_their_own() {
        for (variable, expected) in [
            ("DB_PASSWORD", "DB_PASSWORD_SECRET_NAME"),
            ("CLIENT_SECRET", "CLIENT_SECRET_NAME"),
            ("STRIPE_SECRET_KEY", "STRIPE_SECRET_KEY_NAME"),
            ("apiToken", "apiTokenSecretName"),
            ("clientSecret", "clientSecretName"),
            ("ingest_token", "ingest_token_secret_name"),
            ("client_secret", "client_secret_name"),
        ] {
            assert_eq!(name_of_secret(variable), expected);
        }
    }
}
