//! Plan files.

use iacscan_core::{Files as _, MemoryFiles, Span};
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
        (PLAN.get(..PLAN.len() / 2).unwrap(), "it is no Terraform plan: EOF"),
        ("{\"planned_values\": {}}", "it has no `format_version`"),
        ("[1, 2]", "it is no Terraform plan: invalid type"),
    ] {
        let files = MemoryFiles::new().with("p.json", text).with("a/main.tf", "locals {}\n");
        let lowered = lower(&["a".to_owned()], &["p.json".to_owned()], &files, &Options::default());
        assert_eq!(lowered.units.len(), 1);
        assert!(lowered.unreadable[0].reason.contains(reason), "{:?}", lowered.unreadable);
    }
}
