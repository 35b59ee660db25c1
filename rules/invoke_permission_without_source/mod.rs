//! A permission lets a service invoke a function on behalf of any account.

use std::collections::{HashMap, HashSet};

use iacscan_core::{
    Address, Attribute, Condition, Guarded, Located, Property, RuleGroup, RuleMeta, Segment,
    Severity, Span, Text, Truth,
};
use iacscan_graph::nodes::{Author, Header, InvokePermission, Origin, Trigger};
use iacscan_graph::{FunctionId, FunctionLink, Unit};
use iacscan_iam::{ArnPart, ArnParts, Resolve};

use crate::framework::invocation::{
    about_function, absent_when, invokes_when, service_of, unlimited_when,
};
use crate::framework::source::{account, is_to_be_filled_in, limits, only_api, uses_a_role};
use crate::framework::words::is_policy;
use crate::{Context, Draft, Report, Rule};
use iacscan_graph::instances::block;

/// `invoke-permission-without-source`
pub(crate) struct InvokePermissionWithoutSource;

static META: RuleMeta = RuleMeta {
    id: "invoke-permission-without-source",
    summary: "Service may invoke on behalf of any account",
    group: RuleGroup::Invocation,
    severity: Severity::Medium,
    cwe: &[441],
    page: include_str!("README.md"),
};

impl Rule for InvokePermissionWithoutSource {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        let calls = calls(context);
        for (index, unit) in context.graph.units().iter().enumerate() {
            let naming = naming(unit);
            for permission in &unit.invoke_permissions {
                if permission.header.author == Author::Tool {
                    continue;
                }
                for branch in permission.principal.iter() {
                    let Some(principal) = branch.item.known() else { continue };
                    let Some(service) = service_of(&principal.value) else { continue };
                    for (lacks, lack) in Lack::of(context, permission, &service) {
                        let condition =
                            permission.header.condition.clone().and(invokes_when(permission));
                        let condition = condition.and(branch.condition.clone()).and(lacks);
                        let origin = origin(context, index, permission, &service);
                        let (graph, header) = (context.graph, &permission.header);
                        let api = only_api(graph, header)
                            .filter(|_| origin.is_none() && service == "apigateway");
                        let origin = origin.or_else(|| Some(Origin::Resource(api?.clone())));
                        let limits = match lack {
                            Lack::Account { .. } => account(graph, header),
                            _ => limits(graph, header, &service, origin.as_ref()),
                        };
                        let proviso = api.map_or_else(String::new, |api| {
                            format!(", if it is `{}` that invokes it", block(api.name()))
                        });
                        let differs = is_to_be_filled_in(&limits)
                            && calls.get(&header.span).is_some_and(|calls| calls.len() > 1);
                        let receiver = receiver(header, principal, differs);
                        let words = [limits.as_str(), &receiver, &proviso];
                        let draft = draft(permission, principal, &service, &lack, words);
                        let function = &permission.function;
                        let draft = about_function(context, index, header, function, draft);
                        let resource = origin.as_ref().and_then(Origin::resource);
                        let other = resource.and_then(|source| {
                            let naming = naming.get(source)?;
                            let other = other_with(context, naming, permission, (source, &service));
                            Some((other?, source))
                        });
                        let draft = match other {
                            Some((other, _)) if other.header.author == Author::Tool => draft
                                .label(other.header.span, PERMITTED)
                                .help("Remove it: SAM permits the event already."),
                            Some((other, source)) => draft
                                .label(other.header.span, "names the source already")
                                .help(format!(
                                    "Remove it: `{}` lets `{}` invoke the function already.",
                                    block(other.header.address.name()),
                                    block(source.name())
                                )),
                            None => match of_event(context, index, permission, &service)
                                .filter(|_| matches!(lack, Lack::Everything))
                            {
                                Some(event) => {
                                    draft.label(event.header.span, PERMITTED).help(format!(
                                        "Remove it: SAM permits the event already. If something \
                                         else is to invoke the function too, add {limits} instead."
                                    ))
                                }
                                None => draft,
                            },
                        };
                        report.when(&condition, draft);
                    }
                }
            }
        }
    }
}

