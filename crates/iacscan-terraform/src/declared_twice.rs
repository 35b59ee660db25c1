//! Declarations of one module that have the same address: one finding for all of them, since they
//! mostly have one cause, files that stand for each other in one directory.

use iacscan_core::{Finding, Severity, first_of};
use indexmap::IndexSet;

use crate::module::Module;
use crate::undeclared::MOST;

/// Says what is declared twice.
pub(crate) fn finding(module: &Module, unit: &str) -> Option<Finding> {
    let (first, others) = module.declared_twice.split_first()?;
    let all = module.declared_twice.len();
    let mut addresses: IndexSet<&str> =
        module.declared_twice.iter().map(|it| it.address.as_str()).collect();
    let message = match others {
        [] => format!("`{}` is declared twice in this module", first.address),
        _ => {
            let names = addresses.iter().map(|address| format!("`{address}`")).collect();
            format!(
                "{all} declarations of this module are there twice: {}",
                first_of(names, "and", MOST)
            )
        }
    };
    addresses.sort_unstable();
    let fingerprint = match others {
        [] => message.clone(),
        _ => format!("{} declared twice", addresses.into_iter().collect::<Vec<_>>().join(" ")),
    };
    let what = if others.is_empty() { "one of them" } else { "one of each" };
    let are_apart = module.declared_twice.iter().all(|it| it.first.source != it.second.source);
    let elsewhere =
        if are_apart { ", or move one of the files into a directory of its own" } else { "" };
    let help = format!(
        "Terraform refuses a module that declares something twice: remove {what}{elsewhere}."
    );
    let mut finding =
        Finding::build("duplicate-key", Severity::Medium, first.second, "set a second time")
            .fingerprint(fingerprint)
            .message(message)
            .help(help)
            .unit(unit);
    if first.first.is_somewhere() {
        finding = finding.label(first.first, "the first time");
    }
    for other in others.iter().take(MOST) {
        finding = finding.label(other.second, "set a second time, too");
    }
    Some(finding.finish())
}
