//! Secrets in environment variables: what is one, and what only looks like one.

mod access_keys;
mod names;
mod values;

use iacscan_core::{
    Address, Condition, Credential, Located, ResourceAttribute, Segment, Span, Unknown, Value,
};
use iacscan_graph::nodes::{EnvironmentVariable, Function, SecretSource};
use iacscan_graph::{Format, Graph};

use names::Kind;
pub(crate) use names::is_of_role_credentials;

/// What an environment variable gives away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leak {
    /// The id of an AWS access key.
    AccessKeyId,
    /// The secret part of an AWS access key, or a session token.
    SecretKey,
    /// A part of an access key that the deployment makes.
    Made(Credential),
    /// A name that Lambda keeps for itself.
    Reserved,
    /// A secret, told by what the variable is called or by the form of its value.
    Secret,
    /// The value of an input that is marked as a secret.
    SecretInput,
    /// A secret that the deployment reads or makes, and keeps in its state.
    Deployed(SecretSource),
    /// A secret that the deployment looks up.
    LookedUp,
    /// A secret, told by what the variable is called, that the deployment looks up in a parameter
    /// kept in plain text.
    PlainParameter,
}

/// A variable that gives something away, in one branch.
#[derive(Debug)]
pub(crate) struct Leaking<'g> {
    /// The variable.
    pub(crate) variable: &'g EnvironmentVariable,
    /// Its value there.
    pub(crate) value: &'g Located<Value>,
    /// When it has this value.
    pub(crate) condition: Condition,
    /// What it gives away.
    pub(crate) leak: Leak,
}

/// Every variable of a function that gives something away.
pub(crate) fn leaking(function: &Function, format: Format) -> Vec<Leaking<'_>> {
    let has_key_id = function.environment.all().any(|variable| {
        variable
            .value
            .branches()
            .iter()
            .any(|(_, value)| literal(value).is_some_and(|text| access_keys::has_key_id(&text)))
    });
    let mut found = Vec::new();
    for variable in &function.environment.items {
        for (inner, value) in variable.item.value.branches() {
            if let Some(leak) = leak(&variable.item, value, has_key_id, format) {
                let condition =
                    function.header.condition.clone().and(variable.condition.clone()).and(inner);
                found.push(Leaking { variable: &variable.item, value, condition, leak });
            }
        }
    }
    found
}

/// The places of all secrets of a graph, whatever rules are selected: no report shows them.
#[must_use]
pub fn secret_spans(graph: &Graph) -> Vec<Span> {
    let units = graph.units().iter();
    units
        .flat_map(|unit| unit.functions.iter().map(|function| (function, unit.format)))
        .flat_map(|(function, format)| leaking(function, format))
        .filter(|leaking| literal(leaking.value).is_some() && leaking.leak != Leak::Reserved)
        .map(|leaking| leaking.value.span)
        .filter(|span| span.is_somewhere())
        .collect()
}

fn leak(
    variable: &EnvironmentVariable,
    value: &Located<Value>,
    has_key_id: bool,
    format: Format,
) -> Option<Leak> {
    let name = variable.name.value.as_str();
    if let Some((_, part)) = made_key(value) {
        return Some(Leak::Made(part));
    }
    let text = literal(value);
    if let Some(text) = &text {
        if access_keys::has_key_id(text) {
            return Some(Leak::AccessKeyId);
        }
        let in_context = has_key_id || names::is_aws_secret(name);
        if in_context && access_keys::is_secret_key(text) {
            return Some(Leak::SecretKey);
        }
        if name == "AWS_SESSION_TOKEN" && values::looks_random(text) {
            return Some(Leak::SecretKey);
        }
    }
    if names::is_reserved(name) {
        return Some(Leak::Reserved);
    }
    // Terraform marks whole maps: of those only what is called a secret is one for certain.
    let marked =
        variable.secret.filter(|_| !tells_a_name(name, value) && !names_a_secret(variable));
    if let Some(source) = marked {
        let is_certain = variable.is_secret_itself
            || names::kind(name).is_some()
            || (source == SecretSource::Input && names::is_of_a_webhook(name));
        match format {
            Format::Terraform if text.is_none() && is_certain => {
                return is_some_text(value).then_some(match source {
                    SecretSource::Input => Leak::SecretInput,
                    other => Leak::Deployed(other),
                });
            }
            Format::Terraform => {}
            Format::CloudFormation | Format::Sam => return secret_input(value),
        }
    }
    let Some(text) = text else {
        let is_secret = matches!(names::kind(name), Some(Kind::Password | Kind::Key));
        let is_looked_up = variable.plain_parameter
            && value.value.to_text()?.first_unknown() == Some(Unknown::External);
        return (is_secret && is_looked_up).then_some(Leak::PlainParameter);
    };
    let is_secret = values::has_token_form(&text)
        || match names::kind(name) {
            Some(kind) => !values::is_placeholder(&text, name) && is_secret(kind, &text),
            None => false,
        };
    if is_secret {
        return Some(Leak::Secret);
    }
    // What a resource stores as a secret is one, whatever it is called.
    let is_content = variable.is_secret_itself
        && variable.secret == Some(SecretSource::Secret)
        && !tells_a_name(name, value)
        && !values::is_placeholder(&text, name);
    is_content.then_some(Leak::Deployed(SecretSource::Secret))
}

/// A value from an input marked as secret, unless that input has a default that is none.
fn secret_input(value: &Located<Value>) -> Option<Leak> {
    let unknown = value.value.to_text().and_then(|text| text.first_unknown());
    match unknown {
        // CloudFormation's dynamic references.
        Some(Unknown::External) => Some(Leak::LookedUp),
        Some(_) => Some(Leak::SecretInput),
        None => literal(value).filter(|text| !text.is_empty()).map(|_| Leak::SecretInput),
    }
}

/// Whether a variable holds what something is called by or found at. A URL may have a secret beside
/// what is known of it, and that of a webhook is one where it is marked.
fn tells_a_name(name: &str, value: &Located<Value>) -> bool {
    let is_whole = || value.value.to_text().is_none_or(|text| text.segments().len() < 2);
    let is_found = !names::is_of_a_url(name) || (!names::is_of_a_webhook(name) && is_whole());
    names::is_of_a_name(name) && is_found
}

/// Whether the input that is marked says by its own name that it holds the name of a secret.
fn names_a_secret(variable: &EnvironmentVariable) -> bool {
    let input = variable.secret_input.as_ref().map(|input| input.value.as_str());
    input.is_some_and(|input| names::is_of_a_name(input) && !names::is_of_a_url(input))
}

/// The access key of which a value has a part.
pub(crate) fn made_key(value: &Located<Value>) -> Option<(Address, Credential)> {
    value.value.to_text()?.segments().iter().find_map(|segment| match segment {
        Segment::Reference { target, attribute: ResourceAttribute::Credential(part) } => {
            Some((target.clone(), *part))
        }
        _ => None,
    })
}

/// Whether there is a value, which is no flag.
fn is_some_text(value: &Located<Value>) -> bool {
    !matches!(value.value, Value::Bool(_)) && value.value.to_text().is_some()
}

fn is_secret(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Password => values::may_be_password(text),
        Kind::Key => values::may_be_key(text),
        Kind::Ambiguous => values::looks_random(text),
    }
}

/// The value, when all of it is known.
fn literal(value: &Located<Value>) -> Option<String> {
    match &value.value {
        Value::Bool(_) => None,
        other => other.to_text()?.as_known().map(|text| text.to_string()),
    }
}

#[cfg(test)]
mod tests;
