//! What rules ask of the statements that reach a role.

use iacscan_core::{Condition, Guarded, Located, Segment, Span, Str, Text, Truth};
use iacscan_graph::nodes::Author;
use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::aws::{Action, action, actions_matching};
use iacscan_iam::{ArnParts, Elements, Resolve, Statement, is_effectively_all};

use super::concerning;
use super::words::code_list;
use crate::Draft;

/// An item of `Action` or `Resource`, with the condition under which it stands there.
pub(crate) type Item = Guarded<Located<Text>>;

/// The items of `Action` or `Resource`; none of the `Not` forms.
pub(crate) fn items(elements: Option<&Elements>) -> &[Item] {
    match elements {
        Some(elements) if !elements.negated => &elements.items.items,
        _ => &[],
    }
}

/// Whether the statement certainly allows, and under no condition.
pub(crate) fn allows_unconditionally(statement: &Statement) -> bool {
    statement.is_allow() && statement.conditions.is_none()
}

/// The `*` of an unconditional `Allow` of every action on every resource: `admin-policy` reports
/// it, and no other rule about excess does.
pub(crate) fn administers(role: &ExecutionRole<'_>, statement: &Statement) -> Option<Span> {
    if !allows_unconditionally(statement) {
        return None;
    }
    let action = items(statement.actions.as_ref())
        .iter()
        .map(|item| &item.item)
        .find(|action| known(role, action).is_some_and(|name| is_every_action(&name)))?;
    // An ARN of one service's resources is `wildcard-action-on-all-resources`.
    let everything = items(statement.resources.as_ref()).iter().any(|item| {
        let text = role.graph.resolver().resolve(&item.item.value);
        is_effectively_all(&text).is_true() && only_service(&text).is_none()
    });
    everything.then_some(action.span)
}

/// The service that an ARN pattern is limited to.
pub(crate) fn only_service(resource: &Text) -> Option<String> {
    let arn = ArnParts::of_pattern(resource)?;
    arn.service().filter(|service| !service.contains('*')).map(str::to_ascii_lowercase)
}

/// Whether a known action pattern is every action there is.
pub(crate) fn is_every_action(pattern: &str) -> bool {
    matches!(pattern, "*" | "*:*")
}

/// The first item of `Resource` that leaves nothing out.
pub(crate) fn unlimited<'s>(
    role: &ExecutionRole<'_>,
    statement: &'s Statement,
) -> Option<&'s Item> {
    all_unlimited(role, statement).next()
}

/// The items of `Resource` that leave nothing out.
pub(crate) fn all_unlimited<'s>(
    role: &ExecutionRole<'_>,
    statement: &'s Statement,
) -> impl Iterator<Item = &'s Item> {
    items(statement.resources.as_ref()).iter().filter(|item| {
        is_effectively_all(&role.graph.resolver().resolve(&item.item.value)).is_true()
    })
}

/// Whether every item of `Resource` certainly names something.
pub(crate) fn is_limited(role: &ExecutionRole<'_>, statement: &Statement) -> Truth {
    let Some(resources) = statement.resources.as_ref().filter(|it| !it.negated) else {
        return Truth::False;
    };
    let some = Truth::all(
        resources
            .items
            .all()
            .map(|item| !is_effectively_all(&role.graph.resolver().resolve(&item.value))),
    );
    if resources.items.gaps.is_empty() { some } else { some.and(Truth::Unknown) }
}

/// A text that is known to the last character once references are resolved.
pub(crate) fn known(role: &ExecutionRole<'_>, text: &Located<Text>) -> Option<Str> {
    role.graph.resolver().resolve(&text.value).as_known()
}

/// The service of an action pattern that covers all of it: `s3` of `s3:*`.
pub(crate) fn whole_service(pattern: &str) -> Option<&str> {
    let (service, name) = pattern.split_once(':')?;
    let whole = !name.is_empty() && name.bytes().all(|byte| byte == b'*');
    (whole && !service.contains(['*', '?'])).then_some(service)
}

/// Whether an action shows the environment variables of the functions it is allowed on.
pub(crate) fn reads_functions(full_name: &str) -> bool {
    matches!(full_name, "lambda:GetFunction" | "lambda:GetFunctionConfiguration")
}

/// Whether an action pattern has wildcards.
pub(crate) fn is_pattern(action: &str) -> bool {
    action.contains(['*', '?'])
}

/// The actions that a pattern covers, as far as they are known.
pub(crate) fn covered(pattern: &str) -> Vec<Action> {
    if is_pattern(pattern) {
        actions_matching(pattern).collect()
    } else {
        action(pattern).into_iter().collect()
    }
}

