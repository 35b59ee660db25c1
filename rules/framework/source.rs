//! How a permission to invoke says on whose behalf a service may.

use iacscan_core::{Address, Attribute, ResourceAttribute, Snippet, Text};
use iacscan_graph::nodes::{Header, Origin, ResourceKind, Trigger};
use iacscan_graph::{Account, Code, Graph, Unit};

use super::dependencies::Dependencies;
use super::snippet::taken_beside;
use super::spell::{self, written};
use super::words::{argument, code_list};
use iacscan_graph::instances::{are_beside, block, split};

const FILLED_IN: &str = "with your own value";

/// Whether what limits a permission has words in capitals.
pub(crate) fn is_to_be_filled_in(limits: &str) -> bool {
    limits.contains(FILLED_IN)
}

/// What limits a permission for a service, as the language of the resource at `header` writes it:
/// "`SourceArn` as `...`". The permission stands beside that resource, and the service invokes on
/// behalf of `origin`.
pub(crate) fn limits(
    graph: &Graph,
    header: &Header,
    service: &str,
    origin: Option<&Origin>,
) -> String {
    let service = service.split('.').next().unwrap_or(service);
    let arn = argument(header, "SourceArn");
    let account = account(graph, header);
    if WITHOUT_ARN.contains(&service) {
        return account;
    }
    if service == "alexa-appkit" {
        return format!("`{}` as the id of the skill", argument(header, "EventSourceToken"));
    }
    let resource = origin.and_then(Origin::resource);
    let written = resource
        .and_then(|resource| Some(format!("`{}`", source(graph, &header.address, resource)?)))
        .or_else(|| bucket(graph, &header.address, resource?))
        .or_else(|| form(graph.resolver().unit_of(&header.address), service, origin));
    match written {
        // A rule, an authorizer or a provisioning template.
        None if service == "iot" && origin.is_none() => account,
        // Any log group may have a filter, also one that is made later.
        Some(written) if service == "logs" && origin.is_none() => {
            format!("`{arn}` as {written}, or for all log groups of the account {account}")
        }
        Some(written) if service == "s3" => format!("`{arn}` as {written} and {account}"),
        Some(written) => format!("`{arn}` as {written}"),
        None => format!("`{arn}` as the ARN of what invokes it, or {account}"),
    }
}

/// What limits a permission to the account that is deployed to, as the language of the resource at
/// `header` writes it: "`SourceAccount` as `...`".
pub(crate) fn account(graph: &Graph, header: &Header) -> String {
    let argument = argument(header, "SourceAccount");
    match own_account(graph, header) {
        Some(Account { expression, declare: Some(declare) }) => {
            format!("`{argument}` as `{expression}` (declare `{declare}`)")
        }
        Some(Account { expression, declare: None }) => format!("`{argument}` as `{expression}`"),
        None => format!("`{argument}`"),
    }
}

/// What writes the account that is deployed to, beside a resource.
fn own_account(graph: &Graph, header: &Header) -> Option<Account> {
    let unit = graph.resolver().unit_of(&header.address)?;
    let declared = beside(&unit.accounts, header).first().copied();
    let taken = beside(&unit.other_accounts, header);
    Some(unit.language.account(declared, &taken))
}

/// A permission for a service that invokes a function on behalf of a resource, beside what is set up
/// to; `None` where its source or its function is not named by a reference there.
pub(crate) fn permission(
    graph: &Graph,
    trigger: &Trigger,
    function: &Address,
    principal: &str,
) -> Option<Snippet> {
    let Trigger { header, service, origin, .. } = trigger;
    // An alias has permissions of its own.
    let [only] = trigger.function.0.as_slice() else { return None };
    let mut named = only.item.known()?.value.references();
    if !named.all(|(target, _)| target == function) {
        return None;
    }
    let has_arn = !WITHOUT_ARN.contains(&service.as_str());
    let mut limits = Vec::new();
    if has_arn {
        let arn = source(graph, &header.address, origin.as_ref()?.resource()?)?;
        limits.push(("SourceArn", Code::Expression(arn)));
    }
    if service == "s3" || !has_arn {
        let Account { expression, declare: None } = own_account(graph, header)? else {
            return None;
        };
        limits.push(("SourceAccount", Code::Expression(expression)));
    }
    let pairs = [(&header.address, function)];
    let name = spell::reference(graph, &pairs, &ResourceAttribute::Name)?;
    graph.resolver().unit_of(&header.address)?.language.permission(
        header,
        &name,
        principal,
        &limits,
        &taken_beside(graph, &header.address),
    )
}

/// Services whose permission has to be there before what it is for, so that its ARN is not known.
const WITHOUT_ARN: [&str; 4] = ["config", "elasticloadbalancing", "secretsmanager", "ses"];

/// Whether a service refuses what is to invoke a function when it is not permitted to.
pub(crate) fn checks_first(service: &str) -> bool {
    matches!(service, "config" | "elasticloadbalancing" | "logs" | "s3" | "secretsmanager" | "ses")
}

/// Whether a service refuses what names a role beside a function, so that none invokes it.
pub(crate) fn refuses_role(service: &str) -> bool {
    service == "logs"
}

/// Whether a service invokes functions with a role, so that a permission does nothing.
pub(crate) fn uses_a_role(service: &str) -> bool {
    matches!(service.split('.').next(), Some("pipes" | "scheduler" | "states"))
}

