//! The addresses and references that plans write: `module.a["x.y"].aws_iam_role.r[0].arn`.

/// A step of an address, with the bytes it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step<'t> {
    pub(super) kind: StepKind<'t>,
    /// The offset of its first byte, the dot before a name not counted.
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepKind<'t> {
    Name(&'t str),
    /// `[0]` or `["x"]`, as it is written between the brackets.
    Key(&'t str),
}

impl<'t> Step<'t> {
    pub(super) const fn name(&self) -> Option<&'t str> {
        match self.kind {
            StepKind::Name(name) => Some(name),
            StepKind::Key(_) => None,
        }
    }
}

/// The steps of an address; nothing when it is none.
pub(super) fn steps(address: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    let mut at = 0;
    while let Some(first) = address.as_bytes().get(at) {
        let start = at + usize::from(*first == b'.' && at > 0);
        let rest = address.get(start..)?;
        let kind = if rest.starts_with('[') {
            let end = start + key_end(rest)?;
            at = end;
            StepKind::Key(address.get(start + 1..end - 1)?)
        } else {
            let length = rest.find(['.', '[']).unwrap_or(rest.len());
            at = start + length;
            StepKind::Name(rest.get(..length).filter(|name| !name.is_empty())?)
        };
        steps.push(Step { kind, start, end: at });
    }
    Some(steps)
}

/// The length of a key with its brackets.
fn key_end(text: &str) -> Option<usize> {
    if !text.starts_with("[\"") {
        return Some(text.find(']')? + 1);
    }
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(2) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return text.get(at + 1..)?.starts_with(']').then_some(at + 2),
            _ => {}
        }
    }
    None
}

/// The names of the calls in the address of a module.
pub(super) fn call_names(address: &str) -> Vec<&str> {
    let steps = steps(address).unwrap_or_default();
    let mut names = steps.iter().filter_map(Step::name);
    let mut calls = Vec::new();
    while names.next() == Some("module") {
        calls.extend(names.next());
    }
    calls
}

/// The key of a resource's instance, with its brackets; empty without one.
pub(super) fn instance_key(address: &str) -> &str {
    let steps = steps(address).unwrap_or_default();
    match steps.last() {
        Some(Step { kind: StepKind::Key(_), start, .. }) => address.get(*start..).unwrap_or(""),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_may_hold_anything() {
        for (address, calls, key) in [
            ("aws_iam_role.r", vec![], ""),
            ("aws_iam_role.r[0]", vec![], "[0]"),
            ("data.aws_iam_role.r[\"a.b[0]\"]", vec![], "[\"a.b[0]\"]"),
            ("module.a[\"x.y\"].module.b[1].aws_iam_role.r", vec!["a", "b"], ""),
            (r#"module.a["x\"].m"].aws_iam_role.r["ü\\"]"#, vec!["a"], r#"["ü\\"]"#),
            ("module.module.aws_iam_role.module", vec!["module"], ""),
        ] {
            assert_eq!(call_names(address), calls, "{address}");
            assert_eq!(instance_key(address), key, "{address}");
            let steps = steps(address).unwrap();
            assert_eq!(steps.last().unwrap().end, address.len(), "{address}");
        }
        for address in ["a[", "a[\"x]", "a..b", "a.", "[\"x\"y]"] {
            assert_eq!(steps(address), None, "{address}");
        }
    }
}
