//! Files that are not valid, and what is said about them.

use iacscan_core::Files as _;

use super::{files, scan};
use crate::Options;

#[test]
fn what_follows_from_a_syntax_error_is_no_finding_of_its_own() {
    let template = "{\"Statement\": {\"Action\": \"${action}\", \"Resource\": \"${bucket}\"}}";
    for (variables, template, expected) in [
        ("{\n    action = \"s3:*\"\n    bucket a.b\n  }", template, &["syntax-error"][..]),
        ("{ action = \"s3:*\", bucket = \"b\" }", "${action", &["syntax-error"]),
        ("merge({ action = \"s3:*\" }, var.more)", template, &[]),
        ("{ action = \"s3:*\" }", template, &["unresolved-reference"]),
    ] {
        let text = format!(
            "variable \"more\" {{}}\nresource \"aws_iam_policy\" \"p\" {{\n  policy = \
             templatefile(\"p.json\", {variables})\n}}\n"
        );
        let all = files(&[("a/main.tf", &text), ("a/p.json", template)]);
        let lowered = scan(&all, &["a"], &Options::default());
        let found: Vec<&str> = lowered.units[0].findings.iter().map(|f| f.rule).collect();
        assert_eq!(found, expected, "{variables}");
    }
}

#[test]
fn a_template_is_wrong_where_it_is_written() {
    for (template, shown, message) in [
        ("[\"${a\"]", "\"", "The template is not valid: `}` is expected here"),
        ("a\n${ b c }", "c", "The template is not valid: `}` is expected here"),
    ] {
        let text =
            "resource \"aws_iam_policy\" \"p\" {\n  policy = templatefile(\"p.json\", {})\n}\n";
        let all = files(&[("a/main.tf", text), ("a/p.json", template)]);
        let lowered = scan(&all, &["a"], &Options::default());
        let [found] = lowered.units[0].findings.as_slice() else { panic!("{template}") };
        let span = found.primary().unwrap().span;
        assert_eq!((all.sources().slice(span).as_str(), found.message.as_str()), (shown, message));
        assert_eq!(all.sources().get(span.source).path, "a/p.json");
    }
}

#[test]
fn one_cause_in_a_file_is_one_finding() {
    let side = |value: u8| format!("resource \"aws_sqs_queue\" \"q\" {{\n  delay = {value}\n}}\n");
    let merge = format!("<<<<<<< HEAD\n{}=======\n{}>>>>>>> b\n", side(1), side(2));
    let broken: String =
        (0..5).map(|n| format!("variable \"v{n}\" {{\n  default = = 1\n}}\n")).collect();
    let twice = "locals {\n  a = 1\n  a = 2\n}\n".to_owned();
    for (text, expected) in [
        (merge.clone(), &[("syntax-error", "A merge conflict is not resolved here")][..]),
        (merge.repeat(2), &[("syntax-error", "is not resolved here; 1 more place in this file")]),
        (
            broken,
            &[
                ("syntax-error", "A value is expected here"),
                ("syntax-error", "A value is expected here"),
                ("syntax-error", "; 2 more places in this file"),
            ],
        ),
        (twice, &[("duplicate-key", "`local.a` is declared twice")]),
        (
            "variable \"a\" {}\nvariable \"a\" {}\n".to_owned(),
            &[("duplicate-key", "`var.a` is declared twice")],
        ),
        (
            "variable \"a\" {}\nlocals {\n  b = 1\n}\nvariable \"a\" {}\nlocals {\n  b = 2\n}\n"
                .to_owned(),
            &[(
                "duplicate-key",
                "2 declarations of this module are there twice: `var.a` and `local.b`",
            )],
        ),
        (
            "output \"a\" {\n  value = 1\n}\noutput \"a\" {\n  value = 2\n}\n".to_owned(),
            &[("duplicate-key", "`output.a` is declared twice")],
        ),
        // As before Terraform 0.12.
        (
            "locals = {\n  a = \"1\"\n}\noutput \"a\" {\n  value = \"${local.a}\"\n}\n".to_owned(),
            &[],
        ),
    ] {
        let all = files(&[("a/main.tf", &text)]);
        let lowered = scan(&all, &["a"], &Options::default());
        let found = &lowered.units[0].findings;
        assert_eq!(found.len(), expected.len(), "{text}\n{found:#?}");
        for (finding, (rule, message)) in found.iter().zip(expected) {
            assert_eq!(finding.rule, *rule);
            assert!(finding.message.contains(message), "{}", finding.message);
        }
    }
}

