//! Collections and objects of which a part is known.

use super::{addresses, files, names, unit};
use crate::Options;

#[test]
fn items_with_keys_that_are_not_known_are_there() {
    let text = "variable \"n\" {}\nresource \"aws_iam_policy\" \"a\" {\n  name = var.n\n}\n\
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
        ["aws_lambda_function.f[\"b\"]", "aws_lambda_function.f[?]", "aws_lambda_function.g[?]"]
    );
    assert!(unit.functions.iter().all(|it| it.header.condition.is_always()));
    assert_eq!(names(&unit), ["x", "${aws_iam_policy.a.arn}", "c"]);
    assert_eq!(unit.findings, []);
}

#[test]
fn the_strings_of_an_object_input_are_inputs() {
    let text = "variable \"l\" {\n  type = object({ name = string, inner = object({ b = string }) })\n}\n\
                resource \"aws_lambda_function\" \"f\" {\n  count = var.l == null ? 0 : 1\n  \
                function_name = var.l.name\n}\n\
                resource \"aws_lambda_function\" \"g\" {\n  function_name = var.l.inner.b\n}\n";
    let unit = unit(&files(&[("main.tf", text)]), &Options::default());
    assert_eq!(names(&unit), ["${?}", "${?}"]);
    assert!(!unit.functions[0].header.condition.is_always());
}
