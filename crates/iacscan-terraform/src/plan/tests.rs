//! Plan files.

use iacscan_core::{Attribute, Files as _, LineIndex, MemoryFiles, Span};
use iacscan_graph::Unit;

use crate::{Options, lower};

const PLAN: &str = r#"{
  "format_version": "1.2",
  "planned_values": {"root_module": {
    "resources": [
      {"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r",
       "values": {"name": "worker", "assume_role_policy": "{\"Statement\":[]}", "managed_policy_arns": null}},
      {"address": "aws_iam_role_policy_attachment.a", "mode": "managed",
       "type": "aws_iam_role_policy_attachment", "name": "a",
       "values": {"role": "worker", "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}}
    ],
    "child_modules": [{"address": "module.m[\"x\"]", "resources": [
      {"address": "module.m[\"x\"].aws_lambda_function.f[0]", "mode": "managed",
       "type": "aws_lambda_function", "name": "f", "index": 0,
       "values": {"function_name": "f", "vpc_config": [{"subnet_ids": ["s"], "security_group_ids": ["g"]}]}}
    ]}]
  }},
  "resource_changes": [{"anything": [1, 2, {"deep": true}]}],
  "configuration": {"root_module": {
    "resources": [
      {"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r",
       "expressions": {"name": {"constant_value": "worker"}}}
    ],
    "module_calls": {"m": {
      "source": "./m",
      "expressions": {"role": {"references": ["aws_iam_role.r.arn", "aws_iam_role.r"]}},
      "module": {"resources": [
        {"address": "aws_lambda_function.f", "mode": "managed", "type": "aws_lambda_function", "name": "f",
         "expressions": {"function_name": {"constant_value": "f"}, "role": {"references": ["var.role"]},
                         "vpc_config": [{"subnet_ids": {"constant_value": ["s"]}}]}}
      ]}
    }}
  }}
}"#;

fn unit(files: &MemoryFiles) -> Unit {
    let lowered = lower(&[], &["infra/plan.json".to_owned()], files, &Options::default());
    assert_eq!(lowered.unreadable, []);
    lowered.units.into_iter().next().unwrap()
}

#[test]
fn references_come_from_the_configuration_and_values_from_the_plan() {
    let files = MemoryFiles::new().with("infra/plan.json", PLAN);
    let unit = unit(&files);
    let function = unit.functions.first().unwrap();
    assert_eq!(function.header.address.name(), "module.m[\"x\"].aws_lambda_function.f[0]");
    let role = function.role.iter().next().unwrap().item.known().unwrap();
    assert_eq!(role.value.to_string(), "${aws_iam_role.r.arn}");
    assert!(function.vpc.iter().next().unwrap().item.known().is_some());
    assert_eq!(unit.roles.len(), 1);
    assert_eq!(unit.roles[0].managed.items, []);
    assert_eq!(unit.attachments.len(), 1);
    let text = files.sources().get(function.header.span.source);
    assert_eq!(text.path, "infra/plan.json");
}

#[test]
fn without_configuration_beside_it_places_are_in_the_plan() {
    let files = MemoryFiles::new().with("infra/plan.json", PLAN);
    let unit = unit(&files);
    // Places of the first text like this behind another one.
    let check = |span: Span, behind: &str, text: &str| {
        let source = files.sources().get(span.source);
        assert_eq!(source.slice(span.range()), text);
        let start = PLAN.find(behind).unwrap();
        let at = u32::try_from(start + PLAN.get(start..).unwrap().find(text).unwrap()).unwrap();
        let expected = LineIndex::new(PLAN).line_column(PLAN, at);
        assert_eq!(source.lines().line_column(&source.text, span.start), expected, "{text}");
    };
    let function = unit.functions.first().unwrap();
    let module = "child_modules";
    check(function.header.span, module, r#""module.m[\"x\"].aws_lambda_function.f[0]""#);
    check(function.vpc.iter().next().unwrap().item.span().unwrap(), module, "\"vpc_config\"");
    let role = function.role.iter().next().unwrap().item.span().unwrap();
    check(role, "module_calls\": {\"m", r#"{"references": ["var.role"]}"#);
    let managed = &unit.attachments.first().unwrap().managed.items.first().unwrap().item;
    check(managed.span, "policy_arn", "\"arn:aws:iam::aws:policy/AdministratorAccess\"");
}

#[test]
fn findings_lie_in_the_configuration_beside_the_plan() {
    let files = MemoryFiles::new()
        .with("infra/plan.json", PLAN)
        .with("infra/main.tf", "module \"m\" {\n  source = \"./m\"\n}\nresource \"aws_iam_role\" \"r\" {\n  name = \"worker\"\n}\n")
        .with("infra/m/f.tf", "resource \"aws_lambda_function\" \"f\" {\n  vpc_config {\n  }\n}\n");
    let unit = unit(&files);
    let text = |span: Span| files.sources().slice(span);
    assert_eq!(text(unit.functions[0].header.span), "resource \"aws_lambda_function\" \"f\"");
    assert_eq!(text(unit.roles[0].header.span), "resource \"aws_iam_role\" \"r\"");
    let vpc = unit.functions[0].vpc.iter().next().unwrap().item.span().unwrap();
    assert_eq!(text(vpc), "vpc_config");
}

#[test]
fn what_is_no_plan_is_said_and_nothing_else_stops() {
    for (text, reason) in [
        (
            PLAN.get(..PLAN.len() / 2).unwrap(),
            "it is no Terraform plan: it ends too early, at line 14",
        ),
        ("{\"planned_values\": {}}", "it has no `format_version`"),
        ("{\"format_version\": \"1.0\", \"values\": {}}", "it is the state of"),
        ("{\"format_version\": \"1.0\", \"planned_values\": {}}", "it has no `configuration`"),
        ("[1, 2]", "it is no Terraform plan: an object is missing there, at line 1"),
    ] {
        let files = MemoryFiles::new().with("p.json", text).with("a/main.tf", "locals {}\n");
        let lowered = lower(&["a".to_owned()], &["p.json".to_owned()], &files, &Options::default());
        assert_eq!(lowered.units.len(), 1);
        assert!(lowered.unreadable[0].reason.contains(reason), "{:?}", lowered.unreadable);
    }
}

/// A plan of a function whose role is not known and refers to these, and of two roles that are.
fn referring(kind: &str, argument: &str, references: &str, keys: [&str; 2]) -> MemoryFiles {
    let planned = |kind: &str, name: &str, key: &str| {
        let address =
            serde_json::to_string(&format!("module.m[\"x.y\"].{kind}.{name}{key}")).unwrap();
        format!(
            r#"{{"address": {address}, "mode": "managed", "type": "{kind}", "name": "{name}",
                "values": {{"null": null}}}}"#
        )
    };
    let resources = [
        planned(kind, "f", keys[0]),
        planned("aws_iam_role", "r", keys[0]),
        planned("aws_iam_role", "r", keys[1]),
    ];
    let plan = format!(
        r#"{{"format_version": "1.2", "planned_values": {{"root_module": {{"child_modules": [
          {{"address": "module.m[\"x.y\"]", "resources": [{}]}}]}}}},
        "configuration": {{"root_module": {{"module_calls": {{"m": {{
          "expressions": {{"role": {{"references": ["aws_iam_role.top.arn", "aws_iam_role.top"]}},
                           "two": {{"references": ["aws_iam_role.top.arn", "var.other"]}}}},
          "module": {{"resources": [{{"address": "{kind}.f", "mode": "managed", "type": "{kind}",
            "name": "f", "expressions": {{"{argument}": {{"references": {references}}},
                                          "null": {{"references": ["aws_iam_role.r[0].arn"]}}}}
          }}]}}}}}}}}}}}}"#,
        resources.join(",")
    );
    MemoryFiles::new().with("infra/plan.json", plan)
}

