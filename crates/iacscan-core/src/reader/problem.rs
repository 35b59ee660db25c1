//! What is wrong with a text.

use crate::{Finding, Gap, Severity, Span, Str, Undecided, Unknown};

/// Something wrong with a text that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of thing.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// One sentence, without its place.
    pub message: String,
    /// The other end, with what it is.
    pub related: Option<(Span, String)>,
}

/// The kinds of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// Not what the language allows.
    Syntax,
    /// Both sides of a merge.
    Conflict,
    /// A key that the same map has before; the last one wins.
    DuplicateKey,
    /// Deeper or larger than a scan may make it.
    Limit,
    /// The source of a template engine (Jinja, Cookiecutter), which becomes YAML only when that
    /// engine has run. Not a fault of the text, so it yields no finding.
    Template,
}

impl ProblemKind {
    /// Whether the text is not what the language allows.
    #[must_use]
    pub const fn is_of_syntax(self) -> bool {
        matches!(self, Self::Syntax | Self::Conflict)
    }
}

impl Problem {
    /// A problem with one end.
    pub fn new(kind: ProblemKind, span: Span, message: impl Into<String>) -> Self {
        Self { kind, span, message: message.into(), related: None }
    }

    /// The problem as a finding of the unit with this display path; `None` for templates of
    /// another engine, which are counted as undecided.
    #[must_use]
    pub fn to_finding(&self, unit: &str) -> Option<Finding> {
        let (rule, severity, label) = match self.kind {
            ProblemKind::Syntax => ("syntax-error", Severity::High, "cannot be read from here on"),
            ProblemKind::Conflict => ("syntax-error", Severity::High, "a conflict marker"),
            ProblemKind::DuplicateKey => {
                ("duplicate-key", Severity::Medium, "this one replaces the earlier one")
            }
            ProblemKind::Limit => ("limit-exceeded", Severity::Medium, "not read"),
            ProblemKind::Template => return None,
        };
        let help = match self.kind {
            ProblemKind::Syntax => {
                "Correct the syntax; everything that could be read was still checked."
            }
            ProblemKind::Conflict => {
                "Keep what is right of both sides and delete the lines with `<<<<<<<`, `=======` \
                 and `>>>>>>>`; everything else that could be read was still checked."
            }
            ProblemKind::DuplicateKey => {
                "Join the two, give one of them another name, or remove the one that is not meant: \
                 the last alone counts, and CloudFormation itself does not report it."
            }
            ProblemKind::Limit | ProblemKind::Template => {
                "Split it up; what it holds was not checked."
            }
        };
        let mut finding = Finding::build(rule, severity, self.span, label)
            .help(help)
            .message(self.message.clone())
            .unit(unit)
            .fingerprint(self.message.clone());
        if let Some((span, text)) = &self.related {
            finding = finding.label(*span, text.clone());
        }
        Some(finding.finish())
    }

    /// What the problem leaves undecided in the unit with this display path.
    #[must_use]
    pub fn to_undecided(&self, unit: &str) -> Option<Undecided> {
        let unknown = match self.kind {
            ProblemKind::Syntax | ProblemKind::Conflict => Unknown::Invalid,
            ProblemKind::Limit => Unknown::Limit,
            ProblemKind::Template => Unknown::Unsupported,
            ProblemKind::DuplicateKey => return None,
        };
        Some(Undecided {
            subject: Str::from(unit),
            unit: Str::from(unit),
            reason: self.message.clone(),
            gap: Gap { span: self.span, unknown },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::{Limits, read, tests::source};

    #[test]
    fn problems_become_findings_or_are_counted() {
        let cases = [
            ("a: @", Some(("syntax-error", Severity::High, 1)), Some(Unknown::Invalid)),
            ("a: 1\na: 2", Some(("duplicate-key", Severity::Medium, 2)), None),
            (
                &"[".repeat(1000),
                Some(("limit-exceeded", Severity::Medium, 1)),
                Some(Unknown::Limit),
            ),
            ("{% if x %}", None, Some(Unknown::Unsupported)),
            ("a: @@NAME@@", None, Some(Unknown::Unsupported)),
        ];
        for (text, finding, undecided) in cases {
            let documents = read(source(), text, &Limits::default());
            let problem = &documents.problems[0];
            let actual = problem.to_finding("t.yaml");
            let actual = actual.as_ref().map(|f| (f.rule, f.severity, f.labels.len()));
            assert_eq!(actual, finding, "{text}");
            let actual = problem.to_undecided("t.yaml").map(|undecided| undecided.gap.unknown);
            assert_eq!(actual, undecided, "{text}");
        }
    }
}
