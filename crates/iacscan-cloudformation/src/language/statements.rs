//! How parts of statements are written.

use iacscan_core::Notation;
use iacscan_graph::{Statements, json_condition, json_principal, json_texts, json_trusting};

use super::Templates;

impl Statements for Templates {
    fn condition(&self, notation: Notation, operator: &str, key: &str, values: &[&str]) -> String {
        if self.is_json(notation) {
            return json_condition(operator, key, values);
        }
        // Keys with a colon need quotes in flow style.
        let values = json_texts(values);
        format!("`Condition: {{{operator}: {{\"{key}\": {values}}}}}`")
    }

    fn denying(&self, notation: Notation) -> &'static str {
        if self.is_json(notation) { "`\"Effect\": \"Deny\"`" } else { "`Effect: Deny`" }
    }

    fn principal(&self, notation: Notation, services: &[&str]) -> String {
        if self.is_json(notation) {
            return json_principal(services);
        }
        format!("`Principal: {{Service: {}}}`", yaml_texts(services))
    }

    fn trusting(&self, notation: Notation, services: &[&str]) -> String {
        if self.is_json(notation) {
            return json_trusting(services);
        }
        format!(
            "`- {{Effect: Allow, Principal: {{Service: {}}}, Action: \"sts:AssumeRole\"}}`",
            yaml_texts(services)
        )
    }
}

/// A text, or the list of several, as YAML writes names of services.
fn yaml_texts(texts: &[&str]) -> String {
    match texts {
        [only] => (*only).to_owned(),
        several => format!("[{}]", several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_written_as_those_around_them() {
        use Notation::{Own, Text};
        let json = (
            r#"`"Condition": {"StringEquals": {"a:b": ["c", "d"]}}`"#,
            r#"`"Principal": {"Service": "s"}`"#,
            r#"`{"Effect": "Allow", "Principal": {"Service": "s"}, "Action": "sts:AssumeRole"}`"#,
        );
        let yaml = (
            r#"`Condition: {StringEquals: {"a:b": ["c", "d"]}}`"#,
            "`Principal: {Service: s}`",
            r#"`- {Effect: Allow, Principal: {Service: s}, Action: "sts:AssumeRole"}`"#,
        );
        for (language, notation, (condition, principal, trusting)) in [
            (Templates::Yaml, Own, yaml),
            (Templates::Yaml, Text, json),
            (Templates::Json, Own, json),
        ] {
            let written = language.condition(notation, "StringEquals", "a:b", &["c", "d"]);
            assert_eq!(written, condition);
            assert_eq!(language.principal(notation, &["s"]), principal);
            assert_eq!(language.trusting(notation, &["s"]), trusting);
        }
    }
}
