//! How one resource is made to wait for another, through the modules between them.

use std::collections::BTreeMap;

use iacscan_core::Str;
use iacscan_graph::instances::{shared, split, without_key};
use iacscan_graph::nodes::Waiting;

/// What to write so that `address` waits for each of `targets`. It stands in the innermost module
/// that holds both; what lies deeper is named by its module call. Of one `depends_on` Terraform takes one
/// alone, and none at the call of a module that configures providers.
pub(crate) fn advice(address: &str, targets: &[&str], waiting: &Waiting) -> String {
    let (modules, resource) = split(address);
    let mut wanted: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    let refused = targets.iter().find_map(|target| refused(&modules, target, waiting));
    if let Some(refused) = refused {
        return refused;
    }
    for target in targets {
        let (others, target) = split(target);
        let shared = shared(&modules, &others);
        let reference = without_key(others.get(shared).unwrap_or(&target));
        let references = wanted.entry(shared).or_default();
        if !references.contains(&reference) {
            references.push(reference);
        }
    }
    let each = wanted.iter().map(|(shared, references)| {
        let (holder, place) = match modules.get(*shared) {
            Some(call) => {
                let holder = modules.get(..=*shared).unwrap_or_default().join(".");
                (holder, format!("the call of `{}`", without_key(call)))
            }
            None => (address.to_owned(), format!("`{}`", without_key(resource))),
        };
        if waiting.listed.contains(&holder.into()) {
            let references: Vec<String> =
                references.iter().map(|reference| format!("`{reference}`")).collect();
            format!("{} to the `depends_on` list of {place}", references.join(" and "))
        } else {
            format!("`depends_on = [{}]` to {place}", references.join(", "))
        }
    });
    format!("Add {}.", each.collect::<Vec<_>>().join(", and "))
}

/// What to write where the call that would have to wait for a target can have no `depends_on`.
fn refused(modules: &[&str], target: &str, waiting: &Waiting) -> Option<String> {
    let (others, resource) = split(target);
    let shared = shared(modules, &others);
    let call = modules.get(shared)?;
    let holder: Str = modules.get(..=shared)?.join(".").into();
    waiting.refusing.contains(&holder).then(|| {
        let (call, resource) = (without_key(call), without_key(resource));
        match others.get(shared..).and_then(<[&str]>::last) {
            Some(gives) => format!(
                "Add `depends_on = [{resource}]` to the output of `{}` that gives the role: the \
                 call of `{call}` can have none, since its module has a `provider` block of its own.",
                without_key(gives)
            ),
            None => format!(
                "Take the `provider` block out of the module of `{call}`, since with it the call \
                 can have no `depends_on`, then add `depends_on = [{resource}]` to the call."
            ),
        }
    })
}

/// What to write so that `address` waits for `target` with what the module of the target hands out:
/// of a module that holds only the target.
pub(crate) fn by_output(address: &str, target: &str) -> Option<String> {
    let ((modules, _), (others, resource)) = (split(address), split(target));
    let shared = shared(&modules, &others);
    let (call, gives) = (modules.get(shared)?, others.get(shared..)?.last()?);
    Some(format!(
        "Add `depends_on = [{}]` to the output of `{}` that leads here. At the call of `{}` it \
         would be a circle.",
        without_key(resource),
        without_key(gives),
        without_key(call)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(listed: &[&str]) -> Waiting {
        let listed = listed.iter().map(Str::new).collect();
        Waiting { listed, refusing: Vec::new() }
    }

    #[test]
    fn a_call_that_takes_none_is_not_told_to_wait() {
        let refusing = |call: &str| Waiting { listed: Vec::new(), refusing: vec![call.into()] };
        let cases = [
            (
                "module.l.aws_p.p[0]",
                "module.m",
                "Add `depends_on = [aws_p.p]` to the output of `module.l` that gives the role: the \
                 call of `module.m` can have none, since its module has a `provider` block of its \
                 own.",
            ),
            (
                "aws_p.p",
                "module.m",
                "Take the `provider` block out of the module of `module.m`, since with it the call \
                 can have no `depends_on`, then add `depends_on = [aws_p.p]` to the call.",
            ),
            ("module.m.aws_p.p", "module.m", "Add `depends_on = [aws_p.p]` to `aws_l.f`."),
            ("aws_p.p", "module.x", "Add `depends_on = [aws_p.p]` to the call of `module.m`."),
        ];
        for (target, call, expected) in cases {
            assert_eq!(advice("module.m.aws_l.f", &[target], &refusing(call)), expected);
        }
    }

    #[test]
    fn depends_on_stands_where_both_are_known() {
        let cases = [
            ("aws_l.f", &["aws_p.p[0]"][..], "`depends_on = [aws_p.p]` to `aws_l.f`"),
            (
                "module.a[\"x.y\"].aws_l.f[0]",
                &["module.a[\"x.y\"].aws_p.p"],
                "`depends_on = [aws_p.p]` to `aws_l.f`",
            ),
            (
                "module.a.module.b.aws_l.f[\"k\"]",
                &["aws_p.p"],
                "`depends_on = [aws_p.p]` to the call of `module.a`",
            ),
            (
                "module.a.aws_l.f",
                &["module.roles[0].aws_p.p[0]"],
                "`depends_on = [module.roles]` to the call of `module.a`",
            ),
            ("aws_l.f", &["module.roles.aws_p.p"], "`depends_on = [module.roles]` to `aws_l.f`"),
            (
                "module.a.aws_l.f",
                &["module.a.aws_p.p", "aws_p.q", "aws_p.q[1]"],
                "`depends_on = [aws_p.q]` to the call of `module.a`, and `depends_on = [aws_p.p]` \
                 to `aws_l.f`",
            ),
        ];
        for (address, targets, expected) in cases {
            assert_eq!(advice(address, targets, &Waiting::default()), format!("Add {expected}."));
        }
    }

    #[test]
    fn a_list_that_is_there_is_added_to() {
        let cases = [
            (
                "aws_l.f[0]",
                &["aws_p.p"][..],
                "aws_l.f[0]",
                "`aws_p.p` to the `depends_on` list of `aws_l.f`",
            ),
            (
                "aws_l.f",
                &["aws_p.p", "aws_p.q"],
                "aws_l.f",
                "`aws_p.p` and `aws_p.q` to the `depends_on` list of `aws_l.f`",
            ),
            (
                "module.a[0].module.b.aws_l.f",
                &["aws_p.p"],
                "module.a[0]",
                "`aws_p.p` to the `depends_on` list of the call of `module.a`",
            ),
            (
                "module.a.aws_l.f",
                &["aws_p.p"],
                "module.a.aws_l.f",
                "`depends_on = [aws_p.p]` to the call of `module.a`",
            ),
        ];
        for (address, targets, listed, expected) in cases {
            assert_eq!(
                advice(address, targets, &self::listed(&[listed])),
                format!("Add {expected}.")
            );
        }
    }
}
