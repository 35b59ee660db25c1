//! What a scan says: findings with labels, and what it could not decide.

use std::fmt;
use std::str::FromStr;

use crate::{Address, Gap, Remedy, Snippet, Span, Str};

/// The id of a rule, in kebab-case.
pub type RuleId = &'static str;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Opinion and hygiene; not shown by default.
    Info,
    /// Worth mending.
    Low,
    /// A mistake or a risk.
    Medium,
    /// A failure or a serious risk.
    High,
}

impl Severity {
    /// All severities, the gravest last.
    pub const ALL: [Self; 4] = [Self::Info, Self::Low, Self::Medium, Self::High];

    /// The name on the command line and in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not one of info, low, medium, high"))
    }
}

/// Whether a label is the text to change or another end of the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LabelKind {
    /// The exact text to change; each finding has one.
    Primary,
    /// Another end: the function, the role, the attachment, the condition.
    Secondary,
}

/// A piece of source text with what there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text.
    pub span: Span,
    /// What to say; never empty.
    pub text: String,
    /// Primary or secondary.
    pub kind: LabelKind,
}

/// One step of the path function → role → attachment → statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeFlowStep {
    /// The text of the step.
    pub span: Span,
    /// What the step is.
    pub text: String,
}

/// A wish of the source to suppress findings of a resource, from its metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The rule's id as written; empty where the wish names none as it has to be written.
    pub rule: Str,
    /// Why, when it is said.
    pub reason: Option<Str>,
    /// Where the wish stands.
    pub span: Span,
}

/// A problem that is certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence that names the concrete actions, resources and functions.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// What `help` says, where it can be said exactly: the ways to mend it, any of which is enough.
    pub remedies: Vec<Remedy>,
    /// The code of the first way to mend it, where that takes more than a line.
    pub snippet: Option<Snippet>,
    /// Exactly one primary label, first; then the secondary ones in order of the path.
    pub labels: Vec<Label>,
    /// The functions concerned, sorted; the resource itself when no function is.
    pub subjects: Vec<Address>,
    /// The resource that holds the primary span.
    pub resource: Option<Address>,
    /// Display path of the unit.
    pub unit: Str,
    /// The path function → role → attachment → statement, where there is one.
    pub flow: Vec<CodeFlowStep>,
    /// The conditions under which it holds ("`IsProd` is false"); `None` when it always does.
    pub when: Option<String>,
    /// Headers of the resources concerned and calls of the modules they lie in: where a
    /// suppression may stand.
    pub scopes: Vec<Span>,
    /// Suppressions from the metadata of the resources concerned.
    pub suppressions: Vec<Suppression>,
    /// What identifies the offending value when lines move: its text, or a name.
    pub fingerprint: String,
}

impl Finding {
    /// Starts a finding whose primary label is at `span`.
    pub fn build(
        rule: RuleId,
        severity: Severity,
        span: Span,
        label: impl Into<String>,
    ) -> FindingBuilder {
        FindingBuilder(Self {
            rule,
            severity,
            message: String::new(),
            help: None,
            remedies: Vec::new(),
            snippet: None,
            labels: vec![Label { span, text: label.into(), kind: LabelKind::Primary }],
            subjects: Vec::new(),
            resource: None,
            unit: Str::default(),
            flow: Vec::new(),
            when: None,
            scopes: Vec::new(),
            suppressions: Vec::new(),
            fingerprint: String::new(),
        })
    }

    /// What to write instead, with the code to write.
    #[must_use]
    pub fn advice(&self) -> Option<String> {
        let parts = self.help.iter().cloned().chain(self.snippet.iter().map(Snippet::lines));
        Some(parts.collect::<Vec<_>>().join("\n")).filter(|advice| !advice.is_empty())
    }

    /// The text to change.
    ///
    /// A finding is made with its primary label and never loses it.
    #[must_use]
    pub fn primary(&self) -> Option<&Label> {
        self.labels.first()
    }
}

/// Builds a [`Finding`] around its primary label.
#[derive(Clone, Debug)]
#[must_use]
pub struct FindingBuilder(Finding);

impl FindingBuilder {
    /// Lowers the severity to at most this one.
    pub fn at_most(mut self, severity: Severity) -> Self {
        self.0.severity = self.0.severity.min(severity);
        self
    }

    /// The sentence that says what is wrong.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// More of the sentence that says what is wrong.
    pub fn message_more(mut self, more: &str) -> Self {
        self.0.message.push_str(more);
        self
    }

    /// What to write instead.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// More of what to write instead.
    pub fn help_more(mut self, more: impl Into<String>) -> Self {
        let more = more.into();
        self.0.help = Some(match self.0.help.take() {
            Some(help) => format!("{help} {more}"),
            None => more,
        });
        self
    }

