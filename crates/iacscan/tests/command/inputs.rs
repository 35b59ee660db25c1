//! Configuration, excludes, parameters, and what may be read.

use std::fs;

use super::{run, tree};

#[test]
fn a_wrong_configuration_is_shown_where_it_is_wrong() {
    let temp = tree(&[("iacscan.yaml", "fail-on: low\nrules:\n  syntax-eror: off\nexlude: []\n")]);
    let (code, out, error) = run(temp.path(), &[]);
    assert_eq!((code, out.as_str()), (2, ""));
    for words in [
        "iacscan.yaml:3:3",
        "there is no rule `syntax-eror`; did you mean `syntax-error`?",
        "iacscan.yaml:4:1",
        "did you mean `exclude`?",
    ] {
        assert!(error.contains(words), "{words}: {error}");
    }
    assert_eq!(run(temp.path(), &["--no-config"]).0, 0);
}

#[test]
fn the_nearest_configuration_counts() {
    let temp = tree(&[
        ("repository/.git/HEAD", ""),
        ("repository/iacscan.yaml", "wrong: 1\n"),
        ("repository/infra/prod/a.txt", ""),
        ("repository/infra/dev/iacscan.yaml", "fail-on: never\n"),
        ("other.yaml", "also-wrong: 1\n"),
    ]);
    let repository = temp.path().join("repository");
    let (code, _, error) = run(&repository, &["infra/prod"]);
    assert_eq!(code, 2);
    assert!(error.contains("iacscan.yaml:1:1"), "{error}");
    assert_eq!(run(&repository, &["infra/dev"]).0, 0, "the nearer one");
    let (code, _, error) = run(&repository.join("infra/prod"), &[]);
    assert_eq!(code, 2);
    assert!(error.contains("../../iacscan.yaml:1:1"), "{error}");
    let (_, _, error) = run(&repository, &["--config", "../other.yaml"]);
    assert!(error.contains("../other.yaml:1:1"), "{error}");
    let (code, _, error) = run(&repository, &["--config", "none.yaml"]);
    assert_eq!(code, 2);
    assert!(error.contains("none.yaml: there is no such file"), "{error}");
}

#[test]
fn a_hostile_configuration_harms_nobody() {
    let long = format!("k{}: 1", "x".repeat(100_000));
    for text in [
        "\u{1b}[31mred\u{7}: 1",
        "a: &a [*a]",
        "rules: {\"\u{202e}x\": off}",
        "a: {b: {c: [",
        "---\n---\n",
        "\0",
        long.as_str(),
    ] {
        let temp = tree(&[("iacscan.yaml", text)]);
        let (code, _, error) = run(temp.path(), &[]);
        let start: String = text.chars().take(20).collect();
        assert_eq!(code, 2, "{start:?}: {error}");
        assert!(!error.contains('\u{1b}') && !error.contains('\u{202e}'), "{start:?}: {error}");
        assert!(!error.contains("panicked"), "{start:?}: {error}");
    }
}

#[test]
fn input_files_must_be_readable() {
    let temp = tree(&[("wrong.json", "[1]"), ("good.json", "{\"A\": \"b\"}")]);
    let cases: [(&[&str], &str); 4] = [
        (&["--parameters", "wrong.json"], "wrong.json:1:2"),
        (&["--parameters", "missing.json"], "missing.json: there is no such file"),
        (&["--var-file", "missing.tfvars"], "missing.tfvars: there is no such file"),
        (&["--baseline", "missing.json"], "missing.json: there is no such file"),
    ];
    for (arguments, message) in cases {
        let (code, _, error) = run(temp.path(), arguments);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(error.contains(message), "{arguments:?}: {error}");
    }
    assert_eq!(run(temp.path(), &["--parameters", "good.json"]).0, 0);
    let (code, _, error) = run(temp.path(), &["--baseline", "good.json"]);
    assert_eq!(code, 2);
    assert!(error.contains("not a baseline file"), "{error}");
}

#[cfg(unix)]
#[test]
fn links_out_of_the_scan_are_not_followed() {
    use std::os::unix::fs::symlink;
    let temp = tree(&[("out/secret.yaml", "Resources:\n  A: {Type: AWS::X}\n"), ("in/a.txt", "")]);
    symlink("../out/secret.yaml", temp.path().join("in/link.yaml")).unwrap();
    symlink("../out", temp.path().join("in/all")).unwrap();
    let (code, out, error) = run(temp.path(), &["in"]);
    assert_eq!(code, 0, "{error}");
    assert!(out.contains("0 files"), "{out}");
    assert!(error.contains("in/link.yaml: this link leads outside"), "{error}");
    assert!(error.contains("in/all: this link leads outside"), "{error}");
}

