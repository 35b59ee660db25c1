//! How Terraform writes references.

use iacscan_core::{Notation, Pseudo, ResourceAttribute, Segment, Snippet, Text, Unknown};
use iacscan_graph::instances::{split, without_key};
use iacscan_graph::nodes::{Header, Role, Waiting};
use iacscan_graph::{
    Account, Code, Language, Named, Spelled, Taken, json_condition, json_principal, json_texts,
    json_trusting,
};

use crate::eval::{attribute_name, name_argument};
use crate::{named, snippets, waiting};

/// The language of configurations.
#[derive(Debug)]
pub(crate) struct Configurations;

/// The attributes that a reference is written with, those of few types first.
const ATTRIBUTES: [&str; 9] = [
    "topic_arn",
    "policy_arn",
    "layer_version_arn",
    "consumer_arn",
    "alias_arn",
    "function_arn",
    "stream_arn",
    "arn",
    "url",
];

impl Language for Configurations {
    fn attribute(
        &self,
        name: &str,
        resource_type: &str,
        attribute: &ResourceAttribute,
    ) -> Option<String> {
        let written = ATTRIBUTES.into_iter().chain([name_argument(resource_type)]);
        let mut meant = written.filter(|it| attribute_name(resource_type, it) == *attribute);
        Some(format!("{name}.{}", meant.next()?))
    }

    fn named(&self, name: &str, resource_type: &str) -> Option<(&'static str, Named)> {
        let (kind, attribute, behind) = named::of(resource_type)?;
        Some((kind, Named::Arn(format!("{name}.{attribute}"), behind)))
    }

    fn pseudo(&self, pseudo: Pseudo) -> Option<Spelled> {
        // The others take data sources, which may not be there.
        (pseudo == Pseudo::Partition).then_some(Spelled::Literally("aws"))
    }

    fn source(&self, name: &str, resource_type: &str) -> Option<String> {
        match resource_type {
            _ if self.is_api(resource_type) => {
                Some(self.interpolated(format!("${{{name}.execution_arn}}/*/*")))
            }
            // The bucket must wait for the permission.
            "awscc_apigateway_rest_api" | "awscc_apigatewayv2_api" | "awscc_s3_bucket" => None,
            "aws_cloudwatch_log_group" => Some(self.interpolated(format!("${{{name}.arn}}:*"))),
            _ => self.attribute(name, resource_type, &ResourceAttribute::Arn),
        }
    }

    fn is_api(&self, resource_type: &str) -> bool {
        matches!(resource_type, "aws_api_gateway_rest_api" | "aws_apigatewayv2_api")
    }

