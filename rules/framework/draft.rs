//! A finding as a rule writes it.

use iacscan_core::{
    Address, Finding, FindingBuilder, Located, Remedy, RuleMeta, Severity, Snippet, Span, Step,
};
use iacscan_graph::nodes::{Function, Header};
use iacscan_graph::{Attached, Chain};

/// A finding as a rule writes it, around its primary label. In its texts `{functions}` stands for
/// the functions concerned, `role {role}` for the role, `{roles}` for all that have what is wrong, and `{resources}` for what [`Draft::names`] names;
/// all are known once drafts of one cause are merged.
#[derive(Clone, Debug)]
#[must_use]
pub struct Draft {
    pub(crate) builder: FindingBuilder,
    pub(crate) resources: Vec<String>,
    /// What is to wait for what the role is given.
    pub(crate) waiter: Option<String>,
    pub(crate) role: Option<Address>,
    /// The module calls that bring in what it concerns, an outer one before those inside it.
    pub(crate) calls: Vec<Span>,
    /// What to say at the role's policies, where something refuses what they allow.
    pub(crate) of_policies: Option<String>,
}

impl Draft {
    /// A finding of a rule whose primary label is at `span`.
    pub fn new(meta: &RuleMeta, severity: Severity, span: Span, label: impl Into<String>) -> Self {
        let builder = Finding::build(meta.id, severity, span, label);
        Self {
            builder,
            resources: Vec::new(),
            waiter: None,
            role: None,
            calls: Vec::new(),
            of_policies: None,
        }
    }

    /// A finding whose primary label is at a value, with a label at each reference it came
    /// through.
    pub fn at<T>(
        meta: &RuleMeta,
        severity: Severity,
        value: &Located<T>,
        label: impl Into<String>,
    ) -> Self {
        value.passages().fold(Self::new(meta, severity, value.span, label), |draft, passage| {
            draft.label(passage.span, format!("comes through `{}` here", passage.label))
        })
    }

    /// The sentence that says what is wrong.
    pub fn message(self, message: impl Into<String>) -> Self {
        self.map(|builder| builder.message(message))
    }

    /// More of the sentence that says what is wrong.
    pub(crate) fn message_more(self, more: &str) -> Self {
        self.map(|builder| builder.message_more(more))
    }

    /// Something refuses the role what its policies allow: what to say at them.
    pub(crate) fn refused(self, of_policies: String) -> Self {
        Self { of_policies: Some(of_policies), ..self }
    }

    /// The ways to mend it, any of which is enough; what `help` says comes behind them.
    pub fn mend(self, remedies: impl IntoIterator<Item = Remedy>) -> Self {
        self.map(|builder| remedies.into_iter().fold(builder, FindingBuilder::remedy))
    }

    /// What there is to say behind the remedies, where there are any.
    pub fn note(self, words: impl Into<String>) -> Self {
        if self.builder.has_remedies() {
            self.map(|builder| builder.help_more(words))
        } else {
            self
        }
    }

    /// Whether one of the ways to mend it is to let a statement allow what it names in full.
    pub(crate) fn changes_statement(&self) -> bool {
        self.builder.remedies().iter().flatten().any(|step| matches!(step, Step::Loosen { .. }))
    }

    /// What to write instead.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.map(|builder| builder.help(help))
    }

    /// More of what to write instead.
    pub(crate) fn help_more(self, more: impl Into<String>) -> Self {
        self.map(|builder| builder.help_more(more))
    }

    /// The code to write.
    pub(crate) fn snippet(self, snippet: Snippet) -> Self {
        self.map(|builder| builder.snippet(snippet))
    }

    /// A resource for `{resources}` in message and help.
    pub fn names(mut self, resource: impl Into<String>) -> Self {
        self.resources.push(resource.into());
        self
    }

    /// A resource for `{waiters}` in the help.
    pub(crate) fn waiter(self, name: String) -> Self {
        Self { waiter: Some(name), ..self }
    }

    /// The role for `role {role}`.
    pub fn role(mut self, role: &Address) -> Self {
        self.role = Some(role.clone());
        self
    }

    /// Another end of the problem.
    pub fn label(self, span: Span, text: impl Into<String>) -> Self {
        if !span.is_somewhere() {
            return self;
        }
        self.map(|builder| builder.label(span, text))
    }

    /// The resource that holds the primary span. What a tool wrote on its own account is not the
    /// user's to change.
    pub fn holder(self, header: &Header) -> Self {
        let address = header.holder().clone();
        let draft = match &header.construct {
            Some(path) => self.label(header.span, format!("made by the CDK construct `{path}`")),
            None => self,
        };
        draft
            .map(|builder| {
                let builder =
                    if header.is_by_tool() { builder.at_most(Severity::Info) } else { builder };
                builder.unit(address.unit().clone()).resource(address)
            })
            .scope(header)
            .brought_in(header)
    }

    /// A function concerned.
    pub fn function(self, function: &Function) -> Self {
        let header = &function.header;
        self.subject(&header.address).scope(header).brought_in(header)
    }

    /// Remembers the module calls that a resource lies in. A resource of a module that is shown at
    /// its call has that place already.
    fn brought_in(mut self, header: &Header) -> Self {
        self.calls.extend(header.calls.iter().filter(|call| **call != header.span));
        self
    }

    /// A resource concerned, where no function is.
    pub fn subject(self, address: &Address) -> Self {
        let address = address.clone();
        self.map(|builder| builder.subject(address))
    }

    /// A resource whose header, module calls and metadata may suppress the finding.
    pub fn scope(self, header: &Header) -> Self {
        self.map(|builder| {
            header
                .calls
                .iter()
                .fold(builder.scope(header.span), |builder, call| builder.scope(*call))
                .suppressions(header.suppressions.iter().cloned())
        })
    }

    /// A step of the path function → role → attachment → statement.
    pub fn step(self, span: Span, text: impl Into<String>) -> Self {
        if !span.is_somewhere() {
            return self;
        }
        self.map(|builder| builder.step(span, text))
    }

    /// The path from a function to its role.
    pub fn path_to_role(self, chain: &Chain<'_>) -> Self {
        let function = chain.function;
        let draft =
            self.step(function.header.span, format!("function `{}`", function.header.address));
        match chain.linked() {
            Some(role) => draft
                .role(&role.role.header.address)
                .step(role.role.header.span, format!("assumes {}", role.role.in_words())),
            None => draft,
        }
    }

    /// The step from a role to a policy.
    pub fn through(self, attached: &Attached) -> Self {
        let draft =
            self.scope(&attached.holder).step(attached.arn.span, "which this attaches to it");
        let again = attached.again.iter();
        again.fold(draft, |draft, span| draft.label(*span, "the same policy again"))
    }

    /// What identifies the offending value when lines move.
    pub fn fingerprint(self, fingerprint: impl Into<String>) -> Self {
        self.map(|builder| builder.fingerprint(fingerprint))
    }

    fn map(self, f: impl FnOnce(FindingBuilder) -> FindingBuilder) -> Self {
        Self { builder: f(self.builder), ..self }
    }
}
