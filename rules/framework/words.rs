//! How messages name things.

use std::collections::BTreeSet;

use iacscan_core::{Address, enumerated};
use iacscan_graph::Graph;
use iacscan_graph::nodes::Header;
use indexmap::IndexMap;

use iacscan_graph::instances::block;

/// What stands for the functions concerned in a message.
pub(crate) const FUNCTIONS: &str = "{functions}";

/// What stands for the role concerned. Drafts about several are of several causes.
pub(crate) const ROLE: &str = "role {role}";

/// What stands for the roles concerned, where what several share is one cause: "role `a`", "roles
/// `a` and `b`".
pub(crate) const ROLES: &str = "{roles}";

/// What stands for the resources that drafts of one cause name.
pub(crate) const RESOURCES: &str = "{resources}";

/// What stands for the resources that are to wait for what a role is given.
pub(crate) const WAITERS: &str = "{waiters}";

/// The functions concerned: "function `a`", "functions `a`, `b` and 3 more"; for a role that no
/// function of the scan assumes, who may; for what names a function outside of the scan, it.
pub(crate) fn functions(graph: &Graph, subjects: &[Address]) -> String {
    let is_function = |address: &&Address| graph.function_id(address).is_some();
    let named: Vec<&Address> = subjects.iter().filter(is_function).collect();
    match named.as_slice() {
        [] => match subjects {
            [] => "the function".to_owned(),
            [named, ..] if graph.role_id(named).is_none() => "the function".to_owned(),
            [role] => format!("whatever assumes role `{role}`"),
            roles => format!("whatever assumes roles {}", list(named_once(roles.iter()))),
        },
        [only] => format!("function `{only}`"),
        several => format!("functions {}", list(named_once(several.iter().copied()))),
    }
}

/// The role concerned; of several instances of one block of text, the block.
pub(crate) fn role(graph: &Graph, addresses: &[Address]) -> String {
    let only =
        addresses.first().filter(|first| addresses.iter().all(|it| it.name() == first.name()));
    match only.and_then(|only| graph.role(graph.role_id(only)?)) {
        Some(only) => only.in_words(),
        None => format!("role {}", once(addresses)),
    }
}

/// A role in code; of several instances of one block of text, the block.
fn once(addresses: &[Address]) -> String {
    let names: BTreeSet<&str> = addresses.iter().map(|address| address.name().as_str()).collect();
    match names.first() {
        Some(only) if names.len() == 1 => format!("`{only}`"),
        Some(first) => format!("`{}` ({} instances)", block(first), names.len()),
        None => String::new(),
    }
}

/// The roles concerned; several instances of one block of text are the block.
pub(crate) fn roles(addresses: &[Address]) -> String {
    let mut blocks: IndexMap<&str, Vec<Address>> = IndexMap::new();
    for address in addresses {
        blocks.entry(block(address.name())).or_default().push(address.clone());
    }
    let word = if blocks.len() > 1 { "roles" } else { "role" };
    format!("{word} {}", list(blocks.values().map(|of_block| once(of_block))))
}

/// Addresses as they are shown; those of several deployments that read the same are one item.
fn named_once<'a>(addresses: impl IntoIterator<Item = &'a Address>) -> Vec<String> {
    let mut counts: IndexMap<&str, usize> = IndexMap::new();
    for address in addresses {
        *counts.entry(address.name().as_str()).or_default() += 1;
    }
    let name = |(name, count)| match count {
        1 => format!("`{name}`"),
        _ => format!("`{name}` ({count} of this name)"),
    };
    counts.into_iter().map(name).collect()
}

/// "a", "a and b", "a, b and c"; past six items the rest is counted.
pub(crate) fn list(items: impl IntoIterator<Item = String>) -> String {
    joined(items, "and")
}

fn joined(items: impl IntoIterator<Item = String>, word: &str) -> String {
    const MOST: usize = 6;
    let mut items: Vec<String> = items.into_iter().collect();
    if items.len() > MOST {
        let rest = items.len() - MOST + 1;
        items.truncate(MOST - 1);
        items.push(format!("{rest} more"));
    }
    enumerated(&items, word)
}

