//! What findings propose to write, before a language spells it.

/// Whether a resource is called this where code is to be pasted.
pub type Taken<'t> = &'t dyn Fn(&str) -> bool;

/// The name, or with a number behind it where it is taken.
#[must_use]
pub fn free_name(name: &str, between: &str, is_taken: Taken<'_>) -> String {
    let numbered = (2..MOST_ALIKE).map(|number| format!("{name}{between}{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or_else(|| name.to_owned())
}

/// Nobody has so many of one name.
const MOST_ALIKE: usize = 100;

/// A text between quotes, as JSON, YAML and HCL read it.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A value to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// A text, as it reads without quotes.
    Text(String),
    /// An expression, as the language writes it where it stands alone.
    Expression(String),
    /// A list.
    List(Vec<Self>),
    /// Keys with their values.
    Map(Vec<(&'static str, Self)>),
}

impl Code {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A resource of a policy as [`Step::Allow`](iacscan_core::Step::Allow) has it: an ARN as it
    /// stands between quotes, or an expression.
    #[must_use]
    pub fn resource(written: &str) -> Self {
        if written.starts_with("arn:") || written == "*" {
            Self::Text(written.to_owned())
        } else {
            Self::Expression(written.to_owned())
        }
    }

    /// The only one of these, or all as a list.
    #[must_use]
    pub fn one_or_all(mut all: Vec<Self>) -> Self {
        match all.pop() {
            Some(only) if all.is_empty() => only,
            Some(last) => {
                all.push(last);
                Self::List(all)
            }
            None => Self::List(all),
        }
    }

    /// A statement that allows actions on resources.
    #[must_use]
    pub fn allowing(actions: &[String], resources: &[String]) -> Self {
        Self::Map(vec![
            ("Effect", Self::text("Allow")),
            ("Action", Self::one_or_all(actions.iter().map(Self::text).collect())),
            ("Resource", Self::one_or_all(resources.iter().map(|it| Self::resource(it)).collect())),
        ])
    }

    /// A policy document of these statements.
    #[must_use]
    pub fn document(statements: Vec<Self>) -> Self {
        Self::Map(vec![
            ("Version", Self::text("2012-10-17")),
            ("Statement", Self::List(statements)),
        ])
    }

    /// The trust policy of a role of a function.
    #[must_use]
    pub fn trusting_lambda() -> Self {
        let principal = Self::Map(vec![("Service", Self::text("lambda.amazonaws.com"))]);
        Self::document(vec![Self::Map(vec![
            ("Effect", Self::text("Allow")),
            ("Principal", principal),
            ("Action", Self::text("sts:AssumeRole")),
        ])])
    }
}
