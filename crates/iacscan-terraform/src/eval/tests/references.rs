//! References stay references; unknown parts stay local; undecided predicates become alternatives.

use super::*;

/// Evaluates expressions in a root module and compares them as shown.
fn check(files: &[(&str, &str)], cases: &[(&str, &str)]) {
    let root = Root::new(files);
    for (expression, expected) in cases {
        assert_eq!(root.eval(expression), *expected, "{expression}");
    }
}

const ROLE: &str = r#"
resource "aws_iam_role" "r" {
  name = "worker"
}
resource "aws_iam_role" "counted" {
  count = 2
}
resource "aws_iam_role" "each" {
  for_each = toset(["a", "b"])
  name     = "role-${each.key}"
}
resource "aws_s3_bucket" "b" {}
resource "aws_sqs_queue" "q" {}
resource "aws_kinesis_stream" "s" {}
resource "aws_kinesis_stream_consumer" "c" {}
variable "create" {
  type = bool
}
variable "stage" {
  type = string
}
variable "tags" {
  type = map(string)
}
variable "anything" {}
resource "aws_iam_role" "maybe" {
  count = var.create ? 1 : 0
}
resource "aws_iam_role" "many" {
  count = var.anything
}
locals {
  arn  = aws_iam_role.r.arn
  pair = { first = local.arn, second = aws_s3_bucket.b.arn }
  all  = concat(aws_iam_role.counted[*].arn, values(aws_iam_role.each)[*].arn)
}
"#;

#[test]
fn references_stay_references() {
    check(
        &[("main.tf", ROLE)],
        &[
            ("aws_iam_role.r.arn", "\"${aws_iam_role.r.arn}\""),
            ("local.pair.first", "\"${aws_iam_role.r.arn}\""),
            ("aws_iam_role.r.id", "\"${aws_iam_role.r}\""),
            ("\"${aws_s3_bucket.b.arn}/*\"", "\"${aws_s3_bucket.b.arn}/*\""),
            ("one(aws_iam_role.r[*].arn)", "\"${aws_iam_role.r.arn}\""),
            ("aws_iam_role.counted[1].arn", "\"${aws_iam_role.counted[1].arn}\""),
            ("aws_iam_role.counted.1.arn", "\"${aws_iam_role.counted[1].arn}\""),
            ("element(aws_iam_role.counted.*.arn, 3)", "\"${aws_iam_role.counted[1].arn}\""),
            ("aws_iam_role.each[\"b\"].arn", "\"${aws_iam_role.each[\"b\"].arn}\""),
            ("length(local.all)", "4"),
            (
                "{ for k, r in aws_iam_role.each : k => r.name }[\"a\"]",
                "\"${aws_iam_role.each[\"a\"]}\"",
            ),
            ("try(aws_iam_role.counted[7].arn, local.arn)", "\"${aws_iam_role.r.arn}\""),
            ("coalesce(null, \"\", aws_iam_role.r.arn)", "\"${aws_iam_role.r.arn}\""),
            ("aws_iam_role.r.name == \"worker\"", "true"),
            ("upper(aws_iam_role.r.name)", "\"WORKER\""),
            ("aws_iam_role.r.arn != null", "true"),
            ("aws_iam_role.r.arn == \"\"", "false"),
            ("length(regexall(\".*:sqs:.*\", aws_sqs_queue.q.arn)) > 0", "true"),
            ("length(regexall(\".*:kinesis:.*/consumer/.*\", aws_sqs_queue.q.arn)) > 0", "false"),
            (
                "length(regexall(\":kinesis:.*/consumer/.*\", aws_kinesis_stream.s.arn)) > 0",
                "false",
            ),
            (
                "length(regexall(\":kinesis:.*/consumer/.*\", aws_kinesis_stream_consumer.c.arn)) > 0",
                "true",
            ),
            ("aws_iam_role.r", "<aws_iam_role.r>"),
            ("resource.aws_iam_role.r.arn", "\"${aws_iam_role.r.arn}\""),
            ("[for resource in [{ a = { b = \"x\" } }] : resource.a.b][0]", "\"x\""),
            ("replace(\"x-NAME\", \"NAME\", aws_s3_bucket.b.arn)", "\"x-${aws_s3_bucket.b.arn}\""),
        ],
    );
}

