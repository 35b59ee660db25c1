//! `FunctionUrlConfig`.

use super::function::Function;
use super::resource::Generated;
use crate::tree;

/// The URL of a function, and for one without authentication the permissions for everybody.
pub(crate) fn expand(function: &Function<'_, '_>, generated: &mut Vec<Generated>) {
    let written = function.written;
    let Some(config) = written.given("FunctionUrlConfig") else { return };
    let span = config.key.span;
    let mut properties = vec![tree::entry("TargetFunctionArn", function.name(span))];
    let auth = config.value.entry("AuthType");
    properties.extend(auth.cloned());
    let resource = |suffix: &str, kind, properties| {
        written.adds(written.id_with(suffix), kind, span, properties)
    };
    generated.push(resource("Url", "AWS::Lambda::Url", properties));
    if auth.and_then(|auth| tree::plain_text(&auth.value)) != Some("NONE") {
        return;
    }
    let at = auth.map_or(span, |auth| auth.value.span);
    let permission = |action: &str, condition: &str, value: &str| {
        vec![
            tree::entry("Action", tree::text(action, at)),
            tree::entry("FunctionName", function.name(at)),
            tree::entry("Principal", tree::text("*", at)),
            tree::entry(condition, tree::text(value, at)),
        ]
    };
    generated.push(resource(
        "UrlPublicPermissions",
        "AWS::Lambda::Permission",
        permission("lambda:InvokeFunctionUrl", "FunctionUrlAuthType", "NONE"),
    ));
    generated.push(resource(
        "URLInvokeAllowPublicAccess",
        "AWS::Lambda::Permission",
        permission("lambda:InvokeFunction", "InvokedViaFunctionUrl", "true"),
    ));
}
