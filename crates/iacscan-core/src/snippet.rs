//! Code that a finding proposes.

/// Code to paste, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snippet {
    /// Where it goes, as a sentence begins: "Beside `aws_iam_role.orders`".
    pub place: String,
    /// The lines, without indentation around them and without a line break at the end.
    pub code: String,
}

impl Snippet {
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