#[test]
fn what_no_arn_holds_is_looked_for_around_it() {
    let resources = r#"
resource "aws_cloudwatch_log_group" "g" {}
resource "aws_cloudwatch_metric_alarm" "a" {}
variable "anything" {}
locals {
  arn = aws_cloudwatch_log_group.g.arn
  all = "${local.arn}:*"
}
"#;
    let (arn, all) =
        ("\"${aws_cloudwatch_log_group.g.arn}\"", "\"${aws_cloudwatch_log_group.g.arn}:*\"");
    check(
        &[("main.tf", resources)],
        &[
            ("replace(local.all, \":*:*\", \":*\")", all),
            ("replace(\"${local.all}:*\", \":*:*\", \":*\")", all),
            ("replace(local.arn, \":*\", \"\")", arn),
            ("replace(local.all, \":*\", \"\")", arn),
            ("trimsuffix(local.arn, \":*\")", arn),
            ("trimsuffix(local.all, \":*\")", arn),
            ("trimsuffix(local.all, \"-\")", all),
            ("trimsuffix(local.all, \"*:*\")", all),
            // The end of the ARN may be that of what is looked for.
            ("replace(local.all, \"g:*\", \"\")", "?Computed"),
            ("trimsuffix(local.all, \"g:*\")", "?Computed"),
            ("replace(\"*${local.arn}*\", \"*g*\", \"\")", "?Computed"),
            ("replace(local.all, \":\", \"\")", "?Computed"),
            ("replace(local.all, \"/:[*]/\", \"\")", "?Computed"),
            ("replace(aws_cloudwatch_metric_alarm.a.arn, \"*\", \"\")", "?Computed"),
            ("replace(\"${var.anything}:*\", \":*:*\", \"\")", "?Input"),
        ],
    );
}

#[test]
fn the_name_is_cut_out_of_the_arn_of_a_role() {
    let roles = r#"
data "aws_partition" "here" {}
resource "aws_cloudwatch_log_group" "g" {}
resource "aws_iam_role" "r" {
  name = "worker"
}
resource "aws_iam_role" "generated" {
  path = "/team/app/"
}
resource "aws_iam_role" "elsewhere" {
  path = data.aws_partition.here.id
}
locals {
  arn = aws_iam_role.generated.arn
}
"#;
    let generated = "\"${aws_iam_role.generated}\"";
    check(
        &[("main.tf", roles)],
        &[
            ("basename(aws_iam_role.r.arn)", "\"${aws_iam_role.r}\""),
            ("split(\"/\", aws_iam_role.r.arn)[1]", "\"${aws_iam_role.r}\""),
            ("basename(local.arn)", generated),
            ("split(\"/\", local.arn)[3]", generated),
            ("element(split(\"/\", local.arn), 3)", generated),
            ("reverse(split(\"/\", local.arn))[0]", generated),
            ("element(split(\"/\", local.arn), length(split(\"/\", local.arn)) - 1)", generated),
            ("split(\":\", local.arn)[2]", "\"iam\""),
            ("split(\"/\", local.arn)[0]", "\"arn:${partition}:iam::${account}:role\""),
            ("split(\":\", local.arn)[4]", "\"${account}\""),
            // What hangs on letters of the name or on where it is deployed is not known.
            ("split(\"role/\", local.arn)[1]", "?Computed"),
            ("split(\"-\", local.arn)[0]", "?Computed"),
            ("split(\"/\", aws_cloudwatch_log_group.g.name)[0]", "?Computed"),
            ("regex(\"[^/]+$\", local.arn)", "?Computed"),
            ("basename(aws_iam_role.elsewhere.arn)", "?Computed"),
        ],
    );
}

#[test]
fn what_is_not_known_is_alternatives_or_unknown() {
    check(
        &[("main.tf", ROLE)],
        &[
            ("var.create", "(true if `var.create` is true | false if `var.create` is false)"),
            (
                "var.create ? \"a\" : \"b\"",
                "(\"a\" if `var.create` is true | \"b\" if `var.create` is false)",
            ),
            ("var.create ? \"a\" : \"a\"", "\"a\""),
            ("var.create || true", "true"),
            (
                "var.create && var.create == true",
                "(true if `var.create` is true | false if `var.create` is false)",
            ),
            (
                "var.stage == \"prod\" ? 1 : 2",
                "(1 if `var.stage == \"prod\"` is true | 2 if `var.stage == \"prod\"` is false)",
            ),
            // One and the same input: the third alternative is not possible.
            (
                "var.stage == \"prod\" ? 1 : var.stage == \"prod\" ? 2 : 3",
                "(1 if `var.stage == \"prod\"` is true | 3 if `var.stage == \"prod\"` is false)",
            ),
            ("aws_iam_role.maybe[0].arn", "\"${aws_iam_role.maybe[0].arn}\""),
            (
                "try(aws_iam_role.maybe[0].arn, \"x\")",
                "(\"${aws_iam_role.maybe[0].arn}\" if `var.create` is true | \"x\" if `var.create` is false)",
            ),
            ("aws_iam_role.many[0].arn", "\"${aws_iam_role.many.arn}\""),
            ("aws_iam_role.many[*].arn", "[\"${aws_iam_role.many.arn}\", ..Input]"),
            ("\"${var.stage}-x\"", "\"${?}-x\""),
            ("merge(var.tags, { a = 1 })", "{a = 1, ..Input}"),
            ("merge({ a = 1 }, var.tags)", "{a = ?Input, ..Input}"),
            ("lookup(var.tags, \"a\", \"b\")", "?Input"),
            ("concat([\"a\"], var.anything)", "[\"a\", ..Input]"),
            ("[for x in [\"a\", var.anything] : \"p-${x}\"]", "[\"p-a\", \"p-${?}\"]"),
            ("join(\",\", [\"a\", var.stage])", "\"a,${?}\""),
            ("format(\"%s/%s\", \"a\", var.stage)", "\"a/${?}\""),
            (
                "[for x in [1, 2] : x if var.create]",
                "([1, 2] if `var.create` is true | [] if `var.create` is false)",
            ),
            (
                "flatten([[\"a\"], var.create ? [\"b\"] : []])",
                "([\"a\", \"b\"] if `var.create` is true | [\"a\"] if `var.create` is false)",
            ),
            (
                "jsonencode({ Statement = [{ Action = \"s3:*\", Resource = var.stage }] })",
                "json {Statement = [{Action = \"s3:*\", Resource = \"${?}\"}]}",
            ),
            (
                "jsondecode(\"{\\\"a\\\": \\\"${aws_s3_bucket.b.arn}/*\\\", \\\"b\\\": 1}\")",
                "{a = \"${aws_s3_bucket.b.arn}/*\", b = 1}",
            ),
        ],
    );
}

