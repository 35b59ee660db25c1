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
        module.declared_twice.iter().map(|(_, address)| address.as_str()).collect();
    let message = match others {
        [] => format!("`{}` is declared twice in this module", first.1),
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
    let help = match others {
        [] => "Keep one of them; which one the author means cannot be told.",
        _ => {
            "Keep one of each; files that stand for each other belong into directories of their own."
        }
    };
    let mut finding =
        Finding::build("duplicate-key", Severity::Medium, first.0, "set a second time")
            .fingerprint(fingerprint)
            .message(message)
            .help(help)
            .unit(unit);
    for (span, _) in others.iter().take(MOST) {
        finding = finding.label(*span, "set a second time, too");
    }
    Some(finding.finish())
}
