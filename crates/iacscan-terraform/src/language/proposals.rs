//! How what findings propose is written, and where it goes.

use iacscan_core::{ResourceAttribute, Segment, Snippet, Unknown};
use iacscan_graph::instances::{split, without_key};
use iacscan_graph::nodes::{Header, Role, Waiting};
use iacscan_graph::{Code, Language as _, Proposals, Taken};

use super::Configurations;
use crate::{snippets, waiting};

/// What cannot have both.
const COUNTED: &str = " Where one has a `count`, it goes, and its condition into the `for_each`: \
                       `CONDITION ? ... : {}`.";

/// What copies would take from each other.
const EXCLUSIVE: &str = " Attach with `aws_iam_role_policy_attachment`: two \
                         `aws_iam_policy_attachment` of one policy detach each other's roles.";

/// How what attaches a policy begins.
const ATTACHMENT: &str = "add an `aws_iam_role_policy_attachment` with ";

impl Proposals for Configurations {
    fn attaching(&self, policy: &str, role: &Header) -> Option<String> {
        let name = split(role.address.name()).1;
        let written = |block: &str| {
            self.attribute(block, &role.resource_type, &ResourceAttribute::Name)
                .map(|name| format!("`role = {name}` and `policy_arn = \"{policy}\"`"))
        };
        let with = match key(name) {
            // As many as there are roles.
            Some((_, index)) if index == "count.index" => {
                let block = without_key(name);
                let arguments = written(&format!("{block}[{index}]"))?;
                format!("`count = length({block})`, {arguments}")
            }
            _ => written(name)?,
        };
        Some(format!("{ATTACHMENT}{with}"))
    }

    fn attaching_each(&self, role: &str, attaching: &str) -> String {
        let each = self.each(role, attaching);
        match (key(role), each.strip_prefix(ATTACHMENT)) {
            (Some((_, "each.key")), Some(with)) => {
                format!("{ATTACHMENT}`for_each = {}`, {with}", without_key(split(role).1))
            }
            _ => each,
        }
    }

