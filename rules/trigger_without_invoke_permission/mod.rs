//! Something is set up to invoke a function, and nothing permits it to.

mod misdirected;
mod permits;
mod qualifier;

use std::collections::{BTreeMap, BTreeSet};

use iacscan_core::{Address, Condition, RuleGroup, RuleMeta, Severity, worlds};
use iacscan_graph::instances::{are_beside, split};
use iacscan_graph::nodes::{Author, InvokePermission, Origin, Trigger};
use iacscan_graph::{FunctionId, FunctionLink};
use indexmap::IndexMap;

use self::misdirected::misdirected;
use self::permits::fails;
use self::qualifier::Qualifier;
use crate::framework::invocation::about_function;
use crate::framework::source::{checks_first, limits, permission, refuses_role};
use crate::framework::words::{argument, code_list};
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
            let mut missing = Vec::new();
            for trigger in &unit.triggers {
                let needs_permission = trigger.header.author == Author::User
                    && (trigger.has_role.is_false() || refuses_role(&trigger.service))
                    && trigger.permitted.is_false();
                if !needs_permission {
                    continue;
                }
                let links = context.graph.link_function(index, &trigger.function);
                for link in links.iter() {
                    let FunctionLink::Function(function) = link.item else { continue };
                    let exists = trigger.header.condition.clone().and(link.condition.clone());
                    let refused = permitted.refuses(context, function, index, trigger);
                    let condition = exists.clone().and(refused.clone());
                    if condition.is_feasible().is_true() && is_told_apart(&exists, &refused) {
                        missing.push(Missing { function, trigger, condition });
                    }
                }
            }
            for of_one in by_permission(context, missing) {
                let Some(Missing { function, trigger, .. }) = of_one.first() else { continue };
                let conditions = of_one.iter().map(|one| one.condition.clone());
                let condition = conditions.fold(Condition::Never, Condition::or);
                let draft = draft(context, &of_one, trigger, *function);
                let draft = match misdirected(context.graph, index, trigger, *function) {
                    Some((permission, other)) => for_another(draft, permission, other, trigger),
                    None => draft,
                };
                let (header, function) = (&trigger.header, &trigger.function);
                let draft = about_function(context, index, header, function, draft);
                report.when(&condition, draft);
            }
        }
    }
}

/// A trigger that nothing lets invoke a function, and when.
struct Missing<'g> {
    function: FunctionId,
    trigger: &'g Trigger,
    condition: Condition,
}

/// Those that one permission would let through: of one service, on behalf of one resource.
fn by_permission<'g>(context: &Context<'_>, missing: Vec<Missing<'g>>) -> Vec<Vec<Missing<'g>>> {
    let mut groups: IndexMap<_, Vec<Missing<'g>>> = IndexMap::new();
    for one in missing {
        let trigger = one.trigger;
        let own = || Origin::Resource(trigger.header.address.clone());
        let origin = trigger.origin.clone().unwrap_or_else(own);
        let qualifier = Qualifier::of_only(context.graph, &trigger.function);
        let cause = (one.function, &trigger.service, origin, qualifier);
        groups.entry(cause).or_default().push(one);
    }
    groups.into_values().collect()
}

/// Whether what decides that a permission is missing is known to be independent of what decides
/// that the trigger exists, or the same: two lists that are not known may be empty together.
fn is_told_apart(exists: &Condition, refused: &Condition) -> bool {
    if exists.is_always() || refused.is_always() {
        return true;
    }
    let (Ok(exists), Ok(refused)) = (worlds([exists]), worlds([refused])) else { return false };
    let (Some(exists), Some(refused)) = (exists.first(), refused.first()) else { return false };
    refused.choices().all(|(variable, _)| exists.get(variable).is_some())
}

/// Who may invoke which function.
#[derive(Default)]
struct Permitted<'g> {
    /// The permissions for a function.
    permissions: BTreeMap<FunctionId, Vec<Permission<'g>>>,
    /// Functions with a whole resource-based policy, or given to what is not there: either may
    /// permit anything.
    open: BTreeSet<FunctionId>,
    /// Units with permissions for functions that are not known.
    unlinked: BTreeSet<usize>,
}

/// A permission for a function.
struct Permission<'g> {
    unit: usize,
    permission: &'g InvokePermission,
    /// When it is for this function.
    condition: Condition,
}

impl<'g> Permitted<'g> {
    fn of(context: &Context<'g>) -> Self {
        let graph = context.graph;
        let mut permitted = Self::default();
        for (unit, nodes) in graph.units().iter().enumerate() {
            for permission in &nodes.invoke_permissions {
                for link in graph.link_function(unit, &permission.function).iter() {
                    match link.item {
                        FunctionLink::Function(function) => {
                            let condition = link.condition.clone();
                            let of_function = permitted.permissions.entry(function).or_default();
                            of_function.push(Permission { unit, permission, condition });
                        }
                        FunctionLink::Unknown(_) => {
                            permitted.unlinked.insert(unit);
                        }
                        FunctionLink::External => {}
                    }
                }
            }
            for policy in &nodes.resource_policies {
                let targets = policy.targets.all().flat_map(|text| text.value.references());
                permitted.open.extend(targets.filter_map(|(target, _)| graph.function_id(target)));
            }
            let given_away = nodes.given_away.iter();
            permitted.open.extend(given_away.filter_map(|target| graph.function_at(target)));
        }
        permitted
    }

