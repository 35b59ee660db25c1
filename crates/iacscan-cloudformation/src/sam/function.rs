//! `AWS::Serverless::Function`: the function, its role, and everything that hangs on its
//! properties.

use iacscan_core::reader::{Entry, Node};
use iacscan_core::{Span, Str};
use iacscan_graph::nodes::{InvalidPolicy, InvalidPolicyProblem};

use super::resource::{Generated, Written};
use super::role::{ImplicitRole, allow};
use super::{Expansion, deployment, destinations, events, globals, policies, url};
use crate::notes::WrittenKey;
use crate::tree;

/// Properties that SAM does not hand on to the function as they are.
const TAKEN: [&str; 18] = [
    "Policies",
    "AssumeRolePolicyDocument",
    "PermissionsBoundary",
    "RolePath",
    "Role",
    "Events",
    "Tracing",
    "DeadLetterQueue",
    "EventInvokeConfig",
    "FunctionUrlConfig",
    "AutoPublishAlias",
    "AutoPublishAliasAllProperties",
    "AutoPublishCodeSha256",
    "DeploymentPreference",
    "ProvisionedConcurrencyConfig",
    "PropagateTags",
    "VersionDescription",
    "Tags",
];

/// Properties that only a role of SAM's making uses.
const OF_THE_ROLE: [&str; 4] =
    ["Policies", "PermissionsBoundary", "AssumeRolePolicyDocument", "RolePath"];

/// A function while it is expanded.
pub(crate) struct Function<'w, 't> {
    /// As written.
    pub(crate) written: &'w Written<'t>,
    /// The alias that events go to, by logical id.
    pub(crate) alias: Option<Str>,
    /// The role that SAM makes; events add to it even where `Role` puts it aside.
    pub(crate) role: ImplicitRole,
}

impl Function<'_, '_> {
    /// What `FunctionName` of its companions refers to: the function, or its alias.
    pub(crate) fn name(&self, span: Span) -> Node {
        tree::reference(self.alias.as_ref().unwrap_or(&self.written.id.value), span)
    }

    /// The ARN of the function, or of its alias.
    pub(crate) fn arn(&self, span: Span) -> Node {
        match &self.alias {
            Some(alias) => tree::reference(alias, span),
            None => tree::get_att(&self.written.id.value, "Arn", span),
        }
    }
}

/// Expands a function.
pub(crate) fn expand(out: &mut Expansion<'_>, written: &Written<'_>) {
    let mut generated = Vec::new();
    let alias = deployment::alias(out, written, &mut generated);
    let role = implicit_role(out, written);
    let mut function = Function { written, alias, role };
    url::expand(&function, &mut generated);
    deployment::expand(out, &function, &mut generated);
    destinations::expand(out, &mut function, &mut generated);
    let invalid = own_policies(out, &mut function);
    events::expand(out, &mut function, &mut generated);

    let mut properties = passed(out, written);
    let role = match out.role_choice(written) {
        RoleChoice::Implicit => {
            let span = written.id.span;
            let arn = tree::get_att(&function.role.id, "Arn", span);
            properties.push(tree::entry("Role", arn));
            Some(role_resource(written, function.role))
        }
        RoleChoice::Given(entry) => {
            properties.push(entry);
            None
        }
        RoleChoice::Sometimes { condition, role } => {
            properties.push(role);
            let mut resource = role_resource(written, function.role);
            resource.when(condition);
            Some(resource)
        }
    };
    let mut resource = written.becomes("AWS::Lambda::Function", properties);
    resource.note.invalid = invalid;
    if role.is_none() {
        resource.note.shadowed = shadowed(written);
    }
    out.add(resource);
    role.into_iter().chain(generated).for_each(|resource| out.add(resource));
}

/// Where a function gets its role from.
pub(crate) enum RoleChoice {
    /// SAM makes it.
    Implicit,
    /// The author names it: the property.
    Given(Entry),
    /// SAM makes it under a condition.
    Sometimes {
        /// The name of the condition.
        condition: Node,
        /// The property.
        role: Entry,
    },
}

impl Expansion<'_> {
    /// Where a function gets its role from.
    fn role_choice(&mut self, written: &Written<'_>) -> RoleChoice {
        let Some(entry) = written.given("Role") else { return RoleChoice::Implicit };
        let Some((condition, then, otherwise)) = tree::as_choice(&entry.value) else {
            return RoleChoice::Given(entry.clone());
        };
        let span = entry.value.span;
        let arn = || tree::get_att(&written.id_with("Role"), "Arn", span);
        let (condition, role) = match (tree::is_no_value(then), tree::is_no_value(otherwise)) {
            (true, true) => return RoleChoice::Implicit,
            (false, false) => return RoleChoice::Given(entry.clone()),
            (true, false) => {
                (condition.clone(), tree::choose(condition.clone(), arn(), otherwise.clone(), span))
            }
            (false, true) => (
                self.opposite(condition),
                tree::choose(condition.clone(), then.clone(), arn(), span),
            ),
        };
        RoleChoice::Sometimes { condition, role: tree::entry_at("Role", entry.key.span, role) }
    }
}