/// What an event is for which SAM makes a permission.
const PERMITTED: &str = "SAM permits this event already";

/// By what calls each block of a permission is reached.
fn calls<'g>(context: &Context<'g>) -> HashMap<Span, HashSet<&'g [Span]>> {
    let mut calls: HashMap<Span, HashSet<&[Span]>> = HashMap::new();
    for permission in context.graph.units().iter().flat_map(|unit| &unit.invoke_permissions) {
        let header = &permission.header;
        calls.entry(header.span).or_default().insert(&header.calls);
    }
    calls
}

/// The permissions of a unit by the resources that their sources name.
fn naming(unit: &Unit) -> HashMap<&Address, Vec<&InvokePermission>> {
    let mut naming: HashMap<&Address, Vec<&InvokePermission>> = HashMap::new();
    for permission in &unit.invoke_permissions {
        let known = permission.source_arn.iter().filter_map(|branch| branch.item.known());
        for segment in known.flat_map(|text| text.value.segments()) {
            if let Segment::Reference { target, .. } = segment {
                naming.entry(target).or_default().push(permission);
            }
        }
    }
    naming
}

/// Another permission that gives the same, and to this source alone, of those that name it.
fn other_with<'g>(
    context: &Context<'g>,
    naming: &[&'g InvokePermission],
    permission: &InvokePermission,
    (source, service): (&Address, &str),
) -> Option<&'g InvokePermission> {
    let given = gives(context, permission)?;
    naming.iter().copied().find(|other| {
        let names_source = |branch: &Guarded<Attribute<Text>>| {
            let segments = branch.item.known().map_or(&[][..], |text| text.value.segments());
            let is_source = |segment: &Segment| {
                matches!(segment, Segment::Reference { target, .. } if *target == *source)
            };
            // A stage, method or path is not all of an API.
            let is_all = |segment: &Segment| match segment {
                Segment::Literal(literal) => literal.text.chars().all(|c| "*/:".contains(c)),
                _ => false,
            };
            let at = segments.iter().position(is_source);
            at.is_some_and(|at| segments.iter().skip(at + 1).all(is_all))
        };
        other.header.address != permission.header.address
            && other.source_arn.iter().all(names_source)
            && replaces(context, other, permission, (&given, service))
    })
}

/// The permission that SAM makes for an event of the function, where nothing of the user's own lets
/// the service invoke it.
fn of_event<'g>(
    context: &Context<'g>,
    index: usize,
    permission: &InvokePermission,
    service: &str,
) -> Option<&'g InvokePermission> {
    let given = gives(context, permission)?;
    let is_by_user = |trigger: &Trigger| trigger.header.author == Author::User;
    if triggers(context, index, permission, service).any(is_by_user) {
        return None;
    }
    context.graph.units().get(index)?.invoke_permissions.iter().find(|other| {
        other.header.author == Author::Tool
            && replaces(context, other, permission, (&given, service))
    })
}

/// Whether another permission is there whenever this one is, leaves nothing open, and gives what
/// this one does.
fn replaces(
    context: &Context<'_>,
    other: &InvokePermission,
    permission: &InvokePermission,
    (given, service): (&Given, &str),
) -> bool {
    let condition = &other.header.condition;
    (condition.is_always() || *condition == permission.header.condition)
        && Lack::of(context, other, service).next().is_none()
        && gives(context, other).as_ref() == Some(given)
}

/// The function, its qualifier, the action and the principal, each in all branches.
type Given = [Vec<Text>; 4];