#[cfg(unix)]
#[test]
fn links_to_what_is_not_there_are_no_mistake_of_the_file() {
    use std::os::unix::fs::symlink;
    let main = "variable \"a\" {}\nresource \"aws_sqs_queue\" \"q\" {\n  name = var.stage\n}\n";
    let temp = tree(&[("out/v.tf", "variable \"stage\" {}\n"), ("in/main.tf", main)]);
    for (target, said) in [
        ("../shared/v.tf", "in/v.tf:1:1: in: this link leads to no file"),
        ("../out/v.tf", "in/v.tf:1:1: in: this link is not followed: it lies outside"),
    ] {
        let link = temp.path().join("in/v.tf");
        symlink(target, &link).unwrap();
        let (code, out, error) = run(temp.path(), &["in", "-v"]);
        assert_eq!(code, 0, "{out}{error}");
        assert!(out.contains("No findings") && out.contains(said), "{out}");
        fs::remove_file(&link).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn unreadable_files_do_not_stop_a_scan() {
    use std::os::unix::fs::PermissionsExt;
    let temp = tree(&[("locked/t.yaml", ""), ("open/a.txt", "")]);
    let locked = temp.path().join("locked");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    // Nothing is locked to the superuser.
    if fs::read_dir(&locked).is_err() {
        let (code, _, error) = run(temp.path(), &[]);
        assert_eq!(code, 2);
        assert!(error.contains("locked: permission denied"), "{error}");
    }
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn values_under_a_key_are_not_known() {
    let root = "variable \"mode\" {\n  default = \"Active\"\n}\n\
        resource \"aws_iam_role\" \"r\" {\n  managed_policy_arns = [\"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole\"]\n  \
        assume_role_policy = jsonencode({ Version = \"2012-10-17\", Statement = [{ Effect = \"Allow\", Action = \"sts:AssumeRole\", \
        Principal = { Service = \"lambda.amazonaws.com\" } }] })\n}\n\
        resource \"aws_lambda_function\" \"f\" {\n  function_name = \"f\"\n  role = aws_iam_role.r.arn\n  \
        tracing_config {\n    mode = var.mode\n  }\n}\n";
    let temp = tree(&[("main.tf", root)]);
    let encrypted = b"\0GITCRYPT\0\xf4\xaa";
    let scan = || run(temp.path(), &["-v"]);
    let (code, out, _) = scan();
    assert!(code == 1 && out.contains("missing-tracing-permission"), "{code} {out}");

    // A clone without the key: nothing is wrong with the source, and nothing is known of the mode.
    fs::write(temp.path().join("a.auto.tfvars"), encrypted).unwrap();
    let (code, out, error) = scan();
    assert_eq!((code, out.contains("missing-tracing-permission")), (0, false), "{out}");
    let reason = "the variable values in `a.auto.tfvars`: it is encrypted by git-crypt";
    assert!(out.contains(reason) || error.contains(reason), "{out}{error}");

    // What is read after it is known.
    fs::write(temp.path().join("b.auto.tfvars"), "mode = \"Active\"\n").unwrap();
    assert!(scan().1.contains("missing-tracing-permission"));

    fs::write(temp.path().join("more.tf"), encrypted).unwrap();
    let (code, out, _) = run(temp.path(), &[]);
    assert_eq!(code, 2, "{out}");
    assert!(out.contains("This file cannot be read: it is encrypted by git-crypt"), "{out}");
    assert!(out.contains("decrypt it first"), "{out}");
}

#[test]
fn what_inputs_leave_out_is_counted_and_listed() {
    let main = "variable \"spare\" {\n  default = false\n}\n\
        resource \"aws_iam_role\" \"spare\" {\n  count              = var.spare ? 1 : 0\n  \
        assume_role_policy = \"{}\"\n}\n\
        resource \"aws_lambda_function\" \"spare\" {\n  for_each      = toset([])\n  \
        function_name = each.key\n  role          = \"arn:aws:iam::123456789012:role/r\"\n}\n";
    let template = "Parameters: {Spare: {Type: String, Default: 'no'}}\n\
        Conditions: {IsSpare: !Equals [!Ref Spare, 'yes']}\n\
        Resources:\n  Function:\n    Type: AWS::Lambda::Function\n    Condition: IsSpare\n    \
        Properties: {Role: 'arn:aws:iam::123456789012:role/r'}\n";
    let temp = tree(&[("a/main.tf", main), ("b/template.yaml", template)]);
    let (_, out, _) = run(temp.path(), &["-v", "--no-config"]);
    for words in [
        "a/main.tf:4:1: aws_iam_role.spare: its `count` is 0",
        "a/main.tf:8:1: aws_lambda_function.spare: its `for_each` is empty",
        "b/template.yaml:4:3: Function: its condition `IsSpare` is false",
        "; 2 functions and 1 role left out by inputs or their defaults",
    ] {
        assert!(out.contains(words), "{words}:\n{out}");
    }
    assert!(!out.contains("could not be decided"), "{out}");
    let given = ["--no-config", "--var", "spare=true", "--parameter", "Spare=yes"];
    let (_, out, _) = run(temp.path(), &given);
    assert!(out.contains("; 1 function left out by inputs or their defaults"), "{out}");
}
