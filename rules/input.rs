//! Problems of the input itself and of suppressions: they are found where files are read, so that
//! there is nothing here but their ids, severities and pages.

use iacscan_core::{RuleGroup, RuleMeta, Severity};

macro_rules! input {
    ($id:literal, $folder:literal, $severity:ident, $summary:literal) => {
        RuleMeta {
            id: $id,
            summary: $summary,
            group: RuleGroup::Input,
            severity: Severity::$severity,
            cwe: &[],
            page: include_str!(concat!($folder, "/README.md")),
        }
    };
}

/// Metadata of everything that is found outside of the rules proper, sorted by id.
pub static INPUT_RULES: [RuleMeta; 6] = [
    input!("duplicate-key", "duplicate_key", Medium, "A map has the same key twice"),
    input!(
        "invalid-suppression",
        "invalid_suppression",
        Low,
        "A suppression names no rule that exists"
    ),
    input!("limit-exceeded", "limit_exceeded", Medium, "A text is larger than a scan may make it"),
    input!("syntax-error", "syntax_error", High, "A file is not what its language allows"),
    input!(
        "unresolved-reference",
        "unresolved_reference",
        Medium,
        "A reference names something that is not defined"
    ),
    input!("unused-suppression", "unused_suppression", Low, "A suppression matches no finding"),
];

#[cfg(test)]
mod tests {
    use super::INPUT_RULES;

    #[test]
    fn pages_open_with_their_rule() {
        assert!(INPUT_RULES.is_sorted_by_key(|rule| rule.id));
        for rule in &INPUT_RULES {
            assert!(rule.page.starts_with(&format!("# {}\n", rule.id)), "{}", rule.id);
        }
    }
}