    /// When nothing lets a trigger of a unit invoke a function.
    fn refuses(
        &self,
        context: &Context<'_>,
        function: FunctionId,
        unit: usize,
        trigger: &Trigger,
    ) -> Condition {
        if self.open.contains(&function) {
            return Condition::Never;
        }
        let permissions = self.permissions.get(&function).map_or(&[][..], Vec::as_slice);
        permissions.iter().fold(Condition::Always, |all, of_function| {
            let Permission { permission, condition, .. } = of_function;
            let fails = condition.clone().negate().or(fails(context.graph, permission, trigger));
            // What decides about the resources of another unit may be decided for both.
            let is_elsewhere = of_function.unit != unit && !fails.is_always();
            all.and(if is_elsewhere { Condition::Never } else { fails })
        })
    }
}

/// What is said of a permission that was given to another function.
fn for_another(
    draft: Draft,
    permission: &InvokePermission,
    other: &Address,
    trigger: &Trigger,
) -> Draft {
    let (name, other) = (split(permission.header.address.name()).1, split(other.name()).1);
    let argument = argument(&permission.header, "FunctionName");
    draft.label(permission.header.span, "permits it for another function").help_more(format!(
        "`{name}` permits the same for `{other}`, which `{}` does not invoke: if that is the \
         mistake, correct its `{argument}` instead; if `{other}` is the right function, let that be \
         invoked.",
        split(trigger.header.address.name()).1
    ))
}

/// What is said of triggers that one permission would let through, where it is written for the first.
fn draft(
    context: &Context<'_>,
    all: &[Missing<'_>],
    trigger: &Trigger,
    function: FunctionId,
) -> Draft {
    let Trigger { header, service, origin, .. } = trigger;
    let principal = format!("{service}.amazonaws.com");
    let address = &header.address;
    let mut addresses: Vec<&str> =
        all.iter().map(|one| one.trigger.header.address.name().as_str()).collect();
    addresses.dedup();
    // As their own module names them: the same of every instance of it.
    let named = code_list(addresses.iter().map(|address| split(address).1));
    let wait = if checks_first(service) {
        let is = if addresses.len() == 1 { "it is" } else { "they are" };
        format!(
            " Let {named} wait for the permission with `{}`: AWS refuses {named} until {is} \
             permitted.",
            argument(header, "DependsOn")
        )
    } else {
        String::new()
    };
    // Its source is named as it is beside the trigger.
    let is_beside = context
        .graph
        .function(function)
        .is_some_and(|function| are_beside(&function.header.address, address));
    let role = if trigger.has_role.is_true() && refuses_role(service) {
        let argument = argument(header, "RoleArn");
        format!(
            " Take `{argument}` out of `{address}`: AWS takes no role where the destination is a function."
        )
    } else {
        String::new()
    };
    let on_behalf = match addresses.len() {
        // It may be one of several instances.
        1 if !split(address.name()).0.is_empty() => "",
        1 => " for it",
        _ => " for them",
    };
    let first = Draft::new(&META, META.severity, trigger.span, "is not permitted to invoke it");
    let others = all.iter().map(|one| one.trigger.span).filter(|span| *span != trigger.span);
    let draft = others.fold(first, |draft, span| draft.label(span, "nor is this"));
    let draft = addresses.iter().fold(draft, |draft, address| draft.names(*address));
    let draft = draft.message(format!(
        "{{resources}} cannot invoke {{functions}}: no permission lets `{principal}` do so{on_behalf}"
    ));
    let snippet = context.graph.function(function).filter(|_| is_beside).and_then(|function| {
        permission(context.graph, trigger, &function.header.address, &principal)
    });
    let draft = match snippet {
        Some(snippet) => draft
            .help(format!("Add a permission for `{principal}` to invoke the function.{wait}{role}"))
            .snippet(snippet),
        None => {
            let place = if is_beside { String::new() } else { format!(", beside `{address}`,") };
            let limits = limits(context.graph, header, service, origin.as_ref());
            let whom = match Qualifier::of_only(context.graph, &trigger.function) {
                Qualifier::None => "the function".to_owned(),
                Qualifier::Some(Some(name)) => {
                    format!("`{name}` of the function (which has permissions of its own)")
                }
                Qualifier::Some(None) => {
                    "the alias that is invoked (which has permissions of its own)".to_owned()
                }
                Qualifier::Unknown => {
                    "the function (for its alias, where that is what is invoked)".to_owned()
                }
            };
            draft.help(format!(
                "Add{place} a Lambda permission for {whom} with the action `lambda:InvokeFunction`, the principal `{principal}` \
                 and {limits}.{wait}{role}"
            ))
        }
    };
    draft.fingerprint(address.name().as_str())
}
