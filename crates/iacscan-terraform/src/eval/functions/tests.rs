//! The functions of the language.

use super::*;

/// The page that says what each function does here. `UPDATE_PAGES=1` writes it anew.
#[test]
fn the_page_lists_every_function() {
    let mut page = String::from(
        "# Terraform functions\n\nEvery function of Terraform and OpenTofu, and what a scan makes of \
         it. A function that works keeps what is known of its arguments: an unknown argument leaves \
         only the part of the result unknown that depends on it. Functions that providers define \
         yield unknown.\n\n| function | |\n|---|---|\n",
    );
    for (name, function) in FUNCTIONS {
        let says = match function {
            Works(_) | Picks(_) | Special => "works".to_owned(),
            Never(unknown) => format!("unknown: {unknown}"),
        };
        page.push_str(&format!("| `{name}` | {says} |\n"));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/FUNCTIONS.md");
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), page, "set UPDATE_PAGES=1 to write it anew");
    assert!(FUNCTIONS.is_sorted_by_key(|(name, _)| *name));
}