    /// The code to write.
    pub fn snippet(mut self, snippet: Snippet) -> Self {
        self.0.snippet = Some(snippet);
        self
    }

    /// The ways to mend it that can be said exactly.
    #[must_use]
    pub fn remedies(&self) -> &[Remedy] {
        &self.0.remedies
    }

    /// Whether there is a way to mend it that can be said exactly.
    #[must_use]
    pub const fn has_remedies(&self) -> bool {
        !self.0.remedies.is_empty()
    }

    /// A way to mend it, besides others.
    pub fn remedy(mut self, remedy: Remedy) -> Self {
        self.0.remedies.push(remedy);
        self
    }

    /// Another end of the problem. A label at the same place with the same text is added once.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        let label = Label { span, text: text.into(), kind: LabelKind::Secondary };
        if !self.0.labels.iter().any(|old| old.span == label.span && old.text == label.text) {
            self.0.labels.push(label);
        }
        self
    }

    /// A function concerned.
    pub fn subject(mut self, subject: Address) -> Self {
        if let Err(at) = self.0.subjects.binary_search(&subject) {
            self.0.subjects.insert(at, subject);
        }
        self
    }

    /// The resource that holds the primary span.
    pub fn resource(mut self, address: Address) -> Self {
        self.0.resource = Some(address);
        self
    }

    /// The unit it lies in, by display path.
    pub fn unit(mut self, unit: impl Into<Str>) -> Self {
        self.0.unit = unit.into();
        self
    }

    /// The next step of the path.
    pub fn step(mut self, span: Span, text: impl Into<String>) -> Self {
        self.0.flow.push(CodeFlowStep { span, text: text.into() });
        self
    }

    /// The condition under which it holds.
    pub fn when(mut self, when: impl Into<String>) -> Self {
        self.0.when = Some(when.into());
        self
    }

    /// A place where a suppression may stand.
    pub fn scope(mut self, span: Span) -> Self {
        if !self.0.scopes.contains(&span) {
            self.0.scopes.push(span);
        }
        self
    }

    /// Suppressions from metadata.
    pub fn suppressions(mut self, suppressions: impl IntoIterator<Item = Suppression>) -> Self {
        for suppression in suppressions {
            if !self.0.suppressions.contains(&suppression) {
                self.0.suppressions.push(suppression);
            }
        }
        self
    }

    /// What identifies the offending value when lines move.
    pub fn fingerprint(mut self, fingerprint: impl Into<String>) -> Self {
        self.0.fingerprint = fingerprint.into();
        self
    }

    /// The finding.
    #[must_use]
    pub fn finish(self) -> Finding {
        self.0
    }
}

/// Something that could not be decided, so that silence about it is visible.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undecided {
    /// The function or other resource it leaves undecided; the unit's path when it is all of it.
    pub subject: Str,
    /// Display path of the unit.
    pub unit: Str,
    /// What was not known, as a sentence.
    pub reason: String,
    /// Where and why.
    pub gap: Gap,
}

impl Undecided {
    /// What was not known and why, said once.
    #[must_use]
    pub fn sentence(&self) -> String {
        let why = self.gap.unknown.reason();
        if self.reason.contains(why) {
            self.reason.clone()
        } else {
            format!("{} ({why})", self.reason)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Sources, Unknown};

    #[test]
    fn what_is_not_known_is_said_once() {
        let sentence = |reason: &str| {
            let gap = Gap { span: Span::NONE, unknown: Unknown::Computed };
            let (subject, unit) = (Str::from("F"), Str::from("t.yaml"));
            Undecided { subject, unit, reason: reason.to_owned(), gap }.sentence()
        };
        assert_eq!(sentence("its name is open"), "its name is open (known only after deployment)");
        let said = "its role is known only after deployment, and `F` with it";
        assert_eq!(sentence(said), said);
    }

    #[test]
    fn severities_are_ordered_and_named() {
        assert!(Severity::High > Severity::Medium && Severity::Low > Severity::Info);
        for severity in Severity::ALL {
            assert_eq!(severity.as_str().parse(), Ok(severity));
        }
        assert!("urgent".parse::<Severity>().is_err());
    }

    #[test]
    fn the_builder_keeps_one_primary_and_no_repeats() {
        let span = Span::at(Sources::new().add("a", ""), 0);
        let subject = |name: &str| Address::new("u", name);
        let finding = Finding::build("r", Severity::Low, span, "here")
            .label(span, "there")
            .label(span, "there")
            .subject(subject("b"))
            .subject(subject("a"))
            .subject(subject("b"))
            .finish();
        assert_eq!(finding.labels.len(), 2);
        assert_eq!(finding.primary().map(|label| label.kind), Some(LabelKind::Primary));
        let names: Vec<&str> =
            finding.subjects.iter().map(|subject| subject.name().as_str()).collect();
        assert_eq!(names, ["a", "b"]);
    }
}
