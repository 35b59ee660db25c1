//! What lies between a resource and another that it should wait for.

use iacscan_core::Address;
use iacscan_graph::instances::{shared, split, without_key};

/// The address of a resource without the modules that it shares with another.
pub(super) fn name_beside(address: &str, other: &str) -> String {
    let (modules, _) = split(address);
    let (others, resource) = split(other);
    let shared = shared(&modules, &others);
    let mut parts: Vec<&str> = others.get(shared..).unwrap_or_default().to_vec();
    parts.push(resource);
    parts.join(".")
}

/// Whether `address` cannot wait for `target` because of this dependency of the target: it is what
/// would wait, or lies in the module call that would.
pub(super) fn is_circle(address: &Address, target: &Address, dependency: &Address) -> bool {
    let (modules, _) = split(address.name());
    let held = shared(&modules, &split(target.name()).0);
    match modules.get(held) {
        Some(call) => {
            let (others, _) = split(dependency.name());
            let place = |address: &Address| (address.unit().clone(), address.scope().clone());
            place(address) == place(dependency)
                && shared(&modules, &others) >= held
                && others.get(held).is_some_and(|other| without_key(other) == without_key(call))
        }
        None => address == dependency,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_leave_out_the_modules_that_both_lie_in() {
        let cases = [
            ("aws_l.f", "aws_p.p[0]", "aws_p.p[0]"),
            ("module.a[\"x.y\"].aws_l.f[0]", "module.a[\"x.y\"].aws_p.p", "aws_p.p"),
            ("module.a.aws_l.f", "module.roles[0].aws_p.p[0]", "module.roles[0].aws_p.p[0]"),
        ];
        for (address, target, name) in cases {
            assert_eq!(name_beside(address, target), name);
        }
    }

    #[test]
    fn circles_are_within_one_stack() {
        let at = |scope: &str, name: &str| Address::scoped("u", scope, name);
        let (top, module) = (at("", "F"), at("", "module.a[0].aws_l.f"));
        for (address, target, dependency, expected) in [
            (&top, at("", "P"), at("", "F"), true),
            (&top, at("", "P"), at("", "G"), false),
            (&top, at("Policies", "P"), at("Policies", "F"), false),
            (&top, at("", "P"), Address::new("other", "F"), false),
            (&module, at("", "aws_p.p"), at("", "module.a[1].aws_l.g"), true),
            (&module, at("", "aws_p.p"), at("", "module.b.aws_l.f"), false),
            (&module, at("", "aws_p.p"), at("Stack", "module.a[0].aws_l.f"), false),
            (&module, at("", "module.a[0].aws_p.p"), at("", "module.a[0].aws_l.f"), true),
            (&module, at("", "module.a[0].aws_p.p"), at("", "module.a[0].aws_l.g"), false),
        ] {
            let is = is_circle(address, &target, &dependency);
            assert_eq!(is, expected, "{address:?} {target:?} {dependency:?}");
        }
    }
}