/// What a permission gives, where that is known.
fn gives(context: &Context<'_>, permission: &InvokePermission) -> Option<Given> {
    let texts = |property: &Property<Text>| -> Option<Vec<Text>> {
        let texts = property.iter().map(|branch| match &branch.item {
            Attribute::Absent => Some(Text::new()),
            Attribute::Known(text) => {
                Some(context.graph.resolver().resolve(&text.value).into_owned())
            }
            Attribute::Unknown(..) => None,
        });
        texts.collect()
    };
    let InvokePermission { function, qualifier, action, principal, .. } = permission;
    Some([texts(function)?, texts(qualifier)?, texts(action)?, texts(principal)?])
}

/// What the service invokes the function for, if that is one resource.
fn origin(
    context: &Context<'_>,
    index: usize,
    permission: &InvokePermission,
    service: &str,
) -> Option<Origin> {
    let mut origins = triggers(context, index, permission, service).map(|it| it.origin.clone());
    let first = origins.next()??;
    origins.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// What is set up to make a service invoke the function of a permission.
fn triggers<'g>(
    context: &Context<'g>,
    index: usize,
    permission: &InvokePermission,
    service: &str,
) -> impl Iterator<Item = &'g Trigger> {
    let graph = context.graph;
    let functions = move |function: &Property<Text>| -> Vec<FunctionId> {
        let links = graph.link_function(index, function);
        links
            .iter()
            .filter_map(|link| match link.item {
                FunctionLink::Function(function) => Some(function),
                _ => None,
            })
            .collect()
    };
    let permitted = functions(&permission.function);
    let service = service.split('.').next().unwrap_or_default().to_owned();
    let all = graph.units().get(index).map(|unit| unit.triggers.as_slice());
    all.unwrap_or_default()
        .iter()
        .filter(move |trigger| trigger.service.as_str() == service)
        .filter(move |trigger| functions(&trigger.function).iter().any(|it| permitted.contains(it)))
}