#[test]
fn both_places_of_a_declaration_are_shown() {
    let queue = "resource \"aws_sqs_queue\" \"q\" {}\n";
    let twice = format!("{queue}{queue}");
    for (given, help) in [
        (
            &[("a/copy.tf", queue), ("a/main.tf", queue)][..],
            "remove one of them, or move one of the files into a directory of its own.",
        ),
        (&[("a/main.tf", twice.as_str())], "remove one of them."),
    ] {
        let all = files(given);
        let lowered = scan(&all, &["a"], &Options::default());
        let [finding] = lowered.units[0].findings.as_slice() else { panic!("{help}") };
        let labels: Vec<&str> = finding.labels.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(labels, ["set a second time", "the first time"]);
        let refused = "Terraform refuses a module that declares something twice: ";
        assert_eq!(finding.help.as_deref(), Some(format!("{refused}{help}").as_str()));
    }
}

#[test]
fn what_another_tool_fills_in_is_said_once_and_no_mistake() {
    for (text, reason) in [
        (
            "terraform {\n  a = $$A$$\n}\nvariable \"v\" {\n  default = $$V$$\n}\nvariable \"w\" {\n  \
             default = = 1\n}\n",
            "`$$A$$` is no Terraform: something else has to fill it in first; 2 more places in this \
             file cannot be read either",
        ),
        (
            "%{ for a in b }\nvariable \"a\" {}\n%{ endfor }\n",
            "`%{ for a in b }` is no Terraform: something else has to fill it in first; 1 more place \
             in this file cannot be read either",
        ),
        (
            "variable \"a\" {\n  default = @A@\n}\nresource \"aws_sqs_queue\" \"b\" {\n  name = local.b\n}\n",
            "`@A@` is no Terraform: something else has to fill it in first",
        ),
        (
            "variable \"a\" {\n  default = ${A}\n}\n",
            "`${A}` is no Terraform: something else has to fill it in first",
        ),
        (
            "locals {\n  a = \"b-\\${local.b}\"\n  b = 1\n}\n",
            "`\\${local.b}` is no Terraform: something else has to fill it in first",
        ),
        (
            "locals {\n  a = $([ \"$A\" == b ] && echo '\"b\"')\n}\n",
            "`$([ \"$A\" == b ] && echo '\"b\"')` is no Terraform: something else has to fill it in first",
        ),
        (
            "locals {\n  a = 1\n}\nresource \"aws_sqs_queue\" \"b\" {\n  name = local.__B__\n}\n",
            "something else has to fill in `local.__B__` first",
        ),
    ] {
        let all = files(&[("a/main.tf", text)]);
        let unit = scan(&all, &["a"], &Options::default()).units.remove(0);
        let reasons: Vec<&str> = unit.undecided.iter().map(|it| it.reason.as_str()).collect();
        assert_eq!((reasons, unit.findings), (vec![reason], Vec::new()), "{text}");
    }
}

#[test]
fn what_several_roots_call_is_wrong_once() {
    let call = "module \"m\" {\n  source = \"../m\"\n}\n";
    let broken = "variable \"v\" {\n  default = = 1\n}\n";
    let all = files(&[("a/main.tf", call), ("b/main.tf", call), ("m/main.tf", broken)]);
    let lowered = scan(&all, &["a", "b", "m"], &Options::default());
    assert_eq!(lowered.units.iter().flat_map(|unit| &unit.findings).count(), 1);
}

/// What is found in a module: the rule, the message and the text that is shown.
fn found(text: &str) -> Vec<(&'static str, String, String)> {
    let all = files(&[("a/main.tf", text)]);
    let lowered = scan(&all, &["a"], &Options::default());
    let findings = lowered.units[0].findings.iter();
    findings
        .map(|found| {
            let shown = all.sources().slice(found.primary().unwrap().span).to_string();
            (found.rule, found.message.clone(), shown)
        })
        .collect()
}

#[test]
fn a_resource_does_not_refer_to_itself() {
    let role = |argument: &str| {
        format!(
            "resource \"aws_iam_role\" \"r\" {{\n  {argument}\n}}\nlocals {{\n  arn = aws_iam_role.r.arn\n}}\n"
        )
    };
    for argument in [
        "assume_role_policy = jsonencode({ Statement = [{ Principal = { AWS = aws_iam_role.r.arn } }] })",
        "assume_role_policy = \"${aws_iam_role.r.arn}\"",
        "inline_policy {\n    policy = aws_iam_role.r[0].arn\n  }",
    ] {
        let found = found(&role(argument));
        let [(rule, message, shown)] = found.as_slice() else { panic!("{argument}: {found:?}") };
        assert_eq!(*rule, "unresolved-reference");
        assert_eq!(
            message,
            "`aws_iam_role.r` refers to itself: nothing of it is known before it is made"
        );
        assert!(shown.starts_with("aws_iam_role.r"), "{shown}");
    }
    for argument in [
        "name = \"aws_iam_role.r\"",
        "tags = { aws_iam_role = local.arn }",
        "provisioner \"local-exec\" {\n    command = self.arn\n  }",
    ] {
        assert_eq!(found(&role(argument)), [], "{argument}");
    }
}

