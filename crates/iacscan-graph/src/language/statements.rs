//! How a language writes parts of the statements of a policy.

use iacscan_core::Notation;

/// How a language writes what is proposed for a statement, in the notation of that statement.
pub trait Statements {
    /// A condition of a statement: what a key has to be, one of these.
    fn condition(&self, notation: Notation, operator: &str, key: &str, values: &[&str]) -> String;

    /// The effect of a statement that denies, as code.
    fn denying(&self, notation: Notation) -> &'static str;

    /// How a statement of a trust policy names these services.
    fn principal(&self, notation: Notation, services: &[&str]) -> String;

    /// A statement of a trust policy that lets these services assume the role.
    fn trusting(&self, notation: Notation, services: &[&str]) -> String;
}

/// The key and value with which JSON writes a condition of a statement, as code: what a key has to
/// be, one of these.
#[must_use]
pub fn json_condition(operator: &str, key: &str, values: &[&str]) -> String {
    let values = json_texts(values);
    format!("`\"Condition\": {{\"{operator}\": {{\"{key}\": {values}}}}}`")
}

/// The key and value with which JSON names services as the principal of a statement, as code.
#[must_use]
pub fn json_principal(services: &[&str]) -> String {
    format!("`\"Principal\": {{\"Service\": {}}}`", json_texts(services))
}

/// A statement of JSON that lets services assume a role, as code.
#[must_use]
pub fn json_trusting(services: &[&str]) -> String {
    format!(
        "`{{\"Effect\": \"Allow\", \"Principal\": {{\"Service\": {}}}, \"Action\": \
         \"sts:AssumeRole\"}}`",
        json_texts(services)
    )
}

/// A text, or the list of several, as JSON and HCL write them.
#[must_use]
pub fn json_texts(texts: &[&str]) -> String {
    match texts {
        [only] => format!("\"{only}\""),
        several => {
            let quoted: Vec<String> = several.iter().map(|text| format!("\"{text}\"")).collect();
            format!("[{}]", quoted.join(", "))
        }
    }
}
