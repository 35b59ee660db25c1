//! What every node has.

use iacscan_core::{Address, Condition, Span, Str, Suppression};

/// What every node has: its name, its places, when it exists.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Its address.
    pub address: Address,
    /// The resource type as written: `AWS::Lambda::Function`, `aws_lambda_function`.
    pub resource_type: Str,
    /// Its header: the logical id, the `resource` block's header, the module call's header.
    pub span: Span,
    /// The value of `Type` in a template, else the header.
    pub type_span: Span,
    /// When it exists.
    pub condition: Condition,
    /// What decides that, as written, also where inputs have decided: a condition's name, a `count`.
    pub under: Option<Str>,
    /// The module calls it lies in, the outermost first; empty at the top.
    pub calls: Vec<Span>,
    /// Resources it depends on, by reference or explicitly, directly.
    pub depends_on: Vec<Address>,
    /// What is said about waiting, at it and at the module calls around it.
    pub waiting: Waiting,
    /// Whether it may depend on more than that: a plan names what is known by its value.
    pub may_depend_on_more: bool,
    /// Whether it is written as JSON where the language has a syntax of its own, so that no code of
    /// that syntax can stand beside it.
    pub in_json: bool,
    /// Suppressions from its metadata.
    pub suppressions: Vec<Suppression>,
    /// Who wrote it.
    pub author: Author,
    /// The resource whose text it is made of, where a transform made it: SAM's function for its
    /// implicit role.
    pub made_of: Option<Address>,
    /// The path of the construct that the CDK made it from.
    pub construct: Option<Str>,
}

/// Of a resource and of the module calls around it, by address: which have a list of what they wait
/// for, and which can have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Those that have a list.
    pub listed: Vec<Str>,
    /// Those that can have none.
    pub refusing: Vec<Str>,
}

/// Who wrote a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// The user.
    User,
    /// A transform or a construct library, for something the user wrote elsewhere: SAM's implicit
    /// role, the CDK's custom resource handlers.
    Tool,
}

impl Header {
    /// Whether it lies in a module whose text is not the user's: all of it is shown at the call.
    pub fn is_shown_at_call(&self) -> bool {
        self.calls.contains(&self.span)
    }

    /// A header of a resource that always exists, written by the user at the top of its unit.
    pub fn new(address: Address, resource_type: impl Into<Str>, span: Span) -> Self {
        Self {
            address,
            resource_type: resource_type.into(),
            span,
            type_span: span,
            condition: Condition::Always,
            under: None,
            calls: Vec::new(),
            depends_on: Vec::new(),
            waiting: Waiting::default(),
            may_depend_on_more: false,
            in_json: false,
            suppressions: Vec::new(),
            author: Author::User,
            made_of: None,
            construct: None,
        }
    }

    /// Whether there is it in no deployment, by what inputs are set to or hold by default.
    #[must_use]
    pub fn is_left_out(&self) -> bool {
        self.condition.is_feasible().is_false()
    }

    /// Whether a tool wrote it on its own account, so that no text of the user's says it.
    #[must_use]
    pub fn is_by_tool(&self) -> bool {
        self.author == Author::Tool && self.made_of.is_none()
    }

    /// Whether it is there in every deployment of the text in which another one is, as far as both
    /// say themselves.
    #[must_use]
    pub fn is_with(&self, other: &Self) -> bool {
        self.under.is_none() || self.under == other.under
    }

    /// The resource in whose text it stands: itself, or what it is made of.
    #[must_use]
    pub fn holder(&self) -> &Address {
        self.made_of.as_ref().unwrap_or(&self.address)
    }
}