/// Actions or other code as a list: "`a` and `b`".
pub(crate) fn code_list<'w>(items: impl IntoIterator<Item = &'w str>) -> String {
    list(items.into_iter().map(|item| format!("`{item}`")))
}

/// As [`code_list`], however many there are.
pub(crate) fn all_code<'w>(items: impl IntoIterator<Item = &'w str>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| format!("`{item}`")).collect();
    enumerated(&items, "and")
}

/// Alternatives: "`a` or `b`".
pub(crate) fn code_choice<'w>(items: impl IntoIterator<Item = &'w str>) -> String {
    joined(items.into_iter().map(|item| format!("`{item}`")), "or")
}

/// As [`code_choice`], however many there are.
pub(crate) fn all_choice<'w>(items: impl IntoIterator<Item = &'w str>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| format!("`{item}`")).collect();
    enumerated(&items, "or")
}

/// Whether a resource is a policy, whose statements say in conditions what a permission says in
/// properties.
pub(crate) fn is_policy(header: &Header) -> bool {
    header.resource_type.ends_with("::ResourcePolicy")
}

/// How the language of a resource spells the name of a property of a permission; a run of capitals
/// is one word.
pub(crate) fn argument(header: &Header, property: &str) -> String {
    if is_policy(header) {
        let of_lambda = ["EventSourceToken", "FunctionUrlAuthType", "InvokedViaFunctionUrl"];
        let service = if of_lambda.contains(&property) { "lambda" } else { "aws" };
        return format!("{service}:{property}");
    }
    if header.resource_type.contains("::") {
        return property.to_owned();
    }
    let mut argument = String::with_capacity(property.len() + 4);
    let mut before = '_';
    let mut letters = property.chars().peekable();
    while let Some(letter) = letters.next() {
        let starts_word =
            before.is_ascii_lowercase() || letters.peek().is_some_and(char::is_ascii_lowercase);
        if letter.is_ascii_uppercase() && starts_word && before != '_' {
            argument.push('_');
        }
        argument.push(letter.to_ascii_lowercase());
        before = letter;
    }
    argument
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_said_once() {
        let addresses = [Address::new("a", "f"), Address::new("a", "g"), Address::new("b", "f")];
        assert_eq!(named_once(&addresses), ["`f` (2 of this name)", "`g`"]);
    }

    #[test]
    fn roles_are_named_with_their_instances() {
        for (names, expected) in [
            (&["r"][..], "role `r`"),
            (&["r", "r"], "role `r`"),
            (&["module.a.r[0]", "module.a.r[1]"], "role `r` (2 instances)"),
            (&["module.a.r", "s", "module.b.r"], "roles `r` (2 instances) and `s`"),
        ] {
            let addresses: Vec<_> = names.iter().map(|name| Address::new("u", *name)).collect();
            assert_eq!(roles(&addresses), expected);
        }
    }

    #[test]
    fn arguments_are_spelt_as_their_language_does() {
        for (property, expected) in [
            ("SourceAccount", "source_account"),
            ("PrincipalOrgID", "principal_org_id"),
            ("KMSKeyArn", "kms_key_arn"),
            ("Role", "role"),
        ] {
            let spelt = |kind: &str| {
                let header = Header::new(Address::new("u", "p"), kind, iacscan_core::Span::NONE);
                argument(&header, property)
            };
            assert_eq!(spelt("AWS::Lambda::Permission"), property);
            assert_eq!(spelt("aws_lambda_permission"), expected);
        }
        let policy = Header::new(
            Address::new("u", "p"),
            "AWS::Lambda::ResourcePolicy",
            iacscan_core::Span::NONE,
        );
        assert_eq!(argument(&policy, "SourceAccount"), "aws:SourceAccount");
    }

    #[test]
    fn lists_read_as_sentences() {
        let of = |n: usize| list((0..n).map(|i| i.to_string()));
        assert_eq!(of(0), "");
        assert_eq!(of(1), "0");
        assert_eq!(of(2), "0 and 1");
        assert_eq!(of(3), "0, 1 and 2");
        assert_eq!(of(7), "0, 1, 2, 3, 4 and 2 more");
    }
}
