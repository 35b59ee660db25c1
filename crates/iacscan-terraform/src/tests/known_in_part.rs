//! Collections and objects of which a part is known.

use super::{addresses, files, names, unit};
use crate::Options;

#[test]
fn items_with_keys_that_are_not_known_are_there() {
    let text = "variable \"n\" { type = string }\nresource \"aws_iam_policy\" \"a\" {\n  name = var.n\n}\n\
                locals {\n  all = [aws_iam_policy.a, { name = \"b\", arn = \"x\" }]\n}\n\
                resource \"aws_lambda_function\" \"f\" {\n  \
                for_each = { for it in local.all : it.name => it }\n  \
                function_name = each.value.arn\n}\n\
                resource \"aws_lambda_function\" \"g\" {\n  for_each = { (var.n) = \"c\" }\n  \
                function_name = each.value\n}\n\
                output \"g\" {\n  value = aws_lambda_function.g[var.n].function_name\n}\n";
    let unit = unit(&files(&[("main.tf", text)]), &Options::default());
    assert_eq!(
        addresses(&unit),
        [
            "aws_lambda_function.f[\"b\"]",
            "aws_lambda_function.f[? 1]",
            "aws_lambda_function.g[? 1]"
        ]
    );
    assert!(unit.functions.iter().all(|it| it.header.condition.is_always()));
    assert_eq!(names(&unit), ["x", "${aws_iam_policy.a.arn}", "c"]);
    assert_eq!(unit.findings, []);
}

/// Blocks that are repeated by the same expression have the same instances; what is one of two is
/// not both.
#[test]
fn keys_that_are_not_known_are_told_apart_by_what_they_are() {
    let text = "variable \"a\" { type = string }\nvariable \"b\" { type = string }\nvariable \"x\" { type = bool }\n\
                variable \"l\" { type = list(string) }\n\
                resource \"aws_sqs_queue\" \"q\" {\n  for_each = toset(var.l)\n}\n\
                resource \"aws_lambda_function\" \"f\" {\n  \
                for_each = var.x ? { (var.a) = 1 } : { (var.b) = 2 }\n}\n\
                resource \"aws_lambda_function\" \"g\" {\n  for_each = { (var.a) = \"g\" }\n  \
                function_name = aws_lambda_function.h[each.key].function_name\n}\n\
                resource \"aws_lambda_function\" \"h\" {\n  for_each = { (var.a) = \"h\" }\n  \
                function_name = each.value\n}\n\
                resource \"aws_lambda_function\" \"q\" {\n  \
                for_each = { for k, q in aws_sqs_queue.q : q.name => k }\n}\n";
    let unit = unit(&files(&[("main.tf", text)]), &Options::default());
    let mut found: Vec<(String, bool)> = unit
        .functions
        .iter()
        .map(|it| (it.header.address.name().to_string(), it.header.condition.is_always()))
        .collect();
    found.sort();
    let expected =
        [("f[? 1]", false), ("f[? 2]", false), ("g[? 1]", true), ("h[? 1]", true), ("q", false)];
    let expected = expected.map(|(name, is)| (format!("aws_lambda_function.{name}"), is));
    assert_eq!(found, expected);
    assert_eq!(names(&unit)[2..4], ["${aws_lambda_function.h[? 1]}", "h"]);
}

/// An item of which the key may be anything is there all the same.
#[test]
fn an_item_with_an_unknown_key_is_there() {
    let text = "variable \"n\" {}\nresource \"aws_lambda_function\" \"f\" {\n  \
                for_each = { for it in [{ name = var.n }] : it.name => it }\n}\n\
                resource \"aws_lambda_function\" \"g\" {\n  for_each = { (var.n) = 1 }\n}\n\
                variable \"l\" { type = list(string) }\n\
                resource \"aws_lambda_function\" \"h\" {\n  \
                for_each = { for it in var.l : it => it }\n}\n";
    let unit = unit(&files(&[("main.tf", text)]), &Options::default());
    let is_there: Vec<bool> =
        unit.functions.iter().map(|it| it.header.condition.is_always()).collect();
    assert_eq!(is_there, [true, true, false]);
}
