//! What the command knows about itself: rules, pages, completions, manual.

use clap::CommandFactory;
use clap_complete::Shell;
use iacscan_rules::{Enough, Need};
use serde_json::{Value, json};

use crate::args::{Cli, ListFormat};
use crate::error::Error;
use crate::{output, rules};

/// Prints the page of a rule.
pub(super) fn explain(id: &str) -> Result<(), Error> {
    let rule = rules::find(id).map_err(Error::new)?;
    output::print(format!("{}\n", rule.page.trim_end()))
}

/// Prints the list of rules.
pub(super) fn rules(format: ListFormat) -> Result<(), Error> {
    let rules = rules::all();
    let text = match format {
        ListFormat::Text => {
            let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
            let line = |rule: &&iacscan_core::RuleMeta| {
                format!("{:width$}  {:6}  {}\n", rule.id, rule.severity, rule.summary)
            };
            rules.iter().map(line).collect()
        }
        ListFormat::Json => {
            let rules: Vec<_> = rules
                .iter()
                .map(|rule| {
                    json!({
                        "id": rule.id,
                        "severity": rule.severity.as_str(),
                        "group": rule.group.as_str(),
                        "summary": rule.summary,
                        "cwe": rule.cwe,
                        "needs": iacscan_rules::needs(rule.id).map(need).collect::<Vec<_>>(),
                    })
                })
                .collect();
            let list = json!({"schema": 1, "rules": rules});
            serde_json::to_string_pretty(&list).map_err(Error::new)? + "\n"
        }
    };
    output::print(&text)
}

fn need(need: &Need) -> Value {
    json!({
        "feature": need.feature,
        "actions": need.actions,
        "enough": match need.enough {
            Enough::All => "all",
            Enough::One | Enough::First(_) => "one",
        },
        "managed_policy": need.managed,
    })
}

/// Prints the completions of a shell.
pub(super) fn completions(shell: Shell) -> Result<(), Error> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "iacscan", &mut text);
    output::print(&text)
}

/// Prints the manual page.
pub(super) fn manual() -> Result<(), Error> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut text).map_err(Error::new)?;
    output::print(&text)
}