    fn may_generate_role_name(&self, _: &str, resource_type: &str, generated: &str) -> bool {
        // `awscc` leaves the name to the service.
        resource_type != "aws_iam_role"
            || generated.strip_prefix("terraform-").is_some_and(|unique| {
                unique.len() >= 26 && unique.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
    }

    fn may_generate_function_name(&self, _: &Text) -> bool {
        // `aws` requires one, `awscc` leaves it to the service.
        true
    }

    fn generated_function_name(&self, _: &str) -> Option<Text> {
        None
    }

    fn account(&self, declared: Option<&str>, taken: &[&str]) -> Account {
        if let Some(declared) = declared {
            return Account { expression: format!("{declared}.account_id"), declare: None };
        }
        let name = |name: &str| format!("data.aws_caller_identity.{name}");
        let is_free = |free: &&str| !taken.contains(&name(free).as_str());
        let free = ["current", "this"].into_iter().find(is_free).unwrap_or("here");
        Account {
            expression: format!("{}.account_id", name(free)),
            declare: Some(format!("data \"aws_caller_identity\" \"{free}\" {{}}")),
        }
    }

    fn entry(&self, key: &str, text: &str) -> String {
        format!("{key} = \"{text}\"")
    }

    fn condition(&self, notation: Notation, operator: &str, key: &str, values: &[&str]) -> String {
        match notation {
            Notation::Own => {
                let values = json_texts(values);
                format!("`Condition = {{ {operator} = {{ \"{key}\" = {values} }} }}`")
            }
            Notation::Text => json_condition(operator, key, values),
            Notation::Block => format!(
                "a `condition` block with `test = \"{operator}\"`, `variable = \"{key}\"` and \
                 `values = {values:?}`"
            ),
        }
    }

    fn denying(&self, notation: Notation) -> &'static str {
        match notation {
            Notation::Own => "`Effect = \"Deny\"`",
            Notation::Text => "`\"Effect\": \"Deny\"`",
            Notation::Block => "`effect = \"Deny\"`",
        }
    }

    fn principal(&self, notation: Notation, services: &[&str]) -> String {
        match notation {
            Notation::Own => format!("`Principal = {{ Service = {} }}`", json_texts(services)),
            Notation::Text => json_principal(services),
            Notation::Block => principals_block(services),
        }
    }

    fn trusting(&self, notation: Notation, services: &[&str]) -> String {
        match notation {
            Notation::Own => format!(
                "`{{ Effect = \"Allow\", Principal = {{ Service = {} }}, Action = \
                 \"sts:AssumeRole\" }}`",
                json_texts(services)
            ),
            Notation::Text => json_trusting(services),
            Notation::Block => format!(
                "a `statement` block with `actions = [\"sts:AssumeRole\"]` and {}",
                principals_block(services)
            ),
        }
    }

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

    fn wait_for_grant(&self, address: &str, role: &Header) -> Option<String> {
        let (modules, resource) = split(address);
        let (around, _) = split(role.address.name());
        let name = without_key(resource);
        let is_within = around.starts_with(&modules) && !role.is_shown_at_call();
        let with = match around.get(modules.len()) {
            Some(module) => format!("depends_on = [{}]", without_key(module)),
            None => "depends_on".to_owned(),
        };
        (is_within && role.resource_type == "aws_iam_role").then(|| {
            format!(
                "Let `{name}` wait for it with `{with}`: Lambda checks the permission when it makes \
                 `{name}`."
            )
        })
    }

    fn alone(&self, expression: &str) -> String {
        expression.to_owned()
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

    fn interpolated(&self, text: String) -> String {
        format!("\"{text}\"")
    }
}

/// Whether a role is given a name, which no other can have; of a prefix AWS makes a name for each.
fn has_name(role: &Role) -> bool {
    role.name.iter().filter_map(|branch| branch.item.known()).any(|name| {
        let last = name.value.segments().last();
        !matches!(last, Some(Segment::Unknown(Unknown::Computed)))
    })
}

/// What cannot have both.
const COUNTED: &str = " Where one has a `count`, it goes, and its condition into the `for_each`: \
                       `CONDITION ? ... : {}`.";

/// What copies would take from each other.
const EXCLUSIVE: &str = " Attach with `aws_iam_role_policy_attachment`: two \
                         `aws_iam_policy_attachment` of one policy detach each other's roles.";

/// How what attaches a policy begins.
const ATTACHMENT: &str = "add an `aws_iam_role_policy_attachment` with ";

fn principals_block(services: &[&str]) -> String {
    format!("a `principals` block with `type = \"Service\"` and `identifiers = {services:?}`")
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

#[cfg(test)]
mod tests {
    use iacscan_core::{Address, Attribute, Branches, Located, Span};

    use super::*;

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
    fn attributes_have_expressions() {
        use ResourceAttribute::{Arn, Name, StreamArn};
        let cases = [
            ("aws_sqs_queue", Arn, "x.arn"),
            ("awscc_sns_topic", Arn, "x.topic_arn"),
            ("awscc_iam_managed_policy", Arn, "x.policy_arn"),
            ("awscc_kinesis_stream_consumer", Arn, "x.consumer_arn"),
            ("awscc_lambda_alias", Arn, "x.alias_arn"),
            ("aws_dynamodb_table", StreamArn, "x.stream_arn"),
            ("aws_lambda_function", Name, "x.function_name"),
            ("aws_lambda_layer_version", Name, "x.layer_name"),
            ("aws_msk_cluster", Name, "x.cluster_name"),
            ("aws_s3_bucket", Name, "x.bucket"),
        ];
        for (kind, attribute, expected) in cases {
            let written = Configurations.attribute("x", kind, &attribute);
            assert_eq!(written.as_deref(), Some(expected), "{kind} {attribute:?}");
        }
    }

    #[test]
    fn names_of_roles_are_generated() {
        let cases = [
            ("aws_iam_role", "terraform-20240102030405060700000001", true),
            ("aws_iam_role", "terraform-20240102030405060700000abc", true),
            ("aws_iam_role", "terraform-deployer", false),
            ("aws_iam_role", "deployer", false),
            ("awscc_iam_role", "deployer", true),
        ];
        for (kind, generated, expected) in cases {
            let may = Configurations.may_generate_role_name("x", kind, generated);
            assert_eq!(may, expected, "{kind} {generated}");
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
    fn conditions_are_written_as_their_statement_is() {
        for (notation, expected) in [
            (Notation::Own, r#"`Condition = { StringEquals = { "a:b" = ["c", "d"] } }`"#),
            (Notation::Text, r#"`"Condition": {"StringEquals": {"a:b": ["c", "d"]}}`"#),
            (
                Notation::Block,
                r#"a `condition` block with `test = "StringEquals"`, `variable = "a:b"` and `values = ["c", "d"]`"#,
            ),
        ] {
            let written = Configurations.condition(notation, "StringEquals", "a:b", &["c", "d"]);
            assert_eq!(written, expected);
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
            let name = written.as_deref().and_then(|it| it.split('`').nth(1));
            assert_eq!(name, expected, "{address}");
        }
    }

    #[test]
    fn trust_is_written_as_its_statement_is() {
        let block = r#"a `principals` block with `type = "Service"` and `identifiers = ["s"]`"#;
        for (notation, principal, trusting) in [
            (
                Notation::Own,
                r#"`Principal = { Service = "s" }`"#,
                r#"`{ Effect = "Allow", Principal = { Service = "s" }, Action = "sts:AssumeRole" }`"#
                    .to_owned(),
            ),
            (
                Notation::Text,
                r#"`"Principal": {"Service": "s"}`"#,
                r#"`{"Effect": "Allow", "Principal": {"Service": "s"}, "Action": "sts:AssumeRole"}`"#
                    .to_owned(),
            ),
            (
                Notation::Block,
                block,
                format!("a `statement` block with `actions = [\"sts:AssumeRole\"]` and {block}"),
            ),
        ] {
            assert_eq!(Configurations.principal(notation, &["s"]), principal);
            assert_eq!(Configurations.trusting(notation, &["s"]), trusting);
        }
    }

    #[test]
    fn sources_have_expressions() {
        let cases = [
            ("aws_api_gateway_rest_api", Some("\"${x.execution_arn}/*/*\"")),
            ("aws_apigatewayv2_api", Some("\"${x.execution_arn}/*/*\"")),
            ("awscc_apigatewayv2_api", None),
            ("aws_cloudwatch_log_group", Some("\"${x.arn}:*\"")),
            ("awscc_logs_log_group", Some("x.arn")),
            ("aws_s3_bucket", Some("x.arn")),
            ("awscc_s3_bucket", None),
            ("aws_sns_topic", Some("x.arn")),
            ("awscc_sns_topic", Some("x.topic_arn")),
            ("aws_cloudwatch_event_rule", Some("x.arn")),
            ("aws_cognito_user_pool", Some("x.arn")),
            ("aws_iot_topic_rule", Some("x.arn")),
            ("aws_iot_provisioning_template", Some("x.arn")),
        ];
        for (kind, expected) in cases {
            assert_eq!(Configurations.source("x", kind).as_deref(), expected, "{kind}");
        }
    }
}
