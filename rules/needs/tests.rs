//! The table against the data of AWS.

use iacscan_core::World;
use iacscan_iam::{SymbolicOnly, aws, decide, policy_from_json};

use super::*;

/// The suggestion of every need really grants it, and its actions exist.
#[test]
fn suggested_policies_grant_what_is_needed() {
    for need in NEEDS {
        for action in need.actions {
            // S3 Files is newer than the table of actions.
            let known = aws::action(action).is_some() || action.starts_with("s3files:");
            assert!(known, "{action}");
        }
        let Some(name) = need.managed else { continue };
        let policy = policy_from_json(aws::managed_policy(name).unwrap().document_json);
        let policy = policy.unwrap();
        let world = World::certain();
        let anything = Text::unknown(iacscan_core::Unknown::Input);
        let granted = |action: &&&str| {
            let statements: Vec<_> = policy.statements.all().collect();
            let truth = decide(statements, action, &anything, &world, &SymbolicOnly).truth;
            // Some suggestions are scoped to the one resource that the need is about.
            if need.on == On::Everything { truth.is_true() } else { !truth.is_false() }
        };
        let count = need.actions.iter().filter(granted).count();
        let enough = match need.enough {
            Enough::All => need.actions.len(),
            Enough::One => 1,
            Enough::First(count) => count,
        };
        assert!(count >= enough, "{name} lacks some of {:?}", need.actions);
    }
}

const HEADING: &str = "## What is needed\n";

/// Pages say what the table says. With `UPDATE_PAGES=1` they are written.
#[test]
fn pages_say_what_is_needed() {
    for rule in crate::RULES {
        let meta = rule.meta();
        let expected = section(meta.id);
        let (before, rest) = meta.page.split_once(HEADING).unwrap_or((meta.page, ""));
        let actual = rest.split_once("\n## ").map_or(rest, |(section, _)| section);
        if std::env::var_os("UPDATE_PAGES").is_some() && actual.trim() != expected.trim() {
            let why = meta.page.find("## Why").unwrap();
            let before = before.get(..before.len().min(why)).unwrap();
            let behind = meta.page.get(why..).unwrap();
            let page = format!("{before}{HEADING}\n{expected}\n{behind}");
            let folder = meta.id.replace('-', "_");
            let root = env!("CARGO_MANIFEST_DIR");
            std::fs::write(format!("{root}/{folder}/README.md"), page).unwrap();
        } else {
            assert_eq!(actual.trim(), expected.trim(), "{}: UPDATE_PAGES=1 writes it", meta.id);
        }
    }
}

/// The table of a rule's needs; nothing where it has none.
fn section(rule: &str) -> String {
    let mut rows = String::new();
    for need in needs(rule) {
        let code = |text: &str| format!("`{text}`");
        let actions: Vec<String> = need.actions.iter().map(|action| code(action)).collect();
        let actions = match need.enough {
            Enough::All => actions.join(", "),
            Enough::One => actions.join(" or "),
            Enough::First(count) => {
                let (first, others) = actions.split_at(count);
                format!("{}, or {}", first.join(" and "), others.join(" or "))
            }
        };
        let on = match need.on {
            On::Everything => code("*"),
            On::Resource(words) => words.to_owned(),
            On::Somewhere => "any resource".to_owned(),
            On::Any(service, form) => code(&format!("arn:aws:{service}:REGION:ACCOUNT:{form}")),
        };
        let managed = need.managed.map(code).unwrap_or_default();
        rows.push_str(&format!("| {} | {actions} | {on} | {managed} |\n", need.feature));
    }
    if rows.is_empty() {
        return rows;
    }
    format!("| for | actions | on | AWS managed policy |\n|---|---|---|---|\n{rows}")
}
