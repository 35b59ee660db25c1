//! Reading configuration files into the syntax tree.

mod expr;
mod hcl;
mod json;
mod lost;
mod pieces;
mod place;
mod repair;
mod reporting;
mod scan;
mod template;
#[cfg(test)]
mod tests;
mod wording;

pub(crate) use hcl::{read_expression, read_hcl};
pub(crate) use json::{read_json_body, read_json_values};
pub(crate) use place::Place;
pub(crate) use reporting::report_syntax;
pub(crate) use template::read_template;

use iacscan_core::{Finding, FindingBuilder, Gap, Severity, Span, Undecided, Unknown};

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    pub(crate) span: Span,
    pub(crate) message: String,
}

/// The kinds of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    Syntax,
    /// A name that another tool fills in: the file is no Terraform yet, and no fault of its author.
    Placeholder,
    /// Both sides of a merge.
    Conflict,
    /// A policy that is not written in JSON.
    Json,
    /// A whole file that is no text, or that the system does not hand out.
    Unreadable,
    Duplicate,
    /// Larger or deeper than a scan reads.
    Limit,
    /// Names something that does not exist.
    Reference,
    /// Names an output that its module does not have.
    Output,
    /// A resource that names itself.
    Itself,
    /// Lies where a scan does not read: said, but no fault of the source.
    Outside,
}

impl ProblemKind {
    /// Whether the text is not what the language allows.
    pub(crate) const fn is_of_syntax(self) -> bool {
        matches!(self, Self::Syntax | Self::Placeholder | Self::Conflict)
    }
}

impl Problem {
    /// The finding that reports it.
    pub(crate) fn finding(&self, unit: &str) -> Option<Finding> {
        self.draft(unit).map(FindingBuilder::finish)
    }

    fn draft(&self, unit: &str) -> Option<FindingBuilder> {
        let (rule, severity, label, help) = match self.kind {
            ProblemKind::Syntax => (
                "syntax-error",
                Severity::High,
                "this is not valid Terraform",
                "Correct the syntax; everything else in the file was still checked.",
            ),
            ProblemKind::Conflict => (
                "syntax-error",
                Severity::High,
                "a conflict marker",
                "Keep what is right of both sides and delete the lines with `<<<<<<<`, `=======` \
                 and `>>>>>>>`; everything else in the file was still checked.",
            ),
            ProblemKind::Json => (
                "syntax-error",
                Severity::High,
                "this is not valid JSON",
                "Correct the JSON, or write the policy with `jsonencode`: Terraform and AWS refuse it \
                 as it is, and what it allows was not checked.",
            ),
            ProblemKind::Unreadable => (
                "syntax-error",
                Severity::High,
                "nothing in this file was checked",
                "Scan a working copy in which the file can be read; decrypt it first if it is encrypted.",
            ),
            ProblemKind::Duplicate => (
                "duplicate-key",
                Severity::Medium,
                "set a second time",
                "Keep one of them; which one the author means cannot be told.",
            ),
            ProblemKind::Limit => (
                "limit-exceeded",
                Severity::Medium,
                "too large",
                "Split it up; what it holds was not checked.",
            ),
            ProblemKind::Outside | ProblemKind::Placeholder => return None,
            ProblemKind::Output => (
                "unresolved-reference",
                Severity::Medium,
                "this cannot be resolved",
                "Name an output that the module has, or add this one to it; whatever depends on it \
                 was not checked.",
            ),
            ProblemKind::Itself => (
                "unresolved-reference",
                Severity::Medium,
                "this cannot be resolved",
                "Remove the reference, or write what it stands for as text once the resource \
                 exists; whatever depends on it was not checked.",
            ),
            ProblemKind::Reference => (
                "unresolved-reference",
                Severity::Medium,
                "this cannot be resolved",
                "Correct the reference; whatever depends on it was not checked.",
            ),
        };
        let mut message = self.message.clone();
        if let Some(first) = message.get(..1).map(str::to_uppercase) {
            message.replace_range(..1, &first);
        }
        Some(
            Finding::build(rule, severity, self.span, label)
                .message(message)
                .help(help)
                .unit(unit)
                .fingerprint(self.message.clone()),
        )
    }

    /// What the problem leaves undecided, when it is no finding.
    pub(crate) fn undecided(&self, unit: &str) -> Option<Undecided> {
        matches!(self.kind, ProblemKind::Outside | ProblemKind::Placeholder).then(|| Undecided {
            subject: unit.into(),
            unit: unit.into(),
            reason: self.message.clone(),
            gap: Gap { span: self.span, unknown: Unknown::External },
        })
    }
}
