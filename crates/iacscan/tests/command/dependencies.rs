//! What the packages may depend on: each other in one direction, and crates whose licences allow
//! it.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// The packages of the workspace and what each may use of the others.
const DIRECTION: [(&str, &[&str]); 8] = [
    ("iacscan-core", &[]),
    ("iacscan-iam", &["iacscan-core"]),
    ("iacscan-graph", &["iacscan-core", "iacscan-iam"]),
    ("iacscan-terraform", &["iacscan-core", "iacscan-iam", "iacscan-graph"]),
    ("iacscan-cloudformation", &["iacscan-core", "iacscan-iam", "iacscan-graph"]),
    ("iacscan-rules", &["iacscan-core", "iacscan-iam", "iacscan-graph"]),
    ("iacscan-report", &["iacscan-core"]),
    (
        "iacscan",
        &[
            "iacscan-core",
            "iacscan-iam",
            "iacscan-graph",
            "iacscan-terraform",
            "iacscan-cloudformation",
            "iacscan-rules",
            "iacscan-report",
        ],
    ),
];

/// Licences that ask for nothing but a notice.
const LICENCES: [&str; 12] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn packages(metadata: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().map(|package| (package["name"].as_str().unwrap(), package))
}

#[test]
fn packages_depend_in_one_direction() {
    let metadata = metadata();
    let ours: BTreeSet<&str> = packages(&metadata)
        .filter(|(_, package)| package["source"].is_null())
        .map(|(name, _)| name)
        .collect();
    let known: BTreeSet<&str> = DIRECTION.iter().map(|(name, _)| *name).collect();
    for (name, package) in packages(&metadata).filter(|(name, _)| known.contains(name)) {
        let allowed = DIRECTION.iter().find(|(known, _)| *known == name).unwrap().1;
        for dependency in package["dependencies"].as_array().unwrap() {
            // Tests may look down from anywhere.
            let other = dependency["name"].as_str().unwrap();
            if dependency["kind"].is_null() && ours.contains(other) {
                assert!(allowed.contains(&other), "{name} must not depend on {other}");
            }
        }
    }
    assert!(known.is_subset(&ours), "{ours:?}");
}

#[test]
fn licences_allow_it() {
    let metadata = metadata();
    for (name, package) in packages(&metadata).filter(|(_, p)| !p["source"].is_null()) {
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(allows(licence), "{name} is under {licence:?}");
        let source = package["source"].as_str().unwrap();
        assert!(source.starts_with("registry+"), "{name} comes from {source}");
    }
}

/// Whether a licence expression leaves a choice that is allowed: any part of an `OR`, all parts of
/// an `AND`.
fn allows(expression: &str) -> bool {
    // The older spelling of `OR`.
    let expression = expression.replace('/', " OR ");
    let expression = expression.trim();
    if let Some((before, group, after)) = first_group(expression) {
        let inside = if allows(group) { "MIT" } else { "none" };
        return allows(&format!("{before}{inside}{after}"));
    }
    expression
        .split(" OR ")
        .any(|choice| choice.split(" AND ").all(|part| LICENCES.contains(&part.trim())))
}

/// The innermost first group in parentheses, with what stands around it.
fn first_group(expression: &str) -> Option<(&str, &str, &str)> {
    let close = expression.find(')')?;
    let open = expression[..close].rfind('(')?;
    Some((&expression[..open], &expression[open + 1..close], &expression[close + 1..]))
}

#[test]
fn licence_expressions_are_understood() {
    for (expression, allowed) in [
        ("MIT", true),
        ("MIT/Apache-2.0", true),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0", false),
        ("MIT AND GPL-3.0", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(MIT OR Apache-2.0) AND GPL-3.0", false),
        ("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", true),
        ("", false),
    ] {
        assert_eq!(allows(expression), allowed, "{expression}");
    }
}
