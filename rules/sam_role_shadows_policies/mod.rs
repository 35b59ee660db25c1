//! SAM ignores what makes up the implicit role when a function names a role.

use std::collections::BTreeSet;

use iacscan_core::{Guarded, RuleGroup, RuleMeta, Severity, Str};
use iacscan_graph::FunctionId;
use iacscan_graph::nodes::{Function, ShadowedKey};

use crate::framework::statements::by_condition;
use crate::framework::words::code_list;
use crate::{Context, Draft, Report, Rule};

/// `sam-role-shadows-policies`
pub(crate) struct SamRoleShadowsPolicies;

static META: RuleMeta = RuleMeta {
    id: "sam-role-shadows-policies",
    summary: "SAM ignores Policies when Role is set",
    group: RuleGroup::Linkage,
    severity: Severity::High,
    cwe: &[1164],
    page: include_str!("README.md"),
};

impl Rule for SamRoleShadowsPolicies {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        let taking = taking(context);
        for (id, function) in context.graph.functions() {
            for inherited in [false, true] {
                let keys = function.shadowed.iter().filter(|key| key.inherited == inherited);
                let keys = keys.map(|key| (key.condition.clone(), key)).collect();
                for (condition, keys) in by_condition(keys) {
                    let condition = function.header.condition.clone().and(condition);
                    let shared = shares_its_role(context, id);
                    let is_taken = taking.contains(function.header.address.unit());
                    if let Some(draft) = draft(function, &keys, is_taken, shared) {
                        report.when(&condition, draft);
                    }
                }
            }
        }
    }
}

/// What is ignored under one condition, of the function's own keys or of those it inherits from
/// `Globals`.
fn draft(
    function: &Function,
    keys: &[&ShadowedKey],
    is_taken: bool,
    shared: bool,
) -> Option<Draft> {
    let (first, others) = keys.split_first()?;
    let severity = if first.inherited { Severity::Medium } else { META.severity };
    let label = "is ignored because of `Role`";
    let draft = Draft::new(&META, severity, first.span, label);
    let draft = others.iter().fold(draft, |draft, key| draft.label(key.span, label));
    let role = function.role.iter().find_map(|branch| branch.item.span());
    let draft = match role {
        Some(span) => draft.label(span, "the role it runs with"),
        None => draft,
    };
    let names = code_list(keys.iter().map(|key| key.name.as_str()));
    Some(
        draft
            .message(format!("SAM ignores {names} of {{functions}} because of `Role`"))
            .help(help(keys, &names, is_taken, shared))
            .holder(&function.header)
            .function(function)
            .fingerprint(names),
    )
}

/// The templates of which some function has no `Role`, and takes what `Globals` says for it.
fn taking<'g>(context: &Context<'g>) -> BTreeSet<&'g Str> {
    let functions = context.graph.functions().map(|(_, function)| function);
    let taking = functions.filter(|function| {
        function.header.resource_type == "AWS::Serverless::Function" && function.shadowed.is_empty()
    });
    taking.map(|function| function.header.address.unit()).collect()
}

/// Whether other functions run with the role of a function, which each is to have its own of.
fn shares_its_role(context: &Context<'_>, function: FunctionId) -> bool {
    context.execution_roles().iter().any(|role| {
        let is_its = |user: &Guarded<FunctionId>| user.item == function;
        role.functions.iter().any(is_its) && !role.functions.iter().all(is_its)
    })
}

fn help(keys: &[&ShadowedKey], names: &str, is_taken: bool, is_shared: bool) -> String {
    let (it, has) = if keys.len() == 1 { ("it", "has") } else { ("them", "have") };
    let inherited = keys.iter().any(|key| key.inherited);
    let remove = match (inherited, is_taken) {
        (true, true) => {
            format!("Move {names} from `Globals` to the functions that have no `Role`.")
        }
        (true, false) => format!("Remove {names} from `Globals`."),
        (false, _) => format!("Remove {names}, which {has} no effect."),
    };
    let written = format!("What the function needs of {it} has to be written in the role");
    if inherited {
        return format!("{remove} {written}.");
    }
    // What has no effect yet may allow more than it should.
    let limit = if keys.iter().any(|key| key.name == "Policies") {
        "; leave in `Policies` no more than the function needs"
    } else {
        ""
    };
    if is_shared {
        return format!(
            "Remove `Role`, which other functions have too, and SAM makes a role with {names} for \
             this one{limit}."
        );
    }
    format!(
        "{remove} {written}; or remove `Role`, and SAM makes a role with {it} for the \
         function{limit}."
    )
}