#[test]
fn arguments_of_a_policy_document_are_spelt_as_terraform_does() {
    let document = |argument: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    {argument} = [\"x\"]\n  }}\n}}\n"
        )
    };
    for (written, meant) in [
        ("Action", "actions"),
        ("action", "actions"),
        ("NotResource", "not_resources"),
        ("Effect", "effect"),
        ("Principal", "principals"),
    ] {
        let expected = format!("A `statement` has no `{written}`: here that is `{meant}`");
        assert_eq!(found(&document(written)), [("syntax-error", expected, written.to_owned())]);
    }
    for written in ["actions", "not_actions", "unheard_of"] {
        assert_eq!(found(&document(written)), [], "{written}");
    }
    let looped = "data \"aws_iam_policy_document\" \"d\" {\n  dynamic \"statement\" {\n    for_each = [1]\n    \
                  content {\n      Sid = \"a\"\n    }\n  }\n}\n";
    assert_eq!(found(looped).len(), 1);
}

#[test]
fn comments_and_heredocs_of_a_broken_file_are_no_code() {
    let function = "resource \"aws_lambda_function\" \"g\" {\n  filename = \"a.zip\"\n}\n";
    let error = "locals {\n  a = [1] b\n}\n";
    let heredoc = format!("locals {{\n  b = <<E\n{function}E\n}}\n");
    for (text, functions, message) in [
        (format!("{error}/*\n{function}*/\n"), 0, "Newline or eof is expected here"),
        (format!("/*\n{function}*/\n{error}"), 0, "Newline or eof is expected here"),
        (format!("{error}{heredoc}"), 0, "Newline or eof is expected here"),
        (format!("{heredoc}{error}{function}"), 1, "Newline or eof is expected here"),
        (format!("{function}/*\n{function}"), 1, "This comment is never closed"),
    ] {
        let all = files(&[("a/main.tf", &text)]);
        let lowered = scan(&all, &["a"], &Options::default());
        let unit = &lowered.units[0];
        let said: Vec<&str> = unit.findings.iter().map(|it| it.message.as_str()).collect();
        assert_eq!((unit.functions.len(), said), (functions, vec![message]), "{text}");
    }
}

#[test]
fn a_comma_at_the_end_of_a_line_is_all_that_is_wrong() {
    let text = "variable \"a\" { default = \"x\" },\nresource \"aws_lambda_function\" \"f\" {\n  \
                function_name = var.a,\n}\n";
    let all = files(&[("a/main.tf", text)]);
    let lowered = scan(&all, &["a"], &Options::default());
    let unit = &lowered.units[0];
    assert_eq!(super::names(unit), ["x"]);
    assert_eq!(unit.open_world, []);
    let said: Vec<&str> = unit.findings.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(said, ["Arguments and blocks are not separated by `,`: remove it"; 2]);
}

#[test]
fn a_name_in_an_output_or_a_local_that_nobody_uses_is_declared_too() {
    let declared = "variable \"env\" {}\nlocals {\n  used = var.env\n}\nresource \
                    \"aws_iam_role\" \"r\" {\n  name = local.used\n}\nmodule \"m\" {\n  source = \
                    \"./m\"\n}\n";
    for (text, message) in [
        (
            "output \"o\" {\n  value = aws_iam_role.q.arn\n}\n",
            "`aws_iam_role.q` is not declared in this module",
        ),
        ("output \"o\" {\n  value = var.enf\n}\n", "`var.enf` is not declared in this module"),
        (
            "locals {\n  unused = { a = [local.usef] }\n}\n",
            "`local.usef` is not declared in this module",
        ),
        ("output \"o\" {\n  value = { for q in [1] : q => aws_iam_role.r.arn }\n}\n", ""),
    ] {
        let found = found(&format!("{declared}{text}"));
        let messages: Vec<&str> = found
            .iter()
            .map(|(_, message, _)| message.as_str())
            .filter(|it| it.contains("declared"))
            .collect();
        let expected: Vec<&str> = [message].into_iter().filter(|it| !it.is_empty()).collect();
        assert_eq!(messages, expected, "{text}");
    }
}
