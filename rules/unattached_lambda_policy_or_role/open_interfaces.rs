//! Network interface permissions that Lambda uses before the code runs, and that the code has too.

use iacscan_core::{Attribute, Text};
use iacscan_graph::{Chain, Grant, LinkedRole};

use super::META;
use crate::framework::features::vpc_attachment;
use crate::framework::lacking;
use crate::framework::spell;
use crate::framework::words::code_list;
use crate::needs::{FUNCTION_OF_CODE, VPC, VPC_DOCUMENTED, everything};
use crate::{Draft, Switch};

/// Asks for the statement that keeps the code from using them.
pub(super) const REQUIRED: Switch = Switch {
    name: "require-network-interface-deny",
    description: "Report VPC functions whose code may manage network interfaces: nothing denies \
                  it on lambda:SourceFunctionArn.",
};

/// Reports a function in a VPC whose code may do what Lambda alone has to.
pub(super) fn draft(chain: &Chain<'_>) -> Option<Draft> {
    let (vpc, role) = (vpc_attachment(chain)?, chain.closed()?);
    // A boundary that is not known may deny it.
    let bounded =
        matches!(chain.get(&role.role.boundary), Some(bound) if !bound.is_set().is_false());
    if bounded && role.boundary.is_none() {
        return None;
    }
    let interfaces = everything("ec2");
    let actions = VPC.actions.iter().chain(VPC_DOCUMENTED.actions);
    let open: Vec<&str> =
        actions.copied().filter(|action| is_open(chain, role, action, &interfaces)).collect();
    if open.is_empty() {
        return None;
    }
    let actions = code_list(open.iter().copied());
    let unit = chain.graph.unit_of(chain.id)?;
    let place = unit.language.new_policy(&role.role.header);
    let (span, holder) = lacking(role);
    let draft = Draft::new(&META, META.severity, span, format!("lets the code use {actions}"))
        .message(format!(
            "the code of {{functions}} may use {actions}, which only Lambda needs before it runs"
        ))
        .help(format!(
            "Deny {actions} on `*`, in {place}, under the condition `ArnEquals`: \
             `{FUNCTION_OF_CODE}` is the function's ARN, {}. Lambda's own calls do not carry this \
             key.",
            own_arn(chain)
        ))
        .holder(holder)
        .function(chain.function)
        .label(vpc, "attaches the function to a VPC")
        .path_to_role(chain)
        .fingerprint(role.role.header.address.name().as_str());
    Some(draft)
}

/// The form of the function's ARN, with what is to be replaced in it.
fn own_arn(chain: &Chain<'_>) -> String {
    let named = match chain.get(&chain.function.name) {
        Some(Attribute::Known(name)) => name.value.as_known(),
        _ => None,
    };
    let name = named.as_deref().unwrap_or("NAME");
    let arn = format!("arn:${{Partition}}:lambda:${{Region}}:${{Account}}:function:{name}");
    let arn = spell::form(chain.graph.unit_of(chain.id), &arn);
    let open = ["REGION", "ACCOUNT", "NAME"].into_iter();
    let open: Vec<&str> = open.filter(|it| arn.split([':', '"']).any(|part| part == *it)).collect();
    match open.as_slice() {
        [] => format!("`{arn}`"),
        [only] => format!("`{arn}` (with your own value for `{only}`)"),
        _ => format!("`{arn}` (with your own values for {})", code_list(open)),
    }
}

/// Whether the code may certainly use an action: it is allowed without conditions, by the role and
/// by its boundary, and nothing denies it, under whatever condition.
fn is_open(chain: &Chain<'_>, role: &LinkedRole<'_>, action: &str, interfaces: &Text) -> bool {
    let resolver = chain.graph.resolver();
    let lets = |grants: &[Grant<'_>]| {
        let about =
            |grant: &Grant<'_>| grant.statement.covers(action, interfaces, &chain.world, resolver);
        let (allowing, others): (Vec<&Grant<'_>>, Vec<_>) = grants
            .iter()
            .filter(|grant| !about(grant).is_false())
            .partition(|grant| grant.statement.is_allow());
        others.is_empty()
            && allowing
                .into_iter()
                .any(|grant| grant.statement.conditions.is_none() && about(grant).is_true())
    };
    lets(&role.grants) && role.boundary.as_deref().is_none_or(lets)
}