/// What a permission does not say.
enum Lack<'g> {
    /// On whose behalf at all.
    Everything,
    /// Whose account, because the ARN of this source has none, or a wildcard for it.
    Account { source: Span, is_wild: bool },
    /// Which source: this ARN is every one.
    Source(&'g Located<Text>),
    /// Which API of the account.
    Api(&'g Located<Text>),
}

impl<'g> Lack<'g> {
    /// What it does not say, with when.
    fn of(
        context: &Context<'g>,
        permission: &'g InvokePermission,
        service: &str,
    ) -> impl Iterator<Item = (Condition, Self)> {
        let is_bucket = service == "s3";
        let sources = permission.source_arn.iter().filter_map(move |branch| {
            let (lack, is_said_by_account) = match &branch.item {
                Attribute::Absent => None,
                Attribute::Known(source) => Self::of_source(context, source, is_bucket),
                Attribute::Unknown(span, _) => {
                    is_bucket.then_some((Self::Account { source: *span, is_wild: false }, true))
                }
            }?;
            let account = Some(&permission.source_account).filter(|_| is_said_by_account);
            let others = [&permission.organization, &permission.event_source_token];
            let when = others.into_iter().chain(account).map(absent_when);
            Some((when.fold(branch.condition.clone(), Condition::and), lack))
        });
        std::iter::once((unlimited_when(permission), Self::Everything))
            .chain(sources)
            .filter(|(when, _)| !when.is_feasible().is_false())
    }

    /// What a source leaves open, and whether an account beside it would say that.
    fn of_source(
        context: &Context<'g>,
        source: &'g Located<Text>,
        is_bucket: bool,
    ) -> Option<(Self, bool)> {
        let text = context.graph.resolver().resolve(&source.value);
        let known = text.as_known().filter(|known| !known.is_empty());
        if known.as_ref().is_some_and(|known| known.bytes().all(|byte| byte == b'*')) {
            return Some((Self::Source(source), true));
        }
        let Some(arn) = ArnParts::split(&text) else {
            // No bucket's ARN has an account, whichever it is.
            let is_bucket = is_bucket && known.is_none();
            let lack = Self::Account { source: source.span, is_wild: false };
            return is_bucket.then_some((lack, true));
        };
        let account = arn.part(ArnPart::Account);
        let is_wild = account.as_str() == Some("*");
        if account.is_empty() || is_wild {
            return Some((Self::Account { source: source.span, is_wild }, true));
        }
        let resource = arn.part(ArnPart::Resource);
        let every_api = arn.service() == Some("execute-api") && is_every_api(resource).is_true();
        every_api.then_some((Self::Api(source), false))
    }

    const fn severity(&self) -> Severity {
        match self {
            Self::Api(_) => Severity::Low,
            _ => META.severity,
        }
    }
}

/// Whether the resource of an `execute-api` ARN leaves the API open.
fn is_every_api(resource: &Text) -> Truth {
    match resource.segments().first() {
        Some(Segment::Literal(literal)) => {
            (literal.text == "*" || literal.text.starts_with("*/")).into()
        }
        Some(Segment::Input(_) | Segment::Unknown(_)) => Truth::Unknown,
        _ => Truth::False,
    }
}

/// Which resource is to get an argument, where the finding shows a value that was handed to its
/// module, or it `differs` between the calls: a call has no arguments but inputs. What modules of
/// others take is shown at the call.
fn receiver(header: &Header, principal: &Located<Text>, differs: bool) -> String {
    if is_policy(header) {
        return " to the `Condition` of the statement".to_owned();
    }
    let in_own_module = header.calls.last().is_some_and(|call| call.source != header.span.source);
    let is_handed_in = principal.use_span() != principal.span;
    if !in_own_module || !(is_handed_in || differs) {
        return String::new();
    }
    format!(
        " to `{}`, through an input of its module where only the caller knows the source",
        block(header.address.name())
    )
}

fn draft(
    permission: &InvokePermission,
    principal: &Located<Text>,
    service: &str,
    lack: &Lack<'_>,
    [limits, receiver, proviso]: [&str; 3],
) -> Draft {
    let severity = lack.severity();
    let (label, message, help) = match lack {
        Lack::Everything => (
            "on behalf of any account",
            format!("`{service}` may invoke {{functions}} on behalf of any AWS account"),
            if uses_a_role(service) {
                format!(
                    "Remove the permission: `{service}` invokes functions with a role of its own, \
                     which must allow `lambda:InvokeFunction`."
                )
            } else {
                format!("Add {limits}{receiver}{proviso}.")
            },
        ),
        Lack::Account { is_wild, .. } => (
            "on behalf of any account",
            format!(
                "`{service}` may invoke {{functions}} for whoever owns the source: its ARN names \
                 no account"
            ),
            format!(
                "{}{limits}{}: {}.",
                if *is_wild {
                    "Write the id of your account in place of the `*` that stands for it, or add "
                } else {
                    "Add "
                },
                receiver,
                if service == "s3" {
                    "a bucket that is deleted can be made again by somebody else"
                } else {
                    "the source may be somebody else's"
                }
            ),
        ),
        Lack::Source(_) => (
            "on behalf of any account",
            format!("`{service}` may invoke {{functions}} on behalf of any AWS account"),
            format!("In place of `*`, write {limits}{proviso}."),
        ),
        Lack::Api(_) => (
            "through any API",
            "every API of the account may invoke {functions}".to_owned(),
            "Write the id of the API in place of the `*` behind the account id.".to_owned(),
        ),
    };
    let draft = Draft::at(&META, severity, principal, label);
    let draft = match lack {
        Lack::Everything => draft,
        Lack::Account { source, .. } => draft.label(*source, "has no account id"),
        Lack::Source(source) => draft.label(source.span, "is every source there is"),
        Lack::Api(source) => draft.label(source.span, "is every API of the account"),
    };
    draft.message(message).help(help).fingerprint(permission.header.address.name().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apis() {
        assert_eq!(is_every_api(&Text::from("*/*/*")), Truth::True);
        assert_eq!(is_every_api(&Text::from("*")), Truth::True);
        assert_eq!(is_every_api(&Text::from("abc123/*/*")), Truth::False);
    }
}
