//! What rules ask of the permissions to invoke functions.

use std::collections::BTreeSet;

use iacscan_core::{Attribute, Condition, Property, Text, Truth};
use iacscan_graph::nodes::{Header, InvokePermission};
use iacscan_graph::{FunctionId, FunctionLink, Graph};
use iacscan_iam::Resolve;

use crate::{Context, Draft};

/// When a property is what is asked for, such as absent; always where it is not written at all.
fn when(property: &Property<Text>, is: fn(&Attribute<Text>) -> bool) -> Condition {
    if property.iter().next().is_none() {
        return Condition::Always;
    }
    let branches = property.iter().filter(|branch| is(&branch.item));
    branches.fold(Condition::Never, |any, branch| any.or(branch.condition.clone()))
}

/// When a property has no value.
pub(crate) fn absent_when(property: &Property<Text>) -> Condition {
    when(property, |value| matches!(value, Attribute::Absent))
}

/// The actions that invoke a function.
pub(crate) const INVOKE: &[&str] =
    &["lambda:InvokeFunction", "lambda:InvokeAsync", "lambda:Invoke*", "lambda:*", "*"];

/// When a permission lets something run the function; `lambda:GetFunction` reads it.
pub(crate) fn invokes_when(permission: &InvokePermission) -> Condition {
    when(&permission.action, |value| match value {
        Attribute::Absent => true,
        Attribute::Known(text) => text.value.as_known().is_some_and(|action| {
            let mut all = INVOKE.iter().chain(&["lambda:InvokeFunctionUrl"]);
            all.any(|invoking| action.eq_ignore_ascii_case(invoking))
        }),
        Attribute::Unknown(..) => false,
    })
}

/// When nothing but the principal says who invokes: no source, account, organisation or token.
pub(crate) fn unlimited_when(permission: &InvokePermission) -> Condition {
    absent_when(&permission.source_arn).and(not_limited_otherwise(permission))
}

/// When the principal `*` is everybody: no account, organisation or token limits it, and no
/// source but one that is every source.
pub(crate) fn open_when(permission: &InvokePermission) -> Condition {
    let every_source = when(&permission.source_arn, |value| match value {
        Attribute::Absent => true,
        Attribute::Known(text) => text
            .value
            .as_known()
            .is_some_and(|known| !known.is_empty() && known.bytes().all(|byte| byte == b'*')),
        Attribute::Unknown(..) => false,
    });
    every_source.and(not_limited_otherwise(permission))
}

fn not_limited_otherwise(permission: &InvokePermission) -> Condition {
    [&permission.source_account, &permission.organization, &permission.event_source_token]
        .into_iter()
        .map(absent_when)
        .fold(Condition::Always, Condition::and)
}

/// Whether the permission belongs to a function URL without authentication, which is a finding by
/// itself.
pub(crate) fn serves_open_url(permission: &InvokePermission) -> Truth {
    let is = |property: &Property<Text>, wanted: &str| {
        Truth::any(property.iter().map(|branch| match &branch.item {
            Attribute::Absent => Truth::False,
            Attribute::Unknown(..) => Truth::Unknown,
            Attribute::Known(text) => match text.value.as_known() {
                Some(known) => known.eq_ignore_ascii_case(wanted).into(),
                None => Truth::Unknown,
            },
        }))
    };
    is(&permission.url_auth_type, "NONE").or(is(&permission.via_url, "true"))
}

/// The functions that a node of a unit names.
pub(crate) fn named_functions(
    graph: &Graph,
    unit: usize,
    function: &Property<Text>,
) -> BTreeSet<FunctionId> {
    let links = graph.link_function(unit, function);
    let functions = links.iter().filter_map(|link| match link.item {
        FunctionLink::Function(id) => Some(id),
        _ => None,
    });
    functions.collect()
}