#[test]
fn modules_pass_references_in_and_out() {
    check(
        &[
            (
                "main.tf",
                r#"
resource "aws_iam_role" "r" {}
module "a" {
  source   = "./m"
  for_each = { x = true, y = false }
  role     = aws_iam_role.r.arn
  create   = each.value
}
module "b" {
  source = "./m"
  role   = "literal"
}
module "loop" {
  source = "./loop"
}
"#,
            ),
            (
                "m/main.tf",
                r#"
variable "role" { type = string }
variable "create" {
  type    = bool
  default = true
}
resource "aws_lambda_function" "f" {
  count = var.create ? 1 : 0
  role  = var.role
}
output "arn" { value = one(aws_lambda_function.f[*].arn) }
output "role" { value = var.role }
"#,
            ),
            (
                "loop/main.tf",
                "module \"again\" {\n  source = \"../loop\"\n}\noutput \"x\" { value = module.again.x }\n",
            ),
        ],
        &[
            ("module.a[\"x\"].role", "\"${aws_iam_role.r.arn}\""),
            ("module.a[\"x\"].arn", "\"${module.a[\"x\"].aws_lambda_function.f[0].arn}\""),
            ("module.a[\"y\"].arn", "null"),
            ("[for m in module.a : m.role][1]", "\"${aws_iam_role.r.arn}\""),
            ("values(module.a)[*].role", "[\"${aws_iam_role.r.arn}\", \"${aws_iam_role.r.arn}\"]"),
            ("module.b.role", "\"literal\""),
            ("module.loop.x", "?Cycle"),
        ],
    );
}

#[test]
fn cycles_and_growth_end() {
    let growth: String = (0..60)
        .map(|n| {
            let next = n + 1;
            format!("  s{next} = \"${{local.s{n}}}${{local.s{n}}}\"\n  l{next} = [local.l{n}, local.l{n}]\n")
        })
        .collect();
    let chain: String = (0..10_000).map(|n| format!("  c{n} = local.c{}\n", n + 1)).collect();
    let text = format!(
        "locals {{\n  a = local.b\n  b = local.a\n  s0 = \"xxxx\"\n  l0 = \"x\"\n{growth}{chain}  c10000 = 1\n}}\n\
         resource \"aws_iam_role\" \"r\" {{\n  count = 1000000000\n}}\n"
    );
    let root = Root::new(&[("main.tf", &text)]);
    assert_eq!(root.eval("local.a"), "?Cycle");
    assert_eq!(root.eval("local.s60"), "\"${?}\"");
    root.with("local.l60", |evaluator, _| assert!(evaluator.fuel.get() < FUEL));
    assert_eq!(root.eval("local.c0"), "?Limit");
    assert_eq!(root.eval("aws_iam_role.r[5].arn"), "\"${aws_iam_role.r.arn}\"");
    assert_eq!(root.eval("setproduct(range(1000), range(1000), range(1000))"), "?Limit");
    root.with("aws_iam_role.r", |evaluator, _| {
        let problems = evaluator.take_problems();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].kind, ProblemKind::Limit);
    });
}

#[test]
fn an_input_that_a_module_converts_is_another() {
    for (root, inner, same) in [
        ("any", "any", true),
        ("number", "number", true),
        ("any", "number", false),
        ("string", "string", true),
        ("string", "number", false),
        ("any", "bool", false),
    ] {
        let main = format!(
            "variable \"v\" {{\n  type = {root}\n}}\nmodule \"m\" {{\n  source = \"./m\"\n  v = var.v\n}}\n"
        );
        let module = format!(
            "variable \"v\" {{\n  type = {inner}\n}}\noutput \"v\" {{\n  value = \"x-${{var.v}}\"\n}}\n"
        );
        let root_module = Root::new(&[("main.tf", &main), ("m/main.tf", &module)]);
        let is_symbol = root_module.with("module.m.v", |_, value| match &value.value {
            Value::Text(text) => text.is_symbolic(),
            _ => false,
        });
        assert_eq!(is_symbol, same, "{root} {inner}");
    }
}