    fn new_policy(&self, _: &Header) -> &'static str {
        "an `aws_iam_role_policy` of the role"
    }

    fn policy(
        &self,
        role: &Role,
        every: bool,
        allows: &str,
        statements: Vec<Code>,
        is_taken: Taken<'_>,
    ) -> Option<Snippet> {
        snippets::policy(role, every, allows, statements, is_taken)
    }

    fn policy_templates(&self, _: &Role, _: Vec<(&'static str, Code)>) -> Option<Snippet> {
        None
    }

    fn permission(
        &self,
        trigger: &Header,
        function: &str,
        principal: &str,
        source: &[(&'static str, Code)],
        is_taken: Taken<'_>,
    ) -> Option<Snippet> {
        let is_native = trigger.resource_type.starts_with("aws_");
        is_native.then(|| snippets::permission(trigger, function, principal, source, is_taken))?
    }

    fn role(
        &self,
        function: &Header,
        policy: &str,
        _: bool,
        is_taken: Taken<'_>,
    ) -> Option<Snippet> {
        snippets::role(function, policy, is_taken)
    }

    fn own_roles(&self, role: &Role, functions: &[&Header], policies: &[&Header]) -> String {
        let address = &role.header.address;
        let loops = functions.iter().map(|function| repetition(function.address.name()));
        let mut loops = loops.collect::<Vec<_>>().into_iter();
        let is_counted = |it: &&Header| {
            key(it.address.name()).is_some_and(|(_, expression)| expression == "count.index")
        };
        let is_exclusive = |it: &&Header| it.resource_type == "aws_iam_policy_attachment";
        let exclusive = if policies.iter().any(is_exclusive) { EXCLUSIVE } else { "" };
        let advice = match loops
            .next()
            .flatten()
            .filter(|first| loops.all(|other| other == Some(*first)))
        {
            Some((block, argument)) => {
                let key = if argument == "count" { "count.index" } else { "each.key" };
                let name = match role.name.0.as_slice() {
                    [only] => only.item.known().map(|name| &name.value),
                    _ => None,
                };
                let named = name.map_or_else(String::new, |name| match name.as_known() {
                    Some(_) => format!(", put `-${{{key}}}` behind its `name`"),
                    None => format!(", `{key}` in its `name` where that is written"),
                });
                let own = without_key(split(address.name()).1);
                let is_map = argument == "for_each";
                let all = if is_map {
                    format!("{{ for k, r in {own} : k => r.arn }}")
                } else {
                    format!("{own}[*].arn")
                };
                let counted = if is_map && policies.iter().any(is_counted) { COUNTED } else { "" };
                format!(
                    "Give the role, its attachments and its inline policies the `{argument}` of \
                     `{block}`{named}, and refer to `{own}[{key}]` (in outputs to `{all}`), so that \
                     each function has one of its own with what it needs.{counted}"
                )
            }
            None => {
                let own = without_key(split(address.name()).1);
                let (kind, _) = own.split_once('.').unwrap_or((own, ""));
                let around = split(address.name()).0;
                let is_beside = |it: &&&Header| split(it.address.name()).0 == around;
                let arn = format!("`{kind}.NEW_NAME.arn`");
                let set = match functions.iter().filter(is_beside).count() {
                    0 => format!("pass {arn} to the module of the function"),
                    all if all == functions.len() => format!("set `role` of the function to {arn}"),
                    _ => format!("set `role` of the function to {arn}, or pass that to its module"),
                };
                let name = if has_name(role) { " and another `name`" } else { "" };
                format!(
                    "Give each function a role of its own: for all but one, copy `{own}` with its \
                     attachments and inline policies under a new label{name}, {set}, and leave to \
                     each role what its function needs."
                )
            }
        };
        format!("{advice}{exclusive}")
    }

    fn wait(&self, address: &str, targets: &[&str], waiting: &Waiting) -> String {
        waiting::advice(address, targets, waiting)
    }

    fn wait_by_output(&self, address: &str, target: &str) -> Option<String> {
        waiting::by_output(address, target)
    }

    fn wait_for_grant(&self, address: &str, role: &Header) -> Option<(String, String)> {
        let (modules, resource) = split(address);
        let (around, _) = split(role.address.name());
        let is_within = around.starts_with(&modules) && !role.is_shown_at_call();
        let with = match around.get(modules.len()) {
            Some(module) => format!("depends_on = [{}]", without_key(module)),
            None => "depends_on".to_owned(),
        };
        let is_native = role.resource_type == "aws_iam_role";
        (is_within && is_native).then(|| (without_key(resource).to_owned(), with))
    }

    fn each(&self, instance: &str, text: &str) -> String {
        match key(instance) {
            Some((key, expression)) => {
                let each = of_key(text, key, expression);
                let is_new = each.contains("${") && !text.contains("${");
                if is_new { self.interpolated(each) } else { each }
            }
            None => text.to_owned(),
        }
    }

    fn same_instance(&self, address: &str, own: &str) -> Option<String> {
        let (name, key) = address.split_once('[')?;
        let (_, own) = own.split_once('[')?;
        let index = if key.starts_with(['"', '?']) { "each.key" } else { "count.index" };
        (key == own).then(|| format!("{name}[{index}]"))
    }

    fn call(&self) -> &'static str {
        "module call"
    }
}

/// What tells an instance from the others of its block, and what stands for it there.
pub(crate) fn key(instance: &str) -> Option<(&str, &'static str)> {
    let (_, index) = split(instance).1.strip_suffix(']')?.split_once('[')?;
    match index.strip_prefix('"').and_then(|quoted| quoted.strip_suffix('"')) {
        Some(key) => Some((key, "each.key")).filter(|_| !key.contains('\\')),
        None if index.starts_with('?') => Some((index, "each.key")),
        None => Some((index, "count.index")),
    }
}

/// A text with what stands for a key in place of the key: as the index of a reference, and as a word
/// of an ARN.
fn of_key(text: &str, key: &str, expression: &str) -> String {
    let is_quoted = expression == "each.key" && !key.starts_with('?');
    let index = if is_quoted { format!("[\"{key}\"]") } else { format!("[{key}]") };
    let text = text.replace(&index, &format!("[{expression}]"));
    if !text.trim_start_matches('"').starts_with("arn:") || key.is_empty() {
        return text;
    }
    let is_part = |c: char| c.is_alphanumeric();
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(key) {
        let (before, found) = rest.split_at(at);
        let behind = found.strip_prefix(key).unwrap_or_default();
        out.push_str(before);
        let is_word = !out.ends_with(is_part) && !behind.starts_with(is_part);
        let is_text = out.rfind("${").is_none_or(|open| out.rfind('}') > Some(open));
        if is_word && is_text {
            out.push_str(&format!("${{{expression}}}"));
        } else {
            out.push_str(key);
        }
        rest = behind;
    }
    out + rest
}

/// The resource that an instance is one of, and the argument that repeats it.
fn repetition(instance: &str) -> Option<(&str, &'static str)> {
    let behind = instance.strip_suffix(']')?;
    if behind.ends_with('"') {
        return Some((behind.split_once("[\"")?.0, "for_each")).filter(|(name, _)| is_plain(name));
    }
    let (block, index) = behind.rsplit_once('[')?;
    let argument = if index.starts_with('?') { "for_each" } else { "count" };
    is_plain(block).then_some((block, argument))
}

/// Whether no module around is repeated too.
fn is_plain(block: &str) -> bool {
    !block.contains('[') && block.rsplit('.').nth(1).is_some_and(|kind| kind != "module")
}

/// Whether a role is given a name, which no other can have; of a prefix AWS makes a name for each.
fn has_name(role: &Role) -> bool {
    role.name.iter().filter_map(|branch| branch.item.known()).any(|name| {
        let last = name.value.segments().last();
        !matches!(last, Some(Segment::Unknown(Unknown::Computed)))
    })
}

#[cfg(test)]
mod tests {
    use iacscan_core::{Address, Attribute, Branches, Located, Span, Text};

    use super::*;

    #[test]
    fn a_copy_of_a_role_with_a_name_has_another() {
        let mut role = Role::new(Header::new(Address::new("u", "r.r"), "r", Span::NONE));
        let mut prefix = Text::from("app");
        prefix.push(Segment::Unknown(Unknown::Computed));
        for (name, expected) in [(Text::from("app"), true), (prefix, false)] {
            let name = Located::new(name, Span::NONE);
            role.name = Branches::always(Attribute::Known(name));
            let written = Configurations.own_roles(&role, &[], &[]);
            assert_eq!(written.contains("another `name`"), expected, "{written}");
        }
    }

    #[test]
    fn a_block_says_for_each_instance_what_it_says_for_one() {
        let cases = [
            ("r.r[\"a\"]", "q.q[\"a\"].arn", "q.q[each.key].arn"),
            ("r.r[\"a\"]", "${g.g[\"a\"].arn}:*", "${g.g[each.key].arn}:*"),
            ("r.r[\"a\"]", "q.a.arn", "q.a.arn"),
            (
                "r.r[\"a\"]",
                "arn:aws:sqs:*:*:a-${g.a.name}-a",
                "arn:aws:sqs:*:*:${each.key}-${g.a.name}-${each.key}",
            ),
            ("r.r[1]", "arn:aws:sqs:*:*:jobs-1", "\"arn:aws:sqs:*:*:jobs-${count.index}\""),
            ("r.r[1]", "q.q[1].arn", "q.q[count.index].arn"),
            ("r.r[1]", "q.q[\"1\"].arn", "q.q[\"1\"].arn"),
            ("r.r", "q.q[1].arn", "q.q[1].arn"),
            ("r.r[? 1]", "q.q[? 1].arn", "q.q[each.key].arn"),
            ("module.m[1].r.r", "q.q[1].arn", "q.q[1].arn"),
            ("module.m[1].r.r[0]", "q.q[0].arn", "q.q[count.index].arn"),
        ];
        for (instance, text, expected) in cases {
            assert_eq!(Configurations.each(instance, text), expected, "{instance} {text}");
        }
    }

    #[test]
    fn roles_are_repeated_as_their_functions_are() {
        let cases: [(&[&str], &str); 7] = [
            (&["f.a[\"x\"]", "f.a[\"y.z[0]\"]"], "the `for_each` of `f.a`,"),
            (&["module.m.f.a[0]", "module.m.f.a[1]"], "the `count` of `module.m.f.a`,"),
            (&["f.a[? 1]", "f.a[? 2]"], "the `for_each` of `f.a`,"),
            (&["f.a[0]", "f.b[0]"], "for all but one, copy `r.r`"),
            (&["f.a", "f.b"], "for all but one, copy `r.r`"),
            (&["module.m[\"x\"].f.a", "module.m[\"y\"].f.a"], "for all but one, copy `r.r`"),
            (&["module.m[0].f.a[0]", "module.m[0].f.a[1]"], "for all but one, copy `r.r`"),
        ];
        for (functions, expected) in cases {
            let headers: Vec<Header> = functions
                .iter()
                .map(|name| Header::new(Address::new("u", *name), "f", Span::NONE))
                .collect();
            let role = Header::new(Address::new("u", "r.r"), "r", Span::NONE);
            let functions_of = headers.iter().collect::<Vec<_>>();
            let written = Configurations.own_roles(&Role::new(role), &functions_of, &[]);
            assert!(written.contains(expected), "{functions:?} {written}");
        }
    }

    #[test]
    fn what_is_beside_its_role_waits_for_what_that_is_given() {
        for (address, role, kind, expected) in [
            ("aws_l.f", "aws_iam_role.r", "aws_iam_role", Some("aws_l.f")),
            (
                "module.m[0].aws_l.f[1]",
                "module.m[0].aws_iam_role.r",
                "aws_iam_role",
                Some("aws_l.f"),
            ),
            ("module.m.aws_l.f", "aws_iam_role.r", "aws_iam_role", None),
            ("aws_l.f", "module.r[0].aws_iam_role.r", "aws_iam_role", Some("aws_l.f")),
            ("aws_l.f", "awscc_iam_role.r", "awscc_iam_role", None),
        ] {
            let address_of = Address::new("u", role);
            let role = Header::new(address_of, kind, Span::NONE);
            let written = Configurations.wait_for_grant(address, &role);
            let name = written.map(|(name, _)| name);
            assert_eq!(name.as_deref(), expected, "{address}");
        }
    }
}
