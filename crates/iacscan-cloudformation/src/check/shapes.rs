//! The arguments that intrinsic functions take.

use iacscan_core::reader::{Node, NodeKind};

use crate::call::{Call, Function};

/// What a function takes, when its argument is certainly something else.
pub(super) fn mismatch(call: &Call<'_>) -> Option<&'static str> {
    let argument = call.argument;
    if matches!(argument.kind, NodeKind::Unread(_)) || argument.open.is_some() {
        return None;
    }
    let items = call.items();
    // A function in place of the argument is evaluated first.
    let computed =
        if call.short { Call::long(argument).is_some() } else { Call::of(argument).is_some() };
    let is_list_of = |lengths: std::ops::RangeInclusive<usize>| {
        items.is_some_and(|items| lengths.contains(&items.len()))
    };
    let text = || call.scalar().filter(|text| !text.is_empty());
    let (fits, expected) = match call.function {
        Function::Ref => (computed || text().is_some(), "the name of a parameter or a resource"),
        Function::GetAtt => (
            computed
                || text().is_some_and(|text| text.contains('.'))
                || items.is_some_and(|items| items.len() >= 2 && is_name(items.first())),
            "a resource and an attribute: `Name.Attribute` or `[Name, Attribute]`",
        ),
        Function::Sub => (
            call.scalar().is_some()
                || computed
                || (is_list_of(1..=2)
                    && items.and_then(|items| items.first()).is_some_and(|first| {
                        first.as_str().is_some() || Call::of(first).is_some()
                    })
                    && items
                        .and_then(|items| items.get(1))
                        .is_none_or(|second| second.as_map().is_some() || unread(second))),
            "a string, or a list of a string and a map of its variables",
        ),
        Function::Join => (
            computed || (is_list_of(2..=2) && may_be_list(items, 1)),
            "a list of a delimiter and a list of values",
        ),
        Function::Select => (
            computed || (is_list_of(2..=2) && may_be_list(items, 1)),
            "a list of an index and a list of values",
        ),
        Function::Split => (computed || is_list_of(2..=2), "a list of a delimiter and a string"),
        Function::FindInMap => (computed || is_list_of(3..=4), "a list of a mapping and two keys"),
        Function::If => (
            computed || is_list_of(3..=3),
            "a list of a condition, the value when it holds and the value when it does not",
        ),
        Function::And | Function::Or => (computed || is_list_of(1..=10), "a list of conditions"),
        Function::Not => (computed || is_list_of(1..=1), "a list of one condition"),
        Function::Equals => (computed || is_list_of(2..=2), "a list of two values"),
        Function::Condition => (computed || text().is_some(), "the name of a condition"),
        Function::Cidr => {
            (computed || is_list_of(2..=3), "a list of a block, a count and a number of bits")
        }
        Function::ImportValue
        | Function::GetAzs
        | Function::Base64
        | Function::Length
        | Function::ToJsonString
        | Function::Transform
        | Function::Other => return None,
    };
    (!fits).then_some(expected)
}

fn is_name(node: Option<&Node>) -> bool {
    node.is_some_and(|node| node.as_str().is_some() || Call::of(node).is_some())
}

/// Whether the item at `index` is a list or a function that may yield one.
fn may_be_list(items: Option<&[Node]>, index: usize) -> bool {
    items
        .and_then(|items| items.get(index))
        .is_some_and(|node| node.as_list().is_some() || Call::of(node).is_some() || unread(node))
}

const fn unread(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Unread(_))
}
