//! Permissions to invoke, function URLs, asynchronous invocation.

use iacscan_core::{Attribute, Property, Unknown};
use iacscan_graph::nodes::{EventInvokeConfig, FunctionUrl, InvokePermission, ResourceKind};

use crate::declaration::Declaration;
use crate::lower::Context;

/// `AWS::Lambda::EventInvokeConfig`.
pub(super) fn invoke_config<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) {
    let header = context.add(declaration, ResourceKind::Other, |_| {});
    let destination = |key: &str| declaration.text_at("DestinationConfig", &[key, "Destination"]);
    context.unit.invoke_configs.push(EventInvokeConfig {
        header,
        function: declaration.text("FunctionName"),
        on_success: destination("OnSuccess"),
        on_failure: destination("OnFailure"),
    });
}

/// `AWS::Lambda::Permission`.
pub(super) fn permission<'e, 't>(context: &mut Context<'e, 't>, declaration: &Declaration<'e, 't>) {
    let header = context.add(declaration, ResourceKind::Other, |_| {});
    let text = |key: &str| declaration.text(key);
    context.unit.invoke_permissions.push(InvokePermission {
        header,
        function: text("FunctionName"),
        qualifier: Property::default(),
        action: text("Action"),
        principal: text("Principal"),
        source_arn: text("SourceArn"),
        source_account: text("SourceAccount"),
        organization: text("PrincipalOrgID"),
        event_source_token: text("EventSourceToken"),
        url_auth_type: text("FunctionUrlAuthType"),
        via_url: text("InvokedViaFunctionUrl"),
    });
}

/// `AWS::Lambda::ResourcePolicy`: whom its statements permit what is left open.
pub(super) fn resource_policy<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) {
    let header = context.add(declaration, ResourceKind::Other, |_| {});
    let open = || Property::always(Attribute::Unknown(header.span, Unknown::Computed));
    context.unit.invoke_permissions.push(InvokePermission {
        function: declaration.text("ResourceArn"),
        qualifier: open(),
        action: open(),
        principal: open(),
        source_arn: open(),
        source_account: open(),
        organization: open(),
        event_source_token: open(),
        url_auth_type: open(),
        via_url: open(),
        header,
    });
}

/// `AWS::Lambda::Url`.
pub(super) fn url<'e, 't>(context: &mut Context<'e, 't>, declaration: &Declaration<'e, 't>) {
    let header = context.add(declaration, ResourceKind::Other, |_| {});
    context.unit.urls.push(FunctionUrl {
        by_input: None,
        header,
        function: declaration.text("TargetFunctionArn"),
        auth_type: declaration.text("AuthType"),
    });
}
