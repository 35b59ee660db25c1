//! Where reports go.

use std::fs;

use super::{iacscan, run, tree};

#[test]
fn reports_go_to_files() {
    let temp = tree(&[]);
    let (code, out, _) = run(
        temp.path(),
        &["--format", "json=a.json", "--format", "sarif=b.sarif", "--format", "concise"],
    );
    assert_eq!((code, out.as_str()), (0, ""));
    let json = fs::read_to_string(temp.path().join("a.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["schema"], 1);
    let sarif = fs::read_to_string(temp.path().join("b.sarif")).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
}

#[test]
fn a_report_that_cannot_be_written_fails() {
    let temp = tree(&[]);
    let (code, out, error) =
        run(temp.path(), &["--format", "json=no/such/directory.json", "--format", "json"]);
    assert_eq!(code, 2);
    assert!(error.contains("no/such/directory.json: cannot be written"), "{error}");
    assert!(out.starts_with('{'), "the other report is written all the same");
}

#[test]
fn actions_get_annotations_and_a_summary() {
    let temp = tree(&[("summary.md", "# Before\n")]);
    let mut command = iacscan(temp.path());
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", "summary.md");
    assert_eq!(command.output().unwrap().status.code(), Some(0));
    let summary = fs::read_to_string(temp.path().join("summary.md")).unwrap();
    assert!(summary.starts_with("# Before\n"), "{summary}");
    assert!(summary.len() > 20, "{summary}");
}

#[test]
fn colours_are_for_terminals() {
    let temp = tree(&[("iacscan.yaml", "wrong: 1\n")]);
    assert!(!run(temp.path(), &[]).2.contains('\u{1b}'));
    assert!(run(temp.path(), &["--color", "always"]).2.contains('\u{1b}'));
}