#[test]
fn a_reference_is_followed_where_the_value_can_be_nothing_else() {
    let keyed = [r#"["a.b"]"#, r#"["c[0]"]"#];
    let linked = r#"${module.m["x.y"].aws_iam_role.r["a.b"].arn}"#;
    let other = r#"${module.m["x.y"].aws_iam_role.r["c[0]"].arn}"#;
    for (references, keys, expected) in [
        (
            r#"["aws_iam_role.r[\"c[0]\"].arn", "aws_iam_role.r[\"c[0]\"]", "aws_iam_role.r"]"#,
            keyed,
            Some(other),
        ),
        (r#"["aws_iam_role.r", "each.key"]"#, keyed, Some(linked)),
        // One of two by a splat or a function, nobody knows which.
        (r#"["aws_iam_role.r"]"#, keyed, None),
        // The name with something around it.
        (
            r#"["aws_iam_role.r[\"a.b\"].name", "aws_iam_role.r[\"a.b\"]", "aws_iam_role.r"]"#,
            keyed,
            None,
        ),
        (r#"["var.role"]"#, keyed, None),
        (r#"["var.two"]"#, keyed, None),
        (r#"["var.role.arn", "var.role"]"#, keyed, None),
        (r#"["local.role"]"#, keyed, None),
        (
            r#"["aws_iam_role.r"]"#,
            ["[0]", "[0]"],
            Some(r#"${module.m["x.y"].aws_iam_role.r[0].arn}"#),
        ),
    ] {
        let files = referring("aws_lambda_function", "role", references, keys);
        let unit = unit(&files);
        let role = &unit.functions.first().unwrap().role;
        let known = role.iter().next().unwrap().item.known().map(|text| text.value.to_string());
        assert_eq!(known.as_deref(), expected, "{references}");
    }
    // Where a name is taken, an ARN has something around it.
    let arn = r#"["aws_iam_role.r[\"a.b\"].arn", "aws_iam_role.r[\"a.b\"]", "aws_iam_role.r"]"#;
    let unit = unit(&referring("aws_iam_role_policy_attachment", "role", arn, keyed));
    assert_eq!(unit.attachments.first().unwrap().roles.items, []);
    assert_ne!(unit.attachments.first().unwrap().roles.gaps, []);
}

#[test]
fn what_a_plan_leaves_out_is_unknown_or_absent_as_its_configuration_says() {
    let plan = |expressions: &str| {
        let files = MemoryFiles::new().with(
            "infra/plan.json",
            format!(
                r#"{{"format_version": "1.2", "planned_values": {{"root_module": {{"resources": [
              {{"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r",
               "values": {{"permissions_boundary": null, "managed_policy_arns": ["arn:a", null],
                           "inline_policy": [{{"name": "p", "policy": "{{}}"}}]}}}}]}}}},
              "configuration": {{"root_module": {{"resources": [
              {{"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r"
               {expressions}}}]}}}}}}"#
            ),
        );
        let unit = unit(&files);
        let role = unit.roles.into_iter().next().unwrap();
        let boundary = role.boundary.iter().map(|branch| match branch.item {
            Attribute::Absent => "absent",
            Attribute::Known(_) => "known",
            Attribute::Unknown(..) => "unknown",
        });
        let boundary: Vec<&str> = boundary.collect();
        let inline = role.inline.items.len();
        (boundary, role.managed.items.len(), role.managed.gaps.len(), inline)
    };
    // `null` is known; what others attach is theirs; an unknown item is `null`.
    assert_eq!(
        plan(r#", "expressions": {"permissions_boundary": {"references": ["var.boundary"]}}"#),
        (vec!["absent"], 0, 0, 0)
    );
    assert_eq!(
        plan(
            r#", "expressions": {"managed_policy_arns": {"references": ["aws_iam_policy.p.arn"]}}"#
        ),
        (vec!["absent"], 1, 1, 0)
    );
    // Nothing is known of how it is configured.
    assert_eq!(plan(""), (vec!["unknown"], 0, 1, 0));
}
