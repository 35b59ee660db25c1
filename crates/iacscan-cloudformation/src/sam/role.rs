//! The role that SAM makes for a function or a state machine without one.

use iacscan_core::reader::{Entry, Node};
use iacscan_core::{Span, Str};

use super::policies;
use crate::tree;

/// The role under construction.
#[derive(Debug)]
pub(crate) struct ImplicitRole {
    /// Its logical id.
    pub(crate) id: Str,
    /// The resource it is made for: the place of everything that has no cause of its own.
    pub(crate) span: Span,
    /// The places of the managed policies that SAM attaches by itself.
    pub(crate) by_itself: Vec<Span>,
    managed: Vec<Node>,
    inline: Vec<Node>,
    trust: Entry,
    rest: Vec<Entry>,
}

impl ImplicitRole {
    /// A role without policies that a service may assume.
    pub(crate) fn new(owner: &str, span: Span, service: &str) -> Self {
        Self {
            id: smol_str::format_smolstr!("{owner}Role"),
            span,
            by_itself: Vec::new(),
            managed: Vec::new(),
            inline: Vec::new(),
            trust: tree::entry("AssumeRolePolicyDocument", trust(service, span)),
            rest: Vec::new(),
        }
    }

    /// Replaces the trust policy by its author's.
    pub(crate) fn trust(&mut self, entry: &Entry) {
        self.trust = entry.clone();
    }

    /// Copies a property under another name.
    pub(crate) fn property(&mut self, name: &str, entry: &Entry) {
        self.rest.push(tree::entry_at(name, entry.key.span, entry.value.clone()));
    }

    /// Attaches an AWS managed policy, by path and name, because of what stands at `span`.
    pub(crate) fn managed(&mut self, suffix: &str, span: Span) {
        if self.attach(policies::managed(suffix, span)) {
            self.by_itself.push(span);
        }
    }

    /// Attaches a managed policy unless it is attached; whether it was not.
    pub(crate) fn attach(&mut self, item: Node) -> bool {
        let twice = match policies::suffix(&item) {
            Some(suffix) => {
                self.managed.iter().any(|other| policies::suffix(other) == Some(suffix))
            }
            None => self.managed.iter().any(|other| tree::same(other, &item)),
        };
        if !twice {
            self.managed.push(item);
        }
        !twice
    }

    /// Adds an inline policy as it stands in a role's `Policies`.
    pub(crate) fn inline(&mut self, item: Node) {
        self.inline.push(item);
    }

    /// Adds statements as an inline policy of a name, unless a policy says the same.
    pub(crate) fn statements(&mut self, name: &str, statements: Vec<Node>, span: Span) {
        if statements.is_empty() {
            return;
        }
        let document = document(statements, span);
        let says_same = |policy: &Node| {
            let statements = policy.get("PolicyDocument").and_then(|other| other.get("Statement"));
            let wanted = document.get("Statement");
            statements.zip(wanted).is_some_and(|(a, b)| tree::same(a, b))
        };
        if self.inline.iter().any(says_same) {
            return;
        }
        let entries = vec![
            tree::entry("PolicyName", tree::text(name, span)),
            tree::entry("PolicyDocument", document),
            tree::entry(policies::MADE_FROM, tree::text(name, span)),
        ];
        self.inline.push(tree::map(entries, span));
    }

    /// The properties of the `AWS::IAM::Role`.
    pub(crate) fn properties(self, policies_key: Option<Span>) -> Vec<Entry> {
        let key = policies_key.unwrap_or(self.span);
        let mut entries = vec![self.trust];
        entries.push(tree::entry_at("ManagedPolicyArns", key, tree::list(self.managed, key)));
        if !self.inline.is_empty() {
            entries.push(tree::entry_at("Policies", key, tree::list(self.inline, key)));
        }
        entries.extend(self.rest);
        entries
    }
}

/// A trust policy for one service.
pub(crate) fn trust(service: &str, span: Span) -> Node {
    let principal = tree::map(vec![tree::entry("Service", tree::text(service, span))], span);
    let statement = tree::map(
        vec![
            tree::entry("Effect", tree::text("Allow", span)),
            tree::entry("Action", tree::text("sts:AssumeRole", span)),
            tree::entry("Principal", principal),
        ],
        span,
    );
    document(vec![statement], span)
}

/// A policy document.
pub(crate) fn document(statements: Vec<Node>, span: Span) -> Node {
    let entries = vec![
        tree::entry("Version", tree::text("2012-10-17", span)),
        tree::entry("Statement", tree::list(statements, span)),
    ];
    tree::map(entries, span)
}

/// A statement that allows actions on a resource, because of what stands at `span`.
pub(crate) fn allow(actions: &[&str], resource: Node, span: Span) -> Node {
    let actions = actions.iter().map(|action| tree::text(*action, span)).collect();
    let entries = vec![
        tree::entry("Effect", tree::text("Allow", span)),
        tree::entry("Action", tree::list(actions, span)),
        tree::entry("Resource", resource),
    ];
    tree::map(entries, span)
}
