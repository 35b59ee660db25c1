//! Versions, aliases and gradual deployments.

use iacscan_core::Str;

use super::Expansion;
use super::function::Function;
use super::resource::{Generated, Written};
use super::role::ImplicitRole;
use crate::tree;

/// The role that deploys all functions of a template gradually.
const DEPLOYER: &str = "CodeDeployServiceRole";

/// The version and the alias of `AutoPublishAlias`; the logical id of the alias.
pub(crate) fn alias(
    out: &mut Expansion<'_>,
    written: &Written<'_>,
    generated: &mut Vec<Generated>,
) -> Option<Str> {
    let entry = written.given("AutoPublishAlias")?;
    let span = entry.key.span;
    let name = out.statics.text(&entry.value);
    let suffix = name.as_deref().unwrap_or_default().replace('-', "D").replace('_', "U");
    let id = written.id_with(&format!("Alias{suffix}"));
    // SAM appends a digest of the code to the version's logical id, so that nobody can refer to it
    // but by the function's own name for it.
    let version = written.id_with("Version");
    out.rename(&written.id.value, "Version", version.clone());
    out.rename(&written.id.value, "Alias", id.clone());
    let function = || tree::entry("FunctionName", tree::reference(&written.id.value, span));
    let number = tree::get_att(&version, "Version", span);
    generated.push(written.adds(version, "AWS::Lambda::Version", span, vec![function()]));
    let properties = vec![
        tree::entry("Name", entry.value.clone()),
        function(),
        tree::entry("FunctionVersion", number),
    ];
    generated.push(written.adds(id.clone(), "AWS::Lambda::Alias", span, properties));
    Some(id)
}

/// `DeploymentPreference`: what `CodeDeploy` shifts the traffic with.
pub(crate) fn expand(
    out: &mut Expansion<'_>,
    function: &Function<'_, '_>,
    generated: &mut Vec<Generated>,
) {
    let written = function.written;
    let Some(preference) = written.given("DeploymentPreference") else { return };
    let enabled = preference.value.get("Enabled").and_then(|enabled| out.statics.text(enabled));
    if enabled.is_some_and(|enabled| enabled.eq_ignore_ascii_case("false")) {
        return;
    }
    let span = preference.key.span;
    let group = written.id_with("DeploymentGroup");
    let own_role = preference.value.get("Role").filter(|role| tree::is_given(role));
    let role = own_role.cloned().unwrap_or_else(|| tree::get_att(DEPLOYER, "Arn", span));
    let properties = vec![tree::entry("ServiceRoleArn", role)];
    generated.push(written.adds(group, "AWS::CodeDeploy::DeploymentGroup", span, properties));
    if own_role.is_some() || !out.once(DEPLOYER) {
        return;
    }
    let mut role = ImplicitRole::new("CodeDeployService", span, "codedeploy.amazonaws.com");
    role.managed("service-role/AWSCodeDeployRoleForLambda", span);
    let id = role.id.clone();
    let mut role = written.adds(id, "AWS::IAM::Role", span, role.properties(None));
    role.attributes.clear();
    generated.push(role);
    let mut application = written.adds(
        "ServerlessDeploymentApplication",
        "AWS::CodeDeploy::Application",
        span,
        Vec::new(),
    );
    application.attributes.clear();
    generated.push(application);
}
