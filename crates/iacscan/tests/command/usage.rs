//! Arguments, help, and the commands besides scanning.

use std::fs;
use std::process::Stdio;

use super::{iacscan, run, tree};

#[test]
fn help_is_short_or_long() {
    let temp = tree(&[]);
    let (code, short, _) = run(temp.path(), &["-h"]);
    assert_eq!(code, 0);
    assert!(short.lines().count() < 65, "{short}");
    for word in ["--format", "--fail-on", "explain", "graph", "Exit status"] {
        assert!(short.contains(word), "{word}");
    }
    let (code, long, _) = run(temp.path(), &["--help"]);
    assert_eq!(code, 0);
    assert!(long.len() > short.len());
    assert_eq!(
        run(temp.path(), &["--version"]).1,
        concat!("iacscan ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn bad_usage_exits_with_2() {
    let temp = tree(&[]);
    let cases: [(&[&str], &str); 10] = [
        (&["--unknown"], "unexpected argument"),
        (&["--format", "pdf"], "terminal"),
        (&["--format", "jsn"], "did you mean `json`?"),
        (&["--format", "json", "--format", "sarif"], "--format sarif=FILE"),
        (&["--select", "syntax-eror"], "did you mean `syntax-error`?"),
        (&["--ignore", "nothing-like-it-at-all"], "there is no rule `nothing-like-it-at-all`"),
        (&["--exclude", "a["], "no valid glob"),
        (&["--threads", "0"], "invalid value"),
        (&["explain", "syntax-eror"], "did you mean `syntax-error`?"),
        (&["-q", "graph"], "stands before all options and paths"),
    ];
    for (arguments, message) in cases {
        let (code, out, error) = run(temp.path(), arguments);
        assert_eq!(code, 2, "{arguments:?}: {error}");
        assert!(error.contains(message), "{arguments:?}: {error}");
        assert_eq!(out, "", "{arguments:?}");
    }
}

#[test]
fn rules_are_listed_and_explained() {
    let temp = tree(&[]);
    let (code, text, _) = run(temp.path(), &["rules"]);
    assert_eq!(code, 0);
    let (_, json, _) = run(temp.path(), &["rules", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&json).unwrap();
    let rules = list["rules"].as_array().unwrap();
    assert_eq!(rules.len(), text.lines().count());
    for rule in rules {
        let id = rule["id"].as_str().unwrap();
        let (code, page, _) = run(temp.path(), &["explain", id]);
        assert_eq!(code, 0);
        assert!(page.starts_with(&format!("# {id}\n")), "{page}");
    }
}

#[test]
fn completions_and_the_manual_are_generated() {
    let temp = tree(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, text, _) = run(temp.path(), &["completions", shell]);
        assert_eq!(code, 0);
        assert!(text.contains("min-severity"), "{shell}");
    }
    let (code, manual, _) = run(temp.path(), &["man"]);
    assert_eq!(code, 0);
    assert!(manual.contains(".TH iacscan 1"));
}

#[test]
fn init_writes_once() {
    let temp = tree(&[]);
    let (code, out, _) = run(temp.path(), &["init"]);
    assert_eq!((code, out.as_str()), (0, "wrote iacscan.yaml\n"));
    let written = fs::read_to_string(temp.path().join("iacscan.yaml")).unwrap();
    fs::write(temp.path().join("iacscan.yaml"), "fail-on: never\n").unwrap();
    let (code, _, error) = run(temp.path(), &["init"]);
    assert_eq!(code, 2);
    assert!(error.contains("left as it is"), "{error}");
    assert_eq!(fs::read_to_string(temp.path().join("iacscan.yaml")).unwrap(), "fail-on: never\n");

    let fresh = tree(&[("iacscan.yaml", &written)]);
    let (code, _, error) = run(fresh.path(), &[]);
    assert_eq!(code, 0, "{error}");

    let (code, schema, _) = run(temp.path(), &["init", "--schema"]);
    assert_eq!(code, 0);
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert!(schema["properties"]["rules"]["properties"]["syntax-error"].is_object());
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let temp = tree(&[]);
    for arguments in [&["rules"][..], &["explain", "syntax-error"], &["--help"], &[]] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_iacscan"))
            .args(arguments)
            .current_dir(temp.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {error}");
        assert!(!error.contains("panicked") && !error.contains("ipe"), "{arguments:?}: {error}");
    }
}

#[test]
fn nothing_to_scan_is_said_aloud() {
    let temp = tree(&[("notes.txt", "text"), ("sub/a.json", "[1]")]);
    let (code, out, error) = run(temp.path(), &[]);
    assert_eq!(code, 0, "{error}");
    assert!(error.contains("no template and no Terraform"), "{error}");
    assert!(out.contains("0 files"), "{out}");
    let (code, _, error) = run(temp.path(), &["-q"]);
    assert_eq!((code, error.as_str()), (0, ""), "only a warning");

    let (code, _, error) = run(temp.path(), &["notes.txt"]);
    assert_eq!(code, 2, "named, and neither");
    assert!(error.contains("notes.txt: neither a template nor Terraform"), "{error}");
    let (code, _, error) = run(temp.path(), &["-q", "missing", "sub"]);
    assert_eq!(code, 2);
    assert!(error.contains("missing: there is no such file or directory"), "{error}");
}

#[test]
fn the_graph_of_nothing_is_drawn() {
    let temp = tree(&[]);
    for (format, start) in
        [("text", ""), ("json", "{"), ("dot", "digraph"), ("mermaid", "flowchart")]
    {
        let (code, out, _) = run(temp.path(), &["graph", "--format", format]);
        assert_eq!(code, 0);
        assert!(out.starts_with(start), "{format}: {out}");
    }
    let output = iacscan(temp.path()).args(["graph", "missing"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
