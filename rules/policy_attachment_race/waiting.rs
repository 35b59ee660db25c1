//! How one Terraform resource is made to wait for another, through the modules between them.

use std::collections::BTreeMap;

use crate::framework::instances::{split, without_key};

/// The address of a resource without the modules that it shares with another.
pub(super) fn name_beside(address: &str, other: &str) -> String {
    let (modules, _) = split(address);
    let (others, resource) = split(other);
    let shared = shared(&modules, &others);
    let mut parts: Vec<&str> = others.get(shared..).unwrap_or_default().to_vec();
    parts.push(resource);
    parts.join(".")
}

/// The `depends_on` to write so that `address` waits for each of `targets`. It stands in the
/// innermost module that holds both; what lies deeper is named by its module call.
pub(super) fn depends_on(address: &str, targets: &[&str]) -> String {
    let (modules, resource) = split(address);
    let mut wanted: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for target in targets {
        let (others, target) = split(target);
        let shared = shared(&modules, &others);
        let reference = without_key(others.get(shared).unwrap_or(&target));
        let references = wanted.entry(shared).or_default();
        if !references.contains(&reference) {
            references.push(reference);
        }
    }
    let advice: Vec<String> = wanted
        .iter()
        .map(|(shared, references)| {
            let references = references.join(", ");
            match modules.get(*shared) {
                Some(call) => {
                    format!("`depends_on = [{references}]` to the call of `{}`", without_key(call))
                }
                None => format!("`depends_on = [{references}]` to `{}`", without_key(resource)),
            }
        })
        .collect();
    format!("Add {}.", advice.join(", and "))
}

/// Whether `address` cannot wait for `target` because of this dependency of the target: it is what
/// would wait, or lies in the module call that would.
pub(super) fn is_circle(address: &str, target: &str, dependency: &str) -> bool {
    let (modules, _) = split(address);
    let held = shared(&modules, &split(target).0);
    match modules.get(held) {
        Some(call) => {
            let (others, _) = split(dependency);
            shared(&modules, &others) >= held
                && others.get(held).is_some_and(|other| without_key(other) == without_key(call))
        }
        None => address == dependency,
    }
}

/// How many modules two paths begin with.
fn shared(a: &[&str], b: &[&str]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depends_on_stands_where_both_are_known() {
        let cases = [
            ("aws_l.f", "aws_p.p[0]", "Add `depends_on = [aws_p.p]` to `aws_l.f`.", "aws_p.p[0]"),
            (
                "module.a[\"x.y\"].aws_l.f[0]",
                "module.a[\"x.y\"].aws_p.p",
                "Add `depends_on = [aws_p.p]` to `aws_l.f`.",
                "aws_p.p",
            ),
            (
                "module.a.module.b.aws_l.f[\"k\"]",
                "aws_p.p",
                "Add `depends_on = [aws_p.p]` to the call of `module.a`.",
                "aws_p.p",
            ),
            (
                "module.a.aws_l.f",
                "module.roles[0].aws_p.p[0]",
                "Add `depends_on = [module.roles]` to the call of `module.a`.",
                "module.roles[0].aws_p.p[0]",
            ),
            (
                "aws_l.f",
                "module.roles.aws_p.p",
                "Add `depends_on = [module.roles]` to `aws_l.f`.",
                "module.roles.aws_p.p",
            ),
        ];
        for (address, target, help, name) in cases {
            assert_eq!(depends_on(address, &[target]), help);
            assert_eq!(name_beside(address, target), name);
        }
    }

    #[test]
    fn each_module_has_its_own() {
        assert_eq!(
            depends_on("module.a.aws_l.f", &["module.a.aws_p.p", "aws_p.q", "aws_p.q[1]"]),
            "Add `depends_on = [aws_p.q]` to the call of `module.a`, and `depends_on = [aws_p.p]` \
             to `aws_l.f`."
        );
    }
}
