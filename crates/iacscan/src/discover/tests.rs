//! What a walk finds and leaves out.

use std::fs;

use super::*;

const TEMPLATE: &str = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n";

fn tree(entries: &[(&str, &str)]) -> tempfile::TempDir {
    let temp = tempfile::tempdir().unwrap();
    for (path, text) in entries {
        let path = temp.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    temp
}

fn found(temp: &tempfile::TempDir, paths: &[&str], globs: &[&str]) -> Discovered {
    let mut files = DiskFiles::new(temp.path()).unwrap();
    let mut exclude = Exclude::default();
    exclude.add(files.working_directory(), globs.iter().copied()).unwrap();
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    discover(&mut files, &paths, &exclude)
}

#[test]
fn everything_is_found_in_order() {
    let temp = tree(&[
        ("b/main.tf", ""),
        ("b/terraform.tfvars", ""),
        ("a/x.tofu.json", "{}"),
        ("vars-only/x.tfvars", ""),
        ("z.yaml", TEMPLATE),
        ("infra/stack", TEMPLATE),
        ("infra/values.yaml", "a: b\n"),
        ("plan.json", r#"{"format_version":"1.2","terraform_version":"1.9","planned_values":{}}"#),
        (".terraform/modules/m/main.tf", ""),
        ("node_modules/p/t.yaml", TEMPLATE),
        (".aws-sam/build/template.yaml", TEMPLATE),
        ("env/pyvenv.cfg", ""),
        ("env/t.yaml", TEMPLATE),
        ("cdk.out/s.template.json", "{\"Resources\":{\"A\":{\"Type\":\"AWS::X\"}}}"),
        ("cdk.out/asset.1/t.yaml", TEMPLATE),
        ("old/t.yaml", TEMPLATE),
    ]);
    let found = found(&temp, &["."], &["old"]);
    assert_eq!(found.terraform, ["a", "b"]);
    assert_eq!(found.templates, ["cdk.out/s.template.json", "infra/stack", "z.yaml"]);
    assert_eq!(found.plans, ["plan.json"]);
    assert_eq!(found.failures, []);
}

#[test]
fn overlapping_paths_are_scanned_once() {
    let temp = tree(&[("a/b/t.yaml", TEMPLATE), ("a/main.tf", "")]);
    let found = found(&temp, &["a", "a/b", "a/b/t.yaml", "a/main.tf"], &[]);
    assert_eq!(found.templates, ["a/b/t.yaml"]);
    assert_eq!(found.terraform, ["a"]);
}

#[test]
fn what_was_named_is_not_passed_over() {
    let temp = tree(&[("a.md", "text"), ("node_modules/t.yaml", TEMPLATE), ("bad.yaml", "")]);
    let state = r#"{"format_version":"1.0","terraform_version":"1.9.0","values":{}}"#;
    fs::write(temp.path().join("state.json"), state).unwrap();
    fs::write(temp.path().join("bad.yaml"), b"Resources:\n  A: {Type: AWS::X, B: \xe9}").unwrap();
    let found = found(&temp, &["a.md", "node_modules", "missing", "bad.yaml", "state.json"], &[]);
    assert_eq!(found.templates, ["node_modules/t.yaml"]);
    let failures: Vec<_> =
        found.failures.iter().map(|f| (f.path.as_str(), f.message.as_str())).collect();
    assert_eq!(
        failures,
        [
            ("a.md", "neither a template nor Terraform"),
            ("bad.yaml", "it is not text in UTF-8 or UTF-16"),
            ("missing", "there is no such file or directory"),
            ("state.json", "the state of an infrastructure, not a plan"),
        ]
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_alone() {
    use std::os::unix::fs::symlink;
    let temp = tree(&[
        ("in/shared/common.tf", ""),
        ("in/t.yaml", TEMPLATE),
        ("out/secret.yaml", TEMPLATE),
        ("out/secret.tf", ""),
    ]);
    let at = |path: &str| temp.path().join(path);
    fs::create_dir(at("in/app")).unwrap();
    symlink("../shared/common.tf", at("in/app/common.tf")).unwrap();
    symlink("t.yaml", at("in/again.yaml")).unwrap();
    symlink("../out/secret.yaml", at("in/secret.yaml")).unwrap();
    symlink("../out", at("in/out")).unwrap();
    symlink(".", at("in/cycle")).unwrap();
    symlink("nowhere", at("in/broken.tf")).unwrap();
    let found = found(&temp, &["in"], &[]);
    assert_eq!(found.terraform, ["in/app", "in/shared"]);
    assert_eq!(found.templates, ["in/t.yaml"]);
    assert_eq!(found.outside, ["in/out", "in/secret.yaml"]);
    assert_eq!(found.failures, []);
}

#[cfg(unix)]
#[test]
fn hostile_names_are_shown_as_text() {
    use std::os::unix::ffi::OsStrExt;
    let temp = tree(&[]);
    for name in [b"a\xff.yaml".as_slice(), b"b\nc.yaml"] {
        fs::write(temp.path().join(OsStr::from_bytes(name)), TEMPLATE).unwrap();
    }
    let found = found(&temp, &["."], &[]);
    assert_eq!(found.templates, ["a\\xff.yaml", "b\nc.yaml"]);
}
