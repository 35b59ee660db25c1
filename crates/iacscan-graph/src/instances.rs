//! Addresses of instances taken apart: what all instances of one block of text have in common.

use iacscan_core::Address;

/// The address of the block of text: that of an instance without the keys.
#[must_use]
pub fn without_keys(address: &str) -> String {
    let (modules, name) = split(address);
    modules.into_iter().chain([name]).map(without_key).collect::<Vec<_>>().join(".")
}

/// The resource as its own module names it, whatever instance of the module and of the resource it
/// is: `aws_iam_role.r` of `module.a["x"].aws_iam_role.r[0]`.
#[must_use]
pub fn block(address: &str) -> &str {
    without_key(split(address).1)
}

/// The module instances of an address (`module.a["x"]`), and the resource in the innermost.
#[must_use]
pub fn split(address: &str) -> (Vec<&str>, &str) {
    let mut modules = Vec::new();
    let mut rest = address;
    while let Some(name) = rest.strip_prefix("module.") {
        let Some(dot) = first_dot(name) else { break };
        let end = "module.".len() + dot;
        let (Some(module), Some(behind)) = (rest.get(..end), rest.get(end + 1..)) else { break };
        modules.push(module);
        rest = behind;
    }
    (modules, rest)
}

/// Whether two resources stand in one module of one deployment, so that each names the other as it
/// is called there.
#[must_use]
pub fn are_beside(one: &Address, other: &Address) -> bool {
    one.unit() == other.unit()
        && one.scope() == other.scope()
        && split(one.name()).0 == split(other.name()).0
}

/// The first dot outside of keys.
fn first_dot(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    text.char_indices().find_map(|(at, c)| {
        let was_escaped = std::mem::take(&mut escaped);
        match c {
            '"' if !was_escaped => quoted = !quoted,
            '\\' if quoted && !was_escaped => escaped = true,
            '.' if !quoted => return Some(at),
            _ => {}
        }
        None
    })
}

/// A resource or module call without the key of its instance.
#[must_use]
pub fn without_key(text: &str) -> &str {
    text.split_once('[').map_or(text, |(name, _)| name)
}

/// How many modules two paths begin with.
#[must_use]
pub fn shared(a: &[&str], b: &[&str]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::{Address, are_beside, block, without_keys};

    #[test]
    fn resources_of_one_module_are_beside_each_other() {
        let at = |unit: &str, scope: &str, name: &str| Address::scoped(unit, scope, name);
        let one = at("u", "", "module.m.aws_a.a");
        for (other, expected) in [
            (at("u", "", "module.m.aws_b.b[0]"), true),
            (at("u", "", "module.n.aws_b.b"), false),
            (at("u", "", "aws_b.b"), false),
            (at("u", "s", "module.m.aws_b.b"), false),
            (at("v", "", "module.m.aws_b.b"), false),
        ] {
            assert_eq!(are_beside(&one, &other), expected, "{other}");
        }
    }

    #[test]
    fn instances_of_one_block_have_one_name() {
        let cases = [
            ("aws_iam_role.r", "aws_iam_role.r"),
            ("aws_iam_role.r[0]", "aws_iam_role.r"),
            ("module.a[\"x.y\"].module.b.aws_iam_role.r[\"k\"]", "aws_iam_role.r"),
            ("LogicalId", "LogicalId"),
        ];
        for (address, name) in cases {
            assert_eq!(block(address), name);
        }
    }

    #[test]
    fn blocks_have_addresses() {
        let cases = [
            ("aws_iam_role.r[\"a.b\"]", "aws_iam_role.r"),
            ("module.a[\"x.y\"].module.b.aws_iam_role.r[0]", "module.a.module.b.aws_iam_role.r"),
            ("LogicalId", "LogicalId"),
        ];
        for (address, name) in cases {
            assert_eq!(without_keys(address), name);
        }
    }
}