/// The properties that the function keeps, and the ones that have another name.
fn passed(out: &Expansion<'_>, written: &Written<'_>) -> Vec<Entry> {
    let mut properties: Vec<Entry> = written
        .properties
        .iter()
        .filter(|entry| !TAKEN.contains(&entry.key.value.as_str()))
        .cloned()
        .collect();
    let renamed = |name: &str, entry: &Entry, inner: &str, value: &Node| {
        let span = entry.key.span;
        let map = tree::map(vec![tree::entry(inner, value.clone())], entry.value.span);
        tree::entry_at(name, span, map)
    };
    if let Some(tracing) = traced(out, written) {
        properties.push(renamed("TracingConfig", tracing, "Mode", &tracing.value));
    }
    if let Some(queue) = written.given("DeadLetterQueue")
        && let Some(target) = queue.value.get("TargetArn")
    {
        properties.push(renamed("DeadLetterConfig", queue, "TargetArn", target));
    }
    properties
}

/// `Tracing`, unless it says that there is none.
fn traced<'w>(out: &Expansion<'_>, written: &'w Written<'_>) -> Option<&'w Entry> {
    let tracing = written.given("Tracing")?;
    (out.statics.text(&tracing.value).as_deref() != Some("Disabled")).then_some(tracing)
}

/// The role with what the function's own properties add to it.
fn implicit_role(out: &Expansion<'_>, written: &Written<'_>) -> ImplicitRole {
    let span = written.id.span;
    let mut role = ImplicitRole::new(&written.id.value, span, "lambda.amazonaws.com");
    if let Some(trust) = written.given("AssumeRolePolicyDocument") {
        role.trust(trust);
    }
    for (property, name) in [("RolePath", "Path"), ("PermissionsBoundary", "PermissionsBoundary")] {
        if let Some(entry) = written.given(property) {
            role.property(name, entry);
        }
    }
    match written.given("DurableConfig") {
        Some(durable) => {
            role.managed("service-role/AWSLambdaBasicDurableExecutionRolePolicy", durable.key.span);
        }
        None => role.managed("service-role/AWSLambdaBasicExecutionRole", span),
    }
    if let Some(tracing) = traced(out, written) {
        role.managed(out.tracing_policy(), tracing.key.span);
    }
    if let Some(vpc) = written.given("VpcConfig") {
        role.managed("service-role/AWSLambdaVPCAccessExecutionRole", vpc.key.span);
    }
    if let Some(queue) = written.given("DeadLetterQueue")
        && let Some(target) = queue.value.get("TargetArn")
    {
        let action =
            match queue.value.get("Type").and_then(|kind| out.statics.text(kind)).as_deref() {
                Some("SQS") => Some("sqs:SendMessage"),
                Some("SNS") => Some("sns:Publish"),
                _ => None,
            };
        if let Some(action) = action {
            let span = queue.key.span;
            let statement = allow(&[action], target.clone(), span);
            role.statements("DeadLetterQueuePolicy", vec![statement], span);
        }
    }
    role
}

/// Adds `Policies` to the role; what SAM refuses of it, and of the globals.
fn own_policies(out: &Expansion<'_>, function: &mut Function<'_, '_>) -> Vec<InvalidPolicy> {
    let mut invalid: Vec<InvalidPolicy> = globals::refused(out.globals)
        .into_iter()
        .map(|(key, span)| InvalidPolicy { span, problem: InvalidPolicyProblem::GlobalsKey(key) })
        .collect();
    if let Some(entry) = function.written.entry("Policies") {
        let own = policies::read(&entry.value, &function.role.id);
        for item in own.managed {
            function.role.attach(item);
        }
        own.inline.into_iter().for_each(|item| function.role.inline(item));
        invalid.extend(own.invalid);
    }
    invalid
}

fn role_resource(written: &Written<'_>, role: ImplicitRole) -> Generated {
    let policies = written.entry("Policies").map(|entry| entry.key.span);
    let (id, span, by_itself) = (role.id.clone(), written.id.span, role.by_itself.clone());
    let mut resource = written.adds(id, "AWS::IAM::Role", span, role.properties(policies));
    resource.note.implicit = true;
    resource.note.lacking = Some(policies.unwrap_or(span));
    resource.note.listing = written.entry("Policies").map(|entry| tree::listing(&entry.value));
    resource.note.by_itself = by_itself;
    resource
}

/// The properties that a `Role` of the function makes SAM ignore; one in `Globals` SAM refuses.
fn shadowed(written: &Written<'_>) -> Vec<WrittenKey> {
    let own = globals::properties(written.node);
    if !own.iter().any(|own| own.key.value == "Role") {
        return Vec::new();
    }
    let inherited = |entry: &Entry| !own.iter().any(|own| own.key.value == entry.key.value);
    OF_THE_ROLE
        .iter()
        .filter_map(|name| written.given(name))
        .map(|entry| WrittenKey { entry: entry.clone(), inherited: inherited(entry) })
        .collect()
}
