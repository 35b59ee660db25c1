//! How parts of statements are written.

use iacscan_core::Notation;
use iacscan_graph::{Statements, json_condition, json_principal, json_texts, json_trusting};

use super::Configurations;

impl Statements for Configurations {
    fn condition(&self, notation: Notation, operator: &str, key: &str, values: &[&str]) -> String {
        match notation {
            Notation::Own => {
                let values = json_texts(values);
                format!("`Condition = {{ {operator} = {{ \"{key}\" = {values} }} }}`")
            }
            Notation::Text => json_condition(operator, key, values),
            Notation::Block => format!(
                "a `condition` block with `test = \"{operator}\"`, `variable = \"{key}\"` and \
                 `values = {values:?}`"
            ),
        }
    }

    fn denying(&self, notation: Notation) -> &'static str {
        match notation {
            Notation::Own => "`Effect = \"Deny\"`",
            Notation::Text => "`\"Effect\": \"Deny\"`",
            Notation::Block => "`effect = \"Deny\"`",
        }
    }

    fn principal(&self, notation: Notation, services: &[&str]) -> String {
        match notation {
            Notation::Own => format!("`Principal = {{ Service = {} }}`", json_texts(services)),
            Notation::Text => json_principal(services),
            Notation::Block => principals_block(services),
        }
    }

    fn trusting(&self, notation: Notation, services: &[&str]) -> String {
        match notation {
            Notation::Own => format!(
                "`{{ Effect = \"Allow\", Principal = {{ Service = {} }}, Action = \
                 \"sts:AssumeRole\" }}`",
                json_texts(services)
            ),
            Notation::Text => json_trusting(services),
            Notation::Block => format!(
                "a `statement` block with `actions = [\"sts:AssumeRole\"]` and {}",
                principals_block(services)
            ),
        }
    }
}

fn principals_block(services: &[&str]) -> String {
    format!("a `principals` block with `type = \"Service\"` and `identifiers = {services:?}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_written_as_their_statement_is() {
        for (notation, expected) in [
            (Notation::Own, r#"`Condition = { StringEquals = { "a:b" = ["c", "d"] } }`"#),
            (Notation::Text, r#"`"Condition": {"StringEquals": {"a:b": ["c", "d"]}}`"#),
            (
                Notation::Block,
                r#"a `condition` block with `test = "StringEquals"`, `variable = "a:b"` and `values = ["c", "d"]`"#,
            ),
        ] {
            let written = Configurations.condition(notation, "StringEquals", "a:b", &["c", "d"]);
            assert_eq!(written, expected);
        }
    }

    #[test]
    fn trust_is_written_as_its_statement_is() {
        let block = r#"a `principals` block with `type = "Service"` and `identifiers = ["s"]`"#;
        for (notation, principal, trusting) in [
            (
                Notation::Own,
                r#"`Principal = { Service = "s" }`"#,
                r#"`{ Effect = "Allow", Principal = { Service = "s" }, Action = "sts:AssumeRole" }`"#
                    .to_owned(),
            ),
            (
                Notation::Text,
                r#"`"Principal": {"Service": "s"}`"#,
                r#"`{"Effect": "Allow", "Principal": {"Service": "s"}, "Action": "sts:AssumeRole"}`"#
                    .to_owned(),
            ),
            (
                Notation::Block,
                block,
                format!("a `statement` block with `actions = [\"sts:AssumeRole\"]` and {block}"),
            ),
        ] {
            assert_eq!(Configurations.principal(notation, &["s"]), principal);
            assert_eq!(Configurations.trusting(notation, &["s"]), trusting);
        }
    }
}
