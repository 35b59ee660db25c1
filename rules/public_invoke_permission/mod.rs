//! A permission lets anybody invoke a function.

use std::cell::LazyCell;

use iacscan_core::{Located, Property, RuleGroup, RuleMeta, Severity, Text};
use iacscan_graph::nodes::{Author, InvokePermission};

use crate::framework::invocation::{
    INVOKE, about_function, is_named_with_open_url, named_functions, open_when, serves_open_url,
    with_open_url,
};
use crate::framework::words::argument;
use crate::{Context, Draft, Report, Rule};

/// `public-invoke-permission`
pub(crate) struct PublicInvokePermission;

static META: RuleMeta = RuleMeta {
    id: "public-invoke-permission",
    summary: "Anyone may invoke the function",
    group: RuleGroup::Invocation,
    severity: Severity::High,
    cwe: &[306],
    page: include_str!("README.md"),
};

impl Rule for PublicInvokePermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for (index, unit) in context.graph.units().iter().enumerate() {
            let with_open_url = LazyCell::new(|| with_open_url(context.graph, index));
            for permission in &unit.invoke_permissions {
                if permission.header.author == Author::Tool
                    || !serves_open_url(permission).is_false()
                {
                    continue;
                }
                let Some(act) = Act::of(permission) else { continue };
                let is_of_url = || {
                    matches!(act, Act::Invoke)
                        && !permission.via_url.iter().any(|branch| branch.item.span().is_some())
                        && (!named_functions(context.graph, index, &permission.function)
                            .is_disjoint(&with_open_url)
                            || is_named_with_open_url(context.graph, index, permission))
                };
                let open = permission.header.condition.clone().and(open_when(permission));
                for branch in permission.principal.iter() {
                    if let Some(principal) = branch.item.known()
                        && principal.value.as_known().is_some_and(|known| known == "*")
                    {
                        let condition = open.clone().and(branch.condition.clone());
                        let draft = draft(&act, principal, permission, is_of_url());
                        let draft = about_function(
                            context,
                            index,
                            &permission.header,
                            &permission.function,
                            draft,
                        );
                        report.when(&condition, draft);
                    }
                }
            }
        }
    }
}

/// What a permission certainly lets one do that runs the function.
enum Act {
    Invoke,
    /// Call the URL; whether requests must be signed for certain.
    CallUrl {
        signed: bool,
    },
    /// One or the other.
    Either,
}

impl Act {
    /// `None` for what does not certainly run it: `lambda:GetFunction` reads it.
    fn of(permission: &InvokePermission) -> Option<Self> {
        let always = |property: &Property<Text>, wanted: &[&str]| {
            !property.0.is_empty()
                && property.iter().all(|branch| {
                    let text = branch.item.known().and_then(|text| text.value.as_known());
                    text.is_some_and(|text| wanted.iter().any(|it| text.eq_ignore_ascii_case(it)))
                })
        };
        if always(&permission.action, &["lambda:InvokeFunctionUrl"]) {
            let signed = always(&permission.url_auth_type, &["AWS_IAM"]);
            Some(Self::CallUrl { signed })
        } else if always(&permission.action, INVOKE) {
            Some(Self::Invoke)
        } else {
            let either = [INVOKE, &["lambda:InvokeFunctionUrl"]].concat();
            always(&permission.action, &either).then_some(Self::Either)
        }
    }
}

fn draft(
    act: &Act,
    principal: &Located<Text>,
    permission: &InvokePermission,
    is_of_url: bool,
) -> Draft {
    let (label, message) = match act {
        Act::Invoke => ("anybody", "anybody with an AWS account may invoke {functions}"),
        Act::CallUrl { signed: true } => (
            "every AWS account",
            "this permission opens the URL of {functions} to signed requests from every AWS \
             account, as far as its own policies allow them",
        ),
        Act::CallUrl { signed: false } => (
            "every AWS account",
            "this permission opens the URL of {functions} to every AWS account",
        ),
        Act::Either => {
            ("every AWS account", "a permission for {functions} is open to every AWS account")
        }
    };
    let spelt = |property| argument(&permission.header, property);
    let organization = spelt("PrincipalOrgID");
    let arn = spelt("SourceArn");
    let help = match act {
        Act::CallUrl { .. } => format!(
            "Write in `{}` the id of the account or the ARN of the role that calls the URL, or \
             `cloudfront.amazonaws.com` with the ARN of the distribution as `{arn}`; or limit it to \
             an organization by its id in `{organization}`, such as `o-a1b2c3d4e5`. Callers need \
             `lambda:InvokeFunction` beside `lambda:InvokeFunctionUrl`.",
            spelt("Principal")
        ),
        Act::Invoke if is_of_url => format!(
            "Set `{}` to `true`: the URL of the function, which is open to all, needs this \
             permission for calls that come through it alone, beside the one for \
             `lambda:InvokeFunctionUrl` with `{}` set to `NONE`. Without the URL, remove both.",
            spelt("InvokedViaFunctionUrl"),
            spelt("FunctionUrlAuthType")
        ),
        Act::Invoke | Act::Either => format!(
            "Write in `{}` the service that invokes it, such as `apigateway.amazonaws.com`, with its \
             `{arn}` and `{}`, or the id of an account, such as `123456789012`; or limit it to an \
             organization by its id in `{organization}`, such as `o-a1b2c3d4e5`.",
            spelt("Principal"),
            spelt("SourceAccount")
        ),
    };
    Draft::at(&META, META.severity, principal, label)
        .message(message)
        .help(help)
        .fingerprint(permission.header.address.name().as_str())
}
