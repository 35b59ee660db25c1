//! The files through which pipelines run the command.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::tree;

const TEMPLATE: &str = "\
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Missing.Arn
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn yaml(name: &str) -> Value {
    serde_yaml::from_str(&fs::read_to_string(root().join(name)).unwrap()).unwrap()
}

/// Runs the script of a step of the action, with its inputs, as a runner does; what it says
/// beside its exit code.
fn step(directory: &Path, name: &str, inputs: &[(&str, &str)]) -> (i32, String) {
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["name"] == name).unwrap();
    let path = Path::new(env!("CARGO_BIN_EXE_iacscan")).parent().unwrap();
    let path = format!("{}:{}", path.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()])
        .current_dir(directory)
        .env("PATH", path)
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_WORKSPACE", directory)
        .env("GITHUB_OUTPUT", directory.join("output"))
        .env("GITHUB_STEP_SUMMARY", directory.join("summary"));
    for (variable, value) in step["env"].as_object().unwrap() {
        let value = value.as_str().unwrap();
        let input = value.trim_start_matches("${{").trim_end_matches("}}").trim();
        let given = inputs.iter().find(|(name, _)| format!("inputs.{name}") == input);
        let default = || {
            let name = input.strip_prefix("inputs.").unwrap_or_default();
            action["inputs"][name]["default"].as_str().unwrap_or_default().to_owned()
        };
        command.env(variable, given.map_or_else(default, |(_, value)| (*value).to_owned()));
    }
    let output = command.output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code().unwrap(), text)
}

#[test]
fn the_action_scans_and_reports() {
    let temp = tree(&[("infra/t.yaml", TEMPLATE), ("other/t.yaml", TEMPLATE)]);
    let (code, out) = step(temp.path(), "Scan", &[("path", "infra"), ("fail-on", "medium")]);
    assert_eq!(code, 0, "the verdict comes last: {out}");
    assert!(out.contains("::warning file=infra/t.yaml,"), "{out}");
    assert_eq!(fs::read_to_string(temp.path().join("output")).unwrap(), "exit-code=1\n");
    assert!(fs::read_to_string(temp.path().join("summary")).unwrap().contains("infra/t.yaml"));
    let sarif = fs::read_to_string(temp.path().join("iacscan.sarif")).unwrap();
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
}

#[test]
fn nothing_in_the_inputs_of_the_action_is_run() {
    let temp = tree(&[("a b/t.yaml", TEMPLATE)]);
    let hostile = "a b\n$(touch forged)\n`touch forged`\n; touch forged\n--format=json=forged";
    let (code, out) = step(temp.path(), "Scan", &[("path", hostile)]);
    assert_eq!(code, 0);
    assert!(out.contains("--format=json=forged: there is no such file"), "{out}");
    assert!(!temp.path().join("forged").exists());
    assert_eq!(fs::read_to_string(temp.path().join("output")).unwrap(), "exit-code=2\n");
}

#[test]
fn hooks_name_what_exists() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    for hook in hooks.as_array().unwrap() {
        let entry = hook["entry"].as_str().unwrap();
        if hook["language"] == "script" {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(root().join(entry)).unwrap().permissions().mode();
            assert!(mode & 0o111 != 0, "{entry} cannot be executed");
        } else {
            assert_eq!(entry, "iacscan");
        }
        assert_eq!(hook["pass_filenames"], false);
    }
}
