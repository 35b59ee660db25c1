//! Something is set up to invoke a function, and nothing permits it to.

use std::collections::BTreeMap;

use iacscan_core::{RuleGroup, RuleMeta, Severity, Text};
use iacscan_graph::nodes::{Author, Trigger};
use iacscan_graph::{FunctionId, FunctionLink};

use crate::framework::invocation::{about_function, service_of};
use crate::framework::source::{checks_first, limits};
use crate::{Context, Draft, Report, Rule};

/// `trigger-without-invoke-permission`
pub(crate) struct TriggerWithoutInvokePermission;

static META: RuleMeta = RuleMeta {
    id: "trigger-without-invoke-permission",
    summary: "Trigger cannot invoke the function",
    group: RuleGroup::Invocation,
    severity: Severity::Medium,
    cwe: &[284],
    page: include_str!("README.md"),
};

impl Rule for TriggerWithoutInvokePermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        let permitted = Permitted::of(context);
        for (index, unit) in context.graph.units().iter().enumerate() {
            // What is not known may permit it.
            if !unit.open_world.is_empty() || permitted.unlinked.contains(&index) {
                continue;
            }
            for trigger in &unit.triggers {
                let needs_permission = trigger.header.author == Author::User
                    && trigger.has_role.is_false()
                    && trigger.permitted.is_false();
                if !needs_permission {
                    continue;
                }
                let links = context.graph.link_function(index, &trigger.function);
                for link in links.iter() {
                    if let FunctionLink::Function(function) = link.item
                        && !permitted.may(function, &trigger.service)
                    {
                        let condition =
                            trigger.header.condition.clone().and(link.condition.clone());
                        let draft = draft(context, trigger);
                        let (header, function) = (&trigger.header, &trigger.function);
                        let draft = about_function(context, index, header, function, draft);
                        report.when(&condition, draft);
                    }
                }
            }
        }
    }
}

/// Who may invoke which function.
#[derive(Default)]
struct Permitted {
    /// The short names of services; `None` stands for a principal that may be any.
    services: BTreeMap<FunctionId, Vec<Option<String>>>,
    /// Units with permissions for functions that are not known.
    unlinked: Vec<usize>,
}

impl Permitted {
    fn of(context: &Context<'_>) -> Self {
        let graph = context.graph;
        let mut permitted = Self::default();
        for (index, unit) in graph.units().iter().enumerate() {
            for permission in &unit.invoke_permissions {
                for link in graph.link_function(index, &permission.function).iter() {
                    match link.item {
                        FunctionLink::Function(function) => {
                            let services = permitted.services.entry(function).or_default();
                            services.extend(permission.principal.iter().map(|branch| {
                                branch.item.known().and_then(|text| service_of(&text.value))
                            }));
                        }
                        FunctionLink::Unknown(_) => permitted.unlinked.push(index),
                        FunctionLink::External => {}
                    }
                }
            }
            // A whole resource-based policy may permit anything.
            for policy in &unit.resource_policies {
                for (target, _) in policy.targets.all().flat_map(|text| text.value.references()) {
                    if let Some(function) = graph.function_id(target) {
                        permitted.services.entry(function).or_default().push(None);
                    }
                }
            }
        }
        permitted
    }

    /// Whether a service may invoke a function, itself or through an alias.
    fn may(&self, function: FunctionId, service: &str) -> bool {
        let services = self.services.get(&function).map_or(&[][..], Vec::as_slice);
        services.iter().any(|permitted| match permitted {
            None => true,
            Some(name) => name.split('.').next() == Some(service),
        })
    }
}

fn draft(context: &Context<'_>, trigger: &Trigger) -> Draft {
    let Trigger { header, service, origin, .. } = trigger;
    let principal = Text::literal(smol_str::format_smolstr!("{service}.amazonaws.com"));
    let address = &header.address;
    let limits = limits(context.graph, header, service, origin.as_ref());
    let wait = if checks_first(service) {
        format!(" `{address}` must wait for it: it is refused as long as it is not permitted.")
    } else {
        String::new()
    };
    Draft::new(&META, META.severity, trigger.span, "is not permitted to invoke it")
        .message(format!(
            "`{address}` cannot invoke {{functions}}: no permission names `{principal}`"
        ))
        .help(format!(
            "Add a Lambda permission for the function with the action `lambda:InvokeFunction`, the \
             principal `{principal}` and {limits}.{wait}"
        ))
        .fingerprint(address.name().as_str())
}