/// The functions with a URL in a unit that asks nobody who they are.
pub(crate) fn with_open_url(graph: &Graph, unit: usize) -> BTreeSet<FunctionId> {
    let urls = graph.units().get(unit).map_or(&[][..], |unit| &unit.urls);
    let open = urls.iter().filter(|url| is_open(&url.auth_type));
    open.flat_map(|url| named_functions(graph, unit, &url.function)).collect()
}

/// Whether what else is said of the function that a permission names, which is no part of the scan,
/// gives it a URL that asks nobody: the URL, or the permission to call one.
pub(crate) fn is_named_with_open_url(
    graph: &Graph,
    unit: usize,
    permission: &InvokePermission,
) -> bool {
    let name = |function: &Property<Text>| match function.0.as_slice() {
        [only] => only.item.known().map(|text| graph.resolver().resolve(&text.value).into_owned()),
        _ => None,
    };
    let Some(unit) = graph.units().get(unit) else { return false };
    let Some(named) = name(&permission.function).filter(|name| name.as_unknown().is_none()) else {
        return false;
    };
    let is_it = |function: &Property<Text>| name(function).as_ref() == Some(&named);
    unit.urls.iter().any(|url| is_open(&url.auth_type) && is_it(&url.function))
        || unit
            .invoke_permissions
            .iter()
            .any(|other| is_open(&other.url_auth_type) && is_it(&other.function))
}

/// Whether a URL of this type asks nobody who they are, in some branch.
fn is_open(auth_type: &Property<Text>) -> bool {
    let mut kinds = auth_type.iter().filter_map(|branch| branch.item.known());
    kinds.any(|kind| kind.value.as_str() == Some("NONE"))
}

/// The short name of a service principal: `s3` of `s3.amazonaws.com`, `alexa-appkit` of
/// `alexa-appkit.amazon.com`, and `logs` of one whose region is not written out.
pub(crate) fn service_of(principal: &Text) -> Option<String> {
    let text = principal.to_string();
    let name = [".amazonaws.com", ".amazonaws.com.cn", ".${url-suffix}", ".amazon.com"]
        .into_iter()
        .find_map(|suffix| text.strip_suffix(suffix))?;
    let is_plain = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
    };
    let service = name.split_once(".${").map(|(service, _)| service);
    [Some(name), service].into_iter().flatten().find(|name| is_plain(name)).map(str::to_owned)
}

/// Says which function a finding about what invokes it concerns.
pub(crate) fn about_function(
    context: &Context<'_>,
    unit: usize,
    header: &Header,
    function: &Property<Text>,
    draft: Draft,
) -> Draft {
    let links = context.graph.link_function(unit, function);
    let linked = links.iter().find_map(|link| match link.item {
        FunctionLink::Function(id) => context.graph.function(id),
        _ => None,
    });
    let draft = draft.holder(header);
    match linked {
        Some(function) => draft
            .function(function)
            .label(function.header.span, "the function")
            .step(function.header.span, format!("function `{}`", function.header.address)),
        None => draft.subject(&header.address),
    }
}

#[cfg(test)]
mod tests {
    use iacscan_core::Pseudo;

    use super::*;

    #[test]
    fn services() {
        let cases = [
            ("s3.amazonaws.com", Some("s3")),
            ("events.amazonaws.com.cn", Some("events")),
            ("logs.eu-west-1.amazonaws.com", Some("logs.eu-west-1")),
            ("alexa-appkit.amazon.com", Some("alexa-appkit")),
            ("123456789012", None),
            ("arn:aws:iam::123456789012:role/r", None),
            ("*", None),
        ];
        for (principal, expected) in cases {
            assert_eq!(service_of(&Text::from(principal)).as_deref(), expected, "{principal}");
        }
        let mut text = Text::from("s3.");
        text.extend(&Text::pseudo(Pseudo::UrlSuffix));
        assert_eq!(service_of(&text).as_deref(), Some("s3"));
        let mut text = Text::from("logs.");
        text.extend(&Text::pseudo(Pseudo::Region));
        text.extend(&Text::from(".amazonaws.com"));
        assert_eq!(service_of(&text).as_deref(), Some("logs"));
    }
}
