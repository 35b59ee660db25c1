//! The README says what the command does.

use std::path::{Path, PathBuf};

use super::iacscan;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

#[test]
fn the_report_shown_is_the_report_made() {
    let readme = readme();
    let block = readme.split("```console\n$ ").nth(1).unwrap().split("\n```").next().unwrap();
    let (command, shown) = block.split_once('\n').unwrap();
    let mut run = iacscan(&root());
    run.args(command.split_whitespace().skip(1)).arg("--no-config").env_remove("COLUMNS");
    let output = run.output().unwrap();
    let made = String::from_utf8(output.stdout).unwrap();
    assert_eq!(made.trim_end(), shown, "update the report in README.md");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_index_has_every_rule_with_its_page() {
    let readme = readme();
    for rule in
        iacscan_rules::RULES.iter().map(|rule| rule.meta()).chain(&iacscan_rules::INPUT_RULES)
    {
        let row = readme.lines().find(|line| line.contains(&format!("| [`{}`](", rule.id)));
        let row = row.unwrap_or_else(|| panic!("README.md has no row for {}", rule.id));
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, group, link, severity, summary, _] = cells.as_slice() else { panic!("{row}") };
        assert_eq!(*group, rule.group.as_str(), "{row}");
        assert_eq!(*severity, rule.severity.as_str(), "{row}");
        assert_eq!(*summary, rule.summary, "{row}");
        let page = link.split(['(', ')']).nth(1).unwrap();
        let page = std::fs::read_to_string(root().join(page)).unwrap();
        assert_eq!(page, rule.page, "{row}");
    }
}
