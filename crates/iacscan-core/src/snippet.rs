//! Code that a finding proposes.

/// Code to paste, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snippet {
    /// Where it goes, as a sentence begins: "Beside `aws_iam_role.orders`".
    pub place: String,
    /// The lines, without indentation around them and without a line break at the end.
    pub code: String,
    /// What it gives a name that nothing else may have there.
    pub named: Option<Naming>,
}

/// What a snippet gives a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Naming {
    /// What else may not have it: a type of resources, all resources where this is empty, or what
    /// lists the named.
    pub among: String,
    /// The name.
    pub name: String,
    /// A longer one that says more.
    pub longer: Option<String>,
    /// What stands between a name and a number.
    pub between: &'static str,
}

impl Snippet {
    /// With another name for what it names.
    #[must_use]
    pub fn renamed(self, name: &str) -> Self {
        let Some(named) = self.named else { return self };
        let (old, new) = (format!("\"{}\"", named.name), format!("\"{name}\""));
        let code = if self.code.contains(&old) {
            self.code.replacen(&old, &new, 1)
        } else {
            self.code.replacen(&named.name, name, 1)
        };
        let named = Some(Naming { name: name.to_owned(), longer: None, ..named });
        Self { code, named, ..self }
    }

    /// The place and the code below it, indented.
    #[must_use]
    pub fn lines(&self) -> String {
        self.code.lines().fold(format!("{}:", self.place), |mut text, line| {
            text.push('\n');
            if !line.is_empty() {
                text.push_str("  ");
                text.push_str(line);
            }
            text
        })
    }
}
