//! Events of API Gateway.

use iacscan_core::Str;
use iacscan_core::reader::Node;

use super::{Event, permission};
use crate::call::Call;
use crate::sam::Expansion;
use crate::sam::function::Function;
use crate::sam::resource::Generated;
use crate::tree;

/// The API that SAM makes for events without one.
pub(crate) const REST: &str = "ServerlessRestApi";
/// The HTTP API that SAM makes for events without one.
pub(crate) const HTTP: &str = "ServerlessHttpApi";

/// A method of a REST API.
pub(super) fn rest(
    out: &mut Expansion<'_>,
    function: &Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    generated: &mut Vec<Generated>,
) {
    let (api, suffix) = match event.get("RestApiId") {
        Some(api) => (api.clone(), stage_of(out, api)),
        None => {
            out.implicit_api(REST, event.entry.key.span);
            (tree::reference(REST, event.span), "Prod".into())
        }
    };
    let id = format!("{id}Permission{suffix}");
    allow(out, function, event, &id, api, generated);
}

/// A route of an HTTP API.
pub(super) fn http(
    out: &mut Expansion<'_>,
    function: &Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    generated: &mut Vec<Generated>,
) {
    let api = match event.get("ApiId") {
        Some(api) => api.clone(),
        None => {
            out.implicit_api(HTTP, event.entry.key.span);
            tree::reference(HTTP, event.span)
        }
    };
    allow(out, function, event, &format!("{id}Permission"), api, generated);
}

fn allow(
    out: &Expansion<'_>,
    function: &Function<'_, '_>,
    event: &Event<'_>,
    id: &str,
    api: Node,
    generated: &mut Vec<Generated>,
) {
    let span = event.span;
    let text = |name: &str| event.get(name).and_then(|node| out.statics.text(node));
    let path = text("Path").unwrap_or_else(|| "$default".into());
    let path = if path == "$default" { "" } else { path.trim_end_matches('/') };
    let method = text("Method").unwrap_or_else(|| "any".into()).to_ascii_uppercase();
    let any = matches!(method.as_str(), "ANY" | "X-AMAZON-APIGATEWAY-ANY-METHOD");
    let method = if any { "*" } else { &method };
    let route = format!("{method}{}", without_parameters(path));
    let arn = tree::sub_with(
        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/${Route}",
        vec![tree::entry("Api", api), tree::entry("Route", tree::text(route, span))],
        span,
    );
    let source = vec![tree::entry("SourceArn", arn)];
    generated.push(permission(function, event, id, "apigateway.amazonaws.com", source));
}

/// `/pets/{id}` as it stands in an ARN: `/pets/*`.
fn without_parameters(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.contains('{') { "*" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// The stage of an API of the template, as SAM appends it to logical ids.
fn stage_of(out: &Expansion<'_>, api: &Node) -> Str {
    let id = if Call::of(api).is_some() { tree::referenced(api) } else { api.as_str() };
    let Some(resource) = id.and_then(|id| out.resource(id)) else { return "AllStages".into() };
    let stage = resource.get("Properties").and_then(|properties| properties.get("StageName"));
    let stage = stage.and_then(tree::plain_text);
    stage.filter(|stage| stage.chars().all(char::is_alphanumeric)).unwrap_or("Stage").into()
}
