//! `AWS::Serverless::StateMachine`: itself, its role, and what starts it.

use iacscan_core::reader::Node;

use super::resource::Written;
use super::role::ImplicitRole;
use super::{Expansion, events, policies};
use crate::tree;

/// Expands a state machine: itself and its role.
pub(crate) fn expand(out: &mut Expansion<'_>, written: &Written<'_>) {
    let renamed = [
        ("Name", "StateMachineName"),
        ("Type", "StateMachineType"),
        ("Definition", "Definition"),
        ("DefinitionSubstitutions", "DefinitionSubstitutions"),
        ("Role", "RoleArn"),
        ("Logging", "LoggingConfiguration"),
        ("Tracing", "TracingConfiguration"),
    ];
    let mut properties = Vec::new();
    for (name, new) in renamed {
        if let Some(entry) = written.given(name) {
            properties.push(tree::entry_at(new, entry.key.span, entry.value.clone()));
        }
    }
    let span = written.id.span;
    let mut role = None;
    if written.given("Role").is_none() {
        let implicit = implicit_role(out, written);
        properties.push(tree::entry("RoleArn", tree::get_att(&implicit.id, "Arn", span)));
        role = Some(implicit);
    }
    out.add(written.becomes("AWS::StepFunctions::StateMachine", properties));
    if let Some(role) = role {
        let policies = written.entry("Policies").map(|entry| entry.key.span);
        let id = role.id.clone();
        let mut resource = written.adds(id, "AWS::IAM::Role", span, role.properties(policies));
        resource.note.implicit = true;
        resource.note.lacking = Some(policies.unwrap_or(span));
        out.add(resource);
    }
    let mut started = tree::reference(&written.id.value, span);
    if let Some(alias) = written.given("AutoPublishAlias") {
        let name = out.statics.text(&alias.value).unwrap_or_default();
        let (version, id) = (written.id_with("Version"), written.id_with(&format!("Alias{name}")));
        if written.get("UseAliasAsEventTarget").and_then(Node::as_str) == Some("true") {
            started = tree::reference(&id, alias.key.span);
        }
        for (id, kind) in [
            (version, "AWS::StepFunctions::StateMachineVersion"),
            (id, "AWS::StepFunctions::StateMachineAlias"),
        ] {
            out.add(written.adds(id, kind, alias.key.span, Vec::new()));
        }
    }
    let mut generated = Vec::new();
    events::machine::expand(written, &started, &mut generated);
    generated.into_iter().for_each(|resource| out.add(resource));
}

fn implicit_role(out: &Expansion<'_>, written: &Written<'_>) -> ImplicitRole {
    let span = written.id.span;
    let mut role = ImplicitRole::new(&written.id.value, span, "states.amazonaws.com");
    for (property, name) in [("RolePath", "Path"), ("PermissionsBoundary", "PermissionsBoundary")] {
        if let Some(entry) = written.given(property) {
            role.property(name, entry);
        }
    }
    if let Some(entry) = written.entry("Policies") {
        let own = policies::read(&entry.value, &role.id);
        for item in own.managed {
            role.attach(item);
        }
        own.inline.into_iter().for_each(|item| role.inline(item));
    }
    if let Some(tracing) = written.given("Tracing")
        && tracing.value.get("Enabled").and_then(Node::as_str) == Some("true")
    {
        role.managed(out.tracing_policy(), tracing.key.span);
    }
    role
}
