//! Permissions to invoke, function URLs, asynchronous invocation.

use iacscan_graph::nodes::{EventInvokeConfig, FunctionUrl, InvokePermission};

use crate::lower::{Context, Declaration};

/// `aws_lambda_function_event_invoke_config`.
pub(super) fn invoke_config(context: &mut Context<'_, '_>, declaration: &Declaration) {
    let header = context.other(declaration);
    let destination = |key: &str| declaration.text_at("destination_config", &[key, "destination"]);
    context.unit.invoke_configs.push(EventInvokeConfig {
        header,
        function: declaration.text("function_name"),
        on_success: destination("on_success"),
        on_failure: destination("on_failure"),
    });
}

/// `aws_lambda_permission`.
pub(super) fn permission(context: &mut Context<'_, '_>, declaration: &Declaration) {
    let header = context.other(declaration);
    let text = |name: &str| declaration.text(name);
    context.unit.invoke_permissions.push(InvokePermission {
        header,
        function: text("function_name"),
        qualifier: text("qualifier"),
        action: text("action"),
        principal: text("principal"),
        source_arn: text("source_arn"),
        source_account: text("source_account"),
        organization: text("principal_org_id"),
        event_source_token: text("event_source_token"),
        url_auth_type: text("function_url_auth_type"),
        via_url: text("invoked_via_function_url"),
    });
}

/// `aws_lambda_function_url`.
pub(super) fn url(context: &mut Context<'_, '_>, declaration: &Declaration) {
    let header = context.other(declaration);
    context.unit.urls.push(FunctionUrl {
        header,
        function: declaration.text_of(&["function_name", "target_function_arn"]),
        auth_type: declaration.text_of(&["authorization_type", "auth_type"]),
    });
}
