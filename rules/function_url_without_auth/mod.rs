//! A function URL asks nobody who they are.

use iacscan_core::{Located, RuleGroup, RuleMeta, Severity, Text};
use iacscan_graph::nodes::{FunctionUrl, Header};
use iacscan_graph::{FunctionId, FunctionLink, RoleLink};

use crate::framework::invocation::about_function;
use crate::framework::words::argument;
use crate::{Context, Draft, Report, Rule};

/// `function-url-without-auth`
pub(crate) struct FunctionUrlWithoutAuth;

static META: RuleMeta = RuleMeta {
    id: "function-url-without-auth",
    summary: "Public function URL",
    group: RuleGroup::Invocation,
    severity: Severity::Medium,
    cwe: &[306],
    page: include_str!("README.md"),
};

impl Rule for FunctionUrlWithoutAuth {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for (index, unit) in context.graph.units().iter().enumerate() {
            for url in &unit.urls {
                for branch in url.auth_type.iter() {
                    let Some(auth) = branch.item.known() else { continue };
                    if auth.value.as_known().is_some_and(|known| known == "NONE") {
                        let condition = url.header.condition.clone().and(branch.condition.clone());
                        report.when(&condition, draft(context, index, url, auth));
                    }
                }
            }
        }
    }
}

fn draft(context: &Context<'_>, unit: usize, url: &FunctionUrl, auth: &Located<Text>) -> Draft {
    let links = context.graph.link_function(unit, &url.function);
    let function = links.iter().find_map(|link| match link.item {
        FunctionLink::Function(id) => Some(id),
        _ => None,
    });
    let excess = function.and_then(|id| context.excess(id));
    let severity = if excess.is_some() { Severity::High } else { META.severity };
    let spelling = spelling(&url.header);
    let draft = match url.by_input {
        Some(span) => Draft::new(
            &META,
            severity,
            span,
            format!("the module's default for `{spelling}` is `NONE`, which asks nobody"),
        ),
        None => Draft::at(&META, severity, auth, "asks nobody who they are"),
    };
    let draft = draft
        .message(if excess.is_some() {
            "the URL of {functions} asks nobody for credentials, and the role allows more than it \
             should"
        } else {
            "the URL of {functions} asks nobody for credentials"
        })
        .help(format!(
            "Set `{spelling}` to `AWS_IAM`. Callers then sign their requests; CloudFront and other \
             accounts need two permissions: `lambda:InvokeFunctionUrl` with `{}` `AWS_IAM` instead of \
             `NONE`, and `lambda:InvokeFunction` with `{}` `true`. Browsers cannot sign: let \
             CloudFront do so for them with origin access control (what they post then needs its \
             SHA-256 in `x-amz-content-sha256`), or put an API with an authorizer in the place of \
             the URL. A webhook of another company can do none of this: check its signature in the \
             code, and suppress the finding with that reason.",
            argument(&url.header, "FunctionUrlAuthType"),
            argument(&url.header, "InvokedViaFunctionUrl"),
        ))
        .fingerprint(url.header.address.name().as_str());
    let draft = about_function(context, unit, &url.header, &url.function, draft);
    let draft = match function.and_then(|id| role_span(context, id)) {
        Some(span) => draft.label(span, "the role it runs with"),
        None => draft,
    };
    match excess {
        Some(span) => draft.label(span, "more than it should allow"),
        None => draft,
    }
}

/// How the resource names what it asks of callers.
fn spelling(header: &Header) -> String {
    match header.resource_type.as_str() {
        "aws_lambda_function_url" => "authorization_type".to_owned(),
        _ => argument(header, "AuthType"),
    }
}

fn role_span(context: &Context<'_>, function: FunctionId) -> Option<iacscan_core::Span> {
    context.graph.role_links(function).iter().find_map(|link| match link.item {
        RoleLink::Role(role) => {
            context.graph.role(role).filter(|role| !role.implicit).map(|role| role.header.span)
        }
        _ => None,
    })
}