/// What of these stands where a resource is written, by the names that it has there: beside it, or
/// beside the call at which a module of others is shown.
fn beside<'g>(all: &'g [Address], from: &Header) -> Vec<&'g str> {
    let (mut modules, _) = split(from.address.name());
    if from.calls.last().is_some_and(|call| call.source == from.span.source) {
        modules.pop();
    }
    all.iter()
        .map(|other| split(other.name()))
        .filter_map(|(its_modules, name)| (its_modules == modules).then_some(name))
        .collect()
}

/// How a permission beside `from` names a resource as its source: one of its own module, or one that
/// is passed to it.
fn source(graph: &Graph, from: &Address, origin: &Address) -> Option<String> {
    let named = &graph.resolver().resource(origin)?.header;
    if !named.is_with(&graph.resolver().resource(from)?.header) {
        return None;
    }
    let language = graph.resolver().unit_of(origin)?.language;
    let own = split(origin.name()).1;
    let source = |name: &str| language.source(name, &named.resource_type);
    if are_beside(origin, from) {
        return source(own);
    }
    let arn = ResourceAttribute::Arn;
    let passed = spell::passed(graph, from, origin, &arn)?;
    match &passed.attribute {
        None => source(&passed.expression),
        Some(_) => {
            let is_arn = source(own)? == language.attribute(own, &named.resource_type, &arn)?;
            is_arn.then(|| passed.expression.to_string())
        }
    }
}

/// The API that a permission can be for when nothing else says: the only one beside it, whose
/// definition may lie in a file of its own. One that waits for the permission cannot be named there.
pub(crate) fn only_api<'g>(graph: &'g Graph, header: &Header) -> Option<&'g Address> {
    let unit = graph.resolver().unit_of(&header.address)?;
    let mut apis = unit.resources.iter().map(|resource| &resource.header).filter(|api| {
        unit.language.is_api(&api.resource_type) && are_beside(&api.address, &header.address)
    });
    let api = apis.next().filter(|_| apis.next().is_none())?;
    let waits = || Dependencies::of(graph, api).contain(&header.address);
    (api.is_with(header) && !waits()).then_some(&api.address)
}

/// How a permission beside `from` names a bucket by what that is called: one that invokes by a
/// property of its own waits for the permission, so that a reference would be a circle.
fn bucket(graph: &Graph, from: &Address, bucket: &Address) -> Option<String> {
    let resource = graph.resolver().resource(bucket)?;
    if resource.kind != ResourceKind::Bucket {
        return None;
    }
    let is_absent = |name: &Attribute<_>| matches!(name, Attribute::Absent);
    if resource.name.iter().all(|branch| is_absent(&branch.item)) {
        let unit = graph.resolver().unit_of(bucket)?;
        let waits = unit.triggers.iter().any(|trigger| trigger.header.address == *bucket);
        return waits.then(|| {
            format!(
                "`{}` (with a name that `{}` gives `{}`: a reference would be a circle)",
                spell::form(Some(unit), "arn:${Partition}:s3:::BUCKET"),
                argument(&resource.header, "BucketName"),
                block(bucket.name())
            )
        });
    }
    let [only] = resource.name.0.as_slice() else { return None };
    let mut arn = Text::from("arn:aws:s3:::");
    arn.extend(&only.item.known()?.value);
    Some(format!("`{}`", written(graph, from, &arn)?))
}

/// What the ARN of a service's source looks like, with the name of this one where it is known; in
/// backticks.
fn form(unit: Option<&Unit>, service: &str, origin: Option<&Origin>) -> Option<String> {
    let (arn, placeholders): (_, &[&str]) = match service {
        "apigateway" => {
            ("arn:${Partition}:execute-api:${Region}:${Account}:API_ID/*/*", &["API_ID"])
        }
        "bedrock" => {
            ("arn:${Partition}:bedrock:${Region}:${Account}:agent/AGENT_ID", &["AGENT_ID"])
        }
        "cloudfront" => (
            "arn:${Partition}:cloudfront::${Account}:distribution/DISTRIBUTION_ID",
            &["DISTRIBUTION_ID"],
        ),
        "cognito-idp" => {
            ("arn:${Partition}:cognito-idp:${Region}:${Account}:userpool/POOL_ID", &["POOL_ID"])
        }
        "events" => ("arn:${Partition}:events:${Region}:${Account}:rule/RULE", &["RULE"]),
        "logs" => ("arn:${Partition}:logs:${Region}:${Account}:log-group:GROUP:*", &["GROUP"]),
        "s3" => ("arn:${Partition}:s3:::BUCKET", &["BUCKET"]),
        "sns" => ("arn:${Partition}:sns:${Region}:${Account}:TOPIC", &["TOPIC"]),
        _ => return None,
    };
    let spelt = spell::form(unit, arn);
    let place = ["REGION", "ACCOUNT"].into_iter().filter(|it| spelt.contains(&format!(":{it}:")));
    let place: Vec<&str> = place.collect();
    let (spelt, open) = match (origin, placeholders) {
        (Some(Origin::Named(name)), _) if name.starts_with("arn:") => {
            return Some(format!("`{name}`"));
        }
        // A rule may be of another bus, which its ARN names too.
        (Some(Origin::Named(name)), [only]) if service != "events" => {
            (spelt.replace(only, name), &[][..])
        }
        _ => (spelt, placeholders),
    };
    let open: Vec<&str> = place.iter().chain(open).copied().collect();
    Some(match open.as_slice() {
        [] => format!("`{spelt}`"),
        [only] => format!("`{spelt}` ({FILLED_IN} for `{only}`)"),
        several => {
            format!("`{spelt}` ({FILLED_IN}s for {})", code_list(several.iter().copied()))
        }
    })
}