/// Whether AWS's own examples limit an action that has no resources in the reference, and that works
/// so.
pub(crate) fn is_limited_by_aws(full_name: &str) -> bool {
    LIMITED_BY_AWS.contains(&full_name)
}

const LIMITED_BY_AWS: &[&str] = &[
    "codedeploy:PutLifecycleEventHookExecutionStatus",
    "dynamodb:ListStreams",
    "states:SendTaskFailure",
    "states:SendTaskHeartbeat",
    "states:SendTaskSuccess",
];

/// The condition under which the statement reaches the role with these items in it; `None` when
/// they cannot meet.
pub(crate) fn together<'c>(
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    conditions: impl IntoIterator<Item = &'c Condition>,
) -> Option<Condition> {
    let all = conditions
        .into_iter()
        .fold(reached.condition.clone(), |all, condition| all.and(condition.clone()));
    let exists = &role.role.header.condition;
    (!exists.is_compatible(&all).is_false()).then_some(all)
}

/// Things with equal conditions, in the order of the first of each.
pub(crate) fn by_condition<T>(things: Vec<(Condition, T)>) -> Vec<(Condition, Vec<T>)> {
    let mut groups: Vec<(Condition, Vec<T>)> = Vec::new();
    for (condition, thing) in things {
        match groups.iter_mut().find(|(known, _)| *known == condition) {
            Some((_, group)) => group.push(thing),
            None => groups.push((condition, vec![thing])),
        }
    }
    groups
}

/// Says whom a finding about a statement concerns and how the statement reaches them.
pub(crate) fn about(
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    condition: &Condition,
    draft: Draft,
) -> Draft {
    let draft = draft.holder(reached.attached.document_holder(role.graph));
    concerning(role, &role.functions_when(condition), draft)
        .through(reached.attached)
        .step(reached.statement.span, "and this statement allows it")
}

/// Whether a tool wrote the statement, from a SAM policy template or a connector: only the
/// resources in it are the user's.
pub(crate) fn is_made_by_tool(role: &ExecutionRole<'_>, reached: &Reached<'_>) -> bool {
    let attached = reached.attached;
    attached.inline(role.graph).is_some_and(|inline| inline.template.is_some())
        || attached.customer(role.graph).is_some_and(|policy| policy.header.author == Author::Tool)
}

/// Where the user wrote a part of a text, between what a tool wrote, that is nothing but `*`.
pub(crate) fn written_star(text: &Text) -> Option<Span> {
    let written = |segment: &Segment| match segment {
        Segment::Literal(literal) => {
            literal.span(0..literal.text.len()).filter(|span| span.is_somewhere())
        }
        _ => None,
    };
    let by_tool =
        |segment: &Segment| matches!(segment, Segment::Literal(_)) && written(segment).is_none();
    let segments = text.segments();
    segments.iter().enumerate().find_map(|(index, segment)| {
        let Segment::Literal(literal) = segment else { return None };
        let is_star = literal.text.bytes().all(|byte| byte == b'*');
        let before = index.checked_sub(1).and_then(|before| segments.get(before));
        let is_whole = [before, segments.get(index + 1)].into_iter().flatten().all(by_tool);
        if is_star && is_whole { written(segment) } else { None }
    })
}

/// What tells which actions are called.
pub(crate) const ANALYZER: &str =
    "IAM Access Analyzer can list most of them from the role's CloudTrail history.";

/// The start of the advice to list actions, in place of patterns of a statement that has others.
pub(crate) fn listing(reached: &Reached<'_>, patterns: &[&str]) -> String {
    let all = reached.statement.actions.as_ref().map_or(0, |all| all.items.items.len());
    if all > patterns.len() {
        format!("In place of {}, list", code_list(patterns.iter().copied()))
    } else {
        "List".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_services() {
        assert_eq!(whole_service("s3:*"), Some("s3"));
        assert_eq!(whole_service("s3:**"), Some("s3"));
        for other in ["s3:Get*", "*", "*:*", "s3:", "s*:*", "s3"] {
            assert_eq!(whole_service(other), None, "{other}");
        }
    }

    #[test]
    fn equal_conditions_are_one_group() {
        let groups = by_condition(vec![
            (Condition::Always, 1),
            (Condition::Never, 2),
            (Condition::Always, 3),
        ]);
        assert_eq!(groups, [(Condition::Always, vec![1, 3]), (Condition::Never, vec![2])]);
    }
}
